// SPDX-License-Identifier: Apache-2.0
// Which access fails, and how.
#include "sim/faults/injector.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <csignal>
#include <utility>

#include "drivers/abi/registers.h"
#include "drivers/abi/spiking.h"
#include "drivers/abi/timing.h"

namespace photic::faults {
namespace {

constexpr uint64_t kWordBytes = sizeof(uint64_t);
// Devices cut transfers at these bounds, and a refusal is of a whole burst.
constexpr uint64_t kBurstBytes = abi::kReadBurstBeats * kWordBytes;
constexpr uint64_t kEntriesPerWord = 2;  // of a fan-out memory
constexpr unsigned kEntryBits = 32;

constexpr size_t kSubmissionWords = sizeof(abi::Submission) / kWordBytes;

bool reads_data(const abi::Submission& submission) {
  switch (submission.opcode) {
    case abi::Opcode::OPU_PROJECT:
    case abi::Opcode::SPU_WRITE:
      return true;
    case abi::Opcode::SPU_RUN:
      return std::bit_cast<abi::SpuRun>(submission).source_words != 0;
    default:
      return false;
  }
}

bool writes_data(const abi::Submission& submission) {
  switch (submission.opcode) {
    case abi::Opcode::OPU_PROJECT:
    case abi::Opcode::SPU_READ:
      return true;
    case abi::Opcode::SPU_RUN:
      return std::bit_cast<abi::SpuRun>(submission).record != abi::SpuRecord::NONE;
    default:
      return false;
  }
}

bool writes_links(const abi::Submission& submission) {
  return submission.opcode == abi::Opcode::SPU_WRITE &&
         std::bit_cast<abi::SpuMemory>(submission).region == abi::SpuRegion::FANOUT;
}

}  // namespace

Injector::Injector(const std::vector<Rule>& rules, abi::DmaPort& memory, abi::InterruptPort& interrupts,
                   bool kills)
    : memory_(memory), interrupts_(interrupts), kills_(kills) {
  for (const Rule& rule : rules) {
    if (rule.what == Class::kSlow) {
      step_delay_ += std::chrono::microseconds(rule.us);
    }
    watches_.push_back({rule, Selector(rule, watches_.size())});
  }
}

bool Injector::takes_write(uint32_t offset, uint32_t value) {
  if (life_ != Life::kAlive) {
    return false;
  }
  if (const std::optional<unsigned> queue = rings_.doorbell(offset)) {
    bool lost = false;
    for (Watch& watch : watches_) {
      const bool candidate =
          watch.rule.what == Class::kStuckDoorbell && watch.rule.queue.value_or(*queue) == *queue;
      lost = (candidate && watch.selector.hit()) || lost;
    }
    if (lost) {
      return false;
    }
  }
  rings_.note_write(offset, value);
  return true;
}

void Injector::reset() {
  if (life_ == Life::kHung) {
    life_ = Life::kAlive;
  }
  rings_.reset();
  submission_.reset();
  interrupts_left_ = 0;
  late_.clear();
  for (Watch& watch : watches_) {
    watch.active = false;
  }
}

bool Injector::applies(const Rule& rule) const {
  if (fetched_ <= rule.after || rule.queue.value_or(queue_) != queue_ ||
      (rule.opcode && (!submission_ || submission_->opcode != *rule.opcode))) {
    return false;
  }
  switch (rule.what) {
    case Class::kStuckDoorbell:
    case Class::kSlow:
    case Class::kLoseTrigger:
      return false;  // not of one command
    case Class::kDmaReadError:
    case Class::kFlipMemory:
      return submission_ && reads_data(*submission_);
    case Class::kDmaWriteError:
    case Class::kFlipOutput:
      return submission_ && writes_data(*submission_);
    case Class::kFlipLink:
      return submission_ && writes_links(*submission_);
    default:
      return true;
  }
}

void Injector::fetch(const Place& place, uint64_t address) {
  queue_ = place.queue;
  ++fetched_;
  std::array<uint64_t, kSubmissionWords> words{};
  submission_.reset();
  if (memory_.read(address, words.data(), words.size())) {
    submission_ = std::bit_cast<abi::Submission>(words);
  }
  interrupts_left_ =
      abi::SHELL_IRQ_STATUS_QUEUE.set(uint32_t{1} << queue_) | abi::SHELL_IRQ_STATUS_ERROR.mask();
  for (Watch& watch : watches_) {
    watch.active = applies(watch.rule) && watch.selector.hit();
  }
  strike(Moment::kFetch);
}

const Injector::Watch* Injector::hit_by(Class what) const {
  const auto found = std::find_if(watches_.begin(), watches_.end(), [&](const Watch& watch) {
    return watch.active && watch.rule.what == what;
  });
  return found == watches_.end() ? nullptr : &*found;
}

void Injector::strike(Moment moment) {
  for (const Watch& watch : watches_) {
    if (!watch.active || watch.rule.at != moment) {
      continue;
    }
    if (watch.rule.what == Class::kVanish) {
      if (kills_) {
        kill(getpid(), SIGKILL);
      }
      life_ = Life::kGone;
    } else if (watch.rule.what == Class::kHang && life_ == Life::kAlive) {
      life_ = Life::kHung;
    }
  }
}

bool Injector::refused(Class what, uint64_t operand, uint64_t address, size_t count) const {
  return std::any_of(watches_.begin(), watches_.end(), [&](const Watch& watch) {
    const uint64_t burst = (operand + kWordBytes * watch.rule.word) / kBurstBytes * kBurstBytes;
    return watch.active && watch.rule.what == what && address < burst + kBurstBytes &&
           address + kWordBytes * count > burst;
  });
}

void Injector::flip(Class what, uint64_t operand, uint64_t address, uint64_t* words, size_t count) const {
  for (const Watch& watch : watches_) {
    if (!watch.active || watch.rule.what != what) {
      continue;
    }
    uint64_t word = watch.rule.word;
    uint64_t mask = uint64_t{1} << watch.rule.bit.value_or(0);
    if (what == Class::kFlipLink) {
      mask = abi::SpuFanout{.poison = true}.pack() << kEntryBits * (word % kEntriesPerWord);
      word /= kEntriesPerWord;
    }
    const uint64_t at = operand + kWordBytes * word;
    if (at >= address && at - address < kWordBytes * count) {
      words[(at - address) / kWordBytes] ^= mask;
    }
  }
}

bool Injector::read(uint64_t address, uint64_t* words, size_t count) {
  const Place place = rings_.find(address);
  if (place.kind == Place::Kind::kSubmission) {
    if (life_ == Life::kAlive && place.offset == 0 && rings_.take_fetch(place)) {
      fetch(place, address);
    }
    if (life_ != Life::kAlive) {
      // No command: what has stopped begins nothing.
      std::fill_n(words, count, 0);
      return true;
    }
    return hit_by(Class::kRingReadError) == nullptr && memory_.read(address, words, count);
  }
  if (life_ != Life::kAlive || !submission_) {
    return memory_.read(address, words, count);
  }
  strike(Moment::kData);
  if (refused(Class::kDmaReadError, submission_->source, address, count) ||
      !memory_.read(address, words, count)) {
    return false;
  }
  flip(Class::kFlipMemory, submission_->source, address, words, count);
  flip(Class::kFlipLink, submission_->source, address, words, count);
  return true;
}

bool Injector::write(uint64_t address, const uint64_t* words, size_t count) {
  if (life_ != Life::kAlive) {
    return true;  // it never comes out
  }
  const Place place = rings_.find(address);
  CompletionWords completion{};
  if (place.kind == Place::Kind::kCompletion && place.offset == 0 && count == completion.size()) {
    std::copy_n(words, count, completion.begin());
    return complete(place, completion);
  }
  if (!submission_) {
    return memory_.write(address, words, count);
  }
  strike(Moment::kData);
  if (life_ != Life::kAlive) {
    return true;
  }
  if (refused(Class::kDmaWriteError, submission_->destination, address, count)) {
    return false;
  }
  if (hit_by(Class::kFlipOutput) == nullptr) {
    return memory_.write(address, words, count);
  }
  std::vector<uint64_t> spoiled(words, words + count);
  flip(Class::kFlipOutput, submission_->destination, address, spoiled.data(), count);
  return memory_.write(address, spoiled.data(), count);
}

bool Injector::complete(const Place& place, CompletionWords words) {
  strike(Moment::kCompletion);
  if (life_ != Life::kAlive) {
    return true;
  }
  const bool first = rings_.take_completion(place);
  if (hit_by(Class::kRingWriteError) != nullptr) {
    return false;
  }
  Rings::Queue& queue = rings_.queue(place.queue);
  const uint64_t number = queue.completed - 1;
  auto record = std::bit_cast<abi::Completion>(words);
  if (const Watch* watch = hit_by(Class::kCorruptedCompletion)) {
    record = corrupted(record, watch->rule, watch->selector);
  }
  const auto put = [&](uint64_t index) {
    const Slot target = slot(queue, index);
    abi::Completion moved = record;
    // A phase that was spoiled stays so.
    const bool spoiled = ((record.phase ^ std::bit_cast<abi::Completion>(words).phase) & 1U) != 0;
    moved.phase = static_cast<uint16_t>(target.phase ^ (spoiled ? 1U : 0U));
    const auto moved_words = std::bit_cast<CompletionWords>(moved);
    return memory_.write(target.address, moved_words.data(), moved_words.size());
  };
  bool written = put(number + queue.shift);
  if (first && hit_by(Class::kDuplicatedCompletion) != nullptr) {
    ++queue.shift;
    written = put(number + queue.shift) && written;
  }
  completed_ += first ? 1 : 0;
  deliver_late();
  return written;
}

void Injector::deliver_late() {
  std::erase_if(late_, [this](const Late& late) {
    const bool due = !late.due_time && late.due_completion <= completed_;
    if (due) {
      interrupts_.raise(late.vector);
    }
    return due;
  });
}

std::optional<Injector::Clock::time_point> Injector::deliver_due() {
  std::optional<Clock::time_point> next;
  const Clock::time_point now = Clock::now();
  std::erase_if(late_, [&](const Late& late) {
    if (!late.due_time || *late.due_time > now) {
      next = late.due_time ? std::min(next.value_or(*late.due_time), *late.due_time) : next;
      return false;
    }
    interrupts_.raise(late.vector);
    return true;
  });
  return next;
}

void Injector::raise(unsigned vector) {
  if (life_ != Life::kAlive) {
    return;
  }
  // A command raises each of its vectors once; whatever comes besides is not its.
  const bool of_command = (interrupts_left_ >> vector & 1U) != 0;
  interrupts_left_ &= ~(uint32_t{1} << vector);
  if (of_command && hit_by(Class::kLostInterrupt) != nullptr) {
    return;
  }
  if (const Watch* watch = of_command ? hit_by(Class::kLateInterrupt) : nullptr) {
    std::optional<Clock::time_point> due;
    if (watch->rule.ms) {
      due = Clock::now() + std::chrono::milliseconds(*watch->rule.ms);
    }
    late_.push_back({vector, completed_ + watch->rule.by, due});
    return;
  }
  interrupts_.raise(vector);
}

}  // namespace photic::faults
