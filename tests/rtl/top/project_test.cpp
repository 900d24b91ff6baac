// SPDX-License-Identifier: Apache-2.0
// Projections from host memory back to host memory, against mirrors laid out and sums written down by hand.
#include <algorithm>
#include <cmath>
#include <string_view>

#include "models/optics/bench.h"
#include "tests/rtl/top/device_bench.h"

namespace photic::verilated {
namespace {

// The same optics, with mirrors drawn by hand.
struct Drawing {
  explicit Drawing(const RtlOptions& options) : bench(config(options)) {}

  static optics::BenchConfig config(const RtlOptions& options) {
    auto bench = options.bench;
    bench.shape = {options.preset.mirror_rows, options.preset.mirror_cols, options.preset.pixel_rows,
                   options.preset.pixel_cols};
    return bench;
  }

  // '1' is lit; the row begins at column `col`.
  void draw(uint32_t row, uint32_t col, std::string_view mirrors) {
    std::vector<uint16_t> words((bench.config().shape.mirror_cols + 15) / 16);
    for (size_t i = 0; i < mirrors.size(); ++i) {
      if (mirrors[i] == '1') {
        words[(col + i) / 16] |= static_cast<uint16_t>(1u << ((col + i) % 16));
      }
    }
    for (uint32_t word = 0; word < words.size(); ++word) {
      bench.load(row, word, words[word]);
    }
  }

  std::vector<int32_t> picture(const abi::Submission& s, uint32_t frame, uint8_t phase) {
    bench.latch();
    bench.expose({.frame = frame,
                  .reference_phase = phase,
                  .exposure_cycles = s.exposure,
                  .laser_power = static_cast<uint16_t>(abi::OPU_LASER_POWER.get(abi::OPU_LASER_RESET)),
                  .laser_shift = kShift,
                  .adc_bits = static_cast<uint8_t>(abi::OPU_CAMERA_ADC_BITS.get(abi::OPU_CAMERA_RESET)),
                  .first_row = s.camera_row,
                  .rows = s.camera_rows});
    const auto counts = bench.counts();
    EXPECT_LT(*std::max_element(counts.begin(), counts.end()), 255) << "the camera clips: sums say little";
    return {counts.begin(), counts.begin() + s.outputs};
  }

