// SPDX-License-Identifier: Apache-2.0
// Requests, turns and hops.
#include "hw/spu/router.h"

#include <bit>

namespace photic::hw {

Router::Router(const sc_core::sc_module_name& name, ClockDomain& clock, UnitMemory& memory)
    : SleepingModule(name, clock), memory_(memory) {
  flush();
}

void Router::on_clock() {
  const uint64_t cycle = now();
  std::array<uint32_t, kPorts> requests{};
  uint32_t wanted = 0;
  for (size_t input = 0; input < kPorts; ++input) {
    if (inputs_[input] != nullptr && inputs_[input]->ready(cycle)) {
      const size_t port = index(kernels::spu::wanted_port(inputs_[input]->front()));
      requests[port] |= 1U << input;
      wanted |= 1U << port;
    }
  }
  for (; wanted != 0; wanted &= wanted - 1) {
    const auto port = static_cast<size_t>(std::countr_zero(wanted));
    FlitLink* output = outputs_[port];
    if (output != nullptr && !output->can_send(cycle)) {
      output->await_credit();
      continue;
    }
    grant(port, requests[port], cycle);
  }
}

void Router::grant(size_t port, uint32_t requests, uint64_t cycle) {
  const size_t first = (last_[port] + 1U) % kPorts;
  const uint32_t turned = requests >> first | requests << (kPorts - first);
  const size_t winner = (first + static_cast<size_t>(std::countr_zero(turned))) % kPorts;
  FlitLink& input = *inputs_[winner];
  if (outputs_[port] != nullptr) {
    outputs_[port]->send(kernels::spu::hop(input.front(), static_cast<Port>(port)), cycle);
    memory_.count(abi::SpuCounter::HOPS, port != index(Port::L) ? 1 : 0);
  } else {
    memory_.count(abi::SpuCounter::DROPS);
  }
  input.pop(cycle);
  last_[port] = static_cast<uint8_t>(winner);
  if ((requests & (requests - 1)) != 0 || input.ready(cycle + 1)) {
    wake_at(cycle + 1);
  }
}

}  // namespace photic::hw
