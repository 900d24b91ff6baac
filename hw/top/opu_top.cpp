// SPDX-License-Identifier: Apache-2.0
// Which port meets which channel.
#include "hw/top/opu_top.h"

#include "drivers/abi/registers.h"
#include "drivers/abi/timing.h"

namespace photic::hw {
namespace {

const sc_core::sc_time clock_period() {
  return {1e9 / abi::kClockKhz, sc_core::SC_PS};
}

}  // namespace

OpuTop::OpuTop(const sc_core::sc_module_name& name, const abi::Preset& preset, const Options& options,
               optics::Bench& bench, abi::DmaPort& dma, abi::InterruptPort& interrupts,
               std::atomic<uint64_t>& progress)
    : sc_core::sc_module(name),
      interrupts_(interrupts),
      progress_(progress),
      clock_("clock", clock_period(), options.skip),
      memory_("memory", clock_, dma, {preset.read_latency, preset.write_latency, options.stall_seed}),
      dma_read_("dma_read", clock_),
      dma_write_("dma_write", clock_),
      ring_("ring", clock_),
      control_("control", clock_, preset),
      loader_("loader", clock_, preset),
      sequencer_("sequencer", clock_, preset),
      combiner_("combiner", clock_, preset),
      scaler_("scaler", clock_),
      optics_("optics", clock_, {control_, loader_, sequencer_, combiner_}, bench,
              {preset.camera_start_cycles, preset.row_cycles, options.lose_trigger}),
      csr_("csr", clock_, preset) {
  clock_.supervise(*this);
  connect_shell();
  connect_engine();
  show_counters();
}

void OpuTop::connect_shell() {
  memory_.ar(dma_read_.ar);
  memory_.aw(dma_write_.aw);
  memory_.w(dma_write_.w);
  dma_read_.axi(memory_.axi);
  dma_read_.flush(control_.flush);
  dma_write_.axi(memory_.axi);
  dma_write_.flush(control_.flush);
  dma_write_.clear_error(ring_.clear_error);
  ring_.rd_req(dma_read_.rd_req);
  ring_.rd_data(dma_read_.rd_data);
  ring_.wr_req(dma_write_.wr_req);
  ring_.wr_data(dma_write_.wr_data);
  ring_.dma_write(dma_write_);
  ring_.write_error(dma_write_.error);
  ring_.opu_done(control_.opu_done);
  ring_.registers(csr_);
}

void OpuTop::connect_engine() {
  control_.opu_start(ring_.opu_start);
  control_.abort(ring_.abort);
  control_.opu_laser(csr_.opu_laser);
  control_.opu_camera(csr_.opu_camera);
  control_.engines(loader_);
  control_.engines(sequencer_);
  control_.engines(combiner_);
  control_.engines(scaler_);
  control_.dma(dma_read_);
  control_.dma(dma_write_);
  control_.frames(combiner_.frames);
  control_.combined(scaler_.combined);
  control_.camera(optics_.camera);
  control_.read_error(loader_.read_error);
  control_.write_error(dma_write_.error);
  control_.pixels(combiner_.pixels);
  loader_.engine_start(control_.engine_start);
  loader_.rd_req(dma_read_.rd_req);
  loader_.rd_data(dma_read_.rd_data);
  loader_.frame_taken(sequencer_.frame_taken);
  loader_.flush(control_.flush);
  sequencer_.engine_start(control_.engine_start);
  sequencer_.frame_valid(loader_.frame_valid);
  sequencer_.frame(loader_.frame);
  sequencer_.loader(loader_);
  sequencer_.camera(optics_.camera);
  sequencer_.flush(control_.flush);
  sequencer_.frames(combiner_.frames);
  combiner_.engine_start(control_.engine_start);
  combiner_.camera(optics_.camera);
  combiner_.flush(control_.flush);
  combiner_.combined(scaler_.combined);
  scaler_.engine_start(control_.engine_start);
  scaler_.flush(control_.flush);
  scaler_.wr_req(dma_write_.wr_req);
  scaler_.wr_data(dma_write_.wr_data);
}

void OpuTop::show_counters() {
  csr_.show_word(abi::SHELL_STATUS, [this] { return abi::SHELL_STATUS_BUSY.set(busy() ? 1 : 0); });
  csr_.show(abi::SHELL_CYCLE, [this] { return clock_.cycle(); });
  const auto count = [this](uint32_t offset, const Counter& counter) {
    csr_.show(offset, [&counter] { return counter.value; });
  };
  count(abi::SHELL_COMMANDS, ring_.commands);
  count(abi::SHELL_COMMANDS_FAILED, ring_.commands_failed);
  count(abi::SHELL_DMA_READ_BEATS, dma_read_.beats);
  count(abi::SHELL_DMA_WRITE_BEATS, dma_write_.beats);
  count(abi::OPU_FRAMES, sequencer_.frames_triggered);
  count(abi::OPU_VECTORS, scaler_.vectors);
  count(abi::OPU_MIRROR_WORDS, sequencer_.mirror_words);
  count(abi::OPU_PIXELS_READ, combiner_.pixels_read);
  count(abi::OPU_PIXELS_SATURATED, combiner_.pixels_saturated);
  count(abi::OPU_FRAMES_DARK, combiner_.frames_dark);
  count(abi::OPU_OUTPUTS_SATURATED, scaler_.outputs_saturated);
  count(abi::OPU_PERIOD_CYCLES, sequencer_.period_cycles);
  count(abi::OPU_EXPOSURE_CYCLES, sequencer_.exposure_cycles);
  count(abi::OPU_STALL_CYCLES, combiner_.stall_cycles);
  count(abi::OPU_WAIT_LOAD_CYCLES, sequencer_.wait_load_cycles);
}

uint32_t OpuTop::read(uint32_t offset) {
  const uint32_t value = csr_.read(offset);
  clock_.tick();
  return value;
}

void OpuTop::write(uint32_t offset, uint32_t value) {
  csr_.offer(offset, value);
  clock_.tick();
}

void OpuTop::reset() {
  clock_.reset();
}

void OpuTop::trace(abi::EventSink* sink) {
  sink_ = sink;
  memory_.trace(sink);
  optics_.trace(sink);
}

void OpuTop::on_edge() {
  if (!csr_.irq) {
    return;
  }
  for (unsigned vector = 0; csr_.irq.payload() >> vector != 0; ++vector) {
    if ((csr_.irq.payload() >> vector & 1) == 0) {
      continue;
    }
    if (sink_ != nullptr) {
      sink_->on_event({clock_.cycle(), abi::EventKind::kInterrupt, vector, 0});
    }
    interrupts_.raise(vector);
  }
}

}  // namespace photic::hw
