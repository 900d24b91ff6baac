// SPDX-License-Identifier: Apache-2.0
// One command at a time through a ring in memory; the caller's thread is the device's.
#include "tools/bench/spiking/loop.h"

#include <bit>
#include <stdexcept>
#include <vector>

#include "drivers/abi/registers.h"
#include "host/snn/event_stream.h"
#include "models/golden/spu_device.h"

namespace photic::bench {
namespace {

constexpr uint64_t kSubmissions = 0x10'0000;
constexpr uint64_t kCompletions = 0x20'0000;
constexpr uint64_t kCounter = 0x30'0000;
constexpr uint64_t kImage = 0x1000'0000;
constexpr uint64_t kSource = 0x2000'0000;

abi::SpuMemory memory_command(abi::Opcode opcode, uint32_t core, abi::SpuRegion region, uint32_t word,
                              uint32_t words) {
  abi::SpuMemory command;
  command.opcode = opcode;
  command.core = static_cast<uint16_t>(core);
  command.cores = 1;
  command.region = region;
  command.word = word;
  command.words = words;
  return command;
}

}  // namespace

MakeSpikingDevice golden_of(const abi::SpuPreset& geometry) {
  return [geometry](abi::DmaPort& memory, abi::InterruptPort& interrupts) {
    return golden::make_spu({geometry}, memory, interrupts);
  };
}

SpikingLoop::SpikingLoop(const MakeSpikingDevice& make, const host::snn::Program& program,
                         std::span<const host::SpikeTrain> samples)
    : device_(make(memory_, interrupts_)),
      ring_(*device_, memory_, {.submissions = kSubmissions, .completions = kCompletions}) {
  memory_.map(kSubmissions, lockstep::HostMemory::kPageBytes);
  memory_.map(kCompletions, lockstep::HostMemory::kPageBytes);
  memory_.map(kCounter, lockstep::HostMemory::kPageBytes);
  ring_.open();
  device_->write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.set(1));
  for (const host::snn::MemoryImage& image : program.images) {
    load(image);
  }
  const uint32_t steps = samples.front().steps;
  const auto width = static_cast<uint32_t>(graph::elements(program.input_shape));
  const std::vector<uint64_t> stream = host::snn::make_event_stream(samples, width, steps);
  memory_.map(kSource, 8 * stream.size());
  memory_.poke(kSource, stream);
  command_.opcode = abi::Opcode::SPU_RUN;
  command_.source = kSource;
  command_.source_words = static_cast<uint32_t>(stream.size());
  command_.steps = static_cast<uint32_t>(steps * samples.size());
  command_.epoch = steps;
  command_.control = abi::SPU_CONTROL_CLEAR_FIRST;
  execute();  // the first run scans the program
  abi::SpuMemory clear;
  clear.opcode = abi::Opcode::SPU_CLEAR;
  clear.clear = abi::SPU_CLEAR_COUNTERS;
  submit(std::bit_cast<abi::Submission>(clear));
  execute();
  for (uint32_t core = 0; core < program.preset.cores(); ++core) {
    work_.synaptic_operations += counter(core, abi::SpuCounter::SYNAPTIC_OPS);
    work_.spikes += counter(core, abi::SpuCounter::SPIKES);
  }
  for (const host::SpikeTrain& sample : samples) {
    work_.events += sample.events.size();
  }
  work_.steps = command_.steps;
}

void SpikingLoop::execute() {
  const abi::Completion completion = submit(std::bit_cast<abi::Submission>(command_));
  work_.cycles = completion.end - completion.start;
}

abi::Completion SpikingLoop::submit(const abi::Submission& submission) {
  constexpr uint64_t kBudget = uint64_t{1} << 40;
  ring_.submit(submission);
  ring_.ring_doorbell();
  while (device_->advance(kBudget) == abi::Activity::kWorking) {
  }
  const auto completion = ring_.next_completion();
  ring_.acknowledge();
  if (!completion || completion->status != abi::Status::OK) {
    throw std::runtime_error("the device did not do the command");
  }
  return *completion;
}

void SpikingLoop::load(const host::snn::MemoryImage& image) {
  memory_.map(kImage, 8 * image.words.size());
  memory_.poke(kImage, image.words);
  abi::SpuMemory command = memory_command(abi::Opcode::SPU_WRITE, image.core, image.region, image.word,
                                          static_cast<uint32_t>(image.words.size()));
  command.source = kImage;
  submit(std::bit_cast<abi::Submission>(command));
}

uint64_t SpikingLoop::counter(uint32_t unit, abi::SpuCounter which) {
  abi::SpuMemory command =
      memory_command(abi::Opcode::SPU_READ, unit, abi::SpuRegion::COUNTER, static_cast<uint32_t>(which), 1);
  command.destination = kCounter;
  submit(std::bit_cast<abi::Submission>(command));
  return memory_.peek(kCounter);
}

}  // namespace photic::bench
