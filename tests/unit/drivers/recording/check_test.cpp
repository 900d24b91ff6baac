// SPDX-License-Identifier: Apache-2.0
// A recording is compared with another device, and the first difference is named in its terms.
#include "sim/lockstep/recording_check.h"

#include "drivers/transport/recording/writer.h"
#include "tests/unit/drivers/recording/recorded_host.h"

namespace photic::recording {
namespace {

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class CheckOfARecording : public Recorded {
 protected:
  lockstep::RecordingCheckResult check(const lockstep::Candidate& against) const {
    lockstep::CheckOptions options;
    options.report = folder_.path / "report";
    return lockstep::check_recording(file(), against, options);
  }

  // The first event of a kind at an address.
  Event event_at(EventKind kind, uint64_t address) const {
    for (const Event& event : events()) {
      if (event.kind == kind && event.address == address) {
        return event;
      }
    }
    ADD_FAILURE() << "no such event";
    return {};
  }
};

TEST_F(CheckOfARecording, AgreesWithADeviceThatDoesTheSame) {
  record(usual_script);
  const lockstep::RecordingCheckResult result = check(lockstep::good_candidate());
  EXPECT_FALSE(result.difference) << *result.difference;
  EXPECT_FALSE(result.cut) << *result.cut;
  EXPECT_EQ(result.commands, 3U);
  EXPECT_FALSE(result.stamps);
}

TEST_F(CheckOfARecording, NamesEventCommandAndByteOfADifference) {
  record(usual_script);
  const auto result =
      check(lockstep::faulty_candidate({.write = [](uint64_t address, std::vector<uint64_t>& words) {
        if (address == kDestination) {
          words[0] ^= 0x10000;
        }
      }}));
  ASSERT_TRUE(result.difference);
  const Event written = event_at(EventKind::kDmaWrite, kDestination);
  EXPECT_TRUE(says(*result.difference, "memory at 0x1000010002")) << *result.difference;
  EXPECT_TRUE(says(*result.difference, "command 0x1 (queue 1, ring entry 0)")) << *result.difference;
  EXPECT_TRUE(says(*result.difference, "byte 2 of event " + std::to_string(written.number) + ","))
      << *result.difference;
  EXPECT_TRUE(says(*result.difference, "after a write of 0x1 to QUEUE1_SQ_TAIL")) << *result.difference;
}

TEST_F(CheckOfARecording, NamesAnInterruptThatIsMissing) {
  record(usual_script);
  const auto result = check(lockstep::faulty_candidate({.drops_interrupt = [](unsigned) { return true; }}));
  ASSERT_TRUE(result.difference);
  EXPECT_TRUE(says(*result.difference, "interrupts: recording raised 1, faulty raised none"))
      << *result.difference;
}

TEST_F(CheckOfARecording, NamesARegisterThatDiffers) {
  record(usual_script);
  const auto result = check(lockstep::faulty_candidate(
      {.read = [](uint32_t offset, uint32_t value) { return offset == abi::SHELL_SCRATCH ? 5 : value; }}));
  ASSERT_TRUE(result.difference);
  EXPECT_TRUE(says(*result.difference, "SHELL_SCRATCH")) << *result.difference;
}

TEST_F(CheckOfARecording, SaysHowFarItCame) {
  record(usual_script);
  const std::vector<char> whole = bytes();
  write_bytes({whole.begin(), whole.end() - 100});
  const auto torn = check(lockstep::good_candidate());
  EXPECT_FALSE(torn.difference) << *torn.difference;
  ASSERT_TRUE(torn.cut);
  EXPECT_TRUE(says(*torn.cut, "torn")) << *torn.cut;
  EXPECT_GE(torn.commands, 2U);
}

}  // namespace
}  // namespace photic::recording
