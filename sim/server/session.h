// SPDX-License-Identifier: Apache-2.0
// The server's half of vfio-user: one message in, at most one out. No I/O.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drivers/transport/vfio_user.h"
#include "sim/server/device_host.h"

namespace photic::sim {

/// What a session answers with; the descriptors stay the session's.
struct Answer {
  transport::vfio::Message message;
  std::vector<int> descriptors;
};

/// Serves one client. Whatever a client sends is answered with a reply or an errno and changes nothing else.
class Session {
 public:
  /// `heartbeat` is the descriptor of the shared heartbeat page. `target` and `timed` are told to the client.
  Session(DeviceHost& host, int heartbeat, std::string target, bool timed)
      : host_(host), heartbeat_(heartbeat), target_(std::move(target)), timed_(timed) {}

  /// Nothing for a command that wants no reply, and for a stray reply.
  std::optional<Answer> handle(transport::vfio::Message message);

 private:
  using Bytes = std::vector<std::byte>;
  struct Refusal {
    int error;  ///< An errno value.
  };

  Bytes dispatch(transport::vfio::Message& message, Answer& answer);
  Bytes negotiate(std::span<const std::byte> payload);
  Bytes region_info(std::span<const std::byte> payload, Answer& answer) const;
  Bytes irq_info(std::span<const std::byte> payload) const;
  Bytes map(transport::vfio::Message& message);
  Bytes unmap(std::span<const std::byte> payload);
  Bytes set_irqs(transport::vfio::Message& message);
  Bytes read_region(std::span<const std::byte> payload);
  Bytes write_region(std::span<const std::byte> payload);
  static transport::vfio::RegionAccess access(std::span<const std::byte> payload);

  DeviceHost& host_;
  int heartbeat_;
  std::string target_;
  bool timed_;
  bool negotiated_ = false;
};

}  // namespace photic::sim
