// SPDX-License-Identifier: Apache-2.0
// A network as a device's memories, and the tables that lead back from there to the network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"
#include "models/graph/graph.h"

namespace photic::host::snn {

/// Consecutive words of one region. `core` is the number of cores for the input/output unit.
struct MemoryImage {
  uint32_t core = 0;
  abi::SpuRegion region{};
  uint32_t word = 0;
  std::vector<uint64_t> words;

  bool operator==(const MemoryImage&) const = default;
};

struct NeuronPlace {
  uint32_t core = 0, neuron = 0;

  auto operator<=>(const NeuronPlace&) const = default;
};

/// Where a population went: element e is neuron places[e]. `output` is the output of element 0 of a
/// population the host listens to; the others follow.
struct MappedPopulation {
  std::string name;
  graph::Shape shape;
  std::vector<NeuronPlace> places;
  std::optional<uint32_t> output;
  int32_t payload_shift = -1;  // graded payloads are the voltage shifted right by this; -1: spikes

  bool operator==(const MappedPopulation&) const = default;
};

/// A connection in numbers. `operations` are the weights that all its source neurons add when each spikes
/// once, zeros inside rows included.
struct MappedConnection {
  std::string name, source, target;
  uint64_t synapses = 0;  // of the network, not 0
  uint64_t operations = 0;
  uint64_t axons = 0, words = 0;  // before cores share them
  std::string formats;            // "8-bit SIGNED DENSE x 2312"

  bool operator==(const MappedConnection&) const = default;
};

/// What of a core's memories (or of the input/output unit's) is used.
struct UnitUse {
  uint32_t neurons = 0;  // padding included; inputs in the input/output unit
  uint32_t axons = 0;    // outputs in the input/output unit
  uint32_t synapse_words = 0, walks = 0, fanout_words = 0;
  std::string holds;                    // "hidden[0..23], output[0..9]"
  std::vector<std::string> axon_names;  // of each axon: its connection, and the first source that uses it

  bool operator==(const UnitUse&) const = default;
};

/// Everything a device needs to run a network. Input element i is source i of the input/output unit.
struct Program {
  abi::SpuPreset preset{};
  std::vector<MemoryImage> images;
  graph::Shape input_shape;
  std::vector<MappedPopulation> populations;
  std::vector<MappedConnection> connections;
  std::vector<UnitUse> units;  // of every core, then of the input/output unit
  uint32_t outputs = 0;        // outputs in use: of IntegerNetwork::outputs, then of the probes
  uint64_t hop_cost = 0;       // hops of all packets when each source and neuron sends once

  uint32_t cores_used() const;
  uint64_t words() const;
  /// "neuron 7 of 'hidden'", or "neuron 9 of core 3, which no population uses".
  std::string describe_neuron(uint32_t core, uint32_t neuron) const;
  /// A fault's place in the words of the network: SPU_PLACE of a completion.
  std::string describe_place(uint64_t place) const;
};

}  // namespace photic::host::snn
