// SPDX-License-Identifier: Apache-2.0
// The random host of an OPU, an episode at a time: set up, submit, let the device work, look at completions.
#include "sim/lockstep/session.h"

#include "drivers/abi/registers.h"
#include "sim/lockstep/command_generator.h"
#include "sim/lockstep/host.h"

namespace photic::lockstep {
namespace {

constexpr DataPlaces kPlaces{.source = 0x1000'0000,
                             .source_bytes = 0x1'0000,
                             .destination = 0x12'3400'0000,
                             .destination_bytes = 0x4'0000,
                             .read_only = kReadOnly,
                             .unmapped = kUnmapped};

class OpuSession {
 public:
  OpuSession(abi::DevicePort& device, HostMemory& memory, const abi::Preset& preset,
             const SessionOptions& options)
      : options_(options),
        host_(device, memory, options.seed, !options.clocked, options.faults),
        dice_(host_.dice()),
        commands_(dice_, preset, kPlaces,
                  {options.faults, options.clocked,
                   options.faults ? std::optional(lost_frame(options.seed)) : std::nullopt}) {
    memory.map(kPlaces.source, kPlaces.source_bytes, false);
    memory.map(kPlaces.destination, kPlaces.destination_bytes);
  }

  SessionResult run() {
    fill_source();
    host_.open_all();
    while (host_.result().commands < options_.commands && !host_.failed()) {
      if (dice_.once_in(3)) {
        poke_registers();
      }
      if (dice_.once_in(5)) {
        fill_source();
      }
      if (dice_.once_in(30)) {
        host_.reset();
      } else if (dice_.once_in(6)) {
        host_.open_one();
      }
      host_.submit([this] { return commands_.next(); });
      host_.work();
      host_.collect({});
      if (camera_spoilt_) {
        host_.device().write(abi::OPU_CAMERA, abi::OPU_CAMERA_ADC_BITS.set(dice_.one_of({8u, 10u, 12u})));
        camera_spoilt_ = false;
      }
    }
    host_.count_cycles();
    return host_.result();
  }

 private:
  // Vectors of all kinds: random, sparse, empty, full.
  void fill_source() {
    for (uint64_t at = 0; at < kPlaces.source_bytes;) {
      const uint64_t style = dice_.below(4);
      for (uint64_t end = at + 1024; at < end; at += 8) {
        uint64_t word = style == 0 ? 0 : style == 1 ? ~uint64_t{0} : dice_.bits();
        word &= style == 2 ? dice_.bits() & dice_.bits() : ~uint64_t{0};
        host_.memory().poke(kPlaces.source + at, word);
      }
    }
  }

  void poke_registers() {
    switch (dice_.below(8)) {
      case 0:
        host_.device().write(abi::OPU_CAMERA,
                             abi::OPU_CAMERA_ADC_BITS.set(static_cast<uint32_t>(dice_.below(16))));
        camera_spoilt_ = true;
        break;
      case 1:
        // From all but black to all but white: electrons an intensity unit span many powers of two.
        host_.device().write(abi::OPU_LASER,
                             abi::OPU_LASER_POWER.set(static_cast<uint32_t>(dice_.bits())) |
                                 abi::OPU_LASER_SHIFT.set(static_cast<uint32_t>(dice_.between(10, 22))));
        break;
      default:
        host_.poke_shell();
        break;
    }
  }

  const SessionOptions options_;
  Host host_;
  Dice& dice_;
  CommandGenerator commands_;
  bool camera_spoilt_ = false;  // most likely every command fails until it is set right again
};

}  // namespace

uint32_t lost_frame(uint64_t seed) {
  return static_cast<uint32_t>(Dice(~seed).bits());
}

SessionResult run_session(abi::DevicePort& device, HostMemory& memory, const abi::Preset& preset,
                          const SessionOptions& options) {
  return OpuSession(device, memory, preset, options).run();
}

}  // namespace photic::lockstep
