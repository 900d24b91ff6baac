// SPDX-License-Identifier: Apache-2.0
// The random host, an episode at a time: set up, submit, let the device work, look at completions.
#include "sim/lockstep/session.h"

#include <deque>

#include "drivers/abi/registers.h"
#include "sim/lockstep/command_generator.h"
#include "sim/lockstep/dice.h"
#include "sim/lockstep/ring_client.h"

namespace photic::lockstep {
namespace {

constexpr uint64_t kRings = 0x3'0000'0000;
constexpr uint64_t kRingStride = 0x20'0000;
constexpr uint64_t kCompletionOffset = 0x10'0000;
constexpr uint64_t kDataStep = 0x1000'0000;
constexpr unsigned kLargestRing = 5;

constexpr DataPlaces kPlaces{.source = kDataStep,
                             .source_bytes = 0x1'0000,
                             .destination = 0x12'3400'0000,
                             .destination_bytes = 0x4'0000,
                             .read_only = 2 * kDataStep,
                             .unmapped = 0xFFFF'FFFF'0000'0000};

// Lets the work that a register write starts end before the next write, as a driver's transport does: an
// untimed device and a clocked one would not agree on what a write in the midst of work meets.
class SettledPort final : public abi::CheckedDevicePort {
 public:
  SettledPort(abi::CheckedDevicePort& device, Dice& dice, bool settles)
      : device_(device), dice_(dice), settles_(settles) {}

  uint32_t read(uint32_t offset) override { return device_.read(offset); }
  void write(uint32_t offset, uint32_t value) override {
    device_.write(offset, value);
    if (settles_) {
      work();
    }
  }
  abi::Activity advance(uint64_t budget) override { return device_.advance(budget); }
  void reset() override { device_.reset(); }
  const std::atomic<uint64_t>& progress() const override { return device_.progress(); }
  const std::string* failure() const override { return device_.failure(); }

  /// Until the device is idle, in small and in large steps.
  void work() {
    while (failure() == nullptr &&
           advance(dice_.once_in(4) ? dice_.between(1, 5000) : 1'000'000) == abi::Activity::kWorking) {
    }
  }

 private:
  abi::CheckedDevicePort& device_;
  Dice& dice_;
  const bool settles_;
};

class Host {
 public:
  Host(abi::CheckedDevicePort& device, HostMemory& memory, const abi::Preset& preset,
       const SessionOptions& options)
      : memory_(memory),
        options_(options),
        dice_(options.seed),
        device_(device, dice_, !options.clocked || dice_.once_in(2)),
        commands_(dice_, preset, kPlaces,
                  {options.faults, options.clocked,
                   options.faults ? std::optional(lost_frame(options.seed)) : std::nullopt}) {
    memory_.map(kPlaces.source, kPlaces.source_bytes, false);
    memory_.map(kPlaces.destination, kPlaces.destination_bytes);
    memory_.map(kPlaces.read_only, HostMemory::kPageBytes, false);
    for (unsigned q = 0; q < abi::kQueues; ++q) {
      memory_.map(ring_base(q), HostMemory::kPageBytes);
      memory_.map(ring_base(q) + kCompletionOffset, HostMemory::kPageBytes);
    }
  }

  SessionResult run() {
    fill_source();
    open_all();
    while (result_.commands < options_.commands && !result_.failure) {
      if (dice_.once_in(3)) {
        poke_registers();
      }
      if (dice_.once_in(5)) {
        fill_source();
      }
      if (dice_.once_in(30)) {
        reset();
      } else if (dice_.once_in(6)) {
        open(static_cast<unsigned>(dice_.below(abi::kQueues)));
      }
      submit();
      work();
      collect();
      if (camera_spoilt_) {
        device_.write(abi::OPU_CAMERA, abi::OPU_CAMERA_ADC_BITS.set(dice_.one_of({8u, 10u, 12u})));
        camera_spoilt_ = false;
      }
    }
    result_.cycles += cycle();
    return result_;
  }

 private:
  static uint64_t ring_base(unsigned queue) { return kRings + kRingStride * queue; }

  uint64_t cycle() {
    return device_.read(abi::SHELL_CYCLE) | (uint64_t{device_.read(abi::SHELL_CYCLE_HI)} << 32);
  }

  // Vectors of all kinds: random, sparse, empty, full.
  void fill_source() {
    for (uint64_t at = 0; at < kPlaces.source_bytes;) {
      const uint64_t style = dice_.below(4);
      for (uint64_t end = at + 1024; at < end; at += 8) {
        uint64_t word = style == 0 ? 0 : style == 1 ? ~uint64_t{0} : dice_.bits();
        word &= style == 2 ? dice_.bits() & dice_.bits() : ~uint64_t{0};
        memory_.poke(kPlaces.source + at, word);
      }
    }
  }

  void open_all() {
    rings_.clear();
    for (unsigned q = 0; q < abi::kQueues; ++q) {
      rings_.emplace_back(device_, memory_, place(q));
      rings_.back().open();
    }
    device_.write(abi::SHELL_IRQ_ENABLE, static_cast<uint32_t>(dice_.below(32)));
  }

  RingPlace place(unsigned queue) {
    return {queue, ring_base(queue), ring_base(queue) + kCompletionOffset,
            static_cast<unsigned>(dice_.between(1, kLargestRing))};
  }

  // A new size for a queue; with faults, sometimes rings that cannot be reached. The client's memory accesses
  // miss them as well.
  void open(unsigned queue) {
    RingPlace place = this->place(queue);
    if (options_.faults && dice_.once_in(3)) {
      (dice_.once_in(2) ? place.submissions : place.completions) = kPlaces.unmapped;
    } else if (options_.faults && dice_.once_in(6)) {
      place.completions = kPlaces.read_only;
    }
    rings_[queue] = RingClient(device_, memory_, place);
    rings_[queue].open();
    if (dice_.once_in(4)) {  // address bits that do not count
      device_.write(abi::QUEUE_SQ_BASE_LO(queue), static_cast<uint32_t>(place.submissions + dice_.below(64)));
      device_.write(abi::QUEUE_CQ_BASE_LO(queue), static_cast<uint32_t>(place.completions + dice_.below(64)));
    }
  }

  void reset() {
    result_.cycles += cycle();
    device_.reset();
    open_all();
  }

  void poke_registers() {
    switch (dice_.below(8)) {
      case 0:
        device_.write(abi::SHELL_SCRATCH, static_cast<uint32_t>(dice_.bits()));
        break;
      case 1:
        device_.write(abi::SHELL_IRQ_ENABLE, static_cast<uint32_t>(dice_.bits()));
        break;
      case 2:
        device_.write(abi::SHELL_IRQ_RAISE, static_cast<uint32_t>(dice_.bits()));
        break;
      case 3:
        device_.write(abi::SHELL_IRQ_STATUS, static_cast<uint32_t>(dice_.bits()));
        break;
      case 4:
        device_.write(abi::SHELL_ERROR, static_cast<uint32_t>(dice_.bits()));
        break;
      case 5:
        device_.write(abi::OPU_CAMERA, abi::OPU_CAMERA_ADC_BITS.set(static_cast<uint32_t>(dice_.below(16))));
        camera_spoilt_ = true;
        break;
      case 6:
        device_.write(
            static_cast<uint32_t>(dice_.one_of({abi::SHELL_LIMITS + 4, abi::SHELL_CYCLE, abi::OPU_FRAMES})),
            static_cast<uint32_t>(dice_.bits()));
        break;
      default:
        // From all but black to all but white: electrons an intensity unit span many powers of two.
        device_.write(abi::OPU_LASER,
                      abi::OPU_LASER_POWER.set(static_cast<uint32_t>(dice_.bits())) |
                          abi::OPU_LASER_SHIFT.set(static_cast<uint32_t>(dice_.between(10, 22))));
        break;
    }
  }

  // Commands into some queues; either all become visible at once, or one doorbell after the other starts the
  // device.
  void submit() {
    const bool at_once = dice_.once_in(2);
    if (at_once) {
      device_.write(abi::SHELL_CONTROL, 0);
    }
    const uint64_t queues = dice_.between(1, abi::kQueues);
    for (uint64_t i = 0; i < queues; ++i) {
      RingClient& ring = rings_[dice_.below(abi::kQueues)];
      const uint64_t wanted = dice_.between(0, 4);
      for (uint64_t n = 0; n < wanted && ring.free_entries() != 0; ++n) {
        ring.submit(commands_.next());
      }
      ring.ring_doorbell();
    }
    device_.write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.set(1));
  }

  void work() {
    device_.work();
    if (device_.failure()) {
      result_.failure = *device_.failure();
    }
  }

  // Takes completions; sometimes forgets to hand their entries back, so that rings fill up. A halted queue is
  // opened anew.
  void collect() {
    for (unsigned q = 0; q < abi::kQueues && !result_.failure; ++q) {
      RingClient& ring = rings_[q];
      while (const auto completion = ring.next_completion()) {
        ++result_.commands;
        ++result_.statuses[completion->status];
      }
      if (!dice_.once_in(4)) {
        ring.acknowledge();
      }
      if (device_.read(abi::QUEUE_STATUS(q)) != 0) {
        ++result_.commands;  // one that no completion tells of, so that a session ends even if all its rings
                             // are broken
        ring = RingClient(device_, memory_, place(q));
        ring.open();
      }
    }
  }

  HostMemory& memory_;
  const SessionOptions options_;
  Dice dice_;
  SettledPort device_;
  CommandGenerator commands_;
  std::deque<RingClient> rings_;
  SessionResult result_;
  bool camera_spoilt_ = false;  // most likely every command fails until it is set right again
};

}  // namespace

uint32_t lost_frame(uint64_t seed) {
  return static_cast<uint32_t>(Dice(~seed).bits());
}

SessionResult run_session(abi::CheckedDevicePort& device, HostMemory& memory, const abi::Preset& preset,
                          const SessionOptions& options) {
  return Host(device, memory, preset, options).run();
}

}  // namespace photic::lockstep
