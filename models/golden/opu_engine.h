// SPDX-License-Identifier: Apache-2.0
// Runs OPU commands frame by frame: docs/reference/opu-device.md 2, on the optical bench.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "models/golden/bus.h"
#include "models/golden/engine.h"
#include "models/golden/register_file.h"
#include "models/kernels/descriptor_check.h"
#include "models/kernels/frames.h"
#include "models/kernels/scale.h"
#include "models/optics/bench.h"

namespace photic::golden {

class OpuEngine final : public Engine {
 public:
  /// `lose_trigger` names a frame whose trigger never reaches the camera.
  OpuEngine(const abi::Preset& preset, std::optional<uint32_t> lose_trigger, RegisterFile& registers,
            Bus& bus, optics::Bench& bench);

  /// Forgets the calibration and resets the bench.
  void reset() override;

  std::optional<Outcome> start(const abi::Submission& submission) override;

  /// Takes the next frame of the command that was started.
  std::optional<Outcome> step() override;

 private:
  bool fetch_plane(const kernels::Frame& frame);
  void show(const kernels::Frame& frame);
  void count_latch();
  std::span<const uint16_t> delivered_counts();
  void combine(const kernels::Frame& frame, std::span<const uint16_t> counts);
  void store_calibration();
  void write_vector(uint32_t vector);
  Outcome lose(const kernels::Frame& frame);
  Outcome finish();

  const abi::Preset preset_;
  const std::optional<uint32_t> lose_trigger_;
  RegisterFile& registers_;
  Bus& bus_;
  optics::Bench& bench_;

  std::optional<kernels::CalibrationTag> calibration_tag_;
  std::vector<uint16_t> calibration_;

  // The command in progress.
  abi::Submission submission_;
  kernels::OpuSettings settings_;
  kernels::CommandShape shape_;
  kernels::MirrorLayout layout_;
  kernels::OutputScaling scaling_;
  bool complex_ = false;  // the imaginary sums are needed
  uint32_t next_frame_ = 0;
  uint64_t saturated_ = 0;
  uint64_t pixels_ = 0;
  std::optional<uint64_t> read_error_;
  std::optional<uint64_t> write_error_;
  std::optional<kernels::Pattern> shown_;  // what the latched mirrors show of the present plane
  std::vector<uint64_t> source_;
  std::vector<uint64_t> bits_;
  std::vector<int32_t> re_;
  std::vector<int32_t> im_;
  std::vector<uint16_t> limited_;
  std::vector<uint64_t> output_;
};

}  // namespace photic::golden
