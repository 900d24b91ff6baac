// SPDX-License-Identifier: Apache-2.0
// The angle of a frame and its integer cosine and sine.
#include "models/optics/drift.h"

namespace photic::optics {
namespace {

constexpr unsigned kStepBits = 12;  // steps to a quarter turn, as a power of two

// sin(x pi / 2), 0 <= x <= 1, by its series; the library's sin may differ between machines.
double sine_of_quarters(double x) {
  const double angle = x * 1.5707963267948966;
  const double square = angle * angle;
  double term = angle;
  double sum = angle;
  for (int k = 2; k < 24; k += 2) {
    term = -term * square / (k * (k + 1));
    sum = sum + term;
  }
  return sum;
}

int32_t rounded(double x) {
  return static_cast<int32_t>(x + 0.5);
}

}  // namespace

Drift drift_at(const Imperfections& imperfections, uint32_t frame) {
  const uint64_t angle = (uint64_t{imperfections.drift_q32_per_frame} * frame) >> (32 - kStepBits);
  const auto index = static_cast<uint32_t>(angle >> kStepBits);
  const double quarters = static_cast<double>(angle % (1u << kStepBits)) / (1u << kStepBits);
  const int32_t next = rounded(Drift::kUnit * sine_of_quarters(quarters));
  if (next == 0) {
    return Drift::pure(index);
  }
  return {index, rounded(Drift::kUnit * sine_of_quarters(1 - quarters)), next};
}

}  // namespace photic::optics
