// SPDX-License-Identifier: Apache-2.0
// Plays the device's part of a recording and holds the host to its own.
#include "drivers/transport/recording/replay_port.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <chrono>
#include <limits>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

#include "drivers/abi/registers.h"
#include "drivers/transport/error.h"
#include "drivers/transport/recording/completion_credits.h"
#include "drivers/transport/recording/reader.h"

namespace photic::recording {
namespace {

constexpr size_t kRegisters = abi::kBarSize / sizeof(uint32_t);
// Between two looks of a device that hung when it was recorded: it hangs without using a processor.
constexpr auto kHung = std::chrono::milliseconds(1);

size_t index_of(uint32_t offset) {
  return offset / sizeof(uint32_t);
}

class ReplayPort final : public abi::DevicePort {
 public:
  ReplayPort(const std::string& file, abi::DmaPort& dma, abi::InterruptPort& interrupts)
      : file_(file), reader_(file), dma_(dma), interrupts_(interrupts) {
    fetch();
    settle();
  }

  uint32_t read(uint32_t offset) override {
    if (offset == abi::SHELL_SCRATCH) {
      return scratch_;
    }
    const size_t index = index_of(offset);
    const auto recorded = std::find_if(
        reads_.begin(), reads_.end(), [&](const Read& read) { return !read.taken && read.offset == offset; });
    if (recorded != reads_.end()) {
      recorded->taken = true;
      learn(offset, recorded->value);
    } else if (unknown_[index] && failure_.empty()) {
      diverge("a read of " + register_name(offset) + ", which the recording cannot answer there");
    }
    return state_[index];
  }

  void write(uint32_t offset, uint32_t value) override {
    play(std::numeric_limits<uint64_t>::max());
    if (!failure_.empty()) {
      return;
    }
    if (offset == abi::SHELL_SCRATCH) {
      scratch_ = value;
      return;
    }
    const auto is_recorded = [&] {
      return next_.kind == EventKind::kWrite && next_.offset == offset && next_.value == value;
    };
    Event came;
    came.kind = EventKind::kWrite;
    came.offset = offset;
    came.value = value;
    if (const auto queue = CompletionCredits::queue_of(offset);
        queue && !is_recorded() && credits_.accepts(*queue, value, state_)) {
      return;
    }
    while (!is_recorded() && skip_credit(describe(came))) {
    }
    if (!failure_.empty() || !is_recorded()) {
      diverge(describe(came));
      return;
    }
    credits_.note(offset, value);
    last_write_ = describe(next_);
    step();
    idle_ = false;
    unknown_.set(index_of(offset));
    settle();  // what started no work is done at once
  }

  abi::Activity advance(uint64_t budget) override {
    play(budget);
    if (!failure_.empty()) {
      return abi::Activity::kIdle;
    }
    if (plays(next_.kind)) {
      return abi::Activity::kWorking;
    }
    if (idle_) {
      return abi::Activity::kIdle;
    }
    if (!torn_.empty()) {
      failure_ = torn_;
      return abi::Activity::kIdle;
    }
    std::this_thread::sleep_for(kHung);
    return abi::Activity::kWorking;
  }

  // Where a reset meets the work is a matter of time: what the device would still have done, it does not.
  void reset() override {
    while (failure_.empty() && next_.kind != EventKind::kReset) {
      if (plays(next_.kind) || next_.kind == EventKind::kSettled) {
        step();
      } else if (!skip_credit("a reset")) {
        diverge("a reset");
      }
    }
    if (failure_.empty()) {
      credits_ = {};
      scratch_ = 0;
      step();
      settle();
    }
  }

  const std::atomic<uint64_t>& progress() const override { return progress_; }
  bool timed() const override { return reader_.header().timed; }
  const std::string* failure() const override { return failure_.empty() ? nullptr : &failure_; }

 private:
  // A read the host made at the present place.
  struct Read {
    uint32_t offset;
    uint32_t value;
    bool taken;
  };

  static bool plays(EventKind kind) { return kind >= EventKind::kDmaRead && kind <= EventKind::kInterrupt; }

  void learn(uint32_t offset, uint32_t value) {
    state_[index_of(offset)] = value;
    unknown_.reset(index_of(offset));
  }

  // What is written to SCRATCH does nothing: a driver tries with it whether a device that is silent for long
  // still takes writes, so how often is a matter of time.
  static bool writes_scratch(const Event& event) {
    return event.kind == EventKind::kWrite && event.offset == abi::SHELL_SCRATCH;
  }

  // The next event that is neither a read nor a write to SCRATCH; the reads before it were made where the
  // replay is now.
  void fetch() {
    try {
      while (reader_.next(next_) && (next_.kind == EventKind::kRead || writes_scratch(next_))) {
        if (next_.kind == EventKind::kRead) {
          reads_.push_back({next_.offset, next_.value, false});
        }
      }
    } catch (const transport::Error& error) {
      torn_ = error.what();
      next_ = {};
    }
  }

