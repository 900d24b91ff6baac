// SPDX-License-Identifier: Apache-2.0
// Graphs in steps: constants worked out by hand, folded matrices against the double-precision reference.
#include "host/snn/discretise.h"

#include <gtest/gtest.h>

#include <cmath>

#include "host/snn/for_each_synapse.h"
#include "host/snn/snn_error.h"
#include "models/reference/spiking/network.h"

namespace photic::host::snn::test {
namespace {

namespace spiking = reference::spiking;
using graph::Graph;
using graph::Tensor;

Tensor one(double value) {
  return {{}, {value}};  // a scalar, for all elements
}

DiscretiseOptions options(const char* name, std::optional<double> dt = 1e-3) {
  return {dt, spiking::preset(name)};
}

Graph chain(std::vector<std::pair<std::string, graph::NodeKind>> nodes) {
  Graph graph;
  for (size_t i = 0; i < nodes.size(); ++i) {
    graph.nodes.emplace(nodes[i].first, nodes[i].second);
    if (i > 0) {
      graph.edges.push_back({nodes[i - 1].first, nodes[i].first});
    }
  }
  return graph;
}

graph::LeakyIntegrateFire lif(double tau = 10e-3) {
  return {one(tau), one(2), one(0.5), one(1), one(0.25)};
}

/// Weight, delay of a connection from source to target.
double weight(const FloatNetwork& network, size_t connection, size_t from, size_t to, uint32_t late = 0) {
  const FloatConnection& c = network.connections[connection];
  double sum = 0;
  for_each_weight(c.wiring.synapses, source_shape(network, c.wiring),
                  network.populations[c.wiring.target].shape,
                  [&](size_t f, size_t t, size_t place, uint8_t delay) {
                    sum += f == from && t == to && c.wiring.delay + delay == late ? c.weights[place] : 0;
                  });
  return sum;
}

TEST(Discretise, TurnsALeakyNeuronIntoDecayBiasAndGain) {
  const Graph graph = chain({{"in", graph::Input{{1}}},
                             {"w", graph::Affine{{{1, 1}, {3}}, {{1}, {0.5}}}},
                             {"lif", lif()},
                             {"out", graph::Output{{1}}}});
  const FloatNetwork network = discretise(graph, options("norse"));
  ASSERT_EQ(network.populations.size(), 1u);
  const FloatNeuron& n = network.populations[0].neuron(0);
  EXPECT_DOUBLE_EQ(n.voltage_keep, 0.9);
  EXPECT_DOUBLE_EQ(n.current_keep, 0);
  EXPECT_DOUBLE_EQ(n.bias, 0.1 * 2 * 0.5 + 0.1 * 0.5);
  EXPECT_DOUBLE_EQ(n.reset_voltage, 0.25);
  EXPECT_FALSE(n.modes.fires_at_threshold);
  EXPECT_EQ(n.modes.reset, Reset::kToValue);
  EXPECT_DOUBLE_EQ(weight(network, 0, 0, 0), 0.1 * 2 * 3);
  EXPECT_EQ(network.outputs, std::vector<size_t>{0});

  const FloatNetwork exponential = discretise(graph, options("sinabs"));
  EXPECT_DOUBLE_EQ(exponential.populations[0].neuron(0).voltage_keep, std::exp(-0.1));
  EXPECT_TRUE(exponential.populations[0].neuron(0).modes.fires_at_threshold);
  EXPECT_EQ(exponential.populations[0].neuron(0).modes.reset, Reset::kSubtract);
}

TEST(Discretise, LetsTheMembraneSeeThePreviousCurrentByOneStepOfDelay) {
  graph::CurrentLeakyIntegrateFire cuba{one(5e-3), one(10e-3), one(1), one(0), one(1), one(0), one(2)};
  const Graph graph = chain({{"in", graph::Input{{1}}}, {"cuba", cuba}, {"out", graph::Output{{1}}}});
  const FloatNetwork late = discretise(graph, options("nir"));
  EXPECT_DOUBLE_EQ(late.populations[0].neuron(0).current_keep, 0.8);
  EXPECT_DOUBLE_EQ(weight(late, 0, 0, 0, 1), 0.2 * 2 * 0.1);
  EXPECT_DOUBLE_EQ(weight(discretise(graph, options("norse")), 0, 0, 0, 0), 0.2 * 2 * 0.1);
}

/// Voltages of `discretised` run in double precision equal the reference's, layer n being n steps late.
void expect_reference(const Graph& graph, const DiscretiseOptions& how, const std::string& node,
                      size_t late) {
  const FloatNetwork network = discretise(graph, how);
  spiking::Network reference(graph, {how.dt, how.convention});
  constexpr size_t kSteps = 40;
  std::vector<double> input;
  for (size_t i = 0; i < kSteps * reference.inputs(); ++i) {
    input.push_back((i * 7 + i / 3) % 5 == 0 ? 1 : 0);
  }
  const spiking::Record run = reference.run(input, {{node, spiking::Quantity::kVoltage}});

  const size_t populations = network.populations.size();
  std::vector<std::vector<double>> u(populations), v(populations);
  std::vector<std::vector<std::vector<double>>> inbox(populations);  // by step
  size_t probed = populations;
  for (size_t p = 0; p < populations; ++p) {
    u[p].resize(network.populations[p].size());
    v[p].resize(u[p].size());
    inbox[p].assign(kSteps + 64, std::vector<double>(u[p].size()));
    probed = network.populations[p].name == node ? p : probed;
  }
  ASSERT_LT(probed, populations);
  const auto deliver = [&](size_t source, const std::vector<double>& values, size_t step) {
    for (const FloatConnection& c : network.connections) {
      if (c.wiring.source == source) {
        for_each_weight(
            c.wiring.synapses, source_shape(network, c.wiring), network.populations[c.wiring.target].shape,
            [&](size_t from, size_t to, size_t place, uint8_t delay) {
              inbox[c.wiring.target][step + c.wiring.delay + delay][to] += c.weights[place] * values[from];
            });
      }
    }
  };
  for (size_t t = 0; t < kSteps; ++t) {
    const auto first = input.begin() + static_cast<std::ptrdiff_t>(t * reference.inputs());
    deliver(kInput, {first, first + static_cast<std::ptrdiff_t>(reference.inputs())}, t);
    std::vector<std::vector<double>> sent(populations);
    for (size_t p = 0; p < populations; ++p) {
      for (size_t e = 0; e < v[p].size(); ++e) {
        const FloatNeuron& n = network.populations[p].neuron(e);
        u[p][e] = n.current_keep * u[p][e] + inbox[p][t][e];
        const double x = n.voltage_keep * v[p][e] + u[p][e] + n.bias;
        const bool z =
            !n.modes.never_fires && (n.modes.fires_at_threshold ? x >= n.threshold : x > n.threshold);
        v[p][e] = !z ? x : n.modes.reset == Reset::kSubtract ? x - n.threshold : n.reset_voltage;
        sent[p].push_back(n.modes.never_fires ? x : z ? 1 : 0);
      }
    }
    for (size_t p = 0; p < populations; ++p) {
      deliver(p, sent[p], t + 1);
    }
    for (size_t e = 0; t >= late && e < v[probed].size(); ++e) {
      ASSERT_NEAR(v[probed][e], run.probes[0][(t - late) * v[probed].size() + e], 1e-9)
          << "step " << t << " element " << e;
    }
  }
}

Tensor numbers(graph::Shape shape, double scale) {
  Tensor tensor{shape, {}};
  for (size_t i = 0; i < graph::elements(shape); ++i) {
    tensor.values.push_back(scale * (static_cast<double>(i * 37 % 11) - 4));
  }
  return tensor;
}

Graph planes(bool average, size_t pool_stride) {
  graph::Conv2d conv;
  conv.weight = numbers({2, 1, 3, 3}, 0.11);
  conv.padding_before = conv.padding_after = {1, 1};
  graph::Conv2d next;
  next.weight = numbers({3, 2, 2, 2}, 0.07);
  next.stride = {2, 1};
  graph::Pool2d pool{average, {2, 2}, {pool_stride, pool_stride}, {0, 0}};
  return chain({{"in", graph::Input{{1, 8, 8}}},
                {"conv", conv},
                {"first", graph::IntegrateFire{one(0.7), one(0.9), one(0.1)}},
                {"pool", pool},
                {"next", next},
                {"scale", graph::Scale{one(1.3)}},
                {"flatten", graph::Flatten{{}, 0, -1}},
                {"second", graph::IntegrateFire{one(1), one(1), one(0)}},
                {"out", graph::Output{{pool_stride == 2 ? 18ul : 54ul}}}});
}

TEST(Discretise, FoldsConvolutionsPoolsScalesAndFlattensWithoutChangingWhatTheyCompute) {
  expect_reference(planes(false, 2), options("sinabs"), "first", 0);
}

TEST(Discretise, KeepsAPooledConvolutionAConvolution) {
  // Feed-forward layers see constant delays only: with late inputs the second layer is the reference's.
  const Graph graph = planes(true, 2);
  const FloatNetwork network = discretise(graph, options("norse"));
  ASSERT_EQ(network.connections.size(), 2u);
  for (const FloatConnection& c : network.connections) {
    EXPECT_TRUE(std::holds_alternative<ConvolutionSynapses>(c.wiring.synapses)) << c.wiring.name;
  }
  expect_reference(graph, options("norse"), "second", 1);
  // Overlapping windows cannot stay one: the synapses are listed, and say the same.
  EXPECT_TRUE(std::holds_alternative<SparseSynapses>(
      discretise(planes(true, 1), options("norse")).connections[1].wiring.synapses));
  expect_reference(planes(true, 1), options("norse"), "second", 1);
}

TEST(Discretise, TurnsDelaysIntoSteps) {
  const Graph graph = chain({{"in", graph::Input{{2}}},
                             {"delay", graph::Delay{{{2}, {1e-3, 3e-3}}}},
                             {"w", graph::Linear{numbers({2, 2}, 1)}},
                             {"lif", lif()},
                             {"out", graph::Output{{2}}}});
  expect_reference(graph, options("norse"), "lif", 0);
}

TEST(Discretise, ReadsAMatrixBehindTheLastNeuronsThroughNeuronsWithoutMemory) {
  const Graph graph = chain({{"in", graph::Input{{2}}},
                             {"lif", lif()},
                             {"w", graph::Affine{numbers({3, 2}, 1), numbers({3}, 0.5)}},
                             {"out", graph::Output{{3}}}});
  const FloatNetwork network = discretise(graph, options("norse"));
  ASSERT_EQ(network.populations.size(), 2u);
  EXPECT_EQ(network.populations[1].name, "out.readout");
  EXPECT_EQ(network.outputs, std::vector<size_t>{1});
  EXPECT_EQ(network.populations[1].neuron(0).voltage_keep, 0);
  EXPECT_DOUBLE_EQ(network.populations[1].neuron(2).bias, numbers({3}, 0.5).values[2]);
  EXPECT_EQ(network.populations[1].neuron(0).modes.emission, Emission::kGradedEveryStep);
}

TEST(Discretise, ARecurrentEdgeIsOneStepLateAsInTheReference) {
  Graph graph = chain({{"in", graph::Input{{2}}}, {"lif", lif()}, {"out", graph::Output{{2}}}});
  graph.nodes.emplace("back", graph::Linear{numbers({2, 2}, 0.3)});
  graph.edges.push_back({"lif", "back"});
  graph.edges.push_back({"back", "lif"});
  expect_reference(graph, options("norse"), "lif", 0);
}

SnnError refusal(const Graph& graph, const DiscretiseOptions& how) {
  try {
    discretise(graph, how);
  } catch (const SnnError& error) {
    return error;
  }
  ADD_FAILURE() << "was discretised";
  return {SnnError::Kind::kDevice, "", "", "", ""};
}

TEST(Discretise, RefusesWhatItCannotDoAndNamesTheParameter) {
  const Graph plain = chain({{"in", graph::Input{{1}}}, {"lif", lif()}, {"out", graph::Output{{1}}}});
  const SnnError no_dt = refusal(plain, options("norse", std::nullopt));
  EXPECT_EQ(no_dt.kind(), SnnError::Kind::kTimeStep);
  EXPECT_EQ(no_dt.place(), "lif");
  EXPECT_EQ(no_dt.parameter(), "tau");
  EXPECT_EQ(refusal(plain, options("norse", 20e-3)).kind(), SnnError::Kind::kTimeStep);

  const Graph odd = chain({{"in", graph::Input{{1}}},
                           {"delay", graph::Delay{one(1.5e-3)}},
                           {"lif", lif()},
                           {"out", graph::Output{{1}}}});
  EXPECT_EQ(refusal(odd, options("norse")).kind(), SnnError::Kind::kDelay);
  EXPECT_EQ(refusal(odd, options("norse")).place(), "delay");

  DiscretiseOptions many = options("sinabs");
  many.convention.many_spikes = true;
  EXPECT_EQ(refusal(plain, many).kind(), SnnError::Kind::kUnsupported);

  Graph twice = plain;
  twice.nodes.emplace("in2", graph::Input{{1}});
  twice.edges.push_back({"in2", "lif"});
  EXPECT_EQ(refusal(twice, options("norse")).place(), "in2");
}

}  // namespace
}  // namespace photic::host::snn::test
