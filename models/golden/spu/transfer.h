// SPDX-License-Identifier: Apache-2.0
// SPU_WRITE and SPU_READ: words between host memory and regions. docs/reference/spu-device.md 2.2.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/timing.h"
#include "models/golden/bus.h"
#include "models/golden/shell.h"
#include "models/golden/spu/mesh.h"

namespace photic::golden {

class SpuTransfer {
 public:
  SpuTransfer(SpuMesh& mesh, Bus& bus) : mesh_(mesh), bus_(bus) {}

  /// Begins a WRITE or READ that is valid.
  void start(const abi::SpuMemory& command);
  /// A bounded number of words. Returns the outcome after the last.
  std::optional<Outcome> step();

 private:
  void move(uint64_t address, std::span<uint64_t> words);
  SpuUnit& next_unit(uint32_t& word);

  SpuMesh& mesh_;
  Bus& bus_;
  abi::SpuMemory command_;
  uint64_t total_ = 0;  // words of all cores
  uint64_t moved_ = 0;
  uint32_t core_ = 0;  // where the next word goes to or comes from
  uint32_t word_ = 0;
  std::optional<uint64_t> refused_;
  std::array<uint64_t, abi::kFifoReadData> buffer_{};
};

}  // namespace photic::golden
