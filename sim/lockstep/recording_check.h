// SPDX-License-Identifier: Apache-2.0
// A recording as one of two devices under comparison: its host drives another target, which has to do what
// the recorded device did.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/lockstep/check_port.h"
#include "sim/lockstep/side.h"

namespace photic::lockstep {

/// What became of a comparison with a recording.
struct RecordingCheckResult {
  uint64_t works = 0;                     ///< Pieces of work, from a register write to idle, compared.
  uint64_t commands = 0;                  ///< Commands completed in them.
  bool stamps = false;                    ///< What depends on cycles was compared too.
  std::optional<std::string> difference;  ///< The first one.
  /// Why the recording was not compared to its end: the file is torn, or the recorded device failed or hung.
  std::optional<std::string> cut;
};

/// Runs the register writes and resets of `file` on `against`, each when the work before is done, in a host
/// memory of what the recorded device read. Compared whenever both are idle: what they wrote to host memory,
/// interrupts, and all registers. Cycle stamps and registers that depend on cycles count if the recorded
/// device and the other one have a clock.
///
/// Throws transport::Error if the file is no recording of this build's contract, and what `against` throws.
RecordingCheckResult check_recording(const std::string& file, const Candidate& against,
                                     const CheckOptions& options);

}  // namespace photic::lockstep
