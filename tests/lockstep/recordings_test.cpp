// SPDX-License-Identifier: Apache-2.0
// A recording of one target is the check of another: random hosts recorded on each, compared with the others.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/transport/uri.h"
#include "sim/lockstep/recording_check.h"
#include "sim/lockstep/session.h"
#include "sim/lockstep/spu/session.h"
#include "sim/targets/targets.h"

namespace photic::lockstep {
namespace {

class NoInterrupts final : public abi::InterruptPort {
 public:
  void raise(unsigned) override {}
};

struct Pair {
  std::string recorded;
  std::string against;
  bool stamps;
};

class Recording : public testing::Test {
 protected:
  static void record(const std::string& file, const std::string& uri, uint64_t seed) {
    const transport::Uri parsed = transport::parse_uri("record:" + file + ":" + uri);
    HostMemory memory;
    NoInterrupts interrupts;
    const auto device = sim::make_device(parsed, memory, interrupts);
    if (parsed.kind == "spu") {
      const auto result = run_spu_session(*device, memory, *abi::find_spu_preset("tiny"),
                                          {.seed = seed, .networks = 2, .faults = true});
      ASSERT_FALSE(result.session.failure);
    } else {
      const auto result = run_session(*device, memory, *abi::find_preset("tiny"),
                                      {.seed = seed, .commands = 120, .faults = true});
      ASSERT_FALSE(result.failure);
    }
  }

  static RecordingCheckResult check(const std::string& file, const std::string& uri) {
    CheckOptions options;
    options.waveforms = false;
    options.report = std::filesystem::path(testing::TempDir()) / "recordings-report";
    return check_recording(file,
                           {uri,
                            [&](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
                              return sim::make_device(transport::parse_uri(uri), dma, interrupts);
                            }},
                           options);
  }

  static std::string file(const std::string& name) {
    return (std::filesystem::current_path() / (name + ".recording")).string();
  }
};

class Recordings : public Recording, public testing::WithParamInterface<Pair> {};

TEST_P(Recordings, AreWhatAnotherTargetDoes) {
  const std::string path = file("recorded");
  record(path, GetParam().recorded, 7);
  const RecordingCheckResult result = check(path, GetParam().against);
  EXPECT_FALSE(result.difference) << *result.difference;
  EXPECT_FALSE(result.cut) << *result.cut;
  EXPECT_EQ(result.stamps, GetParam().stamps);
  EXPECT_GT(result.commands, 10U);
  std::filesystem::remove(path);
}

constexpr const char* kTiny = "?geometry=tiny";

std::vector<Pair> pairs() {
  std::vector<Pair> pairs;
  for (const std::string kind : {"opu", "spu"}) {
    const auto uri = [&](const std::string& target) { return target + ":" + kind + kTiny; };
    pairs.push_back({uri("golden"), uri("systemc"), false});
    pairs.push_back({uri("golden"), uri("rtl"), false});
    pairs.push_back({uri("rtl"), uri("systemc"), true});
    pairs.push_back({uri("rtl"), uri("golden"), false});
    pairs.push_back({uri("systemc") + "&stall=5", uri("rtl") + "&stall=5", true});
  }
  return pairs;
}

INSTANTIATE_TEST_SUITE_P(Targets, Recordings, testing::ValuesIn(pairs()));

TEST_F(Recording, DiffersWhereCyclesDo) {
  const std::string path = file("stalled");
  record(path, std::string("systemc:opu") + kTiny + "&stall=5", 7);
  const RecordingCheckResult result = check(path, std::string("systemc:opu") + kTiny);
  ASSERT_TRUE(result.difference);
  EXPECT_NE(result.difference->find(", end): in word"), std::string::npos) << *result.difference;
  EXPECT_NE(result.difference->find(", at cycle "), std::string::npos) << *result.difference;
  const RecordingCheckResult untimed = check(path, std::string("golden:opu") + kTiny);
  EXPECT_FALSE(untimed.difference) << *untimed.difference;
  std::filesystem::remove(path);
}

// Left for the program that compares recordings.
TEST_F(Recording, IsKept) {
  record(file("kept"), std::string("rtl:opu") + kTiny, 9);
}

}  // namespace
}  // namespace photic::lockstep
