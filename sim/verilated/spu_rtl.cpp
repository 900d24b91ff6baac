// SPDX-License-Identifier: Apache-2.0
// Chooses the Verilated class of a preset.
#include "sim/verilated/spu_rtl.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sim/verilated/rtl_device.h"
#include "sim/verilated/spu_cores.h"
#include "Vphotic_spu_core_mesh5.h"
#include "Vphotic_spu_mesh5.h"
#include "Vphotic_spu_single.h"
#include "Vphotic_spu_strip.h"
#include "Vphotic_spu_tiny.h"

namespace photic::verilated {
namespace {

template <class Top>
class SpuRtl final : public RtlDevice<Top> {
 public:
  SpuRtl(const RtlSpuOptions& options, abi::DmaPort& dma, abi::InterruptPort& interrupts)
      : RtlDevice<Top>("spu",
                       {.read_latency = options.preset.read_latency,
                        .write_latency = options.preset.write_latency,
                        .stall_seed = options.stall_seed},
                       dma, interrupts) {
    this->restart();
  }
};

template <class Top>
std::unique_ptr<abi::TimedDevicePort> make(const RtlSpuOptions& options, abi::DmaPort& dma,
                                           abi::InterruptPort& interrupts) {
  return std::make_unique<SpuRtl<Top>>(options, dma, interrupts);
}

/// A device whose cores are models beside it.
template <class Top, class Core>
class MeshRtl final : public RtlDevice<Top> {
 public:
  MeshRtl(const RtlSpuOptions& options, abi::DmaPort& dma, abi::InterruptPort& interrupts)
      : RtlDevice<Top>("spu",
                       {.read_latency = options.preset.read_latency,
                        .write_latency = options.preset.write_latency,
                        .stall_seed = options.stall_seed},
                       dma, interrupts) {
    const CoreScope scope([this](uint32_t index, uint32_t place) {
      cores_.push_back(std::make_unique<VerilatedCore<Core>>(this->context(), index, place));
      return cores_.back().get();
    });
    this->restart();
  }

 private:
  std::vector<std::unique_ptr<CoreModel>> cores_;
};

template <class Top, class Core>
std::unique_ptr<abi::TimedDevicePort> make_mesh(const RtlSpuOptions& options, abi::DmaPort& dma,
                                                abi::InterruptPort& interrupts) {
  return std::make_unique<MeshRtl<Top, Core>>(options, dma, interrupts);
}

struct Compiled {
  std::string_view preset;
  std::unique_ptr<abi::TimedDevicePort> (*make)(const RtlSpuOptions&, abi::DmaPort&, abi::InterruptPort&);
};

constexpr std::array kCompiled{Compiled{"tiny", make<Vphotic_spu_tiny>},
                               Compiled{"single", make<Vphotic_spu_single>},
                               Compiled{"strip", make<Vphotic_spu_strip>},
                               Compiled{"mesh5", make_mesh<Vphotic_spu_mesh5, Vphotic_spu_core_mesh5>}};

}  // namespace

std::unique_ptr<abi::TimedDevicePort> make_rtl_spu(const RtlSpuOptions& options, abi::DmaPort& dma,
                                                   abi::InterruptPort& interrupts) {
  std::string names;
  for (const Compiled& compiled : kCompiled) {
    if (compiled.preset == options.preset.name) {
      return compiled.make(options, dma, interrupts);
    }
    names += (names.empty() ? "" : ", ") + std::string(compiled.preset);
  }
  throw RtlPresetError("no RTL of preset " + std::string(options.preset.name) + "; there is one of " + names);
}

}  // namespace photic::verilated
