// SPDX-License-Identifier: Apache-2.0
// Networks in the golden device against a simulation of the neuron equation that knows no device.
#include "host/snn/runner.h"

#include <gtest/gtest.h>

#include "host/snn/map.h"
#include "host/snn/snn_error.h"
#include "tests/unit/host/snn/networks.h"
#include "tests/unit/host/snn/simulate.h"

namespace photic::host::snn::test {
namespace {

struct Stimulus {
  InputSteps steps;
  SpikeTrain train;
};

Stimulus draw_stimulus(Draw& draw, size_t width, uint32_t steps) {
  Stimulus stimulus;
  stimulus.steps.resize(steps);
  std::vector<SpikeEvent> events;
  for (uint32_t t = 0; t < steps; ++t) {
    for (uint32_t i = 0; i < width; ++i) {
      if (draw.chance(30)) {
        const int32_t payload = draw.chance(70) ? 1 : draw(-20, 20);
        stimulus.steps[t].push_back({i, payload});
        events.push_back({t, i, payload});
      }
    }
  }
  stimulus.train = make_spike_train(steps, static_cast<uint32_t>(width), events);
  return stimulus;
}

std::string uri(std::string_view geometry) {
  return "golden:spu?geometry=" + std::string(geometry);
}

/// Every output in every step, and every voltage, of two samples.
void expect_same(const IntegerNetwork& network, std::string_view geometry, uint64_t seed, bool fewest) {
  Draw draw(seed);
  constexpr uint32_t kSteps = 12;
  const size_t width = graph::elements(network.input_shape);
  const std::vector<Stimulus> stimuli{draw_stimulus(draw, width, kSteps), draw_stimulus(draw, width, kSteps)};
  const std::vector<SpikeTrain> trains{stimuli[0].train, stimuli[1].train};
  MapOptions mapping;
  mapping.fewest_cores = fewest;
  mapping.input_payload = 20;
  Runner runner(uri(geometry), map_network(network, *abi::find_spu_preset(geometry), mapping));
  RunOptions options;
  options.record = RunOptions::Record::kSteps;
  const RunResult result = runner.run(trains, options);
  const size_t last = network.populations.size() - 1;
  const StateTrace states = runner.trace_states(trains, last, 0, network.populations[last].size());
  ASSERT_EQ(result.records, kSteps);
  for (size_t s = 0; s < trains.size(); ++s) {
    Simulation simulation(network);
    for (uint32_t t = 0; t < kSteps; ++t) {
      const auto sent = simulation.step(stimuli[s].steps[t]);
      size_t output = 0;
      for (const size_t population : network.outputs) {
        for (const int32_t payload : sent[population]) {
          ASSERT_EQ(result.value(s, t, output++), payload)
              << "sample " << s << " step " << t << " population " << population;
        }
      }
      for (size_t e = 0; e < network.populations[last].size(); ++e) {
        ASSERT_EQ(states.state(s, t, e).voltage, simulation.voltage(last, e));
        ASSERT_EQ(states.state(s, t, e).current, simulation.current(last, e));
      }
    }
  }
}

TEST(Run, RandomNetworksComputeWhatTheEquationSays) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    expect_same(random_rows(seed), "tiny", seed, seed % 2 == 0);
  }
}

TEST(Run, RandomConvolutionsAndPoolsComputeWhatTheEquationSays) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    expect_same(random_planes(seed), "mesh4", seed, seed % 2 == 0);
  }
}

TEST(Run, ARowOfCoresSplitsAPopulationWithoutChangingIt) {
  Draw draw(3);
  DenseSynapses dense;
  for (int i = 0; i < 60 * 50; ++i) {
    dense.weights.push_back(draw(-100, 100));
  }
  IntegerNetwork network = one_layer({50}, {60}, dense);
  network.populations[0].neurons[0] = draw_neuron(draw);
  network.populations[0].neurons[0].emission = Emission::kGradedEveryStep;
  expect_same(network, "strip", 3, false);
}

IntegerNetwork counter() {
  IntegerNetwork network = one_layer({2}, {2}, DenseSynapses{{10, 0, 0, 20}});
  network.populations[0].neurons[0].threshold = 19;
  return network;
}

std::vector<SpikeTrain> trains() {
  // Element 0 in steps 0, 1, 2; element 1 in step 3. Then a sample of element 1 alone.
  return {make_spike_train(4, 2, {{0, 0, 1}, {1, 0, 1}, {2, 0, 1}, {3, 1, 1}}),
          make_spike_train(4, 2, {{0, 1, 1}, {1, 1, 1}})};
}

