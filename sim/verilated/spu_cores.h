// SPDX-License-Identifier: Apache-2.0
// Cores compiled once and run beside a mesh: the other side of photic_spu_core_proxy.sv.
#pragma once

#include <verilated.h>

#include <cstdint>
#include <functional>
#include <string>

namespace photic::verilated {

/// Ports of a core, as photic_spu_core_proxy.sv packs them.
struct CoreInputs {
  bool reset_n;
  uint32_t pulses, step, base, seed;
  uint64_t bus, bus_data;
  uint32_t taken;
  uint64_t n, e, s, w;
};
struct CoreOutputs {
  uint32_t given;
  uint64_t fault, answer, n, e, s, w;
};

/// One core.
class CoreModel {
 public:
  virtual ~CoreModel() = default;
  /// A rising edge with these inputs before it; the outputs after it.
  virtual CoreOutputs clock(const CoreInputs& in) = 0;
};

/// Makes core number `index` at `place`, and keeps it.
using MakeCore = std::function<CoreModel*(uint32_t index, uint32_t place)>;

/// While one lives, `make` makes the cores that a Verilated mesh of this thread asks for.
class CoreScope {
 public:
  explicit CoreScope(MakeCore make);
  ~CoreScope();
  CoreScope(const CoreScope&) = delete;
  CoreScope& operator=(const CoreScope&) = delete;
};

/// A core whose Verilated class is `Core`.
template <class Core>
class VerilatedCore final : public CoreModel {
 public:
  VerilatedCore(VerilatedContext& context, uint32_t index, uint32_t place)
      : core_(&context, ("core" + std::to_string(index)).c_str()) {
    core_.unit_i = static_cast<uint16_t>(index);
    core_.x_i = place & 0x1F;
    core_.y_i = place >> 5 & 0x1F;
    core_.open_i = place >> 10 & 0xF;
    core_.north_unit_i = place >> 14 & 1;
  }
  ~VerilatedCore() override { core_.final(); }

  CoreOutputs clock(const CoreInputs& in) override {
    core_.rst_ni = in.reset_n;
    core_.pulses_i = static_cast<uint8_t>(in.pulses);
    core_.step_i = in.step;
    core_.base_i = in.base;
    core_.seed_i = in.seed;
    core_.bus_i = in.bus;
    core_.bus_data_i = in.bus_data;
    core_.link_valid_i = in.taken & 0xF;
    core_.credit_i = in.taken >> 4 & 0xF;
    core_.link_n_i = in.n;
    core_.link_e_i = in.e;
    core_.link_s_i = in.s;
    core_.link_w_i = in.w;
    core_.clk_i = 0;
    core_.eval();
    core_.clk_i = 1;
    core_.eval();
    const uint32_t outputs = core_.link_valid_o | uint32_t{core_.credit_o} << 4;
    const bool busy = !in.reset_n || in.pulses != 0 || in.taken != 0 || outputs != 0 || core_.idle_o == 0 ||
                      core_.answer_o != 0 || in.bus != bus_;
    bus_ = in.bus;
    settled_ = busy ? 0 : settled_ + 1;
    const bool awake = settled_ < kSettles;
    return {.given = outputs | uint32_t{core_.idle_o} << 8 | uint32_t{core_.saturated_o} << 9 |
                     uint32_t{awake} << 10,
            .fault = core_.fault_o,
            .answer = core_.answer_o,
            .n = core_.link_n_o,
            .e = core_.link_e_o,
            .s = core_.link_s_o,
            .w = core_.link_w_o};
  }

 private:
  /// Cycles after which nothing moves any more in a core that is idle and hears nothing: more than the
  /// registers of any of its pipelines.
  static constexpr unsigned kSettles = 8;

  Core core_;
  uint64_t bus_ = 0;
  unsigned settled_ = 0;
};

}  // namespace photic::verilated
