// SPDX-License-Identifier: Apache-2.0
// What a device counted, by core and by layer, and what that costs by a table of event energies.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "drivers/abi/energy.h"
#include "host/snn/runner.h"

namespace photic::tools {

/// Counters of one unit, or of all units that hold the same populations.
struct UnitActivity {
  std::string name;             // "hidden", "hidden + output" for a core that holds both, "input/output"
  std::vector<uint32_t> units;  // cores; the number of cores stands for the input/output unit
  host::snn::UnitCounters counters{};
  double joules = 0;

  uint64_t counter(abi::SpuCounter which) const { return counters[static_cast<size_t>(which)]; }
};

/// The whole, its cores in use and the input/output unit, and the same by what they hold. The input/output
/// unit's input events and output sums are neither spikes nor synaptic operations: they are in `events` and
/// cost nothing; its packets do.
struct Activity {
  UnitActivity total;
  std::vector<UnitActivity> cores, layers;
  uint64_t events = 0;  // input events
};

/// `seconds` of device time are what power is drawn for; 0 on an untimed device.
Activity activity_of(const host::snn::Program& program, const std::vector<host::snn::UnitCounters>& units,
                     const abi::SpuEnergyTable& table, double seconds);

}  // namespace photic::tools
