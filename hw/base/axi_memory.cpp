// SPDX-License-Identifier: Apache-2.0
// Latencies, order and stalls of host memory, and the transfers themselves.
#include "hw/base/axi_memory.h"

#include <algorithm>
#include <string>

namespace photic::hw {
namespace {

constexpr numerics::Purpose kStallStream = 64;
constexpr uint32_t kLongestStall = 7;
constexpr uint64_t kWordBytes = 8;

}  // namespace

AxiMemory::AxiMemory(abi::DmaPort& port, const Options& options)
    : port_(port), options_(options), random_(options.stall_seed.value_or(0), kStallStream) {
  options_.read_latency = std::max(options_.read_latency, 1U);
  options_.write_latency = std::max(options_.write_latency, 1U);
  reset();
}

void AxiMemory::reset() {
  now_ = 0;
  read_address_gate_ = {0, stall(kReadAddress, 0)};
  write_address_gate_ = {0, stall(kWriteAddress, 0)};
  write_data_gate_ = {0, stall(kWriteData, 0)};
  reads_.clear();
  beats_done_ = 0;
  beat_index_ = 0;
  beat_due_ = kForever;
  write_addresses_.clear();
  write_bursts_.clear();
  write_words_.clear();
  incoming_beats_ = 0;
  response_earliest_ = 0;
  outputs_ = {};
  begin_cycle();
}

uint32_t AxiMemory::stall(Channel channel, uint64_t index) const {
  if (!options_.stall_seed) {
    return 0;
  }
  const uint64_t draw = random_.bits(index, channel);
  return (draw & 1) == 0 ? 0 : 1 + static_cast<uint32_t>((draw >> 1) % kLongestStall);
}

bool AxiMemory::pass(Gate& gate, Channel channel, bool valid) {
  if (!valid) {
    return false;
  }
  if (gate.wait > 0) {
    --gate.wait;
    return false;
  }
  gate.wait = stall(channel, ++gate.index);
  return true;
}

void AxiMemory::emit(abi::EventKind kind, uint64_t cycle, uint64_t address, uint64_t data) {
  if (sink_ != nullptr) {
    sink_->on_event({cycle, kind, address, data});
  }
}

void AxiMemory::schedule_beat(uint64_t earliest) {
  beat_due_ =
      reads_.empty() ? kForever : std::max(reads_.front().due, earliest) + stall(kReadData, beat_index_);
}

void AxiMemory::step(const Inputs& master, uint64_t cycle) {
  if (pass(read_address_gate_, kReadAddress, master.ar_valid)) {
    const uint32_t beats = master.ar_len + 1U;
    emit(abi::EventKind::kReadBurst, cycle, master.ar_addr, beats);
    reads_.push_back({master.ar_addr, beats, now_ + options_.read_latency});
    if (reads_.size() == 1) {
      schedule_beat(now_ + 1);
    }
  }
  if (outputs_.r_valid && master.r_ready) {
    emit(abi::EventKind::kReadBeat, cycle, reads_.front().address + kWordBytes * beats_done_,
         outputs_.r_data);
    outputs_.r_valid = false;
    ++beat_index_;
    if (++beats_done_ == reads_.front().beats) {
      reads_.pop_front();
      beats_done_ = 0;
    }
    schedule_beat(now_ + 1);
  }
  if (pass(write_address_gate_, kWriteAddress, master.aw_valid)) {
    const uint32_t beats = master.aw_len + 1U;
    emit(abi::EventKind::kWriteBurst, cycle, master.aw_addr, beats);
    write_addresses_.push_back({master.aw_addr, beats, now_});
  }
  if (pass(write_data_gate_, kWriteData, master.w_valid)) {
    emit(abi::EventKind::kWriteBeat, cycle, 0, master.w_data);
    write_words_.push_back(master.w_data);
    ++incoming_beats_;
    if (master.w_last) {
      write_bursts_.push_back({incoming_beats_, now_});
      incoming_beats_ = 0;
    }
  }
  if (outputs_.b_valid && master.b_ready) {
    outputs_.b_valid = false;
    response_earliest_ = now_ + 1;
  }
  ++now_;
  begin_cycle();
}

std::optional<uint64_t> AxiMemory::response_due() const {
  if (write_addresses_.empty() || write_bursts_.empty()) {
    return std::nullopt;
  }
  const uint64_t complete = std::max(write_addresses_.front().cycle, write_bursts_.front().cycle);
  return std::max(complete + options_.write_latency, response_earliest_);
}

void AxiMemory::offer_response() {
  const WriteAddress burst = write_addresses_.front();
  const uint32_t beats = write_bursts_.front().beats;
  if (beats != burst.beats) {
    throw AxiProtocolError("AXI write burst at bus address " + std::to_string(burst.address) + " announced " +
                           std::to_string(burst.beats) + " beats, but its last beat was number " +
                           std::to_string(beats) + ": w_last must come with the last announced beat");
  }
  burst_.assign(write_words_.begin(), write_words_.begin() + beats);
  write_words_.erase(write_words_.begin(), write_words_.begin() + beats);
  write_addresses_.pop_front();
  write_bursts_.pop_front();
  outputs_.b_valid = true;
  outputs_.b_error = !port_.write(burst.address, burst_.data(), burst_.size());
}

void AxiMemory::offer_beat() {
  const ReadBurst& burst = reads_.front();
  uint64_t word = 0;
  outputs_.r_error = !port_.read(burst.address + kWordBytes * beats_done_, &word, 1);
  outputs_.r_data = outputs_.r_error ? 0 : word;
  outputs_.r_last = beats_done_ + 1 == burst.beats;
  outputs_.r_valid = true;
  beat_due_ = kForever;
}

void AxiMemory::begin_cycle() {
  if (!outputs_.b_valid) {
    const auto due = response_due();
    if (due && *due <= now_) {
      offer_response();
    }
  }
  if (!outputs_.r_valid && beat_due_ <= now_) {
    offer_beat();
  }
  outputs_.ar_ready = read_address_gate_.wait == 0;
  outputs_.aw_ready = write_address_gate_.wait == 0;
  outputs_.w_ready = write_data_gate_.wait == 0;
}

uint64_t AxiMemory::quiet_cycles() const {
  if (outputs_.r_valid || outputs_.b_valid) {
    return 0;
  }
  const uint64_t next = std::min(beat_due_, response_due().value_or(kForever));
  return next == kForever ? kForever : next - now_;
}

void AxiMemory::skip(uint64_t cycles) {
  now_ += cycles;
  begin_cycle();
}

}  // namespace photic::hw
