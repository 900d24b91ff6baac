// SPDX-License-Identifier: Apache-2.0
// Any text is a description of a neuron within its ranges, or a GraphFileError.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "host/graph/text_network.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    int64_t exponent = 0;
    const auto neuron = photic::host::parse_neuron_description({reinterpret_cast<const char*>(data), size},
                                                               "input", exponent);
    if (neuron.current_decay < 0 || neuron.current_decay > 4096 || neuron.voltage_decay < 0 ||
        neuron.voltage_decay > 4096 || neuron.refractory_steps > 63) {
      std::abort();
    }
  } catch (const photic::host::GraphFileError&) {
    return 0;
  }
  return 0;
}
