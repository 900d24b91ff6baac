// SPDX-License-Identifier: Apache-2.0
// Nodes hold their values of this step, and of the last one where somebody reads them late.
#include "models/reference/spiking/network.h"

#include <algorithm>
#include <map>
#include <variant>

#include "models/graph/flatten.h"
#include "models/graph/shapes.h"
#include "models/reference/spiking/delay_line.h"
#include "models/reference/spiking/linear_map.h"
#include "models/reference/spiking/neurons.h"
#include "models/reference/spiking/plan.h"

namespace photic::reference::spiking {
namespace {

/// y = x.
struct Identity {};

/// y = 1 where x is above.
struct Step {
  std::vector<double> threshold;
  Comparison comparison;
};

/// What a node does with its input.
using Action = std::variant<Identity, Step, std::unique_ptr<AffineMap>, Neurons, DelayLine>;

struct Node {
  Action action;
  std::vector<double> input;     // the sum of several sources, or of none
  std::vector<double> value;     // what it emits in this step
  std::vector<double> previous;  // what it emitted in the last; empty where nobody reads it late
};

void check_dt(const std::optional<double>& dt) {
  if (dt && !(*dt > 0 && *dt < 1e9)) {
    throw ReferenceError("options", "dt", "is " + std::to_string(*dt) + " s", "give a positive time");
  }
}

Action make_action(const std::string& name, const graph::NodeKind& kind, const graph::NodeShapes& shapes,
                   const Options& options) {
  if (auto map = make_affine_map(kind, shapes.input, shapes.output)) {
    return map;
  }
  if (const auto* delay = std::get_if<graph::Delay>(&kind)) {
    if (!options.dt) {
      throw ReferenceError(name, "delay", "needs the length of a step", "give dt in seconds");
    }
    return DelayLine(name, *delay, *options.dt);
  }
  if (const auto* threshold = std::get_if<graph::Threshold>(&kind)) {
    return Step{threshold->threshold.values, options.convention.comparison};
  }
  if (graph::has_state(kind)) {
    return Neurons::make(name, kind, shapes.output, options.dt, options.convention);
  }
  return Identity{};
}

}  // namespace

struct Network::Impl {
  Plan plan;
  std::vector<Node> nodes;
  std::map<std::string, size_t> numbers;
  std::vector<size_t> input_nodes, output_nodes;
  size_t inputs = 0;
  std::vector<double> output;

  Impl(const graph::Graph& nested, const Options& options) {
    check_dt(options.dt);
    graph::infer_shapes(nested);
    const graph::Graph graph = graph::resolve(graph::flatten(nested));
    const auto shapes = graph::infer_shapes(graph);
    std::vector<bool> early;
    size_t outputs = 0;
    for (const auto& [name, kind] : graph.nodes) {
      const graph::NodeShapes& shape = shapes.at(name);
      numbers[name] = nodes.size();
      if (std::holds_alternative<graph::Input>(kind)) {
        input_nodes.push_back(nodes.size());
        inputs += graph::elements(shape.output);
      } else if (std::holds_alternative<graph::Output>(kind)) {
        output_nodes.push_back(nodes.size());
        outputs += graph::elements(shape.output);
      }
      nodes.push_back({make_action(name, kind, shape, options),
                       std::vector<double>(graph::elements(shape.input)),
                       std::vector<double>(graph::elements(shape.output)),
                       {}});
      const auto* delay = std::get_if<DelayLine>(&nodes.back().action);
      early.push_back(delay != nullptr && delay->breaks_cycles());
    }
    output.resize(outputs);
    plan = make_plan(graph, early, options.convention.latency);
    for (const auto& sources : plan.sources) {
      for (const Source& source : sources) {
        if (source.late) {
          nodes[source.node].previous.resize(nodes[source.node].value.size());
        }
      }
    }
  }

  void reset() {
    for (Node& node : nodes) {
      std::fill(node.value.begin(), node.value.end(), 0);
      std::fill(node.previous.begin(), node.previous.end(), 0);
      if (auto* neurons = std::get_if<Neurons>(&node.action)) {
        neurons->reset();
      } else if (auto* delay = std::get_if<DelayLine>(&node.action)) {
        delay->reset();
      }
    }
    std::fill(output.begin(), output.end(), 0);
  }

  const std::vector<double>& emitted(const Source& source) const {
    return source.late ? nodes[source.node].previous : nodes[source.node].value;
  }

