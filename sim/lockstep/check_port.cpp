// SPDX-License-Identifier: Apache-2.0
// Runs two devices side by side and stops at the first difference.
#include "sim/lockstep/check_port.h"

#include <algorithm>
#include <array>
#include <bit>
#include <deque>
#include <exception>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"
#include "sim/lockstep/checkpoint.h"
#include "sim/lockstep/difference.h"
#include "sim/lockstep/progress_sum.h"
#include "sim/lockstep/report.h"

namespace photic::lockstep {
namespace {

constexpr size_t kHistory = 64;
// Steps of an untimed device between two looks at the outside.
constexpr uint64_t kUntimedBudget = 64;
// What a PCI host reads where no function answers.
constexpr uint32_t kNobodyAnswers = ~uint32_t{0};

// A line an event.
class EventFile final : public abi::EventSink {
 public:
  explicit EventFile(const std::filesystem::path& path) : file_(path) {}
  void on_event(const abi::BoundaryEvent& event) override { file_ << describe(event) << '\n'; }

 private:
  std::ofstream file_;
};

// Both sides have a clock: they can be compared at any cycle.
bool both_timed(const Side& a, const Side& b) {
  return a.timed != nullptr && b.timed != nullptr;
}

class CheckPort final : public abi::DevicePort {
 public:
  CheckPort(const Candidate& first, const Candidate& second, abi::DmaPort& memory,
            abi::InterruptPort& interrupts, CheckOptions options)
      : host_memory_(memory),
        host_interrupts_(interrupts),
        options_(std::move(options)),
        a_(first, memory),
        b_(second, memory),
        clocked_(both_timed(a_, b_)),
        stamps_(a_.device->timed() && b_.device->timed()),
        progress_(a_.device->progress(), b_.device->progress()) {
    a_.trace(clocked_);
    b_.trace(clocked_);
    const auto kind = static_cast<abi::DeviceKind>(a_.device->read(abi::SHELL_KIND));
    const uint32_t geometry = a_.device->read(abi::SHELL_GEOMETRY);
    if (b_.timed != nullptr) {  // makes every access that the other side makes
      b_.device->read(abi::SHELL_KIND);
      b_.device->read(abi::SHELL_GEOMETRY);
    }
    if (kind == abi::DeviceKind::SPU) {
      spu_ = abi::find_spu_preset(abi::SHELL_GEOMETRY_PRESET.get(geometry));
    }
  }

  // A clocked device that is busy takes a cycle for a register access, so both get every one.
  uint32_t read(uint32_t offset) override {
    if (stopped_) {
      return kNobodyAnswers;
    }
    uint32_t value = kNobodyAnswers;
    guarded([&] {
      value = a_.device->read(offset);
      if (!clocked_ || !failure_.empty()) {
        return;
      }
      const uint32_t second = b_.device->read(offset);
      if (second != value) {
        fail(compare_reads(offset, value, second));
      }
    });
    return value;
  }

  void write(uint32_t offset, uint32_t value) override {
    if (!failure_.empty()) {
      return;
    }
    if (!clocked_ && in_burst_) {
      deferred_.emplace_back(offset, value);
      return;
    }
    note_write(offset, value);
    guarded([&] {
      a_.device->write(offset, value);
      b_.device->write(offset, value);
    });
  }

  abi::Activity advance(uint64_t budget) override {
    if (!failure_.empty()) {
      return abi::Activity::kIdle;
    }
    abi::Activity activity = abi::Activity::kIdle;
    guarded([&] { activity = clocked_ ? advance_chunk() : advance_burst(budget); });
    progress_.update();
    return failure_.empty() ? activity : abi::Activity::kIdle;
  }

  void reset() override {
    if (!failure_.empty()) {
      return;
    }
    for (Side* side : {&a_, &b_}) {
      side->memory.commit();
      side->interrupts.clear();
      side->device->reset();
      if (side->log != nullptr) {
        side->log->clear();
      }
    }
    deferred_.clear();
    written_.fill(0);
    heads_.fill(0);
    in_burst_ = false;
  }

