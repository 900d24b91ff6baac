// SPDX-License-Identifier: Apache-2.0
// The one list of wrappers.
#include "sim/targets/wrapped.h"

#include "drivers/transport/error.h"
#include "drivers/transport/recording/record_port.h"
#include "drivers/transport/recording/replay_port.h"
#include "sim/faults/fault_port.h"
#include "sim/faults/rules.h"

namespace photic::sim {
namespace {

std::unique_ptr<abi::DevicePort> make_failing(const transport::Uri& uri, abi::DmaPort& dma,
                                              abi::InterruptPort& interrupts, const MakeBare& make,
                                              Process process) {
  transport::Uri inner =
      transport::parse_uri(faults::with_device_options(faults::parse_rules(uri.rules), uri.inner->text));
  if (inner.device().form != transport::UriForm::kCheck) {
    return faults::make_faulty(uri.rules,
                               [&](abi::DmaPort& inner_dma, abi::InterruptPort& inner_interrupts) {
                                 return make_wrapped(inner, inner_dma, inner_interrupts, make, process);
                               },
                               dma, interrupts, {.own_process = process == Process::kOwn, .compared = false});
  }
  // Around the pair every access would be seen once for each of the two.
  if (inner.form != transport::UriForm::kCheck) {
    throw transport::Error(
        abi::Status::UNSUPPORTED,
        "device URI '" + uri.text.substr(0, 200) +
            "': faults of devices that are compared stand right before 'check:'; join rules "
            "with '+', and put 'record:' before 'fault:'");
  }
  inner.rules = uri.rules;
  return make(inner, dma, interrupts);
}

}  // namespace

std::unique_ptr<abi::DevicePort> make_wrapped(const transport::Uri& uri, abi::DmaPort& dma,
                                              abi::InterruptPort& interrupts, const MakeBare& make,
                                              Process process) {
  const abi::DeviceMaker inner = [&](abi::DmaPort& inner_dma, abi::InterruptPort& inner_interrupts) {
    return make_wrapped(*uri.inner, inner_dma, inner_interrupts, make, process);
  };
  switch (uri.form) {
    case transport::UriForm::kRecord:
      return recording::make_recorded(uri.path, uri.inner->text, inner, dma, interrupts);
    case transport::UriForm::kFault:
      return make_failing(uri, dma, interrupts, make, process);
    case transport::UriForm::kReplay:
      return recording::make_replay(uri.path, dma, interrupts);
    default:
      return make(uri, dma, interrupts);
  }
}

}  // namespace photic::sim
