// SPDX-License-Identifier: Apache-2.0
// A host for one clocked device: memory, one queue, and a record of what happened at the boundary.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/device_port.h"
#include "drivers/abi/timed_device.h"

namespace photic::test {

/// Host memory from bus address 0 on; accesses beyond its end, or to a refused range, are refused.
class HostRam : public abi::DmaPort {
 public:
  explicit HostRam(size_t words) : words_(words) {}
  bool read(uint64_t address, uint64_t* words, size_t count) override;
  bool write(uint64_t address, const uint64_t* words, size_t count) override;

  uint64_t& at(uint64_t address) { return words_.at(address / sizeof(uint64_t)); }
  /// Refuses [begin, end) from now on.
  void refuse(uint64_t begin, uint64_t end) { refused_begin_ = begin, refused_end_ = end; }

 private:
  bool allowed(uint64_t address, size_t count) const;
  std::vector<uint64_t> words_;
  uint64_t refused_begin_ = 0;
  uint64_t refused_end_ = 0;
};

/// Keeps everything that crosses the boundary.
class Recorder : public abi::EventSink, public abi::InterruptPort {
 public:
  void on_event(const abi::BoundaryEvent& event) override { events.push_back(event); }
  void raise(unsigned vector) override { vectors.push_back(vector); }

  /// Cycles of the events of a kind, in order.
  std::vector<uint64_t> cycles_of(abi::EventKind kind) const;

  std::vector<abi::BoundaryEvent> events;
  std::vector<unsigned> vectors;
};

using MakeDevice = std::function<std::unique_ptr<abi::TimedDevicePort>(abi::DmaPort&, abi::InterruptPort&)>;

/// One device with queue 0 open.
class HostBench {
 public:
  static constexpr uint64_t kSubmissions = 0x1000;
  static constexpr uint64_t kCompletions = 0x2000;
  static constexpr uint64_t kSource = 0x10000;
  static constexpr uint64_t kDestination = 0x400000;
  static constexpr size_t kRamWords = 0x280000;
  static constexpr unsigned kRingLog2 = 4;

  explicit HostBench(const MakeDevice& make);

  /// Puts a submission in the ring and rings the doorbell; it is fetched when the device advances.
  void submit(const abi::Submission& submission);
  /// Advances until idle, in steps of `budget` cycles, and hands the completion entries back.
  void run(uint64_t budget = uint64_t{1} << 40);
  /// Submits, runs, and gives the completion.
  abi::Completion execute(const abi::Submission& submission);
  /// Completion number `index` since the queue was opened.
  abi::Completion completion(size_t index) const;
  /// A 64-bit register.
  uint64_t read_wide(uint32_t offset);
  /// Opens queue 0 anew, as after a reset.
  void open_queue();

  mutable HostRam ram{kRamWords};
  Recorder recorder;
  std::unique_ptr<abi::TimedDevicePort> device;

 private:
  size_t submitted_ = 0;
};

/// An INTENSITY projection of binary vectors from kSource to kDestination; `rows` x `cols` mirrors and
/// `outputs` pixels of a camera with `pixel_cols` columns, one mirror a feature.
abi::Submission intensity_projection(uint16_t rows, uint16_t cols, uint32_t outputs, uint32_t pixel_cols,
                                     uint16_t vectors);

}  // namespace photic::test
