// SPDX-License-Identifier: Apache-2.0
// How fast the optical bench is, against stored matrices and against itself: bench_optics
// --benchmark_filter=<regex>.
//
// Rates are real matrix entries applied a second: 2 * pixels * mirrors a field. Time is processor time where
// one thread works, wall time (with the processor time of all threads beside it) where several do.
#include <benchmark/benchmark.h>
#include <cblas.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "models/numerics/counter_random.h"
#include "models/optics/bench.h"
#include "models/optics/medium.h"

namespace {

using namespace photic::optics;

SensorShape shape_of(uint64_t mirrors, uint64_t pixels) {
  return {static_cast<uint32_t>(mirrors / 64), 64, static_cast<uint32_t>(pixels / 64), 64};
}

std::vector<uint64_t> half_lit(uint64_t mirrors) {
  std::vector<uint64_t> bits(mirrors / 64);
  for (size_t i = 0; i < bits.size(); ++i) {
    bits[i] = photic::numerics::CounterRandom(1, 950).bits(i);
  }
  return bits;
}

void report(benchmark::State& state, uint64_t mirrors, uint64_t pixels) {
  state.counters["entries/s"] =
      benchmark::Counter(2.0 * static_cast<double>(mirrors) * static_cast<double>(pixels),
                         benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::OneK::kIs1000);
}

void project(benchmark::State& state, MediumKind kind, unsigned entry_bits, Simd simd, unsigned threads) {
  const auto mirrors = static_cast<uint64_t>(state.range(0));
  const auto pixels = static_cast<uint64_t>(state.range(1));
  if (!has_simd(simd)) {
    state.SkipWithError("not on this processor");
    return;
  }
  BenchConfig config;
  config.shape = shape_of(mirrors, pixels);
  config.medium = kind;
  config.entry_bits = entry_bits;
  const Workers workers{threads, &kernels_for(simd), nullptr};
  const auto medium = make_medium(config, 0, workers);
  const std::vector<uint64_t> lit = half_lit(mirrors);
  std::vector<int32_t> re(pixels);
  std::vector<int32_t> im(pixels);
  for (auto _ : state) {
    medium->project(lit, 0, pixels, re.data(), im.data());
    benchmark::DoNotOptimize(re.data());
  }
  report(state, mirrors, pixels);
}

// A single-precision complex matrix as two real ones, times a batch of 0/1 vectors: what a BLAS user would
// do.
void multiply_blas(benchmark::State& state) {
  const auto mirrors = static_cast<int>(state.range(0));
  const auto pixels = static_cast<int>(state.range(1));
  const auto batch = static_cast<int>(state.range(2));
  openblas_set_num_threads(1);
  std::vector<float> matrix(2 * static_cast<size_t>(mirrors) * static_cast<size_t>(pixels));
  for (size_t i = 0; i < matrix.size(); ++i) {
    matrix[i] = static_cast<float>(static_cast<int>(i * 2654435761u >> 24) - 128);
  }
  std::vector<float> vectors(static_cast<size_t>(mirrors) * static_cast<size_t>(batch));
  for (size_t i = 0; i < vectors.size(); ++i) {
    vectors[i] = static_cast<float>((i * 40503u >> 7) & 1);
  }
  std::vector<float> out(2 * static_cast<size_t>(pixels) * static_cast<size_t>(batch));
  for (auto _ : state) {
    if (batch == 1) {
      cblas_sgemv(CblasRowMajor, CblasNoTrans, 2 * pixels, mirrors, 1, matrix.data(), mirrors, vectors.data(),
                  1, 0, out.data(), 1);
    } else {
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2 * pixels, batch, mirrors, 1, matrix.data(),
                  mirrors, vectors.data(), batch, 0, out.data(), batch);
    }
    benchmark::DoNotOptimize(out.data());
  }
  report(state, static_cast<uint64_t>(mirrors), static_cast<uint64_t>(pixels) * static_cast<uint64_t>(batch));
}

// Pictures of one row of features, 114 mirrors each, in a new pattern every frame, with everything imperfect.
void expose_features(benchmark::State& state) {
  const auto pixel_rows = static_cast<uint32_t>(state.range(0));
  const auto features = static_cast<uint32_t>(state.range(1));
  BenchConfig config;
  config.shape = {912, 1140, 1088, 2048};
  config.threads = 1;
  config.imperfections = Imperfections::defaults();
  config.reference_level = 60;
  Bench bench(config);
  uint32_t frame = 1u << 24;  // well into a drift
  std::vector<uint16_t> words(72 * 64);
  for (uint32_t pattern = 0; pattern < 64; ++pattern) {
    const uint64_t bits = photic::numerics::CounterRandom(2, 950).bits(pattern);
    for (uint32_t column = 0; column < features * 114; ++column) {
      words[72 * pattern + column / 16] |=
          static_cast<uint16_t>(((bits >> (column / 114)) & 1) << (column % 16));
    }
  }
  const auto take = [&] {
    bench.fill(false);
    for (uint32_t word = 0; word < 72; ++word) {
      bench.load(450, word, words[72 * (frame % 64) + word]);
    }
    bench.latch();
    bench.expose({.frame = frame++,
                  .reference_phase = 0,
                  .exposure_cycles = 1000,
                  .laser_power = 40000,
                  .laser_shift = 24,
                  .adc_bits = 8,
                  .first_row = 0,
                  .rows = pixel_rows});
  };
  for (int i = 0; i < 64; ++i) {
    take();  // every pattern once: its boundaries are known from then on
  }
  for (auto _ : state) {
    take();
    benchmark::DoNotOptimize(bench.counts().data());
  }
  state.counters["pixels/s"] =
      benchmark::Counter(pixel_rows * 2048.0, benchmark::Counter::kIsIterationInvariantRate);
}

