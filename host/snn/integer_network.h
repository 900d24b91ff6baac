// SPDX-License-Identifier: Apache-2.0
// A spiking network in the device's own integers, before it is cut into cores: what integer formats hold,
// what the quantiser makes of a graph, and what the mapper places. Time is in steps; the neuron equation is
// docs/reference/spu-device.md section 2.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "models/graph/graph.h"

namespace photic::host::snn {

using graph::Shape;

enum class Rounding : uint8_t { kTowardZero, kFloor, kStochastic };
enum class Reset : uint8_t { kToValue, kSubtract, kNone };
enum class Emission : uint8_t { kSilent, kSpike, kGradedSpike, kGradedEveryStep };

/// Constants of one neuron, in the units of the neuron equation.
struct NeuronModel {
  int32_t current_decay = 4096;     // du, 0..4096; 4096: no memory
  int32_t voltage_decay = 0;        // dv, 0..4096; 0: integrator
  int32_t adaptation_decay = 4096;  // da, 0..4096
  Rounding rounding = Rounding::kTowardZero;
  bool fires_at_threshold = false;  // fires when x >= threshold; else when x > threshold
  bool never_fires = false;         // a readout
  Reset reset = Reset::kToValue;
  uint8_t refractory_steps = 0;   // 0..63 steps without a spike after one
  bool refractory_holds = false;  // v = v_rest while refractory
  bool accumulator_wraps = false;
  int32_t threshold = 0;        // 24 bits, compared as threshold << 6
  int32_t reset_voltage = 0;    // 24 bits
  int32_t rest_voltage = 0;     // 24 bits
  int32_t adaptation_step = 0;  // 24 bits, added to the threshold at each spike
  int32_t bias_mantissa = 0;    // 13 bits
  uint8_t bias_exponent = 0;    // 0..7
  Emission emission = Emission::kSpike;
  uint8_t graded_shift = 0;  // 0..31: payload = x >> graded_shift

  bool operator==(const NeuronModel&) const = default;
};

/// Neurons of one layer. `neurons` has one entry for all or one an element of `shape`, row-major.
struct Population {
  std::string name;
  Shape shape;
  std::vector<NeuronModel> neurons;

  size_t size() const { return graph::elements(shape); }
  const NeuronModel& neuron(size_t index) const { return neurons.size() == 1 ? neurons[0] : neurons[index]; }
};

/// weights[target][source], what is added to the accumulator for a payload of 1.
struct DenseSynapses {
  std::vector<int32_t> weights;
};

struct Synapse {
  uint32_t source = 0, target = 0;
  int32_t weight = 0;
  uint8_t delay = 0;  // steps, on top of the connection's
};

/// In any order; several synapses between the same two neurons add.
struct SparseSynapses {
  std::vector<Synapse> synapses;
};

/// Cross-correlation: source shape (channels, y, x), target shape (out, y, x); kernel[out][in /
/// groups][y][x]. Pairs are (y, x).
struct ConvolutionSynapses {
  std::vector<int32_t> kernel;
  std::pair<size_t, size_t> kernel_size{1, 1}, stride{1, 1}, padding{0, 0}, dilation{1, 1};
  size_t groups = 1;
};

/// Windows of each channel, every synapse with the same weight. Pairs are (y, x).
struct PoolSynapses {
  std::pair<size_t, size_t> kernel_size{1, 1}, stride{1, 1}, padding{0, 0};
  int32_t weight = 1;
};

/// `Connection::source` of the network's input.
inline constexpr size_t kInput = static_cast<size_t>(-1);

/// Synapses from one population (or the input) to another. A spike of step t arrives at step t + 1 + delay;
/// an input event of step t at step t + delay.
struct Connection {
  std::string name;
  size_t source = kInput;  // index in IntegerNetwork::populations
  size_t target = 0;
  std::variant<DenseSynapses, SparseSynapses, ConvolutionSynapses, PoolSynapses> synapses;
  uint32_t delay = 0;  // steps
};

struct IntegerNetwork {
  Shape input_shape;
  std::vector<Population> populations;
  std::vector<Connection> connections;
  std::vector<size_t>
      outputs;  // populations the host listens to, in the order their elements appear in the output
};

}  // namespace photic::host::snn
