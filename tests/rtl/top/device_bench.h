// SPDX-License-Identifier: Apache-2.0
// An RTL device on a test host: memory, one queue, interrupts and boundary events collected.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/registers.h"
#include "sim/lockstep/host_memory.h"
#include "sim/lockstep/ring_client.h"
#include "sim/verilated/opu_rtl.h"
#include "tests/support/small_projection.h"

namespace photic::verilated {

/// A tiny device without noise: its camera clips and counts, and that is all.
inline RtlOptions tiny() {
  RtlOptions options;
  options.preset = *abi::find_preset("tiny");
  options.bench.seed = 7;
  options.bench.reference_level = 20;
  options.bench.imperfections.saturation = true;
  options.bench.imperfections.quantisation = true;
  options.bench.threads = 1;
  return options;
}

class DeviceBench : public abi::InterruptPort, public abi::EventSink {
 public:
  static constexpr uint64_t kSubmissions = 0x10'0000;
  static constexpr uint64_t kCompletions = 0x20'0000;
  static constexpr uint64_t kSource = 0x30'0000;
  static constexpr uint64_t kDestination = 0x40'0000;
  static constexpr uint64_t kUnmapped = 0x60'0000;
  static constexpr uint64_t kDataBytes = 0x4000;

  explicit DeviceBench(const RtlOptions& options = tiny())
      : device(make_rtl_opu(options, memory, *this)),
        ring(*device, memory, {0, kSubmissions, kCompletions, 3}) {
    memory.map(kSubmissions, 0x1000);
    memory.map(kCompletions, 0x1000);
    memory.map(kSource, kDataBytes);
    memory.map(kDestination, kDataBytes);
    device->trace(this);
    open();
  }

  void open() {
    ring.open();
    device->write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.set(1));
    device->write(abi::SHELL_IRQ_ENABLE,
                  abi::SHELL_IRQ_ENABLE_QUEUE.mask() | abi::SHELL_IRQ_ENABLE_ERROR.mask());
  }

  /// Runs one command to its completion.
  abi::Completion run(const abi::Submission& submission) {
    ring.submit(submission);
    ring.ring_doorbell();
    EXPECT_EQ(device->advance(kPatience), abi::Activity::kIdle) << "the device does not come to rest";
    const auto completion = ring.next_completion();
    EXPECT_TRUE(completion.has_value()) << "no completion";
    ring.acknowledge();
    return completion.value_or(abi::Completion{});
  }

  void raise(unsigned vector) override { interrupts.push_back(vector); }
  void on_event(const abi::BoundaryEvent& event) override { events.push_back(event); }

  lockstep::HostMemory memory;
  std::vector<unsigned> interrupts;
  std::vector<abi::BoundaryEvent> events;
  std::unique_ptr<abi::TimedDevicePort> device;
  lockstep::RingClient ring;

 private:
  static constexpr uint64_t kPatience = 2'000'000;
};

/// The small projection, scaled so that its pixels use the output's range.
inline abi::Submission projection() {
  abi::Submission s = test::small_projection(DeviceBench::kSource, DeviceBench::kDestination);
  s.scale = 21;
  s.shift = 1;
  s.frame = 40;
  return s;
}

}  // namespace photic::verilated
