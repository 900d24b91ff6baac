// SPDX-License-Identifier: Apache-2.0
// Population by population: scales, weights, constants, errors.
#include "host/snn/quantise.h"

#include <algorithm>
#include <cmath>

#include "host/snn/check_network.h"
#include "host/snn/for_each_synapse.h"
#include "host/snn/scale_search.h"
#include "host/snn/snn_error.h"

namespace photic::host::snn {
namespace {

using Kind = SnnError::Kind;

constexpr double kVoltage = 64;        // voltages in one weight unit
constexpr double kVoltages = 8388608;  // what 24 bits hold
constexpr double kDecay = 4096;
constexpr double kLargestBias = 4095.0 * 128;
constexpr int kShiftToHost = 8;    // a voltage of 24 bits as a payload of 16
constexpr int kShiftToCores = 15;  // as one of 9: weights and sums still have room
/// Inputs below this share of the threshold, leak considered, move a neuron by nothing that matters.
constexpr double kNegligible = 1e-3;
/// From so many bits on the errors are too small to be worth giving equal weights different levels.
constexpr int kBalancedBits = 6;
/// Steps a neuron that never fires may add up its largest input without saturation, if it does not leak.
constexpr double kIntegration = 1024;
/// Of these, what it must hold even at the price of its weights' precision.
constexpr double kBriefly = 1;

bool graded(const NeuronModel& modes) {
  return modes.emission == Emission::kGradedSpike || modes.emission == Emission::kGradedEveryStep;
}

int32_t clipped(double x, double limit) {
  return static_cast<int32_t>(std::clamp(std::round(x), -limit, limit - 1));
}

class Quantiser {
 public:
  Quantiser(const FloatNetwork& network, const QuantiseOptions& options)
      : network_(network), options_(options), scales_(network.populations.size()) {
    check_options();
    result_.network.input_shape = network.input_shape;
    result_.network.outputs = network.outputs;
    for (const FloatConnection& connection : network.connections) {
      result_.network.connections.push_back(connection.wiring);
      result_.report.weights.push_back({connection.wiring.name, bits_of(connection), 0, 0});
      size_weights(result_.network.connections.back(), connection.weights.size());
    }
    result_.network.populations.resize(network.populations.size());
    result_.report.populations.resize(network.populations.size());
  }

  Quantised run() {
    for (const size_t p : order()) {
      quantise_population(p);
    }
    check_network(result_.network);
    check_accumulators(result_.network, options_.input_payload);
    for (size_t p = 0; p < network_.populations.size(); ++p) {
      const auto worst = static_cast<double>(worst_input(result_.network, p, options_.input_payload));
      PopulationError& error = result_.report.populations[p];
      error.input_headroom = worst > 0 ? kVoltages / kVoltage / worst : 0;
      error.accumulator_headroom = worst > 0 ? 2147483647.0 / worst : 0;
    }
    return std::move(result_);
  }

 private:
  void check_options() const {
    const auto check = [](const std::string& name, int bits) {
      if (bits < 1 || bits > 8) {
        throw SnnError(Kind::kBadOption, name, "bits", std::to_string(bits) + " is not from 1 to 8",
                       "choose 1 to 8");
      }
    };
    check("network", options_.bits);
    for (const auto& only : options_.only) {
      check(only.first, only.second);
      if (std::none_of(network_.connections.begin(), network_.connections.end(),
                       [&](const FloatConnection& c) { return c.wiring.name == only.first; })) {
        throw SnnError(Kind::kBadOption, only.first, "bits", "are given, and no connection has this name",
                       "use the names of the report");
      }
    }
    if (!(options_.headroom >= 1 && options_.headroom <= 65536)) {
      throw SnnError(Kind::kBadOption, "network", "headroom", "is not from 1 to 65536", "choose 64");
    }
    for (const FloatConnection& c : network_.connections) {
      if (!std::all_of(c.weights.begin(), c.weights.end(), [](double w) { return std::isfinite(w); })) {
        throw SnnError(Kind::kBadNetwork, c.wiring.name, "weights", "are not all finite numbers",
                       "correct the network");
      }
    }
  }

  int bits_of(const FloatConnection& connection) const {
    const auto only = options_.only.find(connection.wiring.name);
    return only == options_.only.end() ? options_.bits : only->second;
  }

  static void size_weights(Connection& connection, size_t count) {
    if (auto* dense = std::get_if<DenseSynapses>(&connection.synapses)) {
      dense->weights.assign(count, 0);
    } else if (auto* conv = std::get_if<ConvolutionSynapses>(&connection.synapses)) {
      conv->kernel.assign(count, 0);
    }
  }

