// SPDX-License-Identifier: Apache-2.0
// A network as `photic train` leaves it, on its way to spikes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/data/dataset.h"
#include "host/nn/network.h"
#include "host/snn/float_network.h"

namespace photic::tools {

/// Parameters and running statistics of a checkpoint; what else it has belongs to training.
struct TrainedNetwork {
  host::Network network;
  std::string data;  // the data set it was trained on
};

/// Whether `file` is a folder, hence that of a run, or a checkpoint by its ending.
bool is_checkpoint(const std::filesystem::path& file);

/// From a checkpoint or the folder of its run. Throws CheckpointError for a file that is missing, damaged or
/// lacks a tensor, SnnError (kUnsupported) naming the first layer that spikes cannot stand for.
TrainedNetwork read_trained(const std::filesystem::path& file);

/// One layer, in the order of computation.
struct TrainedLayer {
  std::string name;  // "block0.1": block and layer as checkpoints name them
  std::string kind;  // "Linear", "BatchNorm", "ReLU"
  size_t inputs = 0, outputs = 0, parameters = 0;
};
std::vector<TrainedLayer> layers_of(TrainedNetwork& trained);

/// Integrate-and-fire neurons for images of workloads::image_train, `steps` in all, thresholds balanced on
/// the first training images of `data` as SpikingSettings has it. Throws as convert_relu and
/// with_constant_input.
host::snn::FloatNetwork spiking_form(TrainedNetwork& trained, const host::Dataset& data, uint32_t steps);

}  // namespace photic::tools
