// SPDX-License-Identifier: Apache-2.0
// Scalars of a picture, in IEEE double with basic operations only: the same bits everywhere.
#include "models/optics/camera.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "models/numerics/counter_random.h"
#include "models/numerics/rounding.h"
#include "models/optics/streams.h"

namespace photic::optics {

double laser_factor(const BenchConfig& config, uint32_t frame) {
  const uint32_t rms = config.imperfections.laser_rms_q16;
  if (rms == 0) {
    return 1;
  }
  const uint64_t bits = numerics::CounterRandom(config.seed, kLaserStream).bits(frame);
  const double sum = 65536.0 * std::popcount(bits & 0xFFFFFFFFFFFF) + static_cast<double>(bits >> 48);
  const double normal = (sum - (24.0 * 65536 + 32767.5)) * (1.0 / (65536.0 * 3.4761089357690347));
  return std::max(0.0, 1 + rms * 0x1p-16 * normal);
}

Reference reference_beam(uint32_t level, uint8_t phase) {
  if (phase == kNoReference) {
    return {};
  }
  // 2^30 cos(30 degrees * k)
  constexpr std::array<int64_t, 12> kCosine = {1073741824,  929887697,  536870912,  0, -536870912, -929887697,
                                               -1073741824, -929887697, -536870912, 0, 536870912,  929887697};
  const auto part = [&](unsigned twelfth) {
    return static_cast<int32_t>(numerics::round_shift_half_even(kCosine[twelfth % 12] * level, 30));
  };
  return {part(phase), part(phase + 9u)};
}

unsigned code_bits(const Imperfections& imperfections, uint8_t adc_bits) {
  return imperfections.quantisation ? adc_bits : 12;
}

bool is_noisy(const Imperfections& imperfections) {
  return imperfections.shot || imperfections.read_noise_millielectrons != 0;
}

PixelChain camera_chain(const BenchConfig& config, const Exposure& exposure, int32_t field_unit) {
  const Imperfections& imperfections = config.imperfections;
  PixelChain chain = {};
  // The unit is a power of two: dividing by it is exact.
  const double off = imperfections.mirror_contrast_q16 * 0x1p-16;
  chain.off = static_cast<float>(off / field_unit);
  chain.on_minus_off = static_cast<float>((1 - off) / field_unit);
  const Reference reference = reference_beam(config.reference_level, exposure.reference_phase);
  chain.reference_re = static_cast<float>(reference.re);
  chain.reference_im = static_cast<float>(reference.im);

  const uint64_t light = uint64_t{exposure.exposure_cycles} * exposure.laser_power;
  const double electrons = std::ldexp(static_cast<double>(light), -int{exposure.laser_shift}) *
                           laser_factor(config, exposure.frame);
  chain.electrons_per_intensity = electrons < 0x1p-80 ? 0 : static_cast<float>(electrons);
  chain.shot = imperfections.shot ? 1 : 0;
  const double read = imperfections.read_noise_millielectrons * 0.001;
  chain.read_variance = static_cast<float>(read * read);

  const auto full_well = static_cast<float>(config.full_well_electrons);
  const auto full_code = static_cast<float>((1u << code_bits(imperfections, exposure.adc_bits)) - 1);
  chain.codes_per_electron = full_code / full_well;
  chain.most_electrons = imperfections.saturation ? full_well : 0x1p40f;
  chain.most_code = imperfections.saturation ? full_code : 65535.0f;
  return chain;
}

}  // namespace photic::optics
