// SPDX-License-Identifier: Apache-2.0
// Axons and synapse words first, in the order of a core's pieces; then fan-out, which points at axons.
#include "host/snn/assemble.h"

#include <algorithm>
#include <map>

#include "host/snn/for_each_synapse.h"

namespace photic::host::snn {
namespace {

using abi::SpuRegion;

/// A fan-out entry before it is known from where it leads.
struct Destination {
  uint32_t core = 0, axon = 0;
  bool host = false;
};

class Assembler {
 public:
  Assembler(const IntegerNetwork& network, const abi::SpuPreset& preset, const Partition& partition,
            const std::vector<uint32_t>& cores)
      : network_(network), preset_(preset), partition_(partition) {
    program_.preset = preset;
    program_.input_shape = network.input_shape;
    program_.units.resize(preset.cores() + 1);
    for (const Population& population : network.populations) {
      program_.populations.push_back(
          {population.name, population.shape, std::vector<NeuronPlace>(population.size()), std::nullopt, -1});
      destinations_[destinations_.size()].resize(population.size());
      const NeuronModel& first = population.neuron(0);
      if (first.emission == Emission::kGradedSpike || first.emission == Emission::kGradedEveryStep) {
        program_.populations.back().payload_shift = first.graded_shift;
      }
    }
    destinations_[kInput].resize(graph::elements(network.input_shape));
    for (const Connection& connection : network.connections) {
      const std::string source =
          connection.source == kInput ? "input" : network.populations[connection.source].name;
      program_.connections.push_back(
          {connection.name, source, network.populations[connection.target].name, 0, 0, 0, 0, ""});
      for_each_synapse(network, connection, [&](const Synapse&) { ++program_.connections.back().synapses; });
    }
    formats_.resize(network.connections.size());
    for (size_t c = 0; c < cores.size(); ++c) {
      fill_core(cores[c], partition.cores[c]);
    }
  }

  Program finish(const std::vector<size_t>& listened) {
    for (const size_t population : listened) {
      program_.populations[population].output = program_.outputs;
      for (auto& destinations : destinations_[population]) {
        destinations.push_back({0, program_.outputs++, true});
      }
    }
    for (uint32_t core = 0; core < preset_.cores(); ++core) {
      if (program_.units[core].neurons != 0) {
        write_fanout(core, owners_[core]);
      }
    }
    const auto inputs = static_cast<uint32_t>(destinations_[kInput].size());
    UnitUse& io = program_.units.back();
    io.neurons = inputs;
    io.axons = program_.outputs;
    io.holds = std::to_string(inputs) + " inputs, " + std::to_string(program_.outputs) + " outputs";
    write(preset_.cores(), SpuRegion::CONFIG, {abi::SpuConfig{inputs, program_.outputs}.pack()});
    std::vector<std::pair<size_t, uint32_t>> owners;
    for (uint32_t i = 0; i < inputs; ++i) {
      owners.emplace_back(kInput, i);
    }
    write_fanout(preset_.cores(), owners);
    name_formats();
    return std::move(program_);
  }

 private:
  void write(uint32_t core, SpuRegion region, std::vector<uint64_t> words) {
    if (!words.empty()) {
      program_.images.push_back({core, region, 0, std::move(words)});
    }
  }

  void fill_core(uint32_t core, const std::vector<size_t>& pieces) {
    std::vector<uint64_t> axons, synapses, walks, neurons;
    auto& owners = owners_[core];
    UnitUse& use = program_.units[core];
    for (const size_t index : pieces) {
      const LoweredPiece& piece = partition_.pieces[index];
      owners.resize((owners.size() + preset_.lanes - 1) / preset_.lanes * preset_.lanes, {kInput, kPadding});
      const auto base = static_cast<uint32_t>(owners.size());
      place_neurons(core, piece.piece);
      std::vector<uint32_t> block_at, walk_at;
      for (const auto& block : piece.blocks) {
        block_at.push_back(static_cast<uint32_t>(synapses.size()));
        synapses.insert(synapses.end(), block.begin(), block.end());
      }
      for (const abi::SpuWalk& walk : piece.walks) {
        const auto known = std::find(walks.begin(), walks.end(), walk.pack());
        walk_at.push_back(static_cast<uint32_t>(known - walks.begin()));
        if (known == walks.end()) {
          walks.push_back(walk.pack());
        }
      }
      link(core, static_cast<uint32_t>(axons.size()), piece);
      for (const LoweredAxon& lowered : piece.axons) {
        abi::SpuAxon axon = lowered.axon;
        axon.base += lowered.block == kNoBlock ? 0 : block_at[lowered.block];
        axon.target += axon.format == abi::SpuSynapseFormat::SPARSE ? 0 : base;
        if (axon.format == abi::SpuSynapseFormat::WALK || axon.format == abi::SpuSynapseFormat::POOL) {
          axon.walk = walk_at[axon.walk];
        }
        axons.push_back(axon.pack());
      }
      // Synapses of SPARSE axons name neurons of the core, not of the piece.
      move_sparse_targets(piece, block_at, base, synapses);
      count(piece);
      use.holds += (use.holds.empty() ? "" : ", ") + describe(piece.piece);
    }
    neurons.reserve(owners.size() * 4);
    for (const auto& [population, element] : owners) {
      const std::vector<uint64_t> words =
          element == kPadding ? std::vector<uint64_t>(4)
                              : neuron_words(network_.populations[population].neuron(element));
      neurons.insert(neurons.end(), words.begin(), words.end());
    }
    use.neurons = static_cast<uint32_t>(owners.size());
    use.axons = static_cast<uint32_t>(axons.size());
    use.synapse_words = static_cast<uint32_t>(synapses.size());
    use.walks = static_cast<uint32_t>(walks.size());
    write(core, SpuRegion::CONFIG, {abi::SpuConfig{use.neurons, use.axons}.pack()});
    write(core, SpuRegion::AXON, std::move(axons));
    write(core, SpuRegion::SYNAPSE, std::move(synapses));
    write(core, SpuRegion::WALK, std::move(walks));
    write(core, SpuRegion::NEURON, std::move(neurons));
  }

