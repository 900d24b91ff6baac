// SPDX-License-Identifier: Apache-2.0
// The loop of photic-device: messages in between, the device the rest of the time.
#pragma once

#include <string>

#include "drivers/transport/file_descriptor.h"
#include "sim/server/device_host.h"
#include "sim/server/heartbeat_page.h"

namespace photic::sim {

/// How a client's time ended.
enum class Parting : uint8_t {
  kLeft,   ///< The client closed its socket.
  kBroke,  ///< It sent what cannot be understood, or did not read its replies.
  kFault,  ///< The device found a fault in itself and is of no more use.
};

/// Serves the client at `socket` until it leaves, then drops what it had set up. `leave_with_client` ends the
/// whole process even if the device is in a long step when the client leaves.
Parting serve(DeviceHost& host, HeartbeatPage& heartbeat, transport::FileDescriptor socket,
              const std::string& target, bool timed, bool leave_with_client);

}  // namespace photic::sim
