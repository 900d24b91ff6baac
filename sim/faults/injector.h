// SPDX-License-Identifier: Apache-2.0
// Stands between a device and its host: sees every access, and lets the ones fail that rules name.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/device_port.h"
#include "sim/faults/completions.h"
#include "sim/faults/rings.h"
#include "sim/faults/rules.h"
#include "sim/faults/selector.h"

namespace photic::faults {

/// Whether anybody is still there.
enum class Life : uint8_t {
  kAlive,
  kHung,  ///< Stands still until it is reset.
  kGone,  ///< Vanished for good.
};

/// The device's bus and interrupt lines, and the watch over its registers. Used by the thread that drives the
/// device.
///
/// A command is the one fetched last: devices run one after the other. What it reads and writes besides rings
/// is its data.
class Injector final : public abi::DmaPort, public abi::InterruptPort {
 public:
  /// `kills`: a device that vanishes takes its process along.
  Injector(const std::vector<Rule>& rules, abi::DmaPort& memory, abi::InterruptPort& interrupts, bool kills);

  /// Whether the device gets to see a register write.
  bool takes_write(uint32_t offset, uint32_t value);
  /// The device was reset: what hung is well, what was late or shifted is forgotten.
  void reset();

  Life life() const { return life_; }
  /// How long a step is held up.
  std::chrono::microseconds step_delay() const { return step_delay_; }
  const Rings& rings() const { return rings_; }

  /// Raises what is late by time and due; gives the time the next one is due.
  std::optional<std::chrono::steady_clock::time_point> deliver_due();

  bool read(uint64_t address, uint64_t* words, size_t count) override;
  bool write(uint64_t address, const uint64_t* words, size_t count) override;
  void raise(unsigned vector) override;

 private:
  using Clock = std::chrono::steady_clock;

  struct Watch {
    Rule rule;
    Selector selector;
    bool active = false;  // hits the command in progress
  };
  struct Late {
    unsigned vector;
    uint64_t due_completion;
    std::optional<Clock::time_point> due_time;
  };

  void fetch(const Place& place, uint64_t address);
  bool applies(const Rule& rule) const;
  const Watch* hit_by(Class what) const;
  void strike(Moment moment);
  bool refused(Class what, uint64_t operand, uint64_t address, size_t count) const;
  void flip(Class what, uint64_t operand, uint64_t address, uint64_t* words, size_t count) const;
  bool complete(const Place& place, CompletionWords words);
  void deliver_late();

  abi::DmaPort& memory_;
  abi::InterruptPort& interrupts_;
  const bool kills_;
  std::vector<Watch> watches_;
  std::chrono::microseconds step_delay_{0};

  Life life_ = Life::kAlive;
  Rings rings_;
  uint64_t fetched_ = 0;  // commands, over resets
  uint64_t completed_ = 0;
  unsigned queue_ = 0;                         // of the command in progress
  std::optional<abi::Submission> submission_;  // none if it cannot be read
  uint32_t interrupts_left_ = 0;               // vectors the command in progress has not raised
  std::deque<Late> late_;
};

}  // namespace photic::faults
