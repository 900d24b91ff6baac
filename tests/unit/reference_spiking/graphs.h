// SPDX-License-Identifier: Apache-2.0
// Small graphs for the reference's tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/reference/spiking/network.h"

namespace photic::reference::spiking::test {

inline graph::Tensor one(double value) {
  return {{1}, {value}};
}

inline graph::Tensor tensor(graph::Shape shape, std::vector<double> values) {
  return {std::move(shape), std::move(values)};
}

inline graph::IntegrateFire integrate_fire(double threshold, double reset = 0, double r = 1) {
  return {one(r), one(threshold), one(reset)};
}

/// Input -> the nodes, named "0", "1", ... -> Output, each shape in elements of one dimension.
inline graph::Graph chain(const std::vector<graph::NodeKind>& nodes, size_t inputs = 1, size_t outputs = 1) {
  graph::Graph graph;
  graph.nodes["input"] = graph::Input{{inputs}};
  graph.nodes["output"] = graph::Output{{outputs}};
  std::string previous = "input";
  for (size_t i = 0; i < nodes.size(); ++i) {
    graph.nodes[std::to_string(i)] = nodes[i];
    graph.edges.push_back({previous, std::to_string(i)});
    previous = std::to_string(i);
  }
  graph.edges.push_back({previous, "output"});
  return graph;
}

/// Node and parameter of the ReferenceError that `body` throws; empty if there is none.
template <typename Body>
std::pair<std::string, std::string> refused(Body body) {
  try {
    body();
  } catch (const ReferenceError& error) {
    return {error.node(), error.parameter()};
  }
  return {};
}

inline std::pair<std::string, std::string> at(const std::string& node, const std::string& parameter) {
  return {node, parameter};
}

}  // namespace photic::reference::spiking::test
