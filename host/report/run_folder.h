// SPDX-License-Identifier: Apache-2.0
// The folder a run leaves behind.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "host/train/config.h"

namespace photic::host {

/// Settings of the run in `folder`, nothing if there is none. Throws ConfigError if they are damaged.
std::optional<TrainConfig> read_config(const std::filesystem::path& folder);

/// config.json (settings), metrics.jsonl (one object a line, each with a "step"), checkpoint.safetensors and
/// result.json.
///
/// metrics.jsonl holds nothing that depends on the clock, so equal runs leave equal files.
class RunFolder {
 public:
  /// Starts a new run. A run that was killed before it had settings is none, and what it left is removed.
  /// Throws IoError if `folder` already holds a run or cannot be made.
  static RunFolder create(const std::filesystem::path& folder, const nlohmann::json& config);

  /// Continues a run from its checkpoint: metrics of later steps are dropped, and so are a half-written line
  /// and temporary files that a killed process has left.
  static RunFolder reopen(const std::filesystem::path& folder, uint64_t steps_done);

  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path checkpoint() const { return folder_ / "checkpoint.safetensors"; }

  /// Appends one line to metrics.jsonl; throws IoError.
  void add_metrics(const nlohmann::json& metrics);

  /// Puts metrics.jsonl on the disk. Called before a checkpoint is written, so that none ever survives the
  /// lines before it. Throws IoError.
  void sync_metrics() const;

  /// Writes result.json, atomically.
  void write_result(const nlohmann::json& result) const;

 private:
  explicit RunFolder(std::filesystem::path folder);

  std::filesystem::path folder_;
  std::ofstream metrics_;
};

}  // namespace photic::host
