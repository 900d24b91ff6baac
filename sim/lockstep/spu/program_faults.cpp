// SPDX-License-Identifier: Apache-2.0
// A fault is a function from a unit's tables to a changed word.
#include "sim/lockstep/spu/program_faults.h"

#include <array>

#include "models/kernels/spu/axon.h"
#include "models/kernels/spu/scan.h"

namespace photic::lockstep {
namespace {

using abi::SpuAxon;
using abi::SpuRegion;
using abi::SpuSynapseFormat;
namespace spu = kernels::spu;

constexpr unsigned kWalkColumnsLsb = 3;
constexpr unsigned kWalkRowsLsb = 7;

/// A unit of a program, and dice to choose a place in it.
struct Place {
  Dice& dice;
  const Program& program;
  const spu::Unit unit;

  const abi::SpuPreset& preset() const { return program.preset; }
  const UnitProgram& tables() const { return program.units[unit.number]; }
  abi::SpuConfig config() const { return tables().config(); }
  uint32_t below(uint64_t bound) const { return static_cast<uint32_t>(dice.below(bound)); }
};

struct Word {
  SpuRegion region{};
  uint32_t word = 0;
  uint64_t value = 0;
};
using Found = std::optional<Word>;

// ---- CONFIG ----

Found config_neurons(const Place& p) {
  abi::SpuConfig config = p.config();
  config.neurons = p.dice.one_of({(p.unit.io ? p.preset().inputs : p.preset().neurons) + 1, 0xFFFFu});
  return Word{SpuRegion::CONFIG, 0, config.pack()};
}

Found config_axons(const Place& p) {
  abi::SpuConfig config = p.config();
  config.axons = p.dice.one_of({(p.unit.io ? p.preset().outputs : p.preset().axons) + 1, 0xFFFFu});
  return Word{SpuRegion::CONFIG, 0, config.pack()};
}

// ---- AXON: sound ones of each format, spoilt in one field ----

using Spoil = void (*)(const Place&, SpuAxon&);

Found axon(const Place& p, SpuSynapseFormat format, Spoil spoil) {
  const abi::SpuConfig config = p.config();
  if (config.axons == 0 || config.neurons == 0) {
    return std::nullopt;
  }
  SpuAxon axon{.base = p.tables().window(SpuRegion::SYNAPSE).first, .format = format};
  if (spu::is_walk(axon)) {
    const std::vector<uint64_t>& walks = p.tables().table(SpuRegion::WALK);
    axon.walk = p.below(p.tables().window(SpuRegion::WALK).words);
    axon.extent = (1u << kWalkRowsLsb) | (1u << kWalkColumnsLsb);
    if (abi::SpuWalk::unpack(walks[axon.walk]).count > config.neurons) {
      return std::nullopt;
    }
  }
  if (format == SpuSynapseFormat::POOL) {
    axon.base = 0;
  }
  if (format == SpuSynapseFormat::DENSE) {
    axon.extent = 1;
  }
  spoil(p, axon);
  return Word{SpuRegion::AXON, p.below(config.axons), axon.pack()};
}

template <SpuSynapseFormat kFormat, Spoil kSpoil>
Found axon(const Place& p) {
  return axon(p, kFormat, kSpoil);
}

template <Spoil kSpoil>
Found any_axon(const Place& p) {
  return axon(p, static_cast<SpuSynapseFormat>(p.below(4)), kSpoil);
}

template <Spoil kSpoil>
Found any_walk(const Place& p) {
  return axon(p, p.dice.one_of({SpuSynapseFormat::WALK, SpuSynapseFormat::POOL}), kSpoil);
}

template <Spoil kSpoil>
Found any_dense(const Place& p) {
  return axon(p, p.dice.one_of({SpuSynapseFormat::DENSE, SpuSynapseFormat::WALK, SpuSynapseFormat::POOL}),
              kSpoil);
}

void plastic(const Place&, SpuAxon& a) {
  a.plastic = true;
}
void delay(const Place& p, SpuAxon& a) {
  a.delay = p.dice.one_of<uint32_t>({p.preset().slots, static_cast<uint32_t>(SpuAxon::kDelay.ones())});
}
void walk_set(const Place& p, SpuAxon& a) {
  a.walk = 1 + p.below(SpuAxon::kWalk.ones());
}
void target_set(const Place& p, SpuAxon& a) {
  a.target = 1 + p.below(SpuAxon::kTarget.ones());
}
void no_rows(const Place&, SpuAxon& a) {
  a.extent = 1u << kWalkColumnsLsb;
}
void no_columns(const Place&, SpuAxon& a) {
  a.extent = 1u << kWalkRowsLsb;
}
void low_extent(const Place& p, SpuAxon& a) {
  a.extent += 1 + p.below((1u << kWalkColumnsLsb) - 1);
}
void walk_index(const Place& p, SpuAxon& a) {
  a.walk = p.preset().walks + p.below(SpuAxon::kWalk.ones() + 1 - p.preset().walks);
}
void pool_base(const Place& p, SpuAxon& a) {
  a.base = 1 + p.below(SpuAxon::kBase.ones());
}
// The row begins in the last group and is too long, or begins behind all neurons.
void too_many_targets(const Place& p, SpuAxon& a) {
  const uint32_t neurons = p.config().neurons;
  a.target = neurons;
  if (a.format == SpuSynapseFormat::DENSE) {
    a.target = (neurons - 1) / p.preset().lanes * p.preset().lanes;
    a.extent = neurons - a.target + 1;
  }
}
void crosses_group(const Place& p, SpuAxon& a) {
  a.target = p.preset().lanes - 1;
  a.extent = a.format == SpuSynapseFormat::DENSE ? 2 : a.extent;
}
void behind_synapses(const Place& p, SpuAxon& a) {
  a.base = p.dice.one_of<uint32_t>({p.preset().synapse_words, static_cast<uint32_t>(SpuAxon::kBase.ones())});
  a.extent = spu::is_walk(a) ? a.extent : 1;
}
void partly_behind_synapses(const Place& p, SpuAxon& a) {
  a.base = p.preset().synapse_words - 1;
  a.extent = 3;
}

// A walk whose second row lies before the first word.
Found row_before(const Place& p) {
  const std::vector<uint64_t>& walks = p.tables().table(SpuRegion::WALK);
  const Found found = axon(p, SpuSynapseFormat::WALK, [](const Place&, SpuAxon& a) {
    a.base = 0;
    a.extent = (2u << kWalkRowsLsb) | (1u << kWalkColumnsLsb);
  });
  const bool steps_back =
      found && abi::SpuWalk::unpack(walks[SpuAxon::unpack(found->value).walk]).kernel_y != 0;
  return steps_back ? found : std::nullopt;
}

Found row_empty(const Place& p) {
  for (uint32_t i = 0; i < p.config().axons; ++i) {
    const SpuAxon axon = SpuAxon::unpack(p.tables().table(SpuRegion::AXON)[i]);
    if (spu::is_walk(axon)) {
      abi::SpuWalk walk = abi::SpuWalk::unpack(p.tables().table(SpuRegion::WALK)[axon.walk]);
      walk.count = 0;
      return Word{SpuRegion::WALK, axon.walk, walk.pack()};
    }
  }
  return std::nullopt;
}

// ---- SYNAPSE ----

Found synapse(const Place& p, void (*spoil)(const Place&, abi::SpuSynapse&)) {
  for (uint32_t i = p.config().axons; i-- > 0;) {
    const SpuAxon axon = SpuAxon::unpack(p.tables().table(SpuRegion::AXON)[i]);
    if (axon.format == SpuSynapseFormat::SPARSE && axon.extent != 0) {
      const uint32_t k = p.below(axon.extent);
      const uint64_t old = p.tables().table(SpuRegion::SYNAPSE)[axon.base + k / 2];
      abi::SpuSynapse synapse = spu::synapse_at(old, k);
      spoil(p, synapse);
      const unsigned shift = 32 * (k % 2);
      const uint64_t value =
          (old & ~(uint64_t{0xFFFF'FFFF} << shift)) | (uint64_t{synapse.pack_half()} << shift);
      return Word{SpuRegion::SYNAPSE, axon.base + k / 2, value};
    }
  }
  return std::nullopt;
}

Found synapse_target(const Place& p) {
  return synapse(p, [](const Place& at, abi::SpuSynapse& s) { s.target = at.config().neurons; });
}

Found synapse_delay(const Place& p) {
  return synapse(p, [](const Place& at, abi::SpuSynapse& s) { s.delay = at.preset().slots; });
}

// ---- NEURON ----

template <typename Change>
Found neuron(const Place& p, const Change& change) {
  if (p.config().neurons == 0) {
    return std::nullopt;
  }
  const uint32_t word = 4 * p.below(p.config().neurons);
  abi::SpuNeuron0 modes = abi::SpuNeuron0::unpack(p.tables().table(SpuRegion::NEURON)[word]);
  change(modes);
  return Word{SpuRegion::NEURON, word, modes.pack()};
}

template <uint32_t abi::SpuNeuron0::*kDecay>
Found neuron_decay(const Place& p) {
  return neuron(p, [&](abi::SpuNeuron0& modes) {
    modes.*kDecay = p.dice.one_of({abi::kSpuDecayOne + 1, 0x1FFFu});
  });
}
Found neuron_rounding(const Place& p) {
  return neuron(p, [](abi::SpuNeuron0& modes) { modes.rounding = static_cast<abi::SpuRounding>(3); });
}
Found neuron_reset(const Place& p) {
  return neuron(p, [](abi::SpuNeuron0& modes) { modes.reset = static_cast<abi::SpuReset>(3); });
}
Found neuron_plastic(const Place& p) {
  return neuron(p, [](abi::SpuNeuron0& modes) { modes.plastic = true; });
}

// ---- POINTER, FANOUT ----

Found pointer(const Place& p) {
  if (p.config().neurons == 0) {
    return std::nullopt;
  }
  const uint32_t entries = 2 * p.preset().region_words(SpuRegion::FANOUT, p.unit.io);
  const uint32_t count = 1 + p.below(3);
  const abi::SpuPointer pointer{.base = entries - count + 1, .count = count};
  return Word{SpuRegion::POINTER, p.below(p.config().neurons), pointer.pack()};
}

template <typename Change>
Found fanout(const Place& p, const Change& change) {
  const uint32_t neurons = p.config().neurons;
  for (uint32_t tries = 0; tries < 2 * neurons; ++tries) {
    const auto at = abi::SpuPointer::unpack(p.tables().table(SpuRegion::POINTER)[p.below(neurons)]);
    if (at.count != 0) {
      const uint32_t e = at.base + p.below(at.count);
      const uint64_t old = p.tables().table(SpuRegion::FANOUT)[e / 2];
      abi::SpuFanout entry = spu::fanout_at(old, e);
      change(entry);
      const unsigned shift = 32 * (e % 2);
      const uint64_t value =
          (old & ~(uint64_t{0xFFFF'FFFF} << shift)) | (uint64_t{entry.pack_half()} << shift);
      return Word{SpuRegion::FANOUT, e / 2, value};
    }
  }
  return std::nullopt;
}

void to_own_core(abi::SpuFanout& entry) {
  entry = {.dx = 0, .dy = 0, .axon = 0, .host = false, .poison = false};
}

Found fanout_outside(const Place& p) {
  return fanout(p, [&](abi::SpuFanout& entry) {
    to_own_core(entry);
    switch (p.below(4)) {
      case 0:
        entry.dx = -p.unit.x - 1;
        break;
      case 1:
        entry.dx = static_cast<int32_t>(p.preset().mesh_cols) - p.unit.x;
        break;
      case 2:
        entry.dy = -p.unit.y - 1;
        break;
      default:
        entry.dy = static_cast<int32_t>(p.preset().mesh_rows) - p.unit.y;
        break;
    }
  });
}
Found fanout_axon(const Place& p) {
  return fanout(p, [&](abi::SpuFanout& entry) {
    to_own_core(entry);
    entry.axon = p.preset().axons;
  });
}
template <typename Change>
Found fanout_host(const Place& p, const Change& change) {
  return fanout(p, [&](abi::SpuFanout& entry) {
    entry = {.dx = -p.unit.x, .dy = -p.unit.y - 1, .axon = 0, .host = true, .poison = false};
    change(entry);
  });
}
Found fanout_host_dx(const Place& p) {
  return fanout_host(p, [](abi::SpuFanout& entry) { ++entry.dx; });
}
Found fanout_host_dy(const Place& p) {
  return fanout_host(p, [&](abi::SpuFanout& entry) { entry.dy += p.dice.one_of({1, -1}); });
}
Found fanout_host_output(const Place& p) {
  return fanout_host(p, [&](abi::SpuFanout& entry) { entry.axon = p.preset().outputs; });
}
Found io_fanout_host(const Place& p) {
  return fanout(p, [](abi::SpuFanout& entry) {
    to_own_core(entry);
    entry.dy = -1;
    entry.host = true;
  });
}

// ---- All of them ----

enum class Where : uint8_t { kCore, kIo };

struct FaultKind {
  std::string_view name;
  Where where;
  Found (*find)(const Place&);
  bool (*exists)(const abi::SpuPreset&) = nullptr;  // null: in every geometry
};

bool small_walks(const abi::SpuPreset& preset) {
  return preset.walks <= SpuAxon::kWalk.ones();
}
bool has_lanes(const abi::SpuPreset& preset) {
  return preset.lanes > 1;
}
bool small_axons(const abi::SpuPreset& preset) {
  return preset.axons <= abi::SpuFanout::kAxon.ones();
}
bool small_outputs(const abi::SpuPreset& preset) {
  return preset.outputs <= abi::SpuFanout::kAxon.ones();
}

constexpr std::array kFaults{
    FaultKind{"config_neurons", Where::kCore, config_neurons},
    FaultKind{"config_axons", Where::kCore, config_axons},
    FaultKind{"io_config_sources", Where::kIo, config_neurons},
    FaultKind{"io_config_outputs", Where::kIo, config_axons},
    FaultKind{"axon_plastic", Where::kCore, any_axon<plastic>},
    FaultKind{"axon_delay", Where::kCore, any_axon<delay>},
    FaultKind{"dense_walk", Where::kCore, axon<SpuSynapseFormat::DENSE, walk_set>},
    FaultKind{"sparse_walk", Where::kCore, axon<SpuSynapseFormat::SPARSE, walk_set>},
    FaultKind{"sparse_target", Where::kCore, axon<SpuSynapseFormat::SPARSE, target_set>},
    FaultKind{"walk_rows", Where::kCore, any_walk<no_rows>},
    FaultKind{"walk_columns", Where::kCore, any_walk<no_columns>},
    FaultKind{"walk_extent", Where::kCore, any_walk<low_extent>},
    FaultKind{"walk_index", Where::kCore, any_walk<walk_index>, small_walks},
    FaultKind{"pool_base", Where::kCore, axon<SpuSynapseFormat::POOL, pool_base>},
    FaultKind{"row_empty", Where::kCore, row_empty},
    FaultKind{"row_targets", Where::kCore, any_dense<too_many_targets>},
    FaultKind{"row_lanes", Where::kCore, axon<SpuSynapseFormat::DENSE, crosses_group>, has_lanes},
    FaultKind{"row_before", Where::kCore, row_before},
    FaultKind{"dense_behind", Where::kCore, axon<SpuSynapseFormat::DENSE, behind_synapses>},
    FaultKind{"walk_behind", Where::kCore, axon<SpuSynapseFormat::WALK, behind_synapses>},
    FaultKind{"sparse_behind", Where::kCore, axon<SpuSynapseFormat::SPARSE, partly_behind_synapses>},
    FaultKind{"synapse_target", Where::kCore, synapse_target},
    FaultKind{"synapse_delay", Where::kCore, synapse_delay},
    FaultKind{"neuron_current_decay", Where::kCore, neuron_decay<&abi::SpuNeuron0::current_decay>},
    FaultKind{"neuron_voltage_decay", Where::kCore, neuron_decay<&abi::SpuNeuron0::voltage_decay>},
    FaultKind{"neuron_adaptation_decay", Where::kCore, neuron_decay<&abi::SpuNeuron0::adaptation_decay>},
    FaultKind{"neuron_rounding", Where::kCore, neuron_rounding},
    FaultKind{"neuron_reset", Where::kCore, neuron_reset},
    FaultKind{"neuron_plastic", Where::kCore, neuron_plastic},
    FaultKind{"pointer", Where::kCore, pointer},
    FaultKind{"io_pointer", Where::kIo, pointer},
    FaultKind{"fanout_outside", Where::kCore, fanout_outside},
    FaultKind{"fanout_axon", Where::kCore, fanout_axon, small_axons},
    FaultKind{"fanout_host_dx", Where::kCore, fanout_host_dx},
    FaultKind{"fanout_host_dy", Where::kCore, fanout_host_dy},
    FaultKind{"fanout_host_output", Where::kCore, fanout_host_output, small_outputs},
    FaultKind{"io_fanout_outside", Where::kIo, fanout_outside},
    FaultKind{"io_fanout_axon", Where::kIo, fanout_axon, small_axons},
    FaultKind{"io_fanout_host", Where::kIo, io_fanout_host},
};

constexpr auto kNames = [] {
  std::array<std::string_view, kFaults.size()> names;
  for (size_t i = 0; i < kFaults.size(); ++i) {
    names[i] = kFaults[i].name;
  }
  return names;
}();

const FaultKind& kind_of(std::string_view name) {
  for (const FaultKind& kind : kFaults) {
    if (kind.name == name) {
      return kind;
    }
  }
  return kFaults.front();
}

}  // namespace

std::span<const std::string_view> program_fault_names() {
  return kNames;
}

bool fault_exists(std::string_view fault, const abi::SpuPreset& preset) {
  const FaultKind& kind = kind_of(fault);
  return kind.exists == nullptr || kind.exists(preset);
}

std::optional<ChangedWord> draw_fault(Dice& dice, const Program& program, std::string_view fault) {
  if (!fault_exists(fault, program.preset)) {
    return std::nullopt;
  }
  const FaultKind& kind = kind_of(fault);
  const auto cores = program.preset.cores();
  const uint32_t number = kind.where == Where::kIo ? cores : static_cast<uint32_t>(dice.below(cores));
  const Found found = kind.find({dice, program, spu::unit_at(program.preset, number)});
  if (!found) {
    return std::nullopt;
  }
  return ChangedWord{number, found->region, found->word, found->value};
}

}  // namespace photic::lockstep