  const std::atomic<uint64_t>& progress() const override { return progress_.value(); }
  /// The first of the two is the one whose completions the host sees.
  bool timed() const override { return a_.device->timed(); }
  const std::string* failure() const override { return failure_.empty() ? nullptr : &failure_; }

 private:
  // What a device throws is a difference too: the other one did not.
  template <typename Work>
  void guarded(const Work& work) {
    try {
      work();
    } catch (const std::exception& error) {
      stopped_ = true;
      if (!failure_.empty()) {
        return;  // it broke after an earlier difference
      }
      Difference difference;
      difference.kind = DifferenceKind::kStopped;
      difference.what =
          std::string(running_ != nullptr ? running_->name : "a target") + " stopped: " + error.what();
      fail(std::move(difference));
    }
  }

  void run(Side& side, uint64_t budget) {
    running_ = &side;
    side.activity = side.device->advance(budget);
    running_ = nullptr;
  }

  // A device may use less than its budget: goes on until it has reached `cycle`, is idle or stands still.
  void catch_up(Side& side, uint64_t cycle) {
    uint64_t before = 0;
    do {
      before = side.timed->cycle();
      run(side, cycle - before);
    } while (side.activity == abi::Activity::kWorking && side.timed->cycle() < cycle &&
             side.timed->cycle() != before);
  }

  // Clocked pair: a chunk on each side, then compare. Always a whole one: every comparison costs a copy of
  // the process, whatever it compares, so short budgets would buy little else.
  abi::Activity advance_chunk() {
    begin();
    run(a_, options_.chunk_cycles);
    catch_up(b_, a_.timed->cycle());
    std::optional<Difference> difference = compare_events(a_, b_, events_before_, history_, writes_);
    if (!difference && (a_.activity != b_.activity || a_.timed->cycle() != b_.timed->cycle())) {
      difference = compare_activity();
    }
    settle(std::move(difference));
    return a_.activity;
  }

  // A pair with an untimed device: until both are idle, then compare. Several calls make one piece of work.
  abi::Activity advance_burst(uint64_t budget) {
    if (!in_burst_) {
      begin();
      in_burst_ = true;
      a_.activity = b_.activity = abi::Activity::kWorking;
    }
    Side& side = a_.activity == abi::Activity::kWorking ? a_ : b_;
    run(side, std::min(budget, side.timed != nullptr ? options_.chunk_cycles : kUntimedBudget));
    if (a_.activity == abi::Activity::kWorking || b_.activity == abi::Activity::kWorking) {
      return abi::Activity::kWorking;
    }
    in_burst_ = false;
    settle(std::nullopt);
    if (!failure_.empty() || deferred_.empty()) {
      return abi::Activity::kIdle;
    }
    for (const auto& [offset, value] : std::exchange(deferred_, {})) {
      write(offset, value);
    }
    return abi::Activity::kWorking;
  }

  // Before a piece of work: keeps the way back.
  void begin() {
    if (options_.waveforms && (a_.timed != nullptr || b_.timed != nullptr)) {
      checkpoint_.take([this] { draw_waveforms(); });
    }
  }

  // Where rings lie is known from what was written: asking a busy device would take its time.
  void note_write(uint32_t offset, uint32_t value) {
    for (unsigned q = 0; q < abi::kQueues; ++q) {
      const bool enables = offset == abi::QUEUE_CONTROL(q) && abi::QUEUE_CONTROL_ENABLE.get(value) != 0;
      if (enables && abi::QUEUE_CONTROL_ENABLE.get(written(offset)) == 0) {
        heads_[q] = 0;
      }
    }
    written_[offset / 4] = value;
  }

  uint32_t written(uint32_t offset) const { return written_[offset / 4]; }

  uint64_t ring_base(uint32_t low, uint32_t high) const {
    return (written(low) | (uint64_t{written(high)} << 32)) & ~uint64_t{63};
  }

  uint32_t ring_entries(unsigned queue) const {
    return 1u << abi::QUEUE_CONTROL_SIZE_LOG2.get(written(abi::QUEUE_CONTROL(queue)));
  }

