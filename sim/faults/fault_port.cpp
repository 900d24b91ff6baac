// SPDX-License-Identifier: Apache-2.0
// Registers, time and life of a device that fails.
#include "sim/faults/fault_port.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

#include "drivers/abi/registers.h"
#include "drivers/abi/timed_device.h"
#include "drivers/transport/error.h"
#include "sim/faults/injector.h"
#include "sim/faults/rules.h"

namespace photic::faults {
namespace {

using std::chrono::steady_clock;

// What a PCI host reads where no function answers.
constexpr uint32_t kNobodyAnswers = ~uint32_t{0};
// A step that is held up is worth this much work, or a device would never get done.
constexpr uint64_t kSlowBudget = 4096;
// An interrupt that is late keeps whoever drives the device, but not from looking around.
constexpr auto kNap = std::chrono::milliseconds(1);

// Base is DevicePort or TimedDevicePort.
template <typename Base>
class FaultPort : public Base {
 public:
  FaultPort(std::unique_ptr<Injector> injector, std::unique_ptr<Base> device)
      : injector_(std::move(injector)), device_(std::move(device)) {}

  uint32_t read(uint32_t offset) override {
    switch (injector_->life()) {
      case Life::kAlive:
        return device_->read(offset);
      case Life::kHung:
        return frozen_.at(offset / sizeof(uint32_t));
      case Life::kGone:
        break;
    }
    return kNobodyAnswers;
  }

  void write(uint32_t offset, uint32_t value) override {
    if (injector_->takes_write(offset, value)) {
      device_->write(offset, value);
    }
  }

  abi::Activity advance(uint64_t budget) override {
    if (const auto delay = injector_->step_delay(); delay.count() > 0) {
      std::this_thread::sleep_for(delay);
      budget = std::max(budget, kSlowBudget);
    }
    abi::Activity activity = abi::Activity::kIdle;
    if (injector_->life() == Life::kAlive) {
      activity = device_->advance(budget);
      if (injector_->life() == Life::kHung) {
        on_hang();
        freeze();
      }
    }
    if (injector_->life() == Life::kGone) {
      throw std::runtime_error("a fault made it vanish; reopen the device");
    }
    if (injector_->life() == Life::kHung) {
      return abi::Activity::kIdle;
    }
    if (const auto due = injector_->deliver_due(); due && activity == abi::Activity::kIdle) {
      std::this_thread::sleep_until(std::min(*due, steady_clock::now() + kNap));
      activity = abi::Activity::kWorking;
    }
    return activity;
  }

  void reset() override {
    injector_->reset();
    device_->reset();
  }

  const std::atomic<uint64_t>& progress() const override { return device_->progress(); }
  bool timed() const override { return device_->timed(); }
  const std::string* failure() const override { return device_->failure(); }

 protected:
  Base& device() const { return *device_; }
  bool hangs() const { return injector_->life() == Life::kHung; }
  /// Called as the device begins to hang.
  virtual void on_hang() {}

 private:
  // Keeps the registers as they stand: a clocked device takes a cycle for every access, and a device that
  // hangs makes no progress. Rings stand where the host saw them last: the device itself got further until
  // its step ended.
  void freeze() {
    const auto keep = [this](uint32_t offset) {
      frozen_.at(offset / sizeof(uint32_t)) = device_->read(offset);
    };
    for (const abi::RegisterInfo& info : abi::kRegisters) {
      keep(info.offset);
      if (info.wide) {
        keep(info.offset + sizeof(uint32_t));
      }
    }
    const auto set = [this](uint32_t offset, uint32_t value) {
      frozen_.at(offset / sizeof(uint32_t)) = value;
    };
    set(abi::SHELL_STATUS, abi::SHELL_STATUS_BUSY.set(1));
    for (unsigned q = 0; q < abi::kQueues; ++q) {
      const Rings::Queue& queue = injector_->rings().queue(q);
      set(abi::QUEUE_SQ_HEAD(q),
          abi::QUEUE_SQ_HEAD_INDEX.set(static_cast<uint32_t>(queue.fetched & queue.mask())));
      set(abi::QUEUE_CQ_TAIL(q),
          abi::QUEUE_CQ_TAIL_INDEX.set(static_cast<uint32_t>(queue.completed & queue.mask())));
    }
  }

  const std::unique_ptr<Injector> injector_;
  const std::unique_ptr<Base> device_;
  std::array<uint32_t, abi::kBarSize / sizeof(uint32_t)> frozen_{};
};

class TimedFaultPort final : public FaultPort<abi::TimedDevicePort> {
 public:
  using FaultPort::FaultPort;
  bool timed() const override { return true; }
  uint64_t cycle() const override { return hangs() ? hung_at_ : device().cycle(); }
  void trace(abi::EventSink* sink) override { device().trace(sink); }
  bool waveform(const std::string& path) override { return device().waveform(path); }

 private:
  void on_hang() override { hung_at_ = device().cycle(); }

  uint64_t hung_at_ = 0;
};

}  // namespace

std::unique_ptr<abi::DevicePort> make_faulty(const std::string& rules, const abi::DeviceMaker& make,
                                             abi::DmaPort& memory, abi::InterruptPort& interrupts,
                                             const Surroundings& surroundings) {
  const std::vector<Rule> parsed = parse_rules(rules);
  const bool by_clock = std::any_of(parsed.begin(), parsed.end(), [](const Rule& rule) { return rule.ms; });
  if (surroundings.compared && by_clock) {
    throw transport::Error(abi::Status::INVALID_URI,
                           "fault rules '" + rules.substr(0, 200) +
                               "': two devices that are compared share no wall clock; make an interrupt late "
                               "by completions: 'by' in place of 'ms'");
  }
  auto injector = std::make_unique<Injector>(parsed, memory, interrupts, surroundings.own_process);
  std::unique_ptr<abi::DevicePort> device = make(*injector, *injector);
  if (auto* timed = dynamic_cast<abi::TimedDevicePort*>(device.get())) {
    std::unique_ptr<abi::TimedDevicePort> clocked(timed);
    static_cast<void>(device.release());
    return std::make_unique<TimedFaultPort>(std::move(injector), std::move(clocked));
  }
  return std::make_unique<FaultPort<abi::DevicePort>>(std::move(injector), std::move(device));
}

}  // namespace photic::faults
