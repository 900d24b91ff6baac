// SPDX-License-Identifier: Apache-2.0
// The scan: every fault, at its place, and the lowest of several. Rows: where they lie, which are bad.
#include <gtest/gtest.h>

#include <vector>

#include "models/kernels/spu/axon.h"
#include "models/kernels/spu/scan.h"

namespace photic::kernels::spu {
namespace {

using abi::SpuAxon;
using abi::SpuRegion;
using abi::SpuSynapseFormat;
using abi::SpuWeightBits;

// tiny: 2 x 2 cores, 16 neurons, 64 axons, 128 words, 2 lanes, 4 slots, 4 walks.
const abi::SpuPreset& preset() {
  return *abi::find_spu_preset("tiny");
}

/// A core or the input/output unit with everything 0 and in use.
struct Program {
  explicit Program(uint32_t number = 0) : unit(unit_at(preset(), number)) {
    const auto size = [this](SpuRegion region) { return preset().region_words(region, unit.io); };
    axon.resize(size(SpuRegion::AXON));
    synapse.resize(size(SpuRegion::SYNAPSE));
    walk.resize(size(SpuRegion::WALK));
    neuron.resize(size(SpuRegion::NEURON));
    pointer.resize(size(SpuRegion::POINTER));
    fanout.resize(size(SpuRegion::FANOUT));
    config = abi::SpuConfig{.neurons = unit.io ? preset().inputs : preset().neurons,
                            .axons = unit.io ? preset().outputs : preset().axons};
  }

  std::optional<Fault> scan() const {
    return scan_unit(preset(), unit, {config.pack(), axon, synapse, walk, neuron, pointer, fanout});
  }

