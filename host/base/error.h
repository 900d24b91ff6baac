// SPDX-License-Identifier: Apache-2.0
// The host's typed errors: every one says what is wrong, where, and what to do about it.
#pragma once

#include <stdexcept>
#include <string>

namespace photic::host {

/// Base of all host errors. `what()` is one line: "<where>: <what>; <remedy>".
class Error : public std::runtime_error {
 public:
  Error(const std::string& where, const std::string& what, const std::string& remedy)
      : std::runtime_error(where + ": " + what + "; " + remedy) {}
};

/// A setting that cannot work: unknown name, value out of range, shapes that do not fit.
class ConfigError : public Error {
 public:
  using Error::Error;
};

/// The operating system refused a file operation (missing, unreadable, no space).
class IoError : public Error {
 public:
  using Error::Error;
};

/// A device refused a request, broke, or is not there.
class DeviceError : public Error {
 public:
  using Error::Error;
};

}  // namespace photic::host
