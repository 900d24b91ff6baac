// SPDX-License-Identifier: Apache-2.0
// Reads a simulated SPU's options.
#include "sim/targets/spu_options.h"

#include <string>
#include <vector>

namespace photic::sim {

abi::SpuPreset spu_options(transport::OptionReader& reader) {
  std::vector<std::string> presets;
  for (const abi::SpuPreset& preset : abi::kSpuPresets) {
    presets.emplace_back(preset.name);
  }
  transport::ignore_driver_options(reader);
  const abi::SpuPreset preset = *abi::find_spu_preset(reader.choice("geometry", presets, "mesh5"));
  reader.finish();
  return preset;
}

}  // namespace photic::sim
