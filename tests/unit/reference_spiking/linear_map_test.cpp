// SPDX-License-Identifier: Apache-2.0
// Maps without memory against their defining sums.
#include <gtest/gtest.h>

#include "tests/unit/reference_spiking/graphs.h"

namespace photic::reference::spiking {
namespace {

using Values = std::vector<double>;

/// Small whole numbers, some of them 0, all different functions of `salt`.
Values numbers(size_t count, size_t salt) {
  Values values(count);
  for (size_t i = 0; i < count; ++i) {
    values[i] = static_cast<double>((i * 7 + salt * 5 + i * i * 3) % 11) - 5;
  }
  return values;
}

Values through(const graph::NodeKind& node, const graph::Shape& input, const graph::Shape& output,
               const Values& x) {
  graph::Graph graph;
  graph.nodes["input"] = graph::Input{input};
  graph.nodes["node"] = node;
  graph.nodes["output"] = graph::Output{output};
  graph.edges = {{"input", "node"}, {"node", "output"}};
  Network network(graph, {});
  return network.run(x).output;
}

/// Torch's definition of a convolution, gathered output by output.
Values convolve(const graph::Conv2d& c, const graph::Shape& in, const graph::Shape& out, const Values& x) {
  Values y(graph::elements(out));
  const size_t per_group = c.weight.shape[1], height = c.weight.shape[2], width = c.weight.shape[3];
  for (size_t o = 0; o < out[0]; ++o) {
    for (size_t row = 0; row < out[1]; ++row) {
      for (size_t column = 0; column < out[2]; ++column) {
        double sum = c.bias.empty() ? 0 : c.bias.values[o];
        for (size_t k = 0; k < per_group * height * width; ++k) {
          const size_t channel = k / (height * width) + o / (out[0] / c.groups) * per_group;
          const auto iy = static_cast<int64_t>(row * c.stride.first + k / width % height * c.dilation.first) -
                          static_cast<int64_t>(c.padding_before.first);
          const auto ix = static_cast<int64_t>(column * c.stride.second + k % width * c.dilation.second) -
                          static_cast<int64_t>(c.padding_before.second);
          if (iy >= 0 && ix >= 0 && iy < static_cast<int64_t>(in[1]) && ix < static_cast<int64_t>(in[2])) {
            sum += c.weight.values[o * per_group * height * width + k] *
                   x[(channel * in[1] + static_cast<size_t>(iy)) * in[2] + static_cast<size_t>(ix)];
          }
        }
        y[(o * out[1] + row) * out[2] + column] = sum;
      }
    }
  }
  return y;
}

TEST(LinearMap, ConvolvesAsItsDefinitionForStridesDilationsPaddingsAndGroups) {
  const graph::Shape in = {4, 9, 7};
  for (const size_t groups : {1, 2, 4}) {
    for (const size_t stride : {1, 2}) {
      for (const size_t dilation : {1, 2}) {
        graph::Conv2d c;
        c.weight = test::tensor({8, 4 / groups, 3, 2}, numbers(size_t{8} * 4 / groups * 6, groups));
        c.bias = test::tensor({8}, numbers(8, 2));
        c.stride = {stride, 1};
        c.dilation = {1, dilation};
        c.groups = groups;
        c.padding_before = {2, 1};
        c.padding_after = {1, 0};
        const graph::Shape out = {8, (9 + 3 - 3) / stride + 1, 7 + 1 - dilation};
        const Values x = numbers(graph::elements(in), 3);
        EXPECT_EQ(through(c, in, out, x), convolve(c, in, out, x))
            << groups << ' ' << stride << ' ' << dilation;
      }
    }
  }
}

TEST(LinearMap, ConvolvesOneDimensionAsTwoWithASingleRow) {
  graph::Conv1d c;
  c.weight = test::tensor({2, 2, 3}, numbers(12, 1));
  c.stride = 2;
  c.dilation = 2;
  c.groups = 2;
  c.padding = {3, 1};
  graph::Conv2d wide;
  wide.weight = test::tensor({2, 2, 1, 3}, c.weight.values);
  wide.stride = {1, 2};
  wide.dilation = {1, 2};
  wide.groups = 2;
  wide.padding_before = {0, 3};
  wide.padding_after = {0, 1};
  const Values x = numbers(32, 9);
  EXPECT_EQ(through(c, {4, 8}, {2, 4}, x), convolve(wide, {4, 1, 8}, {2, 1, 4}, x));
}

TEST(LinearMap, PoolsByWindowWithThePaddingCounted) {
  graph::Pool2d pool;
  pool.kernel = {2, 2};
  pool.stride = {2, 2};
  pool.padding = {1, 1};
  const Values x = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_EQ(through(pool, {1, 3, 3}, {1, 2, 2}, x), (Values{1, 5, 11, 28}));
  pool.average = true;
  EXPECT_EQ(through(pool, {1, 3, 3}, {1, 2, 2}, x), (Values{0.25, 1.25, 2.75, 7}));
}

TEST(LinearMap, KeepsChannelsOfAPoolApart) {
  graph::Pool2d pool;
  pool.kernel = {1, 2};
  pool.stride = {1, 2};
  EXPECT_EQ(through(pool, {2, 1, 2}, {2, 1, 1}, {1, 2, 30, 40}), (Values{3, 70}));
}

TEST(LinearMap, MultipliesByAMatrixAndAddsItsBias) {
  const graph::Tensor weight = test::tensor({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(through(graph::Linear{weight}, {3}, {2}, {1, 0, 10}), (Values{31, 64}));
  EXPECT_EQ(through(graph::Affine{weight, test::tensor({2}, {0.5, -1})}, {3}, {2}, {1, 0, 10}),
            (Values{31.5, 63}));
}

TEST(LinearMap, TakesLeadingDimensionsOfAWeightAsMatricesOfTheirOwn) {
  const graph::Tensor weight = test::tensor({2, 2, 1}, {1, 2, 3, 4});
  EXPECT_EQ(through(graph::Linear{weight}, {2, 1}, {2, 2}, {10, 100}), (Values{10, 20, 300, 400}));
}

TEST(LinearMap, ScalesElementByElement) {
  EXPECT_EQ(through(graph::Scale{test::tensor({3}, {1, -2, 0})}, {3}, {3}, {5, 5, 5}), (Values{5, -10, 0}));
}

TEST(LinearMap, FlattensWithoutMovingAnything) {
  const Values x = numbers(12, 4);
  EXPECT_EQ(through(graph::Flatten{{2, 2, 3}, 0, -1}, {2, 2, 3}, {12}, x), x);
}

TEST(LinearMap, ThresholdsStrictly) {
  EXPECT_EQ(through(graph::Threshold{test::tensor({3}, {1, 1, 1})}, {3}, {3}, {0.5, 1, 1.5}),
            (Values{0, 0, 1}));
}

}  // namespace
}  // namespace photic::reference::spiking
