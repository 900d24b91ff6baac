// SPDX-License-Identifier: Apache-2.0
// The JSON of a VERSION message: what a client can take, and what the server answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "drivers/transport/vfio_user.h"

namespace photic::sim {

/// What a client said of itself; the specification's defaults where it said nothing.
struct ClientLimits {
  size_t descriptors = transport::vfio::kDefaultDescriptors;  ///< In one message to it.
  uint64_t transfer = transport::vfio::kMaxTransfer;          ///< Largest `count` of a message to it.
  bool failure_notice = false;                                ///< Knows the command kPhoticFailure.

  /// The reply's JSON: of the capabilities the client named those that the server has, with its own values.
  std::string reply;
};

/// Reads the version data of a client's VERSION: NUL-terminated JSON, or nothing at all. Unknown members are
/// ignored. `target` and `timed` are what a client that offers `photic` is told of the device. Nothing if the
/// data is no JSON, or a member is of the wrong type or out of range.
std::optional<ClientLimits> read_capabilities(std::span<const std::byte> data, const std::string& target,
                                              bool timed);

}  // namespace photic::sim
