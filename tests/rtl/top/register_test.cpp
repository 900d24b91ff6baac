// SPDX-License-Identifier: Apache-2.0
// The register file as the specification lists it.
#include "drivers/abi/contract.h"
#include "tests/rtl/top/device_bench.h"

namespace photic::verilated {
namespace {

// Registers of other kinds of device are gaps on this one.
bool has(const abi::RegisterInfo& info) {
  return info.device == 0 || info.device == static_cast<uint32_t>(abi::DeviceKind::OPU);
}

struct Registers : testing::Test, abi::InterruptPort {
  void raise(unsigned vector) override { vectors.push_back(vector); }
  lockstep::HostMemory memory;
  std::vector<unsigned> vectors;
  std::unique_ptr<abi::TimedDevicePort> device = make_rtl_opu(tiny(), memory, *this);
};

TEST_F(Registers, HoldTheirResetValues) {
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    if (info.varies_mask == 0) {
      EXPECT_EQ(device->read(info.offset), info.reset) << info.name;
    }
    if (info.wide) {
      EXPECT_EQ(device->read(info.offset + 4), 0u) << info.name;
    }
  }
}

TEST_F(Registers, DescribeTheStrappedGeometry) {
  for (const abi::Preset& preset : abi::kPresets) {
    RtlOptions options = tiny();
    options.preset = preset;
    const auto strapped = make_rtl_opu(options, memory, *this);
    EXPECT_EQ(strapped->read(abi::SHELL_CONTRACT), abi::kContractHash);
    EXPECT_EQ(strapped->read(abi::SHELL_KIND), static_cast<uint32_t>(abi::DeviceKind::OPU));
    EXPECT_EQ(strapped->read(abi::SHELL_GEOMETRY), preset.index);
    EXPECT_EQ(strapped->read(abi::OPU_MIRRORS),
              abi::OPU_MIRRORS_ROWS.set(preset.mirror_rows) | abi::OPU_MIRRORS_COLS.set(preset.mirror_cols));
    EXPECT_EQ(strapped->read(abi::OPU_PIXELS),
              abi::OPU_PIXELS_ROWS.set(preset.pixel_rows) | abi::OPU_PIXELS_COLS.set(preset.pixel_cols));
  }
}

TEST_F(Registers, StoreWritableBitsAndNoOthers) {
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    if (info.w1c_mask != 0 || info.write_only_mask != 0 || !has(info)) {
      continue;
    }
    for (const uint32_t pattern : {0xFFFF'FFFFu, 0x5A5A'5A5Au, 0xA5A5'A5A5u, 0u}) {
      const uint32_t before = device->read(info.offset);
      device->write(info.offset, pattern);
      EXPECT_EQ(device->read(info.offset), (before & ~info.writable_mask) | (pattern & info.writable_mask))
          << info.name;
    }
  }
}

TEST_F(Registers, AreZeroWhereThereAreNone) {
  std::vector<bool> known(abi::kBarSize / 4);
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    known[info.offset / 4] = known[info.offset / 4] || has(info);
    known[info.offset / 4 + (info.wide ? 1 : 0)] = known[info.offset / 4];
  }
  for (uint32_t offset = 0; offset < abi::kBarSize; offset += 4) {
    if (!known[offset / 4]) {
      device->write(offset, 0xFFFF'FFFF);
      EXPECT_EQ(device->read(offset), 0u) << "offset " << offset;
    }
  }
}

TEST_F(Registers, ClearInterruptCausesWrittenAsOne) {
  device->write(abi::SHELL_IRQ_RAISE, 0xFFFF'FFFF);
  EXPECT_EQ(device->read(abi::SHELL_IRQ_RAISE), 0u);
  EXPECT_EQ(device->read(abi::SHELL_IRQ_STATUS), 0x1Fu);
  device->write(abi::SHELL_IRQ_STATUS, 0x12);
  EXPECT_EQ(device->read(abi::SHELL_IRQ_STATUS), 0x0Du);
}

TEST_F(Registers, SendOnlyEnabledCausesAndEachOnce) {
  device->write(abi::SHELL_IRQ_ENABLE, 0x12);
  device->write(abi::SHELL_IRQ_RAISE, 0x1B);
  device->read(abi::SHELL_IRQ_STATUS);
  EXPECT_EQ(vectors, (std::vector<unsigned>{1, 4}));
}

TEST_F(Registers, CostNoDeviceTimeWhileTheDeviceIsIdle) {
  for (unsigned i = 0; i < 10; ++i) {
    device->write(abi::SHELL_SCRATCH, i);
  }
  EXPECT_EQ(device->read(abi::SHELL_CYCLE), 0u);
  EXPECT_EQ(device->cycle(), 0u);
}

}  // namespace
}  // namespace photic::verilated
