// SPDX-License-Identifier: Apache-2.0
// Copy-on-write memory and the comparison of two of them.
#include <gtest/gtest.h>

#include <vector>

#include "sim/lockstep/host_memory.h"
#include "sim/lockstep/overlay_memory.h"

namespace photic::lockstep {
namespace {

constexpr uint64_t kBase = 0x4000;
constexpr uint64_t kReadOnly = 0x8000;

bool nothing_ignored(uint64_t) {
  return false;
}

class Overlay : public testing::Test {
 protected:
  Overlay() {
    host.map(kBase, 2 * HostMemory::kPageBytes);
    host.map(kReadOnly, HostMemory::kPageBytes, false);
    host.poke(kBase, 11);
    host.poke(kReadOnly, 12);
  }

  static bool write(OverlayMemory& memory, uint64_t address, std::vector<uint64_t> words) {
    return memory.write(address, words.data(), words.size());
  }
  static uint64_t read(OverlayMemory& memory, uint64_t address) {
    uint64_t word = 0;
    EXPECT_TRUE(memory.read(address, &word, 1));
    return word;
  }

  HostMemory host;
  OverlayMemory a{host};
  OverlayMemory b{host};
};

TEST_F(Overlay, ShowsItsWritesToItselfOnly) {
  EXPECT_TRUE(write(a, kBase, {1, 2}));
  EXPECT_EQ(read(a, kBase), 1u);
  EXPECT_EQ(read(a, kBase + 8), 2u);
  EXPECT_EQ(read(b, kBase), 11u);
  EXPECT_EQ(host.peek(kBase), 11u);
}

TEST_F(Overlay, RefusesWhatTheMemoryBelowRefuses) {
  EXPECT_FALSE(write(a, kReadOnly, {1}));
  EXPECT_FALSE(write(a, 0x1'0000, {1}));
  EXPECT_EQ(read(a, kReadOnly), 12u);
  EXPECT_TRUE(a.empty());
  uint64_t word = 0;
  EXPECT_FALSE(a.read(0x1'0000, &word, 1));
}

TEST_F(Overlay, CommitsInTheOrderOfWriting) {
  write(a, kBase, {1});
  write(a, kBase, {2});
  a.commit();
  EXPECT_EQ(host.peek(kBase), 2u);
  EXPECT_TRUE(a.empty());
}

TEST_F(Overlay, DiscardsWithoutATrace) {
  write(a, kBase, {1});
  a.discard();
  EXPECT_EQ(read(a, kBase), 11u);
  EXPECT_EQ(host.peek(kBase), 11u);
}

TEST_F(Overlay, EqualsAnotherThatWroteTheSameInAnotherOrder) {
  write(a, kBase, {1});
  write(a, kBase + 4096, {2});
  write(b, kBase + 4096, {7});
  write(b, kBase + 4096, {2});
  write(b, kBase, {1});
  EXPECT_FALSE(MemoryComparison::compare(a, b, nothing_ignored).has_value());
}

TEST_F(Overlay, NamesTheLowestWordThatDiffers) {
  write(a, kBase + 4096, {1});
  write(a, kBase + 16, {5, 6});
  write(b, kBase + 16, {5, 7});
  const auto difference = MemoryComparison::compare(a, b, nothing_ignored);
  ASSERT_TRUE(difference.has_value());
  EXPECT_EQ(difference->address, kBase + 24);
  EXPECT_EQ(difference->first, 6u);
  EXPECT_EQ(difference->second, 7u);
  EXPECT_EQ(difference->words_in_all, 2u);
}

TEST_F(Overlay, CountsAWriteOfTheOldValueAsAWrite) {
  write(a, kBase, {11});
  const auto difference = MemoryComparison::compare(a, b, nothing_ignored);
  ASSERT_TRUE(difference.has_value());
  EXPECT_EQ(difference->first, 11u);
  EXPECT_FALSE(difference->second.has_value());
}

TEST_F(Overlay, IgnoresWhatItIsToldTo) {
  write(a, kBase, {1});
  EXPECT_FALSE(
      MemoryComparison::compare(a, b, [](uint64_t address) { return address == kBase; }).has_value());
}

}  // namespace
}  // namespace photic::lockstep
