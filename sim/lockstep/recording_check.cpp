// SPDX-License-Identifier: Apache-2.0
// Plays the host of a recording on a pair of a replay and another device.
#include "sim/lockstep/recording_check.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "drivers/abi/registers.h"
#include "drivers/transport/error.h"
#include "drivers/transport/recording/reader.h"
#include "drivers/transport/recording/replay_port.h"
#include "sim/lockstep/host_memory.h"

namespace photic::lockstep {
namespace {

using recording::Event;
using recording::EventKind;

constexpr uint64_t kWordBytes = sizeof(uint64_t);
constexpr uint64_t kBudget = 1'000'000;

// The host's memory during one piece of work: pages that the recorded device reached, with what it found in
// them.
class WorkMemory final : public abi::DmaPort {
 public:
  void fill(const std::vector<Event>& work) {
    memory_ = {};
    for (const Event& event : work) {
      if (event.kind == EventKind::kDmaRead) {
        memory_.map(event.address, kWordBytes * event.words, false);
        memory_.poke(event.address, event.data);
      }
    }
    for (const Event& event : work) {
      if (event.kind == EventKind::kDmaWrite) {
        memory_.map(event.address, kWordBytes * event.words, true);
      }
    }
  }

  bool read(uint64_t address, uint64_t* words, size_t count) override {
    return memory_.read(address, words, count);
  }
  bool write(uint64_t address, const uint64_t* words, size_t count) override {
    return memory_.write(address, words, count);
  }

 private:
  HostMemory memory_;
};

class NoInterrupts final : public abi::InterruptPort {
 public:
  void raise(unsigned) override {}
};

class RecordingCheck {
 public:
  RecordingCheck(const std::string& file, const Candidate& against, CheckOptions options) : reader_(file) {
    const Candidate recorded{"recording", [&](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
                               auto replay = recording::make_replay(file, dma, interrupts);
                               replay_ = replay.get();
                               return replay;
                             }};
    const Candidate other{against.name, [&](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
                            auto device = against.make(dma, interrupts);
                            result_.stamps = reader_.header().timed && device->timed();
                            return device;
                          }};
    options.explain = [this](const Difference& difference) { return place(difference); };
    pair_ = make_check(recorded, other, memory_, interrupts_, options);
  }

  RecordingCheckResult run() {
    while (!result_.difference && !result_.cut && next_work()) {
      play();
    }
    return result_;
  }

 private:
  // Everything up to where the device is idle again. False at the end of the recording.
  bool next_work() {
    work_.clear();
    try {
      for (Event event; reader_.next(event);) {
        work_.push_back(std::move(event));
        switch (work_.back().kind) {
          case EventKind::kSettled:
            return true;
          case EventKind::kFailed:
          case EventKind::kStopped:
            result_.cut = "event " + std::to_string(work_.back().number) + ": the recorded device came to " +
                          describe(work_.back());
            return false;
          default:
            break;
        }
      }
    } catch (const transport::Error& error) {
      result_.cut = error.what();
      return false;
    }
    for (const Event& event : work_) {
      if (event.kind == EventKind::kWrite) {
        result_.cut =
            "event " + std::to_string(event.number) + ": the recorded device hung after " + describe(event);
      }
    }
    return false;
  }

  void play() {
    memory_.fill(work_);
    for (const Event& event : work_) {
      if (event.kind == EventKind::kWrite) {
        pair_->write(event.offset, event.value);
      } else if (event.kind == EventKind::kReset) {
        pair_->reset();
      }
    }
    while (pair_->failure() == nullptr && pair_->advance(kBudget) == abi::Activity::kWorking) {
    }
    if (replay_->failure() != nullptr) {
      result_.difference = *replay_->failure();
    } else if (pair_->failure() != nullptr) {
      result_.difference = *pair_->failure();
    } else {
      ++result_.works;
      count_commands();
    }
  }

  void count_commands() {
    const uint64_t counted = pair_->read(abi::SHELL_COMMANDS) | uint64_t{pair_->read(abi::SHELL_COMMANDS_HI)}
                                                                    << 32;
    result_.commands += counted >= counted_ ? counted - counted_ : counted;
    counted_ = counted;
  }

  // Where in the recording a difference lies.
  std::string place(const Difference& difference) const {
    std::string text = difference.cycle ? ", at cycle " + std::to_string(*difference.cycle) : "";
    for (const Event& event : work_) {
      const bool covers = event.kind == EventKind::kDmaWrite && difference.address &&
                          *difference.address >= event.address &&
                          *difference.address - event.address < kWordBytes * event.words;
      if (difference.kind == DifferenceKind::kMemory && covers) {
        text += "; in the recording that is byte " + std::to_string(*difference.address - event.address) +
                " of event " + std::to_string(event.number) + ", " + describe(event);
      }
    }
    if (work_.empty()) {
      return text;
    }
    text += "; the work is events " + std::to_string(work_.front().number) + " to " +
            std::to_string(work_.back().number);
    for (const Event& event : work_) {
      if (event.kind == EventKind::kWrite) {
        text += ", after " + describe(event);
      }
    }
    return text;
  }

  recording::Reader reader_;
  WorkMemory memory_;
  NoInterrupts interrupts_;
  const abi::DevicePort* replay_ = nullptr;  // the first of the pair
  std::unique_ptr<abi::DevicePort> pair_;
  std::vector<Event> work_;
  uint64_t counted_ = 0;
  RecordingCheckResult result_;
};

}  // namespace

RecordingCheckResult check_recording(const std::string& file, const Candidate& against,
                                     const CheckOptions& options) {
  return RecordingCheck(file, against, options).run();
}

}  // namespace photic::lockstep
