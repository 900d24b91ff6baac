// SPDX-License-Identifier: Apache-2.0
// A connection of any kind as the synapses it stands for.
#pragma once

#include "host/snn/integer_network.h"

namespace photic::host::snn {

using Synapses = std::variant<DenseSynapses, SparseSynapses, ConvolutionSynapses, PoolSynapses>;

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

/// Calls visit(source element, target element, weight, delay) for every synapse, `weight` being the place of
/// its weight in DenseSynapses::weights, SparseSynapses::synapses or ConvolutionSynapses::kernel, 0 for a
/// pool. The synapses must fit the shapes.
template <typename Visitor>
void for_each_weight(const Synapses& synapses, const Shape& source, const Shape& target, Visitor&& visit) {
  if (std::holds_alternative<DenseSynapses>(synapses)) {
    const size_t sources = graph::elements(source);
    for (size_t i = 0; i < sources * graph::elements(target); ++i) {
      visit(i % sources, i / sources, i, uint8_t{0});
    }
  } else if (const auto* sparse = std::get_if<SparseSynapses>(&synapses)) {
    for (size_t i = 0; i < sparse->synapses.size(); ++i) {
      const Synapse& s = sparse->synapses[i];
      visit(size_t{s.source}, size_t{s.target}, i, s.delay);
    }
  } else if (const auto* conv = std::get_if<ConvolutionSynapses>(&synapses)) {
    const size_t in_group = source[0] / conv->groups;
    const size_t out_group = target[0] / conv->groups;
    const size_t taps = conv->kernel_size.first * conv->kernel_size.second;
    detail::for_each_tap(
        *conv, conv->dilation, source, target, [&](size_t from, size_t to, size_t ky, size_t kx) {
          for (size_t oc = 0; oc < target[0]; ++oc) {
            for (size_t c = 0; c < in_group; ++c) {
              const size_t ic = oc / out_group * in_group + c;
              visit(ic * source[1] * source[2] + from, oc * target[1] * target[2] + to,
                    (oc * in_group + c) * taps + ky * conv->kernel_size.second + kx, uint8_t{0});
            }
          }
        });
  } else if (const auto* pool = std::get_if<PoolSynapses>(&synapses)) {
    detail::for_each_tap(*pool, {1, 1}, source, target, [&](size_t from, size_t to, size_t, size_t) {
      for (size_t c = 0; c < target[0]; ++c) {
        visit(c * source[1] * source[2] + from, c * target[1] * target[2] + to, size_t{0}, uint8_t{0});
      }
    });
  }
}

/// Shape of what a connection of `network` starts from; of an IntegerNetwork or a FloatNetwork.
template <typename Network>
const Shape& source_shape(const Network& network, const Connection& connection) {
  return connection.source == kInput ? network.input_shape : network.populations[connection.source].shape;
}

/// The weight at a place that for_each_weight names.
inline int32_t& weight_at(Synapses& synapses, size_t place) {
  if (auto* dense = std::get_if<DenseSynapses>(&synapses)) {
    return dense->weights[place];
  }
  if (auto* sparse = std::get_if<SparseSynapses>(&synapses)) {
    return sparse->synapses[place].weight;
  }
  if (auto* conv = std::get_if<ConvolutionSynapses>(&synapses)) {
    return conv->kernel[place];
  }
  return std::get<PoolSynapses>(synapses).weight;
}
inline int32_t weight_at(const Synapses& synapses, size_t place) {
  return weight_at(const_cast<Synapses&>(synapses), place);  // only read
}

/// Calls visit(Synapse) for every synapse that is not 0. The connection must fit its network
/// (check_network); a synapse's delay is on top of the connection's.
template <typename Visitor>
void for_each_synapse(const IntegerNetwork& network, const Connection& connection, Visitor&& visit) {
  for_each_weight(connection.synapses, source_shape(network, connection),
                  network.populations[connection.target].shape,
                  [&](size_t from, size_t to, size_t place, uint8_t delay) {
                    const int32_t weight = weight_at(connection.synapses, place);
                    if (weight != 0) {
                      visit(Synapse{static_cast<uint32_t>(from), static_cast<uint32_t>(to), weight, delay});
                    }
                  });
}

}  // namespace photic::host::snn
