// SPDX-License-Identifier: Apache-2.0
// The optical chain and its recovery schemes in double precision.
#include "models/reference/optical_chain.h"

#include <cmath>
#include <numbers>

namespace photic::reference {
namespace {

Field pattern(const abi::SchemeStep& step, const PatternFields& fields) {
  Field sum = 0;
  switch (step.features) {
    case abi::FeatureMode::X:
      sum = fields.x;
      break;
    case abi::FeatureMode::NOT_X:
      sum = fields.ones - fields.x;
      break;
    case abi::FeatureMode::ONE:
      sum = fields.ones;
      break;
    case abi::FeatureMode::ZERO:
      break;
  }
  return step.outside == abi::Outside::LIT ? sum + fields.outside : sum;
}

double step_intensity(const abi::SchemeStep& step, const PatternFields& fields, double reference) {
  return intensity(pattern(step, fields), reference,
                   step.phase < 0 ? optics::kNoReference : static_cast<uint8_t>(step.phase));
}

}  // namespace

std::vector<Field> field(const optics::Medium& medium, const std::vector<double>& x, uint64_t first,
                         size_t count) {
  std::vector<Field> sums(count);
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < x.size(); ++j) {
      const optics::Entry entry = medium.entry(first + i, j);
      sums[i] += x[j] * Field(entry.re, entry.im);
    }
  }
  return sums;
}

double intensity(Field e, double reference, uint8_t phase) {
  const Field beam =
      phase == optics::kNoReference ? Field(0) : std::polar(reference, 2 * std::numbers::pi * phase / 12);
  return std::norm(e + beam);
}

double camera_count(double intensity, const optics::Exposure& exposure, uint32_t full_well_electrons,
                    unsigned bits) {
  const double electrons =
      std::ldexp(intensity * exposure.exposure_cycles * exposure.laser_power, -exposure.laser_shift);
  return electrons / full_well_electrons * (std::ldexp(1.0, static_cast<int>(bits)) - 1);
}

Field combined(const abi::SchemeSpec& scheme, const PatternFields& fields, double reference) {
  Field sum = 0;
  for (const abi::SchemeStep& step : scheme.used_steps()) {
    sum += Field(step.re, step.im) * step_intensity(step, fields, reference);
  }
  if (scheme.calibrates) {
    sum += static_cast<double>(scheme.calibration.re) * step_intensity(scheme.calibration, fields, reference);
  }
  return sum;
}

}  // namespace photic::reference
