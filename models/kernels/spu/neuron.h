// SPDX-License-Identifier: Apache-2.0
// The neuron equation, one neuron and step at a time.
//
// Davies et al., "Loihi: A Neuromorphic Manycore Processor with On-Chip Learning", IEEE Micro 38(1), 2018.
#pragma once

#include <cstdint>

#include "drivers/abi/numerics.h"
#include "drivers/abi/spiking.h"
#include "models/kernels/spu/random.h"

namespace photic::kernels::spu {

/// A neuron's NEURON words, decoded. Decays above 4096 and enumerations of value 3 are kept as they are: the
/// scan refuses them.
struct NeuronConstants {
  uint32_t current_decay = 0;
  uint32_t voltage_decay = 0;
  uint32_t adaptation_decay = 0;
  abi::SpuRounding rounding{};
  abi::SpuReset reset{};
  abi::SpuEmit emit{};
  bool at_threshold = false;
  bool readout = false;
  bool hold = false;
  bool wrap = false;
  uint32_t refractory = 0;
  uint32_t graded_shift = 0;
  int32_t threshold = 0;  ///< 64 th: in units of v.
  int32_t v_reset = 0;
  int32_t bias = 0;  ///< Mantissa x 2^exponent.
  int32_t v_rest = 0;
  int32_t adaptation_step = 0;
};

NeuronConstants neuron_constants(uint64_t word0, uint64_t word1, uint64_t word2);

/// What STATE keeps of a neuron.
struct NeuronState {
  int32_t current = 0;     ///< u
  int32_t voltage = 0;     ///< v
  int32_t adaptation = 0;  ///< a
  uint32_t refractory = 0;
  friend bool operator==(const NeuronState&, const NeuronState&) = default;

  uint64_t word0() const {
    return abi::SpuState0{.current = current, .voltage = voltage, .refractory = refractory}.pack();
  }
  uint64_t word1() const { return abi::SpuState1{.adaptation = adaptation}.pack(); }
};

NeuronState neuron_state(uint64_t word0, uint64_t word1);

/// What an update comes to.
struct NeuronUpdate {
  NeuronState state;
  bool fired = false;        ///< z
  bool emitted = false;      ///< A packet of `payload` leaves for the fan-out.
  bool counted = false;      ///< SPIKES grows: fired, or emitted by EVERY_STEP.
  int32_t payload = 0;       ///< 16 bits; of meaning if emitted.
  uint32_t saturations = 0;  ///< 0 to 6.
  friend bool operator==(const NeuronUpdate&, const NeuronUpdate&) = default;
};

/// docs/reference/spu-device.md 2.6. `accumulator` is the input of the step, 32 bits, not yet saturated.
NeuronUpdate update(const NeuronConstants& constants, const NeuronState& state, int32_t accumulator,
                    const Randoms& randoms);

/// What an updated neuron mixes into its core's signature.
constexpr uint32_t signature_word(const NeuronState& state, bool fired) {
  constexpr uint32_t kMask = (1u << abi::kSpuValueBits) - 1;
  return (static_cast<uint32_t>(state.current) & kMask) ^
         ((static_cast<uint32_t>(state.voltage) & kMask) << 8) ^
         ((static_cast<uint32_t>(state.adaptation) & kMask) << 4) ^ (state.refractory << 26) ^
         (uint32_t{fired} << 25);
}

/// The signature after one more neuron.
constexpr uint32_t signature_step(uint32_t signature, uint32_t word) {
  return (signature << 1) ^ ((signature >> 31) != 0 ? abi::kSpuSignaturePolynomial : 0) ^ word;
}

}  // namespace photic::kernels::spu
