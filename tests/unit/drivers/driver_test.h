// SPDX-License-Identifier: Apache-2.0
// What the driver's tests share: commands for the fake device, and the fixture that lets it go again.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>

#include "drivers/api/photic.hpp"
#include "tests/support/status_of.h"
#include "tests/unit/drivers/fake_device.h"

namespace photic::test {

using namespace std::chrono_literals;

inline constexpr auto kSoon = 1ms;
inline constexpr auto kLimit = 60s;  // a fence against hangs, never reached

inline photic_submission copy(const Buffer& from, const Buffer& to, uint32_t words) {
  photic_submission submission{};
  submission.opcode = PHOTIC_OP_OPU_PROJECT;
  submission.source = from.bus_address();
  submission.destination = to.bus_address();
  submission.features = words;
  return submission;
}

// So much work, by its fields, that no waiting thread takes it over.
inline photic_submission long_copy(const Buffer& from, const Buffer& to, uint32_t words) {
  photic_submission submission = copy(from, to, words);
  submission.mirror_rows = 1000;
  submission.mirror_cols = 1000;
  submission.outputs = 1000;
  submission.vectors = 1;
  submission.input = 0x10;
  return submission;
}

inline photic_submission gated() {
  photic_submission submission{};
  submission.opcode = PHOTIC_OP_OPU_PROJECT;
  submission.frame = 1;
  return submission;
}

class Driver : public testing::Test {
 protected:
  ~Driver() override {
    FakeDevice::open_gate(true);
    FakeDevice::release_stuck(true);
  }
};

}  // namespace photic::test