  void place_neurons(uint32_t core, const Piece& piece) {
    auto& owners = owners_[core];
    for (const uint32_t element : piece.elements) {
      if (element != kPadding) {
        program_.populations[piece.population].places[element] = {core, static_cast<uint32_t>(owners.size())};
      }
      owners.emplace_back(piece.population, element);
    }
  }

  void link(uint32_t core, uint32_t first_axon, const LoweredPiece& piece) {
    auto& names = program_.units[core].axon_names;
    for (const LoweredAxon& axon : piece.axons) {
      const MappedConnection& connection = program_.connections[axon.connection];
      names.push_back("'" + connection.name + "' from " + connection.source + "[" +
                      std::to_string(axon.first_source) + "]");
    }
    for (const auto& [source, reach] : piece.reach) {
      for (size_t e = 0; e < reach.size(); ++e) {
        for (const uint32_t axon : reach[e]) {
          destinations_[source][e].push_back({core, first_axon + axon, false});
        }
      }
    }
  }

  static void move_sparse_targets(const LoweredPiece& piece, const std::vector<uint32_t>& block_at,
                                  uint32_t base, std::vector<uint64_t>& synapses) {
    std::map<size_t, uint32_t> sparse;  // block, synapses
    for (const LoweredAxon& axon : piece.axons) {
      if (axon.axon.format == abi::SpuSynapseFormat::SPARSE) {
        sparse[axon.block] = axon.axon.extent;
      }
    }
    for (const auto& [block, extent] : sparse) {
      for (uint32_t k = 0; k < extent; ++k) {
        synapses[block_at[block] + k / 2] += abi::SpuSynapse::kTarget.set(base) << (32 * (k % 2));
      }
    }
  }

  void count(const LoweredPiece& piece) {
    for (const LoweredAxon& axon : piece.axons) {
      const std::string format = std::string(abi::name(axon.axon.format));
      std::string name = std::to_string(1u << static_cast<uint32_t>(axon.axon.bits)) + "-bit " +
                         std::string(abi::name(axon.axon.code)) + " " + format;
      if (axon.axon.format == abi::SpuSynapseFormat::POOL) {
        name = format;
      }
      ++formats_[axon.connection][name];
      ++program_.connections[axon.connection].axons;
    }
    std::map<size_t, size_t> owner;  // of a block: the connection that stored it first
    for (const LoweredAxon& axon : piece.axons) {
      owner.try_emplace(axon.block, axon.connection);
    }
    for (const auto& [block, connection] : owner) {
      if (block != kNoBlock) {
        program_.connections[connection].words += piece.blocks[block].size();
      }
    }
    for (const auto& [source, reach] : piece.reach) {
      for (const auto& axons : reach) {
        for (const uint32_t axon : axons) {
          program_.connections[piece.axons[axon].connection].operations += piece.axons[axon].operations;
        }
      }
    }
  }

  std::string describe(const Piece& piece) const {
    const std::string& name = network_.populations[piece.population].name;
    const auto range = [](size_t first, size_t count) {
      return std::to_string(first) + (count > 1 ? ".." + std::to_string(first + count - 1) : "");
    };
    if (!piece.tile) {
      return name + "[" + range(piece.elements.front(), piece.elements.size()) + "]";
    }
    const Tile& tile = *piece.tile;
    return name + "[" + range(tile.channel, tile.channels) + "][" + range(tile.y, tile.rows) + "][" +
           range(tile.x, tile.columns) + "]";
  }

