// SPDX-License-Identifier: Apache-2.0
// fork, limits, pipe.
#include "host/hdf5/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <mutex>

#include "host/base/error.h"
#include "host/hdf5/library.h"

namespace photic::host::hdf5 {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void limit(int resource, uint64_t value) {
  const rlimit limit{value, value};
  setrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
}

/// Address space of this process, bytes.
uint64_t address_space() {
  unsigned long pages = 0;
  FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr || std::fscanf(file, "%lu", &pages) != 1) {
    pages = 0;
  }
  if (file != nullptr) {
    std::fclose(file);
  }
  return pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

/// Leaves the child nothing to harm but itself.
int confine(int pipe, uint64_t memory, unsigned seconds) {
  constexpr int kPipe = 3;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU, SIGPIPE, SIGTERM, SIGINT}) {
    std::signal(signal, SIG_DFL);
  }
  const int nothing = open("/dev/null", O_RDWR);
  dup2(pipe, kPipe == nothing ? nothing + 1 : kPipe);
  const int kept = kPipe == nothing ? nothing + 1 : kPipe;
  for (const int standard : {0, 1, 2}) {
    dup2(nothing, standard);
  }
  if (nothing > 2 && nothing != kept) {
    close(nothing);
  }
  close_range(static_cast<unsigned>(kept) + 1, ~0U, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CPU, seconds);
  if (!kSanitized) {
    limit(RLIMIT_AS, address_space() + memory);
  }
  return kept;
}

void put_all(int pipe, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(pipe, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      _exit(1);
    }
    bytes = bytes.subspan(written < 0 ? 0 : static_cast<size_t>(written));
  }
}

}  // namespace

Child::Child(const std::string& file, uint64_t memory, unsigned seconds,
             const std::function<void(const Put&)>& work) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw IoError(file, std::string("no pipe to read it through: ") + std::strerror(errno),
                  "close other files");
  }
  {
    const std::lock_guard<std::mutex> lock(library_mutex());
    pid_ = fork();
  }
  if (pid_ == 0) {
    const int pipe = confine(ends[1], memory, seconds);
    try {
      work([pipe](std::span<const uint8_t> bytes) { put_all(pipe, bytes); });
    } catch (...) {
      _exit(2);
    }
    _exit(0);
  }
  const int error = errno;
  close(ends[1]);
  pipe_ = ends[0];
  deadline_ms_ = now_ms() + int64_t{1000} * seconds;
  if (pid_ < 0) {
    close(pipe_);
    throw IoError(file, std::string("no process to read it in: ") + std::strerror(error),
                  "end other processes");
  }
}

Child::~Child() {
  end();
  close(pipe_);
}

std::string Child::end() {
  if (pid_ < 0) {
    return "";
  }
  kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (WIFSIGNALED(status)) {
    return std::string("the reading process was ended: ") + strsignal(WTERMSIG(status));
  }
  return "the reading process broke off";
}

void Child::get(std::span<uint8_t> bytes) {
  while (!bytes.empty()) {
    const int64_t left = deadline_ms_ - now_ms();
    pollfd waiting{pipe_, POLLIN, 0};
    const int ready = left <= 0 ? 0 : poll(&waiting, 1, static_cast<int>(std::min<int64_t>(left, 1000)));
    if (ready == 0 && left <= 0) {
      throw Ended{"reading it takes too long"};
    }
    if (ready <= 0) {
      continue;
    }
    const ssize_t got = read(pipe_, bytes.data(), bytes.size());
    if (got == 0) {
      throw Ended{end()};
    }
    if (got > 0) {
      bytes = bytes.subspan(static_cast<size_t>(got));
    } else if (errno != EINTR) {
      throw Ended{"the pipe of the reading process broke"};
    }
  }
}

}  // namespace photic::host::hdf5
