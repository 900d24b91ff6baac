// SPDX-License-Identifier: Apache-2.0
// What can go wrong with a Verilated device.
#pragma once

#include <stdexcept>

namespace photic::verilated {

/// An assertion of the RTL did not hold; its name went to standard output. The device is unusable from then
/// on.
class RtlAssertionError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A preset for which no RTL was compiled; the message names those that have one.
class RtlPresetError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

}  // namespace photic::verilated
