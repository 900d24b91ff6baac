// SPDX-License-Identifier: Apache-2.0
// The register map as software sees it, and every counter.
#include <gtest/gtest.h>

#include "drivers/abi/contract.h"
#include "drivers/abi/numerics.h"
#include "tests/unit/golden/bench_host.h"

namespace photic::golden {
namespace {

using abi::OutputFormat;
using abi::Scheme;

// Whether a register belongs to a kind of device that this is not.
bool is_absent(const abi::RegisterInfo& info) {
  return info.offset >= abi::SPU_BASE && info.offset < abi::SPU_BASE + abi::SPU_SIZE;
}

class NoInterrupts : public abi::InterruptPort {
 public:
  void raise(unsigned) override {}
};

TEST(GoldenOpu, ResetsEveryRegisterToItsValue) {
  lockstep::HostMemory memory;
  NoInterrupts interrupts;
  const OpuOptions options = options_of("tiny");
  const auto device = make_opu(options, memory, interrupts);
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    if (is_absent(info)) {
      EXPECT_EQ(device->read(info.offset), 0u) << info.name;
    } else if (info.varies_mask == 0) {
      EXPECT_EQ(device->read(info.offset), info.reset) << info.name;
    }
  }
  EXPECT_EQ(device->read(abi::SHELL_CONTRACT), abi::kContractHash);
  EXPECT_EQ(device->read(abi::SHELL_KIND), static_cast<uint32_t>(abi::DeviceKind::OPU));
  EXPECT_EQ(device->read(abi::SHELL_GEOMETRY), options.preset.index);
  EXPECT_EQ(abi::OPU_MIRRORS_ROWS.get(device->read(abi::OPU_MIRRORS)), options.preset.mirror_rows);
  EXPECT_EQ(abi::OPU_MIRRORS_COLS.get(device->read(abi::OPU_MIRRORS)), options.preset.mirror_cols);
  EXPECT_EQ(abi::OPU_PIXELS_ROWS.get(device->read(abi::OPU_PIXELS)), options.preset.pixel_rows);
  EXPECT_EQ(abi::OPU_PIXELS_COLS.get(device->read(abi::OPU_PIXELS)), options.preset.pixel_cols);
}

TEST(GoldenOpu, StoresWritableBitsAndNoOthers) {
  lockstep::HostMemory memory;
  NoInterrupts interrupts;
  const auto device = make_opu(options_of("tiny"), memory, interrupts);
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    for (const uint32_t pattern : {0xFFFF'FFFFu, 0x5A5A'5A5Au, 0u}) {
      const uint32_t before = device->read(info.offset);
      device->write(info.offset, pattern & ~abi::SHELL_IRQ_RAISE_QUEUE.mask());
      if (info.offset == abi::SHELL_IRQ_RAISE || info.offset == abi::SHELL_IRQ_STATUS) {
        continue;
      }
      const uint32_t writable = is_absent(info) ? 0 : info.writable_mask;
      EXPECT_EQ(device->read(info.offset),
                (before & ~writable) | (pattern & ~abi::SHELL_IRQ_RAISE_QUEUE.mask() & writable))
          << info.name;
    }
  }
}

TEST(GoldenOpu, ReadsGapsAsZeroAndDropsWritesToThem) {
  BenchHost host;
  for (const uint32_t gap : {abi::SHELL_LIMITS + 4, abi::OPU_CAMERA + 4, abi::kBarSize - 4}) {
    host.device->write(gap, 0xFFFF'FFFF);
    EXPECT_EQ(host.device->read(gap), 0u);
  }
}

TEST(GoldenOpu, ClearsInterruptCausesThatAreWrittenAsOne) {
  BenchHost host;
  host.device->write(abi::SHELL_IRQ_ENABLE, 0);
  host.device->write(abi::SHELL_IRQ_RAISE, 0x1F);
  EXPECT_EQ(host.device->read(abi::SHELL_IRQ_STATUS), 0x1Fu);
  host.device->write(abi::SHELL_IRQ_STATUS, 0x12);
  EXPECT_EQ(host.device->read(abi::SHELL_IRQ_STATUS), 0x0Du);
  EXPECT_EQ(host.device->read(abi::SHELL_IRQ_RAISE), 0u);
}

TEST(GoldenOpu, SendsOnlyEnabledInterruptCauses) {
  BenchHost host;
  host.device->write(abi::SHELL_IRQ_ENABLE, 0x12);
  host.device->write(abi::SHELL_IRQ_RAISE, 0x1B);
  host.work();
  EXPECT_EQ(host.interrupts, (std::vector<unsigned>{1, 4}));
}

TEST(GoldenOpu, ReportsNoTime) {
  BenchHost host;
  abi::Submission s = projection();
  const abi::Completion completion = host.run(s);
  EXPECT_EQ(completion.start, 0u);
  EXPECT_EQ(completion.end, 0u);
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    if (info.timed) {
      EXPECT_EQ(host.counter(info.offset), 0u) << info.name;
    }
  }
}

