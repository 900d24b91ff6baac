// SPDX-License-Identifier: Apache-2.0
// How fast the golden spiking device is: by format of the weights, by activity, by neurons, by cores, and
// whole recordings of N-MNIST through the driver. bench_spiking --benchmark_filter=<regex>.
//
// `operations/s` is weights added a second of processor time on one core; `step` the time of one step.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <span>

#include "host/snn/map.h"
#include "host/snn/runner.h"
#include "tools/bench/spiking/loop.h"
#include "tools/bench/spiking/networks.h"

namespace photic::bench {
namespace {

using host::snn::IntegerNetwork;

constexpr uint32_t kInputs = 2312, kNeurons = 512;

void report(benchmark::State& state, const SpikingWork& work) {
  using benchmark::Counter;
  const auto rate = [](uint64_t count) {
    return Counter(static_cast<double>(count), Counter::kIsIterationInvariantRate);
  };
  state.counters["operations/s"] = rate(work.synaptic_operations);
  state.counters["operations"] = static_cast<double>(work.synaptic_operations);
  state.counters["step"] = Counter(static_cast<double>(work.steps),
                                   Counter::Flags(Counter::kIsIterationInvariantRate | Counter::kInvert));
}

void simulate(benchmark::State& state, const abi::SpuPreset& geometry, const IntegerNetwork& network,
              const host::SpikeTrain& train) {
  const host::snn::Program program = host::snn::map_network(network, geometry);
  SpikingLoop loop(golden_of(geometry), program, {&train, 1});
  state.counters["cores"] = program.cores_used();
  for (auto _ : state) {
    loop.execute();
  }
  report(state, loop.work());
}

/// Enough steps that a command's own cost is small beside theirs.
uint32_t steps_for(uint32_t events) {
  return std::clamp(20000u / std::max(events, 1u), 20u, 1000u);
}

#define PHOTIC_SPIKING(name) BENCHMARK(name)->Unit(benchmark::kMillisecond)

/// One core; arguments: bits of a weight, events a step of 2312 inputs onto 512 neurons.
void dense(benchmark::State& state) {
  const auto events = static_cast<uint32_t>(state.range(1));
  simulate(state, one_large_core(), dense_network(kInputs, kNeurons, static_cast<int>(state.range(0))),
           random_train(kInputs, steps_for(events), events));
}
PHOTIC_SPIKING(dense)
    ->ArgsProduct({{8, 4, 2, 1}, {2312}})
    ->ArgsProduct({{8}, {0, 1, 13, 231}})
    ->ArgsProduct({{1}, {13}});

/// One core; argument: targets of each of 2312 inputs, all of which spike.
void sparse(benchmark::State& state) {
  const auto synapses = static_cast<uint32_t>(state.range(0));
  simulate(state, one_large_core(), sparse_network(kInputs, kNeurons, synapses),
           random_train(kInputs, steps_for(kInputs), kInputs));
}
PHOTIC_SPIKING(sparse)->Arg(16)->Arg(64);

/// One core: 2 x 11 x 11 onto 8 x 11 x 11, windows of 5 x 5; argument: events a step.
void convolution(benchmark::State& state) {
  constexpr uint32_t kChannels = 2, kSide = 11;
  const auto events = static_cast<uint32_t>(state.range(0));
  simulate(state, one_large_core(), convolution_network(kChannels, 8, kSide),
           random_train(kChannels * kSide * kSide, steps_for(events), events));
}
PHOTIC_SPIKING(convolution)->Arg(242)->Arg(13);

/// One core; argument: neurons. 256 inputs, 64 of which spike in each step.
void neurons(benchmark::State& state) {
  simulate(state, one_large_core(), dense_network(256, static_cast<uint32_t>(state.range(0)), 8),
           random_train(256, 300, 64));
}
PHOTIC_SPIKING(neurons)->RangeMultiplier(2)->Range(32, 512);

/// A square mesh; argument: its side. 64 neurons a core, 256 inputs that reach all, 64 of which spike in each
/// step.
void cores(benchmark::State& state) {
  const auto side = static_cast<uint32_t>(state.range(0));
  simulate(state, square_mesh(side), dense_network(256, 64, 8, side * side), random_train(256, 100, 64));
}
PHOTIC_SPIKING(cores)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->Arg(16);

/// Ten recordings of N-MNIST without the driver, on mesh5's 25 cores or on one large one.
void nmnist_alone(benchmark::State& state, const abi::SpuPreset& geometry) {
  const auto data = bench::nmnist(10);
  if (!data) {
    state.SkipWithError("no data: set PHOTIC_DATA to the folder with nmnist/");
    return;
  }
  SpikingLoop loop(golden_of(geometry), host::snn::map_network(data->network, geometry), data->samples);
  for (auto _ : state) {
    loop.execute();
  }
  report(state, loop.work());
}
BENCHMARK_CAPTURE(nmnist_alone, mesh5, *abi::find_spu_preset("mesh5"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(nmnist_alone, one_core, one_large_core())->Unit(benchmark::kMillisecond);

/// Recordings of N-MNIST on 25 cores through the driver, the device in this process; argument: how many.
/// Times are of all threads of the process.
void nmnist(benchmark::State& state) {
  const auto data = bench::nmnist(static_cast<size_t>(state.range(0)));
  if (!data) {
    state.SkipWithError("no data: set PHOTIC_DATA to the folder with nmnist/");
    return;
  }
  host::snn::MapOptions options;
  options.probes = {0};
  host::snn::Runner runner("golden:spu?geometry=mesh5",
                           host::snn::map_network(data->network, *abi::find_spu_preset("mesh5"), options));
  const host::snn::RunResult result = runner.run(data->samples);  // the first run scans the program
  uint64_t hidden = 0;
  uint64_t correct = 0;
  SpikingWork work;
  constexpr size_t kClasses = 10;
  for (size_t s = 0; s < result.samples; ++s) {
    const auto values = std::span(result.values).subspan(s * result.outputs, result.outputs);
    const auto classes = values.first(kClasses);
    correct += std::max_element(classes.begin(), classes.end()) - classes.begin() == data->labels[s] ? 1 : 0;
    for (const int32_t spikes : values.subspan(kClasses)) {
      hidden += static_cast<uint64_t>(spikes);
    }
    work.events += data->samples[s].events.size();
    work.steps += data->samples[s].steps;
  }
  runner.clear_counters();
  runner.run(data->samples);
  const auto units = runner.counters();
  for (size_t core = 0; core + 1 < units.size(); ++core) {
    work.synaptic_operations += units[core][static_cast<size_t>(abi::SpuCounter::SYNAPTIC_OPS)];
  }
  for (auto _ : state) {
    runner.run(data->samples);
  }
  report(state, work);
  state.counters["events"] = static_cast<double>(work.events);
  state.counters["hidden_spikes"] = static_cast<double>(hidden);
  state.counters["correct"] = static_cast<double>(correct);
}
PHOTIC_SPIKING(nmnist)->Arg(10)->MeasureProcessCPUTime();

}  // namespace
}  // namespace photic::bench

BENCHMARK_MAIN();
