// SPDX-License-Identifier: Apache-2.0
// Ties the Verilated top to host memory and optics, one clock cycle at a time.
#include "sim/verilated/opu_rtl.h"

#include <verilated.h>
#include <verilated_vcd_c.h>

#include <atomic>

#include "drivers/abi/timing.h"
#include "hw/base/axi_memory.h"
#include "models/optics/pins.h"
#include "Vphotic_opu_top.h"

namespace photic::verilated {
namespace {

constexpr uint8_t kOkay = 0;
constexpr uint8_t kDecodeError = 3;
constexpr uint8_t kAllStrobes = 0xF;
constexpr unsigned kCountBits = 12;
constexpr uint64_t kHalfPeriodPs = 500'000'000 / abi::kClockKhz;

// Verilated code reports to a context of its thread: this device's, while it works.
class ContextScope {
 public:
  explicit ContextScope(VerilatedContext& context) { Verilated::threadContextp(&context); }
  ~ContextScope() { Verilated::threadContextp(Verilated::defaultContextp()); }
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;
};

class OpuRtl final : public abi::TimedDevicePort {
 public:
  OpuRtl(const RtlOptions& options, abi::DmaPort& dma, abi::InterruptPort& interrupts)
      : interrupts_(interrupts),
        preset_(options.preset),
        bench_(bench_config(options)),
        pins_(bench_, {.camera_start_cycles = preset_.camera_start_cycles,
                       .row_cycles = preset_.row_cycles,
                       .lose_trigger = options.lose_trigger}),
        memory_(dma, {.read_latency = preset_.read_latency,
                      .write_latency = preset_.write_latency,
                      .stall_seed = options.stall_seed}),
        top_(std::make_unique<Vphotic_opu_top>(configured(context_), "opu")) {
    const ContextScope scope(context_);
    bench_.set_progress(&progress_);
    restart();
  }

  ~OpuRtl() override {
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
    const ContextScope scope(context_);
    memory_.reset();
    pins_.reset();
    restart();
  }

  const std::atomic<uint64_t>& progress() const override { return progress_; }
  uint64_t cycle() const override { return top_->cycle_o; }

  void trace(abi::EventSink* sink) override {
    sink_ = sink;
    memory_.trace(sink);
    pins_.trace(sink);
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

 private:
  static constexpr int kAllLevels = 99;

  static optics::BenchConfig bench_config(const RtlOptions& options) {
    optics::BenchConfig config = options.bench;
    config.shape = {options.preset.mirror_rows, options.preset.mirror_cols, options.preset.pixel_rows,
                    options.preset.pixel_cols};
    return config;
  }

  // A failed assertion must reach the caller as an exception, not end the process.
  static VerilatedContext* configured(VerilatedContext& context) {
    context.traceEverOn(true);
    context.fatalOnError(false);
    context.threads(1);
    return &context;
  }

  void restart() {
    top_->preset_i = static_cast<uint8_t>(preset_.index);
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

  void half_cycle(uint8_t clock) {
    top_->clk_i = clock;
    top_->eval();
    if (waveform_) {
      waveform_->dump(time_ps_);
    }
    time_ps_ += kHalfPeriodPs;
  }

  // One clock cycle: outputs of memory and camera go in, the device's go out, then comes the edge.
  void tick() {
    drive();
    half_cycle(0);
    const uint64_t cycle = top_->cycle_o;
    const auto master = memory_inputs();
    const auto device = pin_inputs();
    half_cycle(1);
    memory_.step(master, cycle);
    pins_.step(device, cycle);
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
    const auto& camera = pins_.outputs();
    top_->cam_busy_i = camera.cam_busy;
    top_->cam_valid_i = camera.cam_valid;
    top_->cam_last_i = camera.cam_last;
    if (camera.cam_valid) {
      uint64_t beat = 0;
      for (size_t lane = 0; lane < camera.cam_data.size(); ++lane) {
        beat |= uint64_t{camera.cam_data[lane]} << (kCountBits * lane);
      }
      top_->cam_data_i = beat;
    }
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

  optics::OpticalPins::Inputs pin_inputs() const {
    return {.dmd_fill = top_->dmd_fill_o != 0,
            .dmd_fill_value = top_->dmd_fill_value_o != 0,
            .dmd_valid = top_->dmd_valid_o != 0,
            .dmd_row = top_->dmd_row_o,
            .dmd_word = top_->dmd_word_o,
            .dmd_data = top_->dmd_data_o,
            .dmd_latch = top_->dmd_latch_o != 0,
            .laser_on = top_->laser_on_o != 0,
            .laser_power = top_->laser_power_o,
            .laser_shift = top_->laser_shift_o,
            .ref_on = top_->ref_on_o != 0,
            .ref_phase = top_->ref_phase_o,
            .cam_trigger = top_->cam_trigger_o != 0,
            .cam_frame = top_->cam_frame_o,
            .cam_row = top_->cam_first_row_o,
            .cam_rows = top_->cam_rows_o,
            .cam_adc_bits = top_->cam_adc_bits_o,
            .cam_ready = top_->cam_ready_o != 0,
            .cam_abort = top_->cam_abort_o != 0};
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
  abi::Preset preset_;
  std::atomic<uint64_t> progress_ = 0;
  optics::Bench bench_;
  optics::OpticalPins pins_;
  hw::AxiMemory memory_;
  abi::EventSink* sink_ = nullptr;
  VerilatedContext context_;
  std::unique_ptr<Vphotic_opu_top> top_;
  std::unique_ptr<VerilatedVcdC> waveform_;
  uint64_t time_ps_ = 0;
};

}  // namespace

std::unique_ptr<abi::TimedDevicePort> make_rtl_opu(const RtlOptions& options, abi::DmaPort& dma,
                                                   abi::InterruptPort& interrupts) {
  return std::make_unique<OpuRtl>(options, dma, interrupts);
}

}  // namespace photic::verilated
