// SPDX-License-Identifier: Apache-2.0
// What every conformance test of the driver starts from: an open device of the target at hand, a queue and
// two buffers.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>

#include "drivers/api/photic.hpp"
#include "tests/conformance/driver/stage.h"
#include "tests/support/status_of.h"

namespace photic::test {

inline constexpr std::chrono::seconds kLimit{60};  // a fence against hangs, never reached

class OpenDevice : public testing::TestWithParam<StagedTarget> {
 protected:
  OpenDevice()
      : stage(GetParam()),
        device(Device::open(stage.uri())),
        queue(device.queue(16)),
        source(device.allocate(4096)),
        destination(device.allocate(4096)) {}

  static photic_status end_of(const Event& event) {
    return status_of([&] { event.wait(kLimit); });
  }

  photic_status run(const photic_submission& submission) const { return end_of(queue.submit(submission)); }

  uint64_t counter(const std::string& name) const {
    for (const photic_counter& counter : device.counters()) {
      if (counter.name == name) {
        return counter.value;
      }
    }
    ADD_FAILURE() << "no counter " << name;
    return 0;
  }

  const Stage stage;
  Device device;
  Queue queue;
  Buffer source;
  Buffer destination;
};

inline std::string name_of_target(const testing::TestParamInfo<StagedTarget>& target) {
  return target.param.name;
}

}  // namespace photic::test
