// SPDX-License-Identifier: Apache-2.0
// Which port of the engine meets which channel.
#include "hw/top/opu_top.h"

#include "drivers/abi/registers.h"

namespace photic::hw {

OpuTop::OpuTop(const sc_core::sc_module_name& name, const abi::Preset& preset, const Options& options,
               optics::Bench& bench, abi::DmaPort& dma, abi::InterruptPort& interrupts,
               std::atomic<uint64_t>& progress)
    : DeviceTop(name, abi::DeviceKind::OPU, {preset.read_latency, preset.write_latency, options.stall_seed},
                options.skip, dma, interrupts, progress),
      control_("control", clock_, preset),
      loader_("loader", clock_, preset),
      sequencer_("sequencer", clock_, preset),
      combiner_("combiner", clock_, preset),
      scaler_("scaler", clock_),
      optics_("optics", clock_, {control_, loader_, sequencer_, combiner_}, bench,
              {preset.camera_start_cycles, preset.row_cycles, options.lose_trigger}),
      csr_("csr", clock_, preset) {
  connect_shell(csr_, control_.flush, control_.opu_done);
  connect_engine();
  show_counters();
}

void OpuTop::connect_engine() {
  control_.opu_start(ring_.start);
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
  show(abi::OPU_FRAMES, sequencer_.frames_triggered);
  show(abi::OPU_VECTORS, scaler_.vectors);
  show(abi::OPU_MIRROR_WORDS, sequencer_.mirror_words);
  show(abi::OPU_PIXELS_READ, combiner_.pixels_read);
  show(abi::OPU_PIXELS_SATURATED, combiner_.pixels_saturated);
  show(abi::OPU_FRAMES_DARK, combiner_.frames_dark);
  show(abi::OPU_OUTPUTS_SATURATED, scaler_.outputs_saturated);
  show(abi::OPU_PERIOD_CYCLES, sequencer_.period_cycles);
  show(abi::OPU_EXPOSURE_CYCLES, sequencer_.exposure_cycles);
  show(abi::OPU_STALL_CYCLES, combiner_.stall_cycles);
  show(abi::OPU_WAIT_LOAD_CYCLES, sequencer_.wait_load_cycles);
}

void OpuTop::trace(abi::EventSink* sink) {
  DeviceTop::trace(sink);
  optics_.trace(sink);
}

}  // namespace photic::hw
