// SPDX-License-Identifier: Apache-2.0
// What the photic command's exit status means.
#pragma once

namespace photic::tools {

/// Documented in docs/howto/train.md.
enum ExitCode {
  kSuccess = 0,
  kInternal = 1,       // a defect of photic itself
  kUsage = 2,          // the command line or a setting
  kData = 3,           // a data set is missing or damaged
  kCheckpoint = 4,     // a checkpoint is missing or damaged
  kDevice = 5,         // a device cannot be opened or failed
  kIo = 6,             // a file cannot be written, a program cannot be run
  kInterrupted = 130,  // Ctrl-C; a checkpoint of the last step is saved
};

}  // namespace photic::tools
