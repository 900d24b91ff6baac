// SPDX-License-Identifier: Apache-2.0
// Random sessions: the seed names everything, every status comes up, and a fault does not stay hidden.
#include <gtest/gtest.h>

#include "drivers/abi/registers.h"
#include "sim/lockstep/session.h"
#include "tests/unit/lockstep/golden_pair.h"

namespace photic::lockstep {
namespace {

class NoInterrupts final : public abi::InterruptPort {
 public:
  void raise(unsigned) override {}
};

Candidate losing(const std::string& name, uint64_t seed) {
  return {name, [seed](abi::DmaPort& memory, abi::InterruptPort& interrupts) {
            golden::OpuOptions options = tiny_opu();
            options.bench.imperfections.saturation = true;
            options.bench.imperfections.quantisation = true;
            options.lose_trigger = lost_frame(seed);
            return golden::make_opu(options, memory, interrupts);
          }};
}

SessionResult session(const Candidate& first, const Candidate& second, const SessionOptions& options,
                      const std::filesystem::path& report) {
  HostMemory memory;
  NoInterrupts interrupts;
  CheckOptions check;
  check.report = report;
  const auto device = make_check(first, second, memory, interrupts, check);
  return run_session(*device, memory, *abi::find_preset("tiny"), options);
}

TEST(Session, IsAFunctionOfItsSeed) {
  TemporaryFolder folder;
  const SessionOptions options{.seed = 3, .commands = 300, .faults = true};
  const SessionResult one = session(losing("a", 3), losing("b", 3), options, folder.path);
  const SessionResult two = session(losing("a", 3), losing("b", 3), options, folder.path);
  EXPECT_EQ(one.commands, two.commands);
  EXPECT_EQ(one.statuses, two.statuses);
  const SessionResult other =
      session(losing("a", 4), losing("b", 4), {.seed = 4, .commands = 300, .faults = true}, folder.path);
  EXPECT_NE(one.statuses, other.statuses);
}

TEST(Session, ReachesEveryStatusOfADevice) {
  TemporaryFolder folder;
  const SessionResult result =
      session(losing("a", 1), losing("b", 1), {.seed = 1, .commands = 3000, .faults = true}, folder.path);
  EXPECT_FALSE(result.failure.has_value()) << *result.failure;
  for (const abi::Status status :
       {abi::Status::OK, abi::Status::INVALID_OPCODE, abi::Status::INVALID_FIELD,
        abi::Status::INVALID_MIRRORS, abi::Status::INVALID_CAMERA, abi::Status::INVALID_EXPOSURE,
        abi::Status::INVALID_ADDRESS, abi::Status::NOT_CALIBRATED, abi::Status::DMA_READ_ERROR,
        abi::Status::DMA_WRITE_ERROR, abi::Status::TIMEOUT, abi::Status::SATURATED}) {
    EXPECT_GT(result.statuses.count(status), 0u) << name(status);
  }
}

TEST(Session, FindsADeviceThatErrsOnceInAWhile) {
  TemporaryFolder folder;
  const Fault rounding{.write = [](uint64_t, std::vector<uint64_t>& words) {
    if (words.size() > 3 && words[3] % 64 == 5) {
      words[3] ^= 1;
    }
  }};
  const SessionResult result =
      session(good_candidate(), faulty_candidate(rounding), {.seed = 1, .commands = 1000}, folder.path);
  EXPECT_TRUE(result.failure.has_value());
  EXPECT_LT(result.commands, 1000u);
}

}  // namespace
}  // namespace photic::lockstep
