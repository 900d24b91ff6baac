// SPDX-License-Identifier: Apache-2.0
// Composition tries to stay what the device walks cheaply, then falls back to lists of synapses.
#include "host/snn/linear_path.h"

#include <algorithm>
#include <cmath>

#include "host/snn/snn_error.h"

namespace photic::host::snn {
namespace {

using Kind = SnnError::Kind;

constexpr size_t kMostSynapses = size_t{1} << 26;

bool is_diagonal(const LinearPath& path) {
  const auto* sparse = std::get_if<SparseSynapses>(&path.synapses);
  if (sparse == nullptr || sparse->synapses.size() != graph::elements(path.in) ||
      graph::elements(path.in) != graph::elements(path.out)) {
    return false;
  }
  for (uint32_t i = 0; i < sparse->synapses.size(); ++i) {
    const Synapse& s = sparse->synapses[i];
    if (s.source != i || s.target != i || s.delay != 0) {
      return false;
    }
  }
  return true;
}

bool all_one(const std::vector<double>& weights) {
  return std::all_of(weights.begin(), weights.end(), [](double w) { return w == 1; });
}

/// One factor a channel of `shape`, if all elements of a channel have the same.
std::optional<std::vector<double>> by_channel(const std::vector<double>& factors, const Shape& shape) {
  if (shape.empty()) {
    return std::nullopt;
  }
  const size_t plane = factors.size() / shape[0];
  std::vector<double> channels;
  for (size_t c = 0; c < shape[0]; ++c) {
    channels.push_back(factors[c * plane]);
    for (size_t i = 0; i < plane; ++i) {
      if (factors[c * plane + i] != channels.back()) {
        return std::nullopt;
      }
    }
  }
  return channels;
}

/// `path` with its rows (`after`) or columns multiplied by factors, in its own form if that can say so.
std::optional<LinearPath> scaled(const LinearPath& path, const std::vector<double>& factors, bool after) {
  LinearPath result = path;
  const auto channels = by_channel(factors, after ? path.out : path.in);
  if (const auto* conv = std::get_if<ConvolutionSynapses>(&path.synapses)) {
    if (!channels) {
      return std::nullopt;
    }
    const size_t in_group = path.in[0] / conv->groups;
    const size_t out_group = path.out[0] / conv->groups;
    const size_t taps = conv->kernel_size.first * conv->kernel_size.second;
    for (size_t i = 0; i < result.weights.size(); ++i) {
      const size_t oc = i / taps / in_group;
      const size_t ic = oc / out_group * in_group + i / taps % in_group;
      result.weights[i] *= (*channels)[after ? oc : ic];
    }
    return result;
  }
  if (std::holds_alternative<PoolSynapses>(path.synapses)) {
    if (std::any_of(factors.begin(), factors.end(), [&](double f) { return f != factors[0]; })) {
      return std::nullopt;
    }
    result.weights[0] *= factors[0];
    return result;
  }
  const auto* sparse = std::get_if<SparseSynapses>(&path.synapses);
  const size_t sources = graph::elements(path.in);
  for (size_t i = 0; i < result.weights.size(); ++i) {
    const size_t to = sparse != nullptr ? sparse->synapses[i].target : i / sources;
    const size_t from = sparse != nullptr ? sparse->synapses[i].source : i % sources;
    result.weights[i] *= factors[after ? to : from];
  }
  return result;
}

/// A convolution of pooled planes as one of the planes themselves: every tap becomes a window. Nothing where
/// windows overlap, leave rows over or reach into padding: then padding would no longer be 0.
std::optional<LinearPath> pooled_convolution(const LinearPath& first, const LinearPath& second) {
  const auto* pool = std::get_if<PoolSynapses>(&first.synapses);
  const auto* conv = std::get_if<ConvolutionSynapses>(&second.synapses);
  if (pool == nullptr || conv == nullptr || pool->kernel_size != pool->stride ||
      pool->padding != std::pair<size_t, size_t>{0, 0} || conv->dilation != std::pair<size_t, size_t>{1, 1} ||
      first.in[1] % pool->stride.first != 0 || first.in[2] % pool->stride.second != 0 ||
      first.out != second.in) {
    return std::nullopt;
  }
  const auto [py, px] = pool->kernel_size;
  ConvolutionSynapses whole = *conv;
  whole.kernel_size = {conv->kernel_size.first * py, conv->kernel_size.second * px};
  whole.stride = {conv->stride.first * py, conv->stride.second * px};
  whole.padding = {conv->padding.first * py, conv->padding.second * px};
  LinearPath result{first.in, second.out, {}, {}, 0, ""};
  const auto [height, width] = conv->kernel_size;
  const size_t planes = second.weights.size() / (height * width);
  result.weights.resize(planes * height * py * width * px);
  size_t next = 0;
  for (size_t plane = 0; plane < planes; ++plane) {
    for (size_t y = 0; y < height * py; ++y) {
      for (size_t x = 0; x < width * px; ++x) {
        result.weights[next++] =
            first.weights[0] * second.weights[(plane * height + y / py) * width + x / px];
      }
    }
  }
  result.synapses = std::move(whole);
  return result;
}

/// second(first(x)) where `second` is dense: a dense matrix of the first's sources.
LinearPath into_dense(const LinearPath& first, const LinearPath& second) {
  const size_t sources = graph::elements(first.in);
  const size_t middle = graph::elements(second.in);
  const size_t targets = graph::elements(second.out);
  LinearPath result{first.in, second.out, DenseSynapses{}, std::vector<double>(sources * targets), 0, ""};
  for_each_weight(first.synapses, first.in, first.out, [&](size_t from, size_t to, size_t place, uint8_t) {
    for (size_t t = 0; t < targets; ++t) {
      result.weights[t * sources + from] += first.weights[place] * second.weights[t * middle + to];
    }
  });
  return result;
}

LinearPath one_by_one(const LinearPath& first, const LinearPath& second) {
  struct Half {
    uint32_t target;
    double weight;
    uint8_t delay;
  };
  std::vector<std::vector<Half>> onward(graph::elements(second.in));
  for_each_weight(second.synapses, second.in, second.out,
                  [&](size_t from, size_t to, size_t place, uint8_t delay) {
                    if (second.weights[place] != 0) {
                      onward[from].push_back({static_cast<uint32_t>(to), second.weights[place], delay});
                    }
                  });
  LinearPath result{first.in, second.out, {}, {}, 0, ""};
  SparseSynapses sparse;
  for_each_weight(
      first.synapses, first.in, first.out, [&](size_t from, size_t to, size_t place, uint8_t delay) {
        for (const Half& half : onward[to]) {
          if (half.delay + delay > 255 || sparse.synapses.size() == kMostSynapses) {
            throw SnnError(Kind::kUnsupported, first.name + "+" + second.name, "",
                           "comes to more than 2^26 synapses or 255 steps of delay",
                           "put neurons between these nodes");
          }
          sparse.synapses.push_back(
              {static_cast<uint32_t>(from), half.target, 0, static_cast<uint8_t>(half.delay + delay)});
          result.weights.push_back(first.weights[place] * half.weight);
        }
      });
  result.synapses = std::move(sparse);
  return result;
}

bool has_delays(const LinearPath& path) {
  const auto* sparse = std::get_if<SparseSynapses>(&path.synapses);
  return sparse != nullptr && std::any_of(sparse->synapses.begin(), sparse->synapses.end(),
                                          [](const Synapse& s) { return s.delay != 0; });
}

LinearPath compose_weights(const LinearPath& first, const LinearPath& second) {
  if (is_diagonal(first)) {
    if (all_one(first.weights) && graph::elements(first.in) == graph::elements(second.in)) {
      return second;
    }
    if (const auto result = scaled(second, first.weights, false)) {
      return *result;
    }
  }
  if (is_diagonal(second)) {
    if (all_one(second.weights)) {
      LinearPath result = first;
      // A Flatten after a convolution or pool: the planes are still needed, elements keep their order.
      if (std::holds_alternative<DenseSynapses>(first.synapses) ||
          std::holds_alternative<SparseSynapses>(first.synapses)) {
        result.out = second.out;
      }
      return result;
    }
    if (const auto result = scaled(first, second.weights, true)) {
      return *result;
    }
  }
  if (const auto result = pooled_convolution(first, second)) {
    return *result;
  }
  if (std::holds_alternative<DenseSynapses>(second.synapses) && !has_delays(first)) {
    return into_dense(first, second);
  }
  return one_by_one(first, second);
}

}  // namespace

LinearPath identity_path(const Shape& shape) {
  return diagonal_path(shape, std::vector<double>(graph::elements(shape), 1));
}

LinearPath diagonal_path(const Shape& shape, const std::vector<double>& factors) {
  SparseSynapses sparse;
  for (uint32_t i = 0; i < factors.size(); ++i) {
    sparse.synapses.push_back({i, i, 0, 0});
  }
  return {shape, shape, std::move(sparse), factors, 0, ""};
}

LinearPath compose(const LinearPath& first, const LinearPath& second) {
  LinearPath result = compose_weights(first, second);
  result.delay = first.delay + second.delay;
  result.name = first.name + (first.name.empty() || second.name.empty() ? "" : "+") + second.name;
  return result;
}

LinearPath to_sparse(const LinearPath& path) {
  LinearPath result{path.in, path.out, {}, {}, path.delay, path.name};
  SparseSynapses sparse;
  for_each_weight(path.synapses, path.in, path.out, [&](size_t from, size_t to, size_t place, uint8_t delay) {
    if (path.weights[place] != 0) {
      sparse.synapses.push_back({static_cast<uint32_t>(from), static_cast<uint32_t>(to), 0, delay});
      result.weights.push_back(path.weights[place]);
    }
  });
  result.synapses = std::move(sparse);
  return result;
}

std::vector<double> multiply(const LinearPath& path, const std::vector<double>& x) {
  std::vector<double> y(graph::elements(path.out));
  for_each_weight(path.synapses, path.in, path.out, [&](size_t from, size_t to, size_t place, uint8_t) {
    y[to] += path.weights[place] * x[from];
  });
  return y;
}

}  // namespace photic::host::snn
