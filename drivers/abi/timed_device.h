// SPDX-License-Identifier: Apache-2.0
// What a device with a clock offers beyond DevicePort: its cycle, a trace of boundary events, and waveforms.
#pragma once

#include <cstdint>
#include <string>

#include "drivers/abi/device_port.h"

namespace photic::abi {

/// Kinds of boundary events.
enum class EventKind : uint8_t {
  kReadBurst,    ///< AR handshake: address, length in beats.
  kReadBeat,     ///< R beat delivered: address, data.
  kWriteBurst,   ///< AW handshake: address, length in beats.
  kWriteBeat,    ///< W handshake: data; address is 0.
  kInterrupt,    ///< address = vector.
  kMirrorFill,   ///< data = lit.
  kMirrorWord,   ///< address = row << 16 | word, data = 16 mirrors.
  kMirrorLatch,  ///< address and data are 0.
  kLaser,        ///< data = on or off.
  kTrigger,      ///< address = frame number, data = reference phase or 0xFF.
  kPixels,       ///< Camera beat taken: data = four counts, 12 bits each.
};

/// One event at the device's boundary. `cycle` is SHELL_CYCLE during the cycle in which it happened.
struct BoundaryEvent {
  uint64_t cycle = 0;
  EventKind kind = EventKind::kReadBurst;
  uint64_t address = 0;
  uint64_t data = 0;
  bool operator==(const BoundaryEvent&) const = default;
};

/// Takes events in order. Called from the thread that drives the device.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_event(const BoundaryEvent& event) = 0;
};

/// A DevicePort with a clock.
class TimedDevicePort : public DevicePort {
 public:
  bool timed() const override { return true; }

  /// SHELL_CYCLE.
  virtual uint64_t cycle() const = 0;

  /// Sends events to `sink` from now on; null stops.
  virtual void trace(EventSink* sink) = 0;

  /// Dumps signals of all cycles from now on to a VCD file; an empty path stops. Returns false if the file
  /// cannot be written.
  virtual bool waveform(const std::string& path) = 0;
};

}  // namespace photic::abi
