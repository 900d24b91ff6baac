// SPDX-License-Identifier: Apache-2.0
// photic snn import: what a file holds.
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "host/base/error.h"
#include "host/graph/nir.h"
#include "host/snn/for_each_synapse.h"
#include "models/graph/flatten.h"
#include "models/graph/parameters.h"
#include "models/graph/shapes.h"
#include "tools/photic/command.h"
#include "tools/photic/exit_code.h"
#include "tools/photic/snn_options.h"

namespace photic::tools {
namespace {

using Json = nlohmann::json;

struct Options : SnnOptions {
  std::string write;
};

size_t parameter_count(const graph::NodeKind& kind) {
  size_t count = 0;
  graph::visit_tensors(kind,
                       [&](const char*, const graph::Tensor& tensor) { count += tensor.values.size(); });
  return count;
}

/// Nodes, or populations and connections, an object each.
Json rows_of(const graph::Graph& graph) {
  const graph::Graph flat = graph::resolve(graph::flatten(graph));
  const auto shapes = graph::infer_shapes(flat);
  Json rows = Json::array();
  for (const auto& [name, kind] : flat.nodes) {
    rows.push_back({{"node", name},
                    {"kind", graph::kind_name(kind)},
                    {"input", shapes.at(name).input},
                    {"output", shapes.at(name).output},
                    {"parameters", parameter_count(kind)}});
  }
  return rows;
}

Json rows_of(const host::snn::IntegerNetwork& network) {
  Json rows = Json::array();
  rows.push_back({{"node", "input"}, {"kind", "Input"}, {"output", network.input_shape}, {"parameters", 0}});
  for (const auto& population : network.populations) {
    const host::snn::NeuronModel& neuron = population.neuron(0);
    rows.push_back({{"node", population.name},
                    {"kind", "neurons"},
                    {"output", population.shape},
                    {"parameters", population.neurons.size()},
                    {"current_decay", neuron.current_decay},
                    {"voltage_decay", neuron.voltage_decay},
                    {"threshold", neuron.threshold},
                    {"refractory_steps", neuron.refractory_steps}});
  }
  for (const auto& connection : network.connections) {
    size_t synapses = 0;
    for_each_synapse(network, connection, [&](const host::snn::Synapse&) { ++synapses; });
    rows.push_back({{"node", connection.name},
                    {"kind", "connection"},
                    {"input", host::snn::source_shape(network, connection)},
                    {"output", network.populations[connection.target].shape},
                    {"parameters", synapses}});
  }
  return rows;
}

Json rows_of(TrainedNetwork& trained) {
  Json rows = Json::array();
  for (const TrainedLayer& layer : layers_of(trained)) {
    rows.push_back({{"node", layer.name},
                    {"kind", layer.kind},
                    {"input", graph::Shape{layer.inputs}},
                    {"output", graph::Shape{layer.outputs}},
                    {"parameters", layer.parameters}});
  }
  return rows;
}

std::string shape_text(const Json& row, const char* key) {
  return row.contains(key) ? graph::to_string(row[key].get<graph::Shape>()) : "";
}

int import(const Options& options) {
  const SpikingNetwork network = read_network(options.network);
  if (!options.write.empty()) {
    if (!network.graph) {
      throw host::ConfigError("--write", options.network.file.string() + " is no NIR graph",
                              "give a .nir file to write one");
    }
    host::write_nir(*network.graph, options.write);
  }
  const Json rows = in_file(options.network.file, [&] {
    return network.trained ? rows_of(*network.trained)
           : network.graph ? rows_of(*network.graph)
                           : rows_of(*network.integers);
  });
  if (options.json) {
    std::printf("%s\n", Json{{"file", options.network.file.string()}, {"nodes", rows}}.dump().c_str());
    return kSuccess;
  }
  std::printf("%-28s %-12s %-16s %-16s %s\n", "node", "kind", "input", "output", "parameters");
  for (const Json& row : rows) {
    std::printf("%-28s %-12s %-16s %-16s %llu\n", row["node"].get<std::string>().c_str(),
                row["kind"].get<std::string>().c_str(), shape_text(row, "input").c_str(),
                shape_text(row, "output").c_str(),
                static_cast<unsigned long long>(row["parameters"].get<uint64_t>()));
  }
  return kSuccess;
}

}  // namespace

void add_snn_import(CLI::App& snn, int& exit_code) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = snn.add_subcommand("import", "What a network's file holds; write it as NIR");
  add_network_options(*command, *options);
  command->add_option("--write", options->write, "NIR file to write the graph to");
  command->callback([options, &exit_code] { exit_code = import(*options); });
}

}  // namespace photic::tools
