// SPDX-License-Identifier: Apache-2.0
// Windows over channels: convolutions of one and two dimensions, and pools.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "models/reference/spiking/linear_map.h"

namespace photic::reference::spiking {

/// Cross-correlation y[o][p] = sum over c, k of w[o][c][k] x[c][p stride + k dilation - padding], by torch's
/// rules, scattered from the inputs that are not zero. Shapes are (channels, length) for Conv1d and
/// (channels, y, x) for the others. A pool is a convolution of each channel with ones, or with 1 / window for
/// the average.
class Convolution : public LinearMap {
 public:
  Convolution(const graph::Conv1d& node, const graph::Shape& input, const graph::Shape& output);
  Convolution(const graph::Conv2d& node, const graph::Shape& input, const graph::Shape& output);
  Convolution(const graph::Pool2d& node, const graph::Shape& input, const graph::Shape& output);

  void accumulate(std::span<const double> x, std::span<double> y) const override;

 private:
  struct Axis {
    size_t input, output, kernel, stride, dilation, padding;
  };
  /// An output coordinate that sees an input coordinate, and through which tap of the kernel.
  struct Sight {
    size_t output, tap;
  };
  /// Sights of every input coordinate of an axis.
  using Sights = std::vector<std::vector<Sight>>;

  static Sights sights(const Axis& axis);
  void prepare(const Axis& vertical, const Axis& horizontal);

  size_t groups_, in_per_group_, out_per_group_;
  size_t height_ = 0, width_ = 0, out_height_ = 0, out_width_ = 0, taps_ = 0, taps_x_ = 0;
  Sights rows_, columns_;
  std::vector<double> kernel_;
};

}  // namespace photic::reference::spiking
