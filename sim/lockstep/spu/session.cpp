// SPDX-License-Identifier: Apache-2.0
// The random host of an SPU, a network at a time: load, run, disturb, snapshot, read back.
#include "sim/lockstep/spu/session.h"

#include <algorithm>
#include <bit>
#include <map>
#include <vector>

#include "drivers/abi/registers.h"
#include "models/kernels/spu/command_check.h"
#include "models/kernels/spu/run.h"
#include "sim/lockstep/host.h"
#include "sim/lockstep/spu/observer.h"
#include "sim/lockstep/spu/program_faults.h"
#include "sim/lockstep/spu/random_commands.h"
#include "sim/lockstep/spu/random_neurons.h"
#include "sim/lockstep/spu/random_program.h"

namespace photic::lockstep {
namespace {

using abi::Opcode;
using abi::SpuCounter;
using abi::SpuRegion;
using abi::Submission;

constexpr unsigned kNeuronWords = 4;

class SpuSession {
 public:
  SpuSession(abi::DevicePort& device, HostMemory& memory, const abi::SpuPreset& preset,
             const SpuSessionOptions& options)
      : options_(options),
        preset_(preset),
        host_(device, memory, options.seed, !options.clocked, options.faults),
        dice_(host_.dice()),
        places_(memory),
        commands_(dice_, preset, places_, {options.faults, options.clocked}),
        next_fault_(2 * options.seed),
        next_stream_fault_(options.seed) {}

  SpuSessionResult run() {
    host_.open_all();
    while (result_.networks < options_.networks && !host_.failed()) {
      network();
      ++result_.networks;
    }
    count_steps();
    host_.count_cycles();
    result_.session = host_.result();
    if (divergence_ && !result_.session.failure) {
      result_.session.failure = divergence_;
    }
    return result_;
  }

 private:
  // ---- A network ----

  void network() {
    const Style style = draw_style(dice_, preset_);
    Program program = draw_program(dice_, preset_, style);
    places_.clear();
    load(program);
    if (dice_.once_in(2)) {
      faulty_runs(program);
    }
    first_run(program);
    for (uint64_t rounds = dice_.between(0, 3); rounds > 0 && !host_.failed(); --rounds) {
      disturb(style, program);
    }
    if (dice_.once_in(3)) {
      restored_run(program);
    }
    places_.clear();
    const std::vector<Submission> reads = commands_.read_all(program);
    issue(reads);
    look_at_counters(reads);
    between_networks();
  }

  void load(const Program& program) {
    for (const Submission& write : commands_.load(program)) {
      pending_.push_back(write);
    }
    issue_pending();
  }

  // A seed, and a run alone, mostly from cleared neurons: what it does is known.
  void first_run(const Program& program) {
    const auto seed = static_cast<uint32_t>(dice_.bits());
    write_register(abi::SPU_SEED, seed);
    const auto faults = stream_fault_names();
    const bool sound = !dice_.once_in(3);
    RandomRun random =
        commands_.run(program, sound ? faults.front() : faults[next_stream_fault_++ % faults.size()]);
    if (!dice_.once_in(4)) {
      random.run.control |= abi::SPU_CONTROL_CLEAR_FIRST;
    }
    const abi::Completion done = issue_alone(std::bit_cast<Submission>(random.run));
    note(random, done);
    const bool whole = done.status == abi::Status::OK || done.status == abi::Status::SATURATED;
    const bool linked = done.status == abi::Status::LINK_ERROR;
    if ((random.run.control & abi::SPU_CONTROL_CLEAR_FIRST) != 0 && random.stream.fault == "none" &&
        (whole || linked)) {
      // A run with a wrong parity ends somewhere; the packet that had it was in the first step at the latest
      // if there is one step.
      Observer(program, seed, result_.coverage).run(random, whole ? random.run.steps : 1);
    }
  }

