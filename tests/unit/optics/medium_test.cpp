// SPDX-License-Identifier: Apache-2.0
// Media as matrices: entries, addressing, linearity, and one answer on every instruction set and thread
// count.
#include "models/optics/medium.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

#include "models/numerics/counter_random.h"
#include "models/optics/implicit_medium.h"
#include "models/optics/structured_medium.h"

namespace photic::optics {
namespace {

BenchConfig config_of(MediumKind kind, unsigned entry_bits, SensorShape shape = {20, 67, 16, 50}) {
  BenchConfig config;
  config.shape = shape;
  config.medium = kind;
  config.seed = 5;
  config.entry_bits = entry_bits;
  return config;
}

const Workers& workers() {
  static const Workers one{1, &kernels_for(Simd::Best), nullptr};
  return one;
}

std::vector<uint64_t> random_bits(uint64_t mirrors, uint64_t which) {
  std::vector<uint64_t> bits((mirrors + 63) / 64);
  for (size_t i = 0; i < bits.size(); ++i) {
    bits[i] = numerics::CounterRandom(which, 901).bits(i);
  }
  bits.back() &= ~uint64_t{0} >> (64 * bits.size() - mirrors);
  return bits;
}

struct FieldOf {
  std::vector<int32_t> re;
  std::vector<int32_t> im;
  friend bool operator==(const FieldOf&, const FieldOf&) = default;
};

FieldOf field(const Medium& medium, const std::vector<uint64_t>& lit, uint64_t first, size_t count) {
  FieldOf result{std::vector<int32_t>(count), std::vector<int32_t>(count)};
  medium.project(lit, first, count, result.re.data(), result.im.data());
  return result;
}

class AnyMedium : public testing::TestWithParam<std::pair<MediumKind, unsigned>> {
 protected:
  BenchConfig config() const { return config_of(GetParam().first, GetParam().second); }
};

TEST_P(AnyMedium, GivesTheSameFieldForEveryThreadCountAndInstructionSet) {
  // Large enough that threads are worth starting.
  BenchConfig large = config();
  if (large.medium != MediumKind::Stored) {
    large.shape = {256, 512, 50, 50};
  }
  const Workers plain{1, &kernels_for(Simd::Portable), nullptr};
  const auto reference = make_medium(large, 0, plain);
  const std::vector<uint64_t> lit = random_bits(reference->mirrors(), 1);
  const FieldOf expected = field(*reference, lit, 3, 411);
  for (const Simd simd : {Simd::Portable, Simd::Avx2, Simd::Avx512}) {
    if (!has_simd(simd)) {
      continue;
    }
    for (const unsigned threads : {1u, 3u}) {
      const Workers several{threads, &kernels_for(simd), nullptr};
      EXPECT_EQ(field(*make_medium(large, 0, several), lit, 3, 411), expected)
          << "simd " << static_cast<int>(simd) << ", threads " << threads;
    }
  }
}

TEST_P(AnyMedium, AddressesPixelsAbsolutely) {
  const auto medium = make_medium(config(), 0, workers());
  const std::vector<uint64_t> lit = random_bits(medium->mirrors(), 2);
  const FieldOf all = field(*medium, lit, 0, medium->pixels());
  const FieldOf window = field(*medium, lit, 123, 301);
  for (size_t i = 0; i < 301; ++i) {
    ASSERT_EQ(window.re[i], all.re[123 + i]);
    ASSERT_EQ(window.im[i], all.im[123 + i]);
  }
}

TEST_P(AnyMedium, HasEntriesThatAreTheFieldsOfSingleMirrors) {
  const auto medium = make_medium(config(), 0, workers());
  const std::vector<Entry> block = medium->block(40, 30, 60, 9);
  for (size_t pixel = 0; pixel < 30; pixel += 7) {
    for (size_t mirror = 0; mirror < 9; ++mirror) {
      ASSERT_EQ(block[pixel * 9 + mirror], medium->entry(40 + pixel, 60 + mirror));
    }
  }
}

TEST_P(AnyMedium, AddsTheFieldsOfDisjointPatterns) {
  const auto medium = make_medium(config(), 0, workers());
  std::vector<uint64_t> a = random_bits(medium->mirrors(), 3);
  std::vector<uint64_t> b = random_bits(medium->mirrors(), 4);
  std::vector<uint64_t> both(a.size());
  for (size_t i = 0; i < a.size(); ++i) {
    b[i] &= ~a[i];
    both[i] = a[i] | b[i];
  }
  const FieldOf field_a = field(*medium, a, 0, 200);
  const FieldOf field_b = field(*medium, b, 0, 200);
  const FieldOf sum = field(*medium, both, 0, 200);
  // Not additive: each of three fields carries its own two roundings. The last is at most 1/2; the inner one
  // is a sum of length() errors of at most 1/2 divided by 2^outer, of standard deviation below 1/2. Six of
  // the total.
  const int32_t slack = medium->additive() ? 0 : 6;
  for (size_t i = 0; i < 200; ++i) {
    ASSERT_NEAR(sum.re[i], field_a.re[i] + field_b.re[i], slack);
    ASSERT_NEAR(sum.im[i], field_a.im[i] + field_b.im[i], slack);
  }
}

TEST_P(AnyMedium, IsAnotherMatrixForAnotherSeedOrDriftIndex) {
  const auto medium = make_medium(config(), 0, workers());
  const std::vector<uint64_t> lit = random_bits(medium->mirrors(), 5);
  const FieldOf here = field(*medium, lit, 0, 50);
  EXPECT_NE(field(*make_medium(config(), 1, workers()), lit, 0, 50), here);
  BenchConfig other = config();
  other.seed += 1;
  EXPECT_NE(field(*make_medium(other, 0, workers()), lit, 0, 50), here);
}

INSTANTIATE_TEST_SUITE_P(Media, AnyMedium,
                         testing::Values(std::pair{MediumKind::Implicit, 1u},
                                         std::pair{MediumKind::Implicit, 5u},
                                         std::pair{MediumKind::Implicit, 8u},
                                         std::pair{MediumKind::Stored, 1u}, std::pair{MediumKind::Stored, 8u},
                                         std::pair{MediumKind::Structured, 1u}));

TEST(ImplicitMedium, SumsTheEntriesOfLitMirrors) {
  const auto medium = make_medium(config_of(MediumKind::Implicit, 6), 0, workers());
  const std::vector<uint64_t> lit = random_bits(medium->mirrors(), 6);
  const FieldOf projected = field(*medium, lit, 100, 20);
  for (size_t pixel = 0; pixel < 20; ++pixel) {
    Entry sum;
    for (uint64_t mirror = 0; mirror < medium->mirrors(); ++mirror) {
      if (((lit[mirror / 64] >> (mirror % 64)) & 1) != 0) {
        const Entry entry = medium->entry(100 + pixel, mirror);
        sum = {sum.re + entry.re, sum.im + entry.im};
      }
    }
    ASSERT_EQ((Entry{projected.re[pixel], projected.im[pixel]}), sum);
  }
}

TEST(ImplicitMedium, HasSignsForEntriesWhenOnePlaneIsAskedFor) {
  const auto medium = make_medium(config_of(MediumKind::Implicit, 1), 0, workers());
  for (const Entry& entry : medium->block(0, 16, 0, 200)) {
    ASSERT_EQ(std::abs(entry.re), 1);
    ASSERT_EQ(std::abs(entry.im), 1);
  }
}

TEST(StoredMedium, IsTheImplicitMatrix) {
  for (const unsigned bits : {1u, 4u, 8u}) {
    const auto implicit = make_medium(config_of(MediumKind::Implicit, bits), 2, workers());
    const auto stored = make_medium(config_of(MediumKind::Stored, bits), 2, workers());
    const std::vector<uint64_t> lit = random_bits(implicit->mirrors(), 7);
    EXPECT_EQ(field(*stored, lit, 0, stored->pixels()), field(*implicit, lit, 0, implicit->pixels()));
    EXPECT_EQ(stored->entry(77, 88), implicit->entry(77, 88));
    EXPECT_EQ(stored->entry_variance(), implicit->entry_variance());
  }
}

TEST(StoredMedium, RefusesAMatrixThatDoesNotFitAndNamesTheWayOut) {
  try {
    make_medium(config_of(MediumKind::Stored, 1, {912, 1140, 1088, 2048}), 0, workers());
    FAIL() << "4.6e12 bytes were accepted";
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string(error.what()).find("medium=implicit"), std::string::npos);
  }
}

// The chain in double precision, straight from the definition: H[i][j] = (-1)^popcount(i & j), columns of H
// D3 H D2 H D1.
TEST(StructuredMedium, HasOrthogonalColumnsOverAWholeGroupOfPixels) {
  const SensorShape shape = {32, 32, 32, 32};
  const StructuredMedium medium(config_of(MediumKind::Structured, 1, shape), 0, workers());
  ASSERT_EQ(medium.length(), 1024u);
  const std::vector<Entry> block = medium.block(0, 1024, 0, 24);
  const double power = 1024 * 2.0 * static_cast<double>(medium.entry_variance());
  for (size_t a = 0; a < 24; ++a) {
    for (size_t b = 0; b <= a; ++b) {
      double product = 0;
      for (size_t pixel = 0; pixel < 1024; ++pixel) {
        const Entry& left = block[pixel * 24 + a];
        const Entry& right = block[pixel * 24 + b];
        product += static_cast<double>(left.re) * right.re + static_cast<double>(left.im) * right.im;
      }
      // Exact columns are orthogonal in their real scalar product; rounding to integers adds 1/12 to each
      // power and sqrt(2 * 1024 / 12) * 64 to each product, one standard deviation.
      EXPECT_NEAR(product / power, a == b ? 1 : 0,
                  a == b ? 1e-3 : 5 * std::sqrt(2048 / 12.0) * 64 / power * 1.5);
    }
  }
}

TEST(AnyMediumProgress, CountsWhileALargeFieldIsComputed) {
  std::atomic<uint64_t> progress{0};
  const Workers watched{1, &kernels_for(Simd::Best), &progress};
  for (const MediumKind kind : {MediumKind::Implicit, MediumKind::Structured}) {
    progress = 0;
    const auto medium = make_medium(config_of(kind, 1), 0, watched);
    field(*medium, random_bits(medium->mirrors(), 8), 0, medium->pixels());
    EXPECT_GT(progress.load(), 1u);
  }
}

}  // namespace
}  // namespace photic::optics
