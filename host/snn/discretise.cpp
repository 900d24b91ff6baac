// SPDX-License-Identifier: Apache-2.0
// Walks back from every population to what feeds it.
#include "host/snn/discretise.h"

#include <algorithm>
#include <map>

#include "host/snn/linear_path.h"
#include "host/snn/snn_error.h"
#include "models/graph/flatten.h"
#include "models/graph/order.h"
#include "models/graph/shapes.h"

namespace photic::host::snn {
namespace {

using Kind = SnnError::Kind;
namespace spiking = reference::spiking;

/// Most ways of linear nodes into one population.
constexpr size_t kMostPaths = 4096;

bool is_population(const graph::NodeKind& kind) {
  return std::holds_alternative<graph::Threshold>(kind) ||
         (graph::has_state(kind) && !std::holds_alternative<graph::Delay>(kind));
}

/// Everything that reaches a node: paths from populations and the input, and a constant.
struct Arrival {
  struct Way {
    std::string source;
    LinearPath path;
  };
  std::vector<Way> ways;
  std::vector<double> bias;  // empty: 0

  void add_bias(const std::vector<double>& other) {
    if (bias.empty()) {
      bias = other;
      return;
    }
    for (size_t i = 0; i < other.size(); ++i) {
      bias[i] += other[i];
    }
  }
};

class Discretiser {
 public:
  Discretiser(const graph::Graph& graph, const DiscretiseOptions& options)
      : graph_(graph::resolve(graph::flatten(graph))),
        shapes_(graph::infer_shapes(graph_)),
        options_(options) {
    for (const graph::Edge& edge : graph_.edges) {
      sources_[edge.to].push_back(edge.from);
    }
  }

  FloatNetwork run() {
    const std::string input = only<graph::Input>("Input");
    const std::string output = only<graph::Output>("Output");
    network_.input_shape = shapes_.at(input).output;
    indices_[input] = kInput;
    for (const auto& [name, kind] : graph_.nodes) {
      if (is_population(kind)) {
        indices_[name] = network_.populations.size();
        network_.populations.push_back({name, shapes_.at(name).output, {}});
      }
    }
    for (const auto& [name, kind] : graph_.nodes) {
      if (is_population(kind)) {
        add_population(name, kind);
      }
    }
    add_output(output);
    say_what_differs();
    return std::move(network_);
  }

 private:
  template <typename Wanted>
  std::string only(const char* what) const {
    std::string found;
    for (const auto& [name, kind] : graph_.nodes) {
      if (std::holds_alternative<Wanted>(kind)) {
        if (!found.empty()) {
          throw SnnError(Kind::kUnsupported, name, "",
                         std::string("is one of several nodes of kind ") + what + "; a program has one",
                         "join them in the graph");
        }
        found = name;
      }
    }
    return found;
  }

  Arrival arrive(const std::string& node) const {
    Arrival arrival;
    const auto sources = sources_.find(node);
    if (sources == sources_.end()) {
      return arrival;
    }
    for (const std::string& source : sources->second) {
      Arrival more = leave(source);
      arrival.ways.insert(arrival.ways.end(), std::make_move_iterator(more.ways.begin()),
                          std::make_move_iterator(more.ways.end()));
      if (!more.bias.empty()) {
        arrival.add_bias(more.bias);
      }
    }
    if (arrival.ways.size() > kMostPaths) {
      throw SnnError(Kind::kUnsupported, node, "", "is reached by more than 4096 ways without neurons",
                     "put neurons in between");
    }
    return arrival;
  }

  /// What a node gives, in terms of populations and the input.
  Arrival leave(const std::string& node) const {
    const graph::NodeKind& kind = graph_.nodes.at(node);
    const graph::NodeShapes& shapes = shapes_.at(node);
    if (indices_.count(node) != 0) {
      Arrival itself;
      itself.ways.push_back({node, identity_path(shapes.output)});
      return itself;
    }
    const auto path = path_of(node, kind, shapes.input, shapes.output, options_.dt);
    if (!path) {
      throw SnnError(Kind::kUnsupported, node, "",
                     "is of kind " + std::string(graph::kind_name(kind)) + ", which the device does not have",
                     "replace it");
    }
    Arrival arrival = arrive(node);
    for (Arrival::Way& way : arrival.ways) {
      way.path = compose(way.path, *path);
    }
    if (!arrival.bias.empty()) {
      arrival.bias = multiply(*path, arrival.bias);
    }
    if (const std::vector<double> own = bias_of(kind, shapes.output); !own.empty()) {
      arrival.add_bias(own);
    }
    return arrival;
  }

