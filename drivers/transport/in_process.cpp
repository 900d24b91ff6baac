// SPDX-License-Identifier: Apache-2.0
// Drives a device model from a worker thread or from the thread that waits for it.
#include "drivers/transport/in_process.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "drivers/transport/dma_table.h"
#include "drivers/transport/error.h"
#include "drivers/transport/slice_pacer.h"

namespace photic::transport {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// How long the worker leaves short work to a caller who said it would wait, and how often it looks for work
// shortly after some was done.
constexpr auto kGrace = microseconds(200);
constexpr int kQuietTicks = 100;

// Everything the worker touches. It outlives the transport if the model never returns from a step.
class Machine : public abi::InterruptPort {
 public:
  Machine(const Uri& uri, milliseconds stall)
      : stall_(stall), port_(make_in_process_device(uri, dma_, *this)) {}

  DmaTable& dma() { return dma_; }
  const std::atomic<uint64_t>& progress() const { return port_->progress(); }
  bool timed() const { return port_->timed(); }

  void raise(unsigned vector) override { vectors_.fetch_or(1U << (vector & 31U), std::memory_order_acq_rel); }

  uint32_t read(uint32_t offset) {
    std::unique_lock lock(mutex_);
    claim(lock, "a register read");
    const uint32_t value = port_->read(offset);
    note_failure();
    unclaim();
    check_alive();
    return value;
  }

  // A write to an idle device is taken at once and its work, if any, begun; to a busy one it waits its turn.
  void write(uint32_t offset, uint32_t value) {
    std::unique_lock lock(mutex_);
    writes_.emplace_back(offset, value);
    if (!running_ && !busy_) {
      take_write();
      step(lock, 1);
    }
    if (has_work()) {
      urgent_ = true;
      worker_cv_.notify_one();
    }
  }

  void doorbell(uint32_t offset, uint32_t value, bool caller_waits) {
    const std::lock_guard lock(mutex_);
    writes_.emplace_back(offset, value);
    if (!running_ && !busy_) {
      take_write();
    }
    urgent_ = urgent_ || !caller_waits;
    if (urgent_ || asleep_) {
      worker_cv_.notify_one();
    }
  }

  uint32_t wait(Clock::time_point deadline, bool help) {
    std::unique_lock lock(mutex_);
    bool helped = false;
    while (true) {
      if (const uint32_t vectors = vectors_.exchange(0, std::memory_order_acq_rel); vectors != 0) {
        return vectors;
      }
      if (death_ || (helped && !has_work()) || Clock::now() >= deadline) {
        break;
      }
      if (help && !running_ && claims_ == 0 && has_work()) {
        step(lock, pacer_.budget());
        helped = true;
        continue;
      }
      ++sleepers_;
      changed_cv_.wait_until(lock, deadline);
      --sleepers_;
    }
    if (helped && has_work()) {
      urgent_ = true;
      worker_cv_.notify_one();
    }
    return 0;
  }

  void reset() {
    std::unique_lock lock(mutex_);
    claim(lock, "a reset");
    writes_.clear();
    port_->reset();
    busy_ = false;
    vectors_ = 0;
    note_failure();
    unclaim();
    check_alive();
  }

  std::optional<Error> death() const {
    const std::lock_guard lock(mutex_);
    return death_;
  }

  void work() {
    std::unique_lock lock(mutex_);
    int quiet = 0;
    bool waited = false;
    while (!stop_) {
      if (!has_work()) {
        urgent_ = false;
        waited = false;
        asleep_ = ++quiet > kQuietTicks;
        if (asleep_) {
          worker_cv_.wait(lock, [this] { return stop_ || has_work(); });
          asleep_ = false;
          quiet = 0;
        } else {
          worker_cv_.wait_for(lock, kGrace);
        }
        continue;
      }
      quiet = 0;
      if (running_ || claims_ > 0 || (!urgent_ && !waited)) {
        worker_cv_.wait_for(lock, kGrace);
        waited = true;
        continue;
      }
      step(lock, pacer_.budget());
    }
    finished_ = true;
    changed_cv_.notify_all();
  }

  // True once the worker has left; false if it is still inside the model when the stall time is over.
  bool stop() {
    std::unique_lock lock(mutex_);
    stop_ = true;
    worker_cv_.notify_one();
    return changed_cv_.wait_for(lock, stall_, [this] { return finished_; });
  }

 private:
  bool has_work() const { return !death_ && (busy_ || !writes_.empty()); }

  void take_write() {
    const auto [offset, value] = writes_.front();
    writes_.pop_front();
    port_->write(offset, value);
    busy_ = true;
  }

