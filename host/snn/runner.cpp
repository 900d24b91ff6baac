// SPDX-License-Identifier: Apache-2.0
// Commands in, records out; what goes wrong is said in the network's words.
#include "host/snn/runner.h"

#include <algorithm>
#include <cstring>

#include "host/snn/event_stream.h"
#include "host/snn/runner_batch.h"
#include "host/snn/snn_error.h"

namespace photic::host::snn {
namespace {

using Kind = SnnError::Kind;

constexpr uint64_t kMostBytes = uint64_t{64} << 20;

uint64_t padded(uint64_t bytes) {
  return (bytes + 7) / 8 * 8;
}

}  // namespace

void Runner::reserve(photic::Buffer& buffer, uint64_t bytes) {
  if (!buffer || buffer.size() < bytes) {
    buffer = device_.allocate(std::max<uint64_t>(bytes, 4096));
  }
}

uint32_t Runner::samples_that_fit(std::span<const SpikeTrain> samples, uint64_t record_bytes,
                                  uint32_t most) const {
  uint64_t bytes = 0;
  uint32_t count = 0;
  for (const SpikeTrain& sample : samples) {
    bytes += 8 * (2 * uint64_t{sample.steps} + sample.events.size()) + record_bytes;
    if (count > 0 && (bytes > kMostBytes || (most != 0 && count == most))) {
      break;
    }
    ++count;
  }
  return count;
}

/// Units of 1024 cycles in which any run must end: every source and neuron sends in every step, one after the
/// other.
uint32_t Runner::watchdog(uint64_t steps, uint64_t events) const {
  constexpr uint64_t kFlit = 64, kStep = 65536;
  uint64_t operations = kStep;
  uint64_t flits = 0;
  for (const MappedConnection& connection : program_.connections) {
    operations += connection.operations;
  }
  for (const UnitUse& unit : program_.units) {
    flits += 2 * uint64_t{unit.fanout_words} + 2 * uint64_t{unit.neurons};
  }
  const uint64_t inputs = std::max<uint64_t>(1, program_.units.back().neurons);
  const uint64_t rounds = steps + events / inputs + 1;
  return static_cast<uint32_t>(
      std::min<uint64_t>(rounds * (operations + kFlit * flits) / 1024 + 1, UINT32_MAX));
}

photic_spu_run_desc Runner::description(const Batch& batch) const {
  uint64_t events = 0;
  for (const SpikeTrain& sample : batch.samples) {
    events += sample.events.size();
  }
  const auto samples = static_cast<uint32_t>(batch.samples.size());
  photic_spu_run_desc desc = spu_run_desc();
  desc.source = source_.get();
  desc.source_words = static_cast<uint32_t>(batch.words);
  desc.destination = destination_.get();
  desc.step = batch.step;
  desc.steps = samples * batch.steps();
  desc.epoch = batch.goes_on ? 0 : batch.steps();
  desc.period = batch.period;
  desc.record = batch.record;
  if (batch.record == PHOTIC_SPU_RECORD_STATES) {
    desc.probe_core = batch.core;
    desc.probe_neuron = batch.neuron;
    desc.probe_neurons = batch.neurons;
  } else {
    desc.outputs = program_.outputs;
  }
  desc.clear_first = batch.goes_on ? 0 : 1;
  desc.strict = batch.strict ? 1 : 0;
  desc.timeout = watchdog(desc.steps, events);
  return desc;
}

/// Runs one command; its records are in destination_. Returns its cycles.
uint64_t Runner::run_batch(const Batch& batch) {
  const auto width = static_cast<uint32_t>(graph::elements(program_.input_shape));
  const std::vector<uint64_t> stream = make_event_stream(batch.samples, width, batch.steps());
  Batch sized = batch;
  sized.words = stream.size();
  uint64_t cycles = 0;
  const auto work = [&] {
    reserve(source_, 8 * stream.size());
    reserve(destination_, batch.record_bytes * (batch.samples.size() * batch.steps() / batch.period));
    std::memcpy(source_.data(), stream.data(), 8 * stream.size());
    event_ = queue_.run(description(sized));
    event_.wait();
    const photic_event_info info = event_.info();
    cycles = info.end_cycle - info.start_cycle;
    note_counters();
  };
  try {
    // Where a live run stood is in the device alone.
    batch.goes_on ? work() : attempt(work);
  } catch (const photic::Error& error) {
    state_lost_ = state_lost_ || (batch.goes_on && survivable(error.status()));
    explain(error, batch.samples);
  }
  return cycles;
}

void Runner::explain(const photic::Error& error, std::span<const SpikeTrain> samples) {
  if (event_ && (error.status() == PHOTIC_INVALID_PROGRAM || error.status() == PHOTIC_LINK_ERROR)) {
    const photic_spu_place place = with_device(uri_, [&] { return event_.spu_place(); });
    const abi::SpuPlace packed{place.word, static_cast<abi::SpuRegion>(place.region), place.core};
    throw SnnError(Kind::kProgram, program_.describe_place(packed.pack()), "", error.what(),
                   "check that nothing else writes the device's memories, then load the program again");
  }
  if (event_ && error.status() == PHOTIC_INVALID_EVENTS) {
    const photic_spu_fault fault = with_device(uri_, [&] { return event_.spu_fault(); });
    throw SnnError(Kind::kDevice, describe_stream_place(samples, fault.offset / 8), "", error.what(),
                   "correct the events");
  }
  if (event_ && error.status() == PHOTIC_SATURATED) {
    std::string where;
    const std::vector<UnitCounters> all = counters();
    for (size_t unit = 0; unit + 1 < all.size(); ++unit) {
      const uint64_t count = all[unit][static_cast<size_t>(abi::SpuCounter::SATURATIONS)];
      if (count != 0) {
        where += (where.empty() ? "" : ", ") + std::to_string(count) + " in " + program_.units[unit].holds;
      }
    }
    throw SnnError(Kind::kDevice, "network", "", "values saturated: " + where,
                   "quantise with more headroom, or run without strict");
  }
  device_error(uri_, error.what());
}

/// A batch that records as `options` say, and the shape of its result.
Runner::Batch Runner::batch_for(const SpikeTrain& first, const RunOptions& options, RunResult& result) const {
  using Record = RunOptions::Record;
  if (first.steps == 0 || program_.outputs == 0) {
    throw SnnError(Kind::kBadOption, "network", program_.outputs == 0 ? "outputs" : "steps",
                   "there is nothing to run or to hear", "give a step and an output");
  }
  Batch batch;
  const bool raster = options.record == Record::kRaster;
  batch.record = raster ? PHOTIC_SPU_RECORD_BITS : PHOTIC_SPU_RECORD_I32;
  batch.period = options.record == Record::kCounts ? first.steps : 1;
  batch.strict = options.strict;
  batch.record_bytes = padded(raster ? (program_.outputs + 7) / 8 : uint64_t{4} * program_.outputs);
  result.outputs = program_.outputs;
  result.records = first.steps / batch.period;
  return batch;
}

/// Appends the records that a command of `batch` left in destination_.
void Runner::take_records(const Batch& batch, RunResult& result) const {
  const std::byte* bytes = destination_.data();
  for (size_t r = 0; r < batch.samples.size() * result.records; ++r, bytes += batch.record_bytes) {
    for (uint32_t o = 0; o < program_.outputs; ++o) {
      int32_t value = 0;
      if (batch.record == PHOTIC_SPU_RECORD_BITS) {
        value = static_cast<int32_t>(bytes[o / 8] >> (o % 8)) & 1;
      } else {
        std::memcpy(&value, bytes + 4 * size_t{o}, 4);
      }
      result.values.push_back(value);
    }
  }
}

RunResult Runner::run(std::span<const SpikeTrain> samples, const RunOptions& options) {
  RunResult result;
  if (samples.empty()) {
    return result;
  }
  Batch batch = batch_for(samples.front(), options, result);
  result.samples = samples.size();
  result.values.reserve(result.samples * result.records * result.outputs);
  for (size_t done = 0; done < samples.size();) {
    const auto rest = samples.subspan(done);
    batch.samples =
        rest.first(samples_that_fit(rest, batch.record_bytes * result.records, options.samples_a_command));
    result.cycles += run_batch(batch);
    take_records(batch, result);
    done += batch.samples.size();
    if (options.progress &&
        !options.progress(static_cast<double>(done) / static_cast<double>(samples.size()))) {
      throw SnnError(Kind::kCancelled, "network", "", "the run was cancelled", "run it again");
    }
  }
  return result;
}

StateTrace Runner::trace_states(std::span<const SpikeTrain> samples, size_t population, size_t first,
                                size_t count) {
  if (population >= program_.populations.size() || count == 0 ||
      first + count > program_.populations[population].places.size()) {
    throw SnnError(Kind::kBadOption, "network", "probe", "names elements that are not there",
                   "name elements of a population");
  }
  StateTrace trace;
  if (samples.empty() || samples.front().steps == 0) {
    return trace;
  }
  const auto places = std::span(program_.populations[population].places).subspan(first, count);
  trace.samples = samples.size();
  trace.steps = samples.front().steps;
  trace.elements = count;
  trace.states.resize(trace.samples * trace.steps * count);
  std::vector<bool> seen(program_.preset.cores());
  for (const NeuronPlace& leader : places) {
    if (seen[leader.core]) {
      continue;
    }
    seen[leader.core] = true;
    uint32_t least = leader.neuron;
    uint32_t most = leader.neuron;
    for (const NeuronPlace& place : places) {
      least = place.core == leader.core ? std::min(least, place.neuron) : least;
      most = place.core == leader.core ? std::max(most, place.neuron) : most;
    }
    Batch batch;
    batch.record = PHOTIC_SPU_RECORD_STATES;
    batch.core = leader.core;
    batch.neuron = least;
    batch.neurons = most - least + 1;
    batch.record_bytes = 16 * uint64_t{batch.neurons};
    for (size_t done = 0; done < samples.size(); done += batch.samples.size()) {
      const auto rest = samples.subspan(done);
      batch.samples = rest.first(samples_that_fit(rest, batch.record_bytes * trace.steps, 0));
      run_batch(batch);
      const auto words = destination_.as<const uint64_t>();
      for (size_t r = 0; r < batch.samples.size() * trace.steps; ++r) {
        for (size_t e = 0; e < count; ++e) {
          if (places[e].core == leader.core) {
            const size_t at = 2 * (r * batch.neurons + places[e].neuron - least);
            const auto state = abi::SpuState0::unpack(words[at]);
            trace.states[(done * trace.steps + r) * count + e] = {
                state.current, state.voltage, abi::SpuState1::unpack(words[at + 1]).adaptation,
                state.refractory};
          }
        }
      }
    }
  }
  return trace;
}

}  // namespace photic::host::snn
