// SPDX-License-Identifier: Apache-2.0
// Random commands: valid ones of every kind, and every way to be wrong.
#pragma once

#include <cstdint>
#include <optional>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"
#include "sim/lockstep/dice.h"

namespace photic::lockstep {

/// Where the test host keeps its data. Beyond the end of each region nothing is mapped.
struct DataPlaces {
  uint64_t source = 0;
  uint64_t source_bytes = 0;
  uint64_t destination = 0;
  uint64_t destination_bytes = 0;
  uint64_t read_only = 0;  ///< A page that devices may not write.
  uint64_t unmapped = 0;   ///< Nothing is there.
};

struct CommandOptions {
  /// Bus addresses that refuse accesses, and frames near `lost_frame`.
  bool faults = false;
  /// Watchdogs that fire in the midst of work: only clocked devices agree on these.
  bool short_watchdogs = false;
  /// Number of the frame whose trigger the devices lose.
  std::optional<uint32_t> lost_frame;
};

class CommandGenerator {
 public:
  CommandGenerator(Dice& dice, const abi::Preset& preset, const DataPlaces& places,
                   const CommandOptions& options)
      : dice_(dice), preset_(preset), places_(places), options_(options) {}

  abi::Submission next();

 private:
  abi::Submission project();
  abi::Submission calibrate();
  void choose_mirrors(abi::Submission& s);
  void choose_square(abi::Submission& s);
  void choose_camera(abi::Submission& s);
  void choose_formats(abi::Submission& s);
  void choose_addresses(abi::Submission& s);
  void choose_time(abi::Submission& s);
  void detune(abi::Submission& s);
  void spoil(abi::Submission& s);

  Dice& dice_;
  const abi::Preset& preset_;
  const DataPlaces places_;
  const CommandOptions options_;
  uint16_t command_ = 0;
  std::optional<abi::Submission> calibration_;  // the last CALIBRATE that was sent unspoilt
};

}  // namespace photic::lockstep
