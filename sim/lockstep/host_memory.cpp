// SPDX-License-Identifier: Apache-2.0
// Page table of the test host.
#include "sim/lockstep/host_memory.h"

namespace photic::lockstep {
namespace {

size_t word_in_page(uint64_t address) {
  return address % HostMemory::kPageBytes / 8;
}

}  // namespace

void HostMemory::map(uint64_t address, uint64_t bytes, bool writable) {
  const uint64_t first = address / kPageBytes;
  const uint64_t last = (address + bytes - 1) / kPageBytes;
  for (uint64_t number = first; number <= last; ++number) {
    pages_[number].writable = writable;
  }
}

HostMemory::Page* HostMemory::page(uint64_t address) {
  const auto found = pages_.find(address / kPageBytes);
  return found == pages_.end() ? nullptr : &found->second;
}

const HostMemory::Page* HostMemory::page(uint64_t address) const {
  const auto found = pages_.find(address / kPageBytes);
  return found == pages_.end() ? nullptr : &found->second;
}

bool HostMemory::read(uint64_t address, uint64_t* words, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (page(address + 8 * i) == nullptr) {
      return false;
    }
  }
  for (size_t i = 0; i < count; ++i) {
    words[i] = peek(address + 8 * i);
  }
  return true;
}

bool HostMemory::write(uint64_t address, const uint64_t* words, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const Page* const target = page(address + 8 * i);
    if (target == nullptr || !target->writable) {
      return false;
    }
  }
  poke(address, std::span(words, count));
  return true;
}

uint64_t HostMemory::peek(uint64_t address) const {
  const Page* const target = page(address);
  return target == nullptr ? 0 : target->words[word_in_page(address)];
}

void HostMemory::poke(uint64_t address, uint64_t word) {
  if (Page* const target = page(address)) {
    target->words[word_in_page(address)] = word;
  }
}

void HostMemory::poke(uint64_t address, std::span<const uint64_t> words) {
  for (size_t i = 0; i < words.size(); ++i) {
    poke(address + 8 * i, words[i]);
  }
}

}  // namespace photic::lockstep
