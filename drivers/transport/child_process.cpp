// SPDX-License-Identifier: Apache-2.0
// Finds, starts, watches and reaps photic-device.
#include "drivers/transport/child_process.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "drivers/transport/error.h"

extern char** environ;

namespace photic::transport {
namespace {

constexpr const char* kName = "photic-device";
constexpr int kChildSocket = 3;
constexpr auto kPatience = std::chrono::milliseconds(1000);
constexpr off_t kLastWords = 2000;

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string executable_folder() {
  std::array<char, 4096> path{};
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size() - 1);
  return length > 0 ? folder_of({path.data(), static_cast<size_t>(length)}) : ".";
}

std::string library_folder() {
  Dl_info info{};
  return dladdr(reinterpret_cast<const void*>(&library_folder), &info) != 0 && info.dli_fname
             ? folder_of(info.dli_fname)
             : ".";
}

std::string find_server() {
  if (const char* named = std::getenv("PHOTIC_DEVICE_SERVER")) {
    if (access(named, X_OK) == 0) {
      return named;
    }
    throw Error(abi::Status::NOT_FOUND,
                std::string("PHOTIC_DEVICE_SERVER names '") + named + "', which is no program; correct it");
  }
  const std::vector<std::string> places{executable_folder() + "/" + kName,
                                        library_folder() + "/../libexec/photic/" + kName,
                                        PHOTIC_BUILT_DEVICE_SERVER};
  std::string tried;
  for (const std::string& place : places) {
    if (access(place.c_str(), X_OK) == 0) {
      return place;
    }
    tried += (tried.empty() ? "" : ", ") + place;
  }
  throw Error(abi::Status::NOT_FOUND, std::string("the program ") + kName + " is in none of: " + tried +
                                          "; install it or set PHOTIC_DEVICE_SERVER to its path");
}

// posix_spawn's two descriptions, freed together.
struct SpawnPlan {
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

}  // namespace

ChildProcess::ChildProcess(const std::string& uri, const FileDescriptor& socket) {
  const std::string program = find_server();
  output_.reset(memfd_create("photic-device-output", MFD_CLOEXEC));
  SpawnPlan plan;
  posix_spawn_file_actions_addopen(&plan.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&plan.actions, output_.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&plan.actions, output_.get(), STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&plan.actions, socket.get(), kChildSocket);
  posix_spawn_file_actions_addclosefrom_np(&plan.actions, kChildSocket + 1);
  // A group of its own: an interrupt from the terminal is the host program's to handle, and the child follows
  // its socket.
  sigset_t all;
  sigset_t none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setflags(&plan.attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&plan.attributes, 0);
  posix_spawnattr_setsigmask(&plan.attributes, &none);
  posix_spawnattr_setsigdefault(&plan.attributes, &all);
  std::array<std::string, 5> words{kName, "--uri", uri, "--fd", std::to_string(kChildSocket)};
  std::array<char*, 6> arguments{};
  std::transform(words.begin(), words.end(), arguments.begin(),
                 [](std::string& word) { return word.data(); });
  const int problem =
      posix_spawn(&pid_, program.c_str(), &plan.actions, &plan.attributes, arguments.data(), environ);
  if (problem != 0) {
    pid_ = -1;
    throw Error(problem == EAGAIN || problem == ENOMEM ? abi::Status::OUT_OF_MEMORY : abi::Status::NOT_FOUND,
                "'" + program + "' cannot be started: " + std::strerror(problem));
  }
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0 && !wait(kPatience)) {
    kill(pid_, SIGKILL);
    int state = 0;
    while (waitpid(pid_, &state, 0) < 0 && errno == EINTR) {
    }
  }
}

bool ChildProcess::wait(std::chrono::milliseconds limit) {
  if (ended_) {
    return true;
  }
  // A descriptor of the process becomes readable when it ends.
  const FileDescriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  pollfd ready{process.get(), POLLIN, 0};
  if (process) {
    poll(&ready, 1, static_cast<int>(limit.count()));
  }
  int state = 0;
  const pid_t found = waitpid(pid_, &state, WNOHANG);
  if (found == 0) {
    return false;
  }
  // Somebody else may have reaped it: then nothing is known but that it is gone.
  ended_ = found == pid_ ? state : 0;
  return true;
}

abi::Status ChildProcess::status() const {
  if (ended_ && WIFEXITED(*ended_)) {
    switch (WEXITSTATUS(*ended_)) {
      case kExitInvalidUri:
        return abi::Status::INVALID_URI;
      case kExitUnsupported:
        return abi::Status::UNSUPPORTED;
      case kExitCheckFailed:
        return abi::Status::CHECK_FAILED;
      default:
        break;
    }
  }
  return abi::Status::DEVICE_LOST;
}

std::string ChildProcess::last_words() const {
  struct stat info {};
  fstat(output_.get(), &info);
  const off_t start = std::max<off_t>(0, info.st_size - kLastWords);
  std::string text(static_cast<size_t>(info.st_size - start), '\0');
  const ssize_t count = pread(output_.get(), text.data(), text.size(), start);
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  while (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  return text;
}

std::string ChildProcess::story() const {
  std::string story = std::string(kName) + " (process " + std::to_string(pid_) + ")";
  if (!ended_) {
    story += " closed its socket";
  } else if (WIFSIGNALED(*ended_)) {
    story += " was ended by signal " + std::to_string(WTERMSIG(*ended_)) + " (" +
             strsignal(WTERMSIG(*ended_)) + ")";
  } else {
    story += " ended with code " + std::to_string(WEXITSTATUS(*ended_));
  }
  const std::string words = last_words();
  return words.empty() ? story + "; reopen the device" : story + "; it wrote: " + words;
}

}  // namespace photic::transport
