// SPDX-License-Identifier: Apache-2.0
// The generated C++ view of the contract: records, registers, schemes and presets.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>
#include <string>

#include "abi_vectors.h"
#include "drivers/abi/contract.h"
#include "drivers/abi/descriptors.h"
#include "drivers/abi/energy.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/numerics.h"
#include "drivers/abi/optics.h"
#include "drivers/abi/registers.h"
#include "drivers/abi/schemes.h"
#include "drivers/abi/timing.h"

namespace photic::abi {
namespace {

template <typename Record>
std::vector<uint8_t> bytes_of(const Record& record) {
  std::vector<uint8_t> bytes(sizeof(Record));
  std::memcpy(bytes.data(), &record, sizeof(Record));
  return bytes;
}

TEST(Records, HaveTheBytesThatPythonPacks) {
  ASSERT_FALSE(kSubmissionVectors.empty());
  for (const auto& [record, bytes] : kSubmissionVectors) {
    EXPECT_EQ(bytes_of(record), bytes);
  }
  ASSERT_FALSE(kCompletionVectors.empty());
  for (const auto& [record, bytes] : kCompletionVectors) {
    EXPECT_EQ(bytes_of(record), bytes);
  }
  ASSERT_FALSE(kSpuMemoryVectors.empty());
  for (const auto& [record, bytes] : kSpuMemoryVectors) {
    EXPECT_EQ(bytes_of(record), bytes);
  }
  ASSERT_FALSE(kSpuRunVectors.empty());
  for (const auto& [record, bytes] : kSpuRunVectors) {
    EXPECT_EQ(bytes_of(record), bytes);
  }
}

TEST(Records, PackPartsOfAFieldAsPythonDoes) {
  for (const PackedVector& vector : kPackedVectors) {
    EXPECT_EQ(pack_input(vector.format, vector.planes), vector.input);
    EXPECT_EQ(input_format(vector.input), vector.format);
    EXPECT_EQ(input_planes(vector.input), vector.planes);
    EXPECT_EQ(pack_recovery(vector.scheme, vector.output), vector.recovery);
    EXPECT_EQ(recovery_scheme(vector.recovery), vector.scheme);
    EXPECT_EQ(recovery_output_format(vector.recovery), vector.output);
  }
}

TEST(Records, DropExcessBitsOfAPart) {
  const unsigned too_many = 1u << SUBMISSION_INPUT_PLANES.width;
  EXPECT_EQ(pack_input(InputFormat::U8, too_many), pack_input(InputFormat::U8, 0));
}

TEST(Registers, AreThoseOfThePythonView) {
  ASSERT_EQ(kRegisters.size(), std::size(kRegisterVectors));
  for (size_t i = 0; i < kRegisters.size(); ++i) {
    const RegisterInfo& info = kRegisters[i];
    const RegisterVector& vector = kRegisterVectors[i];
    SCOPED_TRACE(std::string(vector.name));
    EXPECT_EQ(info.name, vector.name);
    EXPECT_EQ(info.offset, vector.offset);
    EXPECT_EQ(info.writable_mask, vector.writable_mask);
    EXPECT_EQ(info.w1c_mask, vector.w1c_mask);
    EXPECT_EQ(info.write_only_mask, vector.write_only_mask);
    EXPECT_EQ(info.varies_mask, vector.varies_mask);
    EXPECT_EQ(info.reset, vector.reset);
    EXPECT_EQ(info.device, vector.device);
    EXPECT_EQ(info.wide, vector.wide);
    EXPECT_EQ(info.timed, vector.timed);
    EXPECT_EQ(info.counter, vector.counter);
    EXPECT_FALSE(info.description.empty());
  }
}

TEST(Registers, BelongToTheDevicesThatHaveThem) {
  for (const RegisterInfo& info : kRegisters) {
    SCOPED_TRACE(std::string(info.name));
    EXPECT_EQ(has_register(DeviceKind::OPU, info), !info.name.starts_with("SPU_"));
    EXPECT_EQ(has_register(DeviceKind::SPU, info), !info.name.starts_with("OPU_"));
  }
}

TEST(Registers, OccupyWordsOfTheirOwnInsideTheBar) {
  std::set<uint32_t> words;
  for (const RegisterInfo& info : kRegisters) {
    EXPECT_TRUE(words.insert(info.offset).second) << info.name;
    if (info.wide) {
      EXPECT_TRUE(words.insert(info.offset + 4).second) << info.name;
    }
  }
  EXPECT_LT(*words.rbegin(), kBarSize);
}

TEST(Registers, OfAQueueRepeatAtItsStride) {
  for (unsigned queue = 0; queue < kQueues; ++queue) {
    const std::string name = "QUEUE" + std::to_string(queue) + "_SQ_TAIL";
    const auto found =
        std::find_if(kRegisters.begin(), kRegisters.end(), [&](const auto& r) { return r.name == name; });
    ASSERT_NE(found, kRegisters.end());
    EXPECT_EQ(found->offset, QUEUE_SQ_TAIL(queue));
    EXPECT_EQ(QUEUE_SQ_TAIL(queue) - QUEUE_SQ_TAIL(0), queue * QUEUE_STRIDE);
  }
  EXPECT_LE(QUEUE_SQ_TAIL(kQueues - 1), QUEUE_BASE + QUEUE_SIZE);
}

TEST(Registers, ReportTheContractAndTheLimitsAfterReset) {
  EXPECT_EQ(SHELL_CONTRACT_RESET, kContractHash);
  EXPECT_EQ(SHELL_CLOCK_RESET, kClockKhz);
  EXPECT_EQ(SHELL_LIMITS_QUEUES.get(SHELL_LIMITS_RESET), kQueues);
  EXPECT_EQ(SHELL_LIMITS_RING_LOG2.get(SHELL_LIMITS_RESET), kRingLog2Max);
  EXPECT_EQ(SHELL_CYCLE_HI, SHELL_CYCLE + sizeof(uint32_t));
}

TEST(Field, SetsAndGetsItsOwnBitsOnly) {
  const Field field = QUEUE_CONTROL_SIZE_LOG2;
  for (uint32_t value = 0; value >> field.width == 0; ++value) {
    EXPECT_EQ(field.get(field.set(value) | ~field.mask()), value);
    EXPECT_EQ(field.set(value) & ~field.mask(), 0u);
  }
  EXPECT_EQ(static_cast<uint32_t>(std::popcount(field.mask())), field.width);
  EXPECT_EQ(SHELL_MAGIC_VALUE.mask(), ~uint32_t{0});
  EXPECT_EQ(SHELL_MAGIC_VALUE.get(SHELL_MAGIC_RESET), SHELL_MAGIC_RESET);
}

TEST(Enumerations, NameAndDescribeTheirValues) {
  EXPECT_EQ(name(Status::DEVICE_LOST), "DEVICE_LOST");
  EXPECT_EQ(name(InputFormat::T2), "T2");
  EXPECT_EQ(name(static_cast<Opcode>(0)), "UNKNOWN");
  EXPECT_FALSE(describe(Status::TIMEOUT).empty());
  EXPECT_NE(describe(Status::TIMEOUT), describe(static_cast<Status>(0xFFFF)));
  EXPECT_EQ(bits_of(InputFormat::T2), 2u);
  EXPECT_EQ(bits_of(OutputFormat::I32), 8 * sizeof(int32_t));
  EXPECT_TRUE(is_signed(OutputFormat::I16));
  EXPECT_FALSE(is_signed(OutputFormat::U8));
}

TEST(Enumerations, TellStatusesOfDevicesFromThoseOfTheDriver) {
  EXPECT_TRUE(is_device_status(Status::SATURATED));
  EXPECT_FALSE(is_device_status(Status::INVALID_ARGUMENT));
}

TEST(Schemes, AreFoundByTheirEncoding) {
  for (const SchemeSpec& scheme : kSchemes) {
    EXPECT_EQ(find_scheme(static_cast<unsigned>(scheme.value)), &scheme);
    EXPECT_EQ(scheme.name, name(scheme.value));
  }
  EXPECT_EQ(find_scheme(SUBMISSION_RECOVERY_SCHEME.mask()), nullptr);
}

TEST(Schemes, HaveTheFramesOfThePythonView) {
  size_t frames = 0;
  for (const SchemeSpec& scheme : kSchemes) {
    frames += scheme.steps_count + (scheme.calibrates ? 1u : 0u);
  }
  EXPECT_EQ(frames, std::size(kFrameVectors));
  for (const FrameVector& vector : kFrameVectors) {
    const SchemeSpec& scheme = *find_scheme(static_cast<unsigned>(vector.scheme));
    const SchemeStep& step = vector.index < 0 ? scheme.calibration : scheme.steps[vector.index];
    SCOPED_TRACE(std::string(scheme.name) + " " + std::to_string(vector.index));
    EXPECT_EQ(step.features, vector.step.features);
    EXPECT_EQ(step.outside, vector.step.outside);
    EXPECT_EQ(step.phase, vector.step.phase);
    EXPECT_EQ(step.re, vector.step.re);
    EXPECT_EQ(step.im, vector.step.im);
  }
}

TEST(Schemes, WithAReferenceBeamCancelItsIntensity) {
  unsigned phase_shifting = 0;
  for (const SchemeSpec& scheme : kSchemes) {
    ASSERT_EQ(scheme.used_steps().size(), scheme.steps_count);
    int re = 0;
    int im = 0;
    for (const SchemeStep& step : scheme.used_steps()) {
      re += step.phase >= 0 ? step.re : 0;
      im += step.phase >= 0 ? step.im : 0;
    }
    EXPECT_EQ(re, 0) << scheme.name;
    EXPECT_EQ(im, 0) << scheme.name;
    phase_shifting += scheme.used_steps().front().phase >= 0;
  }
  EXPECT_GT(phase_shifting, 0u);
}

TEST(Presets, AreFoundByNameAndByIndex) {
  for (const Preset& preset : kPresets) {
    EXPECT_EQ(find_preset(preset.name), &preset);
    EXPECT_EQ(find_preset(preset.index), &preset);
    EXPECT_EQ(preset.index >> kPresetBits, 0u);
  }
  EXPECT_EQ(find_preset("none"), nullptr);
  EXPECT_EQ(find_preset(static_cast<uint32_t>(kPresets.size())), nullptr);
}

TEST(Presets, HaveTheNumbersOfThePythonView) {
  ASSERT_EQ(kPresets.size(), kPresetVectors.size());
  for (size_t i = 0; i < kPresets.size(); ++i) {
    const Preset& preset = kPresets[i];
    EXPECT_EQ(preset.name, kPresetVectors[i].name);
    const std::vector<uint32_t> numbers{
        preset.index,        preset.mirror_rows,   preset.mirror_cols,         preset.pixel_rows,
        preset.pixel_cols,   preset.settle_cycles, preset.camera_start_cycles, preset.row_cycles,
        preset.read_latency, preset.write_latency};
    EXPECT_EQ(numbers, kPresetVectors[i].numbers) << preset.name;
    std::vector<uint32_t> modes;
    for (uint32_t mode = 0; mode < preset.modes_count; ++mode) {
      modes.insert(modes.end(),
                   {preset.modes[mode].mirrors, preset.modes[mode].pixels, preset.modes[mode].period});
    }
    EXPECT_EQ(modes, kPresetVectors[i].modes) << preset.name;
  }
}

TEST(Presets, TakeThePeriodOfTheFirstModeThatHoldsTheFrame) {
  const Preset& preset = *find_preset("gen3");
  for (uint32_t i = 0; i + 1 < preset.modes_count; ++i) {
    const Mode& mode = preset.modes[i];
    EXPECT_EQ(preset.period(mode.mirrors, mode.pixels), mode.period);
    EXPECT_GT(preset.period(mode.mirrors, mode.pixels + uint64_t{1}), mode.period);
    EXPECT_GT(preset.period(mode.mirrors + uint64_t{1}, mode.pixels),
              mode.period - (mode.mirrors == UINT32_MAX));
  }
  const Mode& last = preset.modes[preset.modes_count - 1];
  EXPECT_EQ(preset.period(uint64_t{1} << 40, uint64_t{1} << 40), last.period);
}

TEST(Tables, HoldTheirNumbers) {
  EXPECT_EQ(kEnergyTables.front().name, "published");
  EXPECT_GT(kEnergyTables.front().board_milliwatts, 0u);
  EXPECT_EQ(kFifoReadData, kReadsInFlight * kReadBurstBeats);
  EXPECT_EQ(kExposureMax >> 24, 0u);
  EXPECT_GT(kFullWellElectrons, uint32_t{1} << kCountBits);
}

}  // namespace
}  // namespace photic::abi
