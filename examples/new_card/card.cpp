// SPDX-License-Identifier: Apache-2.0
// Runs the model that plays the card.
#include "examples/new_card/card.h"

#include <sys/eventfd.h>

#include "drivers/transport/in_process.h"

namespace photic::new_card {
namespace {

constexpr uint64_t kSlice = 64;

}  // namespace

Card::Card(const transport::Uri& model) : port_(transport::make_in_process_device(model, memory_, *this)) {
  for (transport::FileDescriptor& event : events_) {
    event.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  }
  thread_ = std::thread([this] { work(); });
}

Card::~Card() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    written_.notify_one();
  }
  thread_.join();
}

uint32_t Card::peek(uint32_t offset) {
  const std::lock_guard lock(mutex_);
  return out_ ? ~uint32_t{0} : port_->read(offset);
}

void Card::poke(uint32_t offset, uint32_t value) {
  const std::lock_guard lock(mutex_);
  if (out_) {
    return;
  }
  if (busy_ || !writes_.empty()) {
    writes_.emplace_back(offset, value);
  } else {
    port_->write(offset, value);
    busy_ = true;
  }
  written_.notify_one();
}

void Card::restart() {
  const std::lock_guard lock(mutex_);
  writes_.clear();
  port_->reset();
  busy_ = false;
}

void Card::pull_out() {
  const std::lock_guard lock(mutex_);
  out_ = true;
  busy_ = false;
  writes_.clear();
}

void Card::raise(unsigned vector) {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(events_[vector].get(), &one, sizeof(one));
}

// Takes one write at a time, each when the work of the one before is done; a slice of work at a time, so that
// registers are answered in between.
void Card::work() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    if (!busy_ && writes_.empty()) {
      written_.wait(lock);
      continue;
    }
    if (!busy_) {
      port_->write(writes_.front().first, writes_.front().second);
      writes_.pop_front();
    }
    busy_ = port_->advance(kSlice) == abi::Activity::kWorking;
    lock.unlock();
    std::this_thread::yield();
    lock.lock();
  }
}

}  // namespace photic::new_card
