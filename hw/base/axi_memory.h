// SPDX-License-Identifier: Apache-2.0
// Host memory behind a device's AXI4 manager port, with fixed latencies: the same for every clocked target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <stdexcept>
#include <vector>

#include "drivers/abi/device_port.h"
#include "drivers/abi/timed_device.h"
#include "models/numerics/counter_random.h"

namespace photic::hw {

/// Returned as a number of cycles: until the master does something.
inline constexpr uint64_t kForever = std::numeric_limits<uint64_t>::max();

/// The master broke the AXI4 protocol; the message says how.
class AxiProtocolError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A 64-bit AXI4 subordinate over a DmaPort (docs/reference/opu-device.md, "Around the device").
///
/// Used once a cycle: `outputs()` holds what the subordinate drives in the current cycle, whatever the master
/// drives; `step()` ends the cycle. One word a beat, incrementing bursts, full strobes.
class AxiMemory {
 public:
  struct Options {
    /// Cycles from the AR handshake to the first beat, at least 1.
    uint32_t read_latency = 1;
    /// Cycles from the later of the AW and the last W handshake to the response, at least 1.
    uint32_t write_latency = 1;
    /// Holds AR, AW and W handshakes and R beats back by 0 (every other time) or 1 to 7 cycles.
    std::optional<uint64_t> stall_seed;
  };

  /// What the master drives during a cycle. `len` is beats - 1.
  struct Inputs {
    bool ar_valid = false;
    uint64_t ar_addr = 0;
    uint8_t ar_len = 0;
    bool r_ready = true;
    bool aw_valid = false;
    uint64_t aw_addr = 0;
    uint8_t aw_len = 0;
    bool w_valid = false;
    uint64_t w_data = 0;
    bool w_last = false;
    bool b_ready = true;
  };

  /// What the subordinate drives during a cycle. `error` is DECERR; the data of an error beat is 0.
  struct Outputs {
    bool ar_ready = false;
    bool r_valid = false;
    uint64_t r_data = 0;
    bool r_error = false;
    bool r_last = false;
    bool aw_ready = false;
    bool w_ready = false;
    bool b_valid = false;
    bool b_error = false;
    bool operator==(const Outputs&) const = default;
    template <typename F>
    void each_field(F f) const {
      f("ar_ready", 1, ar_ready);
      f("r_valid", 1, r_valid);
      f("r_data", 64, r_data);
      f("r_error", 1, r_error);
      f("r_last", 1, r_last);
      f("aw_ready", 1, aw_ready);
      f("w_ready", 1, w_ready);
      f("b_valid", 1, b_valid);
      f("b_error", 1, b_error);
    }
  };

  /// `port` must outlive the memory.
  AxiMemory(abi::DmaPort& port, const Options& options);

  /// A word is read just before the cycle in which its beat is first valid, a burst written just before the
  /// cycle in which its response is first valid; of one cycle, the write comes first.
  const Outputs& outputs() const { return outputs_; }

  /// Ends the cycle; `cycle` is its SHELL_CYCLE and stamps its events (AR, R, AW, W in this order).
  /// Throws AxiProtocolError when w_last disagrees with the burst's length.
  void step(const Inputs& master, uint64_t cycle);

  /// Cycles from now on, this one included, in which `outputs()` stays as it is, no valid raised, if the
  /// master raises none; 0 when a beat or a response is being offered.
  uint64_t quiet_cycles() const;
  /// Lets `cycles` of those pass: at most `quiet_cycles()`.
  void skip(uint64_t cycles);

  /// Forgets all transactions and starts the stall pattern anew. Bursts whose response was not due have not
  /// been written.
  void reset();

  /// Events go to `sink` from now on; null stops.
  void trace(abi::EventSink* sink) { sink_ = sink; }

 private:
  enum Channel : uint64_t { kReadAddress, kReadData, kWriteAddress, kWriteData };
  /// Holds back the handshakes of one channel, counted in cycles in which the master waits.
  struct Gate {
    uint64_t index = 0;
    uint32_t wait = 0;
  };
  struct ReadBurst {
    uint64_t address;
    uint32_t beats;
    uint64_t due;
  };
  struct WriteAddress {
    uint64_t address;
    uint32_t beats;
    uint64_t cycle;
  };
  struct WriteData {
    uint32_t beats;
    uint64_t cycle;
  };

  uint32_t stall(Channel channel, uint64_t index) const;
  bool pass(Gate& gate, Channel channel, bool valid);
  void emit(abi::EventKind kind, uint64_t cycle, uint64_t address, uint64_t data);
  void schedule_beat(uint64_t earliest);
  std::optional<uint64_t> response_due() const;
  void offer_response();
  void offer_beat();
  void begin_cycle();

  abi::DmaPort& port_;
  Options options_;
  numerics::CounterRandom random_;
  abi::EventSink* sink_ = nullptr;
  Outputs outputs_;
  uint64_t now_ = 0;  // the current cycle, counted by itself: it need not be the device's
  Gate read_address_gate_, write_address_gate_, write_data_gate_;
  std::deque<ReadBurst> reads_;
  uint32_t beats_done_ = 0;       // of the first of reads_
  uint64_t beat_index_ = 0;       // over all bursts, names the stall
  uint64_t beat_due_ = kForever;  // of the next beat
  std::deque<WriteAddress> write_addresses_;
  std::deque<WriteData> write_bursts_;  // complete ones
  std::deque<uint64_t> write_words_;    // of complete ones, then of the one coming in
  uint32_t incoming_beats_ = 0;
  uint64_t response_earliest_ = 0;
  std::vector<uint64_t> burst_;
};

}  // namespace photic::hw
