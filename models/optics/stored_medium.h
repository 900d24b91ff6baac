// SPDX-License-Identifier: Apache-2.0
// The implicit medium's entries kept in memory, one byte a part.
#pragma once

#include <cstddef>
#include <vector>

#include "models/optics/medium.h"

namespace photic::optics {

/// The same T as ImplicitMedium of the same configuration, stored by mirror: lighting a mirror adds one
/// stretch of bytes.
class StoredMedium : public Medium {
 public:
  /// Throws ConfigError above kMostBytes.
  StoredMedium(const BenchConfig& config, uint32_t index, const Workers& workers);

  void project(std::span<const uint64_t> lit, uint64_t first_pixel, size_t count, int32_t* re,
               int32_t* im) const override;
  Entry entry(uint64_t pixel, uint64_t mirror) const override;
  uint64_t entry_variance() const override { return entry_variance_; }
  bool additive() const override { return true; }

  /// Memory one stored medium may take.
  static constexpr uint64_t kMostBytes = uint64_t{4} << 30;

 private:
  const Workers& workers_;
  uint64_t entry_variance_;
  std::vector<int8_t> re_;  // mirror-major: mirror * pixels + pixel
  std::vector<int8_t> im_;
};

}  // namespace photic::optics
