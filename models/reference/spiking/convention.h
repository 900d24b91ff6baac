// SPDX-License-Identifier: Apache-2.0
// How a continuous-time graph becomes steps. NIR leaves that to the simulator, and simulators differ: a
// convention names every choice.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace photic::reference::spiking {

/// What is left of a voltage or current after a step, k being dt / tau.
enum class Decay {
  kEuler,        // 1 - k
  kExponential,  // exp(-k)
};

/// What a current-based neuron's membrane integrates.
enum class CurrentSeen {
  kNew,       // the current after this step's input
  kPrevious,  // the current before it, as in forward Euler of both equations at once
};

/// What an integrator (I, IF) adds in a step.
enum class Integration {
  kPerStep,    // r x: an input is a charge
  kPerSecond,  // dt r x: an input is a current
};

enum class Comparison { kGreater, kGreaterOrEqual };

enum class Reset {
  kToValue,         // v = v_reset
  kSubtract,        // v = v - v_threshold
  kSubtractPending  // as kSubtract, but a neuron left above threshold by its last reset is compared after
                    // subtracting a second threshold (snnTorch; see preset)
};

/// When a layer sees what another emitted.
enum class Latency {
  kSameStep,  // all layers in the same step
  kOneStep,   // what a layer of neurons emits at step t arrives at step t + 1
};

/// One step of a neuron with input x, k = dt / tau (a = what Decay leaves):
///   I, IF:          v = v + r x                          (or dt r x)
///   LI, LIF:        v = a v + (1 - a) v_leak + k r x
///   CubaLI, CubaLIF: i = a_syn i + k_syn w_in x, then LI with i (or the i of before) for x
/// then a spike by `comparison`, then the reset. Currents and voltages start at 0. A recorded voltage is the
/// one after the reset.
struct Convention {
  Decay decay = Decay::kEuler;
  CurrentSeen current = CurrentSeen::kNew;
  Integration integration = Integration::kPerStep;
  Comparison comparison = Comparison::kGreater;
  Reset reset = Reset::kToValue;
  Latency latency = Latency::kSameStep;
  bool many_spikes = false;  // emits floor(v / v_threshold) spikes at once, each subtracting a threshold
  bool floor_at_threshold = false;  // v is at least -v_threshold

  bool operator==(const Convention&) const = default;
};

/// The convention of a simulator:
///
/// "snntorch"  beta = 1 - dt / tau; new current; v > threshold; reset to value, same step. snnTorch divides
/// the
///             threshold by r dt / tau where this reference scales the input, so its recorded voltages are
///             these divided by that number. Its reset by subtraction is Reset::kSubtractPending: with p = 1
///             if the voltage before the step was above threshold, base = beta v + x - p threshold is
///             compared, then v = base - (z - p) threshold.
/// "norse"     LIFBox: v += dt / tau (v_leak - v + r x); new current; v > threshold; reset to value; same
/// step. "nir"       the NIR authors' numpy reference: forward Euler of all equations at once, so the
/// membrane sees the
///             previous current, and IF adds dt r x; v > threshold; reset by subtraction; same step.
/// "loihi"     Lava and Loihi in exact arithmetic: forward Euler, new current, strict >, reset to value; what
/// a
///             layer of neurons emits arrives one step later. Input events do not wait.
/// "sinabs"    exp(-dt / tau) with the input scaled by dt / tau; v >= threshold; reset by subtraction; same
/// step.
///             sinabs' IAF is this with `many_spikes` and `floor_at_threshold`.
///
/// In all but "nir", I and IF add r x a step. Throws ReferenceError for another name.
Convention preset(std::string_view name);

/// Names `preset` knows.
std::vector<std::string> preset_names();

}  // namespace photic::reference::spiking
