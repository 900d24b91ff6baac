// SPDX-License-Identifier: Apache-2.0
// Why a graph cannot be executed.
#pragma once

#include <stdexcept>
#include <string>

namespace photic::reference::spiking {

/// A node or an option the reference refuses. `what()` is "<node>.<parameter>: <what>; <remedy>".
class ReferenceError : public std::runtime_error {
 public:
  /// `node` is the node's name, or a word for the whole graph; `parameter` its NIR field, the option, or
  /// empty.
  ReferenceError(const std::string& node, const std::string& parameter, const std::string& what,
                 const std::string& remedy)
      : std::runtime_error(node + (parameter.empty() ? "" : "." + parameter) + ": " + what + "; " + remedy),
        node_(node),
        parameter_(parameter) {}

  const std::string& node() const { return node_; }
  const std::string& parameter() const { return parameter_; }

 private:
  std::string node_, parameter_;
};

}  // namespace photic::reference::spiking