  /// Populations whose payloads are graded come before those they feed: the unit of a payload is part of the
  /// weights. Where they feed each other in a cycle, the first has its scale set by its range alone.
  std::vector<size_t> order() {
    std::vector<size_t> order;
    std::vector<bool> done(network_.populations.size());
    const auto ready = [&](size_t p) {
      return std::all_of(network_.connections.begin(), network_.connections.end(), [&](const auto& c) {
        return c.wiring.target != p || c.wiring.source == kInput || done[c.wiring.source] ||
               !graded(network_.populations[c.wiring.source].neuron(0).modes);
      });
    };
    while (order.size() < done.size()) {
      size_t p = 0;
      while (p < done.size() && (done[p] || !ready(p))) {
        ++p;
      }
      if (p == done.size()) {
        p = static_cast<size_t>(std::find(done.begin(), done.end(), false) - done.begin());
        preset_scale(p);
      }
      done[p] = true;
      order.push_back(p);
    }
    return order;
  }

  bool feeds_cores(size_t p) const {
    return std::any_of(network_.connections.begin(), network_.connections.end(),
                       [&](const FloatConnection& c) { return c.wiring.source == p; });
  }

  int shift_of(size_t p) const { return feeds_cores(p) ? kShiftToCores : kShiftToHost; }

  void preset_scale(size_t p) {
    const double range = needs(p, network_.populations[p].size(), {0}).at(0).comfortable;
    scales_[p] = {range > 0 ? kVoltages / kVoltage / range : 1};
  }

  /// Float voltage in one unit of a payload of population p; 1 for spikes.
  double payload_unit(size_t p) const {
    if (p == kInput || !graded(network_.populations[p].neuron(0).modes)) {
      return 1;
    }
    return std::ldexp(1 / (kVoltage * scales_[p].at(0)), shift_of(p));
  }

  double largest_payload(size_t p) const {
    if (p == kInput) {
      return std::abs(options_.input_payload);
    }
    return graded(network_.populations[p].neuron(0).modes) ? std::ldexp(kVoltages, -shift_of(p)) : 1;
  }

  /// Neurons that count in one unit: one, a channel's, or all.
  size_t group_size(size_t p) const {
    const FloatPopulation& population = network_.populations[p];
    size_t size = 1;
    for (const FloatConnection& c : network_.connections) {
      if (c.wiring.target == p && std::holds_alternative<ConvolutionSynapses>(c.wiring.synapses)) {
        size = std::max(size, population.shape[1] * population.shape[2]);
      }
      if (c.wiring.target == p && std::holds_alternative<PoolSynapses>(c.wiring.synapses)) {
        size = population.size();
      }
    }
    const bool alike = options_.scheme == Scheme::kSymmetric || graded(population.neuron(0).modes);
    return alike ? population.size() : size;
  }

  /// Places of the weights of every group.
  std::vector<std::vector<size_t>> places(const FloatConnection& c, size_t group) const {
    const FloatPopulation& target = network_.populations[c.wiring.target];
    std::vector<std::vector<size_t>> rows(target.size() / group);
    const auto* sparse = std::get_if<SparseSynapses>(&c.wiring.synapses);
    const size_t outer =
        std::holds_alternative<ConvolutionSynapses>(c.wiring.synapses) ? target.shape[0] : target.size();
    const size_t per_outer = std::max<size_t>(1, c.weights.size() / outer);
    for (size_t i = 0; i < c.weights.size(); ++i) {
      const size_t element =
          sparse != nullptr ? sparse->synapses[i].target : i / per_outer * (target.size() / outer);
      rows[element / group].push_back(i);
    }
    return rows;
  }

  /// What each group asks, in float units. `worst`: the largest input of a step, of each group.
  std::vector<GroupNeed> needs(size_t p, size_t group, const std::vector<double>& worst) const {
    const FloatPopulation& population = network_.populations[p];
    std::vector<GroupNeed> result(population.size() / group);
    for (size_t e = 0; e < population.size(); ++e) {
      const FloatNeuron& n = population.neuron(e);
      const double threshold = std::abs(n.threshold);
      const double leak = (1 - n.voltage_keep) * (1 - n.current_keep);
      const double input = worst[e / group] + std::abs(n.bias) * (1 - n.current_keep);
      const double settled = input / std::max(leak, 1 / kIntegration);
      // The bias has 13 bits and 7 doublings of v's 24.
      const double bare = std::max({std::abs(n.bias) * kVoltages / kLargestBias, std::abs(n.reset_voltage),
                                    std::abs(n.rest_voltage), std::abs(n.adaptation_step)});
      double least = bare;
      double comfortable = 0;
      if (n.modes.never_fires) {
        least = std::max(least, std::min(settled, input * kBriefly));
        comfortable = std::max(least, settled);
      } else {
        const double reach = leak > 0 ? input / leak : threshold * options_.headroom;
        least = std::max(least, 2 * threshold);
        comfortable = std::max(least, std::min(reach, threshold * options_.headroom));
      }
      GroupNeed& need = result[e / group];
      need.least = std::max(need.least, least);
      const double fitted = n.modes.never_fires ? 0 : threshold;
      need.threshold = e % group == 0 || need.threshold == fitted ? fitted : 0;
      need.comfortable = std::max(need.comfortable, comfortable);
      const double small = kNegligible * threshold * std::max(leak, kNegligible);
      need.negligible = e % group == 0 ? small : std::min(need.negligible, small);
    }
    return result;
  }