// The whole DMD, at random, on the whole camera.
void expose_full_size(benchmark::State& state, MediumKind kind) {
  BenchConfig config;
  config.shape = {912, 1140, 1088, 2048};
  config.medium = kind;
  config.threads = static_cast<unsigned>(state.range(0));
  config.imperfections = Imperfections::defaults();
  // Each would add the field of another pattern or medium, and this measures one field a frame.
  config.imperfections.drift_q32_per_frame = 0;
  config.imperfections.mirror_contrast_q16 = 0;
  Bench bench(config);
  for (uint32_t row = 0; row < 912; ++row) {
    for (uint32_t word = 0; word < 72; ++word) {
      bench.load(row, word, static_cast<uint16_t>(photic::numerics::CounterRandom(3, 950).bits(row, word)));
    }
  }
  const auto take = [&] {
    bench.latch();  // a new pattern as far as the bench knows
    bench.expose({.frame = 1,
                  .reference_phase = kNoReference,
                  .exposure_cycles = 1000,
                  .laser_power = 40000,
                  .laser_shift = 36,
                  .adc_bits = 8,
                  .first_row = 0,
                  .rows = 1088});
  };
  for (auto _ : state) {
    take();
  }
  report(state, config.shape.mirrors(), config.shape.pixels());
}

const unsigned kAllThreads = std::max(1u, std::thread::hardware_concurrency());

// mirrors x pixels
#define PHOTIC_MEDIUM(name, ...) BENCHMARK_CAPTURE(project, name, __VA_ARGS__)
PHOTIC_MEDIUM(implicit_signs, MediumKind::Implicit, 1, Simd::Best, 1)
    ->Args({1 << 10, 1 << 11})
    ->Args({1 << 14, 1 << 11})
    ->Args({1 << 16, 1 << 11})
    ->Args({1 << 17, 1 << 11})
    ->Args({1 << 20, 1 << 11})
    ->Args({1 << 14, 1 << 14});
PHOTIC_MEDIUM(implicit_signs_all_threads, MediumKind::Implicit, 1, Simd::Best, kAllThreads)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Args({1 << 17, 1 << 11})
    ->Args({1 << 20, 1 << 11});
PHOTIC_MEDIUM(implicit_8bit, MediumKind::Implicit, 8, Simd::Best, 1)->Args({1 << 14, 1 << 11});
PHOTIC_MEDIUM(implicit_signs_avx2, MediumKind::Implicit, 1, Simd::Avx2, 1)->Args({1 << 14, 1 << 11});
PHOTIC_MEDIUM(implicit_signs_portable, MediumKind::Implicit, 1, Simd::Portable, 1)->Args({1 << 14, 1 << 8});
PHOTIC_MEDIUM(stored, MediumKind::Stored, 1, Simd::Best, 1)
    ->Args({1 << 10, 1 << 11})
    ->Args({1 << 14, 1 << 11});
PHOTIC_MEDIUM(structured, MediumKind::Structured, 1, Simd::Best, 1)
    ->Args({1 << 10, 1 << 11})
    ->Args({1 << 14, 1 << 11})
    ->Args({1 << 17, 1 << 11})
    ->Args({1 << 20, 1 << 11})
    ->Args({1 << 20, 1 << 20});
PHOTIC_MEDIUM(structured_all_threads, MediumKind::Structured, 1, Simd::Best, kAllThreads)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Args({1 << 20, 1 << 20})
    ->Args({1 << 20, 1 << 21})
    ->Args({1 << 21, 1 << 21});
// mirrors x pixels x batch
BENCHMARK(multiply_blas)
    ->Args({1 << 10, 1 << 11, 1})
    ->Args({1 << 14, 1 << 11, 1})
    ->Args({1 << 14, 1 << 11, 64})
    ->Args({1 << 14, 1 << 11, 512});
// pixel rows of 2048 x features
BENCHMARK(expose_features)
    ->Args({1, 10})
    ->Args({1, 2})
    ->Args({10, 10})
    ->Args({100, 10})
    ->Unit(benchmark::kMicrosecond);
// threads
BENCHMARK_CAPTURE(expose_full_size, structured, MediumKind::Structured)
    ->Arg(1)
    ->Arg(2)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(expose_full_size, implicit, MediumKind::Implicit)
    ->Arg(2)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
