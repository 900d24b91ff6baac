// SPDX-License-Identifier: Apache-2.0
// Memory commands: what regions keep, what is cleared, what survives a reset.
#include <gtest/gtest.h>

#include "tests/unit/golden/spu_host.h"

namespace photic::golden {
namespace {

using abi::SpuCounter;
using abi::SpuRegion;
using abi::Status;

constexpr uint64_t kOnes = ~uint64_t{0};

abi::SpuMemory transfer(abi::Opcode opcode, SpuRegion region, uint32_t words) {
  abi::SpuMemory command;
  command.opcode = opcode;
  (opcode == abi::Opcode::SPU_WRITE ? command.source : command.destination) = SpuHost::kBulk;
  command.cores = 1;
  command.region = region;
  command.words = words;
  return command;
}

TEST(GoldenSpuCommands, KeepsTheBitsARegionHas) {
  SpuHost host;
  const struct {
    SpuRegion region;
    uint32_t word;
    uint64_t kept;
  } rows[] = {{SpuRegion::CONFIG, 0, 0xFFFF'FFFF},
              {SpuRegion::AXON, 5, kOnes},
              {SpuRegion::SYNAPSE, 127, kOnes},
              {SpuRegion::WALK, 3, kOnes},
              {SpuRegion::NEURON, 0, kOnes},
              {SpuRegion::NEURON, 61, kOnes},
              {SpuRegion::NEURON, 62, kOnes},
              {SpuRegion::NEURON, 63, 0},
              {SpuRegion::POINTER, 15, kOnes},
              {SpuRegion::FANOUT, 63, kOnes},
              {SpuRegion::STATE, 30, (uint64_t{1} << 54) - 1},
              {SpuRegion::STATE, 31, (uint64_t{1} << 24) - 1}};
  for (const auto& row : rows) {
    host.write(2, row.region, row.word, {kOnes});
    EXPECT_EQ(host.read(2, row.region, row.word, 1)[0], row.kept) << abi::name(row.region) << " " << row.word;
    EXPECT_EQ(host.read(1, row.region, row.word, 1)[0], 0u) << "another core changed";
  }
}

TEST(GoldenSpuCommands, ShowsAccumulatorsAndOutputsSignExtended) {
  SpuHost host;
  for (const uint32_t unit : {0u, host.preset.cores()}) {
    host.write(unit, SpuRegion::ACCUMULATOR, 3, {0xABCD'0000'8000'0001, 0xABCD'0000'7000'0001});
    EXPECT_EQ(host.read(unit, SpuRegion::ACCUMULATOR, 3, 2),
              (std::vector<uint64_t>{0xFFFF'FFFF'8000'0001, 0x7000'0001}));
  }
}

TEST(GoldenSpuCommands, MovesWordsOfSeveralCoresOneAfterTheOther) {
  SpuHost host;
  std::vector<uint64_t> words(3 * 5);
  for (size_t i = 0; i < words.size(); ++i) {
    words[i] = 100 + i;
  }
  host.memory.poke(SpuHost::kBulk, words);
  abi::SpuMemory command = transfer(abi::Opcode::SPU_WRITE, SpuRegion::SYNAPSE, 5);
  command.core = 1;
  command.cores = 3;
  command.word = 7;
  EXPECT_EQ(host.run(command).status, Status::OK);
  EXPECT_EQ(host.read(2, SpuRegion::SYNAPSE, 7, 5), (std::vector<uint64_t>{105, 106, 107, 108, 109}));
  EXPECT_EQ(host.read(2, SpuRegion::SYNAPSE, 12, 1)[0], 0u);
  command = transfer(abi::Opcode::SPU_READ, SpuRegion::SYNAPSE, 5);
  command.core = 1;
  command.cores = 3;
  command.word = 7;
  command.destination = SpuHost::kDestination;
  EXPECT_EQ(host.run(command).status, Status::OK);
  EXPECT_EQ(host.peek(SpuHost::kDestination, 15), words);
}

TEST(GoldenSpuCommands, WritesTheWordsBeforeARefusedReadAndReadsThemAll) {
  SpuHost host;
  abi::SpuMemory command = transfer(abi::Opcode::SPU_WRITE, SpuRegion::SYNAPSE, 128);
  command.source = SpuHost::kSource + SpuHost::kDataBytes - 8 * 20;
  for (uint32_t i = 0; i < 20; ++i) {
    host.memory.poke(command.source + 8 * i, 1 + i);
  }
  const uint64_t before = host.counter(abi::SHELL_DMA_READ_BEATS);
  const abi::Completion completion = host.run(command);
  EXPECT_EQ(completion.status, Status::DMA_READ_ERROR);
  EXPECT_EQ(completion.detail, SpuHost::kSource + SpuHost::kDataBytes);
  EXPECT_EQ(host.counter(abi::SHELL_DMA_READ_BEATS), before + 8 + 128);
  EXPECT_EQ(host.read(0, SpuRegion::SYNAPSE, 18, 4), (std::vector<uint64_t>{19, 20, 0, 0}));
}

TEST(GoldenSpuCommands, ReportsTheFirstRefusedBurstOfARead) {
  SpuHost host;
  abi::SpuMemory command = transfer(abi::Opcode::SPU_READ, SpuRegion::SYNAPSE, 128);
  command.destination = SpuHost::kReadOnly + 8 * 3;
  abi::Completion completion = host.run(command);
  EXPECT_EQ(completion.status, Status::DMA_WRITE_ERROR);
  EXPECT_EQ(completion.detail, command.destination) << "the first burst starts inside a boundary";
  command.destination = SpuHost::kDestination + SpuHost::kDataBytes - 8 * 5;
  completion = host.run(command);
  EXPECT_EQ(completion.detail, SpuHost::kDestination + SpuHost::kDataBytes);
}

TEST(GoldenSpuCommands, ClearsNeuronsAccumulatorsAndOutputsInUseOnly) {
  SpuHost host;
  const uint32_t io = host.preset.cores();
  host.configure(1, 10, 4);
  host.configure(io, 5, 6);
  host.write(1, SpuRegion::STATE, 0, std::vector<uint64_t>(32, 7));
  host.write(1, SpuRegion::ACCUMULATOR, 0, std::vector<uint64_t>(64, 7));
  host.write(1, SpuRegion::SYNAPSE, 0, {7});
  host.write(io, SpuRegion::ACCUMULATOR, 0, std::vector<uint64_t>(64, 7));
  host.clear(abi::SPU_CLEAR_STATE);
  EXPECT_EQ(host.read(1, SpuRegion::STATE, 18, 4), (std::vector<uint64_t>{0, 0, 7, 7}));
  for (uint32_t slot = 0; slot < 4; ++slot) {
    EXPECT_EQ(host.read(1, SpuRegion::ACCUMULATOR, 16 * slot + 9, 2), (std::vector<uint64_t>{0, 7})) << slot;
  }
  EXPECT_EQ(host.read(1, SpuRegion::SYNAPSE, 0, 1)[0], 7u);
  EXPECT_EQ(host.read(io, SpuRegion::ACCUMULATOR, 5, 2), (std::vector<uint64_t>{0, 7}));
}

TEST(GoldenSpuCommands, ClearsCountersOfAllUnits) {
  SpuHost host;
  host.configure(0, 3, 0);
  EXPECT_EQ(host.run(steps(4)).status, Status::OK);
  EXPECT_EQ(host.counter_word(0, SpuCounter::UPDATES), 12u);
  host.clear(abi::SPU_CLEAR_STATE);
  EXPECT_EQ(host.counter_word(0, SpuCounter::UPDATES), 12u);
  host.clear(abi::SPU_CLEAR_COUNTERS);
  EXPECT_EQ(host.read(0, SpuRegion::COUNTER, 0, 16), std::vector<uint64_t>(16));
}

TEST(GoldenSpuCommands, KeepsMemoriesButNotConfigThroughAReset) {
  SpuHost host;
  host.configure(0, 3, 1);
  host.write(0, SpuRegion::AXON, 4, {77});
  host.write(0, SpuRegion::STATE, 2, {55});
  host.write(0, SpuRegion::ACCUMULATOR, 2, {33});
  host.run(steps(1));
  host.device->reset();
  host.open();
  EXPECT_EQ(host.read(0, SpuRegion::CONFIG, 0, 1)[0], 0u);
  EXPECT_EQ(host.read(0, SpuRegion::AXON, 4, 1)[0], 77u);
  EXPECT_EQ(host.read(0, SpuRegion::COUNTER, 0, 16), std::vector<uint64_t>(16));
  EXPECT_EQ(host.counter(abi::SPU_SCANS), 0u);
  host.run(steps(1));
  EXPECT_EQ(host.counter(abi::SPU_SCANS), 1u) << "the program has to be scanned again";
}

TEST(GoldenSpuCommands, ScansOnceUntilTheProgramIsWritten) {
  SpuHost host;
  const auto scans = [&host] {
    EXPECT_EQ(host.run(steps(1)).status, Status::OK);
    return host.counter(abi::SPU_SCANS);
  };
  EXPECT_EQ(scans(), 1u);
  EXPECT_EQ(scans(), 1u);
  host.write(0, SpuRegion::STATE, 0, {0});
  host.write(0, SpuRegion::ACCUMULATOR, 0, {0});
  host.clear(abi::SPU_CLEAR_STATE | abi::SPU_CLEAR_COUNTERS);
  EXPECT_EQ(scans(), 1u);
  uint64_t expected = 1;
  for (const SpuRegion region : {SpuRegion::CONFIG, SpuRegion::AXON, SpuRegion::SYNAPSE, SpuRegion::WALK,
                                 SpuRegion::NEURON, SpuRegion::POINTER, SpuRegion::FANOUT}) {
    host.write(0, region, 0, {0});
    EXPECT_EQ(scans(), ++expected) << abi::name(region);
  }
}

TEST(GoldenSpuCommands, RefusesWhatTheDeviceHasNot) {
  SpuHost host;
  abi::Submission opu;
  for (const abi::Opcode opcode : {abi::Opcode::OPU_PROJECT, abi::Opcode::OPU_CALIBRATE, abi::Opcode{0}}) {
    opu.opcode = opcode;
    EXPECT_EQ(host.run(opu).status, Status::INVALID_OPCODE);
  }
  EXPECT_EQ(host.run(nop()).status, Status::OK);
  abi::SpuMemory command = transfer(abi::Opcode::SPU_WRITE, SpuRegion::COUNTER, 1);
  EXPECT_EQ(host.run(command).status, Status::INVALID_REGION);
  command = transfer(abi::Opcode::SPU_READ, SpuRegion::AXON, 1);
  command.core = static_cast<uint16_t>(host.preset.cores());
  EXPECT_EQ(host.run(command).status, Status::INVALID_REGION);
}

TEST(GoldenSpuCommands, ShowsItsGeometryAndHidesTheOpticalBlock) {
  SpuHost host("strip");
  EXPECT_EQ(host.device->read(abi::SHELL_KIND), static_cast<uint32_t>(abi::DeviceKind::SPU));
  EXPECT_EQ(host.device->read(abi::SHELL_GEOMETRY), host.preset.index);
  const uint32_t mesh = host.device->read(abi::SPU_MESH);
  EXPECT_EQ(abi::SPU_MESH_COLS.get(mesh), host.preset.mesh_cols);
  EXPECT_EQ(abi::SPU_MESH_LANES.get(mesh), host.preset.lanes);
  EXPECT_EQ(abi::SPU_IO_OUTPUTS.get(host.device->read(abi::SPU_IO)), host.preset.outputs);
  for (uint32_t offset = abi::OPU_BASE; offset < abi::OPU_BASE + abi::OPU_SIZE; offset += 4) {
    host.device->write(offset, 0xFFFF'FFFF);
    EXPECT_EQ(host.device->read(offset), 0u);
  }
  host.device->write(abi::SPU_SEED, 0x1234'5678);
  EXPECT_EQ(host.device->read(abi::SPU_SEED), 0x1234'5678u);
}

TEST(GoldenSpuCommands, RefusesAGeometryItsWordsCannotName) {
  lockstep::HostMemory memory;
  SpuHost host;
  abi::SpuPreset preset = *abi::find_spu_preset("tiny");
  preset.neurons = 1025;
  EXPECT_THROW(make_spu({preset}, memory, host), Error);
  preset = *abi::find_spu_preset("tiny");
  preset.slots = 3;
  EXPECT_THROW(make_spu({preset}, memory, host), Error);
}

}  // namespace
}  // namespace photic::golden
