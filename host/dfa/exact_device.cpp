// SPDX-License-Identifier: Apache-2.0
// The forms of the exact device's name.
#include "host/dfa/exact_device.h"

#include <charconv>
#include <limits>
#include <string_view>

#include "host/base/error.h"
#include "host/dfa/float_projector.h"

namespace photic::host {
namespace {
constexpr std::string_view kName = "exact";
constexpr std::string_view kNoise = "exact?snr_db=";
}  // namespace

bool names_exact_device(const std::string& device) {
  return device == kName || device.starts_with("exact?");
}

std::unique_ptr<Projector> open_exact_device(const std::string& device, size_t classes, uint32_t outputs,
                                             uint64_t seed) {
  double snr_db = std::numeric_limits<double>::infinity();
  if (device != kName) {
    const char* end = device.data() + device.size();
    const char* begin = device.starts_with(kNoise) ? device.data() + kNoise.size() : end;
    const auto [rest, error] = std::from_chars(begin, end, snr_db);
    if (error != std::errc() || rest != end) {
      throw ConfigError("device '" + device + "'", "is not of a known form", "use exact or exact?snr_db=25");
    }
  }
  return std::make_unique<FloatProjector>(classes, outputs, seed, snr_db);
}

}  // namespace photic::host
