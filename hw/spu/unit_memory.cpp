// SPDX-License-Identifier: Apache-2.0
// Words of regions.
#include "hw/spu/unit_memory.h"

#include "models/kernels/spu/region.h"

namespace photic::hw {

namespace spu = kernels::spu;

UnitMemory::UnitMemory(const abi::SpuPreset& preset, uint32_t number)
    : preset_(preset), unit_(spu::unit_at(preset, number)) {
  const auto words = [&](abi::SpuRegion region) { return preset.region_words(region, unit_.io); };
  axon.resize(words(abi::SpuRegion::AXON));
  synapse.resize(words(abi::SpuRegion::SYNAPSE));
  walk.resize(words(abi::SpuRegion::WALK));
  neuron.resize(words(abi::SpuRegion::NEURON));
  pointer.resize(words(abi::SpuRegion::POINTER));
  fanout.resize(words(abi::SpuRegion::FANOUT));
  state.resize(words(abi::SpuRegion::STATE) / 2);
  accumulators.resize(words(abi::SpuRegion::ACCUMULATOR));
}

uint64_t UnitMemory::read(abi::SpuRegion region, uint32_t word) const {
  switch (region) {
    case abi::SpuRegion::CONFIG:
      return config;
    case abi::SpuRegion::AXON:
      return axon.at(word);
    case abi::SpuRegion::SYNAPSE:
      return synapse.at(word);
    case abi::SpuRegion::WALK:
      return walk.at(word);
    case abi::SpuRegion::NEURON:
      return neuron.at(word);
    case abi::SpuRegion::POINTER:
      return pointer.at(word);
    case abi::SpuRegion::FANOUT:
      return fanout.at(word);
    case abi::SpuRegion::STATE:
      return word % 2 == 0 ? state.at(word / 2).word0() : state.at(word / 2).word1();
    case abi::SpuRegion::ACCUMULATOR:
      return spu::accumulator_word(accumulators.at(word));
    case abi::SpuRegion::COUNTER:
      return counters.at(word) & spu::kCounterMask;
    default:
      return 0;
  }
}

void UnitMemory::write(abi::SpuRegion region, uint32_t word, uint64_t data) {
  const uint64_t kept = data & spu::kept_bits(region, word);
  switch (region) {
    case abi::SpuRegion::CONFIG:
      config = kept;
      size_ = spu::unit_size(preset_, unit_.io, config);
      break;
    case abi::SpuRegion::AXON:
      axon.at(word) = kept;
      break;
    case abi::SpuRegion::SYNAPSE:
      synapse.at(word) = kept;
      break;
    case abi::SpuRegion::WALK:
      walk.at(word) = kept;
      break;
    case abi::SpuRegion::NEURON:
      neuron.at(word) = kept;
      break;
    case abi::SpuRegion::POINTER:
      pointer.at(word) = kept;
      break;
    case abi::SpuRegion::FANOUT:
      fanout.at(word) = kept;
      break;
    case abi::SpuRegion::STATE: {
      spu::NeuronState& kept_state = state.at(word / 2);
      kept_state = word % 2 == 0 ? spu::neuron_state(kept, kept_state.word1())
                                 : spu::neuron_state(kept_state.word0(), kept);
      break;
    }
    case abi::SpuRegion::ACCUMULATOR:
      accumulators.at(word) = static_cast<int32_t>(static_cast<uint32_t>(kept));
      break;
    default:
      break;
  }
}

void UnitMemory::reset() {
  config = 0;
  size_ = {};
  counters = {};
  forget();
}

void UnitMemory::take(abi::Status why, const spu::Fault& where) {
  if (!fault || where < *fault) {
    fault = where;
    fault_status = why;
  }
}

void UnitMemory::take_link_error(uint32_t axon_number) {
  count(abi::SpuCounter::PARITY_ERRORS);
  take(abi::Status::LINK_ERROR, {abi::SpuRegion::AXON, axon_number});
}

void UnitMemory::forget() {
  fault.reset();
  saturated = false;
}

spu::Tables UnitMemory::tables() const {
  return {config, axon, synapse, walk, neuron, pointer, fanout};
}

}  // namespace photic::hw
