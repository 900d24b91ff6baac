// SPDX-License-Identifier: Apache-2.0
// What of a core is connected to what.
#include "hw/spu/core.h"

#include <algorithm>

namespace photic::hw {

Core::Core(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::SpuPreset& preset,
           uint32_t number, Activity& activity)
    : sc_core::sc_module(name),
      memory_(preset, number),
      receive_(clock, "receive", abi::kFifoSpuReceive, activity),
      send_(clock, "send", abi::kFifoSpuRouter, activity),
      router_("router", clock, memory_),
      emit_("emit", clock, memory_, queue_, send_, activity),
      sweep_(memory_, queue_, emit_),
      deliver_("deliver", clock, memory_, receive_, sweep_, activity) {
  receive_.connect(router_, deliver_);
  send_.connect(emit_, router_);
  router_.connect_output(Router::Port::L, receive_);
  router_.connect_input(Router::Port::L, send_);
}

uint64_t Core::scan(uint64_t now) {
  if (kernels::spu::config_at_fault(memory_.preset(), false, memory_.config)) {
    memory_.take(abi::Status::INVALID_PROGRAM, {abi::SpuRegion::CONFIG, 0});
    return now;
  }
  return std::max({deliver_.scan(), sweep_.scan(now), emit_.scan()});
}

void Core::flush() {
  receive_.clear();
  send_.clear();
  router_.flush();
  queue_.clear();
  emit_.flush();
  sweep_.flush();
  deliver_.flush();
}

}  // namespace photic::hw
