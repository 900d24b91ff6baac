// SPDX-License-Identifier: Apache-2.0
// Ends of links, to test blocks of the mesh one by one.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "hw/base/clock_domain.h"
#include "hw/base/kernel_session.h"
#include "hw/spu/flit_link.h"
#include "hw/spu/unit_memory.h"
#include "models/kernels/spu/flit.h"

namespace photic::hw {

/// A clock that is always busy, and the activity of the blocks on it.
class MeshBench : private ClockSupervisor {
 public:
  MeshBench() { clock.supervise(*this); }
  KernelSession session;
  ClockDomain clock{"clock", sc_core::sc_time(4, sc_core::SC_NS), true};
  Activity activity{"activity", clock};

 private:
  bool busy() const override { return true; }
  void on_edge() override {}
  void on_progress() override {}
};

/// Sends its flits as fast as credits allow.
class Sender : public SleepingModule {
 public:
  Sender(const sc_core::sc_module_name& name, ClockDomain& clock, FlitLink& link)
      : SleepingModule(name, clock), link_(link) {}
  void give(const std::vector<uint64_t>& flits) {
    flits_.insert(flits_.end(), flits.begin(), flits.end());
    wake_at(now());
  }
  void on_clock() override {
    if (sent.size() == flits_.size()) {
      return;
    }
    if (!link_.can_send(now())) {
      link_.await_credit();
      return;
    }
    link_.send(flits_[sent.size()], now());
    sent.push_back(now());
    wake_at(now() + 1);
  }
  void on_reset() override {}
  std::vector<uint64_t> sent;  ///< cycles

 private:
  FlitLink& link_;
  std::vector<uint64_t> flits_;
};

/// Takes every flit in the first cycle in which it can, from cycle `open` on.
class Receiver : public SleepingModule {
 public:
  Receiver(const sc_core::sc_module_name& name, ClockDomain& clock, FlitLink& link)
      : SleepingModule(name, clock), link_(link) {}
  void on_clock() override {
    if (!link_.ready(now())) {
      return;
    }
    if (now() < open) {
      wake_at(open);
      return;
    }
    taken.emplace_back(now(), link_.front());
    link_.pop(now());
    wake_at(now() + 1);
  }
  void on_reset() override {}
  uint64_t open = 0;
  std::vector<std::pair<uint64_t, uint64_t>> taken;  ///< cycle, flit

 private:
  FlitLink& link_;
};

/// A spike for `axon` with so many hops to go.
inline uint64_t spike(int32_t dx, int32_t dy, uint32_t axon = 0, int32_t payload = 1) {
  return kernels::spu::make_flit({.dx = dx, .dy = dy, .axon = axon}, 0, payload);
}

}  // namespace photic::hw
