// SPDX-License-Identifier: Apache-2.0
// One packet a cycle.
#include "hw/spu/outputs.h"

#include <algorithm>

#include "models/kernels/spu/flit.h"

namespace photic::hw {

namespace spu = kernels::spu;

void Outputs::on_clock() {
  const uint64_t cycle = now();
  if (!receive_.ready(cycle)) {
    return;
  }
  const uint64_t word = receive_.front();
  const abi::SpuFlit flit = abi::SpuFlit::unpack(word);
  memory_.count(abi::SpuCounter::FLITS_IN);
  if (!spu::parity_is_even(word)) {
    memory_.take_link_error(flit.axon);
  } else if (!spu::is_packet(flit) || flit.axon >= memory_.size().axons) {
    memory_.count(abi::SpuCounter::DROPS);
  } else {
    int32_t& output = memory_.accumulators[flit.axon];
    output = static_cast<int32_t>(static_cast<uint32_t>(output) + static_cast<uint32_t>(flit.payload));
    memory_.count(abi::SpuCounter::SYNAPTIC_OPS);
    activity_.hold(cycle + 1);  // stage B
  }
  receive_.pop(cycle);
  if (receive_.ready(cycle + 1)) {
    wake_at(cycle + 1);
  }
}

uint64_t Outputs::clear(uint64_t now) {
  const uint32_t outputs = memory_.size().axons;
  std::fill_n(memory_.accumulators.begin(), outputs, 0);
  return now + outputs;
}

}  // namespace photic::hw