  std::vector<Ring> completion_rings() const {
    std::vector<Ring> rings;
    for (unsigned q = 0; q < abi::kQueues; ++q) {
      if (abi::QUEUE_CONTROL_ENABLE.get(written(abi::QUEUE_CONTROL(q))) != 0) {
        rings.push_back({q, ring_base(abi::QUEUE_CQ_BASE_LO(q), abi::QUEUE_CQ_BASE_HI(q)), ring_entries(q)});
      }
    }
    return rings;
  }

  // Compares what is compared for every pair, and hands the work to the host if it is equal.
  void settle(std::optional<Difference> difference) {
    const bool idle = a_.activity == abi::Activity::kIdle && b_.activity == abi::Activity::kIdle;
    if (!difference) {
      difference = compare_memory(a_, b_, true, {});
      if (difference) {  // in terms of commands: to say it, and to leave out what depends on time
        difference = compare_memory(a_, b_, stamps_, work_in_progress());
      }
    } else if (difference->address) {
      const std::string place = describe_address(*difference->address, work_in_progress());
      difference->what += place.empty() ? "" : "; writes " + place;
    }
    if (!difference) {
      difference = compare_interrupts(a_, b_);
    }
    if (!difference && idle) {
      difference = compare_registers(a_, b_, stamps_);
    }
    if (difference) {
      fail(std::move(*difference));
      return;
    }
    a_.memory.commit();
    b_.memory.discard();
    for (const unsigned vector : std::exchange(a_.interrupts, {})) {
      host_interrupts_.raise(vector);
    }
    b_.interrupts.clear();
    keep_history();
    if (idle) {
      for (unsigned q = 0; q < abi::kQueues; ++q) {
        heads_[q] = a_.device->read(abi::QUEUE_SQ_HEAD(q));
      }
    }
    checkpoint_.drop();
  }

  void keep_history() {
    if (clocked_) {
      const auto& events = a_.log->events();
      events_before_ += events.size();
      for (const abi::BoundaryEvent& event : events) {
        writes_.follow(event);
      }
      for (size_t i = events.size() > kHistory ? events.size() - kHistory : 0; i < events.size(); ++i) {
        history_.push_back(events[i]);
      }
      while (history_.size() > kHistory) {
        history_.pop_front();
      }
    }
    for (Side* side : {&a_, &b_}) {
      if (side->log != nullptr) {
        side->log->clear();
      }
    }
  }

  Difference compare_reads(uint32_t offset, uint32_t first, uint32_t second) const {
    Difference difference;
    difference.kind = DifferenceKind::kRegister;
    difference.address = offset;
    difference.what = std::string("register at offset ") + std::to_string(offset) + ": " + a_.name +
                      " read " + std::to_string(first) + ", " + b_.name + " read " + std::to_string(second);
    return difference;
  }

  Difference compare_activity() const {
    const auto text = [](const Side& side) {
      return side.name + " is " + (side.activity == abi::Activity::kIdle ? "idle" : "working") +
             " at cycle " + std::to_string(side.timed->cycle());
    };
    Difference difference;
    difference.kind = DifferenceKind::kActivity;
    difference.what = text(a_) + ", " + text(b_);
    difference.cycle = std::min(a_.timed->cycle(), b_.timed->cycle());
    return difference;
  }

  // The commands fetched since both were idle, read again from the submission rings.
  WorkInProgress work_in_progress() {
    WorkInProgress work;
    work.completions = completion_rings();
    work.spu = spu_;
    for (unsigned q = 0; q < abi::kQueues; ++q) {
      const uint32_t mask = ring_entries(q) - 1;
      const uint64_t base = ring_base(abi::QUEUE_SQ_BASE_LO(q), abi::QUEUE_SQ_BASE_HI(q));
      const uint32_t end = a_.device->read(abi::QUEUE_SQ_HEAD(q));
      for (uint32_t entry = heads_[q], left = mask; entry != end && left != 0;
           entry = (entry + 1) & mask, --left) {
        std::array<uint64_t, sizeof(abi::Submission) / 8> words{};
        if (host_memory_.read(base + sizeof(abi::Submission) * entry, words.data(), words.size())) {
          work.commands.push_back({q, entry, std::bit_cast<abi::Submission>(words)});
        }
      }
    }
    return work;
  }

