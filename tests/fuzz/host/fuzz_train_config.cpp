// SPDX-License-Identifier: Apache-2.0
// Any JSON is a training's settings, which then survive being written and read again, or a ConfigError.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "host/base/error.h"
#include "host/train/config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const nlohmann::json json = nlohmann::json::parse(data, data + size, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    return 0;
  }
  try {
    const auto config = photic::host::config_from_json(json);
    if (photic::host::config_from_json(photic::host::to_json(config)) != config) {
      std::abort();
    }
  } catch (const photic::host::ConfigError&) {
    return 0;
  }
  return 0;
}
