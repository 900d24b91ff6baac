// SPDX-License-Identifier: Apache-2.0
// One frame of the whole device, 1,039,680 mirrors on 2,228,224 pixels, through the driver.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "drivers/api/photic.hpp"

namespace photic {
namespace {

constexpr uint32_t kMirrorRows = 912;
constexpr uint32_t kMirrorCols = 1140;
constexpr uint32_t kPixels = 1088 * 2048;
// Half of the mirrors lit through the structured medium, whose entries have variance 2^12, give a mean
// intensity of 4.26e9, and exposure x power / 2^51 of it is 1549 electrons of 13,500: head-room 8.7.
constexpr uint32_t kExposure = 25000;
constexpr uint16_t kPower = 0x8000;
constexpr uint8_t kLaserShift = 51;

struct Picture {
  std::vector<uint8_t> pixels;
  photic_event_info event;
};

Picture take(const std::string& target) {
  const Device device = Device::open(target + ":opu?geometry=gen3&medium=structured&seed=3");
  photic_opu_settings settings = device.opu_settings();
  settings.laser_power = kPower;
  settings.laser_shift = kLaserShift;
  device.configure(settings);
  const Queue queue = device.queue();
  const Buffer source = device.allocate(kMirrorRows * kMirrorCols / 8);
  const Buffer destination = device.allocate(kPixels);
  std::mt19937_64 random(1);
  for (uint64_t& word : source.as<uint64_t>()) {
    word = random();
  }
  photic_opu_project_desc desc = opu_desc();
  desc.source = source.bus_address();
  desc.destination = destination.bus_address();
  desc.features = kMirrorRows * kMirrorCols;
  desc.vectors = 1;
  desc.input_format = PHOTIC_INPUT_U1;
  desc.scheme = PHOTIC_SCHEME_INTENSITY;
  desc.output_format = PHOTIC_OUTPUT_U8;
  desc.mirror_rows = kMirrorRows;
  desc.mirror_cols = kMirrorCols;
  desc.macro = 1;
  desc.scale = 1;
  desc.outputs = kPixels;
  desc.exposure = kExposure;
  const Event event = queue.project(desc);
  event.wait();
  const auto pixels = destination.as<uint8_t>();
  return {{pixels.begin(), pixels.begin() + kPixels}, event.info()};
}

TEST(FullSize, IsTheSameFrameOnRtlSystemcAndGolden) {
  const Picture checked = take("check:rtl,systemc");
  const Picture golden = take("golden");
  EXPECT_EQ(checked.pixels, golden.pixels);
  EXPECT_EQ(checked.event.detail, golden.event.detail);
}

TEST(FullSize, IsFullyDevelopedSpeckle) {
  const Picture picture = take("golden");
  double sum = 0;
  double squares = 0;
  for (const uint8_t pixel : picture.pixels) {
    sum += pixel;
    squares += static_cast<double>(pixel) * pixel;
  }
  const double mean = sum / kPixels;
  const double contrast = std::sqrt(squares / kPixels - mean * mean) / mean;
  // The mean of one frame is off by the laser's 0.5 % rms; four times that is allowed. Exponential speckle
  // has contrast 1; quantisation, shot and read noise stay below a hundredth of it.
  EXPECT_NEAR(mean, 255.0 * 1549 / 13500, 0.6);
  EXPECT_NEAR(contrast, 1.0, 0.02);
}

}  // namespace
}  // namespace photic
