// SPDX-License-Identifier: Apache-2.0
// Every medium obeys the laws of a scattering medium, and a medium that does not is found out.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "models/optics/implicit_medium.h"
#include "tests/unit/optics/medium_laws.h"

namespace photic::optics {
namespace {

BenchConfig config_of(MediumKind kind, unsigned entry_bits) {
  BenchConfig config;
  config.shape = {64, 64, 64, 128};
  config.medium = kind;
  config.seed = 2026;
  config.entry_bits = entry_bits;
  return config;
}

const Workers& workers() {
  static const Workers one{1, &kernels_for(Simd::Best), nullptr};
  return one;
}

std::vector<std::string> broken_laws(const Medium& medium) {
  std::vector<std::string> broken;
  for (const Verdict& verdict : judge(medium)) {
    if (!verdict.holds()) {
      broken.push_back(verdict.law + ": " + std::to_string(verdict.measured) + ", theory " +
                       std::to_string(verdict.theory) + " +- " + std::to_string(verdict.bound));
    }
  }
  return broken;
}

struct Case {
  const char* name;
  MediumKind kind;
  unsigned entry_bits;
  uint32_t index;
};

class MediumLaws : public testing::TestWithParam<Case> {};

TEST_P(MediumLaws, AllHold) {
  const auto medium =
      make_medium(config_of(GetParam().kind, GetParam().entry_bits), GetParam().index, workers());
  EXPECT_EQ(broken_laws(*medium), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Media, MediumLaws,
                         testing::Values(Case{"ImplicitSigns", MediumKind::Implicit, 1, 0},
                                         Case{"ImplicitGaussian", MediumKind::Implicit, 8, 0},
                                         Case{"ImplicitSignsAfterDrift", MediumKind::Implicit, 1, 3},
                                         Case{"Stored", MediumKind::Stored, 2, 0},
                                         Case{"Structured", MediumKind::Structured, 1, 0},
                                         Case{"StructuredAfterDrift", MediumKind::Structured, 1, 3}),
                         [](const auto& instance) { return std::string(instance.param.name); });

// A good medium whose fields are spoilt.
class Spoilt : public Medium {
 public:
  using Spoil =
      std::function<void(const Medium&, std::span<const uint64_t>, uint64_t, size_t, int32_t*, int32_t*)>;

  Spoilt(uint64_t variance, Spoil spoil)
      : Medium(64 * 64, 64 * 128),
        good_(make_medium(config_of(MediumKind::Implicit, 4), 0, workers())),
        variance_(variance),
        spoil_(std::move(spoil)) {}

  void project(std::span<const uint64_t> lit, uint64_t first_pixel, size_t count, int32_t* re,
               int32_t* im) const override {
    spoil_(*good_, lit, first_pixel, count, re, im);
  }
  uint64_t entry_variance() const override { return variance_ != 0 ? variance_ : good_->entry_variance(); }
  bool additive() const override { return true; }

 private:
  std::unique_ptr<Medium> good_;
  uint64_t variance_;
  Spoil spoil_;
};

bool names(const std::vector<std::string>& broken, const std::string& law) {
  return std::any_of(broken.begin(), broken.end(),
                     [&](const std::string& line) { return line.rfind(law, 0) == 0; });
}

TEST(SpoiltMedium, IsFoundOutWhenNeighbouringPixelsShareARow) {
  const Spoilt medium(
      0, [](const Medium& good, auto lit, uint64_t first, size_t count, int32_t* re, int32_t* im) {
        for (size_t i = 0; i < count; ++i) {
          good.project(lit, (first + i) / 2, 1, re + i, im + i);
        }
      });
  const std::vector<std::string> broken = broken_laws(medium);
  EXPECT_TRUE(names(broken, "independence of pixels 1 apart"));
  EXPECT_TRUE(names(broken, "Marchenko-Pastur upper edge"));
  EXPECT_TRUE(names(broken, "Marchenko-Pastur lower edge"));
}

TEST(SpoiltMedium, IsFoundOutWhenItsVarianceIsNotWhatItSays) {
  const Spoilt medium(
      120, [](const Medium& good, auto lit, uint64_t first, size_t count, int32_t* re, int32_t* im) {
        good.project(lit, first, count, re, im);  // variance 126
      });
  const std::vector<std::string> broken = broken_laws(medium);
  EXPECT_TRUE(names(broken, "power of an entry"));
}

TEST(SpoiltMedium, IsFoundOutWhenItsFieldIsNotCircular) {
  const Spoilt medium(
      0, [](const Medium& good, auto lit, uint64_t first, size_t count, int32_t* re, int32_t* im) {
        good.project(lit, first, count, re, im);
        for (size_t i = 0; i < count; ++i) {
          im[i] = re[i];  // keeps the power of each part
        }
      });
  const std::vector<std::string> broken = broken_laws(medium);
  EXPECT_TRUE(names(broken, "circularity: Im E[T^2]"));
  EXPECT_TRUE(names(broken, "speckle contrast"));
  EXPECT_TRUE(names(broken, "kernel"));
}

TEST(SpoiltMedium, IsFoundOutWhenItsPixelsRepeatFurtherAway) {
  const Spoilt medium(
      0, [](const Medium& good, auto lit, uint64_t first, size_t count, int32_t* re, int32_t* im) {
        for (size_t i = 0; i < count; ++i) {
          good.project(lit, (first + i) % 4096, 1, re + i, im + i);
        }
      });
  EXPECT_TRUE(names(broken_laws(medium), "independence of pixels 4096 apart"));
}

}  // namespace
}  // namespace photic::optics