  uint32_t entry(uint32_t from, const Destination& to) const {
    const bool from_io = from == preset_.cores();
    const auto column = [&](uint32_t core) { return static_cast<int32_t>(core % preset_.mesh_cols); };
    const auto row = [&](uint32_t core) { return static_cast<int32_t>(core / preset_.mesh_cols); };
    abi::SpuFanout fanout;
    fanout.axon = to.axon;
    fanout.host = to.host;
    fanout.dx = (to.host ? 0 : column(to.core)) - (from_io ? 0 : column(from));
    fanout.dy = (to.host ? -1 : row(to.core)) - (from_io ? 0 : row(from));
    return fanout.pack_half();
  }

  /// POINTER and FANOUT of a unit whose neuron n is element owners[n].second of population owners[n].first.
  void write_fanout(uint32_t core, const std::vector<std::pair<size_t, uint32_t>>& owners) {
    std::vector<uint64_t> pointers, words;
    uint32_t next = 0;
    for (const auto& [population, element] : owners) {
      const uint32_t base = next;
      if (element != kPadding) {
        for (const Destination& to : destinations_[population][element]) {
          words.resize(next / 2 + 1);
          words[next / 2] |= uint64_t{entry(core, to)} << (32 * (next % 2));
          ++next;
        }
      }
      pointers.push_back(abi::SpuPointer{base, next - base}.pack());
    }
    program_.units[core].fanout_words = static_cast<uint32_t>(words.size());
    write(core, SpuRegion::POINTER, std::move(pointers));
    write(core, SpuRegion::FANOUT, std::move(words));
  }

  void name_formats() {
    for (size_t c = 0; c < formats_.size(); ++c) {
      std::string& text = program_.connections[c].formats;
      for (const auto& [name, axons] : formats_[c]) {
        text += (text.empty() ? "" : ", ") + name + " x " + std::to_string(axons);
      }
    }
  }

  const IntegerNetwork& network_;
  const abi::SpuPreset& preset_;
  const Partition& partition_;
  Program program_;
  std::map<size_t, std::vector<std::vector<Destination>>> destinations_;  // of each element of a source
  std::map<uint32_t, std::vector<std::pair<size_t, uint32_t>>> owners_;   // of each neuron of a core
  std::vector<std::map<std::string, size_t>> formats_;
};

abi::SpuRounding rounding_of(Rounding rounding) {
  return rounding == Rounding::kTowardZero ? abi::SpuRounding::TOWARD_ZERO
         : rounding == Rounding::kFloor    ? abi::SpuRounding::FLOOR
                                           : abi::SpuRounding::STOCHASTIC;
}

abi::SpuReset reset_of(Reset reset) {
  return reset == Reset::kToValue    ? abi::SpuReset::TO_VALUE
         : reset == Reset::kSubtract ? abi::SpuReset::SUBTRACT
                                     : abi::SpuReset::NONE;
}

abi::SpuEmit emit_of(Emission emission) {
  switch (emission) {
    case Emission::kSilent:
      return abi::SpuEmit::NOTHING;
    case Emission::kSpike:
      return abi::SpuEmit::SPIKE;
    case Emission::kGradedSpike:
      return abi::SpuEmit::GRADED;
    case Emission::kGradedEveryStep:
      return abi::SpuEmit::EVERY_STEP;
  }
  return abi::SpuEmit::NOTHING;
}

}  // namespace

std::vector<uint64_t> neuron_words(const NeuronModel& neuron) {
  abi::SpuNeuron0 modes;
  modes.current_decay = static_cast<uint32_t>(neuron.current_decay);
  modes.voltage_decay = static_cast<uint32_t>(neuron.voltage_decay);
  modes.adaptation_decay = static_cast<uint32_t>(neuron.adaptation_decay);
  modes.rounding = rounding_of(neuron.rounding);
  modes.reset = reset_of(neuron.reset);
  modes.emit = emit_of(neuron.emission);
  modes.at_threshold = neuron.fires_at_threshold;
  modes.readout = neuron.never_fires;
  modes.hold = neuron.refractory_holds;
  modes.wrap = neuron.accumulator_wraps;
  modes.refractory = neuron.refractory_steps;
  modes.bias_exponent = neuron.bias_exponent;
  modes.graded_shift = neuron.graded_shift;
  const abi::SpuNeuron1 voltages{neuron.threshold, neuron.reset_voltage, neuron.bias_mantissa};
  const abi::SpuNeuron2 rest{neuron.rest_voltage, neuron.adaptation_step};
  return {modes.pack(), voltages.pack(), rest.pack(), 0};
}

Program assemble(const IntegerNetwork& network, const abi::SpuPreset& preset, const Partition& partition,
                 const std::vector<uint32_t>& cores, const std::vector<size_t>& listened) {
  return Assembler(network, preset, partition, cores).finish(listened);
}

}  // namespace photic::host::snn
