// SPDX-License-Identifier: Apache-2.0
// Small networks, made by hand or by a seed.
#pragma once

#include <random>
#include <string>

#include "host/snn/integer_network.h"

namespace photic::host::snn::test {

inline Population population(std::string name, Shape shape, int32_t threshold = 10) {
  NeuronModel neuron;
  neuron.threshold = threshold;
  return {std::move(name), std::move(shape), {neuron}};
}

/// Inputs into one population the host listens to, by `synapses`.
template <typename Synapses>
IntegerNetwork one_layer(Shape inputs, Shape neurons, Synapses synapses, uint32_t delay = 0) {
  IntegerNetwork network;
  network.input_shape = std::move(inputs);
  network.populations.push_back(population("layer", std::move(neurons)));
  network.connections.push_back({"in", kInput, 0, std::move(synapses), delay});
  network.outputs = {0};
  return network;
}

/// Numbers from a seed, the same everywhere.
class Draw {
 public:
  explicit Draw(uint64_t seed) : engine_(seed) {}
  /// first..last
  int32_t operator()(int32_t first, int32_t last) {
    return first + static_cast<int32_t>(engine_() % static_cast<uint64_t>(last - first + 1));
  }
  /// True in `percent` of all cases.
  bool chance(int32_t percent) { return (*this)(0, 99) < percent; }

