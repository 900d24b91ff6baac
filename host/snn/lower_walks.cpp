// SPDX-License-Identifier: Apache-2.0
// Convolutions and pools as walks. A source at iy reaches target oy through tap ky = (iy + padding - oy
// stride) / dilation, where that is whole: as oy goes up by dilation / g, ky goes down by stride / g (g their
// common divisor). Taps with the same ky modulo stride / g form a phase; a source only ever uses one phase an
// axis, so a phase's taps lie together in a block, and equal blocks are stored once: behind a pool, whose
// windows repeat a kernel's taps, that makes as few words and axons as if the pool had been computed first.
#include <algorithm>
#include <bit>
#include <numeric>

#include "host/snn/for_each_synapse.h"
#include "host/snn/lower.h"
#include "host/snn/snn_error.h"
#include "host/snn/storage_format.h"

namespace photic::host::snn {
namespace {

using abi::SpuAxon;
using abi::SpuWalk;

/// Most rows and columns of a walk; where they stand in the axon's extent.
constexpr size_t kLargestWalk = 15;
constexpr uint32_t kRowsShift = 7, kColumnsShift = 3;

struct Axis {
  size_t kernel = 1, stride = 1, padding = 0, dilation = 1;
  size_t first = 0, count = 1;  // targets of the tile

  size_t target_step() const { return dilation / std::gcd(stride, dilation); }
  size_t tap_step() const { return stride / std::gcd(stride, dilation); }
  size_t phases() const { return std::min(tap_step(), kernel); }
  /// Taps of the longest phase.
  size_t taps() const { return (kernel + tap_step() - 1) / tap_step(); }
};

/// What a source coordinate reaches: targets first, first + step, ... of the tile through taps of one phase,
/// the first through its tap number `tap`.
struct Sight {
  size_t first = 0, count = 0, phase = 0, tap = 0;
};

Sight look(const Axis& axis, size_t source) {
  Sight sight;
  for (size_t o = 0; o < axis.count; ++o) {
    const size_t seen = (axis.first + o) * axis.stride;
    if (seen > source + axis.padding || (source + axis.padding - seen) % axis.dilation != 0) {
      continue;
    }
    const size_t tap = (source + axis.padding - seen) / axis.dilation;
    if (tap >= axis.kernel) {
      continue;
    }
    if (sight.count == 0) {
      sight = {o, 0, tap % axis.tap_step(), tap / axis.tap_step()};
    }
    ++sight.count;
  }
  return sight;
}

std::vector<Sight> look_from_all(const Axis& axis, size_t sources) {
  std::vector<Sight> sights;
  for (size_t s = 0; s < sources; ++s) {
    sights.push_back(look(axis, s));
  }
  return sights;
}

/// The geometry shared by all axons of one connection into one tile.
class Walker {
 public:
  template <typename Window>
  Walker(PieceBuilder& builder, size_t connection, const Window& window, std::pair<size_t, size_t> dilation)
      : builder_(builder),
        connection_(connection),
        tile_(*builder.piece().tile),
        source_(source_shape(builder.network(), builder.network().connections[connection])),
        y_{window.kernel_size.first,
           window.stride.first,
           window.padding.first,
           dilation.first,
           tile_.y,
           tile_.rows},
        x_{window.kernel_size.second,
           window.stride.second,
           window.padding.second,
           dilation.second,
           tile_.x,
           tile_.columns},
        rows_(look_from_all(y_, source_[1])),
        columns_(look_from_all(x_, source_[2])) {}

  const Tile& tile() const { return tile_; }
  const Shape& source() const { return source_; }
  const Axis& y() const { return y_; }
  const Axis& x() const { return x_; }

