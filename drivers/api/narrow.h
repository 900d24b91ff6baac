// SPDX-License-Identifier: Apache-2.0
// Puts a description's numbers into a record's narrower fields.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "drivers/abi/descriptors.h"
#include "drivers/transport/error.h"

namespace photic::api {

/// `value` as a T. Throws Error(INVALID_ARGUMENT), naming `field`, if it does not fit.
template <typename T>
T narrow(const char* field, uint32_t value) {
  if (value > std::numeric_limits<T>::max()) {
    throw transport::Error(abi::Status::INVALID_ARGUMENT,
                           std::string(field) + " = " + std::to_string(value) + " does not fit its " +
                               std::to_string(sizeof(T) * 8) + " bits; the most is " +
                               std::to_string(std::numeric_limits<T>::max()));
  }
  return static_cast<T>(value);
}

}  // namespace photic::api
