// SPDX-License-Identifier: Apache-2.0
// A sound stream, spoilt in one word.
#include "sim/lockstep/spu/random_stream.h"

#include <array>

#include "drivers/abi/spiking.h"
#include "models/kernels/spu/events.h"

namespace photic::lockstep {
namespace {

constexpr std::array<std::string_view, 8> kFaults{"none",    "header", "first_source", "second_source",
                                                  "padding", "short",  "long",         "huge_count"};
constexpr uint32_t kBusy = 40;

class Streams {
 public:
  Streams(Dice& dice, uint32_t steps, uint32_t sources) : dice_(dice), sources_(sources) {
    const uint64_t most = dice.one_of<uint64_t>({0, 2, 4, 4, 8, kBusy});
    const uint32_t seldom = static_cast<uint32_t>(dice.between(1, 3));
    for (uint32_t step = 0; step < steps; ++step) {
      step_of(static_cast<uint32_t>(sources == 0 || !dice.once_in(seldom) ? 0 : dice.below(most + 1)));
    }
  }

  // Whether the stream has a place for the fault.
  bool spoil(std::string_view fault) {
    const auto any_of = [&](const std::vector<size_t>& places) { return places[dice_.below(places.size())]; };
    if (fault == "header") {
      words_[any_of(headers_)] |= uint64_t{1} << dice_.between(32, 63);
    } else if (fault == "huge_count") {
      words_[any_of(headers_)] |= 0x8000'0000;
    } else if (fault == "short") {
      words_.resize(1 + dice_.below(words_.size()));
      words_.pop_back();
      return !words_.empty();
    } else if (fault == "long") {
      for (uint64_t extra = dice_.between(1, 20); extra > 0; --extra) {
        words_.push_back(dice_.below(3));
      }
    } else if (fault == "first_source" && !firsts_.empty()) {
      spoil_source(any_of(firsts_), 0);
    } else if (fault == "second_source" && !seconds_.empty()) {
      spoil_source(any_of(seconds_), 32);
    } else if (fault == "padding" && !odd_.empty()) {
      words_[any_of(odd_)] |= uint64_t{1} << dice_.between(32, 63);
    } else {
      return false;
    }
    return true;
  }

  std::vector<uint64_t> words() { return words_; }

 private:
  void step_of(uint32_t count) {
    headers_.push_back(words_.size());
    words_.push_back(abi::SpuEvents{.count = count}.pack());
    for (uint32_t e = 0; e < count; e += 2) {
      uint64_t word = event();
      (e + 1 < count ? seconds_ : odd_).push_back(words_.size());
      firsts_.push_back(words_.size());
      if (e + 1 < count) {
        word |= uint64_t{event()} << 32;
      }
      words_.push_back(word);
    }
  }

  uint32_t event() {
    const auto graded = [this] {
      return static_cast<int32_t>(dice_.once_in(4) ? abi::SpuEvent::kPayload.get_signed(dice_.bits())
                                                   : static_cast<int64_t>(dice_.below(15)) - 7);
    };
    const abi::SpuEvent event{.source = static_cast<uint32_t>(dice_.below(sources_)),
                              .payload = dice_.once_in(4) ? graded() : 1};
    return event.pack_half();
  }

  void spoil_source(size_t word, unsigned shift) {
    const uint64_t source = dice_.one_of<uint64_t>({sources_, abi::SpuEvent::kSource.ones()});
    words_[word] &= ~(abi::SpuEvent::kSource.mask() << shift);
    words_[word] |= abi::SpuEvent::kSource.set(source) << shift;
  }

  Dice& dice_;
  const uint32_t sources_;
  std::vector<uint64_t> words_;
  // Words of each kind.
  std::vector<size_t> headers_;
  std::vector<size_t> firsts_;
  std::vector<size_t> seconds_;
  std::vector<size_t> odd_;
};

}  // namespace

std::span<const std::string_view> stream_fault_names() {
  return kFaults;
}

Stream draw_stream(Dice& dice, uint32_t steps, uint32_t sources, std::string_view fault) {
  Streams streams(dice, steps, sources);
  if (fault == kFaults.front() || !streams.spoil(fault)) {
    return {streams.words(), kFaults.front()};
  }
  return {streams.words(), fault};
}

}  // namespace photic::lockstep
