// SPDX-License-Identifier: Apache-2.0
// Scales sums to outputs and packs them into memory words.
#pragma once

#include <cstdint>

#include "hw/base/clocked_module.h"
#include "hw/base/dma_stream.h"
#include "hw/base/register.h"
#include "hw/base/stream_fifo.h"
#include "hw/opu/streams.h"
#include "models/kernels/frames.h"
#include "models/kernels/scale.h"

namespace photic::hw {

/// The output scaler (docs/reference/opu-device.md 4.5): a word a cycle, groups back to back.
class Scaler : public ClockedModule, public IdleSource {
 public:
  PulseIn<OpuCommand> engine_start{"engine_start"};
  LevelIn<bool> flush{"flush"};
  StreamOut<DmaRequest> wr_req{"wr_req"};
  StreamOut<uint64_t> wr_data{"wr_data"};
  StreamFifo<CombinedGroup> combined;
  Counter vectors;            ///< OPU_VECTORS
  Counter outputs_saturated;  ///< OPU_OUTPUTS_SATURATED

  Scaler(const sc_core::sc_module_name& name, ClockDomain& clock);

  bool idle() const override { return !in_hand_.get() && combined.empty(); }

  void on_clock() override;
  void on_reset() override;
  uint64_t quiet_cycles() const override;

 private:
  void begin();
  /// Works on the group in hand; true if the group ends in this cycle.
  bool work();
  bool work_on_half_words();
  /// Word `word_` of the group in hand; counts the values it clips.
  uint64_t scaled_word();
  void take();

  Register<bool> in_hand_;
  kernels::CommandShape shape_;
  kernels::OutputScaling scaling_;
  CombinedGroup group_;      // in hand
  uint32_t word_ = 0;        // of the group, to leave next
  uint32_t vector_ = 0;      // whose groups come
  bool first_group_ = true;  // the next group taken is the first of a vector
  bool half_full_ = false;
  uint32_t half_ = 0;  // four bytes that wait for four more
};

}  // namespace photic::hw
