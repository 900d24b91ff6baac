// SPDX-License-Identifier: Apache-2.0
// A connection of any kind as the synapses it stands for.
#pragma once

#include "host/snn/integer_network.h"

namespace photic::host::snn {

/// Shape of what a connection of `network` starts from.
inline const Shape& source_shape(const IntegerNetwork& network, const Connection& connection) {
  return connection.source == kInput ? network.input_shape : network.populations[connection.source].shape;
}

namespace detail {

/// Calls visit(source, target, y, x) for every tap (y, x) of a window that joins a source to a target
/// position of a plane.
template <typename Window, typename Visitor>
void for_each_tap(const Window& window, std::pair<size_t, size_t> dilation, const Shape& source,
                  const Shape& target, Visitor&& visit) {
  for (size_t oy = 0; oy < target[1]; ++oy) {
    for (size_t ky = 0; ky < window.kernel_size.first; ++ky) {
      const size_t iy = oy * window.stride.first + ky * dilation.first - window.padding.first;
      if (iy >= source[1]) {
        continue;  // in the padding: below 0 has wrapped around
      }
      for (size_t ox = 0; ox < target[2]; ++ox) {
        for (size_t kx = 0; kx < window.kernel_size.second; ++kx) {
          const size_t ix = ox * window.stride.second + kx * dilation.second - window.padding.second;
          if (ix < source[2]) {
            visit(iy * source[2] + ix, oy * target[2] + ox, ky, kx);
          }
        }
      }
    }
  }
}

}  // namespace detail

/// Calls visit(Synapse) for every synapse that is not 0. The connection must fit its network
/// (check_network); a synapse's delay is on top of the connection's.
template <typename Visitor>
void for_each_synapse(const IntegerNetwork& network, const Connection& connection, Visitor&& visit) {
  const Shape& source = source_shape(network, connection);
  const Shape& target = network.populations[connection.target].shape;
  const auto give = [&](size_t from, size_t to, int32_t weight, uint8_t delay = 0) {
    if (weight != 0) {
      visit(Synapse{static_cast<uint32_t>(from), static_cast<uint32_t>(to), weight, delay});
    }
  };
  if (const auto* dense = std::get_if<DenseSynapses>(&connection.synapses)) {
    const size_t sources = graph::elements(source);
    for (size_t i = 0; i < dense->weights.size(); ++i) {
      give(i % sources, i / sources, dense->weights[i]);
    }
  } else if (const auto* sparse = std::get_if<SparseSynapses>(&connection.synapses)) {
    for (const Synapse& synapse : sparse->synapses) {
      give(synapse.source, synapse.target, synapse.weight, synapse.delay);
    }
  } else if (const auto* conv = std::get_if<ConvolutionSynapses>(&connection.synapses)) {
    const size_t in_group = source[0] / conv->groups;
    const size_t out_group = target[0] / conv->groups;
    const size_t taps = conv->kernel_size.first * conv->kernel_size.second;
    detail::for_each_tap(
        *conv, conv->dilation, source, target, [&](size_t from, size_t to, size_t ky, size_t kx) {
          for (size_t oc = 0; oc < target[0]; ++oc) {
            for (size_t c = 0; c < in_group; ++c) {
              const size_t ic = oc / out_group * in_group + c;
              give(ic * source[1] * source[2] + from, oc * target[1] * target[2] + to,
                   conv->kernel[(oc * in_group + c) * taps + ky * conv->kernel_size.second + kx]);
            }
          }
        });
  } else if (const auto* pool = std::get_if<PoolSynapses>(&connection.synapses)) {
    detail::for_each_tap(*pool, {1, 1}, source, target, [&](size_t from, size_t to, size_t, size_t) {
      for (size_t c = 0; c < target[0]; ++c) {
        give(c * source[1] * source[2] + from, c * target[1] * target[2] + to, pool->weight);
      }
    });
  }
}

}  // namespace photic::host::snn
