// SPDX-License-Identifier: Apache-2.0
// Names and properties of the kinds of node.
#include <gtest/gtest.h>

#include <limits>

#include "models/graph/parameters.h"
#include "tests/unit/graph/make_graphs.h"

namespace photic::graph {
namespace {

TEST(Vocabulary, CallsEveryKindByItsNameInNir) {
  EXPECT_EQ(kind_name(Input()), "Input");
  EXPECT_EQ(kind_name(Output()), "Output");
  EXPECT_EQ(kind_name(Linear()), "Linear");
  EXPECT_EQ(kind_name(Affine()), "Affine");
  EXPECT_EQ(kind_name(Scale()), "Scale");
  EXPECT_EQ(kind_name(Conv1d()), "Conv1d");
  EXPECT_EQ(kind_name(Conv2d()), "Conv2d");
  EXPECT_EQ(kind_name(Pool2d()), "SumPool2d");
  Pool2d average;
  average.average = true;
  EXPECT_EQ(kind_name(average), "AvgPool2d");
  EXPECT_EQ(kind_name(Flatten()), "Flatten");
  EXPECT_EQ(kind_name(Delay()), "Delay");
  EXPECT_EQ(kind_name(Threshold()), "Threshold");
  EXPECT_EQ(kind_name(Integrator()), "I");
  EXPECT_EQ(kind_name(LeakyIntegrator()), "LI");
  EXPECT_EQ(kind_name(IntegrateFire()), "IF");
  EXPECT_EQ(kind_name(LeakyIntegrateFire()), "LIF");
  EXPECT_EQ(kind_name(CurrentLeakyIntegrator()), "CubaLI");
  EXPECT_EQ(kind_name(CurrentLeakyIntegrateFire()), "CubaLIF");
  EXPECT_EQ(kind_name(Subgraph()), "NIRGraph");
}

TEST(Vocabulary, KnowsWhatKeepsAStateAndWhatSpikes) {
  const std::vector<NodeKind> with_state = {Delay(),
                                            Integrator(),
                                            LeakyIntegrator(),
                                            IntegrateFire(),
                                            LeakyIntegrateFire(),
                                            CurrentLeakyIntegrator(),
                                            CurrentLeakyIntegrateFire()};
  for (const NodeKind& node : with_state) {
    EXPECT_TRUE(has_state(node)) << kind_name(node);
  }
  const std::vector<NodeKind> without = {Input(),  Output(), Linear(),  Affine(),    Scale(),   Conv1d(),
                                         Conv2d(), Pool2d(), Flatten(), Threshold(), Subgraph()};
  for (const NodeKind& node : without) {
    EXPECT_FALSE(has_state(node)) << kind_name(node);
  }
  for (const NodeKind& node : std::vector<NodeKind>{Threshold(), IntegrateFire(), LeakyIntegrateFire(),
                                                    CurrentLeakyIntegrateFire()}) {
    EXPECT_TRUE(spikes(node)) << kind_name(node);
  }
  for (const NodeKind& node : std::vector<NodeKind>{Input(), Linear(), Delay(), Integrator(),
                                                    LeakyIntegrator(), CurrentLeakyIntegrator()}) {
    EXPECT_FALSE(spikes(node)) << kind_name(node);
  }
}

TEST(Vocabulary, CountsElementsWithoutOverflowing) {
  EXPECT_EQ(elements({}), 1u);
  EXPECT_EQ(elements({2, 34, 34}), 2312u);
  EXPECT_EQ(elements({size_t{1} << 40, size_t{1} << 40}), std::numeric_limits<size_t>::max());
  EXPECT_EQ(elements({size_t{1} << 40, size_t{1} << 40, 0}), 0u);
  EXPECT_EQ(to_string(Shape{2, 34, 34}), "(2, 34, 34)");
}

TEST(Vocabulary, VisitsEveryArrayOfANodeByItsNameInNir) {
  std::vector<std::string> names;
  const NodeKind node = CurrentLeakyIntegrateFire();
  visit_tensors(node, [&](const char* name, const Tensor&) { names.emplace_back(name); });
  EXPECT_EQ(names, (std::vector<std::string>{"tau_syn", "tau_mem", "r", "v_leak", "v_threshold", "v_reset",
                                             "w_in"}));
}

TEST(Vocabulary, ComparesGraphsInsideByWhatTheyHold) {
  EXPECT_EQ(test::around(test::chain()), test::around(test::chain()));
  EXPECT_NE(test::around(test::chain()), test::around(test::recurrent()));
}

}  // namespace
}  // namespace photic::graph
