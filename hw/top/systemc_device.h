// SPDX-License-Identifier: Apache-2.0
// A SystemC device behind a DevicePort, whatever it is made of.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "drivers/abi/timed_device.h"
#include "hw/base/kernel_session.h"

namespace photic::hw {

/// Owns the simulation context and the parts of a device, in order of construction. `Parts` has a member
/// `top`, a DeviceTop, and a constructor of (options, DmaPort&, InterruptPort&, progress counter).
template <typename Parts>
class SystemcDevice : public abi::TimedDevicePort {
 public:
  template <typename Options>
  SystemcDevice(const Options& options, abi::DmaPort& dma, abi::InterruptPort& interrupts)
      : parts_(options, dma, interrupts, progress_) {}

  uint32_t read(uint32_t offset) override { return parts_.top.read(offset); }
  void write(uint32_t offset, uint32_t value) override { parts_.top.write(offset, value); }
  abi::Activity advance(uint64_t budget) override {
    parts_.top.clock().run(budget);
    return parts_.top.busy() ? abi::Activity::kWorking : abi::Activity::kIdle;
  }
  void reset() override { parts_.top.reset(); }
  const std::atomic<uint64_t>& progress() const override { return progress_; }
  uint64_t cycle() const override { return parts_.top.clock().cycle(); }
  void trace(abi::EventSink* sink) override { parts_.top.trace(sink); }
  bool waveform(const std::string& path) override { return parts_.top.clock().waveform(path); }

 private:
  KernelSession session_;
  std::atomic<uint64_t> progress_{0};
  Parts parts_;
};

}  // namespace photic::hw
