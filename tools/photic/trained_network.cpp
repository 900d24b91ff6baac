// SPDX-License-Identifier: Apache-2.0
// From a checkpoint's tensors to a network, and from there to neurons.
#include "tools/photic/trained_network.h"

#include <algorithm>

#include "host/checkpoint/checkpoint.h"
#include "host/snn/snn_error.h"
#include "models/workloads/spiking/classifier.h"
#include "models/workloads/spiking/constant_input.h"

namespace photic::tools {
namespace {

namespace fs = std::filesystem;
using host::CheckpointError;

/// Keeps settings from asking for more memory than the file has tensors for.
void check_size(const host::TensorFile& file, const std::string& where, const host::NetworkConfig& config) {
  double stored = 0;
  for (const auto& [name, tensor] : file.tensors) {
    stored += static_cast<double>(tensor.bytes.size());
  }
  double wanted = 0;
  size_t inputs = config.inputs;
  for (size_t block = 0; block <= config.hidden.size(); ++block) {
    const size_t width = block < config.hidden.size() ? config.hidden[block] : config.classes;
    wanted += static_cast<double>(inputs) * static_cast<double>(width) * sizeof(float);
    inputs = width;
  }
  if (wanted > stored) {
    throw CheckpointError(CheckpointError::Kind::kShape, where,
                          "its settings name more weights than it holds", "use another checkpoint");
  }
}

std::string layer_name(size_t block, size_t layer) {
  return "block" + std::to_string(block) + "." + std::to_string(layer);
}

/// Of a hidden block, the layer after linear and batch norm.
size_t activation_layer(const host::NetworkConfig& config) {
  return config.batch_norm ? 2 : 1;
}

void check_layers(const host::NetworkConfig& config) {
  if (!config.hidden.empty() && config.activation != host::Activation::kRelu) {
    const std::string activation(host::activation_name(config.activation));
    throw host::snn::SnnError(
        host::snn::SnnError::Kind::kUnsupported, layer_name(0, activation_layer(config)), activation,
        "a rate of spikes can only stand for a rectified value", "train with --activation relu");
  }
}

}  // namespace

bool is_checkpoint(const fs::path& file) {
  return fs::is_directory(file) || file.extension() == ".safetensors";
}

TrainedNetwork read_trained(const fs::path& file) {
  const fs::path path = fs::is_directory(file) ? file / "checkpoint.safetensors" : file;
  const host::TensorFile tensors = host::read_safetensors(path);
  const host::TrainConfig config = host::checkpoint_config(tensors, path.string());
  check_layers(config.network);
  check_size(tensors, path.string(), config.network);
  TrainedNetwork trained{host::Network(config.network, 0), config.data};
  host::restore_network(tensors, path.string(), trained.network);
  return trained;
}

std::vector<TrainedLayer> layers_of(TrainedNetwork& trained) {
  const host::NetworkConfig& config = trained.network.config();
  std::vector<TrainedLayer> layers;
  for (size_t block = 0; block < trained.network.block_count(); ++block) {
    const std::vector<host::Parameter*> parameters = trained.network.parameters(block);
    const auto count = [&](size_t first) {
      return parameters[first]->value.size() + parameters[first + 1]->value.size();
    };
    const size_t inputs = parameters[0]->value.rows();
    const size_t width = parameters[0]->value.cols();
    layers.push_back({layer_name(block, 0), "Linear", inputs, width, count(0)});
    if (block + 1 == trained.network.block_count()) {
      break;
    }
    if (config.batch_norm) {
      layers.push_back({layer_name(block, 1), "BatchNorm", width, width, count(2)});
    }
    layers.push_back({layer_name(block, activation_layer(config)), "ReLU", width, width, 0});
  }
  return layers;
}

host::snn::FloatNetwork spiking_form(TrainedNetwork& trained, const host::Dataset& data, uint32_t steps) {
  const workloads::SpikingSettings settings;
  host::snn::FloatNetwork network =
      workloads::with_constant_input(workloads::balanced_on(trained.network, data, settings), steps);
  network.notes.push_back("thresholds are balanced on the first " +
                          std::to_string(std::min(settings.calibration, data.train.count())) +
                          " training images of '" + data.name + "', biases made for " +
                          std::to_string(steps) + " steps an image");
  return network;
}

}  // namespace photic::tools
