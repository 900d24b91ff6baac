// SPDX-License-Identifier: Apache-2.0
// Golden devices that fail by rule, on a test host.
#pragma once

#include <string>

#include "models/golden/spu_device.h"
#include "sim/faults/fault_port.h"
#include "tests/unit/golden/bench_host.h"

namespace photic::faults {

using golden::nop;

inline abi::DeviceMaker golden_opu() {
  return [](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
    return golden::make_opu(golden::options_of("tiny"), dma, interrupts);
  };
}

inline abi::DeviceMaker golden_spu() {
  return [](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
    return golden::make_spu({*abi::find_spu_preset("tiny")}, dma, interrupts);
  };
}

/// One queue of four entries.
class FaultyHost : public golden::DeviceHost {
 public:
  explicit FaultyHost(const std::string& rules, const abi::DeviceMaker& make = golden_opu())
      : DeviceHost([&](abi::DmaPort& dma,
                       abi::InterruptPort& lines) { return make_faulty(rules, make, dma, lines, {}); },
                   2) {}

  /// Submits without expecting anything.
  void start(const abi::Submission& submission) {
    ring.submit(submission);
    ring.ring_doorbell();
    work();
  }

  void reset() {
    device->reset();
    open();
  }

  std::vector<uint64_t> data(uint64_t address, size_t words) const {
    std::vector<uint64_t> found;
    for (size_t i = 0; i < words; ++i) {
      found.push_back(memory.peek(address + 8 * i));
    }
    return found;
  }
};

/// A projection whose every feature is lit.
inline abi::Submission projection(FaultyHost& host) {
  for (uint64_t at = 0; at < 1024; at += 8) {
    host.memory.poke(FaultyHost::kSource + at, ~uint64_t{0});
  }
  return golden::projection();
}

inline constexpr size_t kOutputWords = 32;

}  // namespace photic::faults
