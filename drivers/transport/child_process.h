// SPDX-License-Identifier: Apache-2.0
// The photic-device process the driver starts for targets that run outside its own.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "drivers/abi/descriptors.h"
#include "drivers/transport/file_descriptor.h"

namespace photic::transport {

/// Exit codes by which photic-device says why it did not start, or stopped. Its last line on standard error
/// says it in words.
inline constexpr int kExitInvalidUri = 64;
inline constexpr int kExitUnsupported = 65;
inline constexpr int kExitCheckFailed = 66;
inline constexpr int kExitFailed = 70;

/// A running photic-device; it ends with this object, and no zombie stays.
///
/// The process is told to leave by the closing of its socket, and killed if it has not left a second later.
class ChildProcess {
 public:
  /// Starts `photic-device --uri <uri> --fd 3` with `socket` as descriptor 3. Its output is kept for error
  /// texts. The program is looked for as PHOTIC_DEVICE_SERVER says, else beside the running executable, else
  /// in ../libexec/photic of the library's folder, else where this driver was built. Throws Error(NOT_FOUND)
  /// naming every place.
  ChildProcess(const std::string& uri, const FileDescriptor& socket);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Waits at most `limit` for the process to end. True once it has.
  bool wait(std::chrono::milliseconds limit);

  /// Of an ended process: what its exit code means, and its story with the last lines it wrote.
  abi::Status status() const;
  std::string story() const;

 private:
  std::string last_words() const;

  pid_t pid_ = -1;
  FileDescriptor output_;
  std::optional<int> ended_;  // as waitpid reports it
};

}  // namespace photic::transport