  static constexpr uint8_t kShift = 18;  // attenuation that keeps all pixels below full scale
  optics::Bench bench;
};

void dim(DeviceBench& bench) {
  bench.device->write(abi::OPU_LASER,
                      abi::OPU_LASER_POWER.set(abi::OPU_LASER_POWER.get(abi::OPU_LASER_RESET)) |
                          abi::OPU_LASER_SHIFT.set(Drawing::kShift));
}

TEST(Project, WritesScaledIntensitiesOfTheMirrorsThatFeaturesLight) {
  DeviceBench host;
  dim(host);
  // Features 1 1 0, 0 0 1, 1 0 0, 1 0 1, first one in bit 0.
  host.memory.poke(DeviceBench::kSource, 0b1010'0110'0011);
  host.memory.poke(DeviceBench::kDestination + 16, ~uint64_t{0});
  host.memory.poke(DeviceBench::kDestination + 24, ~uint64_t{0});
  const abi::Completion completion = host.run(projection());
  EXPECT_EQ(static_cast<abi::Status>(completion.status), abi::Status::OK);
  EXPECT_EQ(completion.command, projection().command);

  Drawing drawing(tiny());
  drawing.draw(2, 5, "111111000");
  drawing.draw(3, 5, "000000111");
  drawing.draw(4, 5, "111000000");
  drawing.draw(5, 5, "111000111");
  const auto counts = drawing.picture(projection(), 40, optics::kNoReference);
  bool clipped = false;
  bool halfway = false;
  for (uint32_t pixel = 0; pixel < 20; ++pixel) {
    const double scaled = std::nearbyint(counts[pixel] * 10.5);  // half to even
    const uint64_t word = host.memory.peek(DeviceBench::kDestination + pixel / 8 * 8);
    EXPECT_EQ(word >> (pixel % 8 * 8) & 0xFF, static_cast<uint64_t>(std::min(scaled, 255.0)))
        << "pixel " << pixel;
    clipped = clipped || scaled > 255.0;
    halfway = halfway || (scaled < 255.0 && counts[pixel] % 4 == 1);  // 10.5 goes down to 10
  }
  EXPECT_TRUE(clipped) << "saturation was not tried";
  EXPECT_TRUE(halfway) << "rounding was not tried";
  EXPECT_EQ(host.memory.peek(DeviceBench::kDestination + 16) >> 32, 0u) << "padding is not zero";
  EXPECT_EQ(host.memory.peek(DeviceBench::kDestination + 24), ~uint64_t{0}) << "written past the vector";
}

TEST(Project, CombinesTheFourFramesOfATernaryVector) {
  DeviceBench host;
  dim(host);
  abi::Submission s = projection();
  s.input = abi::pack_input(abi::InputFormat::T2, 1);
  s.recovery = abi::pack_recovery(abi::Scheme::PHASE2, abi::OutputFormat::I16);
  s.features = 5;
  s.macro = 2;
  s.mirror_row = 11;
  s.mirror_col = 14;
  s.mirror_rows = 1;
  s.mirror_cols = 11;
  s.scale = 1;
  s.shift = 0;
  // +1, -1, 0 (written as a negative zero), -1, +1.
  host.memory.poke(s.source, 0b01'11'10'11'01);
  EXPECT_EQ(static_cast<abi::Status>(host.run(s).status), abi::Status::OK);

  Drawing drawing(tiny());
  drawing.draw(11, 14, "11000000110");
  const auto plus_0 = drawing.picture(s, 40, 0);
  const auto plus_half = drawing.picture(s, 41, 6);
  drawing.draw(11, 14, "00110011000");
  const auto minus_0 = drawing.picture(s, 42, 0);
  const auto minus_half = drawing.picture(s, 43, 6);
  for (uint32_t pixel = 0; pixel < s.outputs; ++pixel) {
    const int32_t expected = plus_0[pixel] - plus_half[pixel] - minus_0[pixel] + minus_half[pixel];
    const uint64_t word = host.memory.peek(s.destination + pixel / 4 * 8);
    EXPECT_EQ(static_cast<int16_t>(word >> (pixel % 4 * 16)), expected) << "pixel " << pixel;
  }
}

TEST(Project, SubtractsACalibrationTakenBefore) {
  RtlOptions options = tiny();
  options.bench.imperfections.shot = true;  // frames to average must differ
  DeviceBench host(options);
  dim(host);
  abi::Submission s = projection();
  s.recovery = abi::pack_recovery(abi::Scheme::COMPLEMENT, abi::OutputFormat::I32);
  s.scale = 1;
  s.shift = 0;
  EXPECT_EQ(static_cast<abi::Status>(host.run(s).status), abi::Status::NOT_CALIBRATED);
  abi::Submission calibrate = s;
  calibrate.opcode = abi::Opcode::OPU_CALIBRATE;
  calibrate.recovery = abi::pack_recovery(abi::Scheme::COMPLEMENT, abi::OutputFormat::U8);
  calibrate.scale = 0;
  calibrate.source = calibrate.destination = 0;
  calibrate.vectors = 2;
  EXPECT_EQ(static_cast<abi::Status>(host.run(calibrate).status), abi::Status::OK);
  host.memory.poke(s.source, 0b1010'0110'0011);
  EXPECT_EQ(static_cast<abi::Status>(host.run(s).status), abi::Status::OK);

  Drawing drawing(options);
  for (uint32_t row = 2; row < 6; ++row) {
    drawing.draw(row, 5, "111111111");
  }
  const auto first = drawing.picture(calibrate, 40, optics::kNoReference);
  const auto second = drawing.picture(calibrate, 41, optics::kNoReference);
  drawing.draw(2, 5, "111111000");
  drawing.draw(3, 5, "000000111");
  drawing.draw(4, 5, "111000000");
  drawing.draw(5, 5, "111000111");
  const auto pattern = drawing.picture(s, 40, optics::kNoReference);
  drawing.draw(2, 5, "000000111");
  drawing.draw(3, 5, "111111000");
  drawing.draw(4, 5, "000111111");
  drawing.draw(5, 5, "000111000");
  const auto complement = drawing.picture(s, 41, optics::kNoReference);
  bool rounds = false;
  for (uint32_t pixel = 0; pixel < s.outputs; ++pixel) {
    rounds = rounds || (first[pixel] + second[pixel]) % 2 != 0;
    const int32_t expected = (first[pixel] + second[pixel] + 1) / 2 + pattern[pixel] - complement[pixel];
    const uint64_t word = host.memory.peek(s.destination + pixel / 2 * 8);
    EXPECT_EQ(static_cast<int32_t>(word >> (pixel % 2 * 32)), expected) << "pixel " << pixel;
  }
  EXPECT_TRUE(rounds) << "no average is halfway: rounding was not tried";
}

}  // namespace
}  // namespace photic::verilated
