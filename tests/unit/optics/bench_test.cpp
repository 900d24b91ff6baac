// SPDX-License-Identifier: Apache-2.0
// The bench at its pins: the same picture however it is computed, and the documented chain.
#include "models/optics/bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <set>
#include <vector>

#include "models/numerics/counter_random.h"
#include "models/optics/camera.h"
#include "models/optics/drift.h"
#include "models/optics/medium.h"
#include "models/optics/simd/kernels.h"

namespace photic::optics {
namespace {

constexpr SensorShape kShape = {24, 100, 20, 33};

BenchConfig config_of(MediumKind medium, unsigned entry_bits = 3) {
  BenchConfig config;
  config.shape = kShape;
  config.medium = medium;
  config.seed = 11;
  config.entry_bits = entry_bits;
  config.imperfections = Imperfections::defaults();
  config.imperfections.drift_q32_per_frame = 1u << 28;
  config.imperfections.dead_pixels_ppm = 20000;
  config.threads = 1;
  config.reference_level = 700;
  return config;
}

Exposure exposure_of(uint32_t frame) {
  return {.frame = frame,
          .reference_phase = static_cast<uint8_t>(frame % 12),
          .exposure_cycles = 2000,
          .laser_power = 40000,
          .laser_shift = 34,
          .adc_bits = 8,
          .first_row = 3,
          .rows = 11};
}

// Rows with feature-like runs, a row of noise, partial last words.
void load_pattern(Bench& bench, uint32_t which) {
  bench.fill(which % 2 != 0);
  for (uint32_t row = which % 3; row < kShape.mirror_rows; row += 5) {
    for (uint32_t word = 0; word < 7; ++word) {
      const uint64_t bits = numerics::CounterRandom(which, 999).bits(row, word);
      bench.load(row, word, which % 4 == 3 ? static_cast<uint16_t>(bits) : (bits & 1) != 0 ? 0xFFFF : 0);
    }
  }
  bench.latch();
}

std::vector<uint16_t> film(const BenchConfig& config, uint32_t pictures = 16) {
  Bench bench(config);
  std::vector<uint16_t> all;
  for (uint32_t frame = 0; frame < pictures; ++frame) {
    load_pattern(bench, frame / 2);
    bench.expose(exposure_of(frame));
    all.insert(all.end(), bench.counts().begin(), bench.counts().end());
  }
  EXPECT_GT(std::set<uint16_t>(all.begin(), all.end()).size(), 200u) << "not much of a picture";
  return all;
}

TEST(Bench, TakesTheSamePicturesOnEveryInstructionSet) {
  for (const MediumKind medium : {MediumKind::Implicit, MediumKind::Stored, MediumKind::Structured}) {
    BenchConfig config = config_of(medium);
    config.simd = Simd::Portable;
    const std::vector<uint16_t> portable = film(config);
    for (const Simd simd : {Simd::Avx2, Simd::Avx512}) {
      if (has_simd(simd)) {
        config.simd = simd;
        EXPECT_EQ(film(config), portable) << "medium " << static_cast<int>(medium);
      }
    }
  }
}

TEST(Bench, TakesTheSamePicturesWithAnyNumberOfThreads) {
  BenchConfig config;
  config.shape = {64, 300, 64, 512};
  config.seed = 12;
  config.imperfections = Imperfections::defaults();
  config.reference_level = 300;
  const auto take = [&](unsigned threads) {
    config.threads = threads;
    Bench bench(config);
    for (uint32_t row = 0; row < 64; ++row) {
      bench.load(row, row % 19, 0x1234);
    }
    bench.latch();
    bench.expose({.frame = 90000000,
                  .reference_phase = 3,
                  .exposure_cycles = 100,
                  .laser_power = 1000,
                  .laser_shift = 21,
                  .adc_bits = 12,
                  .first_row = 0,
                  .rows = 64});
    return std::vector<uint16_t>(bench.counts().begin(), bench.counts().end());
  };
  EXPECT_EQ(take(4), take(1));
}

// The chain in plain C++, entry by entry, with everything on but the draws.
TEST(Bench, TakesThePictureThatEntriesAndTheDocumentedChainGive) {
  for (const MediumKind kind : {MediumKind::Implicit, MediumKind::Stored}) {
    BenchConfig config = config_of(kind);
    config.imperfections.shot = false;
    config.imperfections.read_noise_millielectrons = 0;
    config.imperfections.dead_pixels_ppm = 0;
    const Workers workers{1, &kernels_for(Simd::Portable), nullptr};
    Bench bench(config);
    for (const uint32_t frame : {0u, 1u, 5u, 6u, 40u}) {
      load_pattern(bench, 0);
      const Exposure exposure = exposure_of(frame);
      bench.expose(exposure);
      const Drift drift = drift_at(config.imperfections, frame);
      const auto now = make_medium(config, drift.index, workers);
      const auto next = make_medium(config, drift.index + 1, workers);
      for (size_t i = 0; i < bench.counts().size(); i += 37) {
        const uint64_t pixel = exposure.first_row * kShape.pixel_cols + i;
        int64_t lit[2] = {0, 0};
        int64_t all[2] = {0, 0};
        for (uint64_t mirror = 0; mirror < kShape.mirrors(); ++mirror) {
          const Entry a = now->entry(pixel, mirror);
          const Entry b = next->entry(pixel, mirror);
          const int64_t re = drift.weight_now * a.re + drift.weight_next * b.re;
          const int64_t im = drift.weight_now * a.im + drift.weight_next * b.im;
          const auto row = static_cast<uint32_t>(mirror / kShape.mirror_cols);
          const auto word = static_cast<uint32_t>(mirror % kShape.mirror_cols / 16);
          const bool on = row % 5 == 0 && (numerics::CounterRandom(0, 999).bits(row, word) & 1) != 0;
          lit[0] += on ? re : 0;
          lit[1] += on ? im : 0;
          all[0] += re;
          all[1] += im;
        }
        const float off =
            static_cast<float>(config.imperfections.mirror_contrast_q16 / 65536.0 / drift.unit());
        const float on_minus_off =
            static_cast<float>((1 - config.imperfections.mirror_contrast_q16 / 65536.0) / drift.unit());
        const Reference beam = reference_beam(config.reference_level, exposure.reference_phase);
        const float re = on_minus_off * static_cast<float>(lit[0]) + off * static_cast<float>(all[0]) +
                         static_cast<float>(beam.re);
        const float im = on_minus_off * static_cast<float>(lit[1]) + off * static_cast<float>(all[1]) +
                         static_cast<float>(beam.im);
        const float gain = static_cast<float>(2000.0 * 40000.0 / 17179869184.0 * laser_factor(config, frame));
        const float electrons = std::min((re * re + im * im) * gain, 13500.0f);
        const float code = std::min(electrons * (255.0f / 13500.0f), 255.0f);
        ASSERT_EQ(bench.counts()[i], static_cast<uint16_t>(std::nearbyint(code)))
            << "frame " << frame << " pixel " << pixel;
      }
    }
  }
}

// Patterns of few runs are put together from remembered fields; one of many runs is projected afresh.
TEST(Bench, TakesTheSamePictureHoweverItCameByTheField) {
  BenchConfig config = config_of(MediumKind::Implicit);
  config.shape = {64, 100, 20, 33};
  Bench warm(config);
  for (uint32_t step = 0; step < 60; ++step) {
    const auto draw = [&](uint32_t row, uint32_t word) {
      const uint64_t bits = numerics::CounterRandom(step / 2, 998).bits(row, word);
      return static_cast<uint16_t>(step % 3 == 0 ? bits : bits % 3 == 0 ? 0xFFFF : 0);
    };
    Bench cold(config);
    for (Bench* bench : {&warm, &cold}) {
      bench->fill(step % 5 == 0);
      for (uint32_t row = step % 7; row < 64; row += 9) {
        for (uint32_t word = 0; word < 7; ++word) {
          bench->load(row, word, draw(row, word));
        }
      }
      bench->latch();
      bench->expose(exposure_of(step));
    }
    ASSERT_TRUE(std::equal(warm.counts().begin(), warm.counts().end(), cold.counts().begin()))
        << "step " << step;
  }
}

TEST(Bench, ReadsTheSameAbsolutePixelsThroughEveryWindow) {
  for (const MediumKind kind : {MediumKind::Implicit, MediumKind::Stored, MediumKind::Structured}) {
    Bench bench(config_of(kind));
    load_pattern(bench, 2);
    Exposure exposure = exposure_of(5);
    exposure.first_row = 0;
    exposure.rows = 20;
    bench.expose(exposure);
    const std::vector<uint16_t> whole(bench.counts().begin(), bench.counts().end());
    for (uint32_t first = 0; first < 20; first += 3) {
      exposure.first_row = first;
      exposure.rows = std::min(5u, 20 - first);
      bench.expose(exposure);
      ASSERT_EQ(bench.counts().size(), exposure.rows * kShape.pixel_cols);
      EXPECT_TRUE(std::equal(bench.counts().begin(), bench.counts().end(),
                             whole.begin() + first * kShape.pixel_cols));
    }
  }
}

std::vector<uint16_t> look(Bench& bench) {
  bench.expose(exposure_of(1));
  return {bench.counts().begin(), bench.counts().end()};
}

TEST(Bench, ShowsTheShadowMemoryOnlyAfterALatch) {
  Bench bench(config_of(MediumKind::Implicit));
  const std::vector<uint16_t> dark = look(bench);
  bench.fill(true);
  bench.load(3, 2, 0x00FF);
  EXPECT_EQ(look(bench), dark);
  bench.latch();
  const std::vector<uint16_t> lit = look(bench);
  EXPECT_NE(lit, dark);
  bench.latch();  // the shadow keeps its contents
  EXPECT_EQ(look(bench), lit);
  bench.fill(false);
  bench.latch();
  EXPECT_EQ(look(bench), dark);
}

TEST(Bench, KeepsMirrorsLitAroundAWordLoadedAfterAFill) {
  Bench filled(config_of(MediumKind::Implicit));
  filled.fill(true);
  filled.load(4, 1, 0x0F0F);
  filled.latch();
  Bench loaded(config_of(MediumKind::Implicit));
  for (uint32_t row = 0; row < kShape.mirror_rows; ++row) {
    for (uint32_t word = 0; word < 7; ++word) {
      loaded.load(row, word, row == 4 && word == 1 ? 0x0F0F : 0xFFFF);  // bits beyond column 99 are ignored
    }
  }
  loaded.latch();
  EXPECT_EQ(look(loaded), look(filled));
}

TEST(Bench, IsAsNewAfterAReset) {
  Bench bench(config_of(MediumKind::Implicit));
  const std::vector<uint16_t> dark = look(bench);
  load_pattern(bench, 1);
  look(bench);
  bench.reset();
  EXPECT_TRUE(bench.counts().empty());
  EXPECT_EQ(look(bench), dark);
}

TEST(Bench, RejectsWhatIsNotThere) {
  Bench bench(config_of(MediumKind::Implicit));
  EXPECT_THROW(bench.load(24, 0, 1), Error);
  EXPECT_THROW(bench.load(0, 7, 1), Error);
  const auto rejects = [&](auto change) {
    Exposure exposure = exposure_of(1);
    change(exposure);
    EXPECT_THROW(bench.expose(exposure), Error);
  };
  rejects([](Exposure& e) { e.rows = 0; });
  rejects([](Exposure& e) { e.first_row = 10; });
  rejects([](Exposure& e) { e.first_row = 0xFFFFFFFF; });
  rejects([](Exposure& e) { e.reference_phase = 12; });
  rejects([](Exposure& e) { e.adc_bits = 9; });
  EXPECT_EQ(look(bench).size(), 11u * 33);  // and goes on working
}

TEST(Bench, ShowsLifeDuringAnExposure) {
  Bench bench(config_of(MediumKind::Implicit));
  std::atomic<uint64_t> progress{0};
  bench.set_progress(&progress);
  load_pattern(bench, 3);
  bench.expose(exposure_of(1));
  EXPECT_GT(progress.load(), 0u);
  bench.set_progress(nullptr);
  const uint64_t before = progress.load();
  load_pattern(bench, 1);
  bench.expose(exposure_of(1));
  EXPECT_EQ(progress.load(), before);
}

}  // namespace
}  // namespace photic::optics
