// SPDX-License-Identifier: Apache-2.0
// A small host with one queue and a few OPU commands, to be recorded on a golden device and replayed without.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "drivers/abi/registers.h"
#include "drivers/transport/error.h"
#include "drivers/transport/recording/reader.h"
#include "drivers/transport/recording/record_port.h"
#include "drivers/transport/recording/replay_port.h"
#include "sim/lockstep/host_memory.h"
#include "sim/lockstep/ring_client.h"
#include "tests/support/small_projection.h"
#include "tests/unit/lockstep/golden_pair.h"

namespace photic::recording {

inline constexpr uint64_t kRings = 0x10'0000;
inline constexpr uint64_t kSource = 0x10'0000'0000;
inline constexpr uint64_t kDestination = 0x10'0001'0000;
inline constexpr uint64_t kNothing = 0x20'0000'0000;  // an address where there is no memory
inline constexpr unsigned kSizeLog2 = 3;

class Interrupts final : public abi::InterruptPort {
 public:
  void raise(unsigned vector) override { raised.push_back(vector); }
  std::vector<unsigned> raised;
};

inline std::unique_ptr<abi::DevicePort> golden_opu(abi::DmaPort& dma, abi::InterruptPort& interrupts) {
  return golden::make_opu(lockstep::tiny_opu(), dma, interrupts);
}

/// Of tests/support/small_projection.h, with an interrupt.
inline abi::Submission projection(uint16_t command, uint64_t source = kSource,
                                  uint64_t destination = kDestination) {
  abi::Submission submission = test::small_projection(source, destination);
  submission.flags = abi::SUBMIT_IRQ;
  submission.command = command;
  return submission;
}

/// Everything a host can tell of a run.
struct Outcome {
  std::vector<uint64_t> memory;  ///< Completion ring and outputs.
  std::vector<unsigned> interrupts;
  std::vector<uint32_t> registers;
  std::vector<abi::Completion> completions;
  std::string failure;
  bool operator==(const Outcome& other) const {
    return memory == other.memory && interrupts == other.interrupts && registers == other.registers &&
           failure == other.failure;
  }
};

/// Host memory, a device and one queue. Every register write is followed by the work it starts, as
/// transports do it.
class ScriptedHost {
 public:
  explicit ScriptedHost(const abi::DeviceMaker& make)
      : device_(make(memory_, interrupts_)),
        ring_(*device_, memory_,
              {.queue = 1, .submissions = kRings, .completions = kRings + 0x1000, .size_log2 = kSizeLog2}) {
    memory_.map(kRings, 0x2000);
    memory_.map(kSource, 0x1000);
    memory_.map(kDestination, 0x1000);
    for (uint64_t at = 0; at < 64; at += 8) {
      memory_.poke(kSource + at, 0xA5A5'0000'1234'5678 * (at + 1));
    }
  }

  void write(uint32_t offset, uint32_t value) {
    device_->write(offset, value);
    work();
  }

  void work() {
    while (device_->advance(3) == abi::Activity::kWorking) {
    }
  }

  void open() {
    device_->read(abi::SHELL_MAGIC);
    device_->reset();
    write(abi::SHELL_IRQ_ENABLE, abi::SHELL_IRQ_ENABLE_QUEUE.mask());
    write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.mask());
    ring_.open();
    work();
  }

  void submit(const abi::Submission& submission) {
    ring_.submit(submission);
    ring_.ring_doorbell();
    work();
  }

  void acknowledge() {
    while (const auto completion = ring_.next_completion()) {
      completions_.push_back(*completion);
    }
    ring_.acknowledge();
    work();
  }

  void run(const abi::Submission& submission) {
    submit(submission);
    acknowledge();
  }

  Outcome outcome() {
    Outcome outcome;
    for (uint64_t at = 0; at < 0x1000; at += 8) {
      outcome.memory.push_back(memory_.peek(kRings + 0x1000 + at));
      outcome.memory.push_back(memory_.peek(kDestination + at));
    }
    outcome.interrupts = interrupts_.raised;
    outcome.completions = completions_;
    for (const abi::RegisterInfo& info : abi::kRegisters) {
      outcome.registers.push_back(device_->read(info.offset));
    }
    if (device_->failure() != nullptr) {
      outcome.failure = *device_->failure();
    }
    return outcome;
  }

  abi::DevicePort& device() { return *device_; }
  lockstep::HostMemory& memory() { return memory_; }

 private:
  lockstep::HostMemory memory_;
  Interrupts interrupts_;
  std::vector<abi::Completion> completions_;
  std::unique_ptr<abi::DevicePort> device_;
  lockstep::RingClient ring_;
};

using Script = std::function<void(ScriptedHost&)>;

/// Three commands, the second one refused its source, and a reset between.
inline void usual_script(ScriptedHost& host) {
  host.open();
  host.run(projection(1));
  host.run(projection(2, kNothing));
  host.device().reset();
  host.open();
  host.run(projection(3));
}

class Recorded : public testing::Test {
 protected:
  std::string file() const { return (folder_.path / "run.recording").string(); }

  abi::DeviceMaker recorder(const abi::DeviceMaker& inner = golden_opu) const {
    return [path = file(), inner](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
      return make_recorded(path, "golden:opu?geometry=tiny", inner, dma, interrupts);
    };
  }

  abi::DeviceMaker replayer() const {
    return [path = file()](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
      return make_replay(path, dma, interrupts);
    };
  }

  static Outcome run(const abi::DeviceMaker& make, const Script& script) {
    ScriptedHost host(make);
    script(host);
    return host.outcome();
  }

  Outcome record(const Script& script) const { return run(recorder(), script); }
  Outcome replay(const Script& script) const { return run(replayer(), script); }

  std::vector<Event> events() const {
    Reader reader(file());
    std::vector<Event> events;
    for (Event event; reader.next(event);) {
      events.push_back(event);
    }
    return events;
  }

  std::vector<char> bytes() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  void write_bytes(const std::vector<char>& content) const {
    std::ofstream out(file(), std::ios::binary | std::ios::trunc);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
  }

  /// The status and text with which `work` ends.
  static std::pair<abi::Status, std::string> refusal(const std::function<void()>& work) {
    try {
      work();
    } catch (const transport::Error& error) {
      return {error.status(), error.what()};
    }
    return {abi::Status::OK, ""};
  }

  lockstep::TemporaryFolder folder_;
};

}  // namespace photic::recording
