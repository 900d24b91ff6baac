// SPDX-License-Identifier: Apache-2.0
// What this process has of the operating system: processes, descriptors, shared memory.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <set>

namespace photic::survival {

/// Children of all threads of `process`, dead ones that nobody has waited for included.
std::set<pid_t> children_of(pid_t process);

/// Counted now; what leaks makes two censuses differ.
struct Census {
  std::set<pid_t> children;
  size_t descriptors = 0;
  size_t shared_mappings = 0;  // of memory behind a descriptor without a name
  size_t shared_files = 0;     // in /dev/shm

  bool operator==(const Census&) const = default;
};
Census take_census();

}  // namespace photic::survival
