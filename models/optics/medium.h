// SPDX-License-Identifier: Apache-2.0
// The scattering medium: a fixed complex matrix T of small integers, pixels by mirrors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/optics/config.h"
#include "models/optics/workers.h"

namespace photic::optics {

/// A complex number of field units.
struct Entry {
  int32_t re = 0;
  int32_t im = 0;
  friend constexpr bool operator==(const Entry&, const Entry&) = default;
};

/// T, addressed by absolute linear indices (row-major mirror, row-major pixel): moving the camera window
/// reads other rows of the same T. Results depend on the configuration's medium, seed, entry bits and mirror
/// count only.
class Medium {
 public:
  virtual ~Medium() = default;

  uint64_t mirrors() const { return mirrors_; }
  uint64_t pixels() const { return pixels_; }

  /// The field of pixels [first_pixel, first_pixel + count): re[i] + i im[i] = sum of T(first_pixel + i, j)
  /// over lit mirrors j. `lit` packs mirror j at bit j % 64 of word j / 64, zero beyond the last mirror.
  virtual void project(std::span<const uint64_t> lit, uint64_t first_pixel, size_t count, int32_t* re,
                       int32_t* im) const = 0;

  /// One entry: the field of `pixel` when only `mirror` is lit.
  virtual Entry entry(uint64_t pixel, uint64_t mirror) const;

  /// Entries [first_pixel, +pixels) x [first_mirror, +mirrors), row-major.
  std::vector<Entry> block(uint64_t first_pixel, size_t pixels, uint64_t first_mirror, size_t mirrors) const;

  /// Variance of the real part of an entry, and of the imaginary part; the mean of both is 0.
  virtual uint64_t entry_variance() const = 0;

  /// Whether the field of a union of disjoint patterns is, to the last bit, the sum of their fields.
  virtual bool additive() const = 0;

 protected:
  Medium(uint64_t mirrors, uint64_t pixels) : mirrors_(mirrors), pixels_(pixels) {}
  Medium(const Medium&) = default;
  Medium& operator=(const Medium&) = default;

 private:
  uint64_t mirrors_;
  uint64_t pixels_;
};

/// Medium number `index` of a bench: drift moves from one to the next, each independent of the others.
/// `workers` must outlive it. Throws ConfigError when a stored medium would not fit in memory.
std::unique_ptr<Medium> make_medium(const BenchConfig& config, uint32_t index, const Workers& workers);

}  // namespace photic::optics
