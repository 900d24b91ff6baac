// SPDX-License-Identifier: Apache-2.0
// Fields are drawn so that a command is valid and small enough to simulate.
#include "sim/lockstep/spu/random_commands.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "models/kernels/spu/run.h"
#include "sim/lockstep/host.h"

namespace photic::lockstep {
namespace {

using abi::Opcode;
using abi::SpuMemory;
using abi::SpuRegion;
using abi::SpuRun;
using abi::Submission;

constexpr uint32_t kManyWords = 4096;
constexpr uint32_t kLastRegion = static_cast<uint32_t>(SpuRegion::COUNTER);
constexpr uint32_t kLastTable = static_cast<uint32_t>(SpuRegion::FANOUT);

template <typename Record>
Submission as_submission(const Record& record) {
  return std::bit_cast<Submission>(record);
}

}  // namespace

SpuMemory SpuCommands::head(Opcode opcode) {
  SpuMemory m;
  m.opcode = opcode;
  m.flags = dice_.once_in(3) ? abi::SUBMIT_IRQ : 0;
  m.timeout = options_.short_watchdogs && dice_.once_in(25) ? 1 : kPatience;
  return m;
}

Submission SpuCommands::read(uint32_t core, uint32_t cores, SpuRegion region, Window window) {
  SpuMemory m = head(Opcode::SPU_READ);
  m.core = static_cast<uint16_t>(core);
  m.cores = static_cast<uint16_t>(cores);
  m.region = region;
  m.word = window.first;
  m.words = window.words;
  const uint64_t words = uint64_t{cores} * window.words;
  m.destination = places_.take(words);
  if (options_.faults && dice_.once_in(20)) {
    m.destination = strange_address(m.destination, Places::kDestination + Places::kDestinationBytes, words);
  }
  return as_submission(m);
}

Submission SpuCommands::write(uint32_t unit, SpuRegion region, uint32_t word,
                              const std::vector<uint64_t>& words) {
  SpuMemory m = head(Opcode::SPU_WRITE);
  m.core = static_cast<uint16_t>(unit);
  m.cores = 1;
  m.region = region;
  m.word = word;
  m.words = static_cast<uint32_t>(words.size());
  m.source = places_.give(words);
  return as_submission(m);
}

// One that refuses some or all of the words.
uint64_t SpuCommands::strange_address(uint64_t address, uint64_t end, uint64_t words) {
  switch (dice_.below(3)) {
    case 0:
      return end - 8 * dice_.below(words + 1);
    case 1:
      return kUnmapped + 8 * dice_.below(64);
    default:
      return address >= Places::kDestination ? kReadOnly + 8 * dice_.below(64) : kUnmapped;
  }
}

void SpuCommands::write_parts(const Program& program, SpuRegion region, uint32_t core, uint32_t cores,
                              std::vector<Submission>& writes) {
  const Window window = program.units[core].window(region);
  if (window.words == 0) {
    return;
  }
  const auto parts = dice_.once_in(4) ? dice_.between(1, std::min<uint64_t>(3, window.words)) : 1;
  uint32_t done = 0;
  for (uint64_t part = 1; part <= parts; ++part) {
    const auto end = static_cast<uint32_t>(window.words * part / parts);
    std::vector<uint64_t> words;
    for (uint32_t c = core; c < core + cores; ++c) {
      const auto start = program.units[c].table(region).begin() + window.first;
      words.insert(words.end(), start + done, start + end);
    }
    SpuMemory m = std::bit_cast<SpuMemory>(write(core, region, window.first + done, words));
    m.cores = static_cast<uint16_t>(cores);
    m.words = end - done;
    writes.push_back(as_submission(m));
    done = end;
  }
}

// Neighbours with the same window go into one command, if the dice say so.
void SpuCommands::load_region(const Program& program, SpuRegion region, std::vector<Submission>& writes) {
  const auto same = [&](uint32_t a, uint32_t b) {
    const Window& one = program.units[a].window(region);
    const Window& other = program.units[b].window(region);
    return one.first == other.first && one.words == other.words;
  };
  for (uint32_t core = 0; core < preset_.cores();) {
    uint32_t cores = 1;
    while (core + cores < preset_.cores() && same(core, core + cores) && !dice_.once_in(6)) {
      ++cores;
    }
    write_parts(program, region, core, cores, writes);
    core += cores;
  }
  write_parts(program, region, preset_.cores(), 1, writes);
}

std::vector<Submission> SpuCommands::load(const Program& program) {
  std::vector<Submission> writes;
  for (uint32_t region = 0; region <= kLastTable; ++region) {
    load_region(program, static_cast<SpuRegion>(region), writes);
  }
  for (size_t i = writes.size(); i > 1; --i) {
    std::swap(writes[i - 1], writes[dice_.below(i)]);
  }
  return writes;
}

std::vector<Submission> SpuCommands::read_all(const Program& program) {
  std::vector<Submission> reads;
  const uint32_t cores = preset_.cores();
  for (uint32_t region = 0; region <= kLastRegion; ++region) {
    const auto which = static_cast<SpuRegion>(region);
    const uint32_t words = preset_.region_words(which, false);
    if (uint64_t{words} * cores <= kManyWords) {
      reads.push_back(read(0, cores, which, {0, words}));
    } else if (region <= kLastTable) {
      for (uint32_t core = 0; core < cores; ++core) {
        reads.push_back(read(core, 1, which, program.units[core].window(which)));
      }
    } else if (which == SpuRegion::STATE) {
      reads.push_back(read(0, cores, which, {0, 2 * program.units.front().window(SpuRegion::POINTER).words}));
    } else {
      for (unsigned i = 0; i < 12; ++i) {
        const auto core = static_cast<uint32_t>(dice_.below(cores));
        const auto slot = static_cast<uint32_t>(dice_.below(preset_.slots));
        const uint32_t neurons = program.units[core].window(SpuRegion::POINTER).words;
        reads.push_back(read(core, 1, which, {slot * preset_.neurons, neurons}));
      }
    }
    const uint32_t io_words =
        region <= kLastTable ? program.io().window(which).words : preset_.region_words(which, true);
    if (io_words != 0) {
      const uint32_t first = region <= kLastTable ? program.io().window(which).first : 0;
      reads.push_back(read(cores, 1, which, {first, io_words}));
    }
  }
  return reads;
}

void SpuCommands::choose_record(const Program& program, SpuRun& run) {
  run.record = static_cast<abi::SpuRecord>(dice_.below(4));
  if (run.record == abi::SpuRecord::NONE) {
    return;
  }
  run.period = static_cast<uint32_t>(dice_.once_in(2) ? 1 : dice_.between(1, run.steps + 1));
  if (run.record == abi::SpuRecord::STATES) {
    run.probe_core = static_cast<uint16_t>(dice_.below(preset_.cores()));
    const uint32_t neurons =
        dice_.once_in(6) ? preset_.neurons : program.units[run.probe_core].window(SpuRegion::POINTER).words;
    run.probe_neurons = static_cast<uint16_t>(dice_.between(1, neurons));
    run.probe_neuron = static_cast<uint16_t>(dice_.below(neurons - run.probe_neurons + 1));
  } else {
    run.outputs = static_cast<uint16_t>(dice_.once_in(3) ? preset_.outputs
                                                         : dice_.between(1, std::min(preset_.outputs, 70u)));
  }
}

void SpuCommands::choose_addresses(SpuRun& run) {
  const uint64_t end = Places::kDestination + Places::kDestinationBytes;
  const auto strange = [&] { return options_.faults && dice_.once_in(10); };
  if (run.record != abi::SpuRecord::NONE) {
    const uint64_t words = uint64_t{kernels::spu::record_words(run)} * (run.steps / run.period);
    run.destination = places_.take(words);
    if (strange()) {
      run.destination = strange_address(run.destination, end, words);
    }
  }
  if ((run.control & abi::SPU_CONTROL_TRACE) != 0) {
    const uint64_t words = uint64_t{kernels::spu::trace_words(preset_)} * run.steps;
    run.trace = places_.take(words);
    if (strange()) {
      run.trace = strange_address(run.trace, end, words);
    }
  }
}

RandomRun SpuCommands::run(const Program& program) {
  const auto faults = stream_fault_names();
  return run(program, dice_.once_in(5) ? faults[dice_.below(faults.size())] : faults.front());
}

RandomRun SpuCommands::run(const Program& program, std::string_view stream_fault) {
  SpuRun run;
  run.opcode = Opcode::SPU_RUN;
  run.flags = static_cast<uint8_t>((dice_.once_in(3) ? abi::SUBMIT_IRQ : 0) |
                                   (dice_.once_in(4) ? abi::SUBMIT_STRICT : 0));
  run.timeout =
      options_.short_watchdogs && dice_.once_in(8) ? static_cast<uint32_t>(dice_.between(1, 4)) : kPatience;
  run.steps = static_cast<uint32_t>(dice_.once_in(6) ? dice_.between(12, 24) : dice_.between(1, 9));
  run.step = static_cast<uint32_t>(dice_.once_in(4) ? 0u - dice_.below(6) : dice_.bits());
  run.epoch = static_cast<uint32_t>(dice_.once_in(3) ? dice_.between(1, run.steps + 1) : 0);
  run.control = static_cast<uint8_t>((dice_.once_in(3) ? abi::SPU_CONTROL_CLEAR_FIRST : 0) |
                                     (!dice_.once_in(4) ? abi::SPU_CONTROL_TRACE : 0));
  choose_record(program, run);
  choose_addresses(run);
  Stream stream{{}, stream_fault_names().front()};
  if (!dice_.once_in(5)) {
    stream = draw_stream(dice_, run.steps, program.io().config().neurons, stream_fault);
  }
  if (!stream.words.empty()) {
    run.source_words = static_cast<uint32_t>(stream.words.size());
    run.source = places_.give(stream.words);
    if (options_.faults && dice_.once_in(8)) {
      // The last words of the area, and what lies behind it.
      const uint64_t end = Places::kSource + Places::kSourceBytes;
      const uint64_t inside = dice_.below(stream.words.size() + 1);
      run.source = end - 8 * inside;
      for (uint64_t i = 0; i < inside; ++i) {
        places_.put(run.source + 8 * i, stream.words[i]);
      }
    }
  }
  return {run, std::move(stream)};
}

Submission SpuCommands::random_read() {
  for (;;) {
    const bool io = dice_.once_in(5);
    const auto region = static_cast<SpuRegion>(dice_.below(kLastRegion + 1));
    const uint32_t all = preset_.region_words(region, io);
    if (all == 0) {
      continue;
    }
    const auto core = static_cast<uint32_t>(io ? preset_.cores() : dice_.below(preset_.cores()));
    const auto cores = static_cast<uint32_t>(io ? 1 : dice_.between(1, std::min(preset_.cores() - core, 4u)));
    const auto words = static_cast<uint32_t>(dice_.between(1, std::min(all, 200u)));
    return read(core, cores, region, {static_cast<uint32_t>(dice_.below(all - words + 1)), words});
  }
}

// What a running program may find changed: states, accumulators, outputs, weights.
Submission SpuCommands::random_write(const Program& program) {
  const bool io = dice_.once_in(6);
  const auto unit = static_cast<uint32_t>(io ? preset_.cores() : dice_.below(preset_.cores()));
  const SpuRegion region = io ? SpuRegion::ACCUMULATOR
                              : dice_.one_of({SpuRegion::STATE, SpuRegion::ACCUMULATOR, SpuRegion::SYNAPSE});
  // Of SYNAPSE the first half of what is loaded: behind it lie targets.
  const Window& loaded = program.units[unit].window(SpuRegion::SYNAPSE);
  const Window room = region == SpuRegion::SYNAPSE ? Window{loaded.first, loaded.words / 2}
                                                   : Window{0, preset_.region_words(region, io)};
  const auto count = static_cast<uint32_t>(dice_.between(1, std::min(room.words, 40u)));
  const bool large = dice_.once_in(4);
  std::vector<uint64_t> words;
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t small =
        region == SpuRegion::ACCUMULATOR
            ? dice_.below(4000) - 2000
            : abi::SpuState0{.current = static_cast<int32_t>(dice_.below(20'000)) - 10'000,
                             .voltage = static_cast<int32_t>(dice_.below(200'000)) - 100'000,
                             .refractory = static_cast<uint32_t>(dice_.below(3))}
                  .pack();
    words.push_back(large || region == SpuRegion::SYNAPSE ? dice_.bits() : small);
  }
  Submission submission =
      write(unit, region, room.first + static_cast<uint32_t>(dice_.below(room.words - count + 1)), words);
  if (options_.faults && dice_.once_in(10)) {
    submission.source = strange_address(submission.source, Places::kSource + Places::kSourceBytes, count);
  }
  return submission;
}

Submission SpuCommands::memory(const Program& program) {
  switch (dice_.below(8)) {
    case 0: {
      SpuMemory clear = head(Opcode::SPU_CLEAR);
      clear.clear = static_cast<uint8_t>(dice_.between(1, 3));
      return as_submission(clear);
    }
    case 1: {
      Submission nop;
      nop.opcode = Opcode::NOP;
      nop.flags = static_cast<uint8_t>(dice_.below(4));
      nop.timeout = static_cast<uint32_t>(dice_.bits());
      return nop;
    }
    case 2:
    case 3:
    case 4:
      return random_write(program);
    default:
      return random_read();
  }
}

SpuCommands::Snapshot SpuCommands::snapshot() {
  Snapshot snapshot;
  const auto region = [&](uint32_t core, uint32_t cores, SpuRegion which) {
    const uint32_t words = preset_.region_words(which, core == preset_.cores());
    SpuMemory m{.opcode = Opcode::SPU_READ, .timeout = kPatience};
    m.core = static_cast<uint16_t>(core);
    m.cores = static_cast<uint16_t>(cores);
    m.region = which;
    m.words = words;
    m.destination = places_.take(uint64_t{words} * cores);
    snapshot.save.push_back(as_submission(m));
    m.opcode = Opcode::SPU_WRITE;
    m.source = std::exchange(m.destination, 0);
    snapshot.restore.push_back(as_submission(m));
  };
  region(0, preset_.cores(), SpuRegion::STATE);
  region(0, preset_.cores(), SpuRegion::ACCUMULATOR);
  region(preset_.cores(), 1, SpuRegion::ACCUMULATOR);
  return snapshot;
}

}  // namespace photic::lockstep
