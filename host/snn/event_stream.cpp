// SPDX-License-Identifier: Apache-2.0
// Two events a word behind each step's header.
#include "host/snn/event_stream.h"

#include "drivers/abi/spiking.h"
#include "host/snn/snn_error.h"

namespace photic::host::snn {
namespace {

/// Calls visit(step, first event, events) for every step of a train.
template <typename Visitor>
void for_each_step(const SpikeTrain& train, Visitor&& visit) {
  size_t first = 0;
  for (uint32_t step = 0; step < train.steps; ++step) {
    size_t end = first;
    while (end < train.events.size() && train.events[end].step == step) {
      ++end;
    }
    visit(step, first, end - first);
    first = end;
  }
}

}  // namespace

std::vector<uint64_t> make_event_stream(std::span<const SpikeTrain> samples, uint32_t width, uint32_t steps) {
  std::vector<uint64_t> words;
  for (size_t s = 0; s < samples.size(); ++s) {
    const SpikeTrain& train = samples[s];
    const std::string place = "sample " + std::to_string(s);
    if (train.width != width || train.steps != steps) {
      throw SnnError(SnnError::Kind::kBadOption, place, "",
                     "has " + std::to_string(train.width) + " elements and " + std::to_string(train.steps) +
                         " steps where " + std::to_string(width) + " and " + std::to_string(steps) +
                         " belong",
                     "give every sample the network's inputs and the same number of steps");
    }
    for_each_step(train, [&](uint32_t step, size_t first, size_t count) {
      words.push_back(abi::SpuEvents{static_cast<uint32_t>(count)}.pack());
      for (size_t e = 0; e < count; ++e) {
        const SpikeEvent& event = train.events[first + e];
        if (!abi::SpuEvent::kPayload.fits_signed(event.payload) || event.index >= width) {
          throw SnnError(SnnError::Kind::kBadOption, place, "events",
                         "step " + std::to_string(step) + ": element " + std::to_string(event.index) +
                             " with payload " + std::to_string(event.payload) + " does not fit 16 bits",
                         "give smaller payloads");
        }
        const uint64_t half = abi::SpuEvent{event.index, event.payload}.pack_half();
        if (e % 2 == 0) {
          words.push_back(half);
        } else {
          words.back() |= half << 32;
        }
      }
    });
  }
  return words;
}

std::string describe_stream_place(std::span<const SpikeTrain> samples, uint64_t word) {
  std::string place = "the end of the inputs";
  uint64_t next = 0;
  for (size_t s = 0; s < samples.size(); ++s) {
    for_each_step(samples[s], [&](uint32_t step, size_t, size_t count) {
      const uint64_t words = 1 + (count + 1) / 2;
      if (word >= next && word < next + words) {
        place = "step " + std::to_string(step) + " of sample " + std::to_string(s);
      }
      next += words;
    });
  }
  return place;
}

}  // namespace photic::host::snn
