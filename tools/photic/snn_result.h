// SPDX-License-Identifier: Apache-2.0
// What a run of a spiking network was worth, as text and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "host/recovery/failures.h"
#include "tools/photic/spiking_energy.h"
#include "tools/photic/spiking_run.h"

namespace photic::tools {

struct Result {
  std::string network, device, data;
  Score score;
  // Of a device, not of the float reference:
  std::optional<Activity> activity;
  const abi::SpuEnergyTable* table = nullptr;
  double clock_hz = 0;            // 0: untimed
  host::DeviceFailures failures;  // survived
  double wall_seconds = 0;

  /// Of all samples; 0 on an untimed device.
  double device_seconds() const;
};

/// One object; counts are totals over all samples, what "_per_inference" ends is their mean.
nlohmann::json to_json(const Result& result);

/// Means an inference, in total, by layer and by core.
void print(const Result& result);

/// One JSON object a line and sample: its number, label and answer. Throws IoError.
void write_answers(const std::string& file, size_t first, const Score& score);

}  // namespace photic::tools
