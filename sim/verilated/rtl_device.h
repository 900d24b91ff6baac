// SPDX-License-Identifier: Apache-2.0
// What all Verilated devices have in common: clock, bus to host memory, interrupts, waveform, assertions.
#pragma once

#include <verilated.h>
#include <verilated_vcd_c.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "drivers/abi/device_port.h"
#include "drivers/abi/timed_device.h"
#include "drivers/abi/timing.h"
#include "hw/base/axi_memory.h"
#include "sim/verilated/rtl_error.h"

namespace photic::verilated {

/// A device whose Verilated class is `Top`, with the ports of photic_shell; what else it is connected to is
/// up to the derived class, which calls `restart` when it is complete. One clock cycle at a time: inputs, low
/// phase, look at the outputs, rising edge.
template <class Top>
class RtlDevice : public abi::TimedDevicePort {
 public:
  ~RtlDevice() override {
    close_waveform();
    const ContextScope scope(context_);
    top_->final();
    top_.reset();
  }

  uint32_t read(uint32_t offset) override {
    const ContextScope scope(context_);
    top_->s_axil_arvalid_i = 1;
    top_->s_axil_araddr_i = offset;
    tick();
    top_->s_axil_arvalid_i = 0;
    return top_->s_axil_rdata_o;
  }

  void write(uint32_t offset, uint32_t value) override {
    const ContextScope scope(context_);
    top_->s_axil_awvalid_i = 1;
    top_->s_axil_awaddr_i = offset;
    top_->s_axil_wvalid_i = 1;
    top_->s_axil_wdata_i = value;
    tick();
    top_->s_axil_awvalid_i = 0;
    top_->s_axil_wvalid_i = 0;
  }

  abi::Activity advance(uint64_t budget) override {
    const ContextScope scope(context_);
    for (; top_->busy_o != 0; --budget) {
      if (budget == 0) {
        return abi::Activity::kWorking;
      }
      tick();
    }
    return abi::Activity::kIdle;
  }

  void reset() override {
    memory_.reset();
    reset_surroundings();
    restart();
  }

  const std::atomic<uint64_t>& progress() const override { return progress_; }
  uint64_t cycle() const override { return top_->cycle_o; }

  void trace(abi::EventSink* sink) override {
    sink_ = sink;
    memory_.trace(sink);
  }

  bool waveform(const std::string& path) override {
    close_waveform();
    if (path.empty()) {
      return true;
    }
    const ContextScope scope(context_);
    auto file = std::make_unique<VerilatedVcdC>();
    file->set_time_unit("1ps");
    file->set_time_resolution("1ps");
    top_->trace(file.get(), kAllLevels);
    file->open(path.c_str());
    if (!file->isOpen()) {
      return false;
    }
    waveform_ = std::move(file);
    return true;
  }

 protected:
  RtlDevice(const char* name, const hw::AxiMemory::Options& memory, abi::DmaPort& dma,
            abi::InterruptPort& interrupts)
      : interrupts_(interrupts),
        memory_(dma, memory),
        top_(std::make_unique<Top>(configured(context_), name)) {}

  /// Inputs that stay as they are; back to power-up; inputs of a cycle; outputs of a cycle, before its edge;
  /// what they cause, after it.
  virtual void strap() {}
  virtual void reset_surroundings() {}
  virtual void drive_surroundings() {}
  virtual void sample_surroundings() {}
  virtual void step_surroundings(uint64_t /*cycle*/) {}

  Top& top() { return *top_; }
  VerilatedContext& context() { return context_; }
  std::atomic<uint64_t>* progress_counter() { return &progress_; }

  void restart() {
    const ContextScope scope(context_);
    strap();
    top_->s_axil_wstrb_i = kAllStrobes;
    top_->s_axil_bready_i = 1;
    top_->s_axil_rready_i = 1;
    top_->rst_ni = 0;
    drive();
    half_cycle(0);
    half_cycle(1);
    half_cycle(0);
    top_->rst_ni = 1;
    half_cycle(0);
  }