  /// Adds the axons of every source of channel `ic` that sees the tile. `prototype` has format, bits, code,
  /// align and exponent; `neuron` is the first target of the row at the tile's corner, `count` its length.
  /// `blocks` are those of the phases, (phase y, phase x), or one for all or none; `row_words` is 0 if all
  /// taps are alike.
  void add(const SpuAxon& prototype, size_t ic, size_t neuron, size_t count,
           const std::vector<size_t>& blocks, size_t row_words) {
    for (size_t iy = 0; iy < source_[1]; ++iy) {
      for (size_t ix = 0; ix < source_[2]; ++ix) {
        if (rows_[iy].count != 0 && columns_[ix].count != 0) {
          const auto element = static_cast<uint32_t>((ic * source_[1] + iy) * source_[2] + ix);
          add_source(prototype, element, rows_[iy], columns_[ix], neuron, count, blocks, row_words);
        }
      }
    }
  }

 private:
  void add_source(const SpuAxon& prototype, uint32_t element, const Sight& row, const Sight& column,
                  size_t neuron, size_t count, const std::vector<size_t>& blocks, size_t row_words) {
    for (size_t i = 0; i < row.count; i += kLargestWalk) {
      for (size_t j = 0; j < column.count; j += kLargestWalk) {
        const size_t rows = std::min(kLargestWalk, row.count - i);
        const size_t columns = std::min(kLargestWalk, column.count - j);
        LoweredAxon lowered;
        lowered.axon = prototype;
        lowered.axon.delay = builder_.delay(connection_, 0);
        const size_t ty = row.first + i * y_.target_step();
        const size_t tx = column.first + j * x_.target_step();
        lowered.axon.target = static_cast<uint32_t>((ty * tile_.columns + tx) * tile_.pitch + neuron);
        lowered.axon.extent = static_cast<uint32_t>(rows << kRowsShift | columns << kColumnsShift);
        lowered.axon.walk = walk(count, row_words);
        if (!blocks.empty()) {
          lowered.block = blocks.size() == 1 ? blocks[0] : blocks[row.phase * x_.phases() + column.phase];
          lowered.axon.base = static_cast<uint32_t>(((row.tap - i) * x_.taps() + column.tap - j) * row_words);
        }
        lowered.operations = static_cast<uint32_t>(rows * columns * count);
        builder_.add(connection_, element, lowered);
      }
    }
  }

  uint32_t walk(size_t count, size_t row_words) {
    // A step that no walk of this tile takes need not fit its field.
    const size_t down = tile_.rows > 1 ? y_.target_step() * tile_.columns * tile_.pitch : 0;
    const size_t right = tile_.columns > 1 ? x_.target_step() * tile_.pitch : 0;
    const size_t kernel_down = tile_.rows > 1 ? x_.taps() * row_words : 0;
    const size_t kernel_right = tile_.columns > 1 ? row_words : 0;
    // Targets of two rows of one walk lie in one core, so only a kernel can be too wide.
    if (!SpuWalk::kKernelY.fits(kernel_down) || !SpuWalk::kTargetY.fits(down)) {
      throw SnnError(SnnError::Kind::kDoesNotFit, builder_.network().connections[connection_].name, "kernel",
                     "has rows of more words than a walk can step over", "use a smaller kernel");
    }
    SpuWalk found;
    found.count = static_cast<uint32_t>(count);
    found.target_x = static_cast<uint32_t>(right);
    found.target_y = static_cast<uint32_t>(down);
    found.kernel_x = static_cast<uint32_t>(kernel_right);
    found.kernel_y = static_cast<uint32_t>(kernel_down);
    return builder_.walk(found);
  }