  void add_population(const std::string& name, const graph::NodeKind& kind) {
    const size_t index = indices_.at(name);
    const Arrival arrival = arrive(name);
    const size_t size = network_.populations[index].size();
    NeuronConstants constants = neuron_constants(name, kind, size, arrival.bias, options_);
    network_.populations[index].neurons = std::move(constants.neurons);
    if (!arrival.bias.empty() && network_.populations[index].neuron(0).current_keep > 0) {
      network_.notes.push_back("'" + name + "': a bias acts on v at once, not through the synapse's filter");
    }
    connect(index, arrival, constants.gain, constants.late ? 1 : 0);
  }

  void connect(size_t target, const Arrival& arrival, const std::vector<double>& gain, uint32_t late) {
    for (const Arrival::Way& way : arrival.ways) {
      const LinearPath gained = compose(way.path, diagonal_path(way.path.out, gain));
      FloatConnection made;
      made.wiring.source = indices_.at(way.source);
      made.wiring.target = target;
      made.wiring.delay = gained.delay + late;
      made.wiring.name =
          gained.name.empty() ? way.source + ">" + network_.populations[target].name : gained.name;
      paths_.push_back(gained);
      network_.connections.push_back(std::move(made));
    }
  }

  void add_output(const std::string& output) {
    const Arrival arrival = arrive(output);
    const bool plain = arrival.ways.size() == 1 && arrival.bias.empty() && arrival.ways[0].path.delay == 0 &&
                       arrival.ways[0].path.name.empty() && indices_.at(arrival.ways[0].source) != kInput;
    if (plain) {
      network_.outputs = {indices_.at(arrival.ways[0].source)};
    } else {
      const size_t index = network_.populations.size();
      const Shape& shape = shapes_.at(output).output;
      FloatNeuron readout;
      readout.voltage_keep = 0;
      readout.threshold = 0;
      readout.modes.never_fires = true;
      readout.modes.reset = Reset::kNone;
      readout.modes.emission = Emission::kGradedEveryStep;
      FloatPopulation population{output + ".readout", shape, {readout}};
      if (!arrival.bias.empty()) {
        population.neurons.assign(arrival.bias.size(), readout);
        for (size_t i = 0; i < arrival.bias.size(); ++i) {
          population.neurons[i].bias = arrival.bias[i];
        }
      }
      network_.populations.push_back(std::move(population));
      connect(index, arrival, std::vector<double>(graph::elements(shape), 1), 0);
      network_.outputs = {index};
      network_.notes.push_back("'" + output + "' is read through neurons without memory, a step later");
    }
    settle_shapes();
  }

  /// Convolutions and pools need both ends to have planes: a population takes the shape of the first one that
  /// wants it, and what disagrees becomes synapses one by one.
  void settle_shapes() {
    const auto walks = [](const LinearPath& path) {
      return std::holds_alternative<ConvolutionSynapses>(path.synapses) ||
             std::holds_alternative<PoolSynapses>(path.synapses);
    };
    std::map<size_t, Shape> settled;
    const auto settle = [&](size_t population, const Shape& wanted) {
      return settled.try_emplace(population, wanted).first->second == wanted;
    };
    for (size_t c = 0; c < paths_.size(); ++c) {
      Connection& wiring = network_.connections[c].wiring;
      LinearPath& path = paths_[c];
      if (walks(path) && !(settle(wiring.target, path.out) && settle(wiring.source, path.in))) {
        path = to_sparse(path);
      }
      wiring.synapses = path.synapses;
      network_.connections[c].weights = std::move(path.weights);
    }
    for (const auto& [population, shape] : settled) {
      (population == kInput ? network_.input_shape : network_.populations[population].shape) = shape;
    }
  }

  void say_what_differs() {
    if (options_.convention.reset == spiking::Reset::kSubtractPending) {
      network_.notes.emplace_back(
          "a reset by subtraction takes one threshold; the convention takes a second one from a neuron left "
          "above threshold");
    }
    if (options_.convention.latency == spiking::Latency::kSameStep) {
      network_.notes.emplace_back(
          "what a population sends arrives one step later; the convention has all populations in one step");
    }
  }

  graph::Graph graph_;
  std::map<std::string, graph::NodeShapes> shapes_;
  const DiscretiseOptions& options_;
  std::map<std::string, std::vector<std::string>> sources_;
  std::map<std::string, size_t> indices_;  // of populations, and kInput of the input
  std::vector<LinearPath> paths_;          // of each connection
  FloatNetwork network_;
};

}  // namespace

FloatNetwork discretise(const graph::Graph& graph, const DiscretiseOptions& options) {
  return Discretiser(graph, options).run();
}

}  // namespace photic::host::snn
