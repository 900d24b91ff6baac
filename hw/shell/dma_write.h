// SPDX-License-Identifier: Apache-2.0
// Turns write requests and a stream of words into bursts.
#pragma once

#include <array>
#include <cstddef>

#include "drivers/abi/timing.h"
#include "hw/base/axi_memory.h"
#include "hw/base/clocked_module.h"
#include "hw/base/dma_stream.h"
#include "hw/base/register.h"
#include "hw/base/stream_fifo.h"

namespace photic::hw {

/// Writes host memory through AW/W/B (docs/reference/opu-device.md 3.3). A burst starts when all its words
/// are there, so W never waits for the producer; BREADY is always 1.
class DmaWrite : public ClockedModule, public IdleSource {
 public:
  StreamFifo<DmaRequest> wr_req;
  StreamFifo<uint64_t> wr_data;
  Register<AxiAddress> aw;
  Register<AxiWriteData> w;
  Register<DmaFailure> error;  ///< start address of the first refused burst since `clear_error`
  Counter beats;               ///< SHELL_DMA_WRITE_BEATS
  LevelIn<AxiMemory::Outputs> axi{"axi"};
  LevelIn<bool> flush{"flush"};  ///< ends after the burst in progress; requests and data are forgotten
  PulseIn<> clear_error{"clear_error"};

  DmaWrite(const sc_core::sc_module_name& name, ClockDomain& clock);

  /// Nothing requested, on its way or unanswered.
  bool idle() const override;

  void on_clock() override;
  void on_reset() override;
  uint64_t quiet_cycles() const override;

 private:
  uint32_t next_burst() const;
  bool can_start() const;

  Register<bool> active_;
  Register<uint64_t> address_;
  Register<uint32_t> left_;
  Register<uint32_t> beats_;                                // of the burst in progress, not yet popped
  Register<uint32_t> outstanding_;                          // bursts without a response
  std::array<uint64_t, abi::kWritesInFlight> addresses_{};  // of those, from oldest_ on
  size_t oldest_ = 0;
};

}  // namespace photic::hw
