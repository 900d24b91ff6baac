// SPDX-License-Identifier: Apache-2.0
// Commands and tables.
#include "tests/timing/spu/program.h"

#include <gtest/gtest.h>

#include <bit>

#include "hw/top/spu_systemc.h"

namespace photic::test {
namespace {

MakeDevice maker(const SpuOptions& options) {
  const abi::SpuPreset preset = *abi::find_spu_preset(options.preset);
  return [=](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
    return hw::make_systemc_spu({preset, options.stall_seed, options.skip}, dma, interrupts);
  };
}

uint64_t halves(uint32_t low, uint32_t high) {
  return uint64_t{high} << 32 | low;
}

}  // namespace

SpuBench::SpuBench(const SpuOptions& options)
    : HostBench(maker(options)), preset_(*abi::find_spu_preset(options.preset)) {}

abi::Completion SpuBench::execute(const abi::SpuMemory& command) {
  return HostBench::execute(std::bit_cast<abi::Submission>(command));
}

abi::Submission as_submission(abi::SpuRun run) {
  run.opcode = abi::Opcode::SPU_RUN;
  return std::bit_cast<abi::Submission>(run);
}

abi::Completion SpuBench::run(const abi::SpuRun& command) {
  return HostBench::execute(as_submission(command));
}

abi::Completion SpuBench::write(uint32_t unit, abi::SpuRegion region, uint32_t word,
                                const std::vector<uint64_t>& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    ram.at(kSource + sizeof(uint64_t) * i) = words[i];
  }
  const abi::Completion done = execute(abi::SpuMemory{.opcode = abi::Opcode::SPU_WRITE,
                                                      .source = kSource,
                                                      .core = static_cast<uint16_t>(unit),
                                                      .cores = 1,
                                                      .region = region,
                                                      .word = word,
                                                      .words = static_cast<uint32_t>(words.size())});
  EXPECT_EQ(done.status, abi::Status::OK);
  return done;
}

std::vector<uint64_t> SpuBench::read(uint32_t unit, abi::SpuRegion region, uint32_t word, uint32_t words) {
  const abi::Completion done = execute(abi::SpuMemory{.opcode = abi::Opcode::SPU_READ,
                                                      .destination = kDestination,
                                                      .core = static_cast<uint16_t>(unit),
                                                      .cores = 1,
                                                      .region = region,
                                                      .word = word,
                                                      .words = words});
  EXPECT_EQ(done.status, abi::Status::OK);
  std::vector<uint64_t> values;
  for (uint32_t i = 0; i < words; ++i) {
    values.push_back(ram.at(kDestination + sizeof(uint64_t) * i));
  }
  return values;
}

uint64_t SpuBench::counter(uint32_t unit, abi::SpuCounter counter) {
  return read(unit, abi::SpuRegion::COUNTER, static_cast<uint32_t>(counter), 1).front();
}

abi::Completion SpuBench::clear(uint8_t what) {
  return execute(abi::SpuMemory{.opcode = abi::Opcode::SPU_CLEAR, .clear = what});
}

void SpuBench::configure(uint32_t unit, uint32_t neurons, uint32_t axons) {
  write(unit, abi::SpuRegion::CONFIG, 0, {abi::SpuConfig{.neurons = neurons, .axons = axons}.pack()});
}

void SpuBench::fan_out(uint32_t unit, uint32_t n, uint32_t base, const std::vector<abi::SpuFanout>& entries) {
  std::vector<uint64_t> words;
  for (size_t i = 0; i < entries.size(); i += 2) {
    words.push_back(halves(entries[i].pack_half(), i + 1 < entries.size() ? entries[i + 1].pack_half() : 0));
  }
  write(unit, abi::SpuRegion::FANOUT, base / 2, words);
  write(unit, abi::SpuRegion::POINTER, n,
        {abi::SpuPointer{.base = base, .count = static_cast<uint32_t>(entries.size())}.pack()});
}

uint32_t SpuBench::stream(const std::vector<std::vector<abi::SpuEvent>>& steps) {
  uint32_t words = 0;
  const auto push = [&](uint64_t word) { ram.at(kSource + sizeof(uint64_t) * words++) = word; };
  for (const auto& events : steps) {
    push(abi::SpuEvents{.count = static_cast<uint32_t>(events.size())}.pack());
    for (size_t i = 0; i < events.size(); i += 2) {
      push(halves(events[i].pack_half(), i + 1 < events.size() ? events[i + 1].pack_half() : 0));
    }
  }
  return words;
}

std::vector<uint64_t> relay_neuron(int32_t threshold, abi::SpuEmit emit) {
  return {abi::SpuNeuron0{.current_decay = abi::kSpuDecayOne,
                          .voltage_decay = abi::kSpuDecayOne,
                          .adaptation_decay = abi::kSpuDecayOne,
                          .emit = emit}
              .pack(),
          abi::SpuNeuron1{.threshold = threshold}.pack(), 0, 0};
}

abi::SpuFanout to_core(int32_t x, int32_t y, int32_t to_x, int32_t to_y, uint32_t axon) {
  return {.dx = to_x - x, .dy = to_y - y, .axon = axon};
}

abi::SpuFanout to_output(int32_t x, int32_t y, uint32_t output) {
  return {.dx = -x, .dy = -(y + 1), .axon = output, .host = true};
}

}  // namespace photic::test
