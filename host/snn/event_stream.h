// SPDX-License-Identifier: Apache-2.0
// Input events as the words a run reads.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/events/spike_train.h"

namespace photic::host::snn {

/// The stream of several samples one after the other: for each step a header and its events. Throws SnnError
/// (kBadOption) naming the sample for a train of other than `width` elements or `steps` steps, and for a
/// payload that does not fit 16 bits.
std::vector<uint64_t> make_event_stream(std::span<const SpikeTrain> samples, uint32_t width, uint32_t steps);

/// Which sample, step and event the word at `word` of such a stream belongs to: "step 3 of sample 1".
std::string describe_stream_place(std::span<const SpikeTrain> samples, uint64_t word);

}  // namespace photic::host::snn
