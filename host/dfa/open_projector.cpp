// SPDX-License-Identifier: Apache-2.0
// The forms of a projector's name.
#include "host/dfa/open_projector.h"

#include <charconv>
#include <limits>
#include <string_view>

#include "host/base/error.h"
#include "host/dfa/float_projector.h"

namespace photic::host {
namespace {

constexpr std::string_view kExact = "exact";
constexpr std::string_view kNoise = "?snr_db=";

std::unique_ptr<Projector> open_exact(const std::string& device, size_t classes, uint32_t outputs,
                                      uint64_t seed) {
  std::string_view rest = std::string_view(device).substr(kExact.size());
  double snr_db = std::numeric_limits<double>::infinity();
  if (!rest.empty()) {
    rest.remove_prefix(rest.starts_with(kNoise) ? kNoise.size() : 0);
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), snr_db);
    if (!device.starts_with(std::string(kExact) + std::string(kNoise)) || error != std::errc() ||
        end != rest.data() + rest.size()) {
      throw ConfigError("device '" + device + "'", "is not of a known form", "use exact or exact?snr_db=25");
    }
  }
  return std::make_unique<FloatProjector>(classes, outputs, seed, snr_db);
}

}  // namespace

std::unique_ptr<Projector> open_projector(const std::string& device, size_t classes, uint32_t outputs,
                                          uint64_t seed) {
  if (device == kExact || device.starts_with(std::string(kExact) + "?")) {
    return open_exact(device, classes, outputs, seed);
  }
  throw ConfigError("device '" + device + "'", "is not of a known form", "use exact or exact?snr_db=25");
}

}  // namespace photic::host
