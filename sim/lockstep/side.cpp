// SPDX-License-Identifier: Apache-2.0
// Construction and tracing of a device under comparison.
#include "sim/lockstep/side.h"

namespace photic::lockstep {

void EventLog::on_event(const abi::BoundaryEvent& event) {
  events_.push_back(event);
  if (keep_all_) {
    return;
  }
  if (events_.size() > kLast) {
    events_.pop_front();
  }
  if (event.kind == abi::EventKind::kWriteBurst) {
    write_bursts_.push_back(event);
  }
}

void EventLog::clear() {
  events_.clear();
  write_bursts_.clear();
}

Side::Side(const Candidate& candidate, abi::DmaPort& host)
    : name(candidate.name),
      memory(host),
      device(candidate.make(memory, *this)),
      timed(dynamic_cast<abi::TimedDevicePort*>(device.get())) {}

Side::~Side() {
  if (timed != nullptr) {
    timed->trace(nullptr);
  }
}

void Side::trace(bool keep_all) {
  if (timed != nullptr) {
    log = std::make_unique<EventLog>(keep_all);
    timed->trace(log.get());
  }
}

}  // namespace photic::lockstep
