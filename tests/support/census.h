// SPDX-License-Identifier: Apache-2.0
// What this process has of the operating system: processes, descriptors, shared memory. What leaks makes two
// censuses differ.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

namespace photic::test {

/// Children of all threads of `process`, dead ones that nobody has waited for included.
inline std::set<pid_t> children_of(pid_t process) {
  namespace fs = std::filesystem;
  std::set<pid_t> found;
  std::error_code gone;
  const fs::path tasks = "/proc/" + std::to_string(process) + "/task";
  for (fs::directory_iterator task(tasks, gone), end; !gone && task != end; task.increment(gone)) {
    std::ifstream list(task->path() / "children");
    for (pid_t child = 0; list >> child;) {
      found.insert(child);
    }
  }
  return found;
}

inline std::set<pid_t> children() {
  return children_of(getpid());
}

inline size_t entries_in(const char* folder) {
  size_t count = 0;
  std::error_code gone;
  for (std::filesystem::directory_iterator entry(folder, gone), end; !gone && entry != end;
       entry.increment(gone)) {
    ++count;
  }
  return count;
}

inline size_t open_descriptors() {
  return entries_in("/proc/self/fd");
}

struct Census {
  std::set<pid_t> children;
  size_t descriptors = 0;
  size_t shared_mappings = 0;  // of memory behind a descriptor without a name
  size_t shared_files = 0;     // in /dev/shm

  bool operator==(const Census&) const = default;
};

inline Census take_census() {
  Census census;
  census.children = children();
  census.descriptors = open_descriptors();
  census.shared_files = entries_in("/dev/shm");
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    census.shared_mappings += line.find("memfd:") != std::string::npos ? 1 : 0;
  }
  return census;
}

}  // namespace photic::test
