// SPDX-License-Identifier: Apache-2.0
// Any bytes are a recording or an EventError; a recording bins into a sorted train inside its bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "host/events/binning.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace host = photic::host;
  try {
    const host::EventRecording recording = host::parse_nmnist({data, size}, "input");
    if (recording.events.size() * 5 != size) {
      std::abort();
    }
    const host::SpikeTrain train = host::bin(recording, host::kLoihiBinning);
    if (host::make_spike_train(train.steps, train.width, train.events) != train) {
      std::abort();
    }
  } catch (const host::EventError&) {
    return 0;
  }
  return 0;
}
