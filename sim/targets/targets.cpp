// SPDX-License-Identifier: Apache-2.0
// The one list of targets.
#include "sim/targets/targets.h"

#include <array>
#include <string>
#include <string_view>

#include "drivers/transport/error.h"
#include "sim/targets/wrapped.h"

namespace photic::sim {
namespace {

struct Target {
  std::string_view name;
  std::string_view kind;
  MakeDevice make;
};

// A target is a line here and a file beside this one.
constexpr std::array kTargets{
    Target{"golden", "opu", make_golden},   Target{"golden", "spu", make_golden_spu},
#ifdef PHOTIC_HARDWARE
    Target{"systemc", "opu", make_systemc}, Target{"systemc", "spu", make_systemc_spu},
    Target{"rtl", "opu", make_rtl},         Target{"rtl", "spu", make_rtl_spu},
#endif
};

std::unique_ptr<abi::DevicePort> make_bare(const transport::Uri& uri, abi::DmaPort& dma,
                                           abi::InterruptPort& interrupts) {
  if (uri.form == transport::UriForm::kCheck) {
    return make_check(uri, dma, interrupts);
  }
  std::string known;
  for (const Target& target : kTargets) {
    if (uri.form == transport::UriForm::kSimulated && uri.targets.front() == target.name &&
        uri.kind == target.kind) {
      return target.make(uri, dma, interrupts);
    }
    known += (known.empty() ? "" : ", ") + std::string(target.name) + ":" + std::string(target.kind);
  }
  throw transport::Error(
      abi::Status::UNSUPPORTED,
      "device URI '" + uri.text.substr(0, 200) + "': this build does not have that target; it has: " + known);
}

}  // namespace

std::unique_ptr<abi::DevicePort> make_device(const transport::Uri& uri, abi::DmaPort& dma,
                                             abi::InterruptPort& interrupts) {
  return make_wrapped(uri, dma, interrupts, make_bare, Process::kOwn);
}

}  // namespace photic::sim
