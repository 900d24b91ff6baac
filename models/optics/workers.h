// SPDX-License-Identifier: Apache-2.0
// Who does the work: threads, instruction set, and the sign of life.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "models/optics/simd/kernels.h"

namespace photic::optics {

/// Shared by everything that computes for one bench.
struct Workers {
  unsigned threads = 1;
  const Kernels* kernels = nullptr;
  std::atomic<uint64_t>* progress = nullptr;

  void tick() const {
    if (progress != nullptr) {
      progress->fetch_add(1, std::memory_order_relaxed);
    }
  }

  /// body(first, last) over [0, items) in pieces of at most `piece`, on several threads if `operations`, the
  /// cost of the whole in simple instructions, is worth starting them. Pieces run in any order: they must not
  /// touch each other.
  template <typename Body>
  void for_pieces(size_t items, size_t piece, double operations, const Body& body) const {
    constexpr double kWorthAThread = 1e6;
    const size_t pieces = (items + piece - 1) / piece;
    const size_t wanted = operations > 2 * kWorthAThread ? std::min<size_t>(threads, pieces) : 1;
    std::atomic<size_t> next{0};
    const auto work = [&] {
      for (size_t i = next.fetch_add(1); i < pieces; i = next.fetch_add(1)) {
        body(i * piece, std::min(items, (i + 1) * piece));
        tick();
      }
    };
    std::vector<std::jthread> helpers;
    for (size_t i = 1; i < wanted; ++i) {
      helpers.emplace_back(work);
    }
    work();
  }
};

}  // namespace photic::optics
