// SPDX-License-Identifier: Apache-2.0
// The device boundary: what a host can do to a device and what a device can do to a host.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace photic::abi {

/// Host memory as a device sees it: bus addresses, in 64-bit little-endian words.
///
/// Called by the device from the thread that drives it. Addresses are 8-byte aligned. A refused access
/// (nothing mapped there, or no right to it) returns false and moves no data.
class DmaPort {
 public:
  virtual ~DmaPort() = default;
  virtual bool read(uint64_t address, uint64_t* words, size_t count) = 0;
  virtual bool write(uint64_t address, const uint64_t* words, size_t count) = 0;
};

/// Takes interrupt vectors. Called by the device from the thread that drives it.
class InterruptPort {
 public:
  virtual ~InterruptPort() = default;
  virtual void raise(unsigned vector) = 0;
};

/// What `DevicePort::advance` found.
enum class Activity : uint8_t {
  kIdle,     ///< Nothing left to do; simulated time stands still until the next register write.
  kWorking,  ///< The budget was used up and work remains.
};

/// A device behind its registers, its bus mastering and its interrupts. Nothing else crosses the boundary.
///
/// One thread at a time may call it. A register write never does work by itself: work happens in `advance`,
/// so a caller decides when simulated time moves. Offsets are bytes in BAR0, 4-byte aligned and inside it;
/// the caller checks.
class DevicePort {
 public:
  virtual ~DevicePort() = default;

  virtual uint32_t read(uint32_t offset) = 0;
  virtual void write(uint32_t offset, uint32_t value) = 0;

  /// Works for at most `budget` cycles (an untimed device: at most that many frames, at least one command
  /// step) or until idle.
  virtual Activity advance(uint64_t budget) = 0;

  /// Function-level reset: registers, rings and bus transactions as after power-on; the scattering medium
  /// stays, and so do a spiking unit's memories. Those of neurons are undefined after a reset in the midst of
  /// a run, until they are cleared.
  virtual void reset() = 0;

  /// A number that grows while the device makes progress; may be read from any thread.
  virtual const std::atomic<uint64_t>& progress() const = 0;

  /// Whether it counts cycles: an untimed device stamps its completions with 0.
  virtual bool timed() const { return false; }

  /// Of a device that watches itself: what it found, or null while nothing was. Once found it stays until the
  /// device is destroyed: no work is done any more, `advance` gives kIdle, writes are dropped, and whoever
  /// waits for the device has to be told CHECK_FAILED with this text.
  virtual const std::string* failure() const { return nullptr; }
};

/// Makes a device once its ports exist. The ports outlive the device.
using DeviceMaker = std::function<std::unique_ptr<DevicePort>(DmaPort&, InterruptPort&)>;

}  // namespace photic::abi
