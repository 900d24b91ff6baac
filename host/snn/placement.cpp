// SPDX-License-Identifier: Apache-2.0
// Greedy start, pairwise exchange.
#include "host/snn/placement.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>

namespace photic::host::snn {
namespace {

constexpr uint32_t kNowhere = std::numeric_limits<uint32_t>::max();

class Placer {
 public:
  Placer(const Traffic& traffic, uint32_t columns, uint32_t cores)
      : io_(traffic.io), columns_(columns), at_(traffic.io.size(), kNowhere), holds_(cores, kNowhere) {
    const size_t count = io_.size();
    both_.assign(count, std::vector<uint64_t>(count));
    for (size_t a = 0; a < count; ++a) {
      for (size_t b = 0; b < count; ++b) {
        both_[a][b] = traffic.between[a][b] + traffic.between[b][a];
      }
    }
  }

  std::vector<uint32_t> run() {
    std::vector<size_t> order(io_.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return total(a) > total(b); });
    for (const size_t thing : order) {
      uint32_t best = kNowhere;
      for (uint32_t core = 0; core < holds_.size(); ++core) {
        if (holds_[core] == kNowhere && (best == kNowhere || cost(thing, core) < cost(thing, best))) {
          best = core;
        }
      }
      put(static_cast<uint32_t>(thing), best);
    }
    while (improve()) {
    }
    return at_;
  }

 private:
  uint64_t total(size_t a) const { return std::accumulate(both_[a].begin(), both_[a].end(), io_[a]); }

  uint64_t distance(uint32_t a, uint32_t b) const {
    const auto apart = [](uint32_t p, uint32_t q) { return p > q ? p - q : q - p; };
    return apart(a % columns_, b % columns_) + apart(a / columns_, b / columns_);
  }

  /// Cost of `thing` at `core`, of what is placed; `aside` is left out.
  uint64_t cost(size_t thing, uint32_t core, size_t aside = kNowhere) const {
    uint64_t sum = io_[thing] * (distance(core, 0) + 1);
    for (size_t other = 0; other < at_.size(); ++other) {
      if (both_[thing][other] != 0 && at_[other] != kNowhere && other != thing && other != aside) {
        sum += both_[thing][other] * distance(core, at_[other]);
      }
    }
    return sum;
  }

  void put(uint32_t thing, uint32_t core) {
    at_[thing] = core;
    holds_[core] = thing;
  }

  /// One pass over all pairs of a thing and a core; the distance between two that change places stays.
  bool improve() {
    bool better = false;
    for (uint32_t a = 0; a < at_.size(); ++a) {
      for (uint32_t core = 0; core < holds_.size(); ++core) {
        const uint32_t from = at_[a];
        const uint32_t b = holds_[core];
        if (core == from) {
          continue;
        }
        const uint64_t now = cost(a, from, b) + (b == kNowhere ? 0 : cost(b, core, a));
        const uint64_t then = cost(a, core, b) + (b == kNowhere ? 0 : cost(b, from, a));
        if (then < now) {
          put(a, core);
          holds_[from] = b;
          if (b != kNowhere) {
            at_[b] = from;
          }
          better = true;
        }
      }
    }
    return better;
  }

  std::vector<std::vector<uint64_t>> both_;
  std::vector<uint64_t> io_;
  uint32_t columns_;
  std::vector<uint32_t> at_;     // core of a thing
  std::vector<uint32_t> holds_;  // thing of a core
};

}  // namespace

std::vector<uint32_t> place(const Traffic& traffic, uint32_t columns, uint32_t rows) {
  return Placer(traffic, columns, columns * rows).run();
}

uint64_t hop_cost(const Traffic& traffic, const std::vector<uint32_t>& cores, uint32_t columns) {
  uint64_t sum = 0;
  for (size_t a = 0; a < cores.size(); ++a) {
    const auto x = static_cast<int64_t>(cores[a] % columns);
    const auto y = static_cast<int64_t>(cores[a] / columns);
    sum += traffic.io[a] * static_cast<uint64_t>(x + y + 1);
    for (size_t b = 0; b < cores.size(); ++b) {
      sum += traffic.between[a][b] *
             static_cast<uint64_t>(std::abs(x - static_cast<int64_t>(cores[b] % columns)) +
                                   std::abs(y - static_cast<int64_t>(cores[b] / columns)));
    }
  }
  return sum;
}

}  // namespace photic::host::snn
