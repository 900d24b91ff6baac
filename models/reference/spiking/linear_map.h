// SPDX-License-Identifier: Apache-2.0
// The nodes without memory, as maps y = A x + b that cost what is not zero in x: spikes are sparse.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "models/graph/graph.h"

namespace photic::reference::spiking {

/// A matrix, however it is stored.
class LinearMap {
 public:
  virtual ~LinearMap() = default;
  /// y += A x, visiting the elements of x in order and skipping zeros.
  virtual void accumulate(std::span<const double> x, std::span<double> y) const = 0;
};

/// y = A x + b; `bias` is empty or has y's size.
struct AffineMap {
  std::unique_ptr<const LinearMap> map;
  std::vector<double> bias;

  void apply(std::span<const double> x, std::span<double> y) const;
};

/// The map of a Linear, Affine, Scale, Conv1d, Conv2d or Pool2d whose parameters fit (photic::graph has
/// checked them); null for any other kind.
std::unique_ptr<AffineMap> make_affine_map(const graph::NodeKind& node, const graph::Shape& input,
                                           const graph::Shape& output);

}  // namespace photic::reference::spiking
