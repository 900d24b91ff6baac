// SPDX-License-Identifier: Apache-2.0
// The generated C++ view of a spiking processing unit: words, presets and energies.
#include <gtest/gtest.h>

#include <iterator>
#include <string>
#include <vector>

#include "abi_vectors.h"
#include "drivers/abi/energy.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"

namespace photic::abi {
namespace {

/// Every word of `vectors` has the bits that Python packs, and comes back from them.
template <typename Word>
void expect_words(const std::vector<WordVector<Word>>& vectors) {
  ASSERT_FALSE(vectors.empty());
  for (const auto& [word, bits] : vectors) {
    EXPECT_EQ(word.pack(), bits);
    EXPECT_EQ(Word::unpack(bits), word);
    EXPECT_TRUE(Word::reserved_clear(bits));
  }
}

/// Bits that have no meaning are told and do not change the fields.
template <typename Word>
void expect_reserved(const std::vector<WordVector<Word>>& vectors) {
  for (const auto& [word, bits] : vectors) {
    for (uint32_t bit = 0; bit < Word::kReserved.width; ++bit) {
      const uint64_t spoilt = bits | uint64_t{1} << (Word::kReserved.lsb + bit);
      EXPECT_FALSE(Word::reserved_clear(spoilt));
      EXPECT_EQ(Word::unpack(spoilt), word);
    }
  }
}

/// A word of two entries packs the one in bits 31:0 and does not look at the other.
template <typename Word>
void expect_halves(const std::vector<WordVector<Word>>& vectors) {
  for (const auto& [word, bits] : vectors) {
    EXPECT_EQ(word.pack_half(), bits);
    EXPECT_EQ(Word::unpack_half(static_cast<uint32_t>(bits)), word);
    EXPECT_EQ(Word::unpack(bits | ~uint64_t{0} << 32), word);
    EXPECT_TRUE(Word::reserved_clear(bits | ~uint64_t{0} << 32));
  }
}

TEST(Words, HaveTheBitsThatPythonPacks) {
  expect_words(kSpuConfigWords);
  expect_words(kSpuAxonWords);
  expect_words(kSpuWalkWords);
  expect_words(kSpuSynapseWords);
  expect_words(kSpuNeuron0Words);
  expect_words(kSpuNeuron1Words);
  expect_words(kSpuNeuron2Words);
  expect_words(kSpuPointerWords);
  expect_words(kSpuFanoutWords);
  expect_words(kSpuState0Words);
  expect_words(kSpuState1Words);
  expect_words(kSpuFlitWords);
  expect_words(kSpuEventsWords);
  expect_words(kSpuEventWords);
  expect_words(kSpuPlaceWords);
}

TEST(Words, TellReservedBitsThatAreSet) {
  expect_reserved(kSpuConfigWords);
  expect_reserved(kSpuWalkWords);
  expect_reserved(kSpuSynapseWords);
  expect_reserved(kSpuNeuron1Words);
  expect_reserved(kSpuNeuron2Words);
  expect_reserved(kSpuPointerWords);
  expect_reserved(kSpuFanoutWords);
  expect_reserved(kSpuState0Words);
  expect_reserved(kSpuState1Words);
  expect_reserved(kSpuEventsWords);
  expect_reserved(kSpuPlaceWords);
  EXPECT_TRUE(SpuAxon::reserved_clear(~uint64_t{0}));
}

TEST(Words, OfTwoEntriesPackOneInAHalf) {
  expect_halves(kSpuSynapseWords);
  expect_halves(kSpuFanoutWords);
  expect_halves(kSpuEventWords);
}

TEST(Words, KeepTheSignOfTheirFields) {
  constexpr SpuAxon axon{.exponent = -8, .walk = 31};
  static_assert(SpuAxon::unpack(axon.pack()) == axon);
  EXPECT_EQ(SpuAxon::kExponent.get(axon.pack()), 8u);
  EXPECT_EQ(SpuAxon::kExponent.get_signed(axon.pack()), -8);
}

TEST(Words, TakeOnlyValuesThatFit) {
  EXPECT_TRUE(SpuAxon::kBase.fits(SpuAxon::kBase.ones()));
  EXPECT_FALSE(SpuAxon::kBase.fits(SpuAxon::kBase.ones() + 1));
  EXPECT_TRUE(SpuAxon::kExponent.fits_signed(-8));
  EXPECT_FALSE(SpuAxon::kExponent.fits_signed(-9));
  EXPECT_TRUE(SpuAxon::kExponent.fits_signed(7));
  EXPECT_FALSE(SpuAxon::kExponent.fits_signed(8));
}

#ifdef NDEBUG
TEST(Words, LeaveOtherFieldsAloneWhenAValueDoesNotFit) {
  const SpuAxon axon{.base = 1u << SpuAxon::kBase.width, .exponent = 8};
  EXPECT_EQ(axon.pack() & ~SpuAxon::kExponent.mask(), 0u);
}
#else
TEST(WordsDeathTest, RefuseAValueThatDoesNotFit) {
  const SpuAxon axon{.base = 1u << SpuAxon::kBase.width};
  EXPECT_DEATH(static_cast<void>(axon.pack()), "fits");
}
#endif

TEST(SpuEnumerations, NameAndDescribeTheirValues) {
  EXPECT_EQ(name(SpuRegion::ACCUMULATOR), "ACCUMULATOR");
  EXPECT_EQ(name(SpuSynapseFormat::POOL), "POOL");
  EXPECT_EQ(name(SpuAxon::unpack(SpuAxon::kCode.set(3)).code), "BIPOLAR");
  EXPECT_FALSE(describe(SpuCounter::HOPS).empty());
  EXPECT_EQ(name(Opcode::SPU_RUN), "SPU_RUN");
  EXPECT_TRUE(is_device_status(Status::LINK_ERROR));
}

TEST(SpuPresets, AreFoundByNameAndByIndex) {
  for (const SpuPreset& preset : kSpuPresets) {
    EXPECT_EQ(find_spu_preset(preset.name), &preset);
    EXPECT_EQ(find_spu_preset(preset.index), &preset);
    EXPECT_EQ(preset.index >> kPresetBits, 0u);
  }
  EXPECT_EQ(find_spu_preset("gen3"), nullptr);
  EXPECT_EQ(find_spu_preset(static_cast<uint32_t>(kSpuPresets.size())), nullptr);
}

TEST(SpuPresets, HaveTheNumbersAndRegionsOfThePythonView) {
  ASSERT_EQ(kSpuPresets.size(), kSpuPresetVectors.size());
  for (size_t i = 0; i < kSpuPresets.size(); ++i) {
    const SpuPreset& preset = kSpuPresets[i];
    const SpuPresetVector& vector = kSpuPresetVectors[i];
    SCOPED_TRACE(std::string(vector.name));
    EXPECT_EQ(preset.name, vector.name);
    const std::vector<uint32_t> numbers{preset.index,        preset.mesh_cols,       preset.mesh_rows,
                                        preset.neurons,      preset.axons,           preset.synapse_words,
                                        preset.lanes,        preset.slots,           preset.walks,
                                        preset.fanout_words, preset.io_fanout_words, preset.inputs,
                                        preset.outputs,      preset.read_latency,    preset.write_latency};
    EXPECT_EQ(numbers, vector.numbers);
    EXPECT_EQ(preset.cores(), preset.mesh_cols * preset.mesh_rows);
    for (size_t region = 0; region < std::size(kSpuRegions); ++region) {
      EXPECT_EQ(preset.region_words(kSpuRegions[region], false), vector.core_words[region]);
      EXPECT_EQ(preset.region_words(kSpuRegions[region], true), vector.io_words[region]);
    }
    EXPECT_EQ(preset.region_words(static_cast<SpuRegion>(0xFF), false), 0u);
    EXPECT_EQ(preset.region_words(SpuRegion::COUNTER, false), kSpuCounters);
  }
}

TEST(SpuPresets, AreWithinReachOfTheirWords) {
  for (const SpuPreset& preset : kSpuPresets) {
    SCOPED_TRACE(std::string(preset.name));
    EXPECT_TRUE(SpuAxon::kBase.fits(preset.synapse_words - 1));
    EXPECT_TRUE(SpuAxon::kTarget.fits(preset.neurons - 1));
    EXPECT_TRUE(SpuAxon::kWalk.fits(preset.walks - 1));
    EXPECT_TRUE(SpuFanout::kAxon.fits(preset.axons - 1));
    EXPECT_TRUE(SpuFanout::kAxon.fits(preset.outputs - 1));
    EXPECT_TRUE(SpuFanout::kDx.fits_signed(-static_cast<int64_t>(preset.mesh_cols)));
    EXPECT_TRUE(SpuFanout::kDy.fits_signed(-static_cast<int64_t>(preset.mesh_rows)));
    EXPECT_TRUE(SpuPointer::kBase.fits(uint64_t{2} * preset.io_fanout_words));
    EXPECT_TRUE(SpuEvent::kSource.fits(preset.inputs - 1));
    EXPECT_TRUE(SpuPlace::kCore.fits(preset.cores()));
  }
}

TEST(SpuEnergies, AreThoseOfThePythonView) {
  ASSERT_EQ(kSpuEnergyTables.size(), kSpuEnergyVectors.size());
  for (const SpuEnergyVector& vector : kSpuEnergyVectors) {
    const SpuEnergyTable* table = find_spu_energy_table(vector.name);
    ASSERT_NE(table, nullptr) << vector.name;
    EXPECT_EQ(table->core_microwatts, vector.core_microwatts);
    EXPECT_EQ(std::vector<uint32_t>(table->femtojoules.begin(), table->femtojoules.end()),
              vector.femtojoules);
    EXPECT_GT(table->femtojoules[static_cast<size_t>(SpuCounter::SYNAPTIC_OPS)], 0u);
  }
  EXPECT_EQ(find_spu_energy_table("published"), nullptr);
}

}  // namespace
}  // namespace photic::abi
