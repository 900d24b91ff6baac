// SPDX-License-Identifier: Apache-2.0
// Device processes killed while commands of several queues are in flight.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "drivers/api/photic.hpp"
#include "tests/support/census.h"
#include "tests/workload/survival/killer.h"

namespace photic::survival {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kLimit = 60s;  // a fence against hangs, never reached

const std::vector<std::string> kTargets{"golden:opu?process=1&threads=1",
                                        "golden:spu?process=1&geometry=tiny",
#ifdef PHOTIC_HARDWARE
                                        "systemc:opu?geometry=tiny", "systemc:spu?geometry=tiny"
#endif
};

/// Random commands on all queues of a device until it is lost; every event is kept.
class Load {
 public:
  Load(const Device& device, Dice& dice) : dice_(dice), capabilities_(device.capabilities()) {
    source_ = device.allocate(1 << 16);
    destination_ = device.allocate(1 << 16);
    for (uint32_t q = 0; q < std::min(capabilities_.queues, 3U); ++q) {
      queues_.push_back(device.queue(64));
    }
  }

  /// Ends with the status of the first call that failed.
  photic_status until_it_fails() {
    try {
      while (true) {
        const size_t first = events_.size();
        for (uint64_t n = 4 + dice_.upto(12); n > 0; --n) {
          events_.push_back(submit());
        }
        for (size_t e = first; e < events_.size(); ++e) {
          events_[e].wait(kLimit);
        }
      }
    } catch (const Error& error) {
      return error.status();
    }
  }

  const std::vector<Event>& events() const { return events_; }

 private:
  Event submit() {
    const Queue& queue = queues_[dice_.upto(queues_.size() - 1)];
    std::vector<Event> dependencies;
    if (!events_.empty() && dice_.upto(3) == 0) {
      dependencies.push_back(
          events_[events_.size() - 1 - dice_.upto(std::min<size_t>(events_.size() - 1, 8))]);
    }
    if (dice_.upto(4) == 0) {
      return queue.nop(dependencies);
    }
    return capabilities_.kind == PHOTIC_KIND_OPU ? optical(queue, dependencies)
                                                 : spiking(queue, dependencies);
  }

  Event optical(const Queue& queue, const std::vector<Event>& dependencies) {
    photic_opu_project_desc desc = opu_desc();
    desc.source = source_.bus_address();
    desc.destination = destination_.bus_address();
    desc.features = 8;
    desc.vectors = 1 + static_cast<uint32_t>(dice_.upto(7));
    desc.input_format = PHOTIC_INPUT_U1;
    desc.scheme = PHOTIC_SCHEME_INTENSITY;
    desc.output_format = PHOTIC_OUTPUT_I16;
    desc.mirror_rows = 1;
    desc.mirror_cols = capabilities_.mirror_cols;
    desc.macro = 1;
    desc.scale = 1;
    desc.outputs = 16;
    desc.exposure = 256;
    return queue.project(desc, dependencies);
  }

  Event spiking(const Queue& queue, const std::vector<Event>& dependencies) {
    photic_spu_memory_desc desc = spu_memory_desc();
    desc.cores = 1;
    desc.words = 1;
    switch (dice_.upto(2)) {
      case 0:
        return queue.clear(PHOTIC_SPU_CLEAR_STATE | PHOTIC_SPU_CLEAR_COUNTERS, dependencies);
      case 1:
        desc.buffer = source_.get();
        desc.region = PHOTIC_SPU_REGION_CONFIG;
        return queue.write(desc, dependencies);
      default:
        desc.buffer = destination_.get();
        desc.region = PHOTIC_SPU_REGION_STATE;
        desc.words = 4;
        return queue.read(desc, dependencies);
    }
  }

  Dice& dice_;
  photic_capabilities capabilities_;
  Buffer source_, destination_;
  std::vector<Queue> queues_;
  std::vector<Event> events_;
};

class DriverSoak : public testing::Test {
 protected:
  void SetUp() override {
    // What the library opens once is open before anything is counted.
    for (const std::string& target : kTargets) {
      Device::open(target).queue(2).nop().wait(kLimit);
    }
    before_ = test::take_census();
  }

  /// Opens, loads, is killed; counts how the events ended.
  void round(const std::string& target, uint64_t seed) {
    Dice dice(seed);
    std::optional<Killer> killer;
    const auto aim = [&](std::chrono::microseconds most) {
      killer.emplace(getpid(), before_.children, seed, 1, most);
    };
    const bool while_it_opens = dice.upto(4) == 0;
    if (while_it_opens) {
      aim(2ms);
    }
    try {
      const Device device = Device::open(target);
      if (!while_it_opens) {
        aim(5ms);
      }
      Load load(device, dice);
      const photic_status end = load.until_it_fails();
      EXPECT_TRUE(end == PHOTIC_DEVICE_LOST || end == PHOTIC_DEPENDENCY_FAILED) << photic_status_name(end);
      for (const Event& event : load.events()) {
        const photic_status status = photic_event_wait(event.get(), detail::count(kLimit));
        ++ends_[photic_status_name(status)];
        EXPECT_TRUE(status == PHOTIC_OK || status == PHOTIC_DEVICE_LOST || status == PHOTIC_DEPENDENCY_FAILED)
            << photic_status_name(status);
      }
      longest_ = std::max(longest_, Clock::now() - killer->last_kill());
      EXPECT_EQ(device.status(), PHOTIC_DEVICE_LOST);
      ++in_use_;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), PHOTIC_DEVICE_LOST) << error.what();
      ++opening_;
    }
    EXPECT_EQ(killer->killed(), 1u);
  }

  test::Census before_;
  std::map<std::string, uint64_t> ends_;
  size_t opening_ = 0, in_use_ = 0;
  Clock::duration longest_{};
};

TEST_F(DriverSoak, EveryEventEndsAndNothingIsLeft) {
  const size_t kills = share_of_kills(15);
  for (size_t i = 0; i < kills; ++i) {
    const uint64_t seed = 1000000 * seed_of_kills() + i;
    const std::string& target = kTargets[i % kTargets.size()];
    SCOPED_TRACE(target + ", seed " + std::to_string(seed));
    round(target, seed);
    ASSERT_EQ(test::take_census(), before_);
  }
  std::string ends;
  for (const auto& [status, count] : ends_) {
    ends += ", " + std::to_string(count) + " " + status;
  }
  if (HasFailure()) {
    return;
  }
  std::printf(
      "kills: driver: %zu kills, %zu while opening, %zu in use; events%s; %.1f ms at most to the last end\n",
      kills, opening_, in_use_, ends.c_str(), std::chrono::duration<double, std::milli>(longest_).count());
}

}  // namespace
}  // namespace photic::survival
