// SPDX-License-Identifier: Apache-2.0
// fork(), and a pipe on which the child waits.
#include "sim/lockstep/checkpoint.h"

#include <csignal>

#include <cerrno>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace photic::lockstep {

bool Checkpoint::take(const std::function<void()>& again) {
  drop();
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return false;
  }
  const pid_t parent = getpid();
  child_ = fork();
  if (child_ == 0) {
    close(ends[1]);
    // The child must not outlive the parent, even one that ended before this line.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
      _exit(1);
    }
    wait_in_child(ends[0], again);
  }
  close(ends[0]);
  if (child_ < 0) {
    close(ends[1]);
    return false;
  }
  pipe_ = ends[1];
  return true;
}

void Checkpoint::wait_in_child(int pipe, const std::function<void()>& again) {
  const ssize_t received = read(pipe, &message_, sizeof message_);
  if (received != static_cast<ssize_t>(sizeof message_)) {
    _exit(1);
  }
  try {
    again();
  } catch (...) {
    _exit(1);
  }
  _exit(0);
}

bool Checkpoint::run_again(const Message& message) {
  if (child_ < 0 || write(pipe_, &message, sizeof message) != static_cast<ssize_t>(sizeof message)) {
    return false;
  }
  int status = 0;
  pid_t ended = -1;
  do {
    ended = waitpid(child_, &status, 0);
  } while (ended < 0 && errno == EINTR);
  close(pipe_);
  child_ = pipe_ = -1;
  return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void Checkpoint::drop() {
  if (child_ < 0) {
    return;
  }
  kill(child_, SIGKILL);
  while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
  close(pipe_);
  child_ = pipe_ = -1;
}

}  // namespace photic::lockstep
