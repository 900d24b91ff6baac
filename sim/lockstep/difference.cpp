// SPDX-License-Identifier: Apache-2.0
// Comparisons, each of one kind of thing.
#include "sim/lockstep/difference.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdio>

#include "drivers/abi/registers.h"
#include "models/kernels/frames.h"
#include "sim/lockstep/spu/result_words.h"

namespace photic::lockstep {
namespace {

constexpr size_t kEventsBefore = 40;
constexpr size_t kEventsAfter = 8;

std::string hex(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::string word_text(const std::optional<uint64_t>& word) {
  return word ? hex(*word) : "nothing";
}

std::string in(const Ring& ring, uint64_t address) {
  const uint64_t offset = (address - ring.base) % sizeof(abi::Completion);
  const char* field = offset < offsetof(abi::Completion, end)       ? "start"
                      : offset < offsetof(abi::Completion, detail)  ? "end"
                      : offset < offsetof(abi::Completion, command) ? "detail"
                      : offset < offsetof(abi::Completion, sq_head) ? "command"
                      : offset < offsetof(abi::Completion, status)  ? "sq_head"
                      : offset < offsetof(abi::Completion, phase)   ? "status"
                                                                    : "phase";
  return std::string("queue ") + std::to_string(ring.queue) + " completion " +
         std::to_string((address - ring.base) / sizeof(abi::Completion)) + ", " + field;
}

std::string of(const WorkInProgress::Command& command) {
  return "command " + hex(command.submission.command) + " (queue " + std::to_string(command.queue) +
         ", ring entry " + std::to_string(command.entry) + ")";
}

std::string in(const WorkInProgress::Command& command, uint64_t offset) {
  const kernels::CommandShape shape = kernels::command_shape(command.submission);
  const uint64_t vector_bytes = 8 * uint64_t{shape.destination_words};
  const uint64_t value = offset % vector_bytes / shape.value_bytes;
  const uint64_t pixel = value / shape.values_per_pixel;
  std::string text = "output of " + of(command) + ", vector " + std::to_string(offset / vector_bytes) + ", ";
  if (pixel >= command.submission.outputs) {
    return text + "padding";
  }
  text += "pixel " + std::to_string(pixel);
  if (shape.values_per_pixel == 2) {
    text += value % 2 == 0 ? " (re)" : " (im)";
  }
  return text + ", byte " + std::to_string(offset % vector_bytes % shape.value_bytes) + " of " +
         std::to_string(shape.value_bytes);
}

std::vector<std::string> around(const std::deque<abi::BoundaryEvent>& history,
                                const std::deque<abi::BoundaryEvent>& events, size_t index) {
  std::vector<std::string> lines;
  const size_t from_history = std::min(history.size(), kEventsBefore > index ? kEventsBefore - index : 0);
  for (size_t i = history.size() - from_history; i < history.size(); ++i) {
    lines.push_back(describe(history[i]));
  }
  const size_t first = index > kEventsBefore ? index - kEventsBefore : 0;
  for (size_t i = first; i < std::min(events.size(), index + kEventsAfter); ++i) {
    lines.push_back(describe(events[i]).append(i == index ? "  <<<" : ""));
  }
  return lines;
}

std::vector<std::string> last_events(const Side& side) {
  if (side.log == nullptr) {
    return {};
  }
  const auto& events = side.log->events();
  std::vector<std::string> lines;
  for (size_t i = events.size() > kEventsBefore ? events.size() - kEventsBefore : 0; i < events.size(); ++i) {
    lines.push_back(describe(events[i]));
  }
  return lines;
}

// When a side wrote a word, from its write bursts.
std::optional<uint64_t> cycle_of_write(const Side& side, uint64_t address) {
  std::optional<uint64_t> cycle;
  if (side.log != nullptr) {
    for (const abi::BoundaryEvent& burst : side.log->write_bursts()) {
      if (address >= burst.address && address < burst.address + 8 * burst.data) {
        cycle = burst.cycle;
      }
    }
  }
  return cycle;
}

std::string pixel_of(const std::deque<abi::BoundaryEvent>& events, size_t index) {
  size_t groups = 0;
  for (size_t i = index; i-- > 0 && events[i].kind != abi::EventKind::kTrigger;) {
    groups += events[i].kind == abi::EventKind::kPixels ? 1 : 0;
  }
  return std::string(", pixels from ") + std::to_string(4 * groups) +
         " since the last trigger of this piece of work";
}

uint64_t register_value(const Side& side, const abi::RegisterInfo& info) {
  uint64_t value = side.device->read(info.offset);
  if (info.wide) {
    value |= uint64_t{side.device->read(info.offset + 4)} << 32;
  }
  return value;
}

// Empty if the register is equal or does not count.
std::string register_difference(const Side& a, const Side& b, const abi::RegisterInfo& info, bool timed) {
  if (info.timed && !timed) {
    return "";
  }
  const uint64_t first = register_value(a, info);
  const uint64_t second = register_value(b, info);
  if (first == second) {
    return "";
  }
  return std::string("register ") + std::string(info.name) + ": " + a.name + " has " + hex(first) + ", " +
         b.name + " has " + hex(second);
}

std::string vectors_text(const std::vector<unsigned>& vectors) {
  std::string text;
  for (const unsigned vector : vectors) {
    text.append(text.empty() ? "" : " ").append(std::to_string(vector));
  }
  return text.empty() ? "none" : text;
}

}  // namespace

std::string name(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::kEvent:
      return "event";
    case DifferenceKind::kMemory:
      return "memory";
    case DifferenceKind::kInterrupt:
      return "interrupt";
    case DifferenceKind::kRegister:
      return "register";
    case DifferenceKind::kActivity:
      return "activity";
    case DifferenceKind::kStopped:
      return "stopped";
  }
  return "unknown";
}

std::string describe(const abi::BoundaryEvent& event) {
  std::string text = std::string("cycle ") + std::to_string(event.cycle) + ": ";
  switch (event.kind) {
    case abi::EventKind::kReadBurst:
      return text + "read burst at " + hex(event.address) + ", " + std::to_string(event.data) + " beats";
    case abi::EventKind::kReadBeat:
      return text + "read beat at " + hex(event.address) + " = " + hex(event.data);
    case abi::EventKind::kWriteBurst:
      return text + "write burst at " + hex(event.address) + ", " + std::to_string(event.data) + " beats";
    case abi::EventKind::kWriteBeat:
      return text + "write beat = " + hex(event.data);
    case abi::EventKind::kInterrupt:
      return text + "interrupt " + std::to_string(event.address);
    case abi::EventKind::kMirrorFill:
      return text + "mirrors filled " + (event.data != 0 ? "lit" : "dark");
    case abi::EventKind::kMirrorWord:
      return text + "mirror row " + std::to_string(event.address >> 16) + " word " +
             std::to_string(event.address & 0xFFFF) + " = " + hex(event.data);
    case abi::EventKind::kMirrorLatch:
      return text + "mirrors latched";
    case abi::EventKind::kLaser:
      return text + "laser " + (event.data != 0 ? "on" : "off");
    case abi::EventKind::kTrigger:
      return text + "trigger of frame " + std::to_string(event.address) + ", reference " + hex(event.data);
    case abi::EventKind::kPixels:
      return text + "pixels " + hex(event.data);
  }
  return text + "unknown event";
}

std::string describe_address(uint64_t address, const WorkInProgress& work) {
  for (const Ring& ring : work.completions) {
    if (address >= ring.base && address - ring.base < ring.entries * sizeof(abi::Completion)) {
      return in(ring, address);
    }
  }
  for (const WorkInProgress::Command& command : work.commands) {
    if (work.spu != nullptr) {
      const std::string text = describe_result(command.submission, *work.spu, address);
      if (!text.empty()) {
        return of(command) + ", " + text;
      }
    }
    if (command.submission.opcode != abi::Opcode::OPU_PROJECT) {
      continue;
    }
    const kernels::CommandShape shape = kernels::command_shape(command.submission);
    const uint64_t bytes = 8 * uint64_t{shape.destination_words} * shape.vectors;
    if (address >= command.submission.destination && address - command.submission.destination < bytes) {
      return in(command, address - command.submission.destination);
    }
  }
  return "";
}

std::optional<uint64_t> WriteAddresses::follow(const abi::BoundaryEvent& event) {
  if (event.kind == abi::EventKind::kWriteBurst) {
    bursts_.push_back({event.address, event.data});
  }
  if (event.kind != abi::EventKind::kWriteBeat || bursts_.empty()) {
    return std::nullopt;
  }
  Burst& burst = bursts_.front();
  const uint64_t address = burst.address;
  burst.address += 8;
  if (--burst.left == 0) {
    bursts_.pop_front();
  }
  return address;
}

std::optional<Difference> compare_events(const Side& a, const Side& b, uint64_t before,
                                         const std::deque<abi::BoundaryEvent>& history,
                                         WriteAddresses writes) {
  const auto& first = a.log->events();
  const auto& second = b.log->events();
  const auto [at_a, at_b] = std::mismatch(first.begin(), first.end(), second.begin(), second.end());
  if (at_a == first.end() && at_b == second.end()) {
    return std::nullopt;
  }
  const auto index = static_cast<size_t>(at_a - first.begin());
  Difference difference;
  difference.kind = DifferenceKind::kEvent;
  difference.event = before + index;
  uint64_t cycle = ~uint64_t{0};
  if (at_a != first.end()) {
    cycle = std::min(cycle, at_a->cycle);
  }
  if (at_b != second.end()) {
    cycle = std::min(cycle, at_b->cycle);
  }
  difference.cycle = cycle;
  difference.what = std::string("event ") + std::to_string(*difference.event) + ": " + a.name + " has \"" +
                    (at_a != first.end() ? describe(*at_a) : "no event") + "\", " + b.name + " has \"" +
                    (at_b != second.end() ? describe(*at_b) : "no event") + "\"";
  if (at_a != first.end() && at_a->kind == abi::EventKind::kPixels) {
    difference.what += pixel_of(first, index);
  }
  for (auto event = first.begin(); event != at_a; ++event) {
    writes.follow(*event);
  }
  if (at_a != first.end()) {
    difference.address = writes.follow(*at_a);
  }
  difference.events[0] = around(history, first, index);
  difference.events[1] = around(history, second, index);
  return difference;
}

std::optional<Difference> compare_memory(const Side& a, const Side& b, bool timed,
                                         const WorkInProgress& work) {
  const auto is_stamp = [&](uint64_t address) {
    return std::any_of(work.completions.begin(), work.completions.end(), [&](const Ring& ring) {
      return address >= ring.base && address - ring.base < ring.entries * sizeof(abi::Completion) &&
             (address - ring.base) % sizeof(abi::Completion) < offsetof(abi::Completion, detail);
    });
  };
  const auto is_cycle_counter = [&](uint64_t address) {
    return work.spu != nullptr &&
           std::any_of(work.commands.begin(), work.commands.end(), [&](const WorkInProgress::Command& c) {
             return is_timed_result(c.submission, *work.spu, address);
           });
  };
  const std::optional<WordDifference> word = MemoryComparison::compare(
      a.memory, b.memory,
      [&](uint64_t address) { return !timed && (is_stamp(address) || is_cycle_counter(address)); });
  if (!word) {
    return std::nullopt;
  }
  Difference difference;
  difference.kind = DifferenceKind::kMemory;
  const uint64_t changed = word->first.value_or(0) ^ word->second.value_or(0);
  difference.address = word->address + (word->first && word->second ? std::countr_zero(changed) / 8 : 0);
  const std::string place = describe_address(*difference.address, work);
  difference.what = std::string("memory at ") + hex(*difference.address) +
                    (place.empty() ? "" : " (" + place + ")") + ": in word " + hex(word->address) + " " +
                    a.name + " wrote " + word_text(word->first) + ", " + b.name + " wrote " +
                    word_text(word->second) + "; " + std::to_string(word->words_in_all) +
                    " words differ in all";
  difference.cycle = cycle_of_write(a, word->address);
  if (!difference.cycle) {
    difference.cycle = cycle_of_write(b, word->address);
  }
  difference.events[0] = last_events(a);
  difference.events[1] = last_events(b);
  return difference;
}

std::optional<Difference> compare_interrupts(const Side& a, const Side& b) {
  if (a.interrupts == b.interrupts) {
    return std::nullopt;
  }
  Difference difference;
  difference.kind = DifferenceKind::kInterrupt;
  difference.what = std::string("interrupts: ") + a.name + " raised " + vectors_text(a.interrupts) + ", " +
                    b.name + " raised " + vectors_text(b.interrupts);
  difference.events[0] = last_events(a);
  difference.events[1] = last_events(b);
  return difference;
}

std::optional<Difference> compare_registers(const Side& a, const Side& b, bool timed) {
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    const std::string text = register_difference(a, b, info, timed);
    if (!text.empty()) {
      Difference difference;
      difference.kind = DifferenceKind::kRegister;
      difference.address = info.offset;
      difference.what = text;
      difference.events[0] = last_events(a);
      difference.events[1] = last_events(b);
      return difference;
    }
  }
  return std::nullopt;
}

std::vector<std::string> differing_registers(const Side& a, const Side& b, bool timed) {
  std::vector<std::string> lines;
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    std::string text = register_difference(a, b, info, timed);
    if (!text.empty()) {
      lines.push_back(std::move(text));
    }
  }
  return lines;
}

}  // namespace photic::lockstep
