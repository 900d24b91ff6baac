// SPDX-License-Identifier: Apache-2.0
// A conversation's messages over a socket.
#pragma once

#include "drivers/transport/message_socket.h"
#include "sim/server/conversation.h"

namespace photic::sim {

/// A message of impossible size is refused with EMSGSIZE and is the last that is read.
class SocketWire : public Wire {
 public:
  /// A client that does not read for `patience` is given up.
  SocketWire(transport::FileDescriptor socket, std::chrono::milliseconds patience);

  bool send(const Answer& answer) override;
  std::optional<transport::vfio::Message> next() override;
  bool wait(std::chrono::steady_clock::time_point deadline) override;

  int fd() const { return socket_.fd(); }
  /// The client has closed its socket; what it sent before may still be in `next`.
  bool closed() const { return closed_; }
  /// It sent what cannot be understood.
  bool broken() const { return broken_; }

 private:
  transport::vfio::MessageSocket socket_;
  const std::chrono::milliseconds patience_;
  bool closed_ = false;
  bool broken_ = false;
};

}  // namespace photic::sim
