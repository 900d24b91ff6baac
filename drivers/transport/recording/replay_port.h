// SPDX-License-Identifier: Apache-2.0
// A device made of nothing but a recording.
#pragma once

#include <memory>
#include <string>

#include "drivers/abi/device_port.h"

namespace photic::recording {

/// Does to its host what the recorded device did, as long as the host does to it what the recorded host did
/// (docs/reference/recordings.md, "Replaying"). The first divergence, and the place where a file is torn, is
/// a failure(). What the recorded device threw is thrown again; where it hung, this one hangs. Throws
/// transport::Error (see Reader).
std::unique_ptr<abi::DevicePort> make_replay(const std::string& file, abi::DmaPort& dma,
                                             abi::InterruptPort& interrupts);

}  // namespace photic::recording
