// SPDX-License-Identifier: Apache-2.0
// Carries out SPU commands: docs/reference/spu-device.md 2.
#pragma once

#include <optional>

#include "drivers/abi/geometry.h"
#include "models/golden/bus.h"
#include "models/golden/engine.h"
#include "models/golden/register_file.h"
#include "models/golden/spu/mesh.h"
#include "models/golden/spu/run.h"
#include "models/golden/spu/transfer.h"

namespace photic::golden {

class SpuEngine final : public Engine {
 public:
  SpuEngine(const abi::SpuPreset& preset, RegisterFile& registers, Bus& bus);

  /// CONFIG and counters become 0 and the program is unscanned; memories stay.
  void reset() override;
  std::optional<Outcome> start(const abi::Submission& submission) override;
  std::optional<Outcome> step() override;

 private:
  void clear(uint8_t what);

  SpuMesh mesh_;
  SpuRunner runner_;
  SpuTransfer transfer_;
  bool running_ = false;  // the command in progress is a run
};

}  // namespace photic::golden
