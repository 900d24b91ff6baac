// SPDX-License-Identifier: Apache-2.0
// What of the input/output unit is connected to what.
#include "hw/spu/io.h"

namespace photic::hw {

Io::Io(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::SpuPreset& preset, Router& router,
       Activity& activity)
    : sc_core::sc_module(name),
      memory_(preset, preset.cores()),
      receive_(clock, "receive", abi::kFifoSpuReceive, activity),
      send_(clock, "send", abi::kFifoSpuRouter, activity),
      queue_(clock),
      emit_("emit", clock, memory_, queue_, send_, activity),
      outputs_("outputs", clock, memory_, receive_, activity),
      parser_("parser", clock, memory_, emit_, activity) {
  receive_.connect(router, outputs_);
  send_.connect(emit_, router);
  router.connect_output(Router::Port::N, receive_);
  router.connect_input(Router::Port::N, send_);
  parser_.events(queue_.events);
}

uint64_t Io::scan(uint64_t now) {
  if (kernels::spu::config_at_fault(memory_.preset(), true, memory_.config)) {
    memory_.take(abi::Status::INVALID_PROGRAM, {abi::SpuRegion::CONFIG, 0});
    return now;
  }
  return emit_.scan();
}

void Io::flush() {
  receive_.clear();
  send_.clear();
  queue_.events.clear();
  emit_.flush();
}

}  // namespace photic::hw
