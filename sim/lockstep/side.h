// SPDX-License-Identifier: Apache-2.0
// One of the two devices under comparison, with everything it does to the outside kept apart.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "drivers/abi/device_port.h"
#include "drivers/abi/timed_device.h"
#include "sim/lockstep/overlay_memory.h"

namespace photic::lockstep {

/// How to build a device under comparison, and what to call it.
struct Candidate {
  std::string name;
  std::function<std::unique_ptr<abi::DevicePort>(abi::DmaPort&, abi::InterruptPort&)> make;
};

/// The events of a piece of work. Either all of them, or the last ones and where memory was written.
class EventLog final : public abi::EventSink {
 public:
  explicit EventLog(bool keep_all) : keep_all_(keep_all) {}

  void on_event(const abi::BoundaryEvent& event) override;
  void clear();

  const std::deque<abi::BoundaryEvent>& events() const { return events_; }
  const std::vector<abi::BoundaryEvent>& write_bursts() const { return write_bursts_; }

 private:
  static constexpr size_t kLast = 1024;
  bool keep_all_;
  std::deque<abi::BoundaryEvent> events_;
  std::vector<abi::BoundaryEvent> write_bursts_;
};

class Side final : public abi::InterruptPort {
 public:
  Side(const Candidate& candidate, abi::DmaPort& host);
  ~Side() override;

  /// Starts tracing, if the device has a clock.
  void trace(bool keep_all);
  void raise(unsigned vector) override { interrupts.push_back(vector); }

  const std::string name;
  OverlayMemory memory;
  std::vector<unsigned> interrupts;
  const std::unique_ptr<abi::DevicePort> device;
  abi::TimedDevicePort* const timed;  ///< The same device, null if it has no clock.
  std::unique_ptr<EventLog> log;      ///< Null while not tracing.
  abi::Activity activity = abi::Activity::kIdle;
};

}  // namespace photic::lockstep