  // One step of the device with the lock released; afterwards the next write is taken if the device has
  // become idle.
  void step(std::unique_lock<std::mutex>& lock, uint64_t budget) {
    if (!busy_ && !writes_.empty()) {
      take_write();
    }
    running_ = true;
    lock.unlock();
    std::optional<Error> failure;
    abi::Activity activity = abi::Activity::kIdle;
    const auto start = Clock::now();
    try {
      activity = port_->advance(budget);
    } catch (const std::exception& error) {
      failure = Error(abi::Status::DEVICE_LOST, std::string("the device model failed: ") + error.what());
    }
    const auto duration = Clock::now() - start;
    lock.lock();
    running_ = false;
    busy_ = activity == abi::Activity::kWorking;
    pacer_.took(duration, busy_);
    if (failure) {
      death_ = failure;
    }
    note_failure();
    if (!death_ && !busy_ && !writes_.empty()) {
      take_write();
    }
    if (sleepers_ > 0 || claims_ > 0) {
      changed_cv_.notify_all();
    }
  }

  // A device that watches itself has found something. Only while no step is running.
  void note_failure() {
    if (const std::string* failure = port_->failure(); failure != nullptr && !death_) {
      death_ = Error(abi::Status::CHECK_FAILED, *failure);
    }
  }

  void check_alive() const {
    if (death_) {
      throw *death_;
    }
  }

  // Waits until no step is running and keeps the next one from starting.
  void claim(std::unique_lock<std::mutex>& lock, const char* purpose) {
    ++claims_;
    const bool free = changed_cv_.wait_for(lock, stall_, [this] { return !running_; });
    if (!free || death_) {
      unclaim();
      check_alive();
      throw Error(abi::Status::DEVICE_LOST,
                  std::string("the device model did not return from a step while ") + purpose +
                      " waited; raise the URI's stall_ms if the step is that long");
    }
  }

  void unclaim() {
    if (--claims_ == 0) {
      worker_cv_.notify_one();
      changed_cv_.notify_all();
    }
  }

  const milliseconds stall_;
  DmaTable dma_;
  std::atomic<uint32_t> vectors_{0};
  std::unique_ptr<abi::DevicePort>
      port_;  // used by one thread at a time: whoever set running_, or holds the lock while it is clear

  mutable std::mutex mutex_;
  std::condition_variable worker_cv_;   // the worker: there may be work
  std::condition_variable changed_cv_;  // everybody else: a step ended
  std::deque<std::pair<uint32_t, uint32_t>> writes_;
  SlicePacer pacer_;
  std::optional<Error> death_;
  int sleepers_ = 0;
  int claims_ = 0;
  bool busy_ = false;     // a write was taken and the device has not been idle since
  bool running_ = false;  // a thread is inside advance()
  bool urgent_ = false;   // nobody is going to help
  bool asleep_ = false;   // the worker only wakes when notified
  bool stop_ = false;
  bool finished_ = false;
};

class InProcess : public Transport {
 public:
  InProcess(const Uri& uri, const DriverOptions& options)
      : machine_(std::make_shared<Machine>(uri, milliseconds(options.stall_ms))),
        worker_([machine = machine_] { machine->work(); }) {
    description_.target = uri.text;
    description_.timed = machine_->timed();
    description_.any_memory = true;
  }

  ~InProcess() override {
    if (machine_->stop()) {
      worker_.join();
    } else {
      // The model may come back from its step at any time: it must find no memory to write to.
      machine_->dma().clear();
      worker_.detach();
    }
  }

  const Description& description() const override { return description_; }
  uint32_t read32(uint32_t offset) override { return machine_->read(offset); }
  void write32(uint32_t offset, uint32_t value) override { machine_->write(offset, value); }
  void doorbell(uint32_t offset, uint32_t value, bool caller_waits) override {
    machine_->doorbell(offset, value, caller_waits);
  }

  void map(const DmaMapping& mapping) override {
    if (!machine_->dma().map(mapping.address, mapping.size, mapping.memory, true, true)) {
      throw Error(abi::Status::INTERNAL, "bus window " + std::to_string(mapping.address) +
                                             " overlaps another or is not page-aligned");
    }
  }

  void unmap(uint64_t address, uint64_t size) override { machine_->dma().unmap(address, size); }
  uint32_t wait(Clock::time_point deadline, bool help) override { return machine_->wait(deadline, help); }
  uint64_t heartbeat() const override { return machine_->progress().load(std::memory_order_relaxed); }
  void reset() override { machine_->reset(); }
  std::optional<Error> death() const override { return machine_->death(); }

 private:
  Description description_;
  std::shared_ptr<Machine> machine_;
  std::thread worker_;
};

}  // namespace

std::unique_ptr<Transport> connect_in_process(const Uri& uri, const DriverOptions& options) {
  return std::make_unique<InProcess>(uri, options);
}

}  // namespace photic::transport
