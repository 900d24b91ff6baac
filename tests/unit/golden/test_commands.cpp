// SPDX-License-Identifier: Apache-2.0
// What commands compute: every scheme, input and output format against a bench driven by hand and exact
// arithmetic.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "drivers/abi/numerics.h"
#include "models/numerics/counter_random.h"
#include "models/optics/bench.h"
#include "tests/unit/golden/bench_host.h"

namespace photic::golden {
namespace {

using abi::InputFormat;
using abi::OutputFormat;
using abi::Scheme;
using abi::Status;

__extension__ using Wide = __int128;

constexpr uint16_t kPower = 0x8000;
constexpr uint8_t kShift = 16;

// Entry `index` of a vector in memory, as a number.
int entry(const abi::Submission& s, const lockstep::HostMemory& memory, uint32_t vector, uint32_t index) {
  const InputFormat format = abi::input_format(s.input);
  const unsigned bits = abi::bits_of(format);
  const uint64_t words = (uint64_t{s.features} * bits + 63) / 64;
  const uint64_t bit = uint64_t{index} * bits;
  const uint64_t word = memory.peek(s.source + 8 * (words * vector + bit / 64));
  const auto code = static_cast<int>((word >> (bit % 64)) & ((1u << bits) - 1));
  if (format == InputFormat::T2) {
    return (code & 1) == 0 ? 0 : (code & 2) != 0 ? -1 : 1;
  }
  return format == InputFormat::I8 && code > 127 ? code - 256 : code;
}

struct PlaneOfValue {
  int sign;
  unsigned bit;
};

std::vector<PlaneOfValue> planes_of(const abi::Submission& s) {
  const InputFormat format = abi::input_format(s.input);
  std::vector<PlaneOfValue> planes;
  for (const int sign : {1, -1}) {
    if (sign < 0 && (format == InputFormat::U1 || format == InputFormat::U8)) {
      break;
    }
    for (unsigned bit = 0; bit < abi::input_planes(s.input); ++bit) {
      planes.push_back({sign, bit});
    }
  }
  return planes;
}

// Counts of one frame, mirrors set one by one from coordinates.
std::vector<uint16_t> picture(optics::Bench& bench, const abi::Preset& preset, const abi::Submission& s,
                              const abi::SchemeStep& step, const std::vector<bool>& features,
                              uint32_t number) {
  const bool outside = step.outside == abi::Outside::FLAG ? (s.layout & abi::LAYOUT_OUTSIDE_LIT) != 0
                                                          : step.outside == abi::Outside::LIT;
  for (uint32_t row = 0; row < preset.mirror_rows; ++row) {
    std::vector<uint16_t> words((preset.mirror_cols + 15) / 16);
    for (uint32_t col = 0; col < preset.mirror_cols; ++col) {
      bool lit = outside;
      const uint32_t r = row - s.mirror_row;
      const uint32_t c = col - s.mirror_col;
      if (r < s.mirror_rows && c < s.mirror_cols) {
        const uint32_t f = (s.layout & abi::LAYOUT_SQUARE) != 0 ? r / s.macro * s.grid_cols + c / s.macro
                                                                : (r * s.mirror_cols + c) / s.macro;
        if (f < s.features) {
          lit = step.features == abi::FeatureMode::X       ? features[f]
                : step.features == abi::FeatureMode::NOT_X ? !features[f]
                                                           : step.features == abi::FeatureMode::ONE;
        }
      }
      words[col / 16] = static_cast<uint16_t>(words[col / 16] | (lit ? 1u << (col % 16) : 0u));
    }
    for (uint32_t word = 0; word < words.size(); ++word) {
      bench.load(row, word, words[word]);
    }
  }
  bench.latch();
  optics::Exposure exposure{
      .frame = number, .exposure_cycles = s.exposure, .laser_power = kPower, .laser_shift = kShift};
  exposure.reference_phase = step.phase < 0 ? optics::kNoReference : static_cast<uint8_t>(step.phase);
  exposure.first_row = s.camera_row;
  exposure.rows = s.camera_rows;
  bench.expose(exposure);
  const auto counts = bench.counts();
  return {counts.begin(), counts.begin() + s.outputs};
}

Wide scaled(Wide sum, const abi::Submission& s, OutputFormat format) {
  const Wide divisor = Wide{1} << s.shift;
  const Wide product = sum * s.scale;
  Wide quotient = product / divisor;
  quotient -= quotient * divisor > product ? 1 : 0;
  const Wide twice = 2 * (product - quotient * divisor);
  quotient += twice > divisor || (twice == divisor && quotient % 2 != 0) ? 1 : 0;
  const unsigned bits = abi::bits_of(format);
  const Wide high = abi::is_signed(format) ? (Wide{1} << (bits - 1)) - 1 : (Wide{1} << bits) - 1;
  const Wide low = abi::is_signed(format) ? -high - 1 : 0;
  return quotient < low ? low : quotient > high ? high : quotient;
}

// The bytes a PROJECT leaves at its destination; `calibration` is empty if the scheme needs none.
std::vector<uint8_t> expected_output(const OpuOptions& options, const abi::Submission& s,
                                     const lockstep::HostMemory& memory,
                                     const std::vector<uint16_t>& calibration) {
  optics::Bench bench(options.bench);
  const abi::SchemeSpec& scheme = *abi::find_scheme(static_cast<unsigned>(abi::recovery_scheme(s.recovery)));
  const OutputFormat format = abi::recovery_output_format(s.recovery);
  std::vector<uint8_t> bytes;
  uint32_t number = s.frame;
  for (uint32_t vector = 0; vector < s.vectors; ++vector) {
    std::vector<Wide> re(s.outputs);
    std::vector<Wide> im(s.outputs);
    for (const PlaneOfValue& plane : planes_of(s)) {
      const int weight = plane.sign * (1 << plane.bit);
      std::vector<bool> features;
      for (uint32_t f = 0; f < s.features; ++f) {
        const int value = entry(s, memory, vector, f);
        features.push_back((value < 0) == (plane.sign < 0) && ((std::abs(value) >> plane.bit) & 1) != 0);
      }
      for (const abi::SchemeStep& step : scheme.used_steps()) {
        const auto counts = picture(bench, options.preset, s, step, features, number++);
        for (uint32_t p = 0; p < s.outputs; ++p) {
          re[p] += weight * step.re * int{counts[p]};
          im[p] += weight * step.im * int{counts[p]};
        }
      }
      for (uint32_t p = 0; p < calibration.size(); ++p) {
        re[p] += weight * scheme.calibration.re * int{calibration[p]};
      }
    }
    const auto append = [&](Wide sum) {
      for (unsigned bit = 0; bit < abi::bits_of(format); bit += 8) {
        bytes.push_back(static_cast<uint8_t>(static_cast<uint64_t>(scaled(sum, s, format)) >> bit));
      }
    };
    for (uint32_t p = 0; p < s.outputs; ++p) {
      append(re[p]);
      if (scheme.complex && (s.layout & abi::LAYOUT_REAL_ONLY) == 0) {
        append(im[p]);
      }
    }
    bytes.resize((bytes.size() + 7) / 8 * 8);
  }
  return bytes;
}

std::vector<uint8_t> bytes_at(const lockstep::HostMemory& memory, uint64_t address, size_t count) {
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < count; ++i) {
    bytes.push_back(static_cast<uint8_t>(memory.peek(address + i / 8 * 8) >> (8 * (i % 8))));
  }
  return bytes;
}

void fill_source(BenchHost& host) {
  const numerics::CounterRandom random(9, 8);
  for (uint64_t i = 0; i < 256; ++i) {
    host.memory.poke(BenchHost::kSource + 8 * i, random.bits(i));
  }
}

void expect_projection(BenchHost& host, const abi::Submission& s, const std::vector<uint16_t>& calibration,
                       const std::string& what) {
  const abi::Completion completion = host.run(s);
  ASSERT_EQ(name(completion.status), name(Status::OK)) << what;
  const std::vector<uint8_t> expected = expected_output(options_of("tiny"), s, host.memory, calibration);
  EXPECT_EQ(bytes_at(host.memory, s.destination, expected.size()), expected) << what;
}

TEST(GoldenOpu, ProjectsEveryInputAndOutputFormatOfEveryScheme) {
  for (const abi::SchemeSpec& scheme : abi::kSchemes) {
    for (const auto& [input, planes] : {std::pair{InputFormat::U1, 1u},
                                        {InputFormat::T2, 1u},
                                        {InputFormat::U8, 3u},
                                        {InputFormat::I8, 7u}}) {
      for (const OutputFormat output : {OutputFormat::U8, OutputFormat::I16, OutputFormat::I32}) {
        const bool needs_calibration =
            scheme.calibrates && (input == InputFormat::U1 || input == InputFormat::U8);
        const bool valid = scheme.linear ? output != OutputFormat::U8 : input == InputFormat::U1;
        if (!valid || needs_calibration) {
          continue;
        }
        BenchHost host;
        fill_source(host);
        abi::Submission s = projection();
        s.input = abi::pack_input(input, planes);
        s.recovery = abi::pack_recovery(scheme.value, output);
        s.vectors = 3;
        s.frame = 77;
        s.scale = 3;
        s.shift = 2;
        expect_projection(host, s, {}, std::string(scheme.name) + " " + std::string(name(input)));
        s.layout = abi::LAYOUT_REAL_ONLY;
        expect_projection(host, s, {}, std::string(scheme.name) + " real only");
      }
    }
  }
}

TEST(GoldenOpu, ProjectsSquareMacroElementsWithALitOutside) {
  BenchHost host;
  fill_source(host);
  abi::Submission s = projection();
  s.layout = abi::LAYOUT_SQUARE | abi::LAYOUT_OUTSIDE_LIT;
  s.mirror_rows = 5;
  s.macro = 3;
  s.grid_cols = 3;
  s.features = 5;
  s.exposure = 20;
  expect_projection(host, s, {}, "square");
}

TEST(GoldenOpu, SubtractsTheCalibrationItMeasured) {
  for (const Scheme scheme : {Scheme::ANCHOR, Scheme::COMPLEMENT}) {
    BenchHost host;
    fill_source(host);
    abi::Submission calibrate = projection();
    calibrate.opcode = abi::Opcode::OPU_CALIBRATE;
    calibrate.recovery = abi::pack_recovery(scheme, OutputFormat::U8);
    calibrate.source = calibrate.destination = 0;
    calibrate.scale = 0;
    calibrate.vectors = 4;
    calibrate.frame = 1000;
    calibrate.exposure = 20;
    ASSERT_EQ(host.run(calibrate).status, Status::OK);

    const OpuOptions options = options_of("tiny");
    optics::Bench bench(options.bench);
    std::vector<uint32_t> sums(calibrate.outputs);
    const abi::SchemeSpec& spec = *abi::find_scheme(static_cast<unsigned>(scheme));
    for (uint32_t i = 0; i < 4; ++i) {
      const auto counts = picture(bench, options.preset, calibrate, spec.calibration,
                                  std::vector<bool>(calibrate.features), calibrate.frame + i);
      for (size_t p = 0; p < sums.size(); ++p) {
        sums[p] += counts[p];
      }
    }
    std::vector<uint16_t> mean;
    for (const uint32_t sum : sums) {
      mean.push_back(static_cast<uint16_t>((sum + 2) / 4));
    }
    abi::Submission project = projection();
    project.exposure = 20;
    for (const auto& [input, planes] : {std::pair{InputFormat::U1, 1u}, {InputFormat::U8, 4u}}) {
      project.input = abi::pack_input(input, planes);
      project.recovery = abi::pack_recovery(scheme, OutputFormat::I32);
      project.vectors = 2;
      expect_projection(host, project, mean, std::string(spec.name));
    }
  }
}

TEST(GoldenOpu, PadsAVectorWithZerosAndWritesNothingBehindIt) {
  BenchHost host;
  fill_source(host);
  const uint64_t after = host.memory.peek(BenchHost::kDestination + 24);
  abi::Submission s = projection();
  s.outputs = 17;
  ASSERT_EQ(host.run(s).status, Status::OK);
  EXPECT_EQ(host.memory.peek(BenchHost::kDestination + 16) >> 8, 0u) << "padding is zero";
  EXPECT_EQ(host.memory.peek(BenchHost::kDestination + 24), after) << "nothing is written behind";
}

TEST(GoldenOpu, DeliversTheLargestCountOfThePinsWhenTheCameraDoesNotSaturate) {
  OpuOptions options = options_of("tiny");
  options.bench.imperfections.saturation = false;
  BenchHost host(options);
  host.memory.poke(BenchHost::kSource, 0xFFF);
  abi::Submission s = projection();
  s.exposure = abi::kExposureMax;
  s.camera_rows = 1;
  s.outputs = 1;
  s.recovery = abi::pack_recovery(Scheme::INTENSITY, OutputFormat::I32);
  ASSERT_EQ(host.run(s).status, Status::OK);
  EXPECT_EQ(host.memory.peek(BenchHost::kDestination), (1u << abi::kCountBits) - 1);
}

}  // namespace
}  // namespace photic::golden
