// SPDX-License-Identifier: Apache-2.0
// Small programs in which nothing stands in the way of anything, and what they count.
#include "tests/timing/spu/measured.h"

#include <algorithm>
#include <sstream>

#include "drivers/abi/registers.h"
#include "drivers/abi/timing.h"
#include "tests/timing/spu/program.h"

namespace photic::test {
namespace {

using abi::SpuAxon;
using abi::SpuCounter;
using abi::SpuRegion;
using abi::SpuSynapseFormat;

uint64_t barrier(const abi::SpuPreset& preset) {
  return abi::kSpuBarrierCycles + preset.mesh_cols + preset.mesh_rows;
}
uint64_t groups(const abi::SpuPreset& preset, uint64_t neurons) {
  return (neurons + preset.lanes - 1) / preset.lanes;
}
std::string named(std::string_view preset, const std::string& text) {
  std::string name(1, '`');
  name += preset;
  name += "`: ";
  return name += text;
}

/// What a wide register grows by while `act` runs.
template <typename Act>
uint64_t growth(SpuBench& bench, uint32_t offset, Act act) {
  const uint64_t before = bench.read_wide(offset);
  act();
  return bench.read_wide(offset) - before;
}

SpuAxon dense(uint32_t extent) {
  return {.format = SpuSynapseFormat::DENSE, .bits = abi::SpuWeightBits::W8, .extent = extent};
}
SpuAxon walked(SpuSynapseFormat format, uint32_t rows, uint32_t columns) {
  return {.format = format, .bits = abi::SpuWeightBits::W8, .extent = rows << 7 | columns << 3};
}

/// A run that clears first, so that its inputs are there when they are asked for.
abi::SpuRun one_step(uint32_t source_words = 0) {
  abi::SpuRun run;
  run.source = source_words != 0 ? HostBench::kSource : 0;
  run.source_words = source_words;
  run.steps = 1;
  run.control = abi::SPU_CONTROL_CLEAR_FIRST;
  return run;
}

std::vector<abi::SpuEvent> spikes(uint32_t count) {
  return std::vector<abi::SpuEvent>(count, {.source = 0, .payload = 1});
}

/// All neurons of a device in use, so that a clear outlasts the fetch of the inputs; inputs lead to axon 0 of
/// core `to`.
void feed(SpuBench& bench, uint32_t to, const SpuAxon& axon) {
  const abi::SpuPreset& preset = bench.preset();
  bench.configure(to, preset.neurons, 1);
  bench.write(to, SpuRegion::AXON, 0, {axon.pack()});
  bench.configure(bench.io(), 1, preset.outputs);
  const auto x = static_cast<int32_t>(to % preset.mesh_cols);
  const auto y = static_cast<int32_t>(to / preset.mesh_cols);
  bench.fan_out(bench.io(), 0, 0, {to_core(0, 0, x, y, 0)});
  bench.run(one_step());  // scans
}

Measured idle_step(std::string_view name, uint32_t neurons) {
  SpuBench bench({.preset = name});
  bench.configure(bench.io() - 1, neurons, 0);
  const auto cycles = [&](uint32_t steps) {
    const abi::Completion done = bench.run({.steps = steps});
    return done.end - done.start;
  };
  cycles(1);
  const uint64_t one = cycles(1);
  return {named(name, "a step without packets, " + std::to_string(neurons) + " neurons"), "N + B + 8",
          neurons + barrier(bench.preset()) + 8, cycles(2) - one};
}

Measured idle_run() {
  SpuBench bench({});
  bench.configure(0, 5, 0);
  bench.run({.steps = 1});
  const abi::Completion done = bench.run({.steps = 10});
  return {named("tiny", "a run of 10 such steps, 5 neurons, fetch to completion"),
          "READ_LATENCY + 23 + S (N + B + 8)",
          bench.preset().read_latency + 23 + 10 * (5 + barrier(bench.preset()) + 8), done.end - done.start};
}

Measured one_event(std::string_view name, uint32_t to, uint32_t hops, uint32_t events) {
  SpuBench bench({.preset = name});
  const abi::SpuPreset& preset = bench.preset();
  const uint32_t extent = std::min(preset.neurons, 28U);
  feed(bench, to, dense(extent));
  const uint32_t words = bench.stream({spikes(events)});
  const uint64_t cycles = growth(bench, abi::SPU_CYCLES_INPUT, [&] { bench.run(one_step(words)); });
  const uint64_t g = groups(preset, extent);
  return {named(name, std::to_string(events) + (events == 1 ? " input event" : " input events") + ", " +
                          std::to_string(hops) + " hops, DENSE of " + std::to_string(extent)),
          events == 1 ? "14 + 2 H + G + B" : "14 + 2 H + G + B + (E - 1) (3 + G)",
          14 + 2 * hops + g + barrier(preset) + (events - 1) * (3 + g), cycles};
}

Measured delivery(const std::string& what, const std::string& form, const SpuAxon& axon, uint64_t closed) {
  SpuBench bench({.preset = "mesh5"});
  bench.write(0, SpuRegion::WALK, 0, {abi::SpuWalk{.count = 8, .target_x = 8, .target_y = 8}.pack()});
  feed(bench, 0, axon);
  const uint32_t words = bench.stream({spikes(1)});
  bench.clear();
  bench.run(one_step(words));
  return {named("mesh5", what), form, closed, bench.counter(0, SpuCounter::CYCLES_DELIVER)};
}

Measured dropped() {
  SpuBench bench({.preset = "mesh5"});
  feed(bench, 0, dense(8));
  bench.fan_out(bench.io(), 0, 0, {to_core(0, 0, 0, 0, 7)});
  const uint32_t words = bench.stream({spikes(1)});
  bench.run(one_step(words));
  return {named("mesh5", "delivery: a packet that is dropped"), "2", 2,
          bench.counter(0, SpuCounter::CYCLES_DELIVER)};
}

/// The last of `neurons` neurons fires in every step, for its bias.
void last_neuron_fires(SpuBench& bench, uint32_t neurons, const std::vector<abi::SpuFanout>& entries) {
  auto words = relay_neuron(0);
  words[1] = abi::SpuNeuron1{.bias = 1}.pack();
  bench.write(0, SpuRegion::NEURON, 4 * (neurons - 1), words);
  bench.fan_out(0, neurons - 1, 0, entries);
  bench.configure(0, neurons, 1);
}

Measured emission(uint32_t entries) {
  SpuBench bench({.preset = "mesh5"});
  bench.configure(bench.io(), 0, 64);
  last_neuron_fires(bench, 9, std::vector<abi::SpuFanout>(entries, to_output(0, 0, 3)));
  bench.run(one_step());
  return {named("mesh5", "emission: a spike to " + std::to_string(entries) + " targets"), "2 + K",
          2 + entries, bench.counter(0, SpuCounter::CYCLES_EMIT)};
}

Measured spike_step(bool to_host) {
  SpuBench bench({.preset = "mesh5"});
  const uint64_t n = 30;
  const uint64_t extent = 28;
  bench.configure(bench.io(), 0, 64);
  bench.write(0, SpuRegion::AXON, 0, {dense(extent).pack()});
  last_neuron_fires(bench, n, {to_host ? to_output(0, 0, 3) : to_core(0, 0, 0, 0, 0)});
  const uint64_t cycles = growth(bench, abi::SPU_CYCLES_STEP, [&] { bench.run(one_step()); });
  const uint64_t b = barrier(bench.preset());
  if (to_host) {
    return {named("mesh5", "CYCLES_STEP, the last of 30 neurons fires to an output"), "N + 12 + B",
            n + 12 + b, cycles};
  }
  return {named("mesh5", "CYCLES_STEP, the last of 30 neurons fires to its own core, DENSE of 28"),
          "N + 14 + G + B", n + 14 + groups(bench.preset(), extent) + b, cycles};
}

Measured clearing() {
  SpuBench bench({});
  const abi::SpuPreset& preset = bench.preset();
  bench.configure(1, preset.neurons, 0);
  bench.configure(bench.io(), 0, 20);
  const uint64_t cycles = growth(bench, abi::SPU_CYCLES_CLEAR, [&] { bench.clear(abi::SPU_CLEAR_STATE); });
  const uint64_t longest =
      std::max<uint64_t>({preset.neurons, preset.slots * groups(preset, preset.neurons), 20});
  return {named("tiny", "CYCLES_CLEAR, 16 neurons, 20 outputs"), "1 + max(N, SLOTS GROUPS, OUT) + B",
          1 + longest + barrier(preset), cycles};
}

Measured scan_of_axons() {
  SpuBench bench({});
  bench.configure(0, 4, 4);
  bench.write(0, SpuRegion::WALK, 0, {abi::SpuWalk{.count = 1, .target_x = 1}.pack()});
  bench.write(0, SpuRegion::AXON, 0,
              {dense(0).pack(), dense(4).pack(), walked(SpuSynapseFormat::WALK, 2, 3).pack(),
               SpuAxon{.format = SpuSynapseFormat::SPARSE, .extent = 5}.pack()});
  const uint64_t cycles = growth(bench, abi::SPU_CYCLES_SCAN, [&] { bench.run(one_step()); });
  return {named("tiny", "CYCLES_SCAN, axons: empty, DENSE, WALK of 2 x 3, SPARSE of 5"),
          "2 + 2 AXONS + rows + walks + synapses + B",
          2 + 2 * 4 + (1 + 6 + 1) + 1 + 5 + barrier(bench.preset()), cycles};
}

Measured scan_of_fan_out() {
  SpuBench bench({});
  bench.configure(bench.io(), 3, 4);
  bench.fan_out(bench.io(), 0, 0, std::vector<abi::SpuFanout>(9));
  bench.fan_out(bench.io(), 2, 10, std::vector<abi::SpuFanout>(20));
  const uint64_t cycles = growth(bench, abi::SPU_CYCLES_SCAN, [&] { bench.run(one_step()); });
  return {named("tiny", "CYCLES_SCAN, 3 sources with 9, 0 and 20 entries"), "2 + 2 SOURCES + entries + B",
          2 + 2 * 3 + 29 + barrier(bench.preset()), cycles};
}

Measured scan_of_neurons() {
  SpuBench bench({});
  bench.configure(2, 16, 0);
  bench.write(bench.io(), SpuRegion::CONFIG, 0, {0});
  const uint64_t cycles = growth(bench, abi::SPU_CYCLES_SCAN, [&] { bench.run(one_step()); });
  return {named("tiny", "CYCLES_SCAN, 16 neurons without fan-out"), "2 + 2 N + B",
          2 + 2 * 16 + barrier(bench.preset()), cycles};
}

Measured record(const std::string& what, const std::string& form, const abi::SpuRun& command,
                uint64_t closed) {
  SpuBench bench({});
  const uint64_t cycles = growth(bench, abi::SPU_CYCLES_RECORD, [&] { bench.run(command); });
  return {named("tiny", "CYCLES_RECORD, " + what), form, closed, cycles};
}

std::vector<Measured> records() {
  abi::SpuRun none = one_step();
  abi::SpuRun outputs = one_step();
  outputs.destination = HostBench::kDestination;
  outputs.record = abi::SpuRecord::I32;
  outputs.period = 1;
  outputs.outputs = 61;
  abi::SpuRun states = one_step();
  states.destination = HostBench::kDestination;
  states.record = abi::SpuRecord::STATES;
  states.period = 1;
  states.probe_neurons = 11;
  abi::SpuRun traced = one_step();
  traced.trace = HostBench::kDestination;
  traced.control |= abi::SPU_CONTROL_TRACE;
  const uint64_t words = abi::kSpuCounters * (abi::find_spu_preset("tiny")->cores() + 1);
  return {record("a step without a record", "1", none, 1),
          record("61 outputs, I32", "OUT + 3", outputs, 61 + 3),
          record("11 states", "2 P + 7", states, 2 * 11 + 7),
          record("a trace", "16 (CORES + 1) + 6", traced, words + 6)};
}

Measured memory_command(bool write, uint32_t words) {
  SpuBench bench({});
  const uint64_t cycles = growth(bench, abi::SPU_CYCLES_MEMORY, [&] {
    if (write) {
      bench.write(0, SpuRegion::SYNAPSE, 0, std::vector<uint64_t>(words));
    } else {
      bench.read(0, SpuRegion::SYNAPSE, 0, words);
    }
  });
  const std::string what = "CYCLES_MEMORY, " + std::string(write ? "SPU_WRITE" : "SPU_READ") + " of " +
                           std::to_string(words) + " words";
  return write ? Measured{named("tiny", what), "READ_LATENCY + 4 + W",
                          bench.preset().read_latency + 4 + words, cycles}
               : Measured{named("tiny", what), "W + 5", words + 5U, cycles};
}

}  // namespace

std::vector<Measured> measure_all() {
  const auto sparse =
      SpuAxon{.format = SpuSynapseFormat::SPARSE, .bits = abi::SpuWeightBits::W8, .extent = 9};
  std::vector<Measured> rows{idle_step("tiny", 16),
                             idle_step("mesh5", 28),
                             idle_step("mesh16", 256),
                             idle_run(),
                             one_event("single", 0, 0, 1),
                             one_event("strip", 4, 4, 1),
                             one_event("mesh16", 255, 30, 1),
                             one_event("mesh5", 24, 8, 20),
                             delivery("delivery: DENSE of 28", "3 + G", dense(28), 3 + 4),
                             delivery("delivery: SPARSE of 9", "3 + S", sparse, 3 + 9),
                             delivery("delivery: WALK of 2 x 3 rows of 8", "3 + R C (1 + G)",
                                      walked(SpuSynapseFormat::WALK, 2, 3), 3 + 6 * 2),
                             delivery("delivery: POOL of 1 x 2 rows of 8", "3 + R C (1 + G)",
                                      walked(SpuSynapseFormat::POOL, 1, 2), 3 + 2 * 2),
                             dropped(),
                             emission(1),
                             emission(7),
                             spike_step(false),
                             spike_step(true),
                             clearing(),
                             scan_of_axons(),
                             scan_of_fan_out(),
                             scan_of_neurons()};
  for (const Measured& row : records()) {
    rows.push_back(row);
  }
  rows.push_back(memory_command(true, 100));
  rows.push_back(memory_command(false, 100));
  return rows;
}

std::string as_markdown(const std::vector<Measured>& rows) {
  std::ostringstream table;
  table << "| What | Closed form | Value | Measured |\n|---|---|---:|---:|\n";
  for (const Measured& row : rows) {
    table << "| " << row.what << " | " << row.form << " | " << row.closed << " | " << row.cycles << " |\n";
  }
  return table.str();
}

}  // namespace photic::test
