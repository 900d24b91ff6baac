// SPDX-License-Identifier: Apache-2.0
// A device may fail in any way: the driver gives the right status in bounded time, other queues go on, a
// reset or another device helps, and nothing is left behind.
#include <gtest/gtest.h>

#include <set>

#include "drivers/api/photic.hpp"
#include "tests/conformance/faults/scenario.h"
#include "tests/conformance/faults/work.h"
#include "tests/support/census.h"

namespace photic::test {

void PrintTo(const Fate& fate, std::ostream* out) {
  *out << "hit " << photic_status_name(fate.hit) << (fate.right ? "" : " with wrong outputs") << ", behind "
       << photic_status_name(fate.behind) << ", other " << photic_status_name(fate.other) << ", reset "
       << photic_status_name(fate.reset) << (fate.reopened ? ", reopened" : "");
}

namespace {

struct Case {
  Scenario scenario;
  TargetUri target;
};

void PrintTo(const Case& tried, std::ostream* out) {
  *out << "fault:" << tried.scenario.rules << ":" << tried.target.uri;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Scenario& scenario : scenarios()) {
    for (const TargetUri& target : targets_of(scenario.kind)) {
      all.push_back({scenario, target});
    }
  }
  return all;
}

class Faults : public testing::TestWithParam<Case> {
 protected:
  // What the library opens once is open before anything is counted.
  static void SetUpTestSuite() { Device::open("golden:opu?geometry=tiny&process=1"); }
};

TEST_P(Faults, EndAsTheyShouldAndLeaveNothingBehind) {
  const Case& tried = GetParam();
  const std::set<pid_t> children_before = children();
  const size_t descriptors_before = open_descriptors();
  const Outcome outcome = run(tried.scenario, tried.target.uri);
  EXPECT_EQ(outcome.fate, tried.scenario.fate) << outcome.text;
  EXPECT_TRUE(outcome.recovered);
  // A queue fails, or the device is lost, or neither.
  const bool lost = tried.scenario.fate.other != PHOTIC_OK;
  const bool queue_failed = tried.scenario.fate.behind != PHOTIC_OK && !lost;
  const bool doorbells = tried.scenario.rules.find("stuck_doorbell") != std::string::npos;
  EXPECT_EQ(outcome.health.losses, lost ? 1U : 0U);
  EXPECT_EQ(outcome.health.queues_failed, queue_failed ? 1U : 0U);
  EXPECT_EQ(outcome.health.doorbells_repeated > 0, doorbells);
  EXPECT_EQ(children(), children_before);
  EXPECT_EQ(open_descriptors(), descriptors_before);
}

INSTANTIATE_TEST_SUITE_P(OfEveryClass, Faults, testing::ValuesIn(cases()), [](const auto& tried) {
  return tried.param.scenario.name + "_" + tried.param.target.name;
});

class FaultWrapper : public testing::TestWithParam<TargetUri> {};

// Cycle stamps, details and statuses of some work.
std::vector<uint64_t> stamps(const std::string& uri) {
  const Device device = Device::open(uri);
  const Queue queue = device.queue(16);
  OpuWork work(device, queue);
  std::vector<uint64_t> found;
  for (int i = 0; i < 3; ++i) {
    const Event event = work.start();
    photic_event_wait(event.get(), PHOTIC_WAIT_FOREVER);
    const photic_event_info info = event.info();
    found.insert(found.end(),
                 {info.start_cycle, info.end_cycle, info.detail, static_cast<uint64_t>(info.status)});
  }
  return found;
}

TEST_P(FaultWrapper, ChangesNothingUntilItsRuleHits) {
  EXPECT_EQ(stamps("fault:hang,command=1000:" + GetParam().uri), stamps(GetParam().uri));
}

TEST_P(FaultWrapper, FailsAlikeEveryTime) {
  const std::string uri = "fault:dma_read_error,chance=0.5,seed=2:" + GetParam().uri;
  const std::vector<uint64_t> once = stamps(uri);
  EXPECT_EQ(once, stamps(uri));
  EXPECT_NE(once, stamps(GetParam().uri));
}

INSTANTIATE_TEST_SUITE_P(OfEveryTarget, FaultWrapper, testing::ValuesIn(opu_targets()),
                         [](const auto& tried) { return tried.param.name; });

TEST(FaultRecordings, BringTheFaultBackWithoutTheDevice) {
  const std::string file = testing::TempDir() + "photic-fault-" + std::to_string(getpid()) + ".recording";
  const std::vector<uint64_t> recorded =
      stamps("record:" + file + ":fault:dma_write_error,command=1:" + opu_targets().back().uri);
  EXPECT_EQ(stamps("replay:" + file), recorded);
  EXPECT_EQ(recorded[7], uint64_t{PHOTIC_DMA_WRITE_ERROR});
  unlink(file.c_str());
}

photic_status refusal(const std::string& uri) {
  photic_device device = nullptr;
  const photic_status status = photic_open(uri.c_str(), &device);
  if (device != nullptr) {
    photic_device_release(device);
  }
  return status;
}

TEST(FaultUris, AreRefusedWithPositionAndRemedyWhereverTheDeviceIs) {
  for (const char* option : {"", "&process=1"}) {
    EXPECT_EQ(refusal(std::string("fault:hang,when=now:golden:opu?geometry=tiny") + option),
              PHOTIC_INVALID_URI);
    const std::string text = photic_error_text();
    EXPECT_NE(text.find("position 5"), std::string::npos) << text;
    EXPECT_NE(text.find("its keys are"), std::string::npos) << text;
  }
  EXPECT_EQ(refusal("fault:lose_trigger,frame=3:golden:spu?geometry=tiny"), PHOTIC_INVALID_URI);
}

#ifdef PHOTIC_HARDWARE
TEST(FaultUris, OfDevicesThatAreComparedStandRightBeforeThem) {
  EXPECT_EQ(refusal("fault:hang:fault:slow:check:rtl,systemc:opu?geometry=tiny"), PHOTIC_UNSUPPORTED);
  EXPECT_NE(std::string(photic_error_text()).find("right before 'check:'"), std::string::npos);
  EXPECT_EQ(refusal("fault:late_interrupt,ms=2:check:rtl,systemc:opu?geometry=tiny"), PHOTIC_INVALID_URI);
}
#endif

TEST(FaultUris, GoIntoEachOther) {
  const Device device = Device::open(
      "fault:dma_read_error:fault:lost_interrupt,count=all:golden:opu?geometry=tiny&seed=7&noise=off");
  const Queue queue = device.queue(4);
  queue.nop().wait();
}

}  // namespace
}  // namespace photic::test
