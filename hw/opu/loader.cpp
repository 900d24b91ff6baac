// SPDX-License-Identifier: Apache-2.0
// From memory words to feature bits to mirror words.
#include "hw/opu/loader.h"

#include "drivers/abi/timing.h"

namespace photic::hw {
namespace {

constexpr uint32_t kMemoryWordBits = 64;

}  // namespace

Loader::Loader(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::Preset& preset)
    : ClockedModule(name, clock),
      dmd_fill(clock, "dmd_fill"),
      dmd_valid(clock, "dmd_valid"),
      frame_valid(clock, "frame_valid"),
      frame(clock, "frame"),
      read_error(clock, "read_error"),
      preset_(preset),
      state_(clock, "state"),
      feature_memory_((uint64_t{preset.mirror_rows} * preset.mirror_cols + kMemoryWordBits - 1) /
                      kMemoryWordBits) {}

void Loader::on_reset() {
  feature_memory_.assign(feature_memory_.size(), 0);
}

void Loader::on_clock() {
  if (flush->get()) {
    state_.set(State::IDLE);
    frame_valid.set(false);
    return;
  }
  switch (state_.get()) {
    case State::IDLE:
      if (high(engine_start)) {
        begin();
      }
      break;
    case State::REQUEST:
      request();
      break;
    case State::FETCH:
      if (!rd_data->empty()) {
        fetch();
      }
      break;
    case State::FILL:
      dmd_fill.fire(frame_.pattern.outside);
      row_ = 0;
      walk_ = {};
      n_ = 0;
      state_.set(State::ROW);
      break;
    case State::ROW:
      if (n_ == abi::kRowSetupCycles - 1) {
        word_ = 0;
        state_.set(State::WORDS);
      }
      ++n_;
      break;
    case State::WORDS:
      load_word();
      break;
    case State::READY:
      offer();
      break;
  }
}

void Loader::begin() {
  shape_ = kernels::command_shape(command());
  layout_ = kernels::mirror_layout(command(), preset_.mirror_cols);
  frame_index_ = 0;
  frame_ = kernels::frame_at(command(), 0);
  read_error.set({});
  state_.set(frame_.calibrating ? State::FILL : State::REQUEST);
}

uint64_t Loader::vector_address() const {
  return command().source + sizeof(uint64_t) * shape_.source_words * frame_.vector;
}

void Loader::request() {
  rd_req->push({vector_address(), shape_.source_words});
  index_ = 0;
  state_.set(State::FETCH);
}

void Loader::fetch() {
  const ReadWord& word = rd_data->pop();
  store(word.data);
  const bool failed = read_error.get().failed;
  if (word.error && !failed) {
    read_error.set({true, vector_address() + sizeof(uint64_t) * index_});
  }
  if (++index_ == shape_.source_words) {
    state_.set(failed || word.error ? State::IDLE : State::FILL);
  }
}

void Loader::store(uint64_t source_word) {
  const abi::InputFormat format = abi::input_format(command().input);
  const unsigned planes = abi::input_planes(command().input);
  const uint64_t first = uint64_t{index_} * kernels::features_per_word(format);
  if (first >= uint64_t{feature_memory_.size()} * kMemoryWordBits) {
    return;
  }
  const unsigned shift = first % kMemoryWordBits;
  uint64_t& memory_word = feature_memory_[first / kMemoryWordBits];
  const uint64_t kept = shift == 0 ? 0 : memory_word;
  memory_word = kept | kernels::plane_bits(format, planes, frame_.plane, source_word) << shift;
}

void Loader::load_word() {
  MirrorWord mirrors;
  mirrors.row = static_cast<uint16_t>(layout_.first_row + row_);
  mirrors.word = static_cast<uint16_t>(word_);
  mirrors.data = kernels::mirror_word(layout_, frame_.pattern, feature_memory_, word_, walk_);
  dmd_valid.fire(mirrors);
  if (++word_ < layout_.words_per_row()) {
    return;
  }
  kernels::end_row(layout_, walk_);
  n_ = 0;
  ++row_;
  state_.set(row_ == layout_.rows ? State::READY : State::ROW);
}

void Loader::offer() {
  if (!high(frame_taken)) {
    if (!frame_valid.get()) {
      frame.set(frame_);
      frame_valid.set(true);
    }
    return;
  }
  frame_valid.set(false);
  if (++frame_index_ == shape_.frames()) {
    state_.set(State::IDLE);
    return;
  }
  const kernels::Frame done = frame_;
  frame_ = kernels::frame_at(command(), frame_index_);
  const bool same_plane = frame_.vector == done.vector && frame_.plane == done.plane;
  state_.set(same_plane || frame_.calibrating ? State::FILL : State::REQUEST);
}

uint64_t Loader::quiet_cycles() const {
  if (flush->get()) {
    return 0;
  }
  switch (state_.get()) {
    case State::IDLE:
      return high(engine_start) ? 0 : kQuietForever;
    case State::FETCH:
      return rd_data->empty() ? kQuietForever : 0;
    case State::ROW:
      return abi::kRowSetupCycles - 1 - n_;
    case State::READY:
      return frame_valid.get() && !high(frame_taken) ? kQuietForever : 0;
    default:
      return 0;
  }
}

void Loader::skip(uint64_t cycles) {
  if (state_.get() == State::ROW) {
    n_ += static_cast<uint32_t>(cycles);
  }
}

}  // namespace photic::hw