  // Faults one after the other, each mended before the next. Sessions with neighbouring seeds have others.
  void faulty_runs(const Program& program) {
    const auto names = program_fault_names();
    for (uint64_t count = dice_.between(1, 4); count > 0 && !host_.failed(); --count) {
      const std::string_view fault = names[next_fault_++ % names.size()];
      const auto changed = draw_fault(dice_, program, fault);
      if (!changed) {
        continue;
      }
      const uint64_t good = program.units[changed->unit].table(changed->region)[changed->word];
      issue_reliably(commands_.write(changed->unit, changed->region, changed->word, {changed->value}));
      const abi::Completion done = issue_alone(std::bit_cast<Submission>(commands_.run(program).run));
      if (done.status == abi::Status::INVALID_PROGRAM) {
        result_.coverage.add("program_fault:" + std::string(fault));
      }
      issue_reliably(commands_.write(changed->unit, changed->region, changed->word, {good}));
    }
  }

  // Commands of all kinds on all queues, some of them wrong; changes to the program; registers.
  void disturb(const Style& style, Program& program) {
    if (dice_.once_in(3)) {
      write_register(abi::SPU_SEED, static_cast<uint32_t>(dice_.bits()));
    }
    if (dice_.once_in(2)) {
      host_.poke_shell();
    }
    places_.clear();
    bool overwritten = false;
    for (uint64_t count = dice_.between(2, 8); count > 0; --count) {
      Submission submission = commands_.memory(program);
      if (dice_.once_in(3)) {
        submission = std::bit_cast<Submission>(commands_.run(program).run);
      } else if (dice_.once_in(5)) {
        submission = new_neuron(style, program);
      }
      if (dice_.once_in(5)) {
        submission = commands_.spoil(submission);
        overwritten = overwritten || submission.opcode == Opcode::SPU_WRITE;
      }
      pending_.push_back(submission);
    }
    issue_pending();
    if (overwritten) {
      load(program);
    }
  }

  Submission new_neuron(const Style& style, Program& program) {
    const auto core = static_cast<uint32_t>(dice_.below(preset_.cores()));
    UnitProgram& tables = program.units[core];
    const auto n = static_cast<uint32_t>(dice_.below(tables.window(SpuRegion::POINTER).words));
    draw_neuron(dice_, style, tables, n);
    const auto word = tables.table(SpuRegion::NEURON).begin() + ptrdiff_t{kNeuronWords} * n;
    return commands_.write(core, SpuRegion::NEURON, kNeuronWords * n, {word, word + kNeuronWords});
  }

  // The same run twice from the same state: read out, run on, put back, run again.
  void restored_run(const Program& program) {
    places_.clear();
    const SpuCommands::Snapshot snapshot = commands_.snapshot();
    RandomRun random = commands_.run(program);
    random.run.control &= static_cast<uint8_t>(~abi::SPU_CONTROL_CLEAR_FIRST);
    random.run.timeout = SpuCommands::kPatience;
    issue(snapshot.save);
    issue({clear_counters()});
    const abi::Completion first = issue_alone(std::bit_cast<Submission>(place_anew(random.run)));
    const abi::SpuRun before = random.run;
    issue(snapshot.restore);
    issue({clear_counters()});
    const abi::Completion second = issue_alone(std::bit_cast<Submission>(place_anew(random.run)));
    if (host_.failed()) {
      return;
    }
    result_.coverage.add("run:restored");
    const bool same = first.status == second.status && first.detail == second.detail &&
                      same_records(before, random.run) && same_traces(before, random.run);
    if (!same) {
      divergence_ = "a run after its snapshot was restored gave another result than before";
    }
  }

  Submission clear_counters() {
    abi::SpuMemory clear{.opcode = Opcode::SPU_CLEAR, .timeout = SpuCommands::kPatience};
    clear.clear = abi::SPU_CLEAR_COUNTERS;
    return std::bit_cast<Submission>(clear);
  }

