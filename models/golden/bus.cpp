// SPDX-License-Identifier: Apache-2.0
// Bursts. A transfer is tried as a whole first: only a refused one has to be taken apart.
#include "models/golden/bus.h"

#include <algorithm>

#include "drivers/abi/timing.h"

namespace photic::golden {
namespace {

// Calls transfer(address, first word, words) for each burst; returns the address of the first that gives
// false.
template <typename Transfer>
std::optional<uint64_t> each_burst(uint64_t address, size_t words, const Transfer& transfer) {
  std::optional<uint64_t> refused;
  for (size_t done = 0; done < words;) {
    const size_t to_boundary = abi::kReadBurstBeats - (address / 8) % abi::kReadBurstBeats;
    const size_t burst = std::min(words - done, to_boundary);
    if (!transfer(address, done, burst) && !refused) {
      refused = address;
    }
    address += 8 * burst;
    done += burst;
  }
  return refused;
}

}  // namespace

std::optional<uint64_t> Bus::read(uint64_t address, std::span<uint64_t> words) {
  registers_.count(abi::SHELL_DMA_READ_BEATS, words.size());
  if (memory_.read(address, words.data(), words.size())) {
    return std::nullopt;
  }
  return each_burst(address, words.size(), [&](uint64_t at, size_t first, size_t count) {
    const bool accepted = memory_.read(at, words.data() + first, count);
    if (!accepted) {
      std::fill_n(words.begin() + static_cast<ptrdiff_t>(first), count, 0);
    }
    return accepted;
  });
}

std::optional<uint64_t> Bus::write(uint64_t address, std::span<const uint64_t> words) {
  registers_.count(abi::SHELL_DMA_WRITE_BEATS, words.size());
  if (memory_.write(address, words.data(), words.size())) {
    return std::nullopt;
  }
  return each_burst(address, words.size(), [&](uint64_t at, size_t first, size_t count) {
    return memory_.write(at, words.data() + first, count);
  });
}

}  // namespace photic::golden
