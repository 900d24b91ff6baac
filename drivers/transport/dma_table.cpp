// SPDX-License-Identifier: Apache-2.0
// Looks bus addresses up and moves the words.
#include "drivers/transport/dma_table.h"

#include <atomic>
#include <bit>
#include <cstring>

static_assert(std::endian::native == std::endian::little,
              "bus words are little endian and are moved as they are");

namespace photic::transport {
namespace {

constexpr uint64_t kPage = 4096;

}  // namespace

bool DmaTable::map(uint64_t address, uint64_t size, void* memory, bool readable, bool writable) {
  if (size == 0 || (address | size) % kPage != 0 || address + size < address) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  const auto next = windows_.lower_bound(address);
  if (next != windows_.end() && next->first < address + size) {
    return false;
  }
  if (next != windows_.begin()) {
    const auto& [start, window] = *std::prev(next);
    if (start + window.size > address) {
      return false;
    }
  }
  windows_.emplace_hint(next, address, Window{size, static_cast<std::byte*>(memory), readable, writable});
  return true;
}

void* DmaTable::unmap(uint64_t address, uint64_t size) {
  const std::lock_guard lock(mutex_);
  const auto found = windows_.find(address);
  if (found == windows_.end() || found->second.size != size) {
    return nullptr;
  }
  void* memory = found->second.memory;
  windows_.erase(found);
  return memory;
}

void DmaTable::clear() {
  const std::lock_guard lock(mutex_);
  windows_.clear();
}

size_t DmaTable::windows() const {
  const std::lock_guard lock(mutex_);
  return windows_.size();
}

std::byte* DmaTable::find(uint64_t address, size_t count, bool write) {
  auto found = windows_.upper_bound(address);
  if (address % sizeof(uint64_t) != 0 || found == windows_.begin()) {
    return nullptr;
  }
  --found;
  const Window& window = found->second;
  const uint64_t offset = address - found->first;
  if (offset >= window.size || count > (window.size - offset) / sizeof(uint64_t) ||
      !(write ? window.writable : window.readable)) {
    return nullptr;
  }
  return window.memory + offset;
}

bool DmaTable::read(uint64_t address, uint64_t* words, size_t count) {
  const std::lock_guard lock(mutex_);
  const std::byte* memory = find(address, count, false);
  if (!memory) {
    return false;
  }
  std::memcpy(words, memory, count * sizeof(uint64_t));
  return true;
}

bool DmaTable::write(uint64_t address, const uint64_t* words, size_t count) {
  const std::lock_guard lock(mutex_);
  auto* memory = reinterpret_cast<uint64_t*>(find(address, count, true));
  if (!memory) {
    return false;
  }
  // Word by word and atomically: the host polls the phase in a completion's last word while it is written.
  for (size_t i = 0; i + 1 < count; ++i) {
    std::atomic_ref(memory[i]).store(words[i], std::memory_order_relaxed);
  }
  if (count > 0) {
    std::atomic_ref(memory[count - 1]).store(words[count - 1], std::memory_order_release);
  }
  return true;
}

}  // namespace photic::transport
