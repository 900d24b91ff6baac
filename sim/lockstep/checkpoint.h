// SPDX-License-Identifier: Apache-2.0
// A way back: a copy of the process, held still, from which a piece of work can be done again.
#pragma once

#include <functional>

#include <sys/types.h>

namespace photic::lockstep {

/// Forks a child that waits. The child has every device as it was when the checkpoint was taken and can run
/// it once more, say with waveforms on; the parent is not disturbed. Only the calling thread exists in the
/// child.
class Checkpoint {
 public:
  Checkpoint() = default;
  ~Checkpoint() { drop(); }
  Checkpoint(const Checkpoint&) = delete;
  Checkpoint& operator=(const Checkpoint&) = delete;

  /// Takes the checkpoint, replacing an older one. In the child, `again` runs if `run_again` is called in the
  /// parent. Returns false if the system has no room for the child: there is no checkpoint then.
  bool take(const std::function<void()>& again);

  /// Lets the child do its work and waits for its end. `message` is what it can read with `message()`.
  /// Returns false without a checkpoint, or if the child failed.
  struct Message {
    unsigned long long words[4];
  };
  bool run_again(const Message& message);

  /// What `run_again` was given; for the child.
  const Message& message() const { return message_; }

  /// Ends the child.
  void drop();

 private:
  [[noreturn]] void wait_in_child(int pipe, const std::function<void()>& again);

  pid_t child_ = -1;
  int pipe_ = -1;
  Message message_{};
};

}  // namespace photic::lockstep
