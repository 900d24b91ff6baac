// SPDX-License-Identifier: Apache-2.0
// A program in a device: loaded, given inputs, listened to.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/api/photic.hpp"
#include "host/events/spike_train.h"
#include "host/recovery/recovery.h"
#include "host/snn/program.h"

namespace photic::host::snn {

struct RunOptions {
  enum class Record {
    kCounts,  // of each sample: the sum of every output's payloads, which of spikes is their number
    kSteps,   // of each step: the sum of every output's payloads
    kRaster   // of each step: 1 where an output is not 0
  };
  Record record = Record::kCounts;
  /// End with SnnError (kDevice) when a value saturated anywhere.
  bool strict = false;
  /// Most samples of one command; 0: as many as 64 MiB of inputs and outputs hold.
  uint32_t samples_a_command = 0;
  /// Called after each command with the share of the samples done; returns false to end with SnnError
  /// (kCancelled).
  std::function<bool(double)> progress;
};

/// samples x records x outputs, row-major; one record a sample or one a step.
struct RunResult {
  size_t samples = 0, records = 0, outputs = 0;
  std::vector<int32_t> values;
  uint64_t cycles = 0;  // of the device, start to end of the commands; 0 on an untimed target

  int32_t value(size_t sample, size_t record, size_t output) const {
    return values[(sample * records + record) * outputs + output];
  }
};

/// A neuron's state after a step, in the device's numbers.
struct NeuronState {
  int32_t current = 0, voltage = 0, adaptation = 0;
  uint32_t refractory = 0;

  bool operator==(const NeuronState&) const = default;
};

/// samples x steps x elements, row-major.
struct StateTrace {
  size_t samples = 0, steps = 0, elements = 0;
  std::vector<NeuronState> states;

  const NeuronState& state(size_t sample, size_t step, size_t element) const {
    return states[(sample * steps + step) * elements + element];
  }
};

/// Everything of a network in the midst of a run: neurons, what is on its way to them, outputs not yet
/// recorded, and the number of the next step.
struct Snapshot {
  uint32_t step = 0;
  std::vector<uint64_t> states;        // STATE of every core
  std::vector<uint64_t> accumulators;  // ACCUMULATOR of every core
  std::vector<uint64_t> outputs;       // ACCUMULATOR of the input/output unit

  bool operator==(const Snapshot&) const = default;
};

/// Words of the COUNTER region of one unit, by SPU_COUNTER.
using UnitCounters = std::array<uint64_t, abi::kSpuCounters>;

/// The geometry of the device behind `uri`, to map for. Throws SnnError (kDevice) if it does not open, is no
/// spiking processing unit, or has a geometry this build does not know.
abi::SpuPreset device_preset(const std::string& uri);

/// One device with one program. Every function throws SnnError: kProgram where the device found the program
/// at fault, kDevice for everything else, both in the network's words; kBadOption; kCancelled.
///
/// A failure that `policy` and `survivable` let it survive changes no result: a device that was lost is reset
/// or opened again, the program loaded again, and the batch run again from its state of 0; counters go on
/// from the last batch that succeeded. What a live run has in the device is gone with it, and not made up
/// for: `advance` and `snapshot` then throw kDevice until `restore`, `rewind` or `reopen` says where to go
/// on.
class Runner {
 public:
  /// Opens the device and loads the program. The device must have the program's geometry.
  Runner(std::string uri, Program program, RetryPolicy policy = {});

  const Program& program() const { return program_; }
  const std::string& uri() const { return uri_; }
  /// Survived so far.
  const DeviceFailures& failures() const { return recovery_.failures(); }

  /// Resets the device, or opens it again if that does not help, and loads the program: state 0, step 0.
  /// After it a snapshot can be restored, whatever became of the device before.
  void reopen();

  /// Runs samples, all of the same number of steps and the network's inputs, each from a state of 0.
  RunResult run(std::span<const SpikeTrain> samples, const RunOptions& options = {});

  /// States of elements [first, first + count) of a population after every step. Runs the samples once for
  /// each core that holds some of them.
  StateTrace trace_states(std::span<const SpikeTrain> samples, size_t population, size_t first, size_t count);

  /// Runs on from the present state: one sample, its step 0 being step() of the network. `options` as for
  /// `run`; records as of one sample. A single step is a sample of one step.
  RunResult advance(const SpikeTrain& inputs, const RunOptions& options = {});
  /// Number of the next step `advance` runs. `run` and `trace_states` leave the network somewhere: rewind.
  uint32_t step() const { return step_; }
  /// Back to a state of 0 and step 0.
  void rewind();

  /// The state after the last step, and back to it: what follows is the same, bit for bit, on any target.
  Snapshot snapshot();
  /// Throws SnnError (kBadOption) for a snapshot of another geometry.
  void restore(const Snapshot& snapshot);

  /// Counters of every core, then of the input/output unit, since the last clear.
  std::vector<UnitCounters> counters();
  void clear_counters();

  /// Seed of stochastic rounding.
  void set_seed(uint32_t seed);

 private:
  struct Batch;

  Batch batch_for(const SpikeTrain& first, const RunOptions& options, RunResult& result) const;
  void take_records(const Batch& batch, RunResult& result) const;
  void copy_region(abi::SpuRegion region, bool io, std::vector<uint64_t>& words, bool to_device);
  void begin(Remedy least);
  void open();
  void load();
  Remedy revive(Remedy wanted);
  void attempt(const std::function<void()>& work);
  void need_state() const;
  std::vector<UnitCounters> read_counters();
  void note_counters();
  photic_spu_run_desc description(const Batch& batch) const;
  uint64_t run_batch(const Batch& batch);
  [[noreturn]] void explain(const photic::Error& error, std::span<const SpikeTrain> samples);
  void reserve(photic::Buffer& buffer, uint64_t bytes);
  uint32_t samples_that_fit(std::span<const SpikeTrain> samples, uint64_t record_bytes, uint32_t most) const;
  uint32_t watchdog(uint64_t steps, uint64_t events) const;

  std::string uri_;
  Program program_;
  photic::Device device_;
  photic::Queue queue_;
  photic::Buffer source_, destination_;
  photic::Event event_;  // of the last run
  Recovery recovery_;
  std::optional<uint32_t> seed_;
  std::vector<UnitCounters> cleared_;  // counted before the device last began at 0; empty: nothing
  std::vector<UnitCounters> noted_;    // in all, when the last batch succeeded; empty: nothing, or no retries
  bool state_lost_ = false;
  uint32_t step_ = 0;
};

}  // namespace photic::host::snn