  // Rooms that accept every write, and hold nothing: a run may end before it has filled them.
  abi::SpuRun place_anew(abi::SpuRun& run) {
    if (run.record != abi::SpuRecord::NONE) {
      run.destination = empty_room(record_words(run));
    }
    if ((run.control & abi::SPU_CONTROL_TRACE) != 0) {
      run.trace = empty_room(trace_words(run));
    }
    return run;
  }

  uint64_t empty_room(uint64_t words) {
    const uint64_t at = places_.take(words);
    for (uint64_t word = 0; word < words; ++word) {
      host_.memory().poke(at + 8 * word, 0);
    }
    return at;
  }

  static uint64_t record_words(const abi::SpuRun& run) {
    return run.record == abi::SpuRecord::NONE
               ? 0
               : uint64_t{kernels::spu::record_words(run)} * (run.steps / run.period);
  }
  uint64_t trace_words(const abi::SpuRun& run) const {
    return (run.control & abi::SPU_CONTROL_TRACE) != 0
               ? uint64_t{kernels::spu::trace_words(preset_)} * run.steps
               : 0;
  }

  bool same_records(const abi::SpuRun& a, const abi::SpuRun& b) {
    for (uint64_t word = 0; word < record_words(a); ++word) {
      if (host_.memory().peek(a.destination + 8 * word) != host_.memory().peek(b.destination + 8 * word)) {
        return false;
      }
    }
    return true;
  }

  // But for cycles, which depend on what routers did last.
  bool same_traces(const abi::SpuRun& a, const abi::SpuRun& b) {
    for (uint64_t word = 0; word < trace_words(a); ++word) {
      if (word % abi::kSpuCounters < static_cast<uint64_t>(SpuCounter::CYCLES_DELIVER) &&
          host_.memory().peek(a.trace + 8 * word) != host_.memory().peek(b.trace + 8 * word)) {
        return false;
      }
    }
    return true;
  }

  void between_networks() {
    if (dice_.once_in(8)) {
      count_steps();
      host_.reset();
    } else if (dice_.once_in(5)) {
      host_.open_one();
      for (unsigned i = 0; i < 4; ++i) {
        pending_.push_back(commands_.memory(Program(preset_)));
      }
      host_.submit([this] { return next_pending(); });
      host_.work();
      host_.collect({});
      pending_.clear();
      host_.open_all();
    }
  }

  // ---- Commands and their completions ----

  std::optional<Submission> next_pending() {
    if (pending_.empty()) {
      return std::nullopt;
    }
    Submission submission = pending_.front();
    pending_.erase(pending_.begin());
    submission.command = command_++;
    sent_[submission.command] = submission;
    return submission;
  }

  void issue(const std::vector<Submission>& submissions) {
    pending_.insert(pending_.end(), submissions.begin(), submissions.end());
    issue_pending();
  }

  // Until every command is completed; a ring that is full is emptied when nothing moves any more.
  void issue_pending() {
    sent_.clear();
    done_.clear();
    uint64_t idle_rounds = 0;
    while ((!pending_.empty() || done_.size() < sent_.size()) && !host_.failed()) {
      const size_t before = done_.size();
      host_.submit([this] { return next_pending(); });
      host_.work();
      host_.collect([this](const abi::Completion& completion) { take(completion); });
      if (done_.size() == before && ++idle_rounds > 2) {
        host_.acknowledge_all();
      }
    }
  }

  abi::Completion issue_alone(const Submission& submission) {
    issue({submission});
    return done_.empty() ? abi::Completion{} : done_.begin()->second;
  }

  // With a watchdog that does not fire: what comes after builds on it.
  void issue_reliably(Submission submission) {
    submission.timeout = SpuCommands::kPatience;
    issue({submission});
  }

