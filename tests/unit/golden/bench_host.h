// SPDX-License-Identifier: Apache-2.0
// A golden OPU on a test host.
#pragma once

#include <optional>
#include <string_view>

#include "drivers/abi/geometry.h"
#include "models/golden/opu_device.h"
#include "tests/support/small_projection.h"
#include "tests/unit/golden/device_host.h"

namespace photic::golden {

inline OpuOptions options_of(std::string_view preset_name,
                             std::optional<uint32_t> lose_trigger = std::nullopt) {
  OpuOptions options;
  options.preset = *abi::find_preset(preset_name);
  options.bench.shape = {options.preset.mirror_rows, options.preset.mirror_cols, options.preset.pixel_rows,
                         options.preset.pixel_cols};
  options.bench.seed = 5;
  options.bench.imperfections.saturation = true;
  options.bench.imperfections.quantisation = true;
  options.bench.reference_level = 12;
  options.bench.threads = 1;
  options.lose_trigger = lose_trigger;
  return options;
}

class BenchHost : public DeviceHost {
 public:
  explicit BenchHost(const OpuOptions& options = options_of("tiny"), unsigned size_log2 = 3)
      : DeviceHost(
            [&options](abi::DmaPort& dma, abi::InterruptPort& irq) { return make_opu(options, dma, irq); },
            size_log2) {}
};

inline abi::Submission projection() {
  return test::small_projection(BenchHost::kSource, BenchHost::kDestination);
}

}  // namespace photic::golden
