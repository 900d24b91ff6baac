// SPDX-License-Identifier: Apache-2.0
// Stands for a new card and its kernel driver. With a real card this file is the vendor's; replace it.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "drivers/abi/device_port.h"
#include "drivers/abi/geometry.h"
#include "drivers/transport/dma_table.h"
#include "drivers/transport/file_descriptor.h"
#include "drivers/transport/uri.h"

namespace photic::new_card {

/// A golden model behind what a kernel driver typically offers: registers, windows, eventfds, a reset. Any
/// thread may call.
class Card : abi::InterruptPort {
 public:
  static constexpr unsigned kVectors = abi::kQueues + 1;

  /// `model` says which golden device plays the card.
  explicit Card(const transport::Uri& model);
  ~Card() override;
  Card(const Card&) = delete;
  Card& operator=(const Card&) = delete;

  /// A register of BAR0. All ones once the card was pulled out, as on a real bus.
  uint32_t peek(uint32_t offset);
  /// Posted, in order with other writes: taken at once by an idle card, else when its work is done.
  void poke(uint32_t offset, uint32_t value);

  /// Puts memory into the card's address space. False for what is no whole pages or overlaps.
  bool attach(uint64_t address, uint64_t size, void* memory) {
    return memory_.map(address, size, memory, true, true);
  }
  /// Takes it out again. Once it returned, the card does not touch it.
  void detach(uint64_t address, uint64_t size) { memory_.unmap(address, size); }

  /// Becomes readable when the card sends the message of a cause.
  int event(unsigned vector) const { return events_[vector].get(); }
  /// The counter of BAR2.
  uint64_t beat() const { return port_->progress().load(std::memory_order_relaxed); }
  /// Function-level reset.
  void restart();
  /// Pulls the card out.
  void pull_out();

 private:
  void raise(unsigned vector) override;
  void work();

  transport::DmaTable memory_;
  std::array<transport::FileDescriptor, kVectors> events_;
  std::unique_ptr<abi::DevicePort> port_;
  std::mutex mutex_;  // over everything below, and port_
  std::condition_variable written_;
  std::deque<std::pair<uint32_t, uint32_t>> writes_;
  bool busy_ = false;
  bool out_ = false;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace photic::new_card
