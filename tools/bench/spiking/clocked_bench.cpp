// SPDX-License-Identifier: Apache-2.0
// How fast clocked spiking devices are simulated: the same commands on SystemC, with and without skipping,
// and on RTL. bench_spiking_clocked --benchmark_filter=<regex>.
//
// `cycles/s` is simulated cycles a second of processor time on one core; `cycles` is how many one command
// takes, the same on every clocked target.
#include <benchmark/benchmark.h>

#include <string>

#include "drivers/transport/uri.h"
#include "host/snn/map.h"
#include "sim/targets/targets.h"
#include "tools/bench/spiking/loop.h"
#include "tools/bench/spiking/networks.h"

namespace photic::bench {
namespace {

using host::snn::IntegerNetwork;

MakeSpikingDevice device_of(const std::string& uri) {
  return [uri](abi::DmaPort& memory, abi::InterruptPort& interrupts) {
    return sim::make_device(transport::parse_uri(uri), memory, interrupts);
  };
}

constexpr const char* kSystemc = "systemc:spu?geometry=";
constexpr const char* kRtl = "rtl:spu?geometry=";
constexpr const char* kEveryCycle = "&skip=0";

void simulate(benchmark::State& state, const std::string& target, const std::string& geometry,
              const std::string& options, const IntegerNetwork& network, const host::SpikeTrain& train) {
  const host::snn::Program program = host::snn::map_network(network, *abi::find_spu_preset(geometry));
  SpikingLoop loop(device_of(target + geometry + options), program, {&train, 1});
  for (auto _ : state) {
    loop.execute();
  }
  state.counters["cores"] = program.cores_used();
  const auto cycles = static_cast<double>(loop.work().cycles);
  state.counters["cycles"] = cycles;
  state.counters["cycles/s"] = benchmark::Counter(cycles, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["operations/s"] = benchmark::Counter(static_cast<double>(loop.work().synaptic_operations),
                                                      benchmark::Counter::kIsIterationInvariantRate);
}

#define PHOTIC_CLOCKED(...) BENCHMARK_CAPTURE(__VA_ARGS__)->Unit(benchmark::kMillisecond)

/// The first recording of N-MNIST on mesh5, whole.
void nmnist(benchmark::State& state, const char* target, const char* options) {
  const auto data = bench::nmnist(1);
  if (!data) {
    state.SkipWithError("no data: set PHOTIC_DATA to the folder with nmnist/");
    return;
  }
  simulate(state, target, "mesh5", options, data->network, data->samples.front());
}
PHOTIC_CLOCKED(nmnist, systemc, kSystemc, "");
PHOTIC_CLOCKED(nmnist, systemc_every_cycle, kSystemc, kEveryCycle);
PHOTIC_CLOCKED(nmnist, rtl, kRtl, "");

constexpr uint32_t kSteps = 30;

/// By cores: every geometry with 16 neurons a core and 32 inputs that reach all, 4 of which spike in each
/// step.
void cores(benchmark::State& state, const char* target, const char* geometry) {
  const uint32_t cores = abi::find_spu_preset(geometry)->cores();
  simulate(state, target, geometry, "", dense_network(32, 16, 8, cores), random_train(32, kSteps, 4));
}
PHOTIC_CLOCKED(cores, systemc_tiny, kSystemc, "tiny");
PHOTIC_CLOCKED(cores, systemc_strip, kSystemc, "strip");
PHOTIC_CLOCKED(cores, systemc_mesh5, kSystemc, "mesh5");
PHOTIC_CLOCKED(cores, systemc_mesh16, kSystemc, "mesh16");
PHOTIC_CLOCKED(cores, rtl_tiny, kRtl, "tiny");
PHOTIC_CLOCKED(cores, rtl_strip, kRtl, "strip");
PHOTIC_CLOCKED(cores, rtl_mesh5, kRtl, "mesh5");

/// By neurons of a core of mesh5; argument: how many. 32 inputs, 4 of which spike in each step.
void neurons(benchmark::State& state, const char* target) {
  const auto neurons = static_cast<uint32_t>(state.range(0));
  simulate(state, target, "mesh5", "", dense_network(32, neurons, 8, 25), random_train(32, kSteps, 4));
}
PHOTIC_CLOCKED(neurons, systemc, kSystemc)->Arg(8)->Arg(32)->Arg(128)->Arg(256);
PHOTIC_CLOCKED(neurons, rtl, kRtl)->Arg(8)->Arg(32)->Arg(128)->Arg(256);

/// By activity; argument: events a step of 512 inputs, each of which reaches 20 neurons in each of 25 cores
/// on mesh5.
void activity(benchmark::State& state, const char* target) {
  simulate(state, target, "mesh5", "", dense_network(512, 20, 8, 25),
           random_train(512, kSteps, static_cast<uint32_t>(state.range(0))));
}
PHOTIC_CLOCKED(activity, systemc, kSystemc)->Arg(0)->Arg(1)->Arg(4)->Arg(16)->Arg(64)->Arg(256);
PHOTIC_CLOCKED(activity, rtl, kRtl)->Arg(0)->Arg(1)->Arg(4)->Arg(16)->Arg(64)->Arg(256);

}  // namespace
}  // namespace photic::bench

BENCHMARK_MAIN();
