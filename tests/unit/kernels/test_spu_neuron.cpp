// SPDX-License-Identifier: Apache-2.0
// The neuron equation: by hand, against a transcription in 64 bits, and in vectors.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "models/kernels/spu/simd/kernels.h"
#include "models/kernels/spu/value.h"

namespace photic::kernels::spu {
namespace {

using abi::SpuEmit;
using abi::SpuReset;
using abi::SpuRounding;

TEST(SpuValue, LimitsAndSaysSo) {
  EXPECT_EQ(sat24(8388607), (Clipped{8388607, false}));
  EXPECT_EQ(sat24(8388608), (Clipped{8388607, true}));
  EXPECT_EQ(sat24(-8388608), (Clipped{-8388608, false}));
  EXPECT_EQ(sat24(-8388609), (Clipped{-8388608, true}));
  EXPECT_EQ(sat16(32768), (Clipped{32767, true}));
  EXPECT_EQ(sat16(-32769), (Clipped{-32768, true}));
  EXPECT_EQ(low24(0xFF80'0000), -8388608);
  EXPECT_EQ(low24(0x017F'FFFF), 8388607);
}

TEST(SpuValue, DecaysAsItsRoundingSays) {
  EXPECT_EQ(decay(10, 410, SpuRounding::TOWARD_ZERO, 0), 8);  // 8.999
  EXPECT_EQ(decay(-10, 410, SpuRounding::TOWARD_ZERO, 0), -8);
  EXPECT_EQ(decay(-10, 410, SpuRounding::FLOOR, 0), -9);
  EXPECT_EQ(decay(10, 410, SpuRounding::STOCHASTIC, 3), 8);  // 36860 + 3 < 9 x 4096
  EXPECT_EQ(decay(10, 410, SpuRounding::STOCHASTIC, 4), 9);
  EXPECT_EQ(decay(-10, 410, SpuRounding::STOCHASTIC, 4095), -8);
  EXPECT_EQ(decay(-8388608, 0, SpuRounding::TOWARD_ZERO, 0), -8388608);
  EXPECT_EQ(decay(-8388608, 4096, SpuRounding::FLOOR, 0), 0);
}

TEST(SpuNeuron, FollowsLoihisCurrentAndVoltageByHand) {
  NeuronConstants c;
  c.current_decay = 1024;  // a quarter
  c.voltage_decay = 128;   // 1/32
  c.threshold = 80 * 64;
  c.v_reset = -7;
  c.refractory = 2;
  c.emit = SpuEmit::SPIKE;
  NeuronState s;
  NeuronUpdate out = update(c, s, 50, {});  // u = 3200, v = 3200
  EXPECT_EQ(out.state, (NeuronState{3200, 3200, 0, 0}));
  EXPECT_FALSE(out.fired);
  out = update(c, out.state, 0, {});  // u = 2400, x = 3100 + 2400 = 5500 > 5120
  EXPECT_TRUE(out.fired);
  EXPECT_TRUE(out.emitted);
  EXPECT_EQ(out.payload, 1);
  EXPECT_EQ(out.state, (NeuronState{2400, -7, 0, 2}));
  out = update(c, out.state, 100, {});  // u = 1800 + 6400, x = -6 + 8200, but resting
  EXPECT_FALSE(out.fired);
  EXPECT_EQ(out.state, (NeuronState{8200, 8194, 0, 1}));
}

TEST(SpuNeuron, AdaptsSubtractsAndHoldsByHand) {
  NeuronConstants c;
  c.current_decay = 4096;
  c.voltage_decay = 0;
  c.adaptation_decay = 2048;
  c.threshold = 64;
  c.reset = SpuReset::SUBTRACT;
  c.adaptation_step = 100;
  c.refractory = 1;
  c.hold = true;
  c.v_rest = -3;
  c.bias = 5;
  c.emit = SpuEmit::GRADED;
  c.graded_shift = 4;
  NeuronUpdate out = update(c, {.adaptation = 20}, 3, {});  // x = 192 + 5; level 64 + 10
  EXPECT_TRUE(out.emitted);
  EXPECT_EQ(out.payload, 12);
  EXPECT_EQ(out.state, (NeuronState{192, 123, 110, 1}));
  out = update(c, out.state, 3, {});
  EXPECT_FALSE(out.emitted);
  EXPECT_EQ(out.state, (NeuronState{192, -3, 55, 0}));
}

TEST(SpuNeuron, ComparesStrictlyUnlessTold) {
  NeuronConstants c;
  c.current_decay = c.voltage_decay = 4096;
  c.threshold = 64;
  EXPECT_FALSE(update(c, {}, 1, {}).fired);
  c.at_threshold = true;
  EXPECT_TRUE(update(c, {}, 1, {}).fired);
  c.readout = true;
  EXPECT_FALSE(update(c, {}, 2, {}).fired);
}

TEST(SpuNeuron, CountsOneSaturationForEveryValueThatChanged) {
  NeuronConstants c;
  c.bias = 1;
  NeuronUpdate out = update(c, {}, 0x7FFF'FFFF, {});  // input, u, x
  EXPECT_EQ(out.saturations, 3u);
  c.wrap = true;
  out = update(c, {}, 0x7F00'0001, {});
  EXPECT_EQ(out.state.current, 64);
  EXPECT_EQ(out.saturations, 0u);
  c.emit = SpuEmit::GRADED;
  c.readout = true;
  EXPECT_EQ(update(c, {.voltage = 40000}, 0, {}).saturations, 0u) << "no packet, no saturated payload";
  c.emit = SpuEmit::EVERY_STEP;
  out = update(c, {.voltage = 40000}, 0, {});
  EXPECT_EQ(out.payload, 32767);
  EXPECT_EQ(out.saturations, 1u);
  EXPECT_TRUE(out.counted);
  EXPECT_FALSE(out.fired);
  EXPECT_FALSE(update(c, {.voltage = -1}, 0, {}).emitted) << "x is 0";
}

TEST(SpuNeuron, DrawsFromSeedCoreNeuronAndStep) {
  uint32_t p = 5;
  uint32_t q = (2u << 16) + 9;
  const uint32_t seed = 0x89AB'CDEF;
  for (uint32_t j = 0; j < abi::kSpuRandomRounds; ++j) {
    const uint32_t rotated = (p >> 8) + ((p & 0xFF) << 16);
    p = ((rotated + q) & 0xFF'FFFF) ^
        (((j & 1 ? 0x89ABCD : 0xABCDEF) + j * abi::kSpuRandomConstant) & 0xFF'FFFF);
    q = (((q & 0x1F'FFFF) << 3) + (q >> 21)) ^ p;
  }
  const Randoms expected{p % 4096, p / 4096, q % 4096};
  EXPECT_EQ(randoms(seed, 2, 9, 5), expected);
  EXPECT_EQ(randoms(seed, 2, 9, 5 + (1u << 24)), expected) << "steps count modulo 2^24";
  EXPECT_NE(randoms(seed, 2, 9, 6), expected);
  EXPECT_NE(randoms(seed, 3, 9, 5), expected);
  EXPECT_NE(randoms(seed ^ 1u << 31, 2, 9, 5), expected);
}

TEST(SpuNeuron, RoundsWithoutBiasByChance) {
  int64_t sum = 0;
  constexpr uint32_t kSteps = 20000;
  for (uint32_t step = 0; step < kSteps; ++step) {
    sum += decay(3, 1000, SpuRounding::STOCHASTIC, randoms(1, 0, 0, step).voltage);
  }
  EXPECT_NEAR(static_cast<double>(sum) / kSteps, 3 * 3096.0 / 4096, 0.02);
}

TEST(SpuNeuron, ReadsItsWords) {
  const auto c = neuron_constants(
      abi::SpuNeuron0{.voltage_decay = 7, .reset = SpuReset::SUBTRACT, .refractory = 63, .bias_exponent = 3}
          .pack(),
      abi::SpuNeuron1{.threshold = -2, .v_reset = -8388608, .bias = -4096}.pack(),
      abi::SpuNeuron2{.v_rest = 5, .adaptation_step = -6}.pack());
  EXPECT_EQ(c.voltage_decay, 7u);
  EXPECT_EQ(c.threshold, -128);
  EXPECT_EQ(c.bias, -4096 * 8);
  EXPECT_EQ(c.v_reset, -8388608);
  EXPECT_EQ(c.adaptation_step, -6);
  const NeuronState state{-5, 6, -7, 63};
  EXPECT_EQ(neuron_state(state.word0(), state.word1()), state);
}

class RandomNeurons {
 public:
  explicit RandomNeurons(uint64_t seed) : random_(seed) {}

  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random_() % static_cast<uint64_t>(high - low + 1));
  }
  // 24 bits, often near the ends and near 0.
  int32_t value() {
    switch (between(0, 3)) {
      case 0:
        return static_cast<int32_t>(kValueMax - between(0, 100));
      case 1:
        return static_cast<int32_t>(kValueMin + between(0, 100));
      case 2:
        return static_cast<int32_t>(between(-300, 300));
      default:
        return static_cast<int32_t>(between(kValueMin, kValueMax));
    }
  }
  uint32_t decay() {
    return static_cast<uint32_t>(between(0, 2) == 0 ? 4096 * between(0, 1) : between(0, 4096));
  }

  NeuronConstants constants() {
    NeuronConstants c;
    c.current_decay = decay();
    c.voltage_decay = decay();
    c.adaptation_decay = decay();
    c.rounding = static_cast<SpuRounding>(between(0, 2));
    c.reset = static_cast<SpuReset>(between(0, 2));
    c.emit = static_cast<SpuEmit>(between(0, 3));
    c.at_threshold = between(0, 1) != 0;
    c.readout = between(0, 3) == 0;
    c.hold = between(0, 1) != 0;
    c.wrap = between(0, 1) != 0;
    c.refractory = static_cast<uint32_t>(between(0, 63));
    c.graded_shift = static_cast<uint32_t>(between(0, 31));
    c.threshold = 64 * value();
    c.v_reset = value();
    c.bias = static_cast<int32_t>(between(-4096, 4095)) * (1 << between(0, 7));
    c.v_rest = value();
    c.adaptation_step = value();
    return c;
  }
  NeuronState state() {
    return {value(), value(), value(), static_cast<uint32_t>(between(0, 1) * between(0, 63))};
  }
  int32_t accumulator() {
    return static_cast<int32_t>(between(0, 1) != 0 ? between(-400000, 400000)
                                                   : static_cast<int64_t>(static_cast<int32_t>(random_())));
  }

 private:
  std::mt19937_64 random_;
};

// The page's lines, in exact arithmetic on 64 bits.
class Transcript {
 public:
  Transcript(const NeuronConstants& c, const NeuronState& s, int64_t accumulator, const Randoms& random) {
    const int64_t low = ((accumulator % (1 << 24)) + (1 << 24)) % (1 << 24);
    const int64_t i = c.wrap ? (low >= 1 << 23 ? low - (1 << 24) : low) : sat(accumulator, 1 << 23);
    const int64_t u = sat(dec(c, s.current, c.current_decay, random.current) + 64 * i, 1 << 23);
    int64_t x = sat(dec(c, s.voltage, c.voltage_decay, random.voltage) + u + c.bias, 1 << 23);
    int64_t a = dec(c, s.adaptation, c.adaptation_decay, random.adaptation);
    int64_t refractory = s.refractory;
    bool z = false;
    if (refractory > 0) {
      --refractory;
      if (c.hold) {
        x = c.v_rest;
      }
    } else if (!c.readout) {
      z = c.at_threshold ? x >= c.threshold + a : x > c.threshold + a;
    }
    int64_t v = x;
    if (z) {
      v = c.reset == SpuReset::TO_VALUE   ? c.v_reset
          : c.reset == SpuReset::SUBTRACT ? sat(x - c.threshold - a, 1 << 23)
                                          : x;
      refractory = c.refractory;
      a = sat(a + c.adaptation_step, 1 << 23);
    }
    const int64_t before = out.saturations;
    const int64_t payload =
        c.emit == SpuEmit::SPIKE ? 1 : sat(floored(x, int64_t{1} << c.graded_shift), 1 << 15);
    const bool every = c.emit == SpuEmit::EVERY_STEP;
    out.emitted = every ? payload != 0 : z && c.emit != SpuEmit::NOTHING;
    out.saturations = out.emitted ? out.saturations : static_cast<uint32_t>(before);
    out.fired = z;
    out.counted = z || (every && out.emitted);
    out.payload = static_cast<int32_t>(payload);
    out.state = {static_cast<int32_t>(u), static_cast<int32_t>(v), static_cast<int32_t>(a),
                 static_cast<uint32_t>(refractory)};
  }

  NeuronUpdate out;

 private:
  static int64_t floored(int64_t value, int64_t by) { return (value - ((value % by) + by) % by) / by; }
  static int64_t dec(const NeuronConstants& c, int64_t x, int64_t d, int64_t r) {
    const int64_t product = x * (4096 - d);
    return c.rounding == SpuRounding::TOWARD_ZERO  ? product / 4096
           : c.rounding == SpuRounding::STOCHASTIC ? floored(product + r, 4096)
                                                   : floored(product, 4096);
  }
  int64_t sat(int64_t value, int64_t limit) {
    const int64_t limited = std::min(std::max(value, -limit), limit - 1);
    out.saturations += limited != value ? 1 : 0;
    return limited;
  }
};

TEST(SpuNeuron, IsItsTranscriptForEveryMode) {
  RandomNeurons make(1);
  for (uint32_t n = 0; n < 300'000; ++n) {
    const NeuronConstants c = make.constants();
    const NeuronState s = make.state();
    const int32_t input = make.accumulator();
    const Randoms random = randoms(n, 3, n % 1024, n);
    ASSERT_EQ(update(c, s, input, random), Transcript(c, s, input, random).out) << n;
  }
}

// One sweep of a core, with the scalar equation.
struct Sweep {
  std::vector<Emission> emissions;
  SweepResult result;
  uint32_t signature = 0;
};

class SpuSweep : public testing::TestWithParam<Simd> {};

TEST_P(SpuSweep, UpdatesManyNeuronsAsOneAfterTheOther) {
  if (!has_simd(GetParam())) {
    GTEST_SKIP() << "skipped: this processor has not this instruction set";
  }
  const Kernels& loops = kernels_for(GetParam());
  RandomNeurons make(2);
  for (const uint32_t n : {0u, 1u, 15u, 16u, 17u, 31u, 64u, 250u}) {
    for (uint32_t round = 0; round < 60; ++round) {
      const uint32_t stored = (n + kBlockNeurons - 1) / kBlockNeurons * kBlockNeurons;
      std::vector<NeuronBlock> blocks(stored / kBlockNeurons + 1);
      std::vector<int32_t> inputs(stored + kOverrun);
      std::vector<NeuronConstants> constants;
      std::vector<NeuronState> states;
      bool stochastic = false;
      for (uint32_t i = 0; i < stored; ++i) {
        constants.push_back(make.constants());
        states.push_back(make.state());
        inputs[i] = make.accumulator();
        blocks[i / kBlockNeurons].set_constants(i % kBlockNeurons, constants[i]);
        blocks[i / kBlockNeurons].set_state(i % kBlockNeurons, states[i]);
        stochastic = stochastic || constants[i].rounding == SpuRounding::STOCHASTIC;
      }
      const RandomKey key{.seed = 99 + round, .core = 5, .step = 77 + round};
      Sweep expected;
      for (uint32_t i = 0; i < n; ++i) {
        const NeuronUpdate out =
            update(constants[i], states[i], inputs[i], randoms(key.seed, key.core, i, key.step));
        states[i] = out.state;
        expected.result.spikes += out.counted ? 1 : 0;
        expected.result.saturations += out.saturations;
        expected.signature = signature_step(expected.signature, signature_word(out.state, out.fired));
        if (out.emitted) {
          expected.emissions.push_back({i, out.payload});
        }
      }
      const std::vector<int32_t> before = inputs;
      std::vector<uint32_t> words(stored + kBlockNeurons);
      std::vector<Emission> emissions(stored + kBlockNeurons);
      const SweepResult result =
          loops.sweep(blocks.data(), n, stochastic, key, inputs.data(), words.data(), emissions.data());
      emissions.resize(result.emissions);
      ASSERT_EQ(emissions, expected.emissions);
      ASSERT_EQ(result.spikes, expected.result.spikes);
      ASSERT_EQ(result.saturations, expected.result.saturations);
      ASSERT_EQ(fold_signature(0, std::span(words).first(n)), expected.signature);
      for (uint32_t i = 0; i < stored; ++i) {
        ASSERT_EQ(blocks[i / kBlockNeurons].state(i % kBlockNeurons), states[i]) << i << " of " << n;
        ASSERT_EQ(inputs[i], i < n ? 0 : before[i]);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tables, SpuSweep,
                         testing::Values(Simd::Portable, Simd::Avx2, Simd::Avx512, Simd::Best));

TEST(SpuSignature, ShiftsFeedsBackAndFolds) {
  EXPECT_EQ(signature_step(0x4000'0001, 5), 0x8000'0002 ^ 5u);
  EXPECT_EQ(signature_step(0x8000'0000, 0), abi::kSpuSignaturePolynomial);
  EXPECT_EQ(signature_word({.current = 1, .voltage = -1, .adaptation = 2, .refractory = 3}, true),
            1u ^ 0xFFFF'FF00 ^ 32u ^ (3u << 26) ^ (1u << 25));
  std::mt19937 random(3);
  for (uint32_t n = 0; n < 40; ++n) {
    std::vector<uint32_t> words(n);
    uint32_t expected = 0xDEAD'BEEF;
    for (uint32_t& word : words) {
      word = static_cast<uint32_t>(random());
      expected = signature_step(expected, word);
    }
    EXPECT_EQ(fold_signature(0xDEAD'BEEF, words), expected) << n;
  }
}

}  // namespace
}  // namespace photic::kernels::spu