TEST(Run, CountsSpikesOfEachSampleAndForgetsBetweenThem) {
  Runner runner(uri("tiny"), map_network(counter(), *abi::find_spu_preset("tiny")));
  for (const uint32_t samples : {0u, 1u}) {
    RunOptions options;
    options.samples_a_command = samples;
    std::vector<double> progress;
    options.progress = [&](double done) {
      progress.push_back(done);
      return true;
    };
    const auto samples_in = trains();
    const RunResult counts = runner.run(samples_in, options);
    EXPECT_EQ(counts.values, (std::vector<int32_t>{1, 1, 0, 2}));
    EXPECT_EQ(progress.size(), samples == 0 ? 1u : 2u);
    EXPECT_EQ(progress.back(), 1.0);
  }
  RunOptions raster;
  raster.record = RunOptions::Record::kRaster;
  const auto samples_in = trains();
  EXPECT_EQ(runner.run(samples_in, raster).values,
            (std::vector<int32_t>{0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0}));
  const auto counters = runner.counters();
  EXPECT_EQ(counters.back()[static_cast<size_t>(abi::SpuCounter::SPIKES)], 18u);
  runner.clear_counters();
  EXPECT_EQ(runner.counters().back()[static_cast<size_t>(abi::SpuCounter::SPIKES)], 0u);
}

SnnError failure(Runner& runner, const std::vector<SpikeTrain>& samples, const RunOptions& options = {}) {
  try {
    runner.run(samples, options);
  } catch (const SnnError& error) {
    return error;
  }
  ADD_FAILURE() << "ran";
  return {SnnError::Kind::kBadNetwork, "", "", "", ""};
}

TEST(Run, SaysInTheNetworksWordsWhereAProgramIsAtFault) {
  Program program = map_network(counter(), *abi::find_spu_preset("tiny"));
  for (MemoryImage& image : program.images) {
    if (image.region == abi::SpuRegion::AXON) {
      image.words[1] |= abi::SpuAxon::kTarget.set(12);
    }
  }
  Runner runner(uri("tiny"), program);
  const SnnError error = failure(runner, trains());
  EXPECT_EQ(error.kind(), SnnError::Kind::kProgram);
  EXPECT_NE(error.place().find("connection 'in' from input[1]"), std::string::npos) << error.what();
}

TEST(Run, NamesThePopulationThatSaturated) {
  IntegerNetwork network = counter();
  network.populations[0].neurons[0].threshold = 100000;
  std::get<DenseSynapses>(network.connections[0].synapses).weights = {127 << 7, 0, 0, 1};
  MapOptions options;
  options.input_payload = 32767;
  Runner runner(uri("tiny"), map_network(network, *abi::find_spu_preset("tiny"), options));
  RunOptions strict;
  strict.strict = true;
  const SnnError error = failure(runner, {make_spike_train(1, 2, {{0, 0, -32767}})}, strict);
  EXPECT_EQ(error.kind(), SnnError::Kind::kDevice);
  EXPECT_NE(std::string(error.what()).find("layer[0..1]"), std::string::npos) << error.what();
}

TEST(Run, RefusesSamplesOfAnotherSizeAndCanBeCancelled) {
  Runner runner(uri("tiny"), map_network(counter(), *abi::find_spu_preset("tiny")));
  EXPECT_EQ(failure(runner, {make_spike_train(4, 3, {})}).kind(), SnnError::Kind::kBadOption);
  EXPECT_EQ(failure(runner, {make_spike_train(4, 2, {}), make_spike_train(5, 2, {})}).kind(),
            SnnError::Kind::kBadOption);
  EXPECT_EQ(failure(runner, {make_spike_train(4, 2, {{0, 0, 40000}})}).kind(), SnnError::Kind::kBadOption);
  RunOptions options;
  options.progress = [](double) { return false; };
  EXPECT_EQ(failure(runner, trains(), options).kind(), SnnError::Kind::kCancelled);
}

TEST(Run, RefusesADeviceThatIsNotWhatTheProgramIsFor) {
  const Program program = map_network(counter(), *abi::find_spu_preset("tiny"));
  EXPECT_THROW(Runner(uri("strip"), program), SnnError);
  EXPECT_THROW(Runner("golden:opu", program), SnnError);
  EXPECT_THROW(Runner("golden:nothing", program), SnnError);
  EXPECT_EQ(device_preset(uri("strip")).name, "strip");
}

TEST(Run, LoadsAProgramOverAnother) {
  // The first one uses cores the second leaves alone.
  Draw draw(9);
  DenseSynapses dense;
  for (int i = 0; i < 64 * 40; ++i) {
    dense.weights.push_back(draw(-100, 100));
  }
  { Runner first(uri("strip"), map_network(one_layer({40}, {64}, dense), *abi::find_spu_preset("strip"))); }
  expect_same(random_rows(5), "strip", 5, false);
}

}  // namespace
}  // namespace photic::host::snn::test
