// SPDX-License-Identifier: Apache-2.0
// The shared device with the SPU's engine.
#include "models/golden/spu_device.h"

#include <bit>
#include <string>

#include "drivers/abi/spiking.h"
#include "models/golden/spu/engine.h"

namespace photic::golden {
namespace {

constexpr uint32_t kMeshSide = 16;  // what the signed distances of a fan-out entry span

void require(bool holds, const abi::SpuPreset& preset, const char* what) {
  if (!holds) {
    throw Error("golden SPU: preset '" + std::string(preset.name) + "': " + what);
  }
}

const abi::SpuPreset& checked(const GoldenSpuOptions& options) {
  const abi::SpuPreset& p = options.preset;
  require(p.mesh_cols >= 1 && p.mesh_cols <= kMeshSide && p.mesh_rows >= 1 && p.mesh_rows <= kMeshSide, p,
          "a mesh has 1 to 16 columns and rows");
  require(p.neurons >= 1 && abi::SpuAxon::kTarget.fits(p.neurons - 1), p, "a core has 1 to 1024 neurons");
  require(p.axons >= 1 && abi::SpuFanout::kAxon.fits(p.axons - 1), p, "a core has 1 to 4096 axons");
  require(abi::SpuAxon::kBase.fits(p.synapse_words), p, "a core has less than 2^20 words of synapses");
  require(std::has_single_bit(p.lanes) && std::has_single_bit(p.slots), p,
          "lanes and slots are powers of two");
  require(p.slots <= abi::SpuAxon::kDelay.ones() + 1, p, "a core has at most 64 slots");
  require(p.walks <= abi::SpuAxon::kWalk.ones() + 1, p, "a core has at most 32 walks");
  require(p.fanout_words <= UINT16_MAX && p.io_fanout_words <= UINT16_MAX, p,
          "a fan-out memory has at most 65,535 words");
  require(p.inputs <= UINT16_MAX && p.outputs >= 1 && abi::SpuFanout::kAxon.fits(p.outputs - 1), p,
          "there are at most 65,535 inputs and 1 to 4096 outputs");
  return p;
}

class SpuDevice final : public Device {
 public:
  SpuDevice(const GoldenSpuOptions& options, abi::DmaPort& memory, abi::InterruptPort& interrupts)
      : Device(identity_of(checked(options)), memory, interrupts),
        engine_(options.preset, registers(), bus()) {}

 private:
  Engine& engine() override { return engine_; }

  SpuEngine engine_;
};

}  // namespace

std::unique_ptr<abi::DevicePort> make_spu(const GoldenSpuOptions& options, abi::DmaPort& memory,
                                          abi::InterruptPort& interrupts) {
  return std::make_unique<SpuDevice>(options, memory, interrupts);
}

}  // namespace photic::golden
