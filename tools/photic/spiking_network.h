// SPDX-License-Identifier: Apache-2.0
// A spiking network from whatever file it is in, and the way from there to a device's program.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drivers/abi/geometry.h"
#include "host/snn/integer_network.h"
#include "host/snn/program.h"
#include "host/snn/quantise.h"
#include "host/snn/snn_error.h"
#include "models/graph/graph.h"
#include "models/graph/graph_error.h"
#include "models/reference/spiking/convention.h"
#include "models/reference/spiking/error.h"
#include "tools/photic/trained_network.h"

namespace photic::tools {

/// Files that hold a network. By its ending, `file` is a NIR graph (.nir), an integer network (.net) or the
/// description of a network in plain text (.yaml, .yml), which `weights` (first layer to last) and `input`
/// belong to; or a checkpoint (.safetensors) or the folder of the training that left it.
struct NetworkFiles {
  std::filesystem::path file;
  std::vector<std::filesystem::path> weights;
  graph::Shape input;
};

/// A network as its file has it: one of the three is there.
struct SpikingNetwork {
  std::optional<graph::Graph> graph;
  std::optional<host::snn::IntegerNetwork> integers;
  std::unique_ptr<TrainedNetwork> trained;
};

/// Throws what the file's reader throws (IoError, Hdf5Error, GraphFileError, CheckpointError: each names
/// file and node) and ConfigError for an ending that is none of these, options that do not belong to it, or a
/// trained layer that spikes cannot stand for.
SpikingNetwork read_network(const NetworkFiles& files);

/// How a graph becomes steps and integers. Networks that are in integers already take part in `bits` and
/// `quantiser` only, trained ones in `steps` besides.
struct MappingSettings {
  std::optional<double> dt;              // seconds
  std::string convention = "loihi";      // a name of reference::spiking::preset_names
  std::string reset = "convention";      // convention, value, subtract
  std::string compare = "convention";    // convention, above, reached
  int bits = 0;                          // of a weight, 1..8; 0: as they are for integers, else 8
  std::string quantiser = "per-neuron";  // per-neuron, symmetric
  int32_t input_payload = 1;             // largest magnitude of an input event's payload
  uint32_t steps = 0;                    // of an image, from its pixels to its class; 0: 16
  bool fewest_cores = false;
};

/// `settings` with what `network` decides: a trained one the payload of its pixels and, if 0, the steps.
MappingSettings settings_for(const SpikingNetwork& network, MappingSettings settings);

/// The convention that `settings` names, with its changes. Throws ConfigError for an unknown name.
reference::spiking::Convention convention_of(const MappingSettings& settings);

/// Throws ConfigError: `message` is "<what>; <remedy>".
[[noreturn]] void throw_in_file(const std::filesystem::path& file, const std::string& message);

/// Calls body() and returns its result; what it finds wrong with the network becomes a ConfigError that names
/// `file` too. Failures of a device pass through.
template <typename Body>
auto in_file(const std::filesystem::path& file, const Body& body) {
  try {
    return body();
  } catch (const host::snn::SnnError& error) {
    using Kind = host::snn::SnnError::Kind;
    if (error.kind() == Kind::kDevice || error.kind() == Kind::kProgram) {
      throw;
    }
    throw_in_file(file, error.what());
  } catch (const graph::GraphError& error) {
    throw_in_file(file, error.what());
  } catch (const reference::spiking::ReferenceError& error) {
    throw_in_file(file, error.what());
  }
}

/// A network in the device's integers, what rounding cost, and what the device does differently.
struct IntegerForm {
  host::snn::IntegerNetwork network;
  std::optional<host::snn::QuantisationReport> report;  // nothing was rounded without it
  std::vector<std::string> notes;
};

/// A trained network reads its data set's training images. Throws ConfigError, graph::GraphError or SnnError;
/// each names the node at fault; DataError for a data set that is not there.
IntegerForm to_integers(const SpikingNetwork& network, const MappingSettings& settings);

/// The same of a trained network whose data set is at hand; `settings` as settings_for gives them.
IntegerForm to_integers(TrainedNetwork& trained, const host::Dataset& data, const MappingSettings& settings);

/// The geometry preset of that name. Throws ConfigError listing the known ones.
const abi::SpuPreset& geometry_of(const std::string& name);

/// map_network with these settings. `probes` are heard by the host besides the outputs; `progress` as
/// MapOptions says.
host::snn::Program map(const host::snn::IntegerNetwork& network, const abi::SpuPreset& preset,
                       const MappingSettings& settings, const std::vector<size_t>& probes = {},
                       const std::function<bool(double)>& progress = {});

}  // namespace photic::tools
