// SPDX-License-Identifier: Apache-2.0
// From input vectors to mirrors: the feature bits of a plane and the walk that lays features out on the
// modulator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/schemes.h"

namespace photic::kernels {

/// Entries of an input vector in one 64-bit source word: 64, 32 or 8.
unsigned features_per_word(abi::InputFormat format);

/// Feature bits of one plane from one source word: entry k of the word at bit k, zero above the last entry.
///
/// Planes: U1 0; T2 0 = `+`, 1 = `-`; U8 the bit; I8 0 .. planes-1 bits of positive magnitudes, then of
/// negative ones, where -128 has magnitude 128.
uint64_t plane_bits(abi::InputFormat format, unsigned planes, unsigned plane, uint64_t source_word);

/// Feature bits of one plane of a whole vector, packed 64 a word, bit 0 first; bits from `features` on are
/// zero.
///
/// `source` holds the vector's words, `bits` room for ceil(features / 64).
void plane_of_vector(abi::InputFormat format, unsigned planes, unsigned plane, uint32_t features,
                     std::span<const uint64_t> source, std::span<uint64_t> bits);

/// Where the features of a command lie on the mirror array.
struct MirrorLayout {
  uint32_t first_row = 0;
  uint32_t first_col = 0;
  uint32_t rows = 0;
  uint32_t cols = 0;
  uint32_t macro = 1;
  uint32_t features = 0;
  bool square = false;
  uint32_t array_cols = 0;  ///< Columns of the whole mirror array.

  /// 16-mirror words of a full row of the array.
  uint32_t words_per_row() const { return (array_cols + 15) / 16; }
};

/// The layout a submission asks for on an array of `array_cols` columns.
MirrorLayout mirror_layout(const abi::Submission& submission, uint32_t array_cols);

/// Where the walk over the region stands: at feature `feature`, whose current row already shows `across` of
/// its mirrors. In SQUARE layout `down` rows of the present band are done and the band began at feature
/// `band`.
struct MirrorWalk {
  uint32_t feature = 0;
  uint32_t across = 0;
  uint32_t down = 0;
  uint32_t band = 0;
};

/// What mirrors show in a step: the features through a mode, everything else lit or dark.
struct Pattern {
  abi::FeatureMode features = abi::FeatureMode::X;
  bool outside = false;
  friend bool operator==(const Pattern&, const Pattern&) = default;
};

/// Mirror word `word` (columns 16 word to 16 word + 15, bit 0 leftmost) of a row of the region; columns
/// beyond the array are 0.
///
/// Words of a row are asked for in ascending order, each once; `bits` is the plane's packed feature bits.
/// Advances `walk`.
uint16_t mirror_word(const MirrorLayout& layout, const Pattern& pattern, std::span<const uint64_t> bits,
                     uint32_t word, MirrorWalk& walk);

/// Moves `walk` from the end of a row to the start of the next one.
void end_row(const MirrorLayout& layout, MirrorWalk& walk);

/// Takes words that may differ from the pattern's outside value: row, word index, mirrors.
using WordSink = std::function<void(uint32_t row, uint32_t word, uint16_t mirrors)>;

/// All words of a frame that touch the region, row by row; words beside it show the outside value. Same
/// mirrors as `mirror_word`, run by run instead of mirror by mirror.
void mirror_words(const MirrorLayout& layout, const Pattern& pattern, std::span<const uint64_t> bits,
                  const WordSink& sink);

}  // namespace photic::kernels
