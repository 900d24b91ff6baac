// SPDX-License-Identifier: Apache-2.0
// What all media share, and which class serves which kind.
#include "models/optics/medium.h"

#include "models/optics/implicit_medium.h"
#include "models/optics/stored_medium.h"
#include "models/optics/structured_medium.h"

namespace photic::optics {

Entry Medium::entry(uint64_t pixel, uint64_t mirror) const {
  std::vector<uint64_t> lit((mirrors_ + 63) / 64, 0);
  lit[mirror / 64] = uint64_t{1} << (mirror % 64);
  Entry entry;
  project(lit, pixel, 1, &entry.re, &entry.im);
  return entry;
}

std::vector<Entry> Medium::block(uint64_t first_pixel, size_t pixels, uint64_t first_mirror,
                                 size_t mirrors) const {
  std::vector<Entry> entries(pixels * mirrors);
  std::vector<uint64_t> lit((mirrors_ + 63) / 64, 0);
  std::vector<int32_t> re(pixels);
  std::vector<int32_t> im(pixels);
  for (size_t m = 0; m < mirrors; ++m) {
    const uint64_t mirror = first_mirror + m;
    lit[mirror / 64] = uint64_t{1} << (mirror % 64);
    project(lit, first_pixel, pixels, re.data(), im.data());
    lit[mirror / 64] = 0;
    for (size_t p = 0; p < pixels; ++p) {
      entries[p * mirrors + m] = {re[p], im[p]};
    }
  }
  return entries;
}

std::unique_ptr<Medium> make_medium(const BenchConfig& config, uint32_t index, const Workers& workers) {
  switch (config.medium) {
    case MediumKind::Stored:
      return std::make_unique<StoredMedium>(config, index, workers);
    case MediumKind::Structured:
      return std::make_unique<StructuredMedium>(config, index, workers);
    case MediumKind::Implicit:
      break;
  }
  return std::make_unique<ImplicitMedium>(config, index, workers);
}

}  // namespace photic::optics
