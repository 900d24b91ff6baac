// SPDX-License-Identifier: Apache-2.0
// Fields of the first b mirrors, remembered: a lit run [a, b) is then the difference of two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <unordered_map>
#include <vector>

#include "models/optics/aligned_buffer.h"
#include "models/optics/drift.h"
#include "models/optics/medium.h"

namespace photic::optics {

/// Pixels [first, first + count).
struct PixelWindow {
  uint64_t first = 0;
  size_t count = 0;
  friend constexpr auto operator<=>(const PixelWindow&, const PixelWindow&) = default;

  /// Numbers from the real part of pixel `first` to its imaginary part in a field of this window.
  size_t stride() const { return (count + 15) / 16 * 16; }
  /// Numbers in a field: real parts, padding, imaginary parts, padding.
  size_t numbers() const { return 2 * stride(); }
};

/// Medium number `index` of a bench.
using MediumSource = std::function<const Medium&(uint32_t index)>;

/// A bounded cache of prefix fields P(b) = T [mirrors below b lit] of additive media. Integers, so a sum of
/// differences equals the direct projection to the last bit, through drift too.
class PrefixFields {
 public:
  PrefixFields(const Workers& workers, size_t most_bytes, MediumSource source)
      : workers_(workers), most_bytes_(most_bytes), source_(std::move(source)) {}

  /// Whether a picture with so many boundaries can be put together without giving up a field it still needs.
  bool holds(PixelWindow window, size_t boundaries) const {
    return 3 * (boundaries + 1) * window.numbers() * sizeof(int32_t) <= most_bytes_;
  }

  /// field = the field of the lit runs [boundaries[0], boundaries[1]), ... through the medium in state
  /// `drift`. `holds` must be true for the number of boundaries.
  void sum_runs(const Drift& drift, PixelWindow window, const std::vector<uint64_t>& boundaries,
                int32_t* field);

 private:
  struct Key {
    Drift drift;
    PixelWindow window;
    uint64_t boundary;
    friend constexpr auto operator<=>(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const {
      const uint64_t mixed = (key.boundary * 0x9E3779B97F4A7C15) ^ (key.window.first * 0xBB67AE8584CAA73B) ^
                             (uint64_t{key.drift.index} << 40) ^
                             (static_cast<uint64_t>(key.drift.weight_next) << 28) ^ key.window.count;
      return static_cast<size_t>(mixed ^ (mixed >> 32));
    }
  };
  struct Prefix {
    Key key;
    uint64_t used;  // number of the picture that last needed it
    AlignedBuffer<int32_t> field;
  };
  using Recency = std::list<Prefix>;

  const int32_t* prefix(const Key& key);
  void compute(const Key& key, int32_t* field);
  void compute_pure(const Key& key, int32_t* field);
  void make_room(size_t bytes);

  const Workers& workers_;
  size_t most_bytes_;
  MediumSource source_;
  size_t bytes_ = 0;
  uint64_t picture_ = 0;
  Recency prefixes_;  // most recently used first
  std::unordered_map<Key, Recency::iterator, KeyHash> by_key_;
  std::map<Key, Recency::iterator> by_place_;
  AlignedBuffer<int32_t> zeros_;
  std::vector<uint64_t> run_bits_;
  std::vector<const int32_t*> starts_;
  std::vector<const int32_t*> ends_;
};

}  // namespace photic::optics
