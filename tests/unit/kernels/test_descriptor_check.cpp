// SPDX-License-Identifier: Apache-2.0
// Every reason a submission is refused for, one bent field at a time, and the order of the reasons.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "drivers/abi/numerics.h"
#include "drivers/abi/registers.h"
#include "models/kernels/descriptor_check.h"
#include "tests/unit/kernels/submissions.h"

namespace photic::kernels {
namespace {

using abi::InputFormat;
using abi::OutputFormat;
using abi::Scheme;
using abi::Status;
using abi::Submission;

const OpuSettings kSettings{abi::OPU_LASER_RESET, abi::OPU_CAMERA_RESET};

const abi::Preset& tiny() {
  return *abi::find_preset("tiny");
}

Status check(const Submission& s, const CalibrationTag* tag = nullptr) {
  return validate(s, tiny(), kSettings, tag);
}

struct Bend {
  std::string what;
  std::function<void(Submission&)> apply;
  Status status;
};

void expect_refusals(const Submission& valid, const std::vector<Bend>& bends) {
  ASSERT_EQ(check(valid), Status::OK);
  for (const Bend& bend : bends) {
    Submission bent = valid;
    bend.apply(bent);
    EXPECT_EQ(name(check(bent)), name(bend.status)) << bend.what;
  }
}

TEST(DescriptorCheck, RejectsUnknownOpcodes) {
  for (const unsigned opcode : {0x00u, 0x02u, 0x0Fu, 0x12u, 0xFFu}) {
    Submission s = small_projection();
    s.opcode = static_cast<abi::Opcode>(opcode);
    EXPECT_EQ(check(s), Status::INVALID_OPCODE);
  }
}

TEST(DescriptorCheck, RejectsEveryFieldOfANopButItsOwn) {
  Submission nop;
  nop.opcode = abi::Opcode::NOP;
  nop.command = 0xABCD;
  nop.timeout = 0xFFFF'FFFF;
  nop.flags = abi::SUBMIT_IRQ | abi::SUBMIT_STRICT;
  expect_refusals(nop, {{"flags", [](Submission& s) { s.flags |= 4; }, Status::INVALID_FIELD},
                        {"source", [](Submission& s) { s.source = 8; }, Status::INVALID_FIELD},
                        {"input", [](Submission& s) { s.input = 1; }, Status::INVALID_FIELD},
                        {"frame", [](Submission& s) { s.frame = 1u << 31; }, Status::INVALID_FIELD}});
}

TEST(DescriptorCheck, RejectsReservedValuesOfAProjection) {
  const auto input = [](InputFormat format, unsigned planes) {
    return [=](Submission& s) {
      s.input = abi::pack_input(format, planes);
      s.recovery = abi::pack_recovery(Scheme::PHASE2, OutputFormat::I16);
    };
  };
  expect_refusals(
      small_projection(),
      {{"flag", [](Submission& s) { s.flags = 0x80; }, Status::INVALID_FIELD},
       {"layout", [](Submission& s) { s.layout = 0x08; }, Status::INVALID_FIELD},
       {"input format", input(static_cast<InputFormat>(4), 1), Status::INVALID_FIELD},
       {"scheme", [](Submission& s) { s.recovery = 0x06; }, Status::INVALID_FIELD},
       {"output format", [](Submission& s) { s.recovery = 0x30; }, Status::INVALID_FIELD},
       {"U1 planes 0", input(InputFormat::U1, 0), Status::INVALID_FIELD},
       {"U1 planes 2", input(InputFormat::U1, 2), Status::INVALID_FIELD},
       {"T2 planes 2", input(InputFormat::T2, 2), Status::INVALID_FIELD},
       {"U8 planes 0", input(InputFormat::U8, 0), Status::INVALID_FIELD},
       {"U8 planes 8", input(InputFormat::U8, 8), Status::OK},
       {"U8 planes 9", input(InputFormat::U8, 9), Status::INVALID_FIELD},
       {"I8 planes 7", input(InputFormat::I8, 7), Status::OK},
       {"I8 planes 8", input(InputFormat::I8, 8), Status::INVALID_FIELD},
       {"features", [](Submission& s) { s.features = 0; }, Status::INVALID_FIELD},
       {"vectors", [](Submission& s) { s.vectors = 0; }, Status::INVALID_FIELD},
       {"macro", [](Submission& s) { s.macro = 0; }, Status::INVALID_FIELD},
       {"grid_cols without SQUARE", [](Submission& s) { s.grid_cols = 5; }, Status::INVALID_FIELD},
       {"SQUARE without grid_cols", [](Submission& s) { s.layout = abi::LAYOUT_SQUARE; },
        Status::INVALID_FIELD},
       {"scale", [](Submission& s) { s.scale = 0; }, Status::INVALID_FIELD},
       {"shift", [](Submission& s) { s.shift = abi::kShiftMax + 1; }, Status::INVALID_FIELD},
       {"largest shift", [](Submission& s) { s.shift = abi::kShiftMax; }, Status::OK},
       {"INTENSITY of T2", [](Submission& s) { s.input = abi::pack_input(InputFormat::T2, 1); },
        Status::INVALID_FIELD},
       {"U8 of PHASE2",
        [](Submission& s) { s.recovery = abi::pack_recovery(Scheme::PHASE2, OutputFormat::U8); },
        Status::INVALID_FIELD}});
}

TEST(DescriptorCheck, RejectsAnOutsideThatTheSchemeSetsItself) {
  Submission s = small_projection();
  s.input = abi::pack_input(InputFormat::T2, 1);
  s.recovery = abi::pack_recovery(Scheme::ANCHOR, OutputFormat::I16);
  EXPECT_EQ(check(s), Status::OK);
  s.layout = abi::LAYOUT_OUTSIDE_LIT;
  EXPECT_EQ(check(s), Status::INVALID_FIELD);
}

TEST(DescriptorCheck, RejectsCalibrationsThatMoveDataOrCannotAverage) {
  expect_refusals(
      small_calibration(),
      {{"scheme", [](Submission& s) { s.recovery = abi::pack_recovery(Scheme::PHASE4, OutputFormat::U8); },
        Status::INVALID_FIELD},
       {"input", [](Submission& s) { s.input = abi::pack_input(InputFormat::U8, 1); }, Status::INVALID_FIELD},
       {"output", [](Submission& s) { s.recovery = abi::pack_recovery(Scheme::ANCHOR, OutputFormat::I16); },
        Status::INVALID_FIELD},
       {"scale", [](Submission& s) { s.scale = 1; }, Status::INVALID_FIELD},
       {"shift", [](Submission& s) { s.shift = 1; }, Status::INVALID_FIELD},
       {"source", [](Submission& s) { s.source = 8; }, Status::INVALID_FIELD},
       {"destination", [](Submission& s) { s.destination = 8; }, Status::INVALID_FIELD},
       {"3 frames", [](Submission& s) { s.vectors = 3; }, Status::INVALID_FIELD},
       {"16 frames", [](Submission& s) { s.vectors = 16; }, Status::OK},
       {"32 frames", [](Submission& s) { s.vectors = 32; }, Status::INVALID_FIELD}});
}

TEST(DescriptorCheck, RejectsRegionsThatLeaveTheModulator) {
  expect_refusals(
      small_projection(),
      {{"rows", [](Submission& s) { s.mirror_rows = 0; }, Status::INVALID_MIRRORS},
       {"cols", [](Submission& s) { s.mirror_cols = 0; }, Status::INVALID_MIRRORS},
       {"last row", [](Submission& s) { s.mirror_row = 10; }, Status::OK},
       {"below", [](Submission& s) { s.mirror_row = 11; }, Status::INVALID_MIRRORS},
       {"last col", [](Submission& s) { s.mirror_col = 35; }, Status::OK},
       {"right", [](Submission& s) { s.mirror_col = 36; }, Status::INVALID_MIRRORS},
       {"wraps", [](Submission& s) { s.mirror_col = 0xFFFF; }, Status::INVALID_MIRRORS},
       {"full", [](Submission& s) { s.features = 10; }, Status::OK},
       {"too many", [](Submission& s) { s.features = 11; }, Status::INVALID_MIRRORS},
       {"overflow", [](Submission& s) { s.features = 0x8000'0000, s.macro = 2; }, Status::INVALID_MIRRORS}});
}

TEST(DescriptorCheck, RejectsSquaresThatDoNotTileTheRegion) {
  Submission s = small_projection();
  s.layout = abi::LAYOUT_SQUARE;
  s.mirror_rows = 5;
  s.mirror_cols = 6;
  s.macro = 2;
  s.grid_cols = 3;
  s.features = 7;
  expect_refusals(s, {{"8 x 2 rows > 3 x 5", [](Submission& b) { b.features = 8; }, Status::INVALID_MIRRORS},
                      {"narrower", [](Submission& b) { b.grid_cols = 2; }, Status::INVALID_MIRRORS},
                      {"wider", [](Submission& b) { b.grid_cols = 4; }, Status::INVALID_MIRRORS}});
}

TEST(DescriptorCheck, RejectsCameraRegionsThatDoNotFitTheOutputs) {
  expect_refusals(
      small_projection(),
      {{"no rows", [](Submission& s) { s.camera_rows = 0; }, Status::INVALID_CAMERA},
       {"last row", [](Submission& s) { s.camera_row = 7; }, Status::OK},
       {"below", [](Submission& s) { s.camera_row = 8; }, Status::INVALID_CAMERA},
       {"no outputs", [](Submission& s) { s.outputs = 0; }, Status::INVALID_CAMERA},
       {"a full row", [](Submission& s) { s.outputs = 16; }, Status::OK},
       {"more than a row", [](Submission& s) { s.outputs = 17; }, Status::INVALID_CAMERA},
       {"a row too many", [](Submission& s) { s.camera_rows = 2, s.outputs = 16; }, Status::INVALID_CAMERA},
       {"two rows", [](Submission& s) { s.camera_rows = 2, s.outputs = 17; }, Status::OK}});
}

TEST(DescriptorCheck, RejectsExposuresAndResolutionsOutOfRange) {
  expect_refusals(
      small_projection(),
      {{"none", [](Submission& s) { s.exposure = 0; }, Status::INVALID_EXPOSURE},
       {"longest", [](Submission& s) { s.exposure = abi::kExposureMax; }, Status::OK},
       {"too long", [](Submission& s) { s.exposure = abi::kExposureMax + 1; }, Status::INVALID_EXPOSURE}});
  for (uint32_t bits = 0; bits < 16; ++bits) {
    const OpuSettings settings{0, abi::OPU_CAMERA_ADC_BITS.set(bits)};
    EXPECT_EQ(validate(small_projection(), tiny(), settings, nullptr),
              bits == 8 || bits == 10 || bits == 12 ? Status::OK : Status::INVALID_EXPOSURE);
  }
}

TEST(DescriptorCheck, RejectsUnalignedAddresses) {
  expect_refusals(small_projection(),
                  {{"source", [](Submission& s) { s.source += 4; }, Status::INVALID_ADDRESS},
                   {"destination", [](Submission& s) { s.destination += 1; }, Status::INVALID_ADDRESS}});
}

TEST(DescriptorCheck, ReportsTheFirstOfSeveralFailures) {
  Submission s = small_projection();
  s.recovery = abi::pack_recovery(Scheme::ANCHOR, OutputFormat::I16);
  EXPECT_EQ(check(s), Status::NOT_CALIBRATED);
  s.source = 1;
  EXPECT_EQ(check(s), Status::INVALID_ADDRESS);
  s.exposure = 0;
  EXPECT_EQ(check(s), Status::INVALID_EXPOSURE);
  s.outputs = 0;
  EXPECT_EQ(check(s), Status::INVALID_CAMERA);
  s.mirror_rows = 0;
  EXPECT_EQ(check(s), Status::INVALID_MIRRORS);
  s.scale = 0;
  EXPECT_EQ(check(s), Status::INVALID_FIELD);
  s.opcode = static_cast<abi::Opcode>(0);
  EXPECT_EQ(check(s), Status::INVALID_OPCODE);
}

TEST(DescriptorCheck, AsksForACalibrationOfUnsignedInputsOnly) {
  Submission s = small_projection();
  for (const Scheme scheme : {Scheme::ANCHOR, Scheme::COMPLEMENT}) {
    s.recovery = abi::pack_recovery(scheme, OutputFormat::I32);
    for (const InputFormat format : {InputFormat::U1, InputFormat::U8, InputFormat::T2, InputFormat::I8}) {
      s.input = abi::pack_input(format, 1);
      const bool is_unsigned = format == InputFormat::U1 || format == InputFormat::U8;
      EXPECT_EQ(check(s), is_unsigned ? Status::NOT_CALIBRATED : Status::OK);
      const CalibrationTag tag = calibration_tag(s, kSettings);
      EXPECT_EQ(check(s, &tag), Status::OK);
    }
  }
}

TEST(DescriptorCheck, RejectsACalibrationTakenWithAnythingElse) {
  Submission s = small_projection();
  s.recovery = abi::pack_recovery(Scheme::ANCHOR, OutputFormat::I32);
  s.layout = abi::LAYOUT_SQUARE;
  s.grid_cols = 5;
  Submission calibration = s;
  calibration.opcode = abi::Opcode::OPU_CALIBRATE;
  calibration.recovery = abi::pack_recovery(Scheme::ANCHOR, OutputFormat::U8);
  const CalibrationTag good = calibration_tag(calibration, kSettings);
  EXPECT_EQ(check(s, &good), Status::OK);
  const std::vector<std::function<void(CalibrationTag&)>> changes = {
      [](CalibrationTag& t) { t.scheme = Scheme::COMPLEMENT; },
      [](CalibrationTag& t) { ++t.features; },
      [](CalibrationTag& t) { ++t.mirror_row; },
      [](CalibrationTag& t) { ++t.mirror_col; },
      [](CalibrationTag& t) { ++t.mirror_rows; },
      [](CalibrationTag& t) { ++t.mirror_cols; },
      [](CalibrationTag& t) { ++t.macro; },
      [](CalibrationTag& t) { ++t.grid_cols; },
      [](CalibrationTag& t) { t.square = false; },
      [](CalibrationTag& t) { ++t.camera_row; },
      [](CalibrationTag& t) { ++t.camera_rows; },
      [](CalibrationTag& t) { ++t.outputs; },
      [](CalibrationTag& t) { ++t.exposure; },
      [](CalibrationTag& t) { ++t.settings.laser; },
      [](CalibrationTag& t) { ++t.settings.camera; }};
  for (const auto& change : changes) {
    CalibrationTag other = good;
    change(other);
    EXPECT_EQ(check(s, &other), Status::NOT_CALIBRATED);
  }
}

}  // namespace
}  // namespace photic::kernels
