// SPDX-License-Identifier: Apache-2.0
// Groups in, words out.
#include "hw/opu/scaler.h"

#include "drivers/abi/timing.h"

namespace photic::hw {
namespace {

constexpr uint32_t kWordBytes = sizeof(uint64_t);
constexpr unsigned kHalfBits = 32;

}  // namespace

Scaler::Scaler(const sc_core::sc_module_name& name, ClockDomain& clock)
    : ClockedModule(name, clock),
      combined(clock, "combined", abi::kFifoCombined),
      in_hand_(clock, "in_hand") {}

void Scaler::on_reset() {
  vectors = {};
  outputs_saturated = {};
}

void Scaler::begin() {
  const abi::Submission& command = engine_start->payload().submission;
  shape_ = kernels::command_shape(command);
  scaling_ = kernels::output_scaling(command);
  vector_ = 0;
  first_group_ = true;
  half_full_ = false;
}

void Scaler::on_clock() {
  if (flush->get()) {
    in_hand_.set(false);
    return;
  }
  if (high(engine_start)) {
    begin();
  }
  const bool ends = in_hand_.get() && work();
  if (!combined.empty() && (!in_hand_.get() || ends) && (!first_group_ || !wr_req->full())) {
    take();
  } else if (ends) {
    in_hand_.set(false);
  }
}

void Scaler::take() {
  group_ = combined.pop();
  in_hand_.set(true);
  word_ = 0;
  if (first_group_) {
    const uint64_t destination = engine_start->payload().submission.destination;
    wr_req->push(
        {destination + uint64_t{kWordBytes} * shape_.destination_words * vector_, shape_.destination_words});
    ++vector_;
  }
  first_group_ = group_.last;
}

bool Scaler::work() {
  bool ends = false;
  if (scaling_.format == abi::OutputFormat::U8) {
    ends = work_on_half_words();
  } else if (!wr_data->full()) {
    wr_data->push(scaled_word());
    ++word_;
    const uint32_t bytes = group_.pixels * shape_.values_per_pixel * shape_.value_bytes;
    ends = word_ * kWordBytes >= bytes;
  }
  vectors.add(ends && group_.last ? 1 : 0);
  return ends;
}

bool Scaler::work_on_half_words() {
  if (!group_.last && !half_full_) {
    half_ = static_cast<uint32_t>(scaled_word());
    half_full_ = true;
    return true;
  }
  if (wr_data->full()) {
    return false;
  }
  const uint64_t bytes = scaled_word();
  wr_data->push(half_full_ ? bytes << kHalfBits | half_ : bytes);
  half_full_ = false;
  return true;
}

uint64_t Scaler::scaled_word() {
  const uint32_t bits = 8 * shape_.value_bytes;
  const uint32_t values_a_word = kWordBytes / shape_.value_bytes;
  const uint64_t mask = (uint64_t{1} << bits) - 1;
  uint64_t word = 0;
  for (uint32_t i = 0; i < values_a_word; ++i) {
    const uint32_t value = word_ * values_a_word + i;
    const uint32_t pixel = value / shape_.values_per_pixel;
    if (pixel >= group_.pixels) {
      break;
    }
    const bool imaginary = value % shape_.values_per_pixel == 1;
    const auto scaled =
        kernels::scale_value(imaginary ? group_.sums.im[pixel] : group_.sums.re[pixel], scaling_);
    outputs_saturated.add(scaled.clipped ? 1 : 0);
    word |= (static_cast<uint64_t>(static_cast<int64_t>(scaled.value)) & mask) << (bits * i);
  }
  return word;
}

uint64_t Scaler::quiet_cycles() const {
  const bool acts = flush->get() || high(engine_start) || in_hand_.get() || !combined.empty();
  return acts ? 0 : kQuietForever;
}

}  // namespace photic::hw
