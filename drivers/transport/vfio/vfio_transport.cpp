// SPDX-License-Identifier: Apache-2.0
// A Photic device behind a PCI function: registers in BAR0, heartbeat in BAR2, a vector for every cause.
#include "drivers/transport/vfio/vfio_transport.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"
#include "drivers/transport/error.h"
#include "drivers/transport/vfio/function.h"

namespace photic::transport {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kControlBar = 0;
constexpr unsigned kHeartbeatBar = 2;
// Queues and the error cause: SHELL_IRQ_ENABLE.
constexpr unsigned kVectors = abi::kQueues + 1;
// An interrupt costs about as much as this.
constexpr auto kSpin = std::chrono::microseconds(20);
// How often a device without message interrupts is looked at, and how often one is asked whether it is there.
constexpr auto kPoll = std::chrono::microseconds(500);
constexpr auto kCheck = milliseconds(10);
constexpr uint32_t kAllOnes = ~uint32_t{0};

vfio_pci::Wish photic_wish() {
  vfio_pci::Wish wish;
  wish.windows[kControlBar] = abi::kBarSize;
  wish.windows[kHeartbeatBar] = abi::kHeartbeatSize;
  wish.vectors = kVectors;
  return wish;
}

class VfioTransport : public Transport {
 public:
  VfioTransport(const Uri& uri, const DriverOptions& options, const vfio_pci::Kernel& kernel)
      : stall_(options.stall_ms), function_(kernel, uri.path, photic_wish()) {
    description_.target = uri.text;
    description_.timed = true;
    description_.any_memory = true;
    description_.spin = kSpin;
    if (function_.bar(kControlBar).size() < abi::kBarSize) {
      throw Error(abi::Status::PROTOCOL_ERROR,
                  what_it_is() + " has a BAR0 of " + std::to_string(function_.bar(kControlBar).size()) +
                      " bytes, not " + std::to_string(abi::kBarSize) + "; it is no Photic device");
    }
    if (!function_.can_reset()) {
      throw Error(
          abi::Status::UNSUPPORTED,
          what_it_is() + " has no function-level reset, which a Photic device needs; correct the card");
    }
    if (absent()) {
      throw *death();
    }
  }

  const Description& description() const override { return description_; }

  uint32_t read32(uint32_t offset) override {
    check_alive();
    const uint32_t value = function_.bar(kControlBar).read32(offset);
    if (value == kAllOnes && absent()) {
      throw *death();
    }
    return value;
  }

  void write32(uint32_t offset, uint32_t value) override {
    check_alive();
    function_.bar(kControlBar).write32(offset, value);
  }

  void doorbell(uint32_t offset, uint32_t value, bool) override { write32(offset, value); }

  void map(const DmaMapping& mapping) override {
    check_alive();
    function_.memory().map(mapping.address, mapping.size, mapping.memory);
  }

  void unmap(uint64_t address, uint64_t size) override { function_.memory().unmap(address, size); }

  uint32_t wait(Clock::time_point deadline, bool) override {
    const unsigned granted = function_.interrupts().vectors();
    const uint32_t raised =
        function_.interrupts().wait(granted == 0 ? std::min(deadline, Clock::now() + kPoll) : deadline);
    if (raised == 0) {
      listen();
    }
    uint32_t causes = 0;
    for (unsigned v = 0; v < kVectors && granted > 0; ++v) {
      causes |= ((raised >> v % granted) & 1U)
                << v;  // fewer messages than causes: a message stands for several
    }
    return causes;
  }

  uint64_t heartbeat() const override {
    try {
      return function_.bar(kHeartbeatBar).size() >= abi::kHeartbeatSize
                 ? function_.bar(kHeartbeatBar).read64(abi::kHeartbeatOffset)
                 : work_done();
    } catch (const Error& error) {
      lose(error);
      return 0;
    }
  }

  void reset() override {
    check_alive();
    function_.reset(stall_);
    // Its configuration space answers before its registers may.
    const auto deadline = Clock::now() + stall_;
    while (function_.bar(kControlBar).read32(abi::SHELL_MAGIC) == kAllOnes) {
      if (Clock::now() >= deadline) {
        lose(Error(abi::Status::DEVICE_LOST,
                   what_it_is() + ": its registers did not come back from a reset within " +
                       std::to_string(stall_.count()) + " ms; reopen it, or raise the URI's stall_ms"));
        throw *death();
      }
      std::this_thread::sleep_for(milliseconds(1));
    }
  }

  std::optional<Error> death() const override {
    if (!lost_ && due()) {
      listen();
      absent();
    }
    const std::lock_guard lock(mutex_);
    return death_;
  }

 private:
  std::string what_it_is() const { return "'" + description_.target + "'"; }

  void lose(const Error& error) const {
    const std::lock_guard lock(mutex_);
    if (!death_) {
      death_ = error;
      lost_ = true;
    }
  }

  void check_alive() const {
    if (lost_) {
      throw *death();
    }
  }

  // The kernel may have said that the device leaves.
  void listen() const {
    if (const auto notice = function_.interrupts().notice()) {
      lose(Error(abi::Status::DEVICE_LOST, what_it_is() + ": " + *notice + "; reopen it when it is back"));
    }
  }

  // True once in a while: asking costs a read across the bus.
  bool due() const {
    const auto now = Clock::now().time_since_epoch().count();
    auto next = next_check_.load(std::memory_order_relaxed);
    return now >= next &&
           next_check_.compare_exchange_strong(next, now + std::chrono::nanoseconds(kCheck).count(),
                                               std::memory_order_relaxed);
  }

  // Whether the device has left the bus: then every read gives all ones, which MAGIC never is.
  bool absent() const {
    try {
      if (function_.bar(kControlBar).read32(abi::SHELL_MAGIC) != kAllOnes) {
        return false;
      }
      lose(Error(abi::Status::DEVICE_LOST,
                 what_it_is() +
                     " reads as all ones: it was pulled out, lost its power, or its link is down; check "
                     "the card and reopen it"));
    } catch (const Error& error) {
      lose(error);
    }
    return true;
  }

  // What stands in for a heartbeat: grows with every word moved and every command ended.
  uint64_t work_done() const {
    uint64_t sum = 0;
    for (const uint32_t low : {abi::SHELL_COMMANDS, abi::SHELL_DMA_READ_BEATS, abi::SHELL_DMA_WRITE_BEATS}) {
      sum += function_.bar(kControlBar).read32(low);
    }
    return sum;
  }

  Description description_;
  const milliseconds stall_;
  mutable std::mutex mutex_;
  mutable std::optional<Error> death_;
  mutable std::atomic<bool> lost_{false};
  mutable std::atomic<int64_t> next_check_{0};
  vfio_pci::Function function_;
};

}  // namespace

std::unique_ptr<Transport> connect_vfio(const Uri& uri, const DriverOptions& options,
                                        const vfio_pci::Kernel& kernel) {
  return std::make_unique<VfioTransport>(uri, options, kernel);
}

}  // namespace photic::transport
