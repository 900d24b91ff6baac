// SPDX-License-Identifier: Apache-2.0
// Steps, runs and memory commands take the cycles that follow from the timing table.
#include <gtest/gtest.h>

#include "drivers/abi/registers.h"
#include "drivers/abi/timing.h"
#include "tests/timing/spu/program.h"

namespace photic::test {
namespace {

uint64_t barrier(const abi::SpuPreset& preset) {
  return abi::kSpuBarrierCycles + preset.mesh_cols + preset.mesh_rows;
}

TEST(SpuStep, WithoutTrafficTakesTheNeuronsAndTheBarrier) {
  for (const abi::SpuPreset& preset : abi::kSpuPresets) {
    SpuBench bench({.preset = preset.name});
    const uint32_t last = preset.cores() - 1;
    bench.configure(last, 7, 0);
    const abi::Completion one = bench.run({.steps = 1});
    ASSERT_EQ(one.status, abi::Status::OK) << preset.name;
    const abi::Completion again = bench.run({.steps = 1});
    const abi::Completion ten = bench.run({.steps = 10});
    EXPECT_EQ(ten.detail, 10U);
    EXPECT_EQ((ten.end - ten.start) - (again.end - again.start), 9 * (7 + barrier(preset) + 8))
        << preset.name;
  }
}

}  // namespace
}  // namespace photic::test
