// SPDX-License-Identifier: Apache-2.0
// Single neurons into and out of a block.
#include "models/kernels/spu/neuron_block.h"

#include "drivers/abi/numerics.h"

namespace photic::kernels::spu {
namespace {

int32_t flags_of(const NeuronConstants& c) {
  const auto flag = [](bool set, int32_t bit) { return set ? bit : 0; };
  return flag(c.rounding == abi::SpuRounding::TOWARD_ZERO, kTowardZero) |
         flag(c.rounding == abi::SpuRounding::STOCHASTIC, kStochastic) |
         flag(c.reset == abi::SpuReset::TO_VALUE, kToValue) |
         flag(c.reset == abi::SpuReset::SUBTRACT, kSubtract) | flag(c.emit == abi::SpuEmit::SPIKE, kEmitOne) |
         flag(c.emit == abi::SpuEmit::SPIKE || c.emit == abi::SpuEmit::GRADED, kEmitFired) |
         flag(c.emit == abi::SpuEmit::EVERY_STEP, kEmitEvery) | flag(c.at_threshold, kAtThreshold) |
         flag(c.readout, kReadout) | flag(c.hold, kHold) | flag(c.wrap, kWrap);
}

int32_t keep_of(uint32_t decay) {
  return static_cast<int32_t>(abi::kSpuDecayOne) - static_cast<int32_t>(decay);
}

}  // namespace

void NeuronBlock::set_constants(uint32_t lane, const NeuronConstants& c) {
  current_keep[lane] = keep_of(c.current_decay);
  voltage_keep[lane] = keep_of(c.voltage_decay);
  adaptation_keep[lane] = keep_of(c.adaptation_decay);
  flags[lane] = flags_of(c);
  threshold[lane] = c.threshold;
  v_reset[lane] = c.v_reset;
  bias[lane] = c.bias;
  v_rest[lane] = c.v_rest;
  adaptation_step[lane] = c.adaptation_step;
  refractory_steps[lane] = static_cast<int32_t>(c.refractory);
  graded_shift[lane] = static_cast<int32_t>(c.graded_shift);
}

void NeuronBlock::set_state(uint32_t lane, const NeuronState& s) {
  current[lane] = s.current;
  voltage[lane] = s.voltage;
  adaptation[lane] = s.adaptation;
  refractory[lane] = static_cast<int32_t>(s.refractory);
}

NeuronState NeuronBlock::state(uint32_t lane) const {
  return {.current = current[lane],
          .voltage = voltage[lane],
          .adaptation = adaptation[lane],
          .refractory = static_cast<uint32_t>(refractory[lane])};
}

}  // namespace photic::kernels::spu
