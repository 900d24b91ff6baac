// SPDX-License-Identifier: Apache-2.0
// What the driver costs: round trips and throughput of commands that do nothing.
#include <benchmark/benchmark.h>

#include "drivers/api/photic.hpp"

namespace photic {
namespace {

constexpr const char* kInProcess = "golden:opu?geometry=tiny&noise=off";
constexpr const char* kOwnProcess = "golden:opu?geometry=tiny&noise=off&process=1";

// Submit one NOP, wait for it.
void round_trip(benchmark::State& state, const char* uri) {
  const Device device = Device::open(uri);
  const Queue queue = device.queue();
  for (auto _ : state) {
    queue.nop().wait();
  }
}
BENCHMARK_CAPTURE(round_trip, in_process, kInProcess)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK_CAPTURE(round_trip, own_process, kOwnProcess)->Unit(benchmark::kMicrosecond)->UseRealTime();

// NOPs by the batch, one doorbell each.
void batch(benchmark::State& state, const char* uri) {
  const Device device = Device::open(uri);
  const Queue queue = device.queue();
  photic_submission nop{};
  nop.opcode = PHOTIC_OP_NOP;
  const std::vector<photic_submission> nops(static_cast<size_t>(state.range(0)), nop);
  for (auto _ : state) {
    wait_all(queue.submit(nops));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(batch, in_process, kInProcess)->Arg(512)->UseRealTime();
BENCHMARK_CAPTURE(batch, own_process, kOwnProcess)->Arg(512)->UseRealTime();

// A register read, as counters and settings take it.
void settings(benchmark::State& state, const char* uri) {
  const Device device = Device::open(uri);
  for (auto _ : state) {
    benchmark::DoNotOptimize(device.opu_settings());
  }
}
BENCHMARK_CAPTURE(settings, in_process, kInProcess)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK_CAPTURE(settings, own_process, kOwnProcess)->Unit(benchmark::kMicrosecond)->UseRealTime();

}  // namespace
}  // namespace photic

BENCHMARK_MAIN();
