// SPDX-License-Identifier: Apache-2.0
// The one list of wrappers.
#include "sim/targets/wrapped.h"

#include "drivers/transport/recording/record_port.h"
#include "drivers/transport/recording/replay_port.h"

namespace photic::sim {

std::unique_ptr<abi::DevicePort> make_wrapped(const transport::Uri& uri, abi::DmaPort& dma,
                                              abi::InterruptPort& interrupts, const MakeBare& make) {
  const abi::DeviceMaker inner = [&](abi::DmaPort& inner_dma, abi::InterruptPort& inner_interrupts) {
    return make_wrapped(*uri.inner, inner_dma, inner_interrupts, make);
  };
  switch (uri.form) {
    case transport::UriForm::kRecord:
      return recording::make_recorded(uri.path, uri.inner->text, inner, dma, interrupts);
    case transport::UriForm::kReplay:
      return recording::make_replay(uri.path, dma, interrupts);
    default:
      return make(uri, dma, interrupts);
  }
}

}  // namespace photic::sim
