// SPDX-License-Identifier: Apache-2.0
// Walks a plan: gathers what enters each node, computes it, and remembers what is read late.
#include "models/reference/spiking/network.h"

#include <algorithm>
#include <functional>
#include <map>

#include "models/graph/flatten.h"
#include "models/graph/shapes.h"
#include "models/reference/spiking/node.h"
#include "models/reference/spiking/plan.h"

namespace photic::reference::spiking {

struct Network::Impl {
  Plan plan;
  std::vector<Node> nodes;  // in the plan's numbers
  std::map<std::string, size_t> numbers;
  std::vector<size_t> input_nodes, output_nodes, computed;  // computed: the plan's order without Inputs
  size_t inputs = 0;
  std::vector<double> output;
  std::vector<double> sum;  // of several sources

  Impl(const graph::Graph& nested, const Options& options) {
    if (options.dt && !(*options.dt > 0 && *options.dt < 1e9)) {
      throw ReferenceError("options", "dt", "is " + std::to_string(*options.dt) + " s",
                           "give a positive time");
    }
    graph::infer_shapes(nested);
    const graph::Graph graph = graph::resolve(graph::flatten(nested));
    const auto shapes = graph::infer_shapes(graph);
    std::vector<bool> early;
    size_t outputs = 0;
    for (const auto& [name, kind] : graph.nodes) {
      const size_t number = nodes.size();
      numbers[name] = number;
      nodes.emplace_back(name, kind, shapes.at(name), options.dt, options.convention);
      early.push_back(nodes.back().early());
      if (std::holds_alternative<graph::Input>(kind)) {
        input_nodes.push_back(number);
        inputs += nodes.back().value().size();
      } else if (std::holds_alternative<graph::Output>(kind)) {
        output_nodes.push_back(number);
        outputs += nodes.back().value().size();
      }
    }
    output.resize(outputs);
    plan = make_plan(graph, early, options.convention.latency);
    std::copy_if(plan.order.begin(), plan.order.end(), std::back_inserter(computed), [this](size_t number) {
      return std::find(input_nodes.begin(), input_nodes.end(), number) == input_nodes.end();
    });
    for (const auto& sources : plan.sources) {
      for (const Source& source : sources) {
        if (source.late) {
          nodes[source.node].keep_previous();
        }
      }
    }
  }

  void reset() {
    for (Node& node : nodes) {
      node.reset();
    }
    std::fill(output.begin(), output.end(), 0);
  }

  const std::vector<double>& emitted(const Source& source) const {
    return source.late ? nodes[source.node].previous() : nodes[source.node].value();
  }

  /// What enters a node: its only source's values, or the sum, good until the next call.
  std::span<const double> gather(size_t number) {
    const std::vector<Source>& sources = plan.sources[number];
    if (sources.size() == 1) {
      return emitted(sources[0]);
    }
    sum.assign(nodes[number].inputs(), 0);
    for (const Source& source : sources) {
      const std::vector<double>& values = emitted(source);
      std::transform(sum.begin(), sum.end(), values.begin(), sum.begin(), std::plus<>());
    }
    return sum;
  }

  void step(std::span<const double> x) {
    for (const size_t number : input_nodes) {
      std::vector<double>& value = nodes[number].value();
      std::copy_n(x.begin(), value.size(), value.begin());
      x = x.subspan(value.size());
    }
    for (const size_t number : computed) {
      nodes[number].compute(gather(number));
    }
    for (const size_t number : computed) {
      if (nodes[number].is_delay()) {
        nodes[number].finish(gather(number));
      }
    }
    for (Node& node : nodes) {
      node.remember();
    }
    auto target = output.begin();
    for (const size_t number : output_nodes) {
      const std::vector<double>& value = nodes[number].value();
      target = std::copy(value.begin(), value.end(), target);
    }
  }

  std::span<const double> value(const Probe& probe) const {
    const auto found = numbers.find(probe.node);
    if (found == numbers.end()) {
      throw ReferenceError(probe.node, "", "is no node of the graph", "probe a node by its name");
    }
    const Node& node = nodes[found->second];
    if (probe.quantity == Quantity::kOutput) {
      return node.value();
    }
    const bool voltage = probe.quantity == Quantity::kVoltage;
    const Neurons* neurons = node.neurons();
    if (neurons == nullptr || (!voltage && neurons->current().empty())) {
      throw ReferenceError(probe.node, voltage ? "voltage" : "current", "is nothing this node has",
                           "probe its output");
    }
    return voltage ? neurons->voltage() : neurons->current();
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
