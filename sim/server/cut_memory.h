// SPDX-License-Identifier: Apache-2.0
// Memory that a client shared and then cut off: reaching it is a bus error of the device, not the server's
// end.
#pragma once

namespace photic::sim {

/// Handles SIGBUS in the whole process from now on: a page that is gone is replaced by zeros of the process's
/// own while a Touch of the thread is alive; anything else ends the process as before.
void survive_cut_memory();

/// Alive while its thread touches a client's memory.
class Touch {
 public:
  Touch();
  ~Touch();
  Touch(const Touch&) = delete;
  Touch& operator=(const Touch&) = delete;

  /// Some of the memory was gone: what was read is zeros, what was written is lost.
  bool cut() const;
};

}  // namespace photic::sim
