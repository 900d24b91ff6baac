// SPDX-License-Identifier: Apache-2.0
// From a place in the device back to the network.
#include "host/snn/program.h"

#include <algorithm>

namespace photic::host::snn {

uint32_t Program::cores_used() const {
  return static_cast<uint32_t>(
      std::count_if(units.begin(), units.end() - 1, [](const UnitUse& unit) { return unit.neurons != 0; }));
}

uint64_t Program::words() const {
  uint64_t sum = 0;
  for (const MemoryImage& image : images) {
    sum += image.words.size();
  }
  return sum;
}

std::string Program::describe_neuron(uint32_t core, uint32_t neuron) const {
  for (const MappedPopulation& population : populations) {
    for (size_t e = 0; e < population.places.size(); ++e) {
      if (population.places[e] == NeuronPlace{core, neuron}) {
        return "neuron " + std::to_string(e) + " of '" + population.name + "'";
      }
    }
  }
  return "neuron " + std::to_string(neuron) + " of core " + std::to_string(core) +
         ", which no population uses";
}

std::string Program::describe_place(uint64_t place) const {
  const abi::SpuPlace found = abi::SpuPlace::unpack(place);
  const bool io = found.core == preset.cores();
  std::string where = std::string(abi::name(found.region)) + " word " + std::to_string(found.word) + " of " +
                      (io ? "the input/output unit" : "core " + std::to_string(found.core));
  if (found.region == abi::SpuRegion::AXON && found.core < units.size() &&
      found.word < units[found.core].axon_names.size()) {
    where += " (connection " + units[found.core].axon_names[found.word] + ")";
  } else if (found.region == abi::SpuRegion::NEURON) {
    where += " (" + describe_neuron(found.core, found.word / 4) + ")";
  } else if (found.region == abi::SpuRegion::POINTER) {
    where += io ? " (input " + std::to_string(found.word) + ")"
                : " (" + describe_neuron(found.core, found.word) + ")";
  } else if (found.core < units.size() && !units[found.core].holds.empty()) {
    where += " (holds " + units[found.core].holds + ")";
  }
  return where;
}

}  // namespace photic::host::snn