TEST(GoldenOpu, CountsWhatACommandDid) {
  BenchHost host;
  abi::Submission s = projection();
  s.recovery = abi::pack_recovery(Scheme::PHASE4, OutputFormat::I16);
  s.vectors = 3;
  host.run(s);
  const uint64_t frames = 3 * 4;
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS), 1u);
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS_FAILED), 0u);
  EXPECT_EQ(host.counter(abi::SHELL_DMA_READ_BEATS), 8u + 3);
  EXPECT_EQ(host.counter(abi::SHELL_DMA_WRITE_BEATS), 3u * 10 + 4);  // 20 pixels x 4 bytes a vector
  EXPECT_EQ(host.counter(abi::OPU_FRAMES), frames);
  EXPECT_EQ(host.counter(abi::OPU_VECTORS), 3u);
  EXPECT_EQ(host.counter(abi::OPU_MIRROR_WORDS), frames * 4 * 3);  // 4 rows of 40 mirrors
  EXPECT_EQ(host.counter(abi::OPU_PIXELS_READ), frames * 20);
  EXPECT_EQ(host.counter(abi::OPU_EXPOSURE_CYCLES), frames * 100);
  EXPECT_EQ(host.counter(abi::OPU_PERIOD_CYCLES), frames * abi::find_preset("tiny")->modes[0].period);
}

TEST(GoldenOpu, TakesThePeriodOfTheFirstModeThatHoldsTheFrame) {
  const abi::Preset& preset = *abi::find_preset("tiny");
  ASSERT_GE(preset.modes_count, 2u);
  BenchHost host;
  abi::Submission s = projection();
  s.mirror_row = 0;
  s.mirror_col = 0;
  s.mirror_rows = 10;
  s.mirror_cols = 20;
  ASSERT_EQ(preset.modes[0].mirrors, 200u);
  host.run(s);
  EXPECT_EQ(host.counter(abi::OPU_PERIOD_CYCLES), preset.modes[0].period);
  s.mirror_cols = 21;
  host.run(s);
  EXPECT_EQ(host.counter(abi::OPU_PERIOD_CYCLES), preset.modes[0].period + preset.modes[1].period);
}

TEST(GoldenOpu, CountsDarkFramesAndClippedOutputs) {
  BenchHost host;
  abi::Submission s = projection();
  host.run(s);  // all features 0, reference blocked
  EXPECT_EQ(host.counter(abi::OPU_FRAMES_DARK), 1u);
  EXPECT_EQ(host.counter(abi::OPU_OUTPUTS_SATURATED), 0u);
  host.memory.poke(BenchHost::kSource, 0xFFF);
  s.exposure = abi::kExposureMax;
  s.scale = 2;
  host.run(s);
  EXPECT_EQ(host.counter(abi::OPU_FRAMES_DARK), 1u);
  EXPECT_EQ(host.counter(abi::OPU_OUTPUTS_SATURATED), 20u);
}

TEST(GoldenOpu, StartsAfreshAfterReset) {
  BenchHost host;
  host.run(projection());
  host.device->write(abi::OPU_LASER, 1);
  host.device->reset();
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS), 0u);
  EXPECT_EQ(host.device->read(abi::OPU_LASER), abi::OPU_LASER_RESET);
  host.open();
  EXPECT_EQ(host.run(projection()).status, abi::Status::OK);
}

}  // namespace
}  // namespace photic::golden
