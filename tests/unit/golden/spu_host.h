// SPDX-License-Identifier: Apache-2.0
// A golden SPU on a test host, its regions, and commands tests start from.
#pragma once

#include <bit>
#include <span>
#include <string_view>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"
#include "models/golden/spu_device.h"
#include "tests/unit/golden/device_host.h"

namespace photic::golden {

class SpuHost : public DeviceHost {
 public:
  explicit SpuHost(std::string_view name = "tiny") : SpuHost(*abi::find_spu_preset(name)) {}
  explicit SpuHost(const abi::SpuPreset& geometry)
      : DeviceHost([&geometry](abi::DmaPort& dma, abi::InterruptPort& irq) {
          return make_spu({geometry}, dma, irq);
        }),
        preset(geometry) {
    memory.map(kTrace, kTraceBytes);
    memory.map(kBulk, kBulkBytes);
  }

  static constexpr uint64_t kTrace = 0x70'0000;
  static constexpr uint64_t kTraceBytes = 0x8'0000;
  static constexpr uint64_t kBulk = 0x1000'0000;
  static constexpr uint64_t kBulkBytes = 0x20'0000;

  using DeviceHost::run;
  abi::Completion run(const abi::SpuMemory& command) { return run(std::bit_cast<abi::Submission>(command)); }
  abi::Completion run(const abi::SpuRun& command) { return run(std::bit_cast<abi::Submission>(command)); }

  /// Writes words of a region through the device.
  void write(uint32_t core, abi::SpuRegion region, uint32_t word, const std::vector<uint64_t>& words) {
    memory.poke(kBulk, words);
    abi::SpuMemory command;
    command.opcode = abi::Opcode::SPU_WRITE;
    command.source = kBulk;
    command.core = static_cast<uint16_t>(core);
    command.cores = 1;
    command.region = region;
    command.word = word;
    command.words = static_cast<uint32_t>(words.size());
    EXPECT_EQ(run(command).status, abi::Status::OK);
  }

  /// Reads words of a region through the device.
  std::vector<uint64_t> read(uint32_t core, abi::SpuRegion region, uint32_t word, uint32_t words) {
    abi::SpuMemory command;
    command.opcode = abi::Opcode::SPU_READ;
    command.destination = kBulk;
    command.core = static_cast<uint16_t>(core);
    command.cores = 1;
    command.region = region;
    command.word = word;
    command.words = words;
    EXPECT_EQ(run(command).status, abi::Status::OK);
    return peek(kBulk, words);
  }

  std::vector<uint64_t> peek(uint64_t address, uint32_t words) const {
    std::vector<uint64_t> out(words);
    for (uint32_t i = 0; i < words; ++i) {
      out[i] = memory.peek(address + 8 * uint64_t{i});
    }
    return out;
  }

  void clear(uint8_t what) {
    abi::SpuMemory command;
    command.opcode = abi::Opcode::SPU_CLEAR;
    command.clear = what;
    EXPECT_EQ(run(command).status, abi::Status::OK);
  }

  uint64_t counter_word(uint32_t core, abi::SpuCounter which) {
    return read(core, abi::SpuRegion::COUNTER, static_cast<uint32_t>(which), 1)[0];
  }

  void configure(uint32_t core, uint32_t neurons, uint32_t axons) {
    write(core, abi::SpuRegion::CONFIG, 0, {abi::SpuConfig{.neurons = neurons, .axons = axons}.pack()});
  }

  /// A neuron that fires when its input of a step, times 64, is above 64 `threshold`, and forgets at once.
  static std::vector<uint64_t> simple_neuron(int32_t threshold = 0) {
    return {abi::SpuNeuron0{.current_decay = 4096,
                            .voltage_decay = 4096,
                            .adaptation_decay = 4096,
                            .emit = abi::SpuEmit::SPIKE}
                .pack(),
            abi::SpuNeuron1{.threshold = threshold}.pack(), 0, 0};
  }

  const abi::SpuPreset preset;
};

inline abi::SpuRun steps(uint32_t count) {
  abi::SpuRun run;
  run.opcode = abi::Opcode::SPU_RUN;
  run.command = 7;
  run.steps = count;
  return run;
}

/// The input stream of some steps: (source, payload) events.
using StepEvents = std::vector<abi::SpuEvent>;
inline std::vector<uint64_t> stream_of(const std::vector<StepEvents>& all) {
  std::vector<uint64_t> words;
  for (const StepEvents& events : all) {
    words.push_back(abi::SpuEvents{.count = static_cast<uint32_t>(events.size())}.pack());
    for (size_t i = 0; i < events.size(); ++i) {
      if (i % 2 == 0) {
        words.push_back(events[i].pack_half());
      } else {
        words.back() |= uint64_t{events[i].pack_half()} << 32;
      }
    }
  }
  return words;
}

}  // namespace photic::golden
