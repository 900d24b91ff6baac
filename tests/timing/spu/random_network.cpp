// SPDX-License-Identifier: Apache-2.0
// Tables and streams drawn with the generator of the golden device's tests.
#include "tests/timing/spu/random_network.h"

#include <algorithm>

#include "tests/unit/golden/random_spu_program.h"

namespace photic::test {
namespace {

using abi::SpuRegion;

std::vector<uint64_t> drawn(uint32_t words, const auto& draw) {
  std::vector<uint64_t> out(words);
  std::generate(out.begin(), out.end(), draw);
  return out;
}

void load_emission(SpuBench& bench, golden::RandomSpuProgram& random, uint32_t unit, uint32_t poison) {
  const abi::SpuPreset& preset = bench.preset();
  const bool io = unit == bench.io();
  const auto place = kernels::spu::unit_at(preset, unit);
  const uint32_t words = std::min(io ? preset.io_fanout_words : preset.fanout_words, 256U);
  const auto entry = [&] { return uint64_t{random.entry(place, random.below(1000) < poison)}; };
  bench.write(unit, SpuRegion::FANOUT, 0, drawn(words, [&] { return entry() | entry() << 32; }));
  bench.write(unit, SpuRegion::POINTER, 0,
              drawn(io ? preset.inputs : preset.neurons, [&] { return random.pointer(2 * words); }));
}

}  // namespace

void load_random_network(SpuBench& bench, uint64_t seed, uint32_t poison) {
  const abi::SpuPreset& preset = bench.preset();
  golden::RandomSpuProgram random(preset, seed);
  for (uint32_t core = 0; core < preset.cores(); ++core) {
    const uint32_t neurons = random.neurons();
    const auto walks = drawn(preset.walks, [&] { return random.walk(); });
    const auto synapses = random.synapses(neurons);
    std::vector<uint64_t> constants;
    for (uint32_t n = 0; n < neurons; ++n) {
      const auto words = random.neuron();
      constants.insert(constants.end(), words.begin(), words.end());
    }
    bench.write(core, SpuRegion::WALK, 0, walks);
    bench.write(core, SpuRegion::SYNAPSE, 0, synapses);
    bench.write(core, SpuRegion::AXON, 0,
                drawn(preset.axons, [&] { return random.axon(walks, synapses, neurons); }));
    bench.write(core, SpuRegion::NEURON, 0, constants);
    bench.configure(core, neurons, static_cast<uint32_t>(preset.axons - random.below(4)));
    load_emission(bench, random, core, poison);
  }
  load_emission(bench, random, bench.io(), poison);
  bench.configure(bench.io(), preset.inputs, static_cast<uint32_t>(preset.outputs - random.below(4)));
}

abi::SpuRun random_run(SpuBench& bench, uint64_t seed, uint32_t steps, abi::SpuRecord record, bool traced) {
  const abi::SpuPreset& preset = bench.preset();
  golden::RandomSpuProgram random(preset, seed);
  abi::SpuRun run;
  run.source = HostBench::kSource;
  run.source_words = bench.stream(random.events(steps, preset.inputs));
  run.steps = steps;
  run.step = static_cast<uint32_t>(random.below(100));
  run.epoch = random.below(2) != 0 ? 3 : 0;
  run.control = random.below(2) != 0 ? abi::SPU_CONTROL_CLEAR_FIRST : uint8_t{0};
  run.record = record;
  if (record != abi::SpuRecord::NONE) {
    run.destination = HostBench::kDestination;
    run.period = static_cast<uint32_t>(random.between(1, 3));
  }
  if (record == abi::SpuRecord::STATES) {
    run.probe_core = static_cast<uint16_t>(preset.cores() - 1);
    run.probe_neuron = 1;
    run.probe_neurons = static_cast<uint16_t>(preset.neurons - 1);
  } else if (record != abi::SpuRecord::NONE) {
    run.outputs = static_cast<uint16_t>(preset.outputs - 3);
  }
  if (traced) {
    run.control |= abi::SPU_CONTROL_TRACE;
    run.trace = HostBench::kDestination + 0x200000;
  }
  return run;
}

}  // namespace photic::test