  void quantise_population(size_t p) {
    const size_t group = group_size(p);
    std::vector<size_t> incoming;
    std::vector<LayerWeights> layers;
    std::vector<std::vector<std::vector<size_t>>> rows;
    std::vector<double> worst(network_.populations[p].size() / group);
    for (size_t c = 0; c < network_.connections.size(); ++c) {
      const FloatConnection& connection = network_.connections[c];
      if (connection.wiring.target != p) {
        continue;
      }
      incoming.push_back(c);
      rows.push_back(places(connection, group));
      layers.push_back(layer_of(connection, rows.back()));
      const double payload = largest_payload(connection.wiring.source);
      // A group of whole rows of neurons holds several rows of weights; the mean row stands for each.
      const auto neurons =
          static_cast<double>(std::holds_alternative<DenseSynapses>(connection.wiring.synapses) ||
                                      std::holds_alternative<SparseSynapses>(connection.wiring.synapses)
                                  ? group
                                  : 1);
      for (size_t g = 0; g < worst.size(); ++g) {
        double sum = 0;
        for (const double w : layers.back().rows[g]) {
          sum += std::abs(w);
        }
        worst[g] += payload * sum / neurons;
      }
    }
    const double wanted = scales_[p].empty() ? 0 : scales_[p][0];
    const std::vector<GroupNeed> need = needs(p, group, worst);
    const Scales scales = options_.scheme == Scheme::kSymmetric ? symmetric_scales(layers, need, wanted)
                                                                : search_scales(layers, need, wanted);
    for (size_t i = 0; i < incoming.size(); ++i) {
      write_weights(incoming[i], layers[i], rows[i], scales, scales.doubling[i]);
    }
    write_neurons(p, group, scales);
  }

  LayerWeights layer_of(const FloatConnection& connection,
                        const std::vector<std::vector<size_t>>& rows) const {
    LayerWeights layer;
    layer.bits = bits_of(connection);
    layer.levels = WeightLevels::plain(layer.bits);
    layer.fixed = std::holds_alternative<PoolSynapses>(connection.wiring.synapses);
    const double unit = payload_unit(connection.wiring.source);
    for (const auto& row : rows) {
      layer.rows.emplace_back();
      for (const size_t place : row) {
        layer.rows.back().push_back(connection.weights[place] * unit);
      }
    }
    if (options_.scheme == Scheme::kPerNeuron && options_.bipolar && layer.bits == 2) {
      const WeightLevels odd = WeightLevels::bipolar(layer.bits);
      double plain_error = 0;
      double odd_error = 0;
      for (const auto& row : layer.rows) {
        const double plain_step = best_step(row, layer.levels);
        plain_error += plain_step > 0 ? squared_error(row, layer.levels, plain_step) : 0;
        odd_error += plain_step > 0 ? squared_error(row, odd, best_step(row, odd)) : 0;
      }
      layer.levels = odd_error < plain_error ? odd : layer.levels;
    }
    return layer;
  }

  /// Levels of one group's weights, which may be several rows of inputs.
  std::vector<int32_t> levels_of(size_t c, const LayerWeights& layer, const std::vector<double>& row,
                                 double step) const {
    const Connection& wiring = network_.connections[c].wiring;
    const bool balance = options_.scheme == Scheme::kPerNeuron && options_.balance && !layer.fixed &&
                         layer.bits <= kBalancedBits;
    std::vector<int32_t> levels;
    if (!balance) {
      for (const double w : row) {
        levels.push_back(layer.levels.nearest(w / step));
      }
      return levels;
    }
    const Shape& source = source_shape(network_, wiring);
    if (std::holds_alternative<DenseSynapses>(wiring.synapses) && source.size() == 3) {
      return diffused_levels(row, source[1], source[2], layer.levels, step);
    }
    const size_t length =
        std::holds_alternative<DenseSynapses>(wiring.synapses) ? graph::elements(source) : row.size();
    for (size_t first = 0; first < row.size(); first += length) {
      const auto part = balanced_levels(std::span(row).subspan(first, length), layer.levels, step);
      levels.insert(levels.end(), part.begin(), part.end());
    }
    return levels;
  }

