// SPDX-License-Identifier: Apache-2.0
// Files of a run.
#include "host/report/run_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/base/atomic_file.h"
#include "host/base/error.h"

namespace photic::host {
namespace {
constexpr const char* kConfig = "config.json";
constexpr const char* kMetrics = "metrics.jsonl";
constexpr const char* kResult = "result.json";

/// Removes what write_atomically had not finished when its process was killed: "<file>.part<pid>".
void remove_unfinished(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    const size_t mark = name.rfind(".part");
    const std::string_view pid = std::string_view(name).substr(std::min(name.size(), mark + 5));
    if (mark != std::string::npos && !pid.empty() &&
        std::all_of(pid.begin(), pid.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

}  // namespace

std::optional<TrainConfig> read_config(const std::filesystem::path& folder) {
  std::ifstream file(folder / kConfig);
  if (!file) {
    return std::nullopt;
  }
  return config_from_json(nlohmann::json::parse(file, nullptr, false));
}

RunFolder::RunFolder(std::filesystem::path folder)
    : folder_(std::move(folder)), metrics_(folder_ / kMetrics, std::ios::app) {
  if (!metrics_) {
    throw IoError((folder_ / kMetrics).string(), "cannot be opened for writing",
                  "check the folder's permissions");
  }
}

RunFolder RunFolder::create(const std::filesystem::path& folder, const nlohmann::json& config) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) {
    throw IoError(folder.string(), "cannot be made: " + failed.message(), "choose another folder with --run");
  }
  if (std::filesystem::exists(folder / kConfig)) {
    throw IoError(folder.string(), "already holds a run",
                  "choose another folder with --run, or go on with --resume");
  }
  remove_unfinished(folder);
  write_atomically(folder / kConfig, config.dump(2) + "\n");
  return RunFolder(folder);
}

RunFolder RunFolder::reopen(const std::filesystem::path& folder, uint64_t steps_done) {
  remove_unfinished(folder);
  std::string kept;
  {
    std::ifstream old(folder / kMetrics);
    for (std::string line; std::getline(old, line);) {
      const nlohmann::json metrics = nlohmann::json::parse(line, nullptr, false);
      if (metrics.is_object() && metrics.contains("step") && metrics["step"].is_number_unsigned() &&
          metrics["step"].get<uint64_t>() <= steps_done) {
        kept += line + "\n";
      }
    }
  }
  write_atomically(folder / kMetrics, kept);
  return RunFolder(folder);
}

void RunFolder::add_metrics(const nlohmann::json& metrics) {
  metrics_ << metrics.dump() << std::endl;
  if (!metrics_) {
    throw IoError((folder_ / kMetrics).string(), "cannot be written",
                  "free some space and go on with --resume");
  }
}

void RunFolder::sync_metrics() const {
  const std::string path = (folder_ / kMetrics).string();
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  if (file >= 0) {
    ::close(file);
  }
  if (!synced) {
    throw IoError(path, "cannot be put on the disk", "check the disk and go on with --resume");
  }
}

void RunFolder::write_result(const nlohmann::json& result) const {
  write_atomically(folder_ / kResult, result.dump(2) + "\n");
}

}  // namespace photic::host
