// SPDX-License-Identifier: Apache-2.0
// Reads networks by the ending of their file's name.
#include "tools/photic/spiking_network.h"

#include "host/base/error.h"
#include "host/graph/net.h"
#include "host/graph/nir.h"
#include "host/graph/text_network.h"
#include "host/snn/discretise.h"
#include "host/snn/map.h"
#include "models/workloads/spiking/classifier.h"
#include "models/workloads/spiking/constant_input.h"

namespace photic::tools {
namespace {

using host::ConfigError;
namespace spiking = reference::spiking;

[[noreturn]] void unknown(const char* option, const std::string& value, const std::string& known) {
  throw ConfigError(option, "'" + value + "' is unknown", "give one of: " + known);
}

host::snn::Scheme scheme_of(const std::string& name) {
  if (name == "per-neuron") {
    return host::snn::Scheme::kPerNeuron;
  }
  if (name == "symmetric") {
    return host::snn::Scheme::kSymmetric;
  }
  unknown("--quantiser", name, "per-neuron, symmetric");
}

host::snn::QuantiseOptions quantise_options(const MappingSettings& settings) {
  host::snn::QuantiseOptions options;
  options.scheme = scheme_of(settings.quantiser);
  options.input_payload = settings.input_payload;
  if (settings.bits != 0) {
    options.bits = settings.bits;
  }
  return options;
}

}  // namespace

SpikingNetwork read_network(const NetworkFiles& files) {
  const std::string ending = files.file.extension().string();
  const bool text = ending == ".yaml" || ending == ".yml";
  if (!text && (!files.weights.empty() || !files.input.empty())) {
    throw ConfigError("--weights, --input",
                      "belong to a network in plain text, and " + files.file.string() + " is none",
                      "leave them out");
  }
  for (const auto& file : {std::vector{files.file}, files.weights}) {
    for (const auto& path : file) {
      if (!std::filesystem::exists(path)) {
        throw host::GraphFileError(host::GraphFileError::Kind::kMissing, path.string(), "", "",
                                   "is not there", "give the path of a network's file");
      }
    }
  }
  if (is_checkpoint(files.file)) {
    return {{},
            {},
            std::make_unique<TrainedNetwork>(in_file(files.file, [&] { return read_trained(files.file); }))};
  }
  if (ending == ".nir") {
    return {host::read_nir(files.file), {}, {}};
  }
  if (ending == ".net") {
    return {{}, host::read_net(files.file), {}};
  }
  if (!text) {
    throw ConfigError(
        files.file.string(), "is no network by its name",
        "give a NIR graph (.nir), an integer network (.net), a description (.yaml), a checkpoint "
        "(.safetensors) or the folder of a training");
  }
  if (files.weights.empty() || files.input.empty()) {
    throw ConfigError(files.file.string(), "describes neurons only",
                      "name its weights and input: --weights FIRST,SECOND --input 2,34,34");
  }
  return {{}, host::read_text_network(files.file, files.weights, files.input), {}};
}

spiking::Convention convention_of(const MappingSettings& settings) {
  spiking::Convention convention;
  try {
    convention = spiking::preset(settings.convention);
  } catch (const spiking::ReferenceError&) {
    std::string known;
    for (const std::string& name : spiking::preset_names()) {
      known += (known.empty() ? "" : ", ") + name;
    }
    unknown("--convention", settings.convention, known);
  }
  if (settings.reset == "value") {
    convention.reset = spiking::Reset::kToValue;
  } else if (settings.reset == "subtract") {
    convention.reset = spiking::Reset::kSubtract;
  } else if (settings.reset != "convention") {
    unknown("--reset", settings.reset, "convention, value, subtract");
  }
  if (settings.compare == "above") {
    convention.comparison = spiking::Comparison::kGreater;
  } else if (settings.compare == "reached") {
    convention.comparison = spiking::Comparison::kGreaterOrEqual;
  } else if (settings.compare != "convention") {
    unknown("--compare", settings.compare, "convention, above, reached");
  }
  return convention;
}

void throw_in_file(const std::filesystem::path& file, const std::string& message) {
  const size_t semicolon = message.rfind("; ");
  throw ConfigError(file.string(), message.substr(0, semicolon),
                    semicolon == std::string::npos ? "correct the network" : message.substr(semicolon + 2));
}

MappingSettings settings_for(const SpikingNetwork& network, MappingSettings settings) {
  if (network.trained) {
    settings.input_payload = static_cast<int32_t>(workloads::kBrightest);
    settings.steps = settings.steps != 0 ? settings.steps : workloads::SpikingSettings{}.steps;
  }
  return settings;
}

IntegerForm to_integers(TrainedNetwork& trained, const host::Dataset& data, const MappingSettings& settings) {
  const host::snn::QuantiseOptions options = quantise_options(settings);
  const host::snn::FloatNetwork network = spiking_form(trained, data, settings.steps);
  host::snn::Quantised quantised = host::snn::quantise(network, options);
  return {std::move(quantised.network), std::move(quantised.report), network.notes};
}

IntegerForm to_integers(const SpikingNetwork& network, const MappingSettings& settings) {
  if (network.trained) {
    return to_integers(*network.trained, host::load_dataset(host::find_dataset(network.trained->data)),
                       settings_for(network, settings));
  }
  const host::snn::QuantiseOptions options = quantise_options(settings);
  if (network.graph) {
    const auto steps = host::snn::discretise(*network.graph, {settings.dt, convention_of(settings)});
    host::snn::Quantised quantised = host::snn::quantise(steps, options);
    return {std::move(quantised.network), std::move(quantised.report), steps.notes};
  }
  if (settings.bits == 0) {
    return {*network.integers, {}, {}};
  }
  host::snn::Quantised quantised = host::snn::requantise(*network.integers, options);
  return {std::move(quantised.network), std::move(quantised.report), {}};
}

const abi::SpuPreset& geometry_of(const std::string& name) {
  if (const abi::SpuPreset* preset = abi::find_spu_preset(name)) {
    return *preset;
  }
  std::string known;
  for (const abi::SpuPreset& preset : abi::kSpuPresets) {
    known += (known.empty() ? "" : ", ") + std::string(preset.name);
  }
  unknown("--geometry", name, known);
}

host::snn::Program map(const host::snn::IntegerNetwork& network, const abi::SpuPreset& preset,
                       const MappingSettings& settings, const std::vector<size_t>& probes,
                       const std::function<bool(double)>& progress) {
  host::snn::MapOptions options;
  options.probes = probes;
  options.input_payload = settings.input_payload;
  options.fewest_cores = settings.fewest_cores;
  options.progress = progress;
  return host::snn::map_network(network, preset, options);
}

}  // namespace photic::tools