 private:
  static constexpr uint8_t kOkay = 0;
  static constexpr uint8_t kDecodeError = 3;
  static constexpr uint8_t kAllStrobes = 0xF;
  static constexpr int kAllLevels = 99;
  static constexpr uint64_t kHalfPeriodPs = 500'000'000 / abi::kClockKhz;

  // Verilated code reports to a context of its thread: this device's, while it works.
  class ContextScope {
   public:
    explicit ContextScope(VerilatedContext& context) { Verilated::threadContextp(&context); }
    ~ContextScope() { Verilated::threadContextp(Verilated::defaultContextp()); }
    ContextScope(const ContextScope&) = delete;
    ContextScope& operator=(const ContextScope&) = delete;
  };

  // A failed assertion must reach the caller as an exception, not end the process.
  static VerilatedContext* configured(VerilatedContext& context) {
    context.traceEverOn(true);
    context.fatalOnError(false);
    context.threads(1);
    return &context;
  }

  void half_cycle(uint8_t clock) {
    top_->clk_i = clock;
    top_->eval();
    if (waveform_) {
      waveform_->dump(time_ps_);
    }
    time_ps_ += kHalfPeriodPs;
  }

  // One clock cycle: outputs of memory and surroundings go in, the device's go out, then comes the edge.
  void tick() {
    drive();
    half_cycle(0);
    const uint64_t cycle = top_->cycle_o;
    const auto master = memory_inputs();
    sample_surroundings();
    half_cycle(1);
    memory_.step(master, cycle);
    step_surroundings(cycle);
    if (top_->irq_o != 0) {
      raise_interrupts();
    }
    progress_.fetch_add(1, std::memory_order_relaxed);
    if (context_.gotError()) {
      throw RtlAssertionError("an assertion of the RTL does not hold in cycle " + std::to_string(cycle) +
                              "; standard output names it");
    }
  }

  void drive() {
    const auto& bus = memory_.outputs();
    top_->m_axi_arready_i = bus.ar_ready;
    top_->m_axi_rvalid_i = bus.r_valid;
    top_->m_axi_rdata_i = bus.r_data;
    top_->m_axi_rresp_i = bus.r_error ? kDecodeError : kOkay;
    top_->m_axi_rlast_i = bus.r_last;
    top_->m_axi_awready_i = bus.aw_ready;
    top_->m_axi_wready_i = bus.w_ready;
    top_->m_axi_bvalid_i = bus.b_valid;
    top_->m_axi_bresp_i = bus.b_error ? kDecodeError : kOkay;
    drive_surroundings();
  }

  hw::AxiMemory::Inputs memory_inputs() const {
    return {.ar_valid = top_->m_axi_arvalid_o != 0,
            .ar_addr = top_->m_axi_araddr_o,
            .ar_len = top_->m_axi_arlen_o,
            .r_ready = top_->m_axi_rready_o != 0,
            .aw_valid = top_->m_axi_awvalid_o != 0,
            .aw_addr = top_->m_axi_awaddr_o,
            .aw_len = top_->m_axi_awlen_o,
            .w_valid = top_->m_axi_wvalid_o != 0,
            .w_data = top_->m_axi_wdata_o,
            .w_last = top_->m_axi_wlast_o != 0,
            .b_ready = top_->m_axi_bready_o != 0};
  }

  void raise_interrupts() {
    for (unsigned vector = 0; (top_->irq_o >> vector) != 0; ++vector) {
      if ((top_->irq_o >> vector & 1) == 0) {
        continue;
      }
      if (sink_ != nullptr) {
        sink_->on_event({top_->cycle_o, abi::EventKind::kInterrupt, vector, 0});
      }
      interrupts_.raise(vector);
    }
  }

  void close_waveform() {
    if (waveform_) {
      waveform_->close();
      waveform_.reset();
    }
  }

  abi::InterruptPort& interrupts_;
  std::atomic<uint64_t> progress_ = 0;
  hw::AxiMemory memory_;
  abi::EventSink* sink_ = nullptr;
  VerilatedContext context_;
  std::unique_ptr<Top> top_;
  std::unique_ptr<VerilatedVcdC> waveform_;
  uint64_t time_ps_ = 0;
};

}  // namespace photic::verilated
