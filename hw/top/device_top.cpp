// SPDX-License-Identifier: Apache-2.0
// Which port of the shell meets which channel.
#include "hw/top/device_top.h"

#include "drivers/abi/registers.h"
#include "drivers/abi/timing.h"

namespace photic::hw {
namespace {

const sc_core::sc_time clock_period() {
  return {1e9 / abi::kClockKhz, sc_core::SC_PS};
}

}  // namespace

DeviceTop::DeviceTop(const sc_core::sc_module_name& name, abi::DeviceKind kind,
                     const AxiMemory::Options& memory, bool skip, abi::DmaPort& dma,
                     abi::InterruptPort& interrupts, std::atomic<uint64_t>& progress)
    : sc_core::sc_module(name),
      interrupts_(interrupts),
      progress_(progress),
      clock_("clock", clock_period(), skip),
      memory_("memory", clock_, dma, memory),
      dma_read_("dma_read", clock_),
      dma_write_("dma_write", clock_),
      ring_("ring", clock_, kind) {
  clock_.supervise(*this);
}

void DeviceTop::connect_shell(Csr& csr, Register<bool>& flush, Pulse<CommandResult>& done) {
  csr_of_device_ = &csr;
  memory_.ar(dma_read_.ar);
  memory_.aw(dma_write_.aw);
  memory_.w(dma_write_.w);
  dma_read_.axi(memory_.axi);
  dma_read_.flush(flush);
  dma_write_.axi(memory_.axi);
  dma_write_.flush(flush);
  dma_write_.clear_error(ring_.clear_error);
  ring_.rd_req(dma_read_.rd_req);
  ring_.rd_data(dma_read_.rd_data);
  ring_.wr_req(dma_write_.wr_req);
  ring_.wr_data(dma_write_.wr_data);
  ring_.dma_write(dma_write_);
  ring_.write_error(dma_write_.error);
  ring_.done(done);
  ring_.registers(csr);
  csr.show_word(abi::SHELL_STATUS, [this] { return abi::SHELL_STATUS_BUSY.set(busy() ? 1 : 0); });
  csr.show(abi::SHELL_CYCLE, [this] { return clock_.cycle(); });
  show(abi::SHELL_COMMANDS, ring_.commands);
  show(abi::SHELL_COMMANDS_FAILED, ring_.commands_failed);
  show(abi::SHELL_DMA_READ_BEATS, dma_read_.beats);
  show(abi::SHELL_DMA_WRITE_BEATS, dma_write_.beats);
}

void DeviceTop::show(uint32_t offset, const Counter& counter) {
  csr_of_device_->show(offset, [&counter] { return counter.value; });
}

uint32_t DeviceTop::read(uint32_t offset) {
  const uint32_t value = csr_of_device_->read(offset);
  clock_.tick();
  return value;
}

void DeviceTop::write(uint32_t offset, uint32_t value) {
  csr_of_device_->offer(offset, value);
  clock_.tick();
}

void DeviceTop::trace(abi::EventSink* sink) {
  sink_ = sink;
  memory_.trace(sink);
}

void DeviceTop::on_edge() {
  const Pulse<uint32_t>& irq = csr_of_device_->irq;
  if (!irq) {
    return;
  }
  for (unsigned vector = 0; irq.payload() >> vector != 0; ++vector) {
    if ((irq.payload() >> vector & 1) == 0) {
      continue;
    }
    if (sink_ != nullptr) {
      sink_->on_event({clock_.cycle(), abi::EventKind::kInterrupt, vector, 0});
    }
    interrupts_.raise(vector);
  }
}

}  // namespace photic::hw
