// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a graph.
#pragma once

#include <stdexcept>
#include <string>

namespace photic::graph {

/// A graph that has no meaning, and where: `node()` is the node's name, joined by "." to the names of the
/// graphs it lies in (empty: the graph as a whole); `parameter()` is NIR's name of the parameter (empty:
/// none).
class GraphError : public std::runtime_error {
 public:
  enum class Kind {
    kUnknownNode,    // an edge names a node that is not there
    kDuplicateEdge,  // the same edge twice
    kBadEdge,        // an edge into an Input or out of an Output
    kBadParameter,   // missing, of a wrong shape or out of its range
    kNotFinite,      // NaN or infinite
    kShapeMismatch,  // two ends of an edge differ
    kUnknownShape,   // nothing tells a node's shape
    kCycle,          // a cycle without a state or a delay
    kNoInput,
    kNoOutput,
    kNested,   // a graph inside a graph where none may be
    kBadName,  // a name that is empty or taken
    kTooLarge
  };

  GraphError(Kind kind, const std::string& node, const std::string& parameter, const std::string& reason)
      : std::runtime_error(place(node, parameter) + reason),
        kind_(kind),
        node_(node),
        parameter_(parameter),
        reason_(reason) {}

  Kind kind() const { return kind_; }
  const std::string& node() const { return node_; }
  const std::string& parameter() const { return parameter_; }
  const std::string& reason() const { return reason_; }

  /// The same error seen from the graph that holds this one as node `outer`.
  GraphError inside(const std::string& outer) const {
    return {kind_, node_.empty() ? outer : outer + "." + node_, parameter_, reason_};
  }

 private:
  static std::string place(const std::string& node, const std::string& parameter) {
    std::string text = node.empty() ? "graph" : "node '" + node + "'";
    text += parameter.empty() ? "" : ", parameter '" + parameter + "'";
    return text + ": ";
  }

  Kind kind_;
  std::string node_, parameter_, reason_;
};

}  // namespace photic::graph
