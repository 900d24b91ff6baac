// SPDX-License-Identifier: Apache-2.0
// A network that is run on from where it is, on the golden device.
#include <gtest/gtest.h>

#include "host/snn/map.h"
#include "host/snn/runner.h"
#include "host/snn/snn_error.h"
#include "tests/unit/host/snn/networks.h"

namespace photic::host::snn::test {
namespace {

constexpr uint32_t kSteps = 16;

RunOptions every_step() {
  RunOptions options;
  options.record = RunOptions::Record::kSteps;
  return options;
}

Runner random_runner(uint64_t seed, SpikeTrain& inputs) {
  const IntegerNetwork network = random_rows(seed);
  const auto width = static_cast<uint32_t>(graph::elements(network.input_shape));
  Draw draw(seed);
  std::vector<SpikeEvent> events;
  for (uint32_t t = 0; t < kSteps; ++t) {
    for (uint32_t i = 0; i < width; ++i) {
      if (draw.chance(40)) {
        events.push_back({t, i, 1});
      }
    }
  }
  inputs = make_spike_train(kSteps, width, events);
  return {"golden:spu?geometry=tiny", map_network(network, *abi::find_spu_preset("tiny"))};
}

/// Steps [first, first + count) of `inputs`.
SpikeTrain part(const SpikeTrain& inputs, uint32_t first, uint32_t count) {
  std::vector<SpikeEvent> events;
  for (const SpikeEvent& event : inputs.events) {
    if (event.step >= first && event.step < first + count) {
      events.push_back({event.step - first, event.index, event.payload});
    }
  }
  return make_spike_train(count, inputs.width, events);
}

TEST(Live, SingleStepsAreTheSameRun) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    SpikeTrain inputs;
    Runner runner = random_runner(seed, inputs);
    const RunResult whole = runner.run(std::span(&inputs, 1), every_step());
    runner.rewind();
    std::vector<int32_t> values;
    for (uint32_t t = 0; t < kSteps; ++t) {
      EXPECT_EQ(runner.step(), t);
      const RunResult one = runner.advance(part(inputs, t, 1), every_step());
      values.insert(values.end(), one.values.begin(), one.values.end());
    }
    EXPECT_EQ(values, whole.values);
  }
}

TEST(Live, ARestoredSnapshotGoesOnAsTheFirstTime) {
  size_t alive = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    SpikeTrain inputs;
    Runner runner = random_runner(seed, inputs);
    runner.rewind();
    runner.advance(part(inputs, 0, 7), every_step());
    const Snapshot middle = runner.snapshot();
    EXPECT_EQ(middle.step, 7u);
    const RunResult first = runner.advance(part(inputs, 7, 9), every_step());
    const Snapshot end = runner.snapshot();
    alive += end == middle ? 0 : 1;
    runner.restore(middle);
    EXPECT_EQ(runner.snapshot(), middle);
    EXPECT_EQ(runner.advance(part(inputs, 7, 9), every_step()).values, first.values);
    EXPECT_EQ(runner.snapshot(), end);
  }
  EXPECT_GT(alive, 6u);
}

TEST(Live, RefusesTheSnapshotOfAnotherGeometry) {
  SpikeTrain inputs;
  Runner runner = random_runner(1, inputs);
  Snapshot snapshot = runner.snapshot();
  snapshot.states.pop_back();
  try {
    runner.restore(snapshot);
    FAIL() << "was taken";
  } catch (const SnnError& error) {
    EXPECT_EQ(error.kind(), SnnError::Kind::kBadOption);
  }
}

}  // namespace
}  // namespace photic::host::snn::test
