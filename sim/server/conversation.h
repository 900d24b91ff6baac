// SPDX-License-Identifier: Apache-2.0
// Both directions of vfio-user with one client: its commands, and what its device asks of its memory.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>

#include "sim/server/remote_memory.h"
#include "sim/server/session.h"

namespace photic::sim {

/// Where a conversation's messages go to and come from.
class Wire {
 public:
  virtual ~Wire() = default;

  /// Sends a message. False if the client is gone, or did not read for longer than anybody waits.
  virtual bool send(const Answer& answer) = 0;
  /// The next message that has arrived. Nothing if none has, or what arrived is none.
  virtual std::optional<transport::vfio::Message> next() = 0;
  /// Waits for the next message until `deadline`. False if none can come any more.
  virtual bool wait(std::chrono::steady_clock::time_point deadline) = 0;
};

/// Answers a client's commands in their order, and asks the client for memory that it did not share.
///
/// A device's access to such memory is split into DMA_READ and DMA_WRITE messages no larger than the client
/// can take, one at a time. While a reply is awaited, commands are still served, in the midst of the device's
/// step: those of `Session::ready_for` at once, register writes into their queue. The first that is not
/// ready, and whatever follows it, wait for the end of the step; a DEVICE_RESET among them refuses the step's
/// further accesses, so that its end is near. An access is refused if the client answers with an error,
/// another address or another count; if it takes the window away meanwhile; and if it does not answer within
/// `patience`. A client that once let that time pass is asked no more until it answers after all, or resets
/// the device.
class Conversation : public RemoteMemory {
 public:
  Conversation(Wire& wire, DeviceHost& host, Face face, std::chrono::milliseconds patience);
  ~Conversation() override;
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  /// Answers what has arrived, and lets the device begin what each command started before the next is looked
  /// at. Stops early while too many register writes wait for the device.
  void answer_all();

  /// False once the client can no longer be talked to.
  bool alive() const { return alive_; }
  /// Commands that can be answered now are waiting, without anything further arriving.
  bool pending() const { return !later_.empty(); }
  /// So many register writes wait that no more should be taken from the client.
  bool crowded() const;

  /// Tells the client that the device found a fault in itself, by the interrupt for it and, if it can read
  /// it, in words.
  void tell_failure(const std::string& text);

  bool read(uint64_t address, std::span<std::byte> bytes) override;
  bool write(uint64_t address, std::span<const std::byte> bytes) override;
  void withdraw(uint64_t address, uint64_t size) override;

 private:
  using Message = transport::vfio::Message;

  void answer(Message message);
  // Of a command that arrives in the midst of a step.
  void answer_within(Message message);
  void take_messages_within();
  // One message of a transfer. The reply's data, or nothing if it was refused.
  std::optional<std::vector<std::byte>> ask(transport::vfio::Command command, uint64_t address,
                                            uint64_t count, std::span<const std::byte> data);
  size_t piece(size_t left) const;
  /// Moves `size` bytes in pieces the client can take, each by `move`, until one fails. False if one did, or
  /// if a transfer is under way.
  bool in_pieces(uint64_t address, size_t size,
                 const std::function<bool(uint64_t address, size_t offset, size_t count)>& move);

  Wire& wire_;
  DeviceHost& host_;
  Session session_;
  const std::chrono::milliseconds patience_;
  bool alive_ = true;
  std::deque<Message> later_;  // commands that wait for the end of a step
  size_t later_bytes_ = 0;

  // The transfer in progress.
  bool asking_ = false;
  uint64_t address_ = 0;
  uint16_t id_ = 0;
  transport::vfio::Command command_{};
  std::optional<Message> reply_;
  bool withdrawn_ = false;

  bool reset_ahead_ = false;  // a DEVICE_RESET is in later_
  bool silent_ = false;       // the client let its time pass
};

}  // namespace photic::sim
