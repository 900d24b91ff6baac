// SPDX-License-Identifier: Apache-2.0
// What can stand between a network and a device that runs it.
#pragma once

#include <string>

#include "host/base/error.h"

namespace photic::host::snn {

/// A network, an option or a device that does not do. `place()` is a node, population or connection by name,
/// or "network"; `parameter()` the parameter at fault, empty for none.
class SnnError : public Error {
 public:
  enum class Kind {
    kBadNetwork,   // sizes that do not fit each other, an index or a value out of range
    kBadOption,    // a setting out of range
    kTimeStep,     // a time in seconds, and no length of a step
    kUnsupported,  // nothing the device has does this
    kDelay,        // not a whole number of steps, or more steps than the device keeps
    kOverflow,     // a sum that the device's accumulator could not hold
    kFormat,       // weights that no storage format holds exactly
    kDoesNotFit,   // a memory, or the cores, ran out
    kProgram,      // the device found the program at fault
    kDevice,       // the device or the driver failed
    kCancelled     // by the caller
  };

  SnnError(Kind kind, const std::string& place, const std::string& parameter, const std::string& what,
           const std::string& remedy)
      : Error(place + (parameter.empty() ? "" : "." + parameter), what, remedy),
        kind_(kind),
        place_(place),
        parameter_(parameter) {}

  Kind kind() const { return kind_; }
  const std::string& place() const { return place_; }
  const std::string& parameter() const { return parameter_; }

 private:
  Kind kind_;
  std::string place_, parameter_;
};

}  // namespace photic::host::snn
