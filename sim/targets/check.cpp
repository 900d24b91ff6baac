// SPDX-License-Identifier: Apache-2.0
// The check target: two targets on one stimulus.
#include <string>
#include <utility>

#include "sim/faults/fault_port.h"
#include "sim/lockstep/check_port.h"
#include "sim/targets/targets.h"

namespace photic::sim {
namespace {

constexpr const char* kReport = "report";
constexpr const char* kWaveforms = "waveforms";

// One side of the pair as a URI of its own: the same kind and options, the check's own left out. It fails by
// the pair's rules if there are any.
lockstep::Candidate candidate(const transport::Uri& uri, const std::string& target) {
  std::string text = target + ":" + uri.kind;
  char separator = '?';
  for (const auto& [key, value] : uri.options) {
    if (key != kReport && key != kWaveforms) {
      text += std::exchange(separator, '&') + key + "=" + value;
    }
  }
  const abi::DeviceMaker make = [parsed = transport::parse_uri(text)](abi::DmaPort& dma,
                                                                      abi::InterruptPort& interrupts) {
    return make_device(parsed, dma, interrupts);
  };
  if (uri.rules.empty()) {
    return {target, make};
  }
  return {target, [make, rules = uri.rules](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
            return faults::make_faulty(rules, make, dma, interrupts, {.own_process = true, .compared = true});
          }};
}

}  // namespace

std::unique_ptr<abi::DevicePort> make_check(const transport::Uri& uri, abi::DmaPort& dma,
                                            abi::InterruptPort& interrupts) {
  transport::OptionReader reader(uri);
  lockstep::CheckOptions options;
  options.report = reader.text(kReport, options.report.string());
  options.waveforms = reader.flag(kWaveforms, options.waveforms);
  return lockstep::make_check(candidate(uri, uri.targets[0]), candidate(uri, uri.targets[1]), dma, interrupts,
                              options);
}

}  // namespace photic::sim
