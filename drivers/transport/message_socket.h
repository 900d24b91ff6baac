// SPDX-License-Identifier: Apache-2.0
// vfio-user messages over a UNIX stream socket.
#pragma once

#include <functional>
#include <optional>

#include "drivers/transport/vfio_user.h"

namespace photic::transport::vfio {

/// What receiving found.
enum class Received : uint8_t {
  kNothing,  ///< Nothing to read now.
  kBytes,    ///< Bytes were read; ask the framer.
  kClosed,   ///< The peer is gone.
};

/// One connected socket, non-blocking. Sending and receiving may happen in different threads.
class MessageSocket {
 public:
  explicit MessageSocket(FileDescriptor socket);

  int fd() const { return socket_.get(); }

  /// Sends a whole message. `wait` is called while the peer does not read: it waits, for `writable` if it
  /// likes, and ends the attempt by returning false. False if that happened or the peer is gone.
  /// `descriptors` stay the caller's.
  bool send(const Message& message, std::span<const int> descriptors, const std::function<bool()>& wait);
  /// Waits until the socket may be written to, and at most 50 ms.
  void writable() const;

  /// Reads what is there into the framer.
  Received receive();
  Framer& framer() { return framer_; }

  /// The peer has gone, or closed its side. Never blocks, reads nothing.
  bool hung_up() const;

 private:
  FileDescriptor socket_;
  Framer framer_;
};

}  // namespace photic::transport::vfio
