// SPDX-License-Identifier: Apache-2.0
// One node of the mesh: takes flits from five sides and sends each on its way.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "hw/base/clocked_module.h"
#include "hw/spu/flit_link.h"
#include "hw/spu/unit_memory.h"
#include "models/kernels/spu/flit.h"

namespace photic::hw {

/// The router of docs/reference/spu-device.md 5.1: first along the row, then along the column; every output
/// takes in turn from the inputs that want it. Called in cycles in which a flit can be taken and its output
/// may have a credit.
class Router : public SleepingModule {
 public:
  using Port = kernels::spu::Port;
  static constexpr size_t kPorts = 5;

  /// Drops and hops are counted in `memory`, the core's.
  Router(const sc_core::sc_module_name& name, ClockDomain& clock, UnitMemory& memory);

  /// Links by port; an output without a link leads out of the mesh, what it takes is dropped.
  void connect_input(Port port, FlitLink& link) { inputs_[index(port)] = &link; }
  void connect_output(Port port, FlitLink& link) { outputs_[index(port)] = &link; }

  /// Pointers take their reset values; the links are cleared by who owns them.
  void flush() { last_.fill(kPorts - 1); }

  void on_clock() override;
  void on_reset() override { flush(); }

 private:
  static constexpr size_t index(Port port) { return static_cast<size_t>(port); }
  /// Gives output `port` to the next of the inputs whose bits are set in `requests`.
  void grant(size_t port, uint32_t requests, uint64_t now);

  UnitMemory& memory_;
  std::array<FlitLink*, kPorts> inputs_{};
  std::array<FlitLink*, kPorts> outputs_{};
  std::array<uint8_t, kPorts> last_{};  // by output: the input it took from
};

}  // namespace photic::hw
