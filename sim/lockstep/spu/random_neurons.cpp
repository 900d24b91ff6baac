// SPDX-License-Identifier: Apache-2.0
// Thresholds, biases and resets in proportion to what an axon adds.
#include "sim/lockstep/spu/random_neurons.h"

#include <algorithm>
#include <bit>

#include "drivers/abi/numerics.h"

namespace photic::lockstep {
namespace {

using abi::SpuNeuron0;
using abi::SpuNeuron1;
using abi::SpuNeuron2;

constexpr int32_t kBiasMax = (1 << 12) - 1;
constexpr uint32_t kWords = 4;

uint32_t draw_decay(Dice& dice) {
  return static_cast<uint32_t>(dice.once_in(4) ? dice.one_of<uint64_t>({0, 1, 4095, abi::kSpuDecayOne})
                                               : dice.below(dice.once_in(2) ? 512 : abi::kSpuDecayOne + 1));
}

int32_t draw_signed(Dice& dice, abi::WordField field) {
  return static_cast<int32_t>(field.get_signed(dice.bits() << field.lsb));
}

SpuNeuron0 draw_modes(Dice& dice) {
  SpuNeuron0 word;
  word.current_decay = dice.once_in(2) ? abi::kSpuDecayOne : draw_decay(dice);
  word.voltage_decay = draw_decay(dice);
  word.adaptation_decay = draw_decay(dice);
  word.rounding = static_cast<abi::SpuRounding>(dice.below(3));
  word.reset = static_cast<abi::SpuReset>(dice.below(3));
  word.emit = dice.once_in(2) ? abi::SpuEmit::SPIKE : static_cast<abi::SpuEmit>(dice.below(4));
  word.at_threshold = dice.once_in(2);
  word.readout = dice.once_in(12);
  word.hold = dice.once_in(2);
  word.wrap = dice.once_in(4);
  word.refractory = static_cast<uint32_t>(dice.once_in(3) ? dice.between(1, 4) : 0);
  return word;
}

void draw_tame(Dice& dice, const Style& style, SpuNeuron0& modes, SpuNeuron1& levels, SpuNeuron2& rests) {
  // What an axon adds: a weight of 8 bits times 2^exponent; a threshold is some of them.
  const int32_t unit = std::max(1, style.exponent >= 0 ? 64 << style.exponent : 64 >> -style.exponent);
  const int32_t threshold =
      unit * static_cast<int32_t>(dice.between(1, 12)) / 4 + static_cast<int32_t>(dice.below(2));
  const int32_t v = threshold << abi::kSpuThresholdShift;
  levels.threshold = threshold;
  levels.v_reset = dice.once_in(2) ? 0 : static_cast<int32_t>(dice.below(v)) - v / 2;
  if (!dice.once_in(3)) {  // a spike every few steps, or a pull away from it
    const int32_t bias = static_cast<int32_t>(v / dice.between(1, 10)) * (dice.once_in(6) ? -1 : 1);
    modes.bias_exponent = static_cast<uint32_t>(
        std::clamp<int>(static_cast<int>(std::bit_width(static_cast<uint32_t>(std::abs(bias)))) - 12, 0, 7));
    levels.bias = std::clamp(bias >> modes.bias_exponent, -kBiasMax, kBiasMax);
  }
  rests.v_rest = dice.once_in(2) ? 0 : static_cast<int32_t>(dice.below(v)) - v / 2;
  rests.adaptation_step = dice.once_in(2) ? 0 : static_cast<int32_t>(dice.below(v)) - v / 8;
  // Graded payloads of a few bits.
  const int bits = static_cast<int>(std::bit_width(static_cast<uint32_t>(v)));
  modes.graded_shift = static_cast<uint32_t>(std::max(0, bits - static_cast<int>(dice.below(5))));
}

// Everything random: saturations, thresholds of either sign, payloads of all 16 bits.
void draw_wild(Dice& dice, SpuNeuron0& modes, SpuNeuron1& levels, SpuNeuron2& rests) {
  levels.threshold = draw_signed(dice, SpuNeuron1::kThreshold) >> dice.below(16);
  levels.v_reset = draw_signed(dice, SpuNeuron1::kVReset) >> dice.below(8);
  levels.bias = draw_signed(dice, SpuNeuron1::kBias);
  rests.v_rest = draw_signed(dice, SpuNeuron2::kVRest) >> dice.below(8);
  rests.adaptation_step = draw_signed(dice, SpuNeuron2::kAdaptationStep) >> dice.below(16);
  modes.bias_exponent = static_cast<uint32_t>(dice.below(8));
  modes.graded_shift = static_cast<uint32_t>(dice.below(32));
  modes.refractory = static_cast<uint32_t>(dice.once_in(2) ? dice.below(64) : dice.below(3));
}

}  // namespace

void draw_neuron(Dice& dice, const Style& style, UnitProgram& core, uint32_t n) {
  SpuNeuron0 modes = draw_modes(dice);
  SpuNeuron1 levels;
  SpuNeuron2 rests;
  if (dice.once_in(style.wild)) {
    draw_wild(dice, modes, levels, rests);
  } else {
    draw_tame(dice, style, modes, levels, rests);
  }
  std::vector<uint64_t>& table = core.table(abi::SpuRegion::NEURON);
  const uint64_t garbage = style.garbage ? dice.bits() : 0;
  table[kWords * size_t{n}] = modes.pack();
  table[kWords * size_t{n} + 1] = levels.pack() | (garbage & SpuNeuron1::kReserved.mask());
  table[kWords * size_t{n} + 2] = rests.pack() | (garbage & SpuNeuron2::kReserved.mask());
  table[kWords * size_t{n} + 3] = garbage;
}

void draw_neurons(Dice& dice, const Style& style, UnitProgram& core) {
  core.window(abi::SpuRegion::NEURON) = {0, kWords * style.neurons_max};
  for (uint32_t n = 0; n < style.neurons_max; ++n) {
    if (n < core.config().neurons || !style.garbage) {
      draw_neuron(dice, style, core, n);
      continue;
    }
    for (uint32_t word = 0; word < kWords; ++word) {
      core.table(abi::SpuRegion::NEURON)[kWords * size_t{n} + word] = dice.bits();
    }
  }
}

}  // namespace photic::lockstep
