// SPDX-License-Identifier: Apache-2.0
// Options of a target URI: what they mean, and what a wrong one is told.
#include "models/optics/config.h"

#include <gtest/gtest.h>

namespace photic::optics {
namespace {

using Options = std::map<std::string, std::string>;

constexpr SensorShape kShape = {4, 16, 4, 16};

std::string complaint_about(const Options& options) {
  try {
    parse_bench_options(kShape, options);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(BenchOptions, DefaultToAnImperfectImplicitBench) {
  const BenchConfig config = parse_bench_options(kShape, {});
  EXPECT_EQ(config.shape, kShape);
  EXPECT_EQ(config.medium, MediumKind::Implicit);
  EXPECT_EQ(config.imperfections, Imperfections::defaults());
}

TEST(BenchOptions, DefaultToAReferenceFourTimesTheLightOfOneMirrorRow) {
  EXPECT_EQ(parse_bench_options(kShape, {}).reference_level, 11u);  // sqrt(2 x variance 1 x 16 mirrors x 4)
  EXPECT_EQ(parse_bench_options(kShape, {{"medium", "structured"}}).reference_level,
            724u);  // sqrt(2 x variance 64^2 x 16 mirrors x 4)
  EXPECT_EQ(parse_bench_options(kShape, {{"reference", "0"}}).reference_level, 0u);
}

TEST(BenchOptions, SetEveryField) {
  const BenchConfig config = parse_bench_options(kShape, {{"medium", "structured"},
                                                          {"seed", "18446744073709551615"},
                                                          {"entry_bits", "8"},
                                                          {"threads", "3"},
                                                          {"full_well", "9000"},
                                                          {"reference", "420"},
                                                          {"simd", "portable"},
                                                          {"noise", "off"}});
  EXPECT_EQ(config.medium, MediumKind::Structured);
  EXPECT_EQ(config.seed, ~uint64_t{0});
  EXPECT_EQ(config.entry_bits, 8u);
  EXPECT_EQ(config.threads, 3u);
  EXPECT_EQ(config.full_well_electrons, 9000u);
  EXPECT_EQ(config.reference_level, 420u);
  EXPECT_EQ(config.simd, Simd::Portable);
  EXPECT_EQ(config.imperfections, Imperfections::none());
}

TEST(BenchOptions, SetEachImperfectionByItself) {
  const auto noise = [](const std::string& text) {
    return parse_bench_options(kShape, {{"noise", text}}).imperfections;
  };
  Imperfections expected;
  expected.shot = true;
  expected.read_noise_millielectrons = 2500;
  EXPECT_EQ(noise("shot:on;read:2.5"), expected);
  expected = {};
  expected.quantisation = true;
  expected.saturation = true;
  expected.mirror_contrast_q16 = 16384;
  EXPECT_EQ(noise("quantisation:on;saturation:on;contrast:0.25"), expected);
  expected = {};
  expected.laser_rms_q16 = 6554;
  expected.dead_pixels_ppm = 1000;
  expected.drift_q32_per_frame = 27342611;  // 2^32 * 2 / pi / 100
  EXPECT_EQ(noise("laser:0.1;dead:1000;drift:100"), expected);
  EXPECT_EQ(noise("shot:on;read:on;quantisation:on;saturation:on;contrast:on;laser:on;drift:on;dead:on"),
            Imperfections::defaults());
  EXPECT_EQ(noise("read:off;drift:off;shot:off"), Imperfections::none());
}

TEST(BenchOptions, RejectWhatTheyCannotMeanNamingKeyValueAndChoices) {
  const std::vector<std::pair<Options, std::vector<std::string>>> wrong = {
      {{{"medium", "glass"}}, {"'medium'", "'glass'", "implicit, stored or structured"}},
      {{{"sed", "1"}}, {"'sed'", "seed"}},
      {{{"seed", "-1"}}, {"'seed'", "'-1'"}},
      {{{"entry_bits", "9"}}, {"'entry_bits'", "'9'", "8"}},
      {{{"entry_bits", "0"}}, {"'entry_bits'", "'0'", "1 to 8"}},
      {{{"full_well", "0"}}, {"'full_well'", "'0'"}},
      {{{"noise", "shot"}}, {"'noise'", "'shot'", "term:level"}},
      {{{"noise", "hot:on"}}, {"'noise'", "'hot'", "laser"}},
      {{{"noise", "shot:3"}}, {"'noise.shot'", "'3'", "on or off"}},
      {{{"noise", "laser:0.5"}}, {"'noise.laser'", "'0.5'", "0.25"}},
      {{{"noise", "contrast:nan"}}, {"'noise.contrast'", "'nan'"}},
      {{{"simd", "mmx"}}, {"'simd'", "'mmx'", "portable"}},
  };
  for (const auto& [options, words] : wrong) {
    const std::string complaint = complaint_about(options);
    for (const std::string& word : words) {
      EXPECT_NE(complaint.find(word), std::string::npos) << "'" << word << "' in: " << complaint;
    }
  }
}

TEST(BenchConfig, RejectsASensorWithoutMirrorsOrPixels) {
  EXPECT_THROW(parse_bench_options({0, 16, 4, 16}, {}), ConfigError);
  EXPECT_THROW(parse_bench_options({4, 16, 4, 0}, {}), ConfigError);
  EXPECT_THROW(parse_bench_options({1u << 20, 1u << 20, 4, 16}, {}), ConfigError);
}

}  // namespace
}  // namespace photic::optics
