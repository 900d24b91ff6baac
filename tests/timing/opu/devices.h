// SPDX-License-Identifier: Apache-2.0
// The clocked devices that promises are tested on.
#pragma once

#include <ostream>
#include <string_view>

#include "drivers/abi/geometry.h"
#include "hw/top/opu_systemc.h"
#include "sim/verilated/opu_rtl.h"
#include "tests/timing/opu/host_bench.h"

namespace photic::test {

/// A kind of clocked device.
enum class Clocked { kSystemc, kSystemcWithoutSkipping, kRtl };

inline constexpr Clocked kAllClocked[] = {Clocked::kSystemc, Clocked::kSystemcWithoutSkipping, Clocked::kRtl};

inline std::string_view name_of(Clocked kind) {
  switch (kind) {
    case Clocked::kSystemc:
      return "systemc";
    case Clocked::kSystemcWithoutSkipping:
      return "systemc_without_skipping";
    case Clocked::kRtl:
      return "rtl";
  }
  return "";
}
inline void PrintTo(Clocked kind, std::ostream* out) {
  *out << name_of(kind);
}

/// Options that all clocked devices have.
struct ClockedOptions {
  std::string_view preset = "tiny";
  std::optional<uint64_t> stall_seed = {};
  std::optional<uint32_t> lose_trigger = {};
};

/// Builds a device with cheap optics.
inline MakeDevice maker(Clocked kind, const ClockedOptions& options) {
  const abi::Preset preset = *abi::find_preset(options.preset);
  optics::BenchConfig bench;
  bench.medium = optics::MediumKind::Structured;
  bench.threads = 1;
  if (kind == Clocked::kRtl) {
    return [=](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
      return verilated::make_rtl_opu({preset, bench, options.stall_seed, options.lose_trigger}, dma,
                                     interrupts);
    };
  }
  const bool skip = kind == Clocked::kSystemc;
  return [=](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
    return hw::make_systemc_opu({preset, bench, options.stall_seed, options.lose_trigger, skip}, dma,
                                interrupts);
  };
}

}  // namespace photic::test
