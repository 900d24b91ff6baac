// SPDX-License-Identifier: Apache-2.0
// Pieces get their cores, then everything gets its address.
#include "host/snn/map.h"

#include <algorithm>
#include <set>

#include "host/snn/assemble.h"
#include "host/snn/check_network.h"
#include "host/snn/partition.h"
#include "host/snn/placement.h"
#include "host/snn/snn_error.h"

namespace photic::host::snn {
namespace {

using Kind = SnnError::Kind;

std::vector<size_t> listened_populations(const IntegerNetwork& network, const MapOptions& options) {
  std::vector<size_t> listened = network.outputs;
  for (const size_t probe : options.probes) {
    if (probe >= network.populations.size()) {
      throw SnnError(Kind::kBadOption, "network", "probes", "name a population that is not there",
                     "name one of the network's populations");
    }
    const Population& population = network.populations[probe];
    for (const NeuronModel& neuron : population.neurons) {
      if (neuron.emission == Emission::kSilent) {
        throw SnnError(Kind::kBadOption, population.name, "probes", "is silent: the host would hear nothing",
                       "read its states instead");
      }
    }
    if (std::find(listened.begin(), listened.end(), probe) == listened.end()) {
      listened.push_back(probe);
    }
  }
  if (std::set(listened.begin(), listened.end()).size() != listened.size()) {
    throw SnnError(Kind::kBadNetwork, "network", "outputs", "name a population twice", "name it once");
  }
  return listened;
}

/// One packet from every source to each core it reaches.
Traffic traffic_of(const IntegerNetwork& network, const Partition& partition,
                   const std::vector<size_t>& listened) {
  const size_t cores = partition.cores.size();
  Traffic traffic{std::vector(cores, std::vector<uint64_t>(cores)), std::vector<uint64_t>(cores)};
  std::vector<std::vector<uint32_t>> core_of(network.populations.size());
  for (uint32_t core = 0; core < cores; ++core) {
    for (const size_t piece : partition.cores[core]) {
      const Piece& p = partition.pieces[piece].piece;
      core_of[p.population].resize(network.populations[p.population].size());
      for (const uint32_t element : p.elements) {
        if (element != kPadding) {
          core_of[p.population][element] = core;
        }
      }
    }
  }
  for (size_t core = 0; core < cores; ++core) {
    for (const size_t piece : partition.cores[core]) {
      for (const auto& [source, reach] : partition.pieces[piece].reach) {
        for (size_t e = 0; e < reach.size(); ++e) {
          (source == kInput ? traffic.io[core] : traffic.between[core_of[source][e]][core]) +=
              reach[e].size();
        }
      }
    }
  }
  for (const size_t population : listened) {
    for (const uint32_t core : core_of[population]) {
      ++traffic.io[core];
    }
  }
  return traffic;
}

}  // namespace

Program map_network(const IntegerNetwork& network, const abi::SpuPreset& preset, const MapOptions& options) {
  check_network(network);
  check_accumulators(network, options.input_payload);
  const std::vector<size_t> listened = listened_populations(network, options);
  PartitionOptions cutting;
  cutting.listened.resize(network.populations.size());
  cutting.fewest_cores = options.fewest_cores;
  cutting.progress = options.progress;
  size_t outputs = 0;
  for (const size_t population : listened) {
    cutting.listened[population] = true;
    outputs += network.populations[population].size();
  }
  if (outputs > preset.outputs) {
    throw SnnError(Kind::kDoesNotFit, network.populations[listened.back()].name, "outputs",
                   std::to_string(outputs) + " neurons are listened to, " + std::to_string(preset.outputs) +
                       " outputs there (" + std::to_string(outputs - preset.outputs) + " too many)",
                   "listen to fewer populations, or use a larger device");
  }
  const Partition partitioned = partition(network, preset, cutting);
  const Traffic traffic = traffic_of(network, partitioned, listened);
  const std::vector<uint32_t> cores = place(traffic, preset.mesh_cols, preset.mesh_rows);
  Program program = assemble(network, preset, partitioned, cores, listened);
  program.hop_cost = hop_cost(traffic, cores, preset.mesh_cols);
  return program;
}

}  // namespace photic::host::snn