  // Leaves the event behind, and the reads before it. Those of an idle device say nothing new.
  void step() {
    for (const Read& read : reads_) {
      if (!idle_) {
        learn(read.offset, read.value);
      }
    }
    reads_.clear();
    progress_.fetch_add(1, std::memory_order_relaxed);
    fetch();
  }

  // Takes the device for idle if the recording says it is. Reads made meanwhile stay.
  void settle() {
    while (next_.kind == EventKind::kSettled) {
      for (const auto& [offset, value] : next_.registers) {
        state_[index_of(offset)] = value;
      }
      unknown_.reset();
      idle_ = true;
      progress_.fetch_add(1, std::memory_order_relaxed);
      fetch();
    }
  }

  // Leaves a recorded write behind that only handed completions back. False if it is none; a divergence if
  // the device had waited for it.
  bool skip_credit(const std::string& came) {
    if (next_.kind != EventKind::kWrite || !CompletionCredits::queue_of(next_.offset)) {
      return false;
    }
    const Event credit = next_;
    step();
    if (plays(next_.kind)) {
      diverge_at(credit, came);
      return false;
    }
    settle();
    return true;
  }

  // At most `budget` events of the device.
  void play(uint64_t budget) {
    for (; budget > 0 && failure_.empty() && plays(next_.kind); --budget) {
      play();
      if (failure_.empty()) {
        step();
        if (next_.kind == EventKind::kSettled) {
          reads_.clear();
          settle();
        }
      }
    }
    if (failure_.empty() && next_.kind == EventKind::kFailed) {
      failure_ = next_.text + " (event " + std::to_string(next_.number) + " of recording '" + file_ + "')";
    }
    if (failure_.empty() && next_.kind == EventKind::kStopped) {
      throw std::runtime_error(next_.text + " (event " + std::to_string(next_.number) + " of recording '" +
                               file_ + "')");
    }
  }

  void play() {
    switch (next_.kind) {
      case EventKind::kDmaRead:
        compare_read();
        break;
      case EventKind::kDmaReadRefused:
        memory_.resize(next_.words);
        if (dma_.read(next_.address, memory_.data(), memory_.size())) {
          diverge("host memory that takes it");
        }
        break;
      case EventKind::kDmaWrite:
        if (!dma_.write(next_.address, next_.data.data(), next_.data.size())) {
          diverge("host memory that refuses it");
        }
        break;
      case EventKind::kDmaWriteRefused:
        if (dma_.write(next_.address, next_.data.data(), next_.data.size())) {
          diverge("host memory that takes it");
        }
        break;
      default:
        interrupts_.raise(next_.value);
        break;
    }
  }

  void compare_read() {
    memory_.resize(next_.words);
    if (!dma_.read(next_.address, memory_.data(), memory_.size())) {
      diverge("host memory that refuses it");
      return;
    }
    const auto recorded = std::as_bytes(std::span(next_.data));
    const auto present = std::as_bytes(std::span(memory_));
    const auto [was, is] = std::mismatch(recorded.begin(), recorded.end(), present.begin());
    if (was != recorded.end()) {
      const auto byte = static_cast<uint64_t>(was - recorded.begin());
      diverge("host memory that differs from byte " + std::to_string(byte) + " on: at " +
              hex(next_.address + byte) + " was " + hex(static_cast<uint64_t>(*was)) + ", is " +
              hex(static_cast<uint64_t>(*is)));
    }
  }

  void diverge(const std::string& came) {
    if (failure_.empty() && !torn_.empty()) {
      failure_ = torn_ + "; there came " + came;
    }
    diverge_at(next_, came);
  }

  void diverge_at(const Event& recorded, const std::string& came) {
    if (failure_.empty()) {
      failure_ = "replay of '" + file_ + "' diverges at event " + std::to_string(recorded.number) +
                 (last_write_.empty() ? "" : ", after " + last_write_) + ": recorded is " +
                 describe(recorded) + ", there came " + came;
    }
  }

  const std::string file_;
  Reader reader_;
  abi::DmaPort& dma_;
  abi::InterruptPort& interrupts_;
  Event next_;
  std::string torn_;  // why there is no next event
  std::vector<Read> reads_;
  std::array<uint32_t, kRegisters> state_{};
  uint32_t scratch_ = 0;             // what this run's host wrote last
  std::bitset<kRegisters> unknown_;  // written since the device was last idle
  std::vector<uint64_t> memory_;
  CompletionCredits credits_;
  std::string last_write_;
  std::string failure_;
  std::atomic<uint64_t> progress_{0};
  bool idle_ = true;
};

}  // namespace

std::unique_ptr<abi::DevicePort> make_replay(const std::string& file, abi::DmaPort& dma,
                                             abi::InterruptPort& interrupts) {
  return std::make_unique<ReplayPort>(file, dma, interrupts);
}

}  // namespace photic::recording
