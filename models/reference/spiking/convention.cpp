// SPDX-License-Identifier: Apache-2.0
// The conventions by name.
#include "models/reference/spiking/convention.h"

#include <array>

#include "models/reference/spiking/error.h"

namespace photic::reference::spiking {
namespace {

struct Preset {
  std::string_view name;
  Convention convention;
};

const std::array<Preset, 5> kPresets{{
    {"snntorch", {}},
    {"norse", {}},
    {"nir",
     {.current = CurrentSeen::kPrevious, .integration = Integration::kPerSecond, .reset = Reset::kSubtract}},
    {"loihi", {.latency = Latency::kOneStep}},
    {"sinabs",
     {.decay = Decay::kExponential, .comparison = Comparison::kGreaterOrEqual, .reset = Reset::kSubtract}},
}};

}  // namespace

Convention preset(std::string_view name) {
  std::string known;
  for (const Preset& preset : kPresets) {
    if (preset.name == name) {
      return preset.convention;
    }
    known += (known.empty() ? "" : ", ") + std::string(preset.name);
  }
  throw ReferenceError("convention", "", "'" + std::string(name) + "' is unknown", "give one of: " + known);
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const Preset& preset : kPresets) {
    names.emplace_back(preset.name);
  }
  return names;
}

}  // namespace photic::reference::spiking
