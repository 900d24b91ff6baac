// SPDX-License-Identifier: Apache-2.0
// Drives the device and connects it to a client's memory.
#include "sim/server/device_host.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <iterator>

#include "sim/server/cut_memory.h"

namespace photic::sim {
namespace {

constexpr uint64_t kPage = 4096;

}  // namespace

DeviceHost::DeviceHost(const abi::DeviceMaker& make) : device_(make(*this, *this)) {}

DeviceHost::~DeviceHost() {
  device_.reset();
  unmap_all();
}

void DeviceHost::write_register(uint32_t offset, uint32_t value) {
  writes_.emplace_back(offset, value);
  take_writes();
}

void DeviceHost::take_writes() {
  while (!busy_ && !occupied() && !writes_.empty()) {
    const auto [offset, value] = writes_.front();
    writes_.pop_front();
    device_->write(offset, value);
    busy_ = true;
  }
}

void DeviceHost::work() {
  const auto start = std::chrono::steady_clock::now();
  inside_ = Inside::kStep;
  const bool used_up = device_->advance(pacer_.budget()) == abi::Activity::kWorking;
  inside_ = Inside::kNothing;
  pacer_.took(std::chrono::steady_clock::now() - start, used_up);
  busy_ = used_up;
  take_writes();
}

void DeviceHost::reset() {
  writes_.clear();
  inside_ = Inside::kReset;
  device_->reset();
  inside_ = Inside::kNothing;
  busy_ = false;
  take_writes();  // those that came after the reset began
}

void DeviceHost::drop_client() {
  reset();
  unmap_all();
  for (auto& event : interrupts_) {
    event.reset();
  }
  error_event_.reset();
  endpoint_.reset();
}

int DeviceHost::map(const transport::FileDescriptor& memory, uint64_t offset, uint64_t address, uint64_t size,
                    bool readable, bool writable, size_t most) {
  if (size == 0 || (address | size) % kPage != 0 || address + size < address) {
    return EINVAL;
  }
  if (windows_.size() >= most) {
    return ENOSPC;
  }
  if (!memory) {
    // Its place is taken, and the table refuses every access to it.
    if (!memory_.map(address, size, this, false, false)) {
      return EEXIST;
    }
    windows_[address] = {size, readable, writable, true};
    return 0;
  }
  struct stat info {};
  if (fstat(memory.get(), &info) != 0) {
    return errno;
  }
  const uint64_t length = (static_cast<uint64_t>(info.st_size) + kPage - 1) / kPage * kPage;
  if (offset % kPage != 0 || offset > length || size > length - offset) {
    return EINVAL;
  }
  void* pages = mmap(nullptr, size, (readable ? PROT_READ : 0) | (writable ? PROT_WRITE : 0), MAP_SHARED,
                     memory.get(), static_cast<off_t>(offset));
  if (pages == MAP_FAILED) {
    return errno;
  }
  if (!memory_.map(address, size, pages, readable, writable)) {
    munmap(pages, size);
    return EEXIST;
  }
  windows_[address] = {size, readable, writable, false};
  return 0;
}

int DeviceHost::unmap(uint64_t address, uint64_t size) {
  void* pages = memory_.unmap(address, size);
  if (pages == nullptr) {
    return ENOENT;
  }
  const bool remote = windows_.at(address).remote;
  windows_.erase(address);
  if (!remote) {
    munmap(pages, size);
  } else if (remote_ != nullptr) {
    remote_->withdraw(address, size);
  }
  return 0;
}

void DeviceHost::unmap_all() {
  while (!windows_.empty()) {
    unmap(windows_.begin()->first, windows_.begin()->second.size);
  }
}

bool DeviceHost::is_remote(uint64_t address, size_t count, bool write) const {
  auto found = windows_.upper_bound(address);
  if (remote_ == nullptr || address % sizeof(uint64_t) != 0 || found == windows_.begin()) {
    return false;
  }
  --found;
  const Window& window = found->second;
  const uint64_t offset = address - found->first;
  return window.remote && (write ? window.writable : window.readable) && offset < window.size &&
         count <= (window.size - offset) / sizeof(uint64_t);
}

void DeviceHost::set_interrupt(unsigned vector, transport::FileDescriptor event) {
  interrupts_[vector] = std::move(event);
  if (interrupts_[vector]) {
    endpoint_.enable_vector(vector);
    flush_interrupts();
  }
}

void DeviceHost::signal(unsigned vector) {
  if (interrupts_[vector]) {
    const uint64_t one = 1;
    // A full counter still wakes its reader.
    [[maybe_unused]] const ssize_t ignored = ::write(interrupts_[vector].get(), &one, sizeof(one));
  }
}

void DeviceHost::raise_error() {
  if (error_event_) {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t ignored = ::write(error_event_.get(), &one, sizeof(one));
  }
}

void DeviceHost::flush_interrupts() {
  const uint32_t vectors = endpoint_.take_deliverable();
  for (unsigned v = 0; v < PciEndpoint::kVectors; ++v) {
    if ((vectors >> v & 1U) != 0) {
      signal(v);
    }
  }
}

bool DeviceHost::forsake(uint64_t address) {
  auto& [start, window] = *std::prev(windows_.upper_bound(address));
  munmap(memory_.unmap(start, window.size), window.size);
  memory_.map(start, window.size, this, false, false);
  window = {window.size, false, false, true};
  return false;
}

bool DeviceHost::read(uint64_t address, uint64_t* words, size_t count) {
  if (!endpoint_.bus_master()) {
    return false;
  }
  if (const Touch touch; memory_.read(address, words, count)) {
    return !touch.cut() || forsake(address);
  }
  return is_remote(address, count, false) &&
         remote_->read(address, std::as_writable_bytes(std::span(words, count)));
}

bool DeviceHost::write(uint64_t address, const uint64_t* words, size_t count) {
  if (!endpoint_.bus_master()) {
    return false;
  }
  if (const Touch touch; memory_.write(address, words, count)) {
    return !touch.cut() || forsake(address);
  }
  return is_remote(address, count, true) && remote_->write(address, std::as_bytes(std::span(words, count)));
}

void DeviceHost::raise(unsigned vector) {
  if (endpoint_.raise(vector)) {
    signal(vector);
  }
}

}  // namespace photic::sim
