// SPDX-License-Identifier: Apache-2.0
// A device with its PCI endpoint, its view of client memory and its interrupts: everything behind the socket.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "drivers/abi/device_port.h"
#include "drivers/transport/dma_table.h"
#include "drivers/transport/file_descriptor.h"
#include "drivers/transport/slice_pacer.h"
#include "sim/server/pci_endpoint.h"
#include "sim/server/remote_memory.h"

namespace photic::sim {

/// One thread uses it, `progress` apart. Register writes take their turn: each is handed to the device when
/// the work the one before started is done, so that cycle stamps do not depend on when a client wrote; reads
/// see the device as it is.
///
/// While the device waits for memory that only messages reach, whoever carries these may call everything but
/// `work`, `reset` and `drop_client`, and `read_register` only if `answers` says so.
class DeviceHost : public abi::DmaPort, public abi::InterruptPort {
 public:
  explicit DeviceHost(const abi::DeviceMaker& make);
  ~DeviceHost() override;

  uint32_t read_register(uint32_t offset) { return device_->read(offset); }
  void write_register(uint32_t offset, uint32_t value);
  /// Whether registers can be read now: always between two steps of the device; in the midst of one only if
  /// it has no clock that a read would move.
  bool answers() const {
    return inside_ == Inside::kNothing || (inside_ == Inside::kStep && !device_->timed());
  }
  /// Whether a step or a reset of the device is going on.
  bool occupied() const { return inside_ != Inside::kNothing; }
  /// Register writes that wait for their turn.
  size_t waiting_writes() const { return writes_.size(); }

  /// Work is left for `work`.
  bool busy() const { return busy_; }
  /// Lets the device work for a few milliseconds at most, as far as a step of it allows.
  void work();

  /// What a device that watches itself found; null while nothing was, or if it does not.
  const std::string* failure() const { return device_->failure(); }

  /// Resets the function; writes that wait are dropped. Memory, interrupts and configuration space stay.
  void reset();
  /// Forgets everything a client set up, and the client's work.
  void drop_client();

  /// How windows without a descriptor are reached from now on; null while nobody can ask the client.
  void reach(RemoteMemory* remote) { remote_ = remote; }

  /// Maps a client's memory; without a descriptor only messages reach it. Returns 0 or an errno value: EEXIST
  /// for an overlap, ENOSPC if there are `most` windows already.
  int map(const transport::FileDescriptor& memory, uint64_t offset, uint64_t address, uint64_t size,
          bool readable, bool writable, size_t most);
  /// Once it returned, nothing touches the window any more. Returns 0, or ENOENT if there is no such window.
  int unmap(uint64_t address, uint64_t size);
  void unmap_all();

  void set_interrupt(unsigned vector, transport::FileDescriptor event);
  /// What the client wants to be told by when the device has found a fault in itself.
  void set_error_event(transport::FileDescriptor event) { error_event_ = std::move(event); }
  void raise_error();
  /// Sends what became unmasked.
  void flush_interrupts();

  PciEndpoint& endpoint() { return endpoint_; }
  const abi::DevicePort& device() const { return *device_; }
  const std::atomic<uint64_t>& progress() const { return device_->progress(); }

  bool read(uint64_t address, uint64_t* words, size_t count) override;
  bool write(uint64_t address, const uint64_t* words, size_t count) override;
  void raise(unsigned vector) override;

 private:
  enum class Inside : uint8_t { kNothing, kStep, kReset };
  struct Window {
    uint64_t size;
    bool readable;
    bool writable;
    bool remote;
  };

  void take_writes();
  void signal(unsigned vector);
  // Whether an access lies in a window that only messages reach, with the right to do it.
  bool is_remote(uint64_t address, size_t count, bool write) const;
  // The client cut the memory of the window around `address` off: nobody reaches it any more. False.
  bool forsake(uint64_t address);

  PciEndpoint endpoint_;
  transport::DmaTable memory_;
  std::map<uint64_t, Window> windows_;  // by address
  RemoteMemory* remote_ = nullptr;
  std::array<transport::FileDescriptor, PciEndpoint::kVectors> interrupts_;
  transport::FileDescriptor error_event_;
  std::unique_ptr<abi::DevicePort> device_;
  std::deque<std::pair<uint32_t, uint32_t>> writes_;
  transport::SlicePacer pacer_;
  Inside inside_ = Inside::kNothing;
  bool busy_ = false;
};

}  // namespace photic::sim
