// SPDX-License-Identifier: Apache-2.0
// Reads a simulated OPU's options.
#include "sim/targets/opu_options.h"

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "drivers/transport/error.h"

namespace photic::sim {

OpuOptions opu_options(const transport::Uri& uri, transport::OptionReader& reader) {
  std::vector<std::string> presets;
  for (const abi::Preset& preset : abi::kPresets) {
    presets.emplace_back(preset.name);
  }
  transport::ignore_driver_options(reader);
  OpuOptions options;
  options.preset = *abi::find_preset(reader.choice("geometry", presets, "small"));
  constexpr uint64_t kNone = uint64_t{std::numeric_limits<uint32_t>::max()} + 1;
  if (const uint64_t frame = reader.number("lose_trigger", 0, kNone - 1, kNone); frame != kNone) {
    options.lose_trigger = static_cast<uint32_t>(frame);
  }
  std::map<std::string, std::string> optical;
  for (const auto& [key, value] : uri.options) {
    if (!reader.knows(key)) {
      optical.emplace(key, value);
    }
  }
  try {
    options.bench = optics::parse_bench_options({options.preset.mirror_rows, options.preset.mirror_cols,
                                                 options.preset.pixel_rows, options.preset.pixel_cols},
                                                optical);
  } catch (const optics::ConfigError& error) {
    throw transport::Error(abi::Status::INVALID_URI,
                           "device URI '" + uri.text.substr(0, 200) + "': " + error.what() +
                               "; options besides the optical ones: " + reader.known());
  }
  return options;
}

}  // namespace photic::sim
