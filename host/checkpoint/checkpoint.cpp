// SPDX-License-Identifier: Apache-2.0
// The mapping between a trainer and a tensor file.
#include "host/checkpoint/checkpoint.h"

#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>

namespace photic::host {
namespace {

using Kind = CheckpointError::Kind;
constexpr const char* kFormat = "photic-checkpoint-1";
constexpr const char* kSums = "trainer.epoch_sums";  // loss, correct, samples
const char* const kSame = "resume with the settings and version the checkpoint was made with";

using Matrices = std::map<std::string, Matrix*>;

/// Every matrix of a network under the name it is saved by.
Matrices matrices(Network& network) {
  Matrices all;
  for (Parameter* parameter : network.parameters()) {
    all["network." + parameter->name] = &parameter->value;
  }
  for (Buffer* buffer : network.buffers()) {
    all["network." + buffer->name] = &buffer->value;
  }
  return all;
}

/// The same of a trainer.
Matrices matrices(Trainer& trainer) {
  Matrices all = matrices(trainer.network());
  for (Buffer* buffer : trainer.optimizer().state()) {
    all["optimizer." + buffer->name] = &buffer->value;
  }
  return all;
}

StoredTensor store(const Matrix& matrix) {
  StoredTensor tensor{
      "F32", {matrix.rows(), matrix.cols()}, std::vector<uint8_t>(matrix.size() * sizeof(float))};
  std::memcpy(tensor.bytes.data(), matrix.data(), tensor.bytes.size());
  return tensor;
}

const StoredTensor& want(const TensorFile& file, const std::string& where, const std::string& name,
                         const std::string& dtype, const std::vector<uint64_t>& shape) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end()) {
    throw CheckpointError(Kind::kContents, where, "has no tensor '" + name + "'", kSame);
  }
  if (found->second.dtype != dtype) {
    throw CheckpointError(Kind::kDtype, where,
                          "tensor '" + name + "' is " + found->second.dtype + ", not " + dtype, kSame);
  }
  if (found->second.shape != shape) {
    throw CheckpointError(Kind::kShape, where, "tensor '" + name + "' does not have the network's shape",
                          kSame);
  }
  return found->second;
}

void want_all(const TensorFile& file, const std::string& where, const Matrices& targets) {
  for (const auto& [name, matrix] : targets) {
    want(file, where, name, "F32", {matrix->rows(), matrix->cols()});
  }
}

void copy_all(const TensorFile& file, const Matrices& targets) {
  for (const auto& [name, matrix] : targets) {
    std::memcpy(matrix->data(), file.tensors.at(name).bytes.data(), matrix->size() * sizeof(float));
  }
}

std::string metadata(const TensorFile& file, const std::string& where, const std::string& key) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end()) {
    throw CheckpointError(Kind::kContents, where, "has no '" + key + "' in its metadata",
                          "give a file photic has written");
  }
  return found->second;
}

uint64_t steps_done(const TensorFile& file, const std::string& where) {
  const std::string text = metadata(file, where, "steps_done");
  uint64_t steps = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), steps);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw CheckpointError(Kind::kContents, where, "steps_done '" + text + "' is not a number",
                          "use another checkpoint");
  }
  return steps;
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, Trainer& trainer) {
  TensorFile file;
  for (const auto& [name, matrix] : matrices(trainer)) {
    file.tensors[name] = store(*matrix);
  }
  const EpochSums& sums = trainer.epoch_sums();
  const double values[] = {sums.loss, sums.correct, sums.samples};
  StoredTensor& progress = file.tensors[kSums] = {"F64", {3}, std::vector<uint8_t>(sizeof(values))};
  std::memcpy(progress.bytes.data(), values, sizeof(values));
  file.metadata = {{"format", kFormat},
                   {"config", to_json(trainer.config()).dump()},
                   {"steps_done", std::to_string(trainer.steps_done())}};
  write_safetensors(path, file);
}

TrainConfig checkpoint_config(const TensorFile& file, const std::string& where) {
  if (metadata(file, where, "format") != kFormat) {
    throw CheckpointError(Kind::kContents, where, "is of format '" + metadata(file, where, "format") + "'",
                          "give a file of format " + std::string(kFormat));
  }
  const nlohmann::json json = nlohmann::json::parse(metadata(file, where, "config"), nullptr, false);
  if (json.is_discarded()) {
    throw CheckpointError(Kind::kContents, where, "its settings are not JSON", "use another checkpoint");
  }
  try {
    return config_from_json(json);
  } catch (const ConfigError& error) {
    throw CheckpointError(Kind::kContents, where, error.what(), "use another checkpoint");
  }
}

void restore_checkpoint(const TensorFile& file, const std::string& where, Trainer& trainer) {
  if (to_json(checkpoint_config(file, where)) != to_json(trainer.config())) {
    throw CheckpointError(Kind::kContents, where, "was made with other settings", kSame);
  }
  const Matrices targets = matrices(trainer);
  want_all(file, where, targets);
  double sums[3];
  std::memcpy(sums, want(file, where, kSums, "F64", {3}).bytes.data(), sizeof(sums));
  if (file.tensors.size() != targets.size() + 1) {
    throw CheckpointError(Kind::kContents, where, "has tensors this network does not know", kSame);
  }
  const uint64_t steps = steps_done(file, where);
  if (steps > trainer.total_steps()) {
    throw CheckpointError(
        Kind::kContents, where,
        "stands after step " + std::to_string(steps) + " of " + std::to_string(trainer.total_steps()), kSame);
  }
  copy_all(file, targets);
  trainer.resume(steps, {sums[0], sums[1], sums[2]});
}

void restore_network(const TensorFile& file, const std::string& where, Network& network) {
  const Matrices targets = matrices(network);
  want_all(file, where, targets);
  copy_all(file, targets);
}

}  // namespace photic::host
