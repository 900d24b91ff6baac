// SPDX-License-Identifier: Apache-2.0
// Burst issue and beat collection.
#include "hw/shell/dma_read.h"

#include "drivers/abi/timing.h"

namespace photic::hw {
namespace {

constexpr size_t kRequests = 2;
constexpr uint64_t kWordBytes = 8;

}  // namespace

DmaRead::DmaRead(const sc_core::sc_module_name& name, ClockDomain& clock)
    : ClockedModule(name, clock),
      rd_req(clock, "rd_req", kRequests),
      rd_data(clock, "rd_data", abi::kFifoReadData),
      ar(clock, "ar"),
      active_(clock, "active"),
      address_(clock, "address"),
      left_(clock, "left"),
      pending_(clock, "pending"),
      bursts_(clock, "bursts") {}

bool DmaRead::idle() const {
  return !active_.get() && rd_req.empty() && !ar.get().valid && pending_.get() == 0 && rd_data.empty();
}

uint32_t DmaRead::next_burst() const {
  return burst_beats(address_.get(), left_.get(), abi::kReadBurstBeats);
}

bool DmaRead::can_issue() const {
  return active_.get() && (!ar.get().valid || axi->get().ar_ready) && bursts_.get() < abi::kReadsInFlight &&
         pending_.get() + rd_data.count() + next_burst() <= abi::kFifoReadData;
}

void DmaRead::on_clock() {
  const AxiMemory::Outputs& bus = axi->get();
  uint32_t pending = pending_.get();
  uint32_t bursts = bursts_.get();
  const bool flushing = flush->get();
  const bool issue = !flushing && can_issue();
  if (issue) {
    const uint32_t burst = next_burst();
    ar.set({true, address_.get(), static_cast<uint8_t>(burst - 1)});
    address_.set(address_.get() + kWordBytes * burst);
    left_.set(left_.get() - burst);
    pending += burst;
    ++bursts;
    active_.set(left_.get() != burst);
  } else if (ar.get().valid && bus.ar_ready) {
    AxiAddress taken = ar.get();
    taken.valid = false;
    ar.set(taken);
  }
  if (!flushing && !active_.get() && !rd_req.empty()) {
    const DmaRequest& request = rd_req.pop();
    address_.set(request.address);
    left_.set(request.words);
    active_.set(true);
  }
  if (bus.r_valid) {
    beats.add();
    --pending;
    bursts -= bus.r_last ? 1 : 0;
    if (!flushing) {
      rd_data.push({bus.r_error ? 0 : bus.r_data, bus.r_error});
    }
  }
  pending_.set(pending);
  bursts_.set(bursts);
  if (flushing) {
    active_.set(false);
    rd_req.clear();
    rd_data.clear();
  }
}

uint64_t DmaRead::quiet_cycles() const {
  const bool acts = flush->get() || axi->get().r_valid || ar.get().valid || can_issue() ||
                    (!active_.get() && !rd_req.empty());
  return acts ? 0 : kQuietForever;
}

}  // namespace photic::hw
