// SPDX-License-Identifier: Apache-2.0
// Sums of counters.
#include "tools/photic/spiking_energy.h"

#include <algorithm>
#include <set>

#include "host/snn/energy.h"

namespace photic::tools {
namespace {

/// Names of the populations with neurons in each unit.
std::vector<std::set<std::string>> populations_of_units(const host::snn::Program& program) {
  std::vector<std::set<std::string>> held(program.preset.cores() + 1);
  for (const auto& population : program.populations) {
    for (const auto& place : population.places) {
      held[place.core].insert(population.name);
    }
  }
  return held;
}

std::string joined(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : " + ") + name;
  }
  return text;
}

void add(UnitActivity& sum, const UnitActivity& part) {
  sum.units.insert(sum.units.end(), part.units.begin(), part.units.end());
  for (size_t c = 0; c < sum.counters.size(); ++c) {
    sum.counters[c] += part.counters[c];
  }
  sum.joules += part.joules;
}

}  // namespace

Activity activity_of(const host::snn::Program& program, const std::vector<host::snn::UnitCounters>& units,
                     const abi::SpuEnergyTable& table, double seconds) {
  Activity activity;
  activity.total.name = "total";
  const std::vector<std::set<std::string>> held = populations_of_units(program);
  const uint32_t io = program.preset.cores();
  activity.events = units[io][static_cast<size_t>(abi::SpuCounter::SPIKES)];
  for (uint32_t unit = 0; unit <= io; ++unit) {
    if (unit != io && held[unit].empty()) {
      // Its router may have passed packets on.
      if (std::all_of(units[unit].begin(), units[unit].end(), [](uint64_t value) { return value == 0; })) {
        continue;
      }
    }
    const std::string name = unit == io           ? "input/output"
                             : held[unit].empty() ? "routers alone"
                                                  : joined(held[unit]);
    UnitActivity part{
        name, {unit}, units[unit], host::snn::unit_joules(units[unit], unit == io, table, seconds)};
    if (unit == io) {
      part.counters[static_cast<size_t>(abi::SpuCounter::SPIKES)] = 0;
      part.counters[static_cast<size_t>(abi::SpuCounter::SYNAPTIC_OPS)] = 0;
    }
    add(activity.total, part);
    activity.cores.push_back(part);
    const auto known = std::find_if(activity.layers.begin(), activity.layers.end(),
                                    [&](const UnitActivity& layer) { return layer.name == name; });
    if (known == activity.layers.end()) {
      activity.layers.push_back(part);
    } else {
      add(*known, part);
    }
  }
  return activity;
}

}  // namespace photic::tools
