// SPDX-License-Identifier: Apache-2.0
// Dense matrices and scales; windows are in convolution.cpp.
#include "models/reference/spiking/linear_map.h"

#include <algorithm>

#include "models/reference/spiking/convolution.h"

namespace photic::reference::spiking {
namespace {

/// weight (..., out, in) applied to (..., in): leading dimensions are matrices of their own.
class Matrices : public LinearMap {
 public:
  explicit Matrices(const graph::Tensor& weight)
      : inputs_(weight.shape.back()), outputs_(weight.shape[weight.shape.size() - 2]) {
    // Column by column, so that one input's weights lie together.
    columns_.resize(weight.values.size());
    const size_t matrix = inputs_ * outputs_;
    for (size_t i = 0; i < weight.values.size(); ++i) {
      const size_t out = i % matrix / inputs_, in = i % inputs_;
      columns_[i / matrix * matrix + in * outputs_ + out] = weight.values[i];
    }
  }

  void accumulate(std::span<const double> x, std::span<double> y) const override {
    for (size_t i = 0; i < x.size(); ++i) {
      if (x[i] != 0) {
        const double* column = columns_.data() + i * outputs_;
        double* target = y.data() + i / inputs_ * outputs_;
        for (size_t out = 0; out < outputs_; ++out) {
          target[out] += column[out] * x[i];
        }
      }
    }
  }

 private:
  size_t inputs_, outputs_;
  std::vector<double> columns_;
};

class Diagonal : public LinearMap {
 public:
  explicit Diagonal(std::vector<double> scale) : scale_(std::move(scale)) {}

  void accumulate(std::span<const double> x, std::span<double> y) const override {
    for (size_t i = 0; i < x.size(); ++i) {
      y[i] += scale_[i] * x[i];
    }
  }

 private:
  std::vector<double> scale_;
};

/// `bias`, every value `repeat` times in a row, over and over until `size`.
std::vector<double> spread(const std::vector<double>& bias, size_t repeat, size_t size) {
  std::vector<double> values(bias.empty() ? 0 : size);
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = bias[i / repeat % bias.size()];
  }
  return values;
}

template <typename Map>
std::unique_ptr<AffineMap> affine(Map map, std::vector<double> bias = {}) {
  return std::make_unique<AffineMap>(AffineMap{std::make_unique<Map>(std::move(map)), std::move(bias)});
}

}  // namespace

void AffineMap::apply(std::span<const double> x, std::span<double> y) const {
  if (bias.empty()) {
    std::fill(y.begin(), y.end(), 0);
  } else {
    std::copy(bias.begin(), bias.end(), y.begin());
  }
  map->accumulate(x, y);
}

std::unique_ptr<AffineMap> make_affine_map(const graph::NodeKind& node, const graph::Shape& input,
                                           const graph::Shape& output) {
  const size_t size = graph::elements(output);
  if (const auto* linear = std::get_if<graph::Linear>(&node)) {
    return affine(Matrices(linear->weight));
  }
  if (const auto* dense = std::get_if<graph::Affine>(&node)) {
    return affine(Matrices(dense->weight), spread(dense->bias.values, 1, size));
  }
  if (const auto* scale = std::get_if<graph::Scale>(&node)) {
    return affine(Diagonal(spread(scale->scale.values, 1, size)));
  }
  if (const auto* conv1 = std::get_if<graph::Conv1d>(&node)) {
    return affine(Convolution(*conv1, input, output), spread(conv1->bias.values, output[1], size));
  }
  if (const auto* conv2 = std::get_if<graph::Conv2d>(&node)) {
    return affine(Convolution(*conv2, input, output),
                  spread(conv2->bias.values, output[1] * output[2], size));
  }
  if (const auto* pool = std::get_if<graph::Pool2d>(&node)) {
    return affine(Convolution(*pool, input, output));
  }
  return nullptr;
}

}  // namespace photic::reference::spiking
