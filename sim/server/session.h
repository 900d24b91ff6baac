// SPDX-License-Identifier: Apache-2.0
// The server's half of vfio-user: one command in, at most one answer out. No I/O.
#pragma once

#include <cerrno>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "drivers/transport/vfio_user.h"
#include "sim/server/capabilities.h"
#include "sim/server/device_host.h"

namespace photic::sim {

/// What a session answers with; the descriptors stay the session's.
struct Answer {
  transport::vfio::Message message;
  std::vector<int> descriptors;
};

/// What a client is told of a device, and shown of it.
struct Face {
  std::string target;  ///< The device's URI.
  bool timed = false;
  int heartbeat = -1;  ///< Descriptor of the shared heartbeat page.
};

/// Serves one client. Whatever a client sends is answered with a reply or an errno and changes nothing else.
class Session {
 public:
  Session(DeviceHost& host, Face face) : host_(host), face_(std::move(face)) {}

  /// Answers a command. Nothing for one that wants no reply, and for a stray reply.
  std::optional<Answer> handle(transport::vfio::Message message);

  /// Whether a command can be handled although the device is in the midst of a step: all but a reset, and a
  /// read of registers that would disturb the device.
  bool ready_for(const transport::vfio::Message& message) const;
  /// DEVICE_RESET, or the same asked for in configuration space.
  static bool resets(const transport::vfio::Message& message);

  /// The client speaks another version of the protocol: nothing more can be said to it.
  bool over() const { return over_; }
  const ClientLimits& limits() const { return limits_; }

 private:
  using Bytes = std::vector<std::byte>;
  struct Refusal {
    int error;  ///< An errno value.
  };

  // The record at the start of a payload; argsz, where a record has it, must cover the record.
  template <typename Record>
  static Record need(std::span<const std::byte> payload) {
    const auto record = transport::vfio::record_of<Record>(payload);
    if (!record) {
      throw Refusal{EINVAL};
    }
    if constexpr (requires { record->argsz; }) {
      if (record->argsz < sizeof(Record)) {
        throw Refusal{EINVAL};
      }
    }
    return *record;
  }

  Bytes dispatch(transport::vfio::Message& message, Answer& answer);
  Bytes negotiate(std::span<const std::byte> payload);
  Bytes region_info(std::span<const std::byte> payload, Answer& answer) const;
  Bytes map(transport::vfio::Message& message);
  Bytes unmap(std::span<const std::byte> payload);

  // session_irqs.cpp
  static Bytes irq_info(std::span<const std::byte> payload);
  Bytes set_irqs(transport::vfio::Message& message);
  void set_events(uint32_t index, uint32_t start, uint32_t count,
                  std::vector<transport::FileDescriptor> events);
  void act(uint32_t index, uint32_t action, uint32_t vector);
  void disable(uint32_t index);

  // session_regions.cpp
  static uint64_t region_size(uint32_t region);
  static transport::vfio::RegionAccess access(std::span<const std::byte> payload);
  Bytes read_region(std::span<const std::byte> payload);
  Bytes write_region(std::span<const std::byte> payload);

  DeviceHost& host_;
  const Face face_;
  ClientLimits limits_;
  bool negotiated_ = false;
  bool over_ = false;
};

}  // namespace photic::sim
