// SPDX-License-Identifier: Apache-2.0
// Opening, buffers and queues.
#include "drivers/api/device.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "drivers/abi/registers.h"

namespace photic::api {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// A lost interrupt costs no more than this.
constexpr nanoseconds kGlance = milliseconds(20);
constexpr nanoseconds kShortestGlance = milliseconds(5);
// Of the stall time.
constexpr int kPatienceParts = 4;
constexpr int kGlanceParts = 8;

}  // namespace

std::shared_ptr<Device> Device::open(const std::string& uri) {
  const transport::Uri parsed = transport::parse_uri(uri);
  const transport::DriverOptions options = transport::driver_options(parsed);
  return open(transport::connect(parsed), std::chrono::milliseconds(options.stall_ms));
}

std::shared_ptr<Device> Device::open(std::unique_ptr<transport::Transport> transport,
                                     std::chrono::milliseconds stall) {
  std::shared_ptr<Device> device(new Device(std::move(transport), stall));
  device->identify();
  device->transport_->reset();
  device->enable();
  device->service_thread_ = std::thread([raw = device.get()] { raw->serve(); });
  return device;
}

Device::Device(std::unique_ptr<transport::Transport> transport, std::chrono::milliseconds stall)
    : transport_(std::move(transport)),
      stall_(stall),
      patience_(nanoseconds(stall) / kPatienceParts),
      glance_(std::clamp(nanoseconds(stall) / kGlanceParts, kShortestGlance, kGlance)),
      listened_(Clock::now()) {}

Device::~Device() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    service_.notify_one();
  }
  if (service_thread_.joinable()) {
    service_thread_.join();
  }
  // Before the memory it may still reach.
  transport_.reset();
}

std::shared_ptr<Buffer> Device::add_buffer(Memory memory, uint64_t size, bool imported) {
  uint64_t address = 0;
  const uint64_t pages = memory.size();
  {
    const std::lock_guard lock(mutex_);
    check_not_lost();
    address = addresses_.take(pages);
  }
  auto buffer = std::make_shared<Buffer>(std::move(memory), size, address, imported);
  try {
    transport_->map(buffer->memory.mapping(address));
  } catch (...) {
    const std::lock_guard lock(mutex_);
    addresses_.give_back(address, pages);
    throw;
  }
  const std::lock_guard lock(mutex_);
  buffers_[address] = buffer;
  return buffer;
}

bool Device::remove_buffer(const std::shared_ptr<Buffer>& buffer) {
  {
    Lock lock(mutex_);
    harvest();
    notify_watchers(lock);
    if (buffer->pins > 0) {
      settle(lock);
    }
    if (buffer->pins > 0) {
      return false;
    }
    buffers_.erase(buffer->address);
  }
  try {
    transport_->unmap(buffer->address, buffer->memory.size());
  } catch (const Error&) {
    // The endpoint is gone or silent; its mapping is its own, and the addresses are never used again.
    return true;
  }
  const std::lock_guard lock(mutex_);
  if (lost_) {
    // A command that was cut off may still be at work on these addresses.
    retired_.emplace_back(buffer->address, buffer->memory.size());
  } else {
    addresses_.give_back(buffer->address, buffer->memory.size());
  }
  return true;
}

std::shared_ptr<Queue> Device::create_queue(uint32_t entries) {
  const uint32_t most = 1U << identity_.ring_log2_max;
  if (entries == 0) {
    entries = most;
  }
  if (!std::has_single_bit(entries) || entries < 2 || entries > most) {
    throw Error(abi::Status::INVALID_ARGUMENT, "a ring of " + std::to_string(entries) +
                                                   " entries; use a power of two from 2 to " +
                                                   std::to_string(most));
  }
  const auto log2_entries = static_cast<uint32_t>(std::countr_zero(entries));
  Memory memory = Memory::allocate(entries * (sizeof(abi::Submission) + sizeof(abi::Completion)));
  const uint64_t pages = memory.size();
  Lock lock(mutex_);
  settle(lock);
  check_not_lost();
  const auto free = std::find_if(slots_.begin(), slots_.end(),
                                 [](const QueueSlot& slot) { return !slot.queue && !slot.quarantine; });
  if (free == slots_.end()) {
    if (any_quarantine()) {
      throw Error(abi::Status::BUSY,
                  "every queue of the device is open or failed, and the device is still at work on a command "
                  "of one that failed; wait for it, or reset the device");
    }
    throw Error(abi::Status::QUEUE_FULL,
                "all " + std::to_string(slots_.size()) + " queues of the device are open; release one");
  }
  const auto index = static_cast<uint32_t>(free - slots_.begin());
  const uint64_t address = addresses_.take(pages);
  auto queue = std::make_shared<Queue>(index, log2_entries, std::move(memory), address);
  try {
    transport_->map(queue->memory().mapping(address));
  } catch (...) {
    addresses_.give_back(address, pages);
    throw;
  }
  try {
    enable_queue(*queue);
  } catch (...) {
    unmap_ring(*queue);
    throw;
  }
  *free = {};
  free->queue = queue;
  return queue;
}

bool Device::destroy_queue(const std::shared_ptr<Queue>& queue) {
  Lock lock(mutex_);
  harvest();
  notify_watchers(lock);
  if (queue->in_flight() > 0) {
    return false;
  }
  QueueSlot& slot = slots_[queue->index()];
  slot.queue = nullptr;
  if (slot.quarantine) {
    slot.quarantine->released = true;
    settle(lock);
    return true;
  }
  if (lost_) {
    // The device may still write to the rings: they stay where they are until it is reset or closed.
    slot.quarantine = Quarantine{queue, {}, true};
    return true;
  }
  try {
    transport_->write32(abi::QUEUE_CONTROL(queue->index()), 0);
  } catch (const Error& error) {
    lose(error);
  }
  unmap_ring(*queue);
  return true;
}

// Takes a ring from the device. If that fails its addresses are never used again.
void Device::unmap_ring(const Queue& queue) {
  try {
    transport_->unmap(queue.address(), queue.memory().size());
    addresses_.give_back(queue.address(), queue.memory().size());
  } catch (const Error& error) {
    if (!lost_) {
      lose(error);
    }
  }
}

std::shared_ptr<Buffer> Device::buffer_at(uint64_t address) const {
  auto found = buffers_.upper_bound(address);
  if (found == buffers_.begin()) {
    return nullptr;
  }
  --found;
  const Buffer& buffer = *found->second;
  return address - buffer.address < buffer.memory.size() ? found->second : nullptr;
}

}  // namespace photic::api
