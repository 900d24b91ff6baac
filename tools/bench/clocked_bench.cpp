// SPDX-License-Identifier: Apache-2.0
// How fast clocked devices are simulated: the same commands on SystemC, with and without skipping, on RTL,
// and on golden. bench_clocked --benchmark_filter=<regex>.
//
// `cycles/s` is simulated cycles, `frames/s` simulated camera frames, both a second of processor time on one
// core; `cycles` is how many one command takes, the same on every clocked target.
#include <benchmark/benchmark.h>

#include <string>

#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"
#include "drivers/abi/timed_device.h"
#include "drivers/transport/uri.h"
#include "models/kernels/frames.h"
#include "models/numerics/counter_random.h"
#include "sim/lockstep/ring_client.h"
#include "sim/targets/targets.h"

namespace photic {
namespace {

constexpr uint64_t kSubmissions = 0x10'0000;
constexpr uint64_t kCompletions = 0x20'0000;
constexpr uint64_t kSource = 0x100'0000;
constexpr uint64_t kDestination = 0x1000'0000;
// A microsecond of laser light, as the host runtime uses.
constexpr uint32_t kExposureCycles = 256;

class NoInterrupts final : public abi::InterruptPort {
 public:
  void raise(unsigned) override {}
};

// Error vectors of ten classes onto one row of mirrors, a row of pixels back: what training by direct
// feedback alignment sends.
abi::Submission feedback(const abi::Preset& preset) {
  abi::Submission s;
  s.opcode = abi::Opcode::OPU_PROJECT;
  s.features = 10;
  s.vectors = 4;
  s.input = abi::pack_input(abi::InputFormat::T2, 1);
  s.recovery = abi::pack_recovery(abi::Scheme::PHASE2, abi::OutputFormat::I16);
  s.mirror_rows = 1;
  s.mirror_cols = static_cast<uint16_t>(preset.mirror_cols);
  s.macro = static_cast<uint16_t>(preset.mirror_cols / s.features);
  s.camera_rows = 1;
  s.outputs = preset.pixel_cols;
  return s;
}

// Every mirror, and as many rows of pixels as can be read out in a frame period of the second generation.
abi::Submission whole_frames(const abi::Preset& preset) {
  abi::Submission s;
  s.opcode = abi::Opcode::OPU_PROJECT;
  s.features = preset.mirror_rows * preset.mirror_cols;
  s.vectors = 4;
  s.input = abi::pack_input(abi::InputFormat::U1, 1);
  s.recovery = abi::pack_recovery(abi::Scheme::INTENSITY, abi::OutputFormat::U8);
  s.mirror_rows = static_cast<uint16_t>(preset.mirror_rows);
  s.mirror_cols = static_cast<uint16_t>(preset.mirror_cols);
  s.macro = 1;
  s.camera_rows =
      static_cast<uint16_t>((preset.modes[0].period - preset.camera_start_cycles) / preset.row_cycles);
  s.outputs = s.camera_rows * preset.pixel_cols;
  return s;
}

using MakeCommand = abi::Submission (*)(const abi::Preset&);

// A device with one queue, and a command whose vectors lie in its memory.
class CommandLoop {
 public:
  CommandLoop(const std::string& target, const std::string& geometry, const std::string& options,
              MakeCommand make)
      : command_(make(*abi::find_preset(geometry))),
        device_(sim::make_device(transport::parse_uri(target + ":opu?geometry=" + geometry + options),
                                 memory_, interrupts_)),
        ring_(*device_, memory_, {.submissions = kSubmissions, .completions = kCompletions}) {
    const kernels::CommandShape shape = kernels::command_shape(command_);
    frames_ = shape.frames();
    command_.source = kSource;
    command_.destination = kDestination;
    command_.scale = 1;
    command_.exposure = kExposureCycles;
    memory_.map(kSubmissions, lockstep::HostMemory::kPageBytes);
    memory_.map(kCompletions, lockstep::HostMemory::kPageBytes);
    memory_.map(kDestination, 8ULL * shape.destination_words * shape.vectors);
    const uint64_t words = uint64_t{shape.source_words} * shape.vectors;
    memory_.map(kSource, 8 * words);
    for (uint64_t i = 0; i < words; ++i) {
      memory_.poke(kSource + 8 * i, numerics::CounterRandom(4, kPurpose).bits(i));
    }
    ring_.open();
    device_->write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.set(1));
  }

