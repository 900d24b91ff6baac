// SPDX-License-Identifier: Apache-2.0
// Frame lists: order, weights, sizes.
#include <gtest/gtest.h>

#include "models/kernels/frames.h"
#include "tests/unit/kernels/submissions.h"

namespace photic::kernels {
namespace {

using abi::InputFormat;
using abi::OutputFormat;
using abi::Scheme;

abi::Submission projection(InputFormat input, unsigned planes, Scheme scheme, OutputFormat output) {
  abi::Submission s = small_projection();
  s.input = abi::pack_input(input, planes);
  s.recovery = abi::pack_recovery(scheme, output);
  return s;
}

TEST(Frames, RunThroughVectorsThenPlanesThenSteps) {
  abi::Submission s = projection(InputFormat::U8, 3, Scheme::PHASE4, OutputFormat::I16);
  s.vectors = 2;
  s.frame = 0xFFFF'FFFE;
  ASSERT_EQ(command_shape(s).frames(), 2u * 3 * 4);
  uint32_t index = 0;
  for (uint32_t vector = 0; vector < 2; ++vector) {
    for (uint32_t plane = 0; plane < 3; ++plane) {
      for (uint32_t step = 0; step < 4; ++step, ++index) {
        const Frame frame = frame_at(s, index);
        EXPECT_EQ(frame.vector, vector);
        EXPECT_EQ(frame.plane, plane);
        EXPECT_EQ(frame.step, step);
        EXPECT_EQ(frame.number, 0xFFFF'FFFE + index) << "modulo 2^32";
        EXPECT_EQ(frame.reference_phase, 3 * step);
        EXPECT_EQ(frame.first_of_vector, plane == 0 && step == 0);
        EXPECT_EQ(frame.last_of_vector, plane == 2 && step == 3);
        EXPECT_FALSE(frame.calibrating);
      }
    }
  }
}

TEST(Frames, CarryCoefficientsTimesPlaneWeights) {
  const abi::Submission s = projection(InputFormat::U8, 8, Scheme::PHASE3, OutputFormat::I32);
  const Frame last = frame_at(s, 7 * 3 + 2);
  EXPECT_EQ(last.re, -15 * 128);
  EXPECT_EQ(last.im, -26 * 128);
  EXPECT_EQ(last.calibration, 0);
}

TEST(Frames, WeighNegativePlanesNegatively) {
  EXPECT_EQ(plane_weight(InputFormat::T2, 1, 0), 1);
  EXPECT_EQ(plane_weight(InputFormat::T2, 1, 1), -1);
  EXPECT_EQ(plane_weight(InputFormat::I8, 7, 6), 64);
  EXPECT_EQ(plane_weight(InputFormat::I8, 7, 7), -1);
  EXPECT_EQ(plane_weight(InputFormat::I8, 7, 13), -64);
  EXPECT_EQ(plane_weight_sum(InputFormat::U1, 1), 1);
  EXPECT_EQ(plane_weight_sum(InputFormat::U8, 8), 255);
  EXPECT_EQ(plane_weight_sum(InputFormat::T2, 1), 0);
  EXPECT_EQ(plane_weight_sum(InputFormat::I8, 7), 0);
}

TEST(Frames, UseTheCalibrationOnceAVectorWithTheSumOfPlaneWeights) {
  abi::Submission s = projection(InputFormat::U8, 4, Scheme::ANCHOR, OutputFormat::I32);
  s.vectors = 2;
  for (uint32_t i = 0; i < command_shape(s).frames(); ++i) {
    EXPECT_EQ(frame_at(s, i).calibration, i % 8 == 0 ? -15 : 0);
  }
  EXPECT_EQ(frame_at(projection(InputFormat::U1, 1, Scheme::COMPLEMENT, OutputFormat::I32), 0).calibration,
            1);
  EXPECT_EQ(frame_at(projection(InputFormat::I8, 4, Scheme::ANCHOR, OutputFormat::I32), 0).calibration, 0);
}

TEST(Frames, ShowTheOutsideTheStepAsksFor) {
  const abi::Submission anchor = projection(InputFormat::U1, 1, Scheme::ANCHOR, OutputFormat::I16);
  EXPECT_TRUE(frame_at(anchor, 0).pattern.outside);
  EXPECT_FALSE(frame_at(anchor, 1).pattern.outside);
  EXPECT_EQ(frame_at(anchor, 0).reference_phase, kReferenceBlocked);
  abi::Submission flagged = projection(InputFormat::U1, 1, Scheme::PHASE2, OutputFormat::I16);
  EXPECT_FALSE(frame_at(flagged, 1).pattern.outside);
  flagged.layout |= abi::LAYOUT_OUTSIDE_LIT;
  EXPECT_TRUE(frame_at(flagged, 1).pattern.outside);
}

TEST(Frames, OfACalibrationAreOneVectorOfEqualPictures) {
  const abi::Submission s = small_calibration();
  ASSERT_EQ(command_shape(s).frames(), 4u);
  for (uint32_t i = 0; i < 4; ++i) {
    const Frame frame = frame_at(s, i);
    EXPECT_TRUE(frame.calibrating);
    EXPECT_EQ(frame.pattern, (Pattern{abi::FeatureMode::ZERO, true}));
    EXPECT_EQ(frame.re, 1);
    EXPECT_EQ(frame.im, 0);
    EXPECT_EQ(frame.calibration, 0);
    EXPECT_EQ(frame.first_of_vector, i == 0);
    EXPECT_EQ(frame.last_of_vector, i == 3);
  }
}

TEST(Frames, FollowFromTheSizesOfVectors) {
  abi::Submission s = projection(InputFormat::T2, 1, Scheme::PHASE4, OutputFormat::I16);
  s.features = 33;
  s.outputs = 3;
  CommandShape shape = command_shape(s);
  EXPECT_EQ(shape.planes, 2u);
  EXPECT_EQ(shape.source_words, 2u);
  EXPECT_EQ(shape.values_per_pixel, 2u);
  EXPECT_EQ(shape.destination_words, 2u);  // 3 x 2 x 2 bytes
  s.layout |= abi::LAYOUT_REAL_ONLY;
  shape = command_shape(s);
  EXPECT_EQ(shape.values_per_pixel, 1u);
  EXPECT_EQ(shape.destination_words, 1u);
}

}  // namespace
}  // namespace photic::kernels
