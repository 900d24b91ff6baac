// SPDX-License-Identifier: Apache-2.0
// Burst start, beats and responses.
#include "hw/shell/dma_write.h"

namespace photic::hw {
namespace {

constexpr size_t kRequests = 4;
constexpr uint64_t kWordBytes = 8;

}  // namespace

DmaWrite::DmaWrite(const sc_core::sc_module_name& name, ClockDomain& clock)
    : ClockedModule(name, clock),
      wr_req(clock, "wr_req", kRequests),
      wr_data(clock, "wr_data", abi::kFifoWriteData),
      aw(clock, "aw"),
      w(clock, "w"),
      error(clock, "error"),
      active_(clock, "active"),
      address_(clock, "address"),
      left_(clock, "left"),
      beats_(clock, "beats"),
      outstanding_(clock, "outstanding") {}

void DmaWrite::on_reset() {
  beats = {};
  oldest_ = 0;
}

bool DmaWrite::idle() const {
  return !active_.get() && wr_req.empty() && beats_.get() == 0 && !w.get().valid && !aw.get().valid &&
         outstanding_.get() == 0;
}

uint32_t DmaWrite::next_burst() const {
  return burst_beats(address_.get(), left_.get(), abi::kReadBurstBeats);
}

bool DmaWrite::can_start() const {
  return active_.get() && beats_.get() == 0 && outstanding_.get() < abi::kWritesInFlight &&
         wr_data.count() >= next_burst() && (!aw.get().valid || axi->get().aw_ready);
}

void DmaWrite::on_clock() {
  const AxiMemory::Outputs& bus = axi->get();
  const bool flushing = flush->get();
  uint32_t outstanding = outstanding_.get();
  if (!flushing && can_start()) {
    const uint32_t burst = next_burst();
    aw.set({true, address_.get(), static_cast<uint8_t>(burst - 1)});
    addresses_[(oldest_ + outstanding) % addresses_.size()] = address_.get();
    beats_.set(burst);
    address_.set(address_.get() + kWordBytes * burst);
    left_.set(left_.get() - burst);
    ++outstanding;
    active_.set(left_.get() != burst);
  } else if (aw.get().valid && bus.aw_ready) {
    AxiAddress taken = aw.get();
    taken.valid = false;
    aw.set(taken);
  }
  if (!active_.get() && !wr_req.empty() && !flushing) {
    const DmaRequest& request = wr_req.pop();
    address_.set(request.address);
    left_.set(request.words);
    active_.set(true);
  }
  if (beats_.get() > 0 && (!w.get().valid || bus.w_ready)) {
    w.set({true, wr_data.pop(), beats_.get() == 1});
    beats_.set(beats_.get() - 1);
  } else if (w.get().valid && bus.w_ready) {
    AxiWriteData taken = w.get();
    taken.valid = false;
    w.set(taken);
  }
  beats.add(w.get().valid && bus.w_ready ? 1 : 0);
  if (high(clear_error)) {
    error.set({});
  }
  if (bus.b_valid) {
    if (bus.b_error && !error.get().failed) {
      error.set({true, addresses_[oldest_]});
    }
    oldest_ = (oldest_ + 1) % addresses_.size();
    --outstanding;
  }
  outstanding_.set(outstanding);
  if (flushing && beats_.get() == 0) {
    active_.set(false);
    wr_req.clear();
    wr_data.clear();
  }
}

uint64_t DmaWrite::quiet_cycles() const {
  const bool acts = flush->get() || axi->get().b_valid || aw.get().valid || w.get().valid ||
                    beats_.get() > 0 || can_start() || (!active_.get() && !wr_req.empty());
  return acts ? 0 : kQuietForever;
}

}  // namespace photic::hw