  void fail(Difference difference) {
    Report report;
    report.names[0] = a_.name;
    report.names[1] = b_.name;
    report.replay = options_.replay;
    if (options_.explain) {
      difference.what += options_.explain(difference);
    }
    if (!stopped_) {
      try {
        report.work = work_in_progress();
        report.registers = differing_registers(a_, b_, stamps_);
      } catch (const std::exception&) {
        stopped_ = true;  // a side that went wrong may break as its clock moves for a read
      }
    }
    const uint64_t now = a_.timed != nullptr   ? a_.timed->cycle()
                         : b_.timed != nullptr ? b_.timed->cycle()
                                               : 0;
    const uint64_t cycle = difference.cycle.value_or(now);
    std::error_code ignored;
    std::filesystem::create_directories(options_.report, ignored);
    const uint64_t from = cycle > options_.cycles_before ? cycle - options_.cycles_before : 0;
    if (checkpoint_.run_again({{from, cycle + options_.cycles_after, 0, 0}})) {
      for (const Side* side : {&a_, &b_}) {
        if (side->timed != nullptr) {
          report.waveforms.push_back(waveform_name(*side));
          report.logs.push_back(log_name(*side));
        }
      }
    }
    report.difference = std::move(difference);
    failure_ = a_.name + " and " + b_.name + " differ: " + name(report.difference.kind) + ": " +
               report.difference.what;
    failure_ += write_report(options_.report, report)
                    ? "; report in " + options_.report.string()
                    : "; the report could not be written to " + options_.report.string();
    in_burst_ = false;
    deferred_.clear();
  }

  static std::string waveform_name(const Side& side) { return side.name + ".vcd"; }
  static std::string log_name(const Side& side) { return side.name + ".events.txt"; }

  // In the checkpoint's child: both clocked sides once more, with all their events and with waveforms of the
  // wanted cycles.
  void draw_waveforms() {
    const uint64_t from = checkpoint_.message().words[0];
    const uint64_t to = checkpoint_.message().words[1];
    for (Side* side : {&a_, &b_}) {
      if (side->timed == nullptr) {
        continue;
      }
      EventFile events(options_.report / log_name(*side));
      side->timed->trace(&events);
      abi::Activity activity = abi::Activity::kWorking;
      if (side->timed->cycle() < from) {
        activity = side->timed->advance(from - side->timed->cycle());
      }
      side->timed->waveform((options_.report / waveform_name(*side)).string());
      if (activity == abi::Activity::kWorking && side->timed->cycle() < to) {
        side->timed->advance(to - side->timed->cycle());
      }
      side->timed->waveform("");
      side->timed->trace(nullptr);
    }
  }

  abi::DmaPort& host_memory_;
  abi::InterruptPort& host_interrupts_;
  const CheckOptions options_;
  Side a_;
  Side b_;
  const bool clocked_;  // can be compared at any cycle
  const bool stamps_;   // what depends on cycles is alike
  ProgressSum progress_;
  Checkpoint checkpoint_;

  Side* running_ = nullptr;
  bool stopped_ = false;  // a side threw and cannot be asked any more
  bool in_burst_ = false;
  std::vector<std::pair<uint32_t, uint32_t>> deferred_;
  std::array<uint32_t, abi::kBarSize / 4> written_{};
  std::array<uint32_t, abi::kQueues> heads_{};  // submissions fetched when both were last idle
  uint64_t events_before_ = 0;
  std::deque<abi::BoundaryEvent> history_;
  WriteAddresses writes_;
  const abi::SpuPreset* spu_ = nullptr;  // null if the device is none
  std::string failure_;
};

}  // namespace

std::unique_ptr<abi::DevicePort> make_check(const Candidate& first, const Candidate& second,
                                            abi::DmaPort& memory, abi::InterruptPort& interrupts,
                                            const CheckOptions& options) {
  return std::make_unique<CheckPort>(first, second, memory, interrupts, options);
}

}  // namespace photic::lockstep