  void take(const abi::Completion& completion) {
    done_[completion.command] = completion;
    result_.coverage.add("status:" + std::string(name(completion.status)));
    const auto sent = sent_.find(completion.command);
    if (sent == sent_.end() || completion.status != abi::Status::OK) {
      return;
    }
    const auto memory = kernels::spu::as_memory(sent->second);
    const std::string unit = memory.core == preset_.cores() ? "io/" : "core/";
    switch (sent->second.opcode) {
      case Opcode::SPU_READ:
      case Opcode::SPU_WRITE:
        result_.coverage.add((sent->second.opcode == Opcode::SPU_READ ? "read:" : "write:") + unit +
                             std::string(name(memory.region)));
        if (memory.cores > 1) {
          result_.coverage.add("memory:many_cores");
        }
        break;
      case Opcode::SPU_CLEAR:
        result_.coverage.add("clear:" + std::to_string(memory.clear));
        break;
      default:
        break;
    }
  }

  void note(const RandomRun& random, const abi::Completion& done) {
    Coverage& coverage = result_.coverage;
    const bool ran = done.status != abi::Status::TIMEOUT && done.status != abi::Status::INVALID_PROGRAM;
    if (!ran) {
      return;
    }
    const abi::SpuRun& run = random.run;
    coverage.add("record:" + std::string(name(run.record)));
    if ((run.control & abi::SPU_CONTROL_TRACE) != 0) {
      coverage.add("run:TRACE");
    }
    if ((run.control & abi::SPU_CONTROL_CLEAR_FIRST) != 0) {
      coverage.add("run:CLEAR_FIRST");
    }
    if (run.epoch != 0 && run.epoch < run.steps) {
      coverage.add("run:epoch");
    }
    if ((run.flags & abi::SUBMIT_STRICT) != 0) {
      coverage.add("run:STRICT");
    }
    if (run.source_words != 0) {
      coverage.add("run:inputs");
      const bool sound = random.stream.fault == "none";
      if (sound == (done.status != abi::Status::INVALID_EVENTS)) {
        coverage.add("stream_fault:" + std::string(random.stream.fault));
      }
    }
  }

  // ---- Registers and counters ----

  // Waits for the device: the register is read when a command starts.
  void write_register(uint32_t offset, uint32_t value) {
    host_.work();
    host_.device().write(offset, value);
  }

  void count_steps() { result_.steps += host_.device().read(abi::SPU_STEPS); }

  // The counters that were read back last.
  void look_at_counters(const std::vector<Submission>& reads) {
    uint64_t spikes = 0;
    uint64_t updates = 0;
    for (const Submission& read : reads) {
      const abi::SpuMemory m = kernels::spu::as_memory(read);
      const auto counter = [&](uint32_t unit, SpuCounter which) {
        return host_.memory().peek(m.destination +
                                   8 * (uint64_t{unit} * m.words + static_cast<uint64_t>(which)));
      };
      for (uint32_t unit = 0; m.region == SpuRegion::COUNTER && unit < m.cores; ++unit) {
        const bool io = m.core == preset_.cores();
        if (counter(unit, SpuCounter::CYCLES_STALL) != 0) {
          result_.coverage.add(io ? "stall:io" : "stall:core");
        }
        if (!io) {
          spikes += counter(unit, SpuCounter::SPIKES);
          updates += counter(unit, SpuCounter::UPDATES);
        }
      }
    }
    result_.spikes += spikes;
    result_.updates += updates;
    if (100 * spikes > updates && 100 * spikes < 60 * updates) {
      ++result_.lively;
    }
  }

  const SpuSessionOptions options_;
  const abi::SpuPreset& preset_;
  Host host_;
  Dice& dice_;
  Places places_;
  SpuCommands commands_;
  SpuSessionResult result_;
  std::optional<std::string> divergence_;
  std::vector<Submission> pending_;
  std::map<uint16_t, Submission> sent_;  // since the last round began
  std::map<uint16_t, abi::Completion> done_;
  uint16_t command_ = 0;
  uint64_t next_fault_;
  uint64_t next_stream_fault_;
};

}  // namespace

SpuSessionResult run_spu_session(abi::DevicePort& device, HostMemory& memory, const abi::SpuPreset& preset,
                                 const SpuSessionOptions& options) {
  return SpuSession(device, memory, preset, options).run();
}

}  // namespace photic::lockstep
