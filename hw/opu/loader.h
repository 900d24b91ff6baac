// SPDX-License-Identifier: Apache-2.0
// Fetches input planes and loads mirrors.
#pragma once

#include <cstdint>
#include <vector>

#include "drivers/abi/geometry.h"
#include "hw/base/clocked_module.h"
#include "hw/base/dma_stream.h"
#include "hw/base/register.h"
#include "hw/base/stream_fifo.h"
#include "hw/opu/streams.h"
#include "models/kernels/format.h"
#include "models/kernels/frames.h"

namespace photic::hw {

/// 16 mirrors of a row, bit 0 leftmost.
struct MirrorWord {
  uint16_t row = 0;
  uint16_t word = 0;
  uint16_t data = 0;
  template <typename F>
  void each_field(F f) const {
    f("row", 16, row);
    f("word", 16, word);
    f("data", 16, data);
  }
};

/// The DMD loader (docs/reference/opu-device.md 4.2): one plane at a time in a feature memory of a bit a
/// feature, one frame ahead of the sequencer.
class Loader : public ClockedModule, public IdleSource {
 public:
  PulseIn<OpuCommand> engine_start{"engine_start"};
  StreamOut<DmaRequest> rd_req{"rd_req"};
  StreamIn<ReadWord> rd_data{"rd_data"};
  PulseIn<> frame_taken{"frame_taken"};
  LevelIn<bool> flush{"flush"};
  Pulse<bool> dmd_fill;         ///< every mirror of the shadow memory, lit or dark
  Pulse<MirrorWord> dmd_valid;  ///< a word of the shadow memory
  Register<bool> frame_valid;   ///< `frame` is in the shadow memory, until it is taken
  Register<kernels::Frame> frame;
  Register<DmaFailure> read_error;  ///< first refused word since engine_start

  Loader(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::Preset& preset);

  bool idle() const override { return state_.get() == State::IDLE; }

  void on_clock() override;
  void on_reset() override;
  uint64_t quiet_cycles() const override;
  void skip(uint64_t cycles) override;

 private:
  enum class State : uint8_t { IDLE, REQUEST, FETCH, FILL, ROW, WORDS, READY };

  const abi::Submission& command() const { return engine_start->payload().submission; }
  uint64_t vector_address() const;
  void begin();
  void request();
  void fetch();
  void store(uint64_t source_word);
  void load_word();
  void offer();

  const abi::Preset& preset_;
  Register<State> state_;
  std::vector<uint64_t> feature_memory_;
  kernels::CommandShape shape_;
  kernels::MirrorLayout layout_;
  kernels::Frame frame_;      // being loaded
  uint32_t frame_index_ = 0;  // in the command
  uint32_t index_ = 0;        // source words fetched
  kernels::MirrorWalk walk_;
  uint32_t row_ = 0;  // in the region
  uint32_t word_ = 0;
  uint32_t n_ = 0;
};

}  // namespace photic::hw
