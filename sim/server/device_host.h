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

namespace photic::sim {

/// One thread uses it, `progress` apart. Register writes take their turn: each is handed to the device when
/// the work the one before started is done, so that cycle stamps do not depend on when a client wrote; reads
/// see the device as it is.
class DeviceHost : public abi::DmaPort, public abi::InterruptPort {
 public:
  explicit DeviceHost(const abi::DeviceMaker& make);
  ~DeviceHost() override;

  uint32_t read_register(uint32_t offset) { return device_->read(offset); }
  void write_register(uint32_t offset, uint32_t value);

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

  /// Maps a client's memory. Returns 0 or an errno value.
  int map(const transport::FileDescriptor& memory, uint64_t offset, uint64_t address, uint64_t size,
          bool readable, bool writable);
  int unmap(uint64_t address, uint64_t size);

  void set_interrupt(unsigned vector, transport::FileDescriptor event);
  /// Sends a vector to the client as if the device had raised it.
  void signal(unsigned vector);
  /// Sends what became unmasked.
  void flush_interrupts();

  PciEndpoint& endpoint() { return endpoint_; }
  const abi::DevicePort& device() const { return *device_; }
  const std::atomic<uint64_t>& progress() const { return device_->progress(); }

  bool read(uint64_t address, uint64_t* words, size_t count) override;
  bool write(uint64_t address, const uint64_t* words, size_t count) override;
  void raise(unsigned vector) override;

 private:
  void take_writes();
  void unmap_all();

  PciEndpoint endpoint_;
  transport::DmaTable memory_;
  std::map<uint64_t, uint64_t> windows_;  // address -> size
  std::array<transport::FileDescriptor, PciEndpoint::kVectors> interrupts_;
  std::unique_ptr<abi::DevicePort> device_;
  std::deque<std::pair<uint32_t, uint32_t>> writes_;
  transport::SlicePacer pacer_;
  bool busy_ = false;
};

}  // namespace photic::sim
