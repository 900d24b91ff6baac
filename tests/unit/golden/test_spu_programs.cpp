// SPDX-License-Identifier: Apache-2.0
// Random programs, word for word against the same device written plainly.
#include <gtest/gtest.h>

#include "tests/unit/golden/random_spu_program.h"
#include "tests/unit/golden/slow_spu.h"

namespace photic::golden {
namespace {

using abi::SpuRegion;

constexpr uint32_t kSeed = 0xC0FFEE11;

// Writes the same words to both.
class Pair {
 public:
  Pair(const abi::SpuPreset& preset, uint64_t seed) : host(preset), slow(preset, kSeed), make(preset, seed) {
    host.device->write(abi::SPU_SEED, kSeed);
  }

  void put(uint32_t unit, SpuRegion region, const std::vector<uint64_t>& words) {
    host.write(unit, region, 0, words);
    slow.region(unit, region) = host.read(unit, region, 0, static_cast<uint32_t>(words.size()));
  }

  void put_core(uint32_t core) {
    const abi::SpuPreset& preset = host.preset;
    const uint32_t neurons = make.neurons();
    put(core, SpuRegion::CONFIG, {abi::SpuConfig{.neurons = neurons, .axons = preset.axons - 3}.pack()});
    std::vector<uint64_t> walks;
    for (uint32_t i = 0; i < preset.walks; ++i) {
      walks.push_back(make.walk());
    }
    const auto synapses = make.synapses(neurons);
    std::vector<uint64_t> axons;
    for (uint32_t i = 0; i < preset.axons; ++i) {
      axons.push_back(make.axon(walks, synapses, neurons));
    }
    std::vector<uint64_t> constants;
    for (uint32_t n = 0; n < preset.neurons; ++n) {
      const auto words = make.neuron();
      constants.insert(constants.end(), words.begin(), words.end());
    }
    put(core, SpuRegion::WALK, walks);
    put(core, SpuRegion::SYNAPSE, synapses);
    put(core, SpuRegion::AXON, axons);
    put(core, SpuRegion::NEURON, constants);
    put(core, SpuRegion::STATE, make.noise(2 * preset.neurons));
    put(core, SpuRegion::ACCUMULATOR, make.noise(preset.slots * preset.neurons));
    put_fanout(core);
  }

  void put_fanout(uint32_t unit) {
    const abi::SpuPreset& preset = host.preset;
    const bool io = unit == preset.cores();
    const auto place = kernels::spu::unit_at(preset, unit);
    std::vector<uint64_t> entries(preset.region_words(SpuRegion::FANOUT, io));
    for (uint64_t& word : entries) {
      word = make.entry(place, false) | uint64_t{make.entry(place, false)} << 32;
    }
    std::vector<uint64_t> pointers(preset.region_words(SpuRegion::POINTER, io));
    for (uint64_t& word : pointers) {
      word = make.pointer(static_cast<uint32_t>(2 * entries.size()));
    }
    put(unit, SpuRegion::FANOUT, entries);
    put(unit, SpuRegion::POINTER, pointers);
  }

  void put_io() {
    const uint32_t io = host.preset.cores();
    put(io, SpuRegion::CONFIG,
        {abi::SpuConfig{.neurons = host.preset.inputs, .axons = host.preset.outputs - 5}.pack()});
    put(io, SpuRegion::ACCUMULATOR, make.noise(host.preset.outputs));
    put_fanout(io);
  }

  void expect_same() {
    for (uint32_t unit = 0; unit <= host.preset.cores(); ++unit) {
      for (const SpuRegion region : {SpuRegion::STATE, SpuRegion::ACCUMULATOR, SpuRegion::COUNTER}) {
        const uint32_t words = host.preset.region_words(region, unit == host.preset.cores());
        if (words != 0) {
          ASSERT_EQ(host.read(unit, region, 0, words), slow.region(unit, region))
              << "unit " << unit << " region " << abi::name(region);
        }
      }
    }
  }

  SpuHost host;
  SlowSpu slow;
  RandomSpuProgram make;
};

void run_program(const abi::SpuPreset& preset, uint64_t seed) {
  Pair pair(preset, seed);
  for (uint32_t core = 0; core < preset.cores(); ++core) {
    pair.put_core(core);
  }
  pair.put_io();
  const uint32_t count = 24;
  const auto events = pair.make.events(count, preset.inputs);
  const auto words = stream_of(events);
  pair.host.memory.poke(SpuHost::kSource, words);

  abi::SpuRun run = steps(count);
  run.step = static_cast<uint32_t>(0u - 5);
  run.epoch = 9;
  run.source = SpuHost::kSource;
  run.source_words = static_cast<uint32_t>(words.size());
  const abi::Completion completion = pair.host.run(run);
  ASSERT_EQ(completion.status, abi::Status::OK);
  EXPECT_EQ(completion.detail, count);

  for (uint32_t k = 0; k < count; ++k) {
    if (k != 0 && k % run.epoch == 0) {
      pair.slow.clear_neurons();
    }
    for (const abi::SpuEvent& event : events[k]) {
      pair.slow.input(event.source, event.payload, run.step + k);
    }
    pair.slow.step(run.step + k);
  }
  pair.expect_same();
  EXPECT_GT(pair.slow.counter(0, abi::SpuCounter::SYNAPTIC_OPS), 100u) << "nothing happened";
}

TEST(GoldenSpuPrograms, DoWhatThePlainDeviceDoesOnAMesh) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    run_program(*abi::find_spu_preset("tiny"), seed);
  }
}

TEST(GoldenSpuPrograms, DoWhatThePlainDeviceDoesOnARow) {
  for (uint64_t seed = 100; seed < 120; ++seed) {
    SCOPED_TRACE(seed);
    run_program(*abi::find_spu_preset("strip"), seed);
  }
}

TEST(GoldenSpuPrograms, DoWhatThePlainDeviceDoesInOneCore) {
  for (uint64_t seed = 200; seed < 220; ++seed) {
    SCOPED_TRACE(seed);
    run_program(*abi::find_spu_preset("single"), seed);
  }
}

TEST(GoldenSpuPrograms, DoWhatThePlainDeviceDoesWithRowsOfManyWords) {
  abi::SpuPreset preset = *abi::find_spu_preset("strip");
  preset.mesh_cols = 2;
  preset.mesh_rows = 3;
  preset.neurons = 150;
  preset.lanes = 8;
  for (uint64_t seed = 300; seed < 315; ++seed) {
    SCOPED_TRACE(seed);
    run_program(preset, seed);
  }
}

}  // namespace
}  // namespace photic::golden
