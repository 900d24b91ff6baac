// SPDX-License-Identifier: Apache-2.0
// Input events: from the stream to the fan-out of their sources, and what is malformed about them.
#pragma once

#include <cstdint>
#include <optional>

#include "models/golden/register_file.h"
#include "models/golden/shell.h"
#include "models/golden/spu/input_stream.h"
#include "models/golden/spu/mesh.h"

namespace photic::golden {

class SpuInputs {
 public:
  SpuInputs(SpuMesh& mesh, RegisterFile& registers, Bus& bus)
      : mesh_(mesh), registers_(registers), stream_(bus) {}

  void open(uint64_t address, uint32_t words);

  /// Begins the events of a step.
  void begin(uint32_t base_step);
  /// Goes on until the step's events are sent, the stream is at fault, or about `work` is done. Returns
  /// whether the step is through.
  bool advance(uint64_t work);

  /// The first fault of the stream.
  const std::optional<Outcome>& fault() const { return fault_; }

  /// Reads words that nobody needs, a bounded number of them; they are a fault. Returns whether none is left.
  bool drain();

 private:
  enum class Phase : uint8_t { kIdle, kHeader, kWord, kEvent, kFan };

  std::optional<uint64_t> take_word();
  void fail(abi::Status status, uint64_t address);
  void take_header();
  void take_event();
  uint32_t send_one();
  void end_event();

  SpuMesh& mesh_;
  RegisterFile& registers_;
  InputStream stream_;
  Phase phase_ = Phase::kIdle;
  std::optional<Outcome> fault_;
  uint32_t base_step_ = 0;
  uint32_t count_ = 0;  // events of the step
  uint32_t index_ = 0;  // the present one
  uint64_t word_ = 0;
  uint32_t entry_ = 0;        // of the fan-out of the present event: the next ...
  uint32_t entries_end_ = 0;  // ... and the end
  int32_t payload_ = 0;
};

}  // namespace photic::golden
