// SPDX-License-Identifier: Apache-2.0
// Which outputs see an input is worked out once an axis; the rest is a walk.
#include "models/reference/spiking/convolution.h"

namespace photic::reference::spiking {

Convolution::Convolution(const graph::Conv1d& node, const graph::Shape& input, const graph::Shape& output)
    : groups_(node.groups),
      in_per_group_(node.weight.shape[1]),
      out_per_group_(node.weight.shape[0] / node.groups),
      kernel_(node.weight.values) {
  prepare({1, 1, 1, 1, 1, 0},
          {input[1], output[1], node.weight.shape[2], node.stride, node.dilation, node.padding.first});
}

Convolution::Convolution(const graph::Conv2d& node, const graph::Shape& input, const graph::Shape& output)
    : groups_(node.groups),
      in_per_group_(node.weight.shape[1]),
      out_per_group_(node.weight.shape[0] / node.groups),
      kernel_(node.weight.values) {
  prepare({input[1], output[1], node.weight.shape[2], node.stride.first, node.dilation.first,
           node.padding_before.first},
          {input[2], output[2], node.weight.shape[3], node.stride.second, node.dilation.second,
           node.padding_before.second});
}

Convolution::Convolution(const graph::Pool2d& node, const graph::Shape& input, const graph::Shape& output)
    : groups_(input[0]), in_per_group_(1), out_per_group_(1) {
  const size_t window = node.kernel.first * node.kernel.second;
  kernel_.assign(input[0] * window, node.average ? 1.0 / static_cast<double>(window) : 1.0);
  prepare({input[1], output[1], node.kernel.first, node.stride.first, 1, node.padding.first},
          {input[2], output[2], node.kernel.second, node.stride.second, 1, node.padding.second});
}

void Convolution::prepare(const Axis& vertical, const Axis& horizontal) {
  height_ = vertical.input;
  width_ = horizontal.input;
  out_height_ = vertical.output;
  out_width_ = horizontal.output;
  taps_x_ = horizontal.kernel;
  taps_ = vertical.kernel * horizontal.kernel;
  rows_ = sights(vertical);
  columns_ = sights(horizontal);
}

Convolution::Sights Convolution::sights(const Axis& axis) {
  Sights sights(axis.input);
  for (size_t output = 0; output < axis.output; ++output) {
    for (size_t tap = 0; tap < axis.kernel; ++tap) {
      const size_t padded = output * axis.stride + tap * axis.dilation;
      if (padded >= axis.padding && padded - axis.padding < axis.input) {
        sights[padded - axis.padding].push_back({output, tap});
      }
    }
  }
  return sights;
}

void Convolution::accumulate(std::span<const double> x, std::span<double> y) const {
  const size_t plane = height_ * width_, out_plane = out_height_ * out_width_;
  for (size_t i = 0; i < x.size(); ++i) {
    if (x[i] == 0) {
      continue;
    }
    const size_t channel = i / plane, group = channel / in_per_group_;
    const std::vector<Sight>& rows = rows_[i % plane / width_];
    const std::vector<Sight>& columns = columns_[i % width_];
    for (size_t out = group * out_per_group_; out < (group + 1) * out_per_group_; ++out) {
      const double* kernel = kernel_.data() + (out * in_per_group_ + channel % in_per_group_) * taps_;
      for (const Sight& row : rows) {
        double* target = y.data() + out * out_plane + row.output * out_width_;
        for (const Sight& column : columns) {
          target[column.output] += kernel[row.tap * taps_x_ + column.tap] * x[i];
        }
      }
    }
  }
}

}  // namespace photic::reference::spiking
