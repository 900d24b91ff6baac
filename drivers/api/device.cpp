// SPDX-License-Identifier: Apache-2.0
// Opening, buffers, queues and submission. How commands end and threads wait: wait.cpp. Registers:
// device_registers.cpp.
#include "drivers/api/device.h"

#include <bit>
#include <utility>

#include "drivers/abi/registers.h"
#include "drivers/api/opu_commands.h"
#include "drivers/api/spu_commands.h"

namespace photic::api {
namespace {

uint64_t now_ns() {
  return static_cast<uint64_t>(Clock::now().time_since_epoch().count());
}

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
    : transport_(std::move(transport)), stall_(stall), progress_(Clock::now()) {}

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
  bool lost = false;
  {
    Lock lock(mutex_);
    harvest();
    notify_watchers(lock);
    if (buffer->pins > 0) {
      return false;
    }
    lost = lost_.has_value();
    buffers_.erase(buffer->address);
  }
  try {
    transport_->unmap(buffer->address, buffer->memory.size());
  } catch (const Error&) {
    // The endpoint is gone or silent, and its mapping is its own.
    lost = true;
  }
  if (!lost) {
    const std::lock_guard lock(mutex_);
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
  check_not_lost();
  uint32_t index = 0;
  while (index < queues_.size() && queues_[index]) {
    ++index;
  }
  if (index == queues_.size()) {
    throw Error(abi::Status::QUEUE_FULL,
                "all " + std::to_string(queues_.size()) + " queues of the device are open; release one");
  }
  const uint64_t address = addresses_.take(pages);
  auto queue = std::make_shared<Queue>(index, log2_entries, std::move(memory), address);
  try {
    transport_->map(queue->memory().mapping(address));
    enable_queue(*queue);
  } catch (...) {
    addresses_.give_back(address, pages);
    throw;
  }
  queue_failures_[index] = {};
  unwanted_failures_[index] = {};
  queues_[index] = queue;
  return queue;
}

bool Device::destroy_queue(const std::shared_ptr<Queue>& queue) {
  Lock lock(mutex_);
  harvest();
  notify_watchers(lock);
  if (queue->in_flight() > 0) {
    return false;
  }
  queues_[queue->index()] = nullptr;
  if (lost_) {
    return true;
  }
  try {
    transport_->write32(abi::QUEUE_CONTROL(queue->index()), 0);
    transport_->unmap(queue->address(), queue->memory().size());
    addresses_.give_back(queue->address(), queue->memory().size());
  } catch (const Error& error) {
    lose(error);
  }
  return true;
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

std::vector<std::shared_ptr<Event>> Device::submit(Queue& queue, std::span<const abi::Submission> submissions,
                                                   std::span<const EventRef> dependencies, bool wanted) {
  const uint64_t queued = now_ns();
  // Registered before the lock is taken: two devices' locks are never held at once. A needless watcher only
  // costs a wake-up.
  for (const EventRef& dependency : dependencies) {
    if (dependency.device.get() != this) {
      const std::lock_guard lock(dependency.device->mutex_);
      if (!dependency.event->is_done()) {
        dependency.event->watchers.push_back(weak_from_this());
      }
    }
  }
  Lock lock(mutex_);
  harvest();
  check_not_lost();
  if (const auto& [status, reason] = queue_failures_[queue.index()]; status != abi::Status::OK) {
    throw Error(status, reason);
  }
  if (queue.in_flight() + submissions.size() > queue.capacity()) {
    throw Error(abi::Status::QUEUE_FULL,
                "queue " + std::to_string(queue.index()) + " holds " + std::to_string(queue.capacity()) +
                    " commands, " + std::to_string(queue.in_flight()) + " are in flight and " +
                    std::to_string(submissions.size()) + " more were submitted; wait for some to end");
  }
  std::vector<std::shared_ptr<Event>> events;
  events.reserve(submissions.size());
  for (const abi::Submission& submission : submissions) {
    Command command;
    command.submission = submission;
    command.submission.flags |= abi::SUBMIT_IRQ;
    command.is_short = is_spu(submission) ? is_short_spu(submission, identity_.spu) : is_short(submission);
    command.event = std::make_shared<Event>();
    command.event->opcode = static_cast<uint8_t>(submission.opcode);
    command.event->queue = queue.index();
    command.event->wanted = wanted;
    command.event->queued_ns = queued;
    for (const EventRef& dependency : dependencies) {
      if (!dependency.event->is_done() || !dependency.event->succeeded()) {
        command.dependencies.push_back(dependency.event);
      }
    }
    command.event->operands = is_spu(submission)
                                  ? spu_operands(submission, identity_.spu)
                                  : Operands{Operand{submission.source, 0}, {submission.destination, 0}, {}};
    for (size_t i = 0; i < command.buffers.size(); ++i) {
      command.buffers[i] = buffer_at(command.event->operands[i].address);
      if (command.buffers[i]) {
        ++command.buffers[i]->pins;
      }
    }
    events.push_back(command.event);
    queue.waiting().push_back(std::move(command));
    ++in_flight_;
  }
  launch(queue);
  wake();
  if (service_asleep_) {
    service_.notify_one();
  }
  notify_watchers(lock);
  return events;
}

void Device::launch(Queue& queue) {
  auto& waiting = queue.waiting();
  const uint32_t tail = queue.tail();
  uint64_t submitted = 0;
  try {
    while (!waiting.empty()) {
      Command& next = waiting.front();
      const Event* failed = nullptr;
      bool ready = true;
      for (const auto& dependency : next.dependencies) {
        ready = ready && dependency->is_done();
        if (dependency->is_done() && !dependency->succeeded()) {
          failed = dependency.get();
        }
      }
      if (failed) {
        const Command command = std::move(next);
        waiting.pop_front();
        finish(command, abi::Status::DEPENDENCY_FAILED,
               "a command it waited for ended with " + std::string(abi::name(failed->status)));
        continue;
      }
      if (!ready) {
        break;
      }
      if (!queue.has_room()) {
        if (queue.unacknowledged() == 0) {
          break;
        }
        transport_->doorbell(abi::QUEUE_CQ_HEAD(queue.index()), queue.acknowledge(), true);
        continue;
      }
      if (submitted == 0) {
        submitted = now_ns();
      }
      Command command = std::move(next);
      waiting.pop_front();
      command.event->submitted_ns = submitted;
      command.dependencies.clear();
      ++in_ring_;
      long_in_ring_ += command.is_short ? 0 : 1;
      queue.push(std::move(command));
    }
    if (queue.tail() != tail) {
      progress_ = Clock::now();
      transport_->doorbell(abi::QUEUE_SQ_TAIL(queue.index()), queue.tail(), long_in_ring_ == 0);
    }
  } catch (const Error& error) {
    lose(error);
  }
}

}  // namespace photic::api
