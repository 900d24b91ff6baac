// SPDX-License-Identifier: Apache-2.0
// What random sessions reached: how often each of the things that a device can do was done.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"

namespace photic::lockstep {

/// Counts by name, "axis:value": "synapse:DENSE/W4/SIGNED/aligned", "program_fault:axon_delay".
class Coverage {
 public:
  void add(const std::string& name, uint64_t times = 1) { counts_[name] += times; }
  void add(const Coverage& other);
  uint64_t count(const std::string& name) const;

  /// Those of `names` that were never reached.
  std::vector<std::string> missing(const std::vector<std::string>& names) const;

  /// A line an axis, with its values and how often each was reached; 0 for those of `names` that were not.
  void print(std::ostream& out, const std::vector<std::string>& names) const;

  /// An object of name to count, those of `names` that were never reached included.
  void write_json(std::ostream& out, const std::vector<std::string>& names) const;

 private:
  std::map<std::string, uint64_t> with_missing(const std::vector<std::string>& names) const;

  std::map<std::string, uint64_t> counts_;
};

/// Everything that sessions on a geometry have to reach. `clocked`: on two clocked devices, where watchdogs
/// fire and full links show; `faults`: with refused bus accesses.
std::vector<std::string> reachable(const abi::SpuPreset& preset, bool clocked, bool faults);

/// "synapse:DENSE/W4/SIGNED/aligned"; POOL has no weights: "synapse:POOL".
std::string synapse_coverage(const abi::SpuAxon& axon);
/// "neuron:FLOOR/SUBTRACT/GRADED".
std::string neuron_coverage(abi::SpuRounding rounding, abi::SpuReset reset, abi::SpuEmit emit);

}  // namespace photic::lockstep
