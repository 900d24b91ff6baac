// SPDX-License-Identifier: Apache-2.0
// The spiking device once more, as plainly as docs/reference/spu-device.md 2.4 to 2.6 says it: no tables are
// decoded ahead, packets walk hop by hop, sums are taken in 64 bits. Programs it runs have passed the scan.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"

namespace photic::golden {

class SlowSpu {
 public:
  SlowSpu(const abi::SpuPreset& preset, uint32_t seed);

  using Place = std::pair<uint32_t, abi::SpuRegion>;  // unit, region
  std::vector<uint64_t>& region(uint32_t unit, abi::SpuRegion region) { return words_[{unit, region}]; }
  uint64_t& counter(uint32_t unit, abi::SpuCounter which) {
    return words_[{unit, abi::SpuRegion::COUNTER}][static_cast<size_t>(which)];
  }

  void input(uint32_t source, int32_t payload, uint32_t step);
  /// Updates every neuron and delivers what they emit.
  void step(uint32_t step);
  void clear_neurons();

 private:
  uint64_t field(uint32_t unit, abi::SpuRegion region, uint64_t word, abi::WordField field) const;
  int64_t limited(int64_t value, uint32_t bits, uint32_t core);
  int64_t decayed(int64_t x, int64_t d, uint64_t rounding, uint64_t random) const;
  void update(uint32_t core, uint32_t n, uint32_t step);
  void emit(uint32_t unit, uint32_t source, int32_t payload, uint32_t base_step);
  void arrive(uint32_t unit, uint32_t axon, int32_t payload, uint32_t base_step);
  void add(uint32_t core, uint64_t target, uint64_t step, int64_t payload, int64_t weight, int64_t exponent);
  int64_t weight(uint32_t core, uint32_t axon, uint64_t stored) const;

  const abi::SpuPreset preset_;
  const uint32_t seed_;
  std::map<Place, std::vector<uint64_t>> words_;
  struct Packet {
    uint32_t core;
    uint32_t neuron;
    int32_t payload;
  };
  std::vector<Packet> packets_;
};

}  // namespace photic::golden