  void write_weights(size_t c, const LayerWeights& layer, const std::vector<std::vector<size_t>>& rows,
                     const Scales& scales, int doubling) {
    Connection& connection = result_.network.connections[c];
    double errors = 0, squares = 0, worst = 0, most = 0;
    for (size_t g = 0; g < rows.size(); ++g) {
      const double step = std::ldexp(scales.step[g], doubling);
      const std::vector<int32_t> levels = levels_of(c, layer, layer.rows[g], step);
      for (size_t i = 0; i < rows[g].size(); ++i) {
        weight_at(connection.synapses, rows[g][i]) = levels[i] * (1 << (scales.exponent + doubling));
        const double w = layer.rows[g][i];
        const double error = w - levels[i] * step;
        errors += error * error;
        squares += w * w;
        worst = std::max(worst, std::abs(error));
        most = std::max(most, std::abs(w));
      }
    }
    WeightError& report = result_.report.weights[c];
    report.rms = squares > 0 ? std::sqrt(errors / squares) : 0;
    report.largest = most > 0 ? worst / most : 0;
  }

  void write_neurons(size_t p, size_t group, const Scales& scales) {
    const FloatPopulation& population = network_.populations[p];
    PopulationError& report = result_.report.populations[p];
    report.population = population.name;
    Population& made = result_.network.populations[p];
    made.name = population.name;
    made.shape = population.shape;
    const bool uniform = population.neurons.size() == 1 && group == population.size();
    for (size_t e = 0; e < (uniform ? 1 : population.size()); ++e) {
      made.neurons.push_back(neuron(population.neuron(e), scales.units(e / group), shift_of(p), report));
      report.scale.push_back(scales.units(e / group));
    }
    if (std::all_of(made.neurons.begin(), made.neurons.end(),
                    [&](const NeuronModel& n) { return n == made.neurons[0]; })) {
      made.neurons.resize(1);
    }
    scales_[p] = report.scale;
  }

  static NeuronModel neuron(const FloatNeuron& n, double scale, int shift, PopulationError& report) {
    NeuronModel made = n.modes;
    const auto decay = [&](double keep) {
      const double exact = kDecay * (1 - keep);
      const auto rounded = static_cast<int32_t>(std::clamp(std::round(exact), 0.0, kDecay));
      report.decay = std::max(report.decay, std::abs(exact - rounded) / kDecay);
      return rounded;
    };
    made.current_decay = decay(n.current_keep);
    made.voltage_decay = decay(n.voltage_keep);
    made.adaptation_decay = decay(n.adaptation_keep);
    made.threshold = clipped(n.threshold * scale, kVoltages);
    if (n.threshold != 0 && !n.modes.never_fires) {
      const double exact = n.threshold * scale;
      report.threshold = std::max(report.threshold, std::abs(made.threshold - exact) / std::abs(exact));
      report.threshold_units =
          report.threshold_units > 0 ? std::min(report.threshold_units, std::abs(exact)) : std::abs(exact);
    }
    made.reset_voltage = clipped(kVoltage * n.reset_voltage * scale, kVoltages);
    made.rest_voltage = clipped(kVoltage * n.rest_voltage * scale, kVoltages);
    made.adaptation_step = clipped(kVoltage * n.adaptation_step * scale, kVoltages);
    const double bias = kVoltage * n.bias * scale;
    made.bias_exponent = 0;
    while (made.bias_exponent < 7 && std::abs(std::ldexp(bias, -made.bias_exponent)) > 4095) {
      ++made.bias_exponent;
    }
    made.bias_mantissa = clipped(std::ldexp(bias, -made.bias_exponent), 4096);
    if (graded(n.modes)) {
      made.graded_shift = static_cast<uint8_t>(shift);
    }
    return made;
  }

  const FloatNetwork& network_;
  const QuantiseOptions& options_;
  Quantised result_;
  std::vector<std::vector<double>> scales_;  // of populations done, one or one a neuron
};

}  // namespace

Quantised quantise(const FloatNetwork& network, const QuantiseOptions& options) {
  return Quantiser(network, options).run();
}

Quantised requantise(const IntegerNetwork& network, const QuantiseOptions& options) {
  return quantise(to_float(network), options);
}

}  // namespace photic::host::snn
