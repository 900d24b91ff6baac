// SPDX-License-Identifier: Apache-2.0
// One SystemC simulation after another in the same process.
#pragma once

#include <stdexcept>

namespace photic::hw {

/// A second SystemC device was asked for while one exists.
class KernelBusyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Owns the process's SystemC simulation context. SystemC elaborates once a context and keeps the current one
/// in a global, so there is at most one session at a time; each begins with a context of its own.
class KernelSession {
 public:
  /// Throws KernelBusyError while another session lives.
  KernelSession();
  /// All modules must be gone.
  ~KernelSession();
  KernelSession(const KernelSession&) = delete;
  KernelSession& operator=(const KernelSession&) = delete;
};

}  // namespace photic::hw
