// SPDX-License-Identifier: Apache-2.0
// A device that is open, shared by everything in the process that uses it.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "drivers/api/photic.hpp"

namespace photic::opencl {

/// What a device says of itself; it stays true when the device is closed and opened again.
struct DeviceFacts {
  photic_capabilities capabilities{};
  std::optional<photic_spu_geometry> spu;  ///< Of a spiking device.
  std::vector<std::string> counters;       ///< Names, in the order in which they are read.

  bool is_opu() const { return capabilities.kind == PHOTIC_KIND_OPU; }
  bool is_spu() const { return capabilities.kind == PHOTIC_KIND_SPU; }
};

/// Thread-safe. Commands go to the device through it, so that a change of the device's settings, which must
/// find it idle, can hold them back.
class OpenDevice {
 public:
  /// Throws photic::Error.
  explicit OpenDevice(const std::string& uri);

  photic_device native() const { return device_.get(); }
  const DeviceFacts& facts() const { return facts_; }

  /// A native queue, opened on first use. Every queue of the device takes its turn, so two callers may get
  /// the same one. It lives as long as the device is open. Throws photic::Error.
  photic_queue next_queue();

  /// photic_submit. Waits while the settings change. The error text is the calling thread's
  /// photic_error_text.
  photic_status submit(photic_queue queue, const photic_submission& submission,
                       std::span<const photic_event> dependencies, photic_event* event);
  /// photic_submit_batch, likewise.
  photic_status submit_batch(photic_queue queue, std::span<const photic_submission> submissions,
                             std::span<const photic_event> dependencies, photic_event* events);

  /// Waits until no command is in flight, which the driver bounds, and runs `change` while none can start.
  photic_status when_idle(const std::function<photic_status()>& change);

 private:
  Device device_;
  DeviceFacts facts_;
  std::mutex mutex_;  // held while commands are submitted and while the settings change
  std::vector<Queue> queues_;
  size_t next_ = 0;
};

}  // namespace photic::opencl
