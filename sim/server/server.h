// SPDX-License-Identifier: Apache-2.0
// The loop of photic-device: messages in between, the device the rest of the time.
#pragma once

#include <chrono>

#include "drivers/transport/file_descriptor.h"
#include "sim/server/device_host.h"
#include "sim/server/heartbeat_page.h"
#include "sim/server/session.h"

namespace photic::sim {

/// How a client's time ended.
enum class Parting : uint8_t {
  kLeft,   ///< The client closed its socket.
  kBroke,  ///< It sent what cannot be understood, or did not read its replies.
  kFault,  ///< The device found a fault in itself, told the client, and is of no more use.
};

/// How a client is served.
struct Terms {
  /// A client that does not read, or does not answer, for so long is given up.
  std::chrono::milliseconds patience{10'000};
  /// The whole process ends when the client leaves, even if the device is in a long step then.
  bool leave_with_client = false;
};

/// Serves the client at `socket` until it leaves, then drops what it had set up.
Parting serve(DeviceHost& host, HeartbeatPage& heartbeat, transport::FileDescriptor socket, const Face& face,
              const Terms& terms);

}  // namespace photic::sim
