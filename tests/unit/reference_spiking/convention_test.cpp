// SPDX-License-Identifier: Apache-2.0
// Every convention against numbers worked out by hand: one neuron, a few steps.
#include "models/reference/spiking/convention.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/reference_spiking/graphs.h"

namespace photic::reference::spiking {
namespace {

using test::one;
using Values = std::vector<double>;

/// Output and voltage of one neuron.
struct Response {
  Values output, voltage;
};

Response respond(const graph::NodeKind& neuron, const Convention& convention, const Values& input,
                 std::optional<double> dt = 1.0) {
  Network network(test::chain({neuron}), {dt, convention});
  const Record record = network.run(input, {{"0", Quantity::kVoltage}});
  return {record.output, record.probes[0]};
}

void expect_near(const Values& got, const Values& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_NEAR(got[i], expected[i], 1e-15) << "step " << i;
  }
}

const graph::LeakyIntegrator kLeaky{one(4), one(2), one(0.4)};

TEST(Convention, LeaksByForwardEulerInNorse) {
  // v += 1/4 (0.4 - v + 2 x)
  expect_near(respond(kLeaky, preset("norse"), {1, 1, 0}).output, {0.6, 1.05, 0.8875});
}

TEST(Convention, LeaksExponentiallyInSinabsAndScalesTheInputByTheRate) {
  const double a = std::exp(-0.25);
  const double first = (1 - a) * 0.4 + 0.5;
  expect_near(respond(kLeaky, preset("sinabs"), {1, 0}).output, {first, a * first + (1 - a) * 0.4});
}

TEST(Convention, LetsTheMembraneSeeTheNewCurrentExceptInNir) {
  const graph::CurrentLeakyIntegrator node{one(2), one(4), one(3), one(0), one(5)};
  // i = i/2 + 5/2 x: 2.5, 1.25, 0.625; v = 3/4 v + 3/4 i.
  for (const char* name : {"norse", "snntorch", "loihi"}) {
    expect_near(respond(node, preset(name), {1, 0, 0}).output, {1.875, 2.34375, 2.2265625});
  }
  expect_near(respond(node, preset("nir"), {1, 0, 0}).output, {0, 1.875, 2.34375});
}

TEST(Convention, ShowsTheSynapticCurrent) {
  const graph::CurrentLeakyIntegrator node{one(2), one(4), one(3), one(0), one(5)};
  Network network(test::chain({node}), {1.0, preset("nir")});
  expect_near(network.run(Values{1, 0, 1}, {{"0", Quantity::kCurrent}}).probes[0], {2.5, 1.25, 3.125});
}

TEST(Convention, IntegratesChargeExceptInNirWhereItIntegratesCurrent) {
  const graph::Integrator node{one(3)};
  for (const char* name : {"norse", "snntorch", "loihi", "sinabs"}) {
    expect_near(respond(node, preset(name), {1, 2}, 0.5).output, {3, 9});
  }
  expect_near(respond(node, preset("nir"), {1, 2}, 0.5).output, {1.5, 4.5});
}

TEST(Convention, FiresAboveThresholdAndInSinabsAtIt) {
  for (const char* name : {"norse", "snntorch", "loihi", "nir"}) {
    EXPECT_EQ(respond(test::integrate_fire(1), preset(name), {1, 0.5}).output, (Values{0, 1})) << name;
  }
  EXPECT_EQ(respond(test::integrate_fire(1), preset("sinabs"), {1, 0.5}).output, (Values{1, 0}));
}

TEST(Convention, ResetsToTheValueOrByTheThreshold) {
  for (const char* name : {"norse", "snntorch", "loihi"}) {
    EXPECT_EQ(respond(test::integrate_fire(1, -0.25), preset(name), {1.5}).voltage, Values{-0.25}) << name;
  }
  for (const char* name : {"nir", "sinabs"}) {
    EXPECT_EQ(respond(test::integrate_fire(1, -0.25), preset(name), {1.5}).voltage, Values{0.5}) << name;
  }
}

TEST(Convention, ComparesAfterAPendingResetInSnntorchsSubtraction) {
  Convention convention = preset("snntorch");
  convention.reset = Reset::kSubtractPending;
  const Response pending = respond(test::integrate_fire(1), convention, {3.5, 0, 0, 0});
  EXPECT_EQ(pending.output, (Values{1, 1, 0, 0}));
  EXPECT_EQ(pending.voltage, (Values{2.5, 1.5, 1.5, 1.5}));
  convention.reset = Reset::kSubtract;
  EXPECT_EQ(respond(test::integrate_fire(1), convention, {3.5, 0, 0, 0}).output, (Values{1, 1, 1, 0}));
}

TEST(Convention, EmitsAsManySpikesAsThresholdsFitAndStopsAtTheFloor) {
  Convention convention = preset("sinabs");
  convention.many_spikes = true;
  convention.floor_at_threshold = true;
  const Response many = respond(test::integrate_fire(2), convention, {6.5, -9, 2, 2});
  EXPECT_EQ(many.output, (Values{3, 0, 0, 1}));
  EXPECT_EQ(many.voltage, (Values{0.5, -2, 0, 0}));
  convention.comparison = Comparison::kGreater;
  EXPECT_EQ(respond(test::integrate_fire(2), convention, {6, 0, 0.5}).output, (Values{2, 0, 1}));
}

TEST(Convention, TakesAStepALayerInLoihiOnly) {
  for (const std::string& name : preset_names()) {
    Network network(test::chain({test::integrate_fire(0.25), test::integrate_fire(0.25)}),
                    {1.0, preset(name)});
    EXPECT_EQ(network.run(Values{1, 0}).output[0], name == "loihi" ? 0 : 1) << name;
  }
}

TEST(Convention, RefusesAThresholdThatNoNumberOfSpikesBringsBelow) {
  Convention convention;
  convention.many_spikes = true;
  EXPECT_EQ(test::refused([&] { respond(test::integrate_fire(0), convention, {1}); }),
            test::at("0", "v_threshold"));
}

TEST(Convention, NeedsAStepsLengthOnlyWhereAParameterIsATime) {
  EXPECT_NO_THROW(respond(test::integrate_fire(1), preset("norse"), {1}, std::nullopt));
  const auto without_dt = [](const graph::NodeKind& node, const char* name) {
    return test::refused([&] { respond(node, preset(name), {1}, std::nullopt); });
  };
  EXPECT_EQ(without_dt(kLeaky, "norse"), test::at("0", "tau"));
  EXPECT_EQ(without_dt(graph::CurrentLeakyIntegrator{one(1), one(1), one(1), one(0), one(1)}, "norse"),
            test::at("0", "tau_syn"));
  EXPECT_EQ(without_dt(graph::Delay{one(1)}, "norse"), test::at("0", "delay"));
  EXPECT_EQ(without_dt(test::integrate_fire(1), "nir"), test::at("0", "r"));
}

TEST(Convention, RefusesAStepThatIsNoTime) {
  for (const double dt : {0.0, -1.0, std::nan("")}) {
    EXPECT_EQ(test::refused([&] { respond(test::integrate_fire(1), {}, {1}, dt); }),
              test::at("options", "dt"));
  }
}

TEST(Convention, RefusesTimeConstantsShorterThanAStepOfForwardEuler) {
  EXPECT_EQ(test::refused([] { respond(kLeaky, preset("norse"), {1}, 5.0); }), test::at("0", "tau"));
  EXPECT_NO_THROW(respond(kLeaky, preset("norse"), {1}, 4.0));
  EXPECT_NO_THROW(respond(kLeaky, preset("sinabs"), {1}, 5.0));
}

TEST(Convention, NamesTheKnownOnesToWhoAsksForAnother) {
  for (const std::string& name : preset_names()) {
    EXPECT_NO_THROW(preset(name));
  }
  try {
    preset("brian");
    FAIL();
  } catch (const ReferenceError& error) {
    EXPECT_NE(std::string(error.what()).find("snntorch, norse, nir, loihi, sinabs"), std::string::npos);
  }
}

}  // namespace
}  // namespace photic::reference::spiking
