// SPDX-License-Identifier: Apache-2.0
// Neurons, signature, spikes.
#include "hw/spu/sweep.h"

#include <algorithm>

#include "models/kernels/spu/axon.h"

namespace photic::hw {

namespace spu = kernels::spu;

namespace {

constexpr uint64_t kPipeline = 3;  // stages behind the one that reads a neuron

// NEURON words of a neuron.
constexpr uint32_t kNeuronWords = 4;

spu::NeuronConstants constants_of(const UnitMemory& memory, uint32_t neuron) {
  const uint64_t* words = &memory.neuron[size_t{kNeuronWords} * neuron];
  return spu::neuron_constants(words[0], words[1], words[2]);
}

}  // namespace

uint64_t Sweep::start(uint64_t now, uint32_t step, uint32_t seed) {
  const uint32_t neurons = memory_.size().neurons;
  if (neurons == 0) {
    return now;
  }
  int32_t* accumulators =
      &memory_.accumulators[size_t{spu::slot_of(step, 0, memory_.preset())} * memory_.preset().neurons];
  auto signature = static_cast<uint32_t>(memory_.counters[static_cast<size_t>(abi::SpuCounter::SIGNATURE)]);
  uint64_t spikes = 0;
  uint64_t saturations = 0;
  for (uint32_t m = 0; m < neurons; ++m) {
    const spu::NeuronConstants& constants = constants_[m];
    const spu::Randoms randoms = constants.rounding == abi::SpuRounding::STOCHASTIC
                                     ? spu::randoms(seed, memory_.unit().number, m, step)
                                     : spu::Randoms{};
    const spu::NeuronUpdate update = spu::update(constants, memory_.state[m], accumulators[m], randoms);
    accumulators[m] = 0;
    memory_.state[m] = update.state;
    signature = spu::signature_step(signature, spu::signature_word(update.state, update.fired));
    spikes += update.counted ? 1 : 0;
    saturations += update.saturations;
    if (update.emitted) {
      // Pushed by the last stage of the pipeline, to be taken in the cycle after.
      queue_.push({m, update.payload}, now + 1 + m + kPipeline + 1);
      emit_.expect(now + 1 + m + kPipeline + 1);
    }
  }
  memory_.counters[static_cast<size_t>(abi::SpuCounter::SIGNATURE)] = signature;
  memory_.count(abi::SpuCounter::SPIKES, spikes);
  memory_.count(abi::SpuCounter::UPDATES, neurons);
  memory_.count_saturations(saturations);
  memory_.count(abi::SpuCounter::CYCLES_SWEEP, neurons + kPipeline);
  active_until_ = now + neurons + kPipeline;
  return active_until_;
}

uint64_t Sweep::clear(uint64_t now) {
  const abi::SpuPreset& preset = memory_.preset();
  const uint32_t neurons = memory_.size().neurons;
  std::fill_n(memory_.state.begin(), neurons, spu::NeuronState{});
  for (uint32_t slot = 0; slot < preset.slots; ++slot) {
    std::fill_n(memory_.accumulators.begin() + slot * preset.neurons, neurons, 0);
  }
  const uint32_t groups = (neurons + preset.lanes - 1) / preset.lanes;
  return now + std::max(neurons, preset.slots * groups);
}

uint64_t Sweep::scan(uint64_t now) {
  const uint32_t neurons = memory_.size().neurons;
  constants_.clear();
  for (uint32_t n = 0; n < neurons; ++n) {
    if (spu::neuron_at_fault(memory_.neuron[size_t{kNeuronWords} * n])) {
      memory_.take(abi::Status::INVALID_PROGRAM, {abi::SpuRegion::NEURON, kNeuronWords * n});
    }
    constants_.push_back(constants_of(memory_, n));
  }
  return neurons == 0 ? now : now + neurons + 1;
}

}  // namespace photic::hw