  const Unit unit;
  abi::SpuConfig config;
  std::vector<uint64_t> axon, synapse, walk, neuron, pointer, fanout;
};

using Place = std::optional<Fault>;
const Place kNone;
Place at(SpuRegion region, uint32_t word) {
  return Fault{region, word};
}

TEST(SpuScan, PassesAnEmptyProgram) {
  EXPECT_EQ(Program(0).scan(), kNone);
  EXPECT_EQ(Program(preset().cores()).scan(), kNone);
}

TEST(SpuScan, LooksAtNothingElseWhenConfigExceedsTheGeometry) {
  Program p;
  p.axon[0] = SpuAxon{.plastic = true}.pack();
  p.config.neurons = 17;
  EXPECT_EQ(p.scan(), at(SpuRegion::CONFIG, 0));
  EXPECT_EQ(unit_size(preset(), false, p.config.pack()).axons, 0u) << "both count as 0";
  p.config = {.neurons = 16, .axons = 65};
  EXPECT_EQ(p.scan(), at(SpuRegion::CONFIG, 0));
  Program io(4);
  io.config.axons = 65;
  EXPECT_EQ(io.scan(), at(SpuRegion::CONFIG, 0));
}

struct AxonCase {
  const char* what;
  SpuAxon axon;
  bool fault;
};

TEST(SpuScan, JudgesAxons) {
  const uint32_t walk3x2 = 3u << 7 | 2u << 3;
  const auto dense = [](uint32_t target, uint32_t extent, uint32_t base = 0,
                        SpuWeightBits bits = SpuWeightBits::W8) {
    return SpuAxon{.base = base, .bits = bits, .target = target, .extent = extent};
  };
  const auto sparse = [](uint32_t base, uint32_t extent) {
    return SpuAxon{.base = base, .format = SpuSynapseFormat::SPARSE, .extent = extent};
  };
  const auto walk = [](SpuSynapseFormat format, uint32_t base, uint32_t target, uint32_t extent,
                       uint32_t index) {
    return SpuAxon{.base = base, .format = format, .target = target, .extent = extent, .walk = index};
  };
  const auto changed = [](SpuAxon axon, auto change) {
    change(axon);
    return axon;
  };
  constexpr auto kWalk = SpuSynapseFormat::WALK;
  constexpr auto kPool = SpuSynapseFormat::POOL;
  const AxonCase cases[] = {
      {"a whole core", dense(0, 16), false},
      {"plastic", changed(dense(0, 16), [](SpuAxon& a) { a.plastic = true; }), true},
      {"the longest delay", changed(dense(0, 16), [](SpuAxon& a) { a.delay = 3; }), false},
      {"a delay too long", changed(dense(0, 16), [](SpuAxon& a) { a.delay = 4; }), true},
      {"dense with a walk", changed(dense(0, 16), [](SpuAxon& a) { a.walk = 1; }), true},
      {"beyond the neurons", dense(2, 15), true},
      {"a row of no synapse that names nothing", dense(31, 0, 1023), false},
      {"from inside a group to its end", dense(3, 1), false},
      {"from inside a group beyond it", dense(3, 2), true},
      {"to the last word", dense(0, 16, 126), false},
      {"beyond the last word", dense(0, 16, 127), true},
      {"narrow weights in the last word", dense(0, 16, 127, SpuWeightBits::W4), false},
      {"sparse", sparse(0, 10), false},
      {"sparse to the last word", sparse(123, 9), false},
      {"sparse beyond the last word", sparse(123, 11), true},
      {"sparse with a target", changed(sparse(0, 2), [](SpuAxon& a) { a.target = 2; }), true},
      {"sparse with a walk", changed(sparse(0, 2), [](SpuAxon& a) { a.walk = 1; }), true},
      {"walk", walk(kWalk, 127, 0, walk3x2, 1), false},
      {"walk to the first word", walk(kWalk, 5, 0, walk3x2, 1), false},
      {"walk before the first word", walk(kWalk, 4, 0, walk3x2, 1), true},
      {"walk beyond the neurons", walk(kWalk, 127, 4, walk3x2, 1), true},
      {"walk of no rows", walk(kWalk, 127, 0, 2u << 3, 1), true},
      {"walk of no columns", walk(kWalk, 127, 0, 3u << 7, 1), true},
      {"walk with low bits", walk(kWalk, 127, 0, walk3x2 | 1, 1), true},
      {"no such walk", walk(kWalk, 127, 0, walk3x2, 4), true},
      {"a walk of empty rows", walk(kWalk, 127, 0, walk3x2, 0), true},
      {"pool", walk(kPool, 0, 0, walk3x2, 1), false},
      {"pool with a base", walk(kPool, 1, 0, walk3x2, 1), true},
      {"pool of empty rows", walk(kPool, 0, 0, walk3x2, 0), true},
      {"pool that splits a group", walk(kPool, 0, 1, walk3x2, 1), true},
  };
  for (const AxonCase& c : cases) {
    Program p;
    p.walk[1] = abi::SpuWalk{.count = 2, .target_x = 4, .target_y = 4, .kernel_x = 1, .kernel_y = 2}.pack();
    p.axon[63] = c.axon.pack();
    EXPECT_EQ(p.scan(), c.fault ? at(SpuRegion::AXON, 63) : kNone) << c.what;
    p.config.axons = 63;
    EXPECT_EQ(p.scan(), kNone) << c.what << ": not in use";
  }
}

TEST(SpuScan, JudgesSynapsesOfSparseAxons) {
  const auto synapse = [](uint32_t target, uint32_t delay) {
    return uint64_t{abi::SpuSynapse{.target = target, .delay = delay}.pack_half()};
  };
  Program p;
  p.axon[2] = SpuAxon{.base = 10, .format = SpuSynapseFormat::SPARSE, .delay = 1, .extent = 3}.pack();
  p.synapse[10] = synapse(15, 2) | synapse(0, 0) << 32;
  p.synapse[11] = synapse(1, 1) | synapse(1000, 50) << 32;  // the fourth is none of it
  EXPECT_EQ(p.scan(), kNone);
  p.synapse[11] = synapse(1, 3);
  EXPECT_EQ(p.scan(), at(SpuRegion::SYNAPSE, 11)) << "delays add up";
  p.synapse[10] |= synapse(16, 0) << 32;
  EXPECT_EQ(p.scan(), at(SpuRegion::SYNAPSE, 10));
  p.axon[40] = SpuAxon{.plastic = true}.pack();
  EXPECT_EQ(p.scan(), at(SpuRegion::AXON, 40)) << "lower region, higher word";
}

TEST(SpuScan, JudgesNeurons) {
  const abi::SpuNeuron0 good{.current_decay = 4096, .voltage_decay = 4096, .adaptation_decay = 4096};
  const auto fault = [&good](auto change) {
    abi::SpuNeuron0 neuron = good;
    change(neuron);
    Program p;
    p.neuron[4 * 15] = neuron.pack();
    const Place place = p.scan();
    p.config.neurons = 15;
    EXPECT_EQ(p.scan(), kNone) << "not in use";
    return place;
  };
  EXPECT_EQ(fault([](auto&) {}), kNone);
  const Place place = at(SpuRegion::NEURON, 60);
  EXPECT_EQ(fault([](auto& n) { n.current_decay = 4097; }), place);
  EXPECT_EQ(fault([](auto& n) { n.voltage_decay = 4097; }), place);
  EXPECT_EQ(fault([](auto& n) { n.adaptation_decay = 4097; }), place);
  EXPECT_EQ(fault([](auto& n) { n.rounding = static_cast<abi::SpuRounding>(3); }), place);
  EXPECT_EQ(fault([](auto& n) { n.reset = static_cast<abi::SpuReset>(3); }), place);
  EXPECT_EQ(fault([](auto& n) { n.plastic = true; }), place);
}

TEST(SpuScan, JudgesPointersAndTheEntriesTheyCover) {
  Program p;
  p.pointer[5] = abi::SpuPointer{.base = 127, .count = 1}.pack();
  EXPECT_EQ(p.scan(), kNone);
  p.pointer[5] = abi::SpuPointer{.base = 127, .count = 2}.pack();
  EXPECT_EQ(p.scan(), at(SpuRegion::POINTER, 5));
  p.pointer[5] = abi::SpuPointer{.base = 129, .count = 0}.pack();
  EXPECT_EQ(p.scan(), at(SpuRegion::POINTER, 5));

  p.pointer[5] = 0;
  p.fanout[7] = uint64_t{abi::SpuFanout{.dx = 2}.pack_half()} << 32;
  EXPECT_EQ(p.scan(), kNone) << "no pointer covers it";
  p.pointer[3] = abi::SpuPointer{.base = 13, .count = 2}.pack();
  EXPECT_EQ(p.scan(), kNone);
  p.pointer[3] = abi::SpuPointer{.base = 13, .count = 3}.pack();
  EXPECT_EQ(p.scan(), at(SpuRegion::FANOUT, 7));
}

TEST(SpuScan, LooksAtEveryEntryOfRangesThatOverlap) {
  for (uint32_t bad = 0; bad < 64; ++bad) {
    Program p;
    p.pointer[0] = abi::SpuPointer{.base = 10, .count = 20}.pack();
    p.pointer[1] = abi::SpuPointer{.base = 12, .count = 5}.pack();
    p.pointer[2] = abi::SpuPointer{.base = 25, .count = 15}.pack();
    p.pointer[3] = abi::SpuPointer{.base = 5, .count = 40}.pack();
    p.fanout[bad / 2] = uint64_t{abi::SpuFanout{.dy = 9}.pack_half()} << (32 * (bad % 2));
    EXPECT_EQ(p.scan(), bad >= 5 && bad < 45 ? at(SpuRegion::FANOUT, bad / 2) : kNone) << bad;
  }
}

struct EntryCase {
  uint32_t unit;
  abi::SpuFanout entry;
  bool fault;
};

TEST(SpuScan, JudgesWhereEntriesLead) {
  const uint32_t io = preset().cores();
  const EntryCase cases[] = {{3, {.dx = -1, .dy = -1, .axon = 63}, false},
                             {3, {.axon = 64}, true},
                             {3, {.dx = 1}, true},
                             {3, {.dy = 1}, true},
                             {3, {.dx = -2}, true},
                             {3, {.dy = -2}, true},
                             {3, {.dx = -1, .dy = -2, .axon = 63, .host = true}, false},
                             {3, {.dx = -1, .dy = -2, .axon = 64, .host = true}, true},
                             {3, {.dx = -1, .dy = -1, .host = true}, true},
                             {3, {.dy = -2, .host = true}, true},
                             {0, {.dy = -1, .host = true, .poison = true}, false},
                             {0, {.dy = -1}, true},
                             {io, {.dx = 1, .dy = 1}, false},
                             {io, {.dx = 2}, true},
                             {io, {.dx = -1}, true},
                             {io, {.dy = -1, .host = true}, true}};
  for (const EntryCase& c : cases) {
    Program p(c.unit);
    p.pointer[0] = abi::SpuPointer{.count = 1}.pack();
    p.fanout[0] = c.entry.pack_half();
    EXPECT_EQ(p.scan(), c.fault ? at(SpuRegion::FANOUT, 0) : kNone)
        << c.unit << ": " << c.entry.dx << ", " << c.entry.dy << ", axon " << c.entry.axon;
  }
  EXPECT_EQ(fanout_target(preset(), unit_at(preset(), 3), {.dx = -1}), 2u);
  EXPECT_EQ(fanout_target(preset(), unit_at(preset(), 3), {.dx = -1, .dy = -2, .host = true}), io);
  EXPECT_EQ(fanout_target(preset(), unit_at(preset(), io), {.dy = 1}), 2u);
}

TEST(SpuScan, PutsThePlaceInOrderOfUnitRegionAndWord) {
  EXPECT_LT(place_of(0, {SpuRegion::FANOUT, 900}), place_of(1, {SpuRegion::CONFIG, 0}));
  EXPECT_LT(place_of(1, {SpuRegion::AXON, 900}), place_of(1, {SpuRegion::SYNAPSE, 0}));
  EXPECT_LT(place_of(1, {SpuRegion::AXON, 8}), place_of(1, {SpuRegion::AXON, 9}));
}

TEST(SpuRows, FollowTheirWalkRowByRow) {
  const abi::SpuWalk walk{.count = 9, .target_x = 16, .target_y = 100, .kernel_x = 2, .kernel_y = 7};
  SpuAxon axon{.base = 20,
               .format = SpuSynapseFormat::WALK,
               .bits = SpuWeightBits::W8,
               .target = 8,
               .extent = 2u << 7 | 3u << 3};
  ASSERT_EQ(row_count(axon), 6u);
  EXPECT_EQ(row_at(axon, walk, 0), (Row{8, 20, 9, 2}));
  EXPECT_EQ(row_at(axon, walk, 2), (Row{40, 16, 9, 2}));
  EXPECT_EQ(row_at(axon, walk, 3), (Row{108, 13, 9, 2}));
  EXPECT_EQ(row_at(axon, walk, 5), (Row{140, 9, 9, 2}));
  axon.base = 3;
  EXPECT_EQ(row_at(axon, walk, 3).word, -4) << "rows before the memory are bad, not wrapped";
  axon.target = 1023;
  EXPECT_EQ(row_at(axon, walk, 5).target, 1155u);
  axon.format = SpuSynapseFormat::POOL;
  EXPECT_EQ(row_at(axon, walk, 5), (Row{1155, 0, 9, 0}));
}

TEST(SpuRows, HaveTheWordsTheirWeightsFill) {
  const auto words = [](SpuWeightBits bits, uint32_t extent) {
    return row_at({.bits = bits, .extent = extent}, {}, 0).words;
  };
  EXPECT_EQ(words(SpuWeightBits::W1, 64), 1u);
  EXPECT_EQ(words(SpuWeightBits::W1, 65), 2u);
  EXPECT_EQ(words(SpuWeightBits::W4, 17), 2u);
  EXPECT_EQ(words(SpuWeightBits::W8, 2047), 256u);
  EXPECT_EQ(row_at({.format = SpuSynapseFormat::SPARSE, .extent = 5}, {}, 0), (Row{0, 0, 5, 3}));
  EXPECT_EQ(row_count({.format = SpuSynapseFormat::SPARSE}), 0u);
  EXPECT_EQ(row_count({.extent = 0}), 0u);
}

TEST(SpuRows, ChooseTheSlotOfTheirStepModulo32Bits) {
  EXPECT_EQ(slot_of(6, 3, preset()), 1u);
  EXPECT_EQ(slot_of(0xFFFF'FFFF, 1, preset()), 0u);
}

}  // namespace
}  // namespace photic::kernels::spu
