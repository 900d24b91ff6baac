// SPDX-License-Identifier: Apache-2.0
// Rings, doorbells and records of the test host.
#include "tests/timing/opu/host_bench.h"

#include <algorithm>
#include <cstring>

#include "drivers/abi/registers.h"

namespace photic::test {
namespace {

constexpr uint64_t kWordBytes = sizeof(uint64_t);
constexpr size_t kEntries = size_t{1} << HostBench::kRingLog2;

}  // namespace

bool HostRam::allowed(uint64_t address, size_t count) const {
  const uint64_t end = address + kWordBytes * count;
  return end <= kWordBytes * words_.size() && (end <= refused_begin_ || address >= refused_end_);
}

bool HostRam::read(uint64_t address, uint64_t* words, size_t count) {
  if (!allowed(address, count)) {
    return false;
  }
  std::copy_n(&words_[address / kWordBytes], count, words);
  return true;
}

bool HostRam::write(uint64_t address, const uint64_t* words, size_t count) {
  if (!allowed(address, count)) {
    return false;
  }
  std::copy_n(words, count, &words_[address / kWordBytes]);
  return true;
}

std::vector<uint64_t> Recorder::cycles_of(abi::EventKind kind) const {
  std::vector<uint64_t> cycles;
  for (const abi::BoundaryEvent& event : events) {
    if (event.kind == kind) {
      cycles.push_back(event.cycle);
    }
  }
  return cycles;
}

HostBench::HostBench(const MakeDevice& make) : device(make(ram, recorder)) {
  open_queue();
  device->trace(&recorder);
}

void HostBench::open_queue() {
  submitted_ = 0;
  device->write(abi::QUEUE_SQ_BASE_LO(0), kSubmissions);
  device->write(abi::QUEUE_CQ_BASE_LO(0), kCompletions);
  device->write(abi::QUEUE_CONTROL(0),
                abi::QUEUE_CONTROL_SIZE_LOG2.set(kRingLog2) | abi::QUEUE_CONTROL_ENABLE.set(1));
  device->write(abi::SHELL_IRQ_ENABLE,
                abi::SHELL_IRQ_ENABLE_QUEUE.mask() | abi::SHELL_IRQ_ENABLE_ERROR.mask());
  device->write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.set(1));
}

void HostBench::submit(const abi::Submission& submission) {
  uint64_t* entry = &ram.at(kSubmissions + sizeof(submission) * (submitted_ % kEntries));
  std::memcpy(entry, &submission, sizeof(submission));
  ++submitted_;
  device->write(abi::QUEUE_SQ_TAIL(0), static_cast<uint32_t>(submitted_ % kEntries));
}

void HostBench::run(uint64_t budget) {
  while (device->advance(budget) == abi::Activity::kWorking) {
  }
  device->write(abi::QUEUE_CQ_HEAD(0), device->read(abi::QUEUE_CQ_TAIL(0)));
}

abi::Completion HostBench::completion(size_t index) const {
  abi::Completion completion;
  const size_t entry = index % kEntries;
  std::memcpy(static_cast<void*>(&completion), &ram.at(kCompletions + sizeof(completion) * entry),
              sizeof(completion));
  return completion;
}

abi::Completion HostBench::execute(const abi::Submission& submission) {
  submit(submission);
  run();
  return completion(submitted_ - 1);
}

uint64_t HostBench::read_wide(uint32_t offset) {
  const uint64_t low = device->read(offset);
  return low | uint64_t{device->read(offset + sizeof(uint32_t))} << 32;
}

abi::Submission intensity_projection(uint16_t rows, uint16_t cols, uint32_t outputs, uint32_t pixel_cols,
                                     uint16_t vectors) {
  abi::Submission s;
  s.opcode = abi::Opcode::OPU_PROJECT;
  s.source = HostBench::kSource;
  s.destination = HostBench::kDestination;
  s.features = uint32_t{rows} * cols;
  s.vectors = vectors;
  s.input = abi::pack_input(abi::InputFormat::U1, 1);
  s.recovery = abi::pack_recovery(abi::Scheme::INTENSITY, abi::OutputFormat::U8);
  s.mirror_rows = rows;
  s.mirror_cols = cols;
  s.macro = 1;
  s.scale = 1;
  s.camera_rows = static_cast<uint16_t>((outputs + pixel_cols - 1) / pixel_cols);
  s.outputs = outputs;
  s.exposure = 20;
  return s;
}

}  // namespace photic::test