  /// What enters a node: its only source's values, or the sum.
  std::span<const double> gather(size_t number) {
    const std::vector<Source>& sources = plan.sources[number];
    if (sources.size() == 1) {
      return emitted(sources[0]);
    }
    std::vector<double>& sum = nodes[number].input;
    std::fill(sum.begin(), sum.end(), 0);
    for (const Source& source : sources) {
      const std::vector<double>& values = emitted(source);
      std::transform(sum.begin(), sum.end(), values.begin(), sum.begin(), std::plus<>());
    }
    return sum;
  }

  void compute(size_t number) {
    Node& node = nodes[number];
    if (auto* delay = std::get_if<DelayLine>(&node.action)) {
      if (!delay->breaks_cycles()) {
        delay->write(gather(number));
      }
      delay->read(node.value);
      return;
    }
    const std::span<const double> x = gather(number);
    if (auto* neurons = std::get_if<Neurons>(&node.action)) {
      neurons->step(x, node.value);
    } else if (const auto* map = std::get_if<std::unique_ptr<AffineMap>>(&node.action)) {
      (*map)->apply(x, node.value);
    } else if (const auto* step = std::get_if<Step>(&node.action)) {
      for (size_t i = 0; i < x.size(); ++i) {
        const bool above =
            step->comparison == Comparison::kGreater ? x[i] > step->threshold[i] : x[i] >= step->threshold[i];
        node.value[i] = above ? 1 : 0;
      }
    } else {
      std::copy(x.begin(), x.end(), node.value.begin());
    }
  }

  void step(std::span<const double> x) {
    for (const size_t number : input_nodes) {
      std::vector<double>& value = nodes[number].value;
      std::copy_n(x.begin(), value.size(), value.begin());
      x = x.subspan(value.size());
    }
    for (const size_t number : plan.order) {
      if (std::find(input_nodes.begin(), input_nodes.end(), number) == input_nodes.end()) {
        compute(number);
      }
    }
    for (size_t number = 0; number < nodes.size(); ++number) {
      if (auto* delay = std::get_if<DelayLine>(&nodes[number].action)) {
        if (delay->breaks_cycles()) {
          delay->write(gather(number));
        }
        delay->advance();
      }
    }
    for (Node& node : nodes) {
      if (!node.previous.empty()) {
        node.previous = node.value;
      }
    }
    auto target = output.begin();
    for (const size_t number : output_nodes) {
      target = std::copy(nodes[number].value.begin(), nodes[number].value.end(), target);
    }
  }

  std::span<const double> value(const Probe& probe) const {
    const auto found = numbers.find(probe.node);
    if (found == numbers.end()) {
      throw ReferenceError(probe.node, "", "is no node of the graph", "probe a node by its name");
    }
    const Node& node = nodes[found->second];
    if (probe.quantity == Quantity::kOutput) {
      return node.value;
    }
    const auto* neurons = std::get_if<Neurons>(&node.action);
    const std::span<const double> state = neurons == nullptr                     ? std::span<const double>()
                                          : probe.quantity == Quantity::kVoltage ? neurons->voltage()
                                                                                 : neurons->current();
    if (state.empty()) {
      throw ReferenceError(probe.node, probe.quantity == Quantity::kVoltage ? "voltage" : "current",
                           "is nothing this node has", "probe its output");
    }
    return state;
  }
};

Network::Network(const graph::Graph& graph, const Options& options)
    : impl_(std::make_unique<Impl>(graph, options)) {}
Network::~Network() = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;

size_t Network::inputs() const {
  return impl_->inputs;
}

size_t Network::outputs() const {
  return impl_->output.size();
}

void Network::reset() {
  impl_->reset();
}

void Network::step(std::span<const double> input) {
  if (input.size() != inputs()) {
    throw ReferenceError("input", "", "has " + std::to_string(input.size()) + " values",
                         "give " + std::to_string(inputs()) + " a step");
  }
  impl_->step(input);
}

std::span<const double> Network::output() const {
  return impl_->output;
}

std::span<const double> Network::value(const Probe& probe) const {
  return impl_->value(probe);
}

Record Network::run(std::span<const double> input, const std::vector<Probe>& probes) {
  if (input.size() % inputs() != 0) {
    throw ReferenceError("input", "", "has " + std::to_string(input.size()) + " values",
                         "give " + std::to_string(inputs()) + " for each step");
  }
  reset();
  Record record{input.size() / inputs(), {}, std::vector<std::vector<double>>(probes.size())};
  for (; !input.empty(); input = input.subspan(inputs())) {
    impl_->step(input.first(inputs()));
    record.output.insert(record.output.end(), impl_->output.begin(), impl_->output.end());
    for (size_t i = 0; i < probes.size(); ++i) {
      const std::span<const double> values = impl_->value(probes[i]);
      record.probes[i].insert(record.probes[i].end(), values.begin(), values.end());
    }
  }
  return record;
}

}  // namespace photic::reference::spiking
