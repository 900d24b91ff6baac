// SPDX-License-Identifier: Apache-2.0
// The parser of docs/reference/spu-device.md 4.2, a word and a packet at a time.
#include "models/golden/spu/inputs.h"

#include "models/kernels/spu/events.h"

namespace photic::golden {

using abi::SpuCounter;
using abi::Status;

void SpuInputs::open(uint64_t address, uint32_t words) {
  stream_.open(address, words);
  phase_ = Phase::kIdle;
  fault_.reset();
}

void SpuInputs::begin(uint32_t base_step) {
  base_step_ = base_step;
  if (!fault_) {
    phase_ = Phase::kHeader;
  }
}

bool SpuInputs::advance(uint64_t work) {
  for (uint64_t done = 0; phase_ != Phase::kIdle;) {
    if (done >= work) {
      return false;
    }
    switch (phase_) {
      case Phase::kIdle:
        break;
      case Phase::kHeader:
        take_header();
        break;
      case Phase::kWord:
        if (const auto word = take_word()) {
          word_ = *word;
          phase_ = Phase::kEvent;
        }
        break;
      case Phase::kEvent:
        take_event();
        break;
      case Phase::kFan:
        done += send_one();
        continue;
    }
    ++done;
  }
  return true;
}

void SpuInputs::fail(Status status, uint64_t address) {
  fault_ = fault_ ? fault_ : Outcome{status, address};
  phase_ = Phase::kIdle;
}

std::optional<uint64_t> SpuInputs::take_word() {
  const uint64_t address = stream_.position();
  if (stream_.left() == 0) {
    fail(Status::INVALID_EVENTS, address);
    return std::nullopt;
  }
  const InputStream::Word word = stream_.next();
  if (word.refused) {
    fail(Status::DMA_READ_ERROR, address);
    return std::nullopt;
  }
  return word.value;
}

void SpuInputs::take_header() {
  const uint64_t address = stream_.position();
  const auto word = take_word();
  if (!word) {
    return;
  }
  if (!kernels::spu::header_is_valid(*word)) {
    fail(Status::INVALID_EVENTS, address);
    return;
  }
  count_ = abi::SpuEvents::unpack(*word).count;
  index_ = 0;
  phase_ = count_ == 0 ? Phase::kIdle : Phase::kWord;
}

void SpuInputs::take_event() {
  SpuUnit& io = mesh_.io();
  const abi::SpuEvent event = kernels::spu::event_at(word_, index_);
  if (event.source >= io.size.neurons) {
    fail(Status::INVALID_EVENTS, stream_.position() - 8);
    return;
  }
  registers_.count(abi::SPU_EVENTS, 1);
  io.counter(SpuCounter::SPIKES) += 1;
  const Fan& fan = mesh_.begin_fan(io, event.source);
  payload_ = event.payload;
  entry_ = fan.base;
  entries_end_ = fan.base + fan.count;
  phase_ = Phase::kFan;
}

uint32_t SpuInputs::send_one() {
  if (entry_ == entries_end_) {
    end_event();
    return 1;
  }
  const Route* const route = &mesh_.io().routes[entry_++];
  mesh_.expect(route[kRoutesAhead]);
  return mesh_.send(*route, payload_, base_step_);
}

void SpuInputs::end_event() {
  const bool second_half = index_ % 2 != 0;
  ++index_;
  if (index_ < count_) {
    phase_ = second_half ? Phase::kWord : Phase::kEvent;
  } else if (!second_half && !kernels::spu::padding_is_valid(word_)) {
    fail(Status::INVALID_EVENTS, stream_.position() - 8);
  } else {
    phase_ = Phase::kIdle;
  }
}

bool SpuInputs::drain() {
  if (stream_.left() != 0) {
    if (!fault_) {
      fail(Status::INVALID_EVENTS, stream_.position());
    }
    stream_.skip();
  }
  return stream_.left() == 0;
}

}  // namespace photic::golden
