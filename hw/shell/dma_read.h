// SPDX-License-Identifier: Apache-2.0
// Turns read requests into bursts and keeps their data in order.
#pragma once

#include "hw/base/axi_memory.h"
#include "hw/base/clocked_module.h"
#include "hw/base/dma_stream.h"
#include "hw/base/register.h"
#include "hw/base/stream_fifo.h"

namespace photic::hw {

/// Reads host memory through AR/R (docs/reference/opu-device.md 3.2). One burst a cycle at most, as many in
/// flight as their data has room in `rd_data`, so RREADY is always 1.
class DmaRead : public ClockedModule, public IdleSource {
 public:
  StreamFifo<DmaRequest> rd_req;
  StreamFifo<ReadWord> rd_data;
  Register<AxiAddress> ar;
  Counter beats;  ///< SHELL_DMA_READ_BEATS
  LevelIn<AxiMemory::Outputs> axi{"axi"};
  LevelIn<bool> flush{
      "flush"};  ///< forgets requests and data; beats on their way still arrive and are dropped

  DmaRead(const sc_core::sc_module_name& name, ClockDomain& clock);

  /// Nothing requested, on its way or waiting.
  bool idle() const override;

  void on_clock() override;
  void on_reset() override { beats = {}; }
  uint64_t quiet_cycles() const override;

 private:
  uint32_t next_burst() const;
  bool can_issue() const;

  Register<bool> active_;
  Register<uint64_t> address_;
  Register<uint32_t> left_;
  Register<uint32_t> pending_;  // words of issued bursts that have not arrived
  Register<uint32_t> bursts_;   // in flight
};

}  // namespace photic::hw
