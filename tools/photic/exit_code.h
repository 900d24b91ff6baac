// SPDX-License-Identifier: Apache-2.0
// What the photic command's exit status means.
#pragma once

namespace photic::tools {

/// Documented in docs/howto/train.md and docs/howto/spikes.md.
enum ExitCode {
  kSuccess = 0,
  kInternal = 1,       // a defect of photic itself
  kUsage = 2,          // the command line, a setting, or a network that a device cannot hold
  kData = 3,           // a data set is missing or damaged
  kCheckpoint = 4,     // a checkpoint or a network's file is missing, damaged or without meaning
  kDevice = 5,         // a device cannot be opened or failed
  kIo = 6,             // a file cannot be written, a program cannot be run
  kInterrupted = 130,  // Ctrl-C; what was done is saved or printed
};

}  // namespace photic::tools
