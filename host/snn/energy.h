// SPDX-License-Identifier: Apache-2.0
// What the events that a device counted cost, by a table of the specification.
#pragma once

#include <span>
#include <string>

#include "drivers/abi/energy.h"
#include "host/snn/runner.h"

namespace photic::host::snn {

/// Throws SnnError (kBadOption) listing the tables there are.
const abi::SpuEnergyTable& energy_table(const std::string& name);

/// Joules of the events of one unit. What the input/output unit (`outside`) counts as spikes and synaptic
/// operations are input events and sums for the host: they cost nothing, their packets do. `seconds` is the
/// device time that a core's idle power is drawn for.
double unit_joules(const UnitCounters& counters, bool outside, const abi::SpuEnergyTable& table,
                   double seconds);

/// Of every core and of the input/output unit together, as Runner::counters gives them.
double joules(std::span<const UnitCounters> units, const abi::SpuEnergyTable& table, double seconds);

/// Device time of so many cycles.
double seconds_of(uint64_t cycles);

}  // namespace photic::host::snn
