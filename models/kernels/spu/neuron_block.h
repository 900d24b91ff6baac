// SPDX-License-Identifier: Apache-2.0
// Sixteen neurons side by side, as the vectorised neuron equation wants them.
#pragma once

#include <cstdint>

#include "models/kernels/spu/neuron.h"

namespace photic::kernels::spu {

inline constexpr uint32_t kBlockNeurons = 16;

/// Modes of a neuron as bits of NeuronBlock::flags.
inline constexpr int32_t kTowardZero = 1 << 0;
inline constexpr int32_t kStochastic = 1 << 1;
inline constexpr int32_t kToValue = 1 << 2;
inline constexpr int32_t kSubtract = 1 << 3;
inline constexpr int32_t kEmitOne = 1 << 4;    ///< The payload is 1.
inline constexpr int32_t kEmitFired = 1 << 5;  ///< A spike is emitted.
inline constexpr int32_t kEmitEvery = 1 << 6;
inline constexpr int32_t kAtThreshold = 1 << 7;
inline constexpr int32_t kReadout = 1 << 8;
inline constexpr int32_t kHold = 1 << 9;
inline constexpr int32_t kWrap = 1 << 10;

/// Constants and state of kBlockNeurons neurons; lane i is neuron i of the block.
struct alignas(64) NeuronBlock {
  using Lanes = int32_t[kBlockNeurons];
  Lanes current_keep;  ///< 4096 - decay, 0 to 4096.
  Lanes voltage_keep;
  Lanes adaptation_keep;
  Lanes flags;
  Lanes threshold;
  Lanes v_reset;
  Lanes bias;
  Lanes v_rest;
  Lanes adaptation_step;
  Lanes refractory_steps;
  Lanes graded_shift;
  Lanes current;
  Lanes voltage;
  Lanes adaptation;
  Lanes refractory;

  void set_constants(uint32_t lane, const NeuronConstants& constants);
  void set_state(uint32_t lane, const NeuronState& state);
  NeuronState state(uint32_t lane) const;
};

}  // namespace photic::kernels::spu
