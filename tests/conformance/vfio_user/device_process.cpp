// SPDX-License-Identifier: Apache-2.0
// Starts and ends photic-device.
#include "tests/conformance/vfio_user/device_process.h"

#include <dirent.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>

extern char** environ;

namespace photic::test {
namespace {

size_t entries(const std::string& folder) {
  size_t count = 0;
  DIR* open = opendir(folder.c_str());
  while (open != nullptr && readdir(open) != nullptr) {
    ++count;
  }
  closedir(open);
  return count;
}

}  // namespace

DeviceProcess::DeviceProcess(const std::string& uri, std::vector<std::string> options) {
  std::array<char, 32> folder{"/tmp/photic-test-XXXXXX"};
  if (mkdtemp(folder.data()) == nullptr) {
    throw std::runtime_error("no folder for a socket");
  }
  folder_ = folder.data();
  path_ = folder_ + "/s";
  std::vector<std::string> words{"photic-device", "--uri", uri, "--socket", path_};
  words.insert(words.end(), options.begin(), options.end());
  std::vector<char*> arguments;
  std::transform(words.begin(), words.end(), std::back_inserter(arguments),
                 [](std::string& word) { return word.data(); });
  arguments.push_back(nullptr);
  std::array<int, 2> output{};
  if (pipe(output.data()) != 0) {
    throw std::runtime_error("no pipe");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  const int problem = posix_spawn(&pid_, PHOTIC_DEVICE_PROGRAM, &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(output[1]);
  // It says where it listens once it does.
  char letter = 0;
  while (problem == 0 && read(output[0], &letter, 1) == 1 && letter != '\n') {
  }
  close(output[0]);
  if (problem != 0 || letter != '\n') {
    throw std::runtime_error("photic-device does not start");
  }
}

DeviceProcess::~DeviceProcess() {
  kill(pid_, SIGTERM);
  int state = 0;
  waitpid(pid_, &state, 0);
  EXPECT_TRUE(WIFEXITED(state)) << "it ended by signal " << WTERMSIG(state);
  unlink(path_.c_str());
  rmdir(folder_.c_str());
}

size_t DeviceProcess::descriptors() const {
  return entries("/proc/" + std::to_string(pid_) + "/fd");
}

size_t DeviceProcess::threads() const {
  return entries("/proc/" + std::to_string(pid_) + "/task");
}

std::vector<ServedTarget> served_targets() {
  return {
      {"GoldenOpu", "golden:opu?geometry=tiny&seed=7&noise=off&threads=1", false},
      {"GoldenSpu", "golden:spu?geometry=tiny", true},
#ifdef PHOTIC_HARDWARE
      {"SystemcOpu", "systemc:opu?geometry=tiny&seed=7&noise=off", false},
#endif
  };
}

std::string name_of_served(const testing::TestParamInfo<ServedTarget>& target) {
  return target.param.name;
}

}  // namespace photic::test
