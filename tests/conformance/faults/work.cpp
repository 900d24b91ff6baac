// SPDX-License-Identifier: Apache-2.0
// The projection and the run.
#include "tests/conformance/faults/work.h"

#include <algorithm>

#include "tests/support/tiny_projection.h"

namespace photic::test {
namespace {

constexpr uint64_t kBytes = 4096;
// In units of 1024 cycles: several times what the projection takes, and soon over where a trigger is lost.
constexpr uint32_t kWatchdog = 256;

std::vector<std::byte> bytes_of(const Buffer& buffer) {
  return {buffer.data(), buffer.data() + buffer.size()};
}

void clear(const Buffer& buffer) {
  std::fill_n(buffer.data(), buffer.size(), std::byte{0});
}

}  // namespace

OpuWork::OpuWork(const Device& device, const Queue& queue)
    : queue_(queue),
      source_(device.allocate(kBytes)),
      destination_(device.allocate(kBytes)),
      desc_(tiny_projection()) {
  std::fill_n(source_.data(), source_.size(), std::byte{0xA5});
  desc_.source = source_.bus_address();
  desc_.destination = destination_.bus_address();
  desc_.timeout = kWatchdog;
}

Event OpuWork::start() {
  clear(destination_);
  return queue_.project(desc_);
}

std::vector<std::byte> OpuWork::outputs() const {
  return bytes_of(destination_);
}

SpuWork::SpuWork(const Device& device, const Queue& queue)
    : program_(*abi::find_spu_preset("tiny")),
      queue_(queue),
      source_(device.allocate(kBytes)),
      destination_(device.allocate(kBytes)) {}

void SpuWork::prepare() {
  for (const RegionWords& part : program_.regions()) {
    std::copy(part.words.begin(), part.words.end(), source_.as<uint64_t>().begin());
    photic_spu_memory_desc desc = spu_memory_desc();
    desc.buffer = source_.get();
    desc.core = part.core;
    desc.cores = 1;
    desc.region = static_cast<uint32_t>(part.region);
    desc.words = static_cast<uint32_t>(part.words.size());
    queue_.write(desc).wait(kFence);
  }
}

Event SpuWork::start() {
  clear(destination_);
  const std::vector<uint64_t> stream = SmallProgram::stream({1, 0, 2});
  std::copy(stream.begin(), stream.end(), source_.as<uint64_t>().begin());
  photic_spu_run_desc desc = spu_run_desc();
  desc.source = source_.get();
  desc.source_words = static_cast<uint32_t>(stream.size());
  desc.steps = 3;
  desc.clear_first = 1;
  desc.record = PHOTIC_SPU_RECORD_I32;
  desc.period = 1;
  desc.destination = destination_.get();
  desc.outputs = SmallProgram::kNeurons;
  return queue_.run(desc);
}

std::vector<std::byte> SpuWork::outputs() const {
  return bytes_of(destination_);
}

}  // namespace photic::test
