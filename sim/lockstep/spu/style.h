// SPDX-License-Identifier: Apache-2.0
// What the parts of a random program have in common, so that it is neither dead nor saturated.
#pragma once

#include <cstdint>

#include "drivers/abi/geometry.h"
#include "sim/lockstep/dice.h"

namespace photic::lockstep {

/// Drawn once a program. Sizes are at most the geometry's; large devices are used in part, or a session would
/// do nothing but load them.
struct Style {
  uint32_t neurons_max = 0;
  uint32_t axons_max = 0;
  uint32_t synapse_words_max = 0;
  uint32_t fanout_words_max = 0;
  uint32_t io_fanout_words_max = 0;
  uint32_t sources_max = 0;
  uint32_t outputs_max = 0;
  int32_t exponent = 0;  ///< Most axons are scaled by about this power of two.
  uint32_t fan = 2;      ///< Most neurons send to at most so many targets.
  bool crowded = false;  ///< Most packets go to one core: links fill up.
  bool poison = false;   ///< Some entries send wrong parity.
  uint32_t wild = 12;    ///< One neuron or axon in so many has nothing but random fields.
  bool garbage = false;  ///< Words and bits that are not in use are random.
};

inline Style draw_style(Dice& dice, const abi::SpuPreset& preset) {
  constexpr uint32_t kWordsMax = 256;
  const auto at_most = [](uint32_t value, uint32_t limit) { return value < limit ? value : limit; };
  Style style;
  style.neurons_max = at_most(preset.neurons, 32);
  style.axons_max = at_most(preset.axons, 64);
  style.synapse_words_max = at_most(preset.synapse_words, kWordsMax);
  style.fanout_words_max = at_most(preset.fanout_words, 64);
  style.io_fanout_words_max = at_most(preset.io_fanout_words, kWordsMax);
  style.sources_max = at_most(preset.inputs, 64);
  style.outputs_max = at_most(preset.outputs, 64);
  style.exponent = static_cast<int32_t>(dice.between(0, 6)) - 4;
  style.fan = static_cast<uint32_t>(dice.between(1, 6));
  style.crowded = dice.once_in(4);
  style.poison = dice.once_in(8);
  style.wild = static_cast<uint32_t>(dice.one_of({3, 12, 12, 40}));
  style.garbage = dice.once_in(2);
  return style;
}

}  // namespace photic::lockstep
