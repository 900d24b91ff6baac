// SPDX-License-Identifier: Apache-2.0
// Any text is one integer a line or a GraphFileError; the first byte is the exponent the integers are shifted
// by.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "host/graph/loihi_neuron.h"
#include "host/graph/text_network.h"

namespace {

struct Refused {};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  try {
    const auto weights =
        photic::host::parse_weights({reinterpret_cast<const char*>(data + 1), size - 1}, "input");
    const int64_t exponent = data[0] % 20 - 10;
    const auto shifted = photic::host::shift_weights(
        weights, exponent, [](const std::string&, int64_t, const std::string&) { throw Refused(); });
    for (size_t i = 0; i < weights.size(); ++i) {
      const bool right = exponent < 0 ? shifted[i] * (int64_t{1} << -exponent) == weights[i]
                                      : shifted[i] == weights[i] * (int64_t{1} << exponent);
      if (!right) {
        std::abort();
      }
    }
  } catch (const photic::host::GraphFileError&) {
    return 0;
  } catch (const Refused&) {
    return 0;
  }
  return 0;
}
