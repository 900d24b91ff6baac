// SPDX-License-Identifier: Apache-2.0
// Reads /proc.
#include "tests/workload/survival/census.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace photic::survival {
namespace {

namespace fs = std::filesystem;

size_t entries_in(const char* folder) {
  size_t count = 0;
  std::error_code gone;
  for (fs::directory_iterator entry(folder, gone), end; !gone && entry != end; entry.increment(gone)) {
    ++count;
  }
  return count;
}

}  // namespace

std::set<pid_t> children_of(pid_t process) {
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

Census take_census() {
  Census census;
  census.children = children_of(getpid());
  census.descriptors = entries_in("/proc/self/fd");
  census.shared_files = entries_in("/dev/shm");
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    census.shared_mappings += line.find("memfd:") != std::string::npos ? 1 : 0;
  }
  return census;
}

}  // namespace photic::survival
