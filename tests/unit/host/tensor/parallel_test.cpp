// SPDX-License-Identifier: Apache-2.0
// The pool does every chunk once, whatever the number of threads.
#include "host/tensor/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "host/tensor/elementwise.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

TEST(ParallelChunks, CallsTheBodyOnceForEveryChunk) {
  for (const size_t threads : {1, 2, 5}) {
    set_thread_count(threads);
    EXPECT_EQ(thread_count(), threads);
    for (int repeat = 0; repeat < 200; ++repeat) {
      std::vector<std::atomic<int>> calls(13);
      parallel_chunks(calls.size(), [&](size_t chunk) { ++calls[chunk]; });
      for (const auto& count : calls) {
        ASSERT_EQ(count, 1);
      }
    }
  }
  set_thread_count(2);
}

TEST(ParallelRanges, CoversTheWholeWithoutOverlap) {
  std::vector<std::atomic<int>> calls(101);
  parallel_ranges(calls.size(), 10, [&](size_t first, size_t last) {
    EXPECT_LE(last - first, 10u);
    for (size_t i = first; i < last; ++i) {
      ++calls[i];
    }
  });
  for (const auto& count : calls) {
    EXPECT_EQ(count, 1);
  }
  parallel_ranges(0, 10, [](size_t, size_t) { FAIL(); });
}

TEST(SubtractRowMean, LeavesColumnsThatSumToZero) {
  Matrix m = test::random_matrix(50, 300, 3);
  for (size_t i = 0; i < m.size(); ++i) {
    m.data()[i] += 4.0f;
  }
  subtract_row_mean(m);
  Matrix sums(1, 300);
  sum_rows(m, sums);
  for (size_t c = 0; c < 300; ++c) {
    EXPECT_NEAR(sums(0, c), 0.0f, 1e-3f);
  }
}

TEST(Cosine, IsOneForParallelAndZeroForOrthogonalOrNothing) {
  Matrix a(1, 2), b(1, 2), zero(1, 2);
  a(0, 0) = 3;
  b(0, 1) = 2;
  EXPECT_DOUBLE_EQ(cosine(a, a), 1.0);
  EXPECT_DOUBLE_EQ(cosine(a, b), 0.0);
  EXPECT_DOUBLE_EQ(cosine(a, zero), 0.0);
}

}  // namespace
}  // namespace photic::host
