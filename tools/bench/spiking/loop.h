// SPDX-License-Identifier: Apache-2.0
// A spiking device in this process and this thread, with a program and samples it runs again and again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "drivers/abi/device_port.h"
#include "drivers/abi/spiking.h"
#include "host/events/spike_train.h"
#include "host/snn/program.h"
#include "sim/lockstep/ring_client.h"

namespace photic::bench {

using MakeSpikingDevice =
    std::function<std::unique_ptr<abi::DevicePort>(abi::DmaPort& memory, abi::InterruptPort& interrupts)>;

/// Golden, of a geometry that need not be a preset.
MakeSpikingDevice golden_of(const abi::SpuPreset& geometry);

/// What one execution does, summed over the units.
struct SpikingWork {
  uint64_t steps = 0;
  uint64_t synaptic_operations = 0;  // weights added by cores
  uint64_t spikes = 0;
  uint64_t events = 0;
  uint64_t cycles = 0;  // 0 on a device without a clock
};

/// Loads the program, runs all samples in one command to learn what they cost, and is ready to run them
/// again. No record is written, so that what is measured is the network. Samples have the same number of
/// steps. Throws std::runtime_error when a command fails.
class SpikingLoop {
 public:
  SpikingLoop(const MakeSpikingDevice& make, const host::snn::Program& program,
              std::span<const host::SpikeTrain> samples);

  /// Runs the samples, each from a state of 0.
  void execute();

  const SpikingWork& work() const { return work_; }

 private:
  class NoInterrupts final : public abi::InterruptPort {
   public:
    void raise(unsigned) override {}
  };

  abi::Completion submit(const abi::Submission& submission);
  void load(const host::snn::MemoryImage& image);
  uint64_t counter(uint32_t unit, abi::SpuCounter which);

  lockstep::HostMemory memory_;
  NoInterrupts interrupts_;
  std::unique_ptr<abi::DevicePort> device_;
  lockstep::RingClient ring_;
  abi::SpuRun command_;
  SpikingWork work_;
};

}  // namespace photic::bench