 private:
  std::mt19937_64 engine_;
};

/// A weight some 8-bit format holds, often 0.
inline int32_t draw_weight(Draw& draw, int32_t kind) {
  switch (kind % 5) {
    case 0:
      return draw(-127, 127);
    case 1:
      return 8 * draw(-8, 7);
    case 2:
      return draw.chance(50) ? 16 : -16;
    case 3:
      return draw.chance(60) ? 0 : 1024 * draw(1, 3);
    default:
      return draw.chance(80) ? 0 : draw(-128, 0);
  }
}

inline NeuronModel draw_neuron(Draw& draw) {
  NeuronModel n;
  n.current_decay = draw.chance(50) ? 4096 : draw(0, 4096);
  n.voltage_decay = draw.chance(30) ? 0 : draw(0, 4096);
  n.adaptation_decay = draw(0, 4096);
  n.rounding = draw.chance(50) ? Rounding::kTowardZero : Rounding::kFloor;
  n.fires_at_threshold = draw.chance(50);
  n.never_fires = draw.chance(5);
  n.reset = static_cast<Reset>(draw(0, 2));
  n.refractory_steps = static_cast<uint8_t>(draw.chance(70) ? 0 : draw(0, 3));
  n.refractory_holds = draw.chance(50);
  n.accumulator_wraps = draw.chance(10);
  n.threshold = draw(-5, 300);
  n.reset_voltage = draw.chance(50) ? 0 : draw(-1000, 1000);
  n.rest_voltage = draw.chance(50) ? 0 : draw(-1000, 1000);
  n.adaptation_step = draw.chance(70) ? 0 : draw(0, 5000);
  n.bias_mantissa = draw.chance(60) ? 0 : draw(-200, 400);
  n.bias_exponent = static_cast<uint8_t>(draw(0, 3));
  n.emission = draw.chance(80)   ? Emission::kSpike
               : draw.chance(50) ? Emission::kGradedSpike
                                 : Emission::kGradedEveryStep;
  n.graded_shift = static_cast<uint8_t>(draw(8, 14));
  return n;
}

/// Populations of runs with dense and sparse connections, recurrent ones included, that fit `tiny`.
inline IntegerNetwork random_rows(uint64_t seed, int32_t largest_delay = 3) {
  Draw draw(seed);
  IntegerNetwork network;
  network.input_shape = {static_cast<size_t>(draw(1, 12))};
  const int32_t count = draw(1, 3);
  for (int32_t p = 0; p < count; ++p) {
    Population made{std::string("p").append(std::to_string(p)), {static_cast<size_t>(draw(1, 11))}, {}};
    for (size_t n = 0; n < made.size(); ++n) {
      made.neurons.push_back(draw_neuron(draw));
    }
    network.populations.push_back(std::move(made));
    network.outputs.push_back(static_cast<size_t>(p));
  }
  const int32_t connections = count + draw(0, 2);
  for (int32_t c = 0; c < connections; ++c) {
    Connection connection;
    connection.name = std::string("c").append(std::to_string(c));
    const int32_t source = c == 0 ? -1 : draw(-1, count - 1);
    connection.source = source < 0 ? kInput : static_cast<size_t>(source);
    connection.target = static_cast<size_t>(c < count ? c : draw(0, count - 1));
    connection.delay = static_cast<uint32_t>(draw(0, largest_delay) / 2);
    const size_t from = source < 0 ? network.input_shape[0] : network.populations[connection.source].size();
    const size_t to = network.populations[connection.target].size();
    const int32_t kind = draw(0, 4);
    if (draw.chance(60)) {
      DenseSynapses dense;
      for (size_t i = 0; i < from * to; ++i) {
        dense.weights.push_back(draw_weight(draw, kind));
      }
      connection.synapses = std::move(dense);
    } else {
      SparseSynapses sparse;
      for (int32_t k = draw(0, 20); k > 0; --k) {
        sparse.synapses.push_back({static_cast<uint32_t>(draw(0, static_cast<int32_t>(from) - 1)),
                                   static_cast<uint32_t>(draw(0, static_cast<int32_t>(to) - 1)),
                                   draw_weight(draw, 1),
                                   static_cast<uint8_t>(draw(0, (largest_delay + 1) / 2))});
      }
      connection.synapses = std::move(sparse);
    }
    network.connections.push_back(std::move(connection));
  }
  return network;
}

/// A convolution, then often a pool, both of random geometry, on few channels.
inline IntegerNetwork random_planes(uint64_t seed) {
  Draw draw(seed);
  const auto size = [&](int32_t a, int32_t b) { return static_cast<size_t>(draw(a, b)); };
  ConvolutionSynapses conv;
  conv.groups = size(1, 2);
  const size_t in = conv.groups * size(1, 2);
  const size_t out = conv.groups * size(1, 3);
  conv.kernel_size = {size(1, 4), size(1, 4)};
  conv.stride = {size(1, 3), size(1, 3)};
  conv.padding = {size(0, 2), size(0, 2)};
  conv.dilation = {size(1, 2), size(1, 2)};
  const size_t ky = conv.dilation.first * (conv.kernel_size.first - 1) + 1;
  const size_t kx = conv.dilation.second * (conv.kernel_size.second - 1) + 1;
  const Shape from{in, ky + size(0, 5), kx + size(0, 5)};
  const Shape to{out, (from[1] + 2 * conv.padding.first - ky) / conv.stride.first + 1,
                 (from[2] + 2 * conv.padding.second - kx) / conv.stride.second + 1};
  const int32_t kind = draw(0, 4);
  for (size_t i = 0; i < out * (in / conv.groups) * conv.kernel_size.first * conv.kernel_size.second; ++i) {
    conv.kernel.push_back(draw_weight(draw, kind));
  }
  IntegerNetwork network = one_layer(from, to, conv);
  network.populations[0].neurons = {draw_neuron(draw)};
  if (to[1] > 1 && to[2] > 1) {
    PoolSynapses pool;
    pool.kernel_size = {2, 2};
    pool.stride = {size(1, 2), size(1, 2)};
    pool.padding = {size(0, 1), size(0, 1)};
    pool.weight = draw.chance(50) ? 1 << draw(0, 4) : draw(-9, 9);
    network.populations.push_back(
        population("pooled", {out, (to[1] + 2 * pool.padding.first - 2) / pool.stride.first + 1,
                              (to[2] + 2 * pool.padding.second - 2) / pool.stride.second + 1}));
    network.connections.push_back({"pool", 0, 1, pool, 0});
    network.outputs.push_back(1);
  }
  return network;
}

}  // namespace photic::host::snn::test
