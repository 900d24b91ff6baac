// SPDX-License-Identifier: Apache-2.0
// What the optical bench throws.
#pragma once

#include <stdexcept>
#include <string>

namespace photic::optics {

/// A request the bench cannot serve; the message says what was asked, what is allowed and the remedy.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A configuration that is not one: names the key, the value and what is allowed.
class ConfigError : public Error {
 public:
  using Error::Error;
};

}  // namespace photic::optics
