// SPDX-License-Identifier: Apache-2.0
// A copy of this process that does something dangerous and sends back what it finds.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace photic::host::hdf5 {

/// Runs `work` in a forked child that ends when it does. The child has one open file, the pipe; no core dump;
/// the default action for every signal that ends it; at most `seconds` of processor time and `memory` bytes
/// beyond what the process takes when it forks (not under a sanitizer, which needs the address space). The
/// child of a threaded process may only do what a fork leaves usable: glibc's allocator is, locks held by
/// other threads are not; should it ever wait for one, the deadline ends it.
class Child {
 public:
  using Put = std::function<void(std::span<const uint8_t>)>;

  /// Throws IoError if the system gives no pipe or process; `file` names what it was for.
  Child(const std::string& file, uint64_t memory, unsigned seconds,
        const std::function<void(const Put&)>& work);
  /// Kills the child if it still runs.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Thrown by `get`: the child will send no more. `what` says why.
  struct Ended {
    std::string what;
  };

  /// Fills `bytes` with the next the child sends. Throws Ended if it ends first or the deadline passes.
  void get(std::span<uint8_t> bytes);

 private:
  std::string end();

  pid_t pid_ = -1;
  int pipe_ = -1;
  int64_t deadline_ms_ = 0;
};

}  // namespace photic::host::hdf5
