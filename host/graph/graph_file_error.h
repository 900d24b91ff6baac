// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a file that describes a network.
#pragma once

#include <string>

#include "host/base/error.h"

namespace photic::host {

/// A network's file that is readable and makes no sense. `node` is the node's or layer's path in the network
/// (empty: the network as a whole), `parameter` the name the format gives it (empty: none).
class GraphFileError : public Error {
 public:
  enum class Kind {
    kMissing,      // a parameter or a part that must be there
    kUnknown,      // a parameter, type or version the format does not have
    kWrongType,    // text where a number must be, a fraction where an integer must be
    kWrongShape,   // values of another number or shape
    kOutOfRange,   // a value beyond what the parameter can be
    kUnsupported,  // the format has it, Photic cannot do it
    kInvalid       // the parts are fine, the whole is not: shapes, cycles, edges
  };

  GraphFileError(Kind kind, const std::string& file, const std::string& node, const std::string& parameter,
                 const std::string& what, const std::string& remedy)
      : Error(file + (node.empty() ? "" : ", node '" + node + "'") +
                  (parameter.empty() ? "" : ", parameter '" + parameter + "'"),
              what, remedy),
        kind_(kind),
        file_(file),
        node_(node),
        parameter_(parameter) {}

  Kind kind() const { return kind_; }
  const std::string& file() const { return file_; }
  const std::string& node() const { return node_; }
  const std::string& parameter() const { return parameter_; }

 private:
  Kind kind_;
  std::string file_, node_, parameter_;
};

}  // namespace photic::host
