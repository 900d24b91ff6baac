// SPDX-License-Identifier: Apache-2.0
// The folder a run leaves behind.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json_fwd.hpp>

namespace photic::host {

/// config.json (settings), metrics.jsonl (one object a line, each with a "step"), checkpoint.safetensors and
/// result.json.
///
/// metrics.jsonl holds nothing that depends on the clock, so equal runs leave equal files.
class RunFolder {
 public:
  /// Starts a new run. Throws IoError if `folder` already holds a run or cannot be made.
  static RunFolder create(const std::filesystem::path& folder, const nlohmann::json& config);

  /// Continues a run from its checkpoint: metrics of later steps are dropped.
  static RunFolder reopen(const std::filesystem::path& folder, uint64_t steps_done);

  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path checkpoint() const { return folder_ / "checkpoint.safetensors"; }

  /// Appends one line to metrics.jsonl; throws IoError.
  void add_metrics(const nlohmann::json& metrics);

  /// Writes result.json, atomically.
  void write_result(const nlohmann::json& result) const;

 private:
  explicit RunFolder(std::filesystem::path folder);

  std::filesystem::path folder_;
  std::ofstream metrics_;
};

}  // namespace photic::host