  PieceBuilder& builder_;
  size_t connection_;
  Tile tile_;
  const Shape& source_;
  Axis y_, x_;
  std::vector<Sight> rows_, columns_;
};

void apply(const StorageFormat& format, SpuAxon& axon) {
  axon.bits = format.bits;
  axon.code = format.code;
  axon.align = format.align;
  axon.exponent = format.exponent;
}

}  // namespace

void lower_convolution(PieceBuilder& builder, size_t connection, const ConvolutionSynapses& synapses) {
  Walker walker(builder, connection, synapses, synapses.dilation);
  const Tile& tile = walker.tile();
  const size_t in_group = walker.source()[0] / synapses.groups;
  const Connection& c = builder.network().connections[connection];
  const size_t out_group = builder.network().populations[c.target].shape[0] / synapses.groups;
  const size_t height = synapses.kernel_size.first;
  const size_t width = synapses.kernel_size.second;
  for (size_t ic = 0; ic < walker.source()[0]; ++ic) {
    const size_t first = std::max(ic / in_group * out_group, tile.channel);
    const size_t end = std::min((ic / in_group + 1) * out_group, tile.channel + tile.channels);
    if (first >= end) {
      continue;
    }
    for (const Segment& segment : row_segments(first - tile.channel, end - first, builder.preset().lanes)) {
      const auto row = [&](size_t ky, size_t kx) {
        std::vector<int32_t> weights(segment.count);
        for (size_t k = 0; k < segment.count && ky < height && kx < width; ++k) {
          const size_t oc = tile.channel + segment.first + k;
          weights[k] = synapses.kernel[((oc * in_group + ic % in_group) * height + ky) * width + kx];
        }
        return weights;
      };
      std::vector<int32_t> all;
      for (size_t tap = 0; tap < height * width; ++tap) {
        const std::vector<int32_t> weights = row(tap / width, tap % width);
        all.insert(all.end(), weights.begin(), weights.end());
      }
      if (std::all_of(all.begin(), all.end(), [](int32_t w) { return w == 0; })) {
        continue;
      }
      const auto format = smallest_format(all);
      if (!format) {
        throw SnnError(
            SnnError::Kind::kFormat, c.name, "kernel",
            "of source channel " + std::to_string(ic) + " fits no format of 8 bits and a power of two",
            "quantise the network to 8 bits or fewer");
      }
      std::vector<size_t> blocks;
      for (size_t py = 0; py < walker.y().phases(); ++py) {
        for (size_t px = 0; px < walker.x().phases(); ++px) {
          std::vector<uint64_t> words;
          for (size_t m = 0; m < walker.y().taps(); ++m) {
            for (size_t n = 0; n < walker.x().taps(); ++n) {
              const std::vector<uint64_t> packed =
                  pack_row(*format, row(py + m * walker.y().tap_step(), px + n * walker.x().tap_step()));
              words.insert(words.end(), packed.begin(), packed.end());
            }
          }
          blocks.push_back(builder.block(std::move(words)));
        }
      }
      SpuAxon prototype;
      prototype.format = abi::SpuSynapseFormat::WALK;
      apply(*format, prototype);
      walker.add(prototype, ic, segment.first, segment.count, blocks, format->row_words(segment.count));
    }
  }
}

void lower_pool(PieceBuilder& builder, size_t connection, const PoolSynapses& synapses) {
  if (synapses.weight == 0) {
    return;
  }
  Walker walker(builder, connection, synapses, {1, 1});
  const Tile& tile = walker.tile();
  SpuAxon prototype;
  std::vector<size_t> blocks;
  const auto weight = static_cast<uint32_t>(synapses.weight);
  if (synapses.weight > 0 && std::has_single_bit(weight) &&
      SpuAxon::kExponent.fits_signed(std::countr_zero(weight))) {
    prototype.format = abi::SpuSynapseFormat::POOL;
    prototype.exponent = std::countr_zero(weight);
  } else {
    const auto format = smallest_format(std::span(&synapses.weight, 1));
    if (!format) {
      throw SnnError(SnnError::Kind::kFormat, builder.network().connections[connection].name, "weight",
                     std::to_string(synapses.weight) + " fits no format of 8 bits and a power of two",
                     "choose a weight of 8 bits");
    }
    prototype.format = abi::SpuSynapseFormat::WALK;
    apply(*format, prototype);
    blocks.push_back(builder.block(pack_row(*format, std::span(&synapses.weight, 1))));
  }
  for (size_t c = tile.channel; c < tile.channel + tile.channels; ++c) {
    walker.add(prototype, c, c - tile.channel, 1, blocks, 0);
  }
}

}  // namespace photic::host::snn
