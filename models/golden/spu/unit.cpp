// SPDX-License-Identifier: Apache-2.0
// Regions of a unit.
#include "models/golden/spu/unit.h"

#include <algorithm>

#include "models/kernels/spu/region.h"

namespace photic::golden {

using abi::SpuRegion;
using kernels::spu::kBlockNeurons;
using kernels::spu::kOverrun;

SpuUnit::SpuUnit(const abi::SpuPreset& p, uint32_t number)
    : preset(p), place(kernels::spu::unit_at(p, number)) {
  const auto words = [this](SpuRegion region) { return preset.region_words(region, place.io); };
  axon.resize(words(SpuRegion::AXON));
  synapse.resize(place.io ? 0 : words(SpuRegion::SYNAPSE) + kOverrun / sizeof(uint64_t));
  walk.resize(words(SpuRegion::WALK));
  neuron.resize(words(SpuRegion::NEURON));
  pointer.resize(words(SpuRegion::POINTER));
  fanout.resize(words(SpuRegion::FANOUT));
  blocks.resize(place.io ? 0 : (preset.neurons + kBlockNeurons - 1) / kBlockNeurons);
  accumulators.resize(words(SpuRegion::ACCUMULATOR) + kOverrun);
}

uint64_t SpuUnit::read(SpuRegion region, uint32_t word) const {
  switch (region) {
    case SpuRegion::CONFIG:
      return config;
    case SpuRegion::AXON:
      return axon[word];
    case SpuRegion::SYNAPSE:
      return synapse[word];
    case SpuRegion::WALK:
      return walk[word];
    case SpuRegion::NEURON:
      return neuron[word];
    case SpuRegion::POINTER:
      return pointer[word];
    case SpuRegion::FANOUT:
      return fanout[word];
    case SpuRegion::STATE: {
      const uint32_t n = word / 2;
      const auto state = blocks[n / kBlockNeurons].state(n % kBlockNeurons);
      return word % 2 == 0 ? state.word0() : state.word1();
    }
    case SpuRegion::ACCUMULATOR:
      return kernels::spu::accumulator_word(accumulators[word]);
    case SpuRegion::COUNTER:
      return counters[word] & kernels::spu::kCounterMask;
    case SpuRegion::TRACE:
    case SpuRegion::ELIGIBILITY:
    case SpuRegion::LEARNING:
      break;
  }
  return 0;
}

void SpuUnit::write(SpuRegion region, uint32_t word, uint64_t value) {
  value &= kernels::spu::kept_bits(region, word);
  scanned = scanned && !kernels::spu::is_program(region);
  switch (region) {
    case SpuRegion::CONFIG:
      config = value;
      size = kernels::spu::unit_size(preset, place.io, config);
      break;
    case SpuRegion::AXON:
      axon[word] = value;
      break;
    case SpuRegion::SYNAPSE:
      synapse[word] = value;
      break;
    case SpuRegion::WALK:
      walk[word] = value;
      break;
    case SpuRegion::NEURON:
      neuron[word] = value;
      break;
    case SpuRegion::POINTER:
      pointer[word] = value;
      break;
    case SpuRegion::FANOUT:
      fanout[word] = value;
      break;
    case SpuRegion::STATE: {
      const uint32_t n = word / 2;
      const uint32_t lane = n % kBlockNeurons;
      auto& block = blocks[n / kBlockNeurons];
      const auto old = block.state(lane);
      block.set_state(lane, word % 2 == 0 ? kernels::spu::neuron_state(value, old.word1())
                                          : kernels::spu::neuron_state(old.word0(), value));
      break;
    }
    case SpuRegion::ACCUMULATOR:
      accumulators[word] = static_cast<int32_t>(value);
      break;
    case SpuRegion::COUNTER:
    case SpuRegion::TRACE:
    case SpuRegion::ELIGIBILITY:
    case SpuRegion::LEARNING:
      break;
  }
}

void SpuUnit::clear_neurons() {
  if (place.io) {
    return;
  }
  for (uint32_t n = 0; n < size.neurons; ++n) {
    blocks[n / kBlockNeurons].set_state(n % kBlockNeurons, {});
  }
  for (uint32_t s = 0; s < preset.slots; ++s) {
    std::fill_n(slot(s), size.neurons, 0);
  }
}

void SpuUnit::clear_outputs() {
  if (place.io) {
    std::fill_n(accumulators.begin(), size.axons, 0);
  }
}

kernels::spu::Tables SpuUnit::tables() const {
  return {.config = config,
          .axon = axon,
          .synapse = synapse,
          .walk = walk,
          .neuron = neuron,
          .pointer = pointer,
          .fanout = fanout};
}

}  // namespace photic::golden
