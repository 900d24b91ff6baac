// SPDX-License-Identifier: Apache-2.0
// Which port meets which channel.
#include "hw/top/spu_top.h"

#include "drivers/abi/registers.h"

namespace photic::hw {

SpuTop::SpuTop(const sc_core::sc_module_name& name, const abi::SpuPreset& preset, const Options& options,
               abi::DmaPort& dma, abi::InterruptPort& interrupts, std::atomic<uint64_t>& progress)
    : DeviceTop(name, abi::DeviceKind::SPU, {preset.read_latency, preset.write_latency, options.stall_seed},
                options.skip, dma, interrupts, progress),
      control_("control", clock_, preset),
      mesh_("mesh", clock_, preset, control_.pulses),
      csr_("csr", clock_, preset) {
  connect_shell(csr_, control_.pulses.flush, control_.done);
  connect_engine();
  show_counters();
}

void SpuTop::connect_engine() {
  control_.start(ring_.start);
  control_.abort(ring_.abort);
  control_.spu_seed(csr_.spu_seed);
  control_.quiet(mesh_.quiet());
  control_.write_error(dma_write_.error);
  control_.dma(dma_read_);
  control_.dma(dma_write_);
  control_.units(mesh_);
  control_.stream(mesh_.parser());
  control_.rd_req(dma_read_.rd_req);
  control_.rd_data(dma_read_.rd_data);
  control_.wr_req(dma_write_.wr_req);
  control_.wr_data(dma_write_.wr_data);
  mesh_.parser().rd_data(dma_read_.rd_data);
}

void SpuTop::show_counters() {
  show(abi::SPU_STEPS, control_.steps);
  show(abi::SPU_EVENTS, mesh_.parser().sent);
  show(abi::SPU_SCANS, control_.scans);
  show(abi::SPU_CYCLES_SCAN, control_.cycles_scan);
  show(abi::SPU_CYCLES_CLEAR, control_.cycles_clear);
  show(abi::SPU_CYCLES_INPUT, control_.cycles_input);
  show(abi::SPU_CYCLES_STEP, control_.cycles_step);
  show(abi::SPU_CYCLES_RECORD, control_.cycles_record);
  show(abi::SPU_CYCLES_MEMORY, control_.cycles_memory);
}

}  // namespace photic::hw
