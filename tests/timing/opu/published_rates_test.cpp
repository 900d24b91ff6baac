// SPDX-License-Identifier: Apache-2.0
// Devices reach the published frame rates at the published sizes, and not one cycle faster.
#include <gtest/gtest.h>

#include "drivers/abi/timing.h"
#include "tests/timing/opu/devices.h"

namespace photic::test {
namespace {

struct Published {
  std::string_view preset;
  uint16_t mirror_rows;  // of full width: as many whole rows as the published number of mirrors holds
  uint32_t pixels;
  double kilohertz;
  uint64_t period;
};

void PrintTo(const Published& p, std::ostream* out) {
  *out << p.preset << " with " << p.mirror_rows << " mirror rows and " << p.pixels << " pixels";
}

class PublishedRate : public testing::TestWithParam<Published> {};

TEST_P(PublishedRate, IsTheDistanceBetweenLatches) {
  const Published& expected = GetParam();
  const abi::Preset& preset = *abi::find_preset(expected.preset);
  HostBench bench(maker(Clocked::kSystemc, {.preset = expected.preset}));
  abi::Submission project = intensity_projection(
      expected.mirror_rows, static_cast<uint16_t>(preset.mirror_cols), expected.pixels, preset.pixel_cols, 3);
  project.exposure = 1000;
  ASSERT_EQ(bench.execute(project).status, abi::Status::OK);
  const auto latches = bench.recorder.cycles_of(abi::EventKind::kMirrorLatch);
  ASSERT_EQ(latches.size(), 3U);
  EXPECT_EQ(latches[1] - latches[0], expected.period);
  EXPECT_EQ(latches[2] - latches[1], expected.period);
  const double kilohertz = static_cast<double>(abi::kClockKhz) / static_cast<double>(expected.period);
  EXPECT_NEAR(kilohertz, expected.kilohertz, expected.kilohertz / 1000);
}

// hw/spec/timing.toml, preset gen3.
INSTANTIATE_TEST_SUITE_P(Opu, PublishedRate,
                         testing::Values(Published{"gen2", 912, 259 * 1920, 2.0, 125000},
                                         Published{"gen3", 127, 81920, 8.0, 31250},
                                         Published{"gen3", 254, 81920, 6.3, 39683},
                                         Published{"gen3", 511, 163840, 3.8, 65789},
                                         Published{"gen3", 912, 327680, 1.9, 131579},
                                         Published{"gen3", 912, 600064, 1.0, 250000},
                                         Published{"gen3", 912, 2228224, 0.34, 735294}));

TEST(FullSize, DoesOneAndAHalfQuadrillionOperationsASecond) {
  const abi::Preset& preset = *abi::find_preset("gen3");
  const double mirrors = double{preset.mirror_rows} * preset.mirror_cols;
  const double pixels = double{preset.pixel_rows} * preset.pixel_cols;
  HostBench bench(maker(Clocked::kSystemc, {.preset = "gen3"}));
  ASSERT_EQ(bench.execute(intensity_projection(912, 1140, 2228224, 2048, 2)).status, abi::Status::OK);
  const auto latches = bench.recorder.cycles_of(abi::EventKind::kMirrorLatch);
  ASSERT_EQ(latches.size(), 2U);
  const double seconds = static_cast<double>(latches[1] - latches[0]) / (1e3 * abi::kClockKhz);
  EXPECT_NEAR(2 * mirrors * pixels / seconds, 1.57e15, 0.01e15);
}

}  // namespace
}  // namespace photic::test
