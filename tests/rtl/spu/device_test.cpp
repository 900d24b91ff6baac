// SPDX-License-Identifier: Apache-2.0
// The RTL of the spiking unit as a host sees it: registers, a small program, times that follow from the page.
#include <gtest/gtest.h>

#include "drivers/abi/registers.h"
#include "drivers/abi/timing.h"
#include "sim/verilated/spu_rtl.h"
#include "tests/timing/spu/program.h"

namespace photic::verilated {
namespace {

using abi::SpuRegion;
using test::HostBench;
using test::SpuBench;

SpuBench bench(std::string_view name) {
  const abi::SpuPreset& preset = *abi::find_spu_preset(name);
  return SpuBench(preset, [&](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
    return make_rtl_spu({preset, {}}, dma, interrupts);
  });
}

constexpr uint32_t kNeurons = 6;
constexpr uint32_t kAxon = 3;
constexpr uint32_t kOutput = 5;

// Source 0 reaches neurons 4 and 5 of core 1 with weights 10 and -3; neuron 4 fires above 9 and sends to an
// output.
void load(SpuBench& bench) {
  bench.configure(1, kNeurons, kAxon + 1);
  bench.configure(bench.io(), 1, kOutput + 1);
  bench.write(1, SpuRegion::AXON, kAxon,
              {abi::SpuAxon{.base = 2,
                            .format = abi::SpuSynapseFormat::DENSE,
                            .bits = abi::SpuWeightBits::W8,
                            .target = 4,
                            .extent = 2}
                   .pack()});
  bench.write(1, SpuRegion::SYNAPSE, 2, {0xFD0A});
  for (uint32_t n = 0; n < kNeurons; ++n) {
    bench.write(1, SpuRegion::NEURON, 4 * n, test::relay_neuron(9));
  }
  bench.fan_out(1, 4, 0, {test::to_output(1, 0, kOutput)});
  bench.fan_out(bench.io(), 0, 0, {test::to_core(0, 0, 1, 0, kAxon)});
}

TEST(SpuDevice, HasTheRegistersOfItsKindAndItsGeometry) {
  for (const std::string_view name : {"tiny", "single", "strip", "mesh5"}) {
    SpuBench host = bench(name);
    const abi::SpuPreset& preset = host.preset();
    abi::TimedDevicePort& device = *host.device;
    EXPECT_EQ(device.read(abi::SHELL_KIND), static_cast<uint32_t>(abi::DeviceKind::SPU));
    EXPECT_EQ(device.read(abi::SHELL_GEOMETRY), preset.index);
    EXPECT_EQ(device.read(abi::SPU_MESH),
              abi::SPU_MESH_COLS.set(preset.mesh_cols) | abi::SPU_MESH_ROWS.set(preset.mesh_rows) |
                  abi::SPU_MESH_LANES.set(preset.lanes) | abi::SPU_MESH_SLOTS.set(preset.slots));
    EXPECT_EQ(device.read(abi::SPU_CORE),
              abi::SPU_CORE_NEURONS.set(preset.neurons) | abi::SPU_CORE_AXONS.set(preset.axons));
    EXPECT_EQ(device.read(abi::SPU_MEMORY), abi::SPU_MEMORY_SYNAPSE_WORDS.set(preset.synapse_words) |
                                                abi::SPU_MEMORY_WALKS.set(preset.walks));
    EXPECT_EQ(device.read(abi::SPU_FANOUT), abi::SPU_FANOUT_WORDS.set(preset.fanout_words) |
                                                abi::SPU_FANOUT_IO_WORDS.set(preset.io_fanout_words));
    EXPECT_EQ(device.read(abi::SPU_IO),
              abi::SPU_IO_INPUTS.set(preset.inputs) | abi::SPU_IO_OUTPUTS.set(preset.outputs));
    device.write(abi::SPU_SEED, 0xDEADBEEF);
    EXPECT_EQ(device.read(abi::SPU_SEED), 0xDEADBEEFu);
    device.write(abi::OPU_LASER, 0xFFFFFFFF);
    EXPECT_EQ(device.read(abi::OPU_LASER), 0u) << "the optical block is absent";
  }
}

TEST(SpuDevice, GivesBackWhatWasWritten) {
  SpuBench host = bench("tiny");
  const std::vector<uint64_t> words{0x0123'4567'89AB'CDEF, ~uint64_t{0}, 1};
  host.write(2, SpuRegion::SYNAPSE, 17, words);
  EXPECT_EQ(host.read(2, SpuRegion::SYNAPSE, 17, 3), words);
  EXPECT_EQ(host.read(1, SpuRegion::SYNAPSE, 17, 3), std::vector<uint64_t>(3)) << "another core";
  host.write(3, SpuRegion::NEURON, 0, {5, 6, 7, 8});
  EXPECT_EQ(host.read(3, SpuRegion::NEURON, 0, 4), (std::vector<uint64_t>{5, 6, 7, 0}));
  host.write(3, SpuRegion::ACCUMULATOR, 16 + 3, {0x1'8000'0000});
  EXPECT_EQ(host.read(3, SpuRegion::ACCUMULATOR, 16 + 3, 1), std::vector<uint64_t>{0xFFFF'FFFF'8000'0000});
}

TEST(SpuDevice, ClearsOnlyWhatIsInUse) {
  SpuBench host = bench("strip");
  const uint32_t slots = host.preset().slots;
  const uint32_t all = host.preset().neurons;
  host.configure(2, kNeurons, 0);  // the second group of lanes is in use in part
  for (uint32_t slot = 0; slot < slots; ++slot) {
    host.write(2, SpuRegion::ACCUMULATOR, slot * all, std::vector<uint64_t>(8, 5));
  }
  host.write(2, SpuRegion::STATE, 2 * kNeurons - 2, {7, 7, 7, 7});
  host.clear(abi::SPU_CLEAR_STATE);
  for (uint32_t slot = 0; slot < slots; ++slot) {
    EXPECT_EQ(host.read(2, SpuRegion::ACCUMULATOR, slot * all, 8),
              (std::vector<uint64_t>{0, 0, 0, 0, 0, 0, 5, 5}));
  }
  EXPECT_EQ(host.read(2, SpuRegion::STATE, 2 * kNeurons - 2, 4), (std::vector<uint64_t>{0, 0, 7, 7}));
}

TEST(SpuDevice, TurnsAnInputIntoARecordOfTheSameStep) {
  SpuBench host = bench("tiny");
  load(host);
  const uint32_t words = host.stream({{}, {{.source = 0, .payload = 1}}, {}});
  const abi::Completion done = host.run({.source = HostBench::kSource,
                                         .destination = HostBench::kDestination,
                                         .source_words = words,
                                         .steps = 3,
                                         .period = 1,
                                         .outputs = kOutput + 1,
                                         .record = abi::SpuRecord::I32});
  EXPECT_EQ(static_cast<abi::Status>(done.status), abi::Status::OK);
  EXPECT_EQ(done.detail, 3u);
  for (uint32_t step = 0; step < 3; ++step) {
    EXPECT_EQ(host.ram.at(HostBench::kDestination + 24 * step + 16), step == 1 ? uint64_t{1} << 32 : 0)
        << step;
  }
  EXPECT_EQ(host.counter(1, abi::SpuCounter::SPIKES), 1u);
  EXPECT_EQ(host.counter(1, abi::SpuCounter::SYNAPTIC_OPS), 2u);
  EXPECT_EQ(host.counter(1, abi::SpuCounter::UPDATES), 3 * kNeurons);
  EXPECT_EQ(host.counter(0, abi::SpuCounter::HOPS), 2u) << "there and back";
  EXPECT_EQ(host.counter(1, abi::SpuCounter::HOPS), 1u);
}

TEST(SpuDevice, TakesTheCyclesOfAnEmptyStepThatThePageDerives) {
  SpuBench host = bench("tiny");
  load(host);
  const auto cycles = [&](uint32_t steps) {
    const abi::Completion done = host.run({.steps = steps});
    return done.end - done.start;
  };
  cycles(1);  // scans
  const uint64_t barrier = abi::kSpuBarrierCycles + host.preset().mesh_cols + host.preset().mesh_rows;
  EXPECT_EQ(cycles(11) - cycles(10), kNeurons + barrier + 8);
}

TEST(SpuDevice, NamesThePlaceOfABadProgram) {
  SpuBench host = bench("tiny");
  load(host);
  host.write(1, SpuRegion::POINTER, 2, {abi::SpuPointer{.base = 127, .count = 2}.pack()});
  host.write(1, SpuRegion::NEURON, 4 * 5, {abi::SpuNeuron0{.voltage_decay = abi::kSpuDecayOne + 1}.pack()});
  const abi::Completion done = host.run({.steps = 1});
  EXPECT_EQ(static_cast<abi::Status>(done.status), abi::Status::INVALID_PROGRAM);
  EXPECT_EQ(done.detail, (abi::SpuPlace{.word = 20, .region = SpuRegion::NEURON, .core = 1}.pack()))
      << "NEURON comes before POINTER";
}

TEST(SpuDevice, RefusesCommandsOfOtherDevices) {
  SpuBench host = bench("tiny");
  abi::Submission projection{};
  projection.opcode = abi::Opcode::OPU_PROJECT;
  EXPECT_EQ(static_cast<abi::Status>(host.HostBench::execute(projection).status),
            abi::Status::INVALID_OPCODE);
}

TEST(SpuDevice, NamesThePresetsThatWereCompiled) {
  test::HostRam ram(1);
  test::Recorder recorder;
  abi::SpuPreset other = abi::kSpuPresets.front();
  other.name = "other";
  try {
    make_rtl_spu({other, {}}, ram, recorder);
    FAIL() << "built";
  } catch (const RtlPresetError& error) {
    EXPECT_NE(std::string_view(error.what()).find("tiny, single, strip, mesh5"), std::string_view::npos);
  }
}

}  // namespace
}  // namespace photic::verilated
