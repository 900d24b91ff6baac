// SPDX-License-Identifier: Apache-2.0
// The client's end of a vfio-user connection: requests and their replies, the server's own commands, and the
// endpoint's life and death.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "drivers/transport/child_process.h"
#include "drivers/transport/dma_table.h"
#include "drivers/transport/error.h"
#include "drivers/transport/message_socket.h"

namespace photic::transport::vfio {

/// Every function may be called by any thread. Throws Error: DEVICE_LOST when the endpoint is gone or showed
/// no life for the stall time, PROTOCOL_ERROR when it refused a request or broke the protocol.
///
/// Whoever waits for a reply reads the socket and serves what the server asks in between. Once there is
/// memory that the server has to ask for, a thread of the link reads while nobody else does, so that the
/// server never waits for a caller to come along.
class Link {
 public:
  /// `name` is what error texts call the endpoint; `child`, if the endpoint is one, ends with the link.
  Link(std::string name, FileDescriptor socket, std::chrono::milliseconds stall,
       std::unique_ptr<ChildProcess> child);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void rename(const std::string& name) { name_ = name; }

  /// From now on an endpoint is alive while this counter moves.
  void watch(const uint64_t* heartbeat) { heartbeat_ = heartbeat; }

  /// Sends a command that wants no reply.
  void post(Command command, std::vector<std::byte> payload);
  /// Sends a command and waits for its reply. One at a time waits; posted commands go past it.
  Message request(Command command, std::vector<std::byte> payload, std::span<const int> descriptors = {});

  /// Memory that the server reaches by DMA_READ and DMA_WRITE. False as DmaTable::map has it.
  bool serve(uint64_t address, uint64_t size, void* memory);
  /// No window, no access: nothing touches its memory once this returned.
  void withdraw(uint64_t address, uint64_t size);

  int fd() const { return socket_.fd(); }
  /// The peer closed its end, or is a process that ended. Never blocks.
  bool hung_up() const { return dead_ || socket_.hung_up(); }
  /// Nothing while the endpoint lives, else what became of it.
  std::optional<Error> death() const;
  /// The child process, if the endpoint is one.
  ChildProcess* child() const { return child_.get(); }

  [[noreturn]] void broke(const std::string& what) const;

 private:
  struct Patience;

  Message command(Command command, std::vector<std::byte> payload);
  void send(const Message& message, std::span<const int> descriptors);
  bool try_send(const Message& message, std::span<const int> descriptors) const;
  std::optional<Message> await_reply();
  Message checked(Message reply, Command command) const;
  [[noreturn]] void lost() const;
  Error post_mortem() const;
  void read_along();

  // With read_mutex_ held.
  void take_messages() const;
  void answer(const Message& message) const;
  Message answer_dma(const Message& message) const;

  std::string name_;
  const std::chrono::milliseconds stall_;
  const std::unique_ptr<ChildProcess> child_;
  std::atomic<const uint64_t*> heartbeat_{nullptr};

  mutable std::mutex death_mutex_;  // taken before read_mutex_
  mutable std::optional<Error> death_;
  mutable std::atomic<bool> dead_{false};
  mutable std::atomic<bool> broken_{false};

  std::mutex request_mutex_;  // taken before read_mutex_
  mutable std::mutex send_mutex_;
  std::atomic<uint16_t> next_id_{1};

  mutable std::mutex read_mutex_;  // taken before send_mutex_
  mutable MessageSocket socket_;
  mutable std::optional<uint16_t> awaited_;
  mutable std::optional<Message> reply_;
  mutable std::string failure_;  // what the server said of its device's fault

  mutable DmaTable memory_;
  std::mutex reader_mutex_;
  std::thread reader_;
};

}  // namespace photic::transport::vfio
