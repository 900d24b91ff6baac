// SPDX-License-Identifier: Apache-2.0
// Opens a native device, asks it what it is, and hands out its queues.
#include "drivers/opencl/open_device.h"

namespace photic::opencl {
namespace {

DeviceFacts ask(const Device& device) {
  DeviceFacts facts;
  facts.capabilities = device.capabilities();
  if (facts.is_spu()) {
    facts.spu = device.spu_geometry();
  }
  for (const photic_counter& counter : device.counters()) {
    facts.counters.emplace_back(counter.name);
  }
  return facts;
}

}  // namespace

OpenDevice::OpenDevice(const std::string& uri) : device_(Device::open(uri)), facts_(ask(device_)) {}

photic_queue OpenDevice::next_queue() {
  const std::lock_guard lock(mutex_);
  if (queues_.size() < facts_.capabilities.queues) {
    queues_.push_back(device_.queue());
    return queues_.back().get();
  }
  next_ = (next_ + 1) % queues_.size();
  return queues_[next_].get();
}

photic_status OpenDevice::submit(photic_queue queue, const photic_submission& submission,
                                 std::span<const photic_event> dependencies, photic_event* event) {
  const std::lock_guard lock(mutex_);
  return photic_submit(queue, &submission, dependencies.data(), dependencies.size(), event);
}

photic_status OpenDevice::submit_batch(photic_queue queue, std::span<const photic_submission> submissions,
                                       std::span<const photic_event> dependencies, photic_event* events) {
  const std::lock_guard lock(mutex_);
  return photic_submit_batch(queue, submissions.data(), submissions.size(), dependencies.data(),
                             dependencies.size(), events);
}

photic_status OpenDevice::when_idle(const std::function<photic_status()>& change) {
  const std::lock_guard lock(mutex_);
  for (const Queue& queue : queues_) {
    // How the commands ended is their events' to tell.
    photic_queue_finish(queue.get(), PHOTIC_WAIT_FOREVER);
  }
  return change();
}

}  // namespace photic::opencl
