// SPDX-License-Identifier: Apache-2.0
// What a bench is made of, and the options a target URI describes it with.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "models/optics/error.h"
#include "models/optics/imperfections.h"

namespace photic::optics {

/// Mirrors of the DMD and pixels of the camera, rows by columns.
struct SensorShape {
  uint32_t mirror_rows = 0;
  uint32_t mirror_cols = 0;
  uint32_t pixel_rows = 0;
  uint32_t pixel_cols = 0;

  constexpr uint64_t mirrors() const { return uint64_t{mirror_rows} * mirror_cols; }
  constexpr uint64_t pixels() const { return uint64_t{pixel_rows} * pixel_cols; }
  friend constexpr bool operator==(const SensorShape&, const SensorShape&) = default;
};

/// How the entries of the transmission matrix T are come by.
enum class MediumKind {
  Implicit,    ///< independent entries from a counter-based generator, nothing stored
  Stored,      ///< the same entries, kept in memory
  Structured,  ///< three rounds of random signs and fast Walsh-Hadamard transforms
};

/// Which instructions the inner loops use. Never changes a result.
enum class Simd {
  Portable,  ///< plain C++
  Avx2,      ///< AVX2, AES-NI, POPCNT
  Avx512,    ///< AVX-512 F/BW/DQ/VL with VAES and VPOPCNTDQ
  Best,      ///< the fastest the processor has
};

/// A whole bench. Two benches with equal configurations (threads and simd aside) give equal counts.
struct BenchConfig {
  SensorShape shape;
  MediumKind medium = MediumKind::Implicit;
  uint64_t seed = 0;
  /// Sign planes an entry is summed from, 1 (signs) to 8 (near Gaussian): see implicit_medium.h.
  unsigned entry_bits = 1;
  Imperfections imperfections = Imperfections::none();
  /// Threads for large work; 0 is one a processor.
  unsigned threads = 0;
  /// Electrons a pixel holds; full scale of the ADC.
  uint32_t full_well_electrons = abi::kFullWellElectrons;
  /// Amplitude of the reference beam at every pixel, in field units (an ON mirror contributes an entry of T).
  /// `reference_level_for` in exposure.h gives it for a wanted reference-to-signal ratio.
  uint32_t reference_level = 0;
  Simd simd = Simd::Best;
};

/// A bench of `shape` from options, all optional:
/// medium = implicit | stored | structured; seed = 0 .. 2^64-1; entry_bits = 1 .. 8; threads = 0 .. 256;
/// full_well = electrons; reference = field units; simd = portable | avx2 | avx512 | best;
/// noise = off | default | list of term:level separated by `;`, applied on top of `off`:
///   shot, quantisation, saturation : on | off;  read : electrons rms;  contrast : OFF amplitude, 0 to 1;
///   laser : rms fraction of the mean, 0 to 0.25;  drift : frames to a radian;  dead : pixels a million.
/// `on` means the default level and `off` none, for every term. Without `noise` the bench has default
/// imperfections; without `reference` a beam of abi::kReferenceToSignal times the mean intensity that one
/// full row of lit mirrors gives. Throws ConfigError, also for a key that is none of these.
BenchConfig parse_bench_options(SensorShape shape, const std::map<std::string, std::string>& options);

/// Throws ConfigError unless a bench of this configuration can be built.
void validate(const BenchConfig& config);

}  // namespace photic::optics