  /// Executes the command once; false if it failed.
  bool execute() {
    ring_.submit(command_);
    ring_.ring_doorbell();
    while (device_->advance(kBudget) == abi::Activity::kWorking) {
    }
    const auto completion = ring_.next_completion();
    ring_.acknowledge();
    command_.frame += frames_;
    if (!completion ||
        (completion->status != abi::Status::OK && completion->status != abi::Status::SATURATED)) {
      return false;
    }
    cycles_ = completion->end - completion->start;
    return true;
  }

  uint32_t frames() const { return frames_; }
  /// Of the last command; golden has no cycles, and none of its stamps are used.
  uint64_t cycles() const { return cycles_; }
  bool timed() const { return dynamic_cast<const abi::TimedDevicePort*>(device_.get()) != nullptr; }

 private:
  static constexpr numerics::Purpose kPurpose = 950;
  static constexpr uint64_t kBudget = uint64_t{1} << 40;
  lockstep::HostMemory memory_;
  NoInterrupts interrupts_;
  abi::Submission command_;
  std::unique_ptr<abi::DevicePort> device_;
  lockstep::RingClient ring_;
  uint32_t frames_ = 0;
  uint64_t cycles_ = 0;
};

void simulate(benchmark::State& state, const char* target, const char* geometry, const char* options,
              MakeCommand make) {
  CommandLoop loop(target, geometry, options, make);
  for (auto _ : state) {
    if (!loop.execute()) {
      state.SkipWithError("the command failed");
      return;
    }
  }
  state.counters["frames/s"] =
      benchmark::Counter(loop.frames(), benchmark::Counter::kIsIterationInvariantRate);
  if (loop.timed()) {
    const auto cycles = static_cast<double>(loop.cycles());
    state.counters["cycles"] = cycles;
    state.counters["cycles/s"] = benchmark::Counter(cycles, benchmark::Counter::kIsIterationInvariantRate);
  }
}

// Default optics; the cheapest optics there is where the field is large, for its time is part of every
// target's.
#define PHOTIC_ONE_THREAD "&threads=1"
#define PHOTIC_CHEAP_OPTICS "&threads=1&medium=structured&noise=off"
#define PHOTIC_EVERY_CYCLE "&skip=0"

#define PHOTIC_SIMULATE(stream, name, ...) \
  BENCHMARK_CAPTURE(stream, name, __VA_ARGS__)->Unit(benchmark::kMillisecond)

void feedback_gen2(benchmark::State& state, const char* target, const char* options) {
  simulate(state, target, "gen2", options, feedback);
}
PHOTIC_SIMULATE(feedback_gen2, systemc, "systemc", PHOTIC_ONE_THREAD);
PHOTIC_SIMULATE(feedback_gen2, systemc_every_cycle, "systemc", PHOTIC_ONE_THREAD PHOTIC_EVERY_CYCLE);
PHOTIC_SIMULATE(feedback_gen2, rtl, "rtl", PHOTIC_ONE_THREAD);

void whole_frames_gen2(benchmark::State& state, const char* target, const char* options) {
  simulate(state, target, "gen2", options, whole_frames);
}
PHOTIC_SIMULATE(whole_frames_gen2, systemc, "systemc", PHOTIC_CHEAP_OPTICS);
PHOTIC_SIMULATE(whole_frames_gen2, systemc_every_cycle, "systemc", PHOTIC_CHEAP_OPTICS PHOTIC_EVERY_CYCLE);
PHOTIC_SIMULATE(whole_frames_gen2, rtl, "rtl", PHOTIC_CHEAP_OPTICS);

void feedback_gen3(benchmark::State& state, const char* target, const char* options) {
  simulate(state, target, "gen3", options, feedback);
}
PHOTIC_SIMULATE(feedback_gen3, systemc, "systemc", PHOTIC_ONE_THREAD);
PHOTIC_SIMULATE(feedback_gen3, golden, "golden", PHOTIC_ONE_THREAD);

}  // namespace
}  // namespace photic

BENCHMARK_MAIN();
