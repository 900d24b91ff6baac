// SPDX-License-Identifier: Apache-2.0
// photic-lockstep --recording: a recording as the check of a target.
#pragma once

#include <string>

#include "sim/lockstep/check_port.h"

namespace photic::lockstep {

/// How a comparison with a recording ended, as the program's exit code.
enum class RecordingVerdict : int {
  kAgrees = 0,
  kDiffers = 1,
  kCut = 3,  ///< It agrees as far as it could be compared.
};

/// The URI of the device to compare with a recording of `recorded`. `against` is a whole URI, or the name of
/// a target, which then has the recorded device's kind and options as far as it knows them. Throws
/// transport::Error(INVALID_URI).
std::string opponent_of(const std::string& recorded, const std::string& against);

/// Compares and prints what came of it. Throws what check_recording throws.
RecordingVerdict run_recording_mode(const std::string& file, const std::string& against,
                                    const CheckOptions& options);

}  // namespace photic::lockstep
