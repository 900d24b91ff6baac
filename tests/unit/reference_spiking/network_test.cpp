// SPDX-License-Identifier: Apache-2.0
// What flows where, and when: fan-in, latency, cycles, delays, graphs inside graphs.
#include "models/reference/spiking/network.h"

#include <gtest/gtest.h>

#include "models/graph/graph_error.h"
#include "tests/unit/reference_spiking/graphs.h"

namespace photic::reference::spiking {
namespace {

using test::one;
using Values = std::vector<double>;

Options with(Latency latency, std::optional<double> dt = std::nullopt) {
  Convention convention;
  convention.latency = latency;
  return {dt, convention};
}

Values outputs(const graph::Graph& graph, const Options& options, const Values& input) {
  return Network(graph, options).run(input).output;
}

/// Fires at once for an input of 1.
const graph::IntegrateFire kRelay = test::integrate_fire(0.5);

TEST(Network, AddsWhatSeveralEdgesBring) {
  graph::Graph graph = test::chain({graph::Scale{one(10)}});
  graph.edges.push_back({"input", "output"});
  EXPECT_EQ(outputs(graph, {}, {1, 2}), (Values{11, 22}));
}

TEST(Network, GivesANodeThatNothingFeedsZeros) {
  graph::Graph graph = test::chain({graph::Scale{one(10)}});
  graph.nodes["alone"] = graph::Affine{test::tensor({1, 1}, {1}), one(3)};
  graph.edges.push_back({"alone", "output"});
  EXPECT_EQ(outputs(graph, {}, {1, 2}), (Values{13, 23}));
}

TEST(Network, PassesAllLayersInOneStepOrOneStepALayer) {
  const graph::Graph graph = test::chain({kRelay, graph::Scale{one(1)}, kRelay, kRelay});
  EXPECT_EQ(outputs(graph, with(Latency::kSameStep), {1, 0, 0, 0}), (Values{1, 0, 0, 0}));
  EXPECT_EQ(outputs(graph, with(Latency::kOneStep), {1, 0, 0, 0}), (Values{0, 0, 1, 0}));
}

TEST(Network, ReadsTheLastLayerWithoutLatencyThroughNodesWithoutMemory) {
  const graph::Graph graph = test::chain({kRelay, graph::Scale{one(7)}, graph::Flatten{{1}, 0, -1}});
  EXPECT_EQ(outputs(graph, with(Latency::kOneStep), {0, 1, 0}), (Values{0, 7, 0}));
}

TEST(Network, SharesANodeBetweenTheReadOutAndALaterLayer) {
  graph::Graph graph = test::chain({kRelay, graph::Scale{one(7)}, kRelay});
  graph.nodes["side"] = graph::Output{{1}};
  graph.edges.push_back({"1", "side"});
  // The scale leads to neurons, so it waits for the spike, and its Output with it.
  Network network(graph, with(Latency::kOneStep));
  EXPECT_EQ(network.run(Values{1, 0, 0}).output, (Values{0, 0, 1, 7, 0, 0}));
}

/// input -> neuron -> output, and neuron -> weight -> neuron.
graph::Graph recurrent(const graph::NodeKind& neuron, const graph::NodeKind& feedback) {
  graph::Graph graph = test::chain({neuron});
  graph.nodes["back"] = feedback;
  graph.edges.push_back({"0", "back"});
  graph.edges.push_back({"back", "0"});
  return graph;
}

TEST(Network, FeedsBackTheLastStepsOutput) {
  const graph::Graph graph = recurrent(graph::Integrator{one(1)}, graph::Scale{one(2)});
  for (const Latency latency : {Latency::kSameStep, Latency::kOneStep}) {
    // v = v + x + 2 v(last step)
    EXPECT_EQ(outputs(graph, with(latency), {1, 0, 0}), (Values{1, 3, 9}));
  }
}

TEST(Network, CountsTheBiasOfAFeedbackFromTheFirstStepOn) {
  const graph::Graph graph =
      recurrent(graph::Integrator{one(1)}, graph::Affine{test::tensor({1, 1}, {0}), one(5)});
  EXPECT_EQ(outputs(graph, {}, {0, 0}), (Values{5, 10}));
}

TEST(Network, OpensACycleOfTwoLayersWhereTheInputEnters) {
  graph::Graph graph = test::chain({kRelay, kRelay});
  graph.nodes["back"] = graph::Scale{one(1)};
  graph.edges.push_back({"1", "back"});
  graph.edges.push_back({"back", "0"});
  // Forward in the same step, back in the next: one spike goes round for ever.
  EXPECT_EQ(outputs(graph, with(Latency::kSameStep), {1, 0, 0, 0}), (Values{1, 1, 1, 1}));
  EXPECT_EQ(outputs(graph, with(Latency::kOneStep), {1, 0, 0, 0}), (Values{0, 1, 0, 1}));
}

TEST(Network, HoldsBackOnlyWhatGoesRoundTheCycle) {
  graph::Graph graph = recurrent(graph::Integrator{one(1)}, graph::Scale{one(2)});
  graph.nodes["side"] = graph::Integrator{one(1)};
  graph.edges.push_back({"input", "side"});
  graph.edges.push_back({"side", "back"});
  // side = 1, 1; v = v + x + 2 (v(last step) + side)
  EXPECT_EQ(outputs(graph, {}, {1, 0}), (Values{3, 11}));
}

TEST(Network, DelaysByWholeSteps) {
  const graph::Graph graph = test::chain({graph::Delay{test::tensor({3}, {0, 0.1, 0.3})}}, 3, 3);
  const Values x = {1, 10, 100, 2, 20, 200, 3, 30, 300, 4, 40, 400};
  EXPECT_EQ(outputs(graph, with(Latency::kSameStep, 0.1), x),
            (Values{1, 0, 0, 2, 10, 0, 3, 20, 0, 4, 30, 100}));
}

TEST(Network, RefusesADelayOfHalfAStepOrOfAnEternity) {
  for (const double delay : {0.15, 1e12}) {
    EXPECT_EQ(test::refused([&] {
                outputs(test::chain({graph::Delay{one(delay)}}), with(Latency::kSameStep, 0.1), {1});
              }),
              test::at("0", "delay"));
  }
}

TEST(Network, GoesRoundACycleOfADelayInExactlyItsTime) {
  const graph::Graph graph = recurrent(kRelay, graph::Delay{one(2)});
  EXPECT_EQ(outputs(graph, with(Latency::kSameStep, 1.0), {1, 0, 0, 0, 0}), (Values{1, 0, 1, 0, 1}));
  // One step more for the neuron's own latency.
  EXPECT_EQ(outputs(graph, with(Latency::kOneStep, 1.0), {1, 0, 0, 0, 0, 0, 0}),
            (Values{1, 0, 0, 1, 0, 0, 1}));
}

TEST(Network, RefusesACycleThatNothingHoldsBack) {
  graph::Graph graph = recurrent(graph::Scale{one(1)}, graph::Scale{one(1)});
  EXPECT_THROW(outputs(graph, {}, {1}), graph::GraphError);
  graph = recurrent(graph::Scale{one(1)}, graph::Delay{one(0)});
  EXPECT_THROW(outputs(graph, with(Latency::kSameStep, 1.0), {1}), graph::GraphError);
}

TEST(Network, ExecutesAGraphInsideAGraphAsIfItWereOne) {
  const auto inner =
      std::make_shared<graph::Graph>(recurrent(graph::Integrator{one(1)}, graph::Scale{one(2)}));
  Network network(test::chain({graph::Scale{one(3)}, graph::Subgraph{inner}}), {});
  const Record record = network.run(Values{1, 0, 0}, {{"1.0", Quantity::kVoltage}});
  EXPECT_EQ(record.output, (Values{3, 9, 27}));
  EXPECT_EQ(record.probes[0], record.output);
}

TEST(Network, JoinsInputsAndOutputsInTheOrderOfTheirNames) {
  graph::Graph graph;
  graph.nodes["a"] = graph::Input{{1}};
  graph.nodes["b"] = graph::Input{{2}};
  graph.nodes["y"] = graph::Output{{2}};
  graph.nodes["z"] = graph::Output{{1}};
  graph.edges = {{"a", "z"}, {"b", "y"}};
  Network network(graph, {});
  EXPECT_EQ(network.inputs(), 3u);
  EXPECT_EQ(network.outputs(), 3u);
  EXPECT_EQ(network.run(Values{1, 2, 3}).output, (Values{2, 3, 1}));
}

TEST(Network, ForgetsEverythingBetweenRuns) {
  graph::Graph graph = recurrent(graph::Integrator{one(1)}, graph::Delay{one(1)});
  Network network(graph, with(Latency::kOneStep, 1.0));
  const Values first = network.run(Values{1, 2, 3}).output;
  EXPECT_EQ(network.run(Values{1, 2, 3}).output, first);
}

TEST(Network, StepsOneAtATimeAsInARun) {
  const graph::Graph graph = recurrent(kRelay, graph::Scale{one(0.25)});
  Network network(graph, {});
  const Values x = {0.3, 0.3, 0.3, 0, 0, 1};
  const Record record = network.run(x, {{"0", Quantity::kVoltage}});
  network.reset();
  for (size_t t = 0; t < x.size(); ++t) {
    network.step({&x[t], 1});
    EXPECT_EQ(network.output()[0], record.output[t]);
    EXPECT_EQ(network.value({"0", Quantity::kVoltage})[0], record.probes[0][t]);
  }
}

TEST(Network, RefusesProbesOfWhatIsNotThere) {
  Network network(test::chain({kRelay, graph::Scale{one(1)}}), {});
  EXPECT_EQ(test::refused([&] { network.value({"none"}); }), test::at("none", ""));
  EXPECT_EQ(test::refused([&] { network.value({"1", Quantity::kVoltage}); }), test::at("1", "voltage"));
  EXPECT_EQ(test::refused([&] { network.value({"0", Quantity::kCurrent}); }), test::at("0", "current"));
}

TEST(Network, RefusesInputsOfAnotherSize) {
  Network network(test::chain({graph::Scale{test::tensor({2}, {1, 1})}}, 2, 2), {});
  EXPECT_EQ(test::refused([&] { network.run(Values{1, 2, 3}); }), test::at("input", ""));
  EXPECT_EQ(test::refused([&] { network.step(Values{1}); }), test::at("input", ""));
}

}  // namespace
}  // namespace photic::reference::spiking
