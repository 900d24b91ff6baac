// SPDX-License-Identifier: Apache-2.0
// Counters times the energy of their events.
#include "host/snn/energy.h"

#include "drivers/abi/timing.h"
#include "host/snn/snn_error.h"

namespace photic::host::snn {

const abi::SpuEnergyTable& energy_table(const std::string& name) {
  if (const abi::SpuEnergyTable* table = abi::find_spu_energy_table(name)) {
    return *table;
  }
  std::string known;
  for (const abi::SpuEnergyTable& table : abi::kSpuEnergyTables) {
    known += (known.empty() ? "" : ", ") + std::string(table.name);
  }
  throw SnnError(SnnError::Kind::kBadOption, "energy", "table", "'" + name + "' is unknown",
                 "give one of: " + known);
}

double unit_joules(const UnitCounters& counters, bool outside, const abi::SpuEnergyTable& table,
                   double seconds) {
  constexpr double kFemto = 1e-15;
  constexpr double kMicro = 1e-6;
  double sum = outside ? 0 : table.core_microwatts * kMicro * seconds;
  for (size_t counter = 0; counter < abi::kSpuCounters; ++counter) {
    const bool free = outside && (counter == static_cast<size_t>(abi::SpuCounter::SPIKES) ||
                                  counter == static_cast<size_t>(abi::SpuCounter::SYNAPTIC_OPS));
    sum += free ? 0 : static_cast<double>(counters[counter]) * table.femtojoules[counter] * kFemto;
  }
  return sum;
}

double joules(std::span<const UnitCounters> units, const abi::SpuEnergyTable& table, double seconds) {
  double sum = 0;
  for (size_t unit = 0; unit < units.size(); ++unit) {
    sum += unit_joules(units[unit], unit + 1 == units.size(), table, seconds);
  }
  return sum;
}

double seconds_of(uint64_t cycles) {
  return static_cast<double>(cycles) / (1e3 * abi::kClockKhz);
}

}  // namespace photic::host::snn
