// SPDX-License-Identifier: Apache-2.0
// Bus addresses and the windows a device sees.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "drivers/api/memory.h"
#include "drivers/transport/dma_table.h"
#include "drivers/transport/error.h"

namespace photic {
namespace {

using api::AddressAllocator;
using api::kPage;
using transport::DmaTable;

TEST(BusAddresses, NeverOverlapAndLeaveAPageBetween) {
  AddressAllocator addresses;
  uint64_t last = 0;
  for (int i = 1; i < 100; ++i) {
    const uint64_t address = addresses.take(kPage * i);
    EXPECT_GE(address, last + kPage);
    EXPECT_EQ(address % kPage, 0U);
    last = address + kPage * i;
  }
}

TEST(BusAddresses, ComeBackWholeInAnyOrder) {
  AddressAllocator addresses;
  const uint64_t first = addresses.take(uint64_t{1} << 46);
  EXPECT_THROW(addresses.take(uint64_t{1} << 46), transport::Error);
  addresses.give_back(first, uint64_t{1} << 46);
  std::vector<uint64_t> taken;
  for (int i = 0; i < 8; ++i) {
    taken.push_back(addresses.take(kPage));
  }
  for (const int i : {3, 0, 7, 1, 2, 6, 4, 5}) {
    addresses.give_back(taken[i], kPage);
  }
  EXPECT_EQ(addresses.take(uint64_t{1} << 46), first);
}

TEST(BusAddresses, DoNotFitInto32Bits) {
  EXPECT_GT(AddressAllocator().take(kPage), uint64_t{0xFFFFFFFF});
}

class DmaWindows : public testing::Test {
 protected:
  DmaWindows() { table.map(4 * kPage, kPage, memory.data(), true, true); }
  alignas(4096) std::array<uint64_t, kPage / 8> memory{};
  DmaTable table;
  std::array<uint64_t, 4> words{1, 2, 3, 4};
};

TEST_F(DmaWindows, MoveWordsBothWays) {
  EXPECT_TRUE(table.write(4 * kPage + 8, words.data(), words.size()));
  EXPECT_EQ(memory[1], 1U);
  EXPECT_EQ(memory[4], 4U);
  std::array<uint64_t, 4> back{};
  EXPECT_TRUE(table.read(4 * kPage + 8, back.data(), back.size()));
  EXPECT_EQ(back, words);
}

TEST_F(DmaWindows, RefuseAccessesOutsideAcrossTheEndAndMisaligned) {
  for (const uint64_t address :
       {4 * kPage - 8, 5 * kPage, 5 * kPage - 24, 4 * kPage + 4, uint64_t{0}, ~uint64_t{7}}) {
    EXPECT_FALSE(table.read(address, words.data(), words.size())) << address;
    EXPECT_FALSE(table.write(address, words.data(), words.size())) << address;
  }
  EXPECT_EQ(words, (std::array<uint64_t, 4>{1, 2, 3, 4}));
  EXPECT_EQ(memory, decltype(memory){});
}

TEST_F(DmaWindows, RefuseToOverlapAndToWrapAround) {
  EXPECT_FALSE(table.map(4 * kPage, kPage, memory.data(), true, true));
  EXPECT_FALSE(table.map(3 * kPage, 2 * kPage, memory.data(), true, true));
  EXPECT_FALSE(table.map(kPage, 100 * kPage, memory.data(), true, true));
  EXPECT_FALSE(table.map(6 * kPage, 0, memory.data(), true, true));
  EXPECT_FALSE(table.map(6 * kPage + 8, kPage, memory.data(), true, true));
  EXPECT_FALSE(table.map(~(kPage - 1), 2 * kPage, memory.data(), true, true));
  EXPECT_TRUE(table.map(5 * kPage, kPage, memory.data(), true, true));
  EXPECT_EQ(table.windows(), 2U);
}

TEST_F(DmaWindows, HonourTheirRights) {
  EXPECT_TRUE(table.map(8 * kPage, kPage, memory.data(), true, false));
  EXPECT_TRUE(table.read(8 * kPage, words.data(), 1));
  EXPECT_FALSE(table.write(8 * kPage, words.data(), 1));
}

TEST_F(DmaWindows, AreGoneOnceUnmapped) {
  EXPECT_EQ(table.unmap(4 * kPage, 2 * kPage), nullptr);
  EXPECT_EQ(table.unmap(4 * kPage, kPage), memory.data());
  EXPECT_FALSE(table.read(4 * kPage, words.data(), 1));
}

}  // namespace
}  // namespace photic
