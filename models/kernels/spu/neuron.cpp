// SPDX-License-Identifier: Apache-2.0
// The neuron equation as the page has it.
#include "models/kernels/spu/neuron.h"

#include "models/kernels/spu/value.h"

namespace photic::kernels::spu {

NeuronConstants neuron_constants(uint64_t word0, uint64_t word1, uint64_t word2) {
  const auto modes = abi::SpuNeuron0::unpack(word0);
  const auto levels = abi::SpuNeuron1::unpack(word1);
  const auto rest = abi::SpuNeuron2::unpack(word2);
  return {.current_decay = modes.current_decay,
          .voltage_decay = modes.voltage_decay,
          .adaptation_decay = modes.adaptation_decay,
          .rounding = modes.rounding,
          .reset = modes.reset,
          .emit = modes.emit,
          .at_threshold = modes.at_threshold,
          .readout = modes.readout,
          .hold = modes.hold,
          .wrap = modes.wrap,
          .refractory = modes.refractory,
          .graded_shift = modes.graded_shift,
          .threshold = levels.threshold * (int32_t{1} << abi::kSpuThresholdShift),
          .v_reset = levels.v_reset,
          .bias = levels.bias * (int32_t{1} << modes.bias_exponent),
          .v_rest = rest.v_rest,
          .adaptation_step = rest.adaptation_step};
}

NeuronState neuron_state(uint64_t word0, uint64_t word1) {
  const auto state = abi::SpuState0::unpack(word0);
  return {.current = state.current,
          .voltage = state.voltage,
          .adaptation = abi::SpuState1::unpack(word1).adaptation,
          .refractory = state.refractory};
}

NeuronUpdate update(const NeuronConstants& c, const NeuronState& s, int32_t accumulator,
                    const Randoms& randoms) {
  NeuronUpdate out;
  const auto limited = [&out](Clipped clipped) {
    out.saturations += clipped.saturated ? 1 : 0;
    return clipped.value;
  };
  const int32_t input = c.wrap ? low24(static_cast<uint32_t>(accumulator)) : limited(sat24(accumulator));
  const int64_t drive = int64_t{input} * (1 << abi::kSpuThresholdShift);
  const int32_t u = limited(sat24(decay(s.current, c.current_decay, c.rounding, randoms.current) + drive));
  int32_t x =
      limited(sat24(int64_t{decay(s.voltage, c.voltage_decay, c.rounding, randoms.voltage)} + u + c.bias));
  int32_t a = decay(s.adaptation, c.adaptation_decay, c.rounding, randoms.adaptation);
  const int64_t above = int64_t{x} - c.threshold - a;

  uint32_t refractory = s.refractory;
  if (refractory > 0) {
    --refractory;
    x = c.hold ? c.v_rest : x;
  } else {
    out.fired = !c.readout && (c.at_threshold ? above >= 0 : above > 0);
  }
  int32_t v = x;
  if (out.fired) {
    if (c.reset == abi::SpuReset::TO_VALUE) {
      v = c.v_reset;
    } else if (c.reset == abi::SpuReset::SUBTRACT) {
      v = limited(sat24(above));
    }
    refractory = c.refractory;
    a = limited(sat24(int64_t{a} + c.adaptation_step));
  }
  out.state = {.current = u, .voltage = v, .adaptation = a, .refractory = refractory};

  const Clipped graded = c.emit == abi::SpuEmit::SPIKE ? Clipped{1, false} : sat16(x >> c.graded_shift);
  const bool every_step = c.emit == abi::SpuEmit::EVERY_STEP;
  out.payload = graded.value;
  out.emitted = every_step ? graded.value != 0 : out.fired && c.emit != abi::SpuEmit::NOTHING;
  out.counted = out.fired || (every_step && out.emitted);
  out.saturations += out.emitted && graded.saturated ? 1 : 0;
  return out;
}

}  // namespace photic::kernels::spu
