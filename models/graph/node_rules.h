// SPDX-License-Identifier: Apache-2.0
// What one node asks of its parameters and its input, whatever graph it is in.
#pragma once

#include <optional>

#include "models/graph/graph.h"

namespace photic::graph {

/// Throws GraphError unless every parameter of `node` is there, finite, in its range and of a shape that fits
/// the others. A graph inside is not looked into.
void check_parameters(const std::string& name, const NodeKind& node);

/// What the parameters alone tell of the input's shape; nothing if the shape comes from the node before.
std::optional<Shape> own_input_shape(const NodeKind& node);

/// Shape of what comes out when `input` goes in. Throws GraphError if that does not fit. Not for a Subgraph.
/// Convolution and pooling as torch: floor((input + padding - dilation (kernel - 1) - 1) / stride) + 1.
Shape output_shape(const std::string& name, const NodeKind& node, const Shape& input);

/// `node` with its single-valued arrays broadcast to `input`, its input size and an absent bias filled in.
NodeKind resolve_node(const NodeKind& node, const Shape& input);

}  // namespace photic::graph
