// SPDX-License-Identifier: Apache-2.0
// Registers, bus mastering and rings of an untimed device; a kind of device adds its engine.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <stdexcept>

#include "drivers/abi/device_port.h"
#include "models/golden/bus.h"
#include "models/golden/engine.h"
#include "models/golden/register_file.h"
#include "models/golden/shell.h"

namespace photic::golden {

/// Options that do not describe a device.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Device : public abi::DevicePort {
 public:
  uint32_t read(uint32_t offset) final;
  void write(uint32_t offset, uint32_t value) final { shell_.write(offset, value); }
  abi::Activity advance(uint64_t budget) final;
  void reset() final;
  const std::atomic<uint64_t>& progress() const final { return progress_; }

 protected:
  Device(Identity identity, abi::DmaPort& memory, abi::InterruptPort& interrupts);

  virtual Engine& engine() = 0;

  RegisterFile& registers() { return registers_; }
  Bus& bus() { return bus_; }
  std::atomic<uint64_t>& progress_counter() { return progress_; }

 private:
  void step();
  std::optional<Outcome> dispatch(const Fetched& fetched);

  std::atomic<uint64_t> progress_{0};
  RegisterFile registers_;
  Bus bus_;
  Shell shell_;
  std::optional<Fetched> running_;
};

}  // namespace photic::golden
