// SPDX-License-Identifier: Apache-2.0
// What the driver promises of a spiking processing unit, whatever is behind it.
#include <limits>

#include "tests/conformance/driver/spu_device.h"

namespace photic {
namespace {

using abi::SpuRegion;
using test::kLimit;
using test::SmallProgram;
using test::status_of;
using test::tiny;

class SpuConformance : public test::SpuDevice {};

INSTANTIATE_TEST_SUITE_P(Targets, SpuConformance, testing::ValuesIn(test::staged_spu_targets()),
                         test::name_of_target);

TEST_P(SpuConformance, SaysWhatItIs) {
  EXPECT_EQ(device.capabilities().kind, uint32_t{PHOTIC_KIND_SPU});
  const photic_spu_geometry found = device.spu_geometry();
  EXPECT_EQ(found.mesh_cols, tiny.mesh_cols);
  EXPECT_EQ(found.mesh_rows, tiny.mesh_rows);
  EXPECT_EQ(found.cores, tiny.cores());
  EXPECT_EQ(found.neurons, tiny.neurons);
  EXPECT_EQ(found.axons, tiny.axons);
  EXPECT_EQ(found.synapse_words, tiny.synapse_words);
  EXPECT_EQ(found.lanes, tiny.lanes);
  EXPECT_EQ(found.slots, tiny.slots);
  EXPECT_EQ(found.walks, tiny.walks);
  EXPECT_EQ(found.fanout_words, tiny.fanout_words);
  EXPECT_EQ(found.io_fanout_words, tiny.io_fanout_words);
  EXPECT_EQ(found.inputs, tiny.inputs);
  EXPECT_EQ(found.outputs, tiny.outputs);
}

TEST_P(SpuConformance, KeepsWhatIsWrittenToSeveralCores) {
  std::vector<uint64_t> words(3 * tiny.cores());
  for (size_t i = 0; i < words.size(); ++i) {
    words[i] = 0x0123456789ABCDEF * (i + 1);
  }
  std::copy(words.begin(), words.end(), source.as<uint64_t>().begin());
  photic_spu_memory_desc desc = at(source, 0, SpuRegion::SYNAPSE, 3);
  desc.cores = tiny.cores();
  desc.word = tiny.synapse_words - 3;
  queue.write(desc).wait(kLimit);
  desc.buffer = destination.get();
  desc.offset = 64;
  queue.read(desc).wait(kLimit);
  EXPECT_TRUE(std::equal(words.begin(), words.end(), destination.as<uint64_t>().begin() + 8));
  EXPECT_EQ(destination.as<uint64_t>()[8 + words.size()], 0U);
  EXPECT_EQ(read(0, SpuRegion::SYNAPSE, 1), std::vector<uint64_t>{0});
}

TEST_P(SpuConformance, CountsSpikesIntoItsOutputs) {
  load();
  const Event event = queue.run(recorded(steps({1, 0, 2}), PHOTIC_SPU_RECORD_I32));
  ASSERT_EQ(end_of(event), PHOTIC_OK) << photic_error_text();
  EXPECT_EQ(event.info().detail, 3U);
  const std::vector<int32_t> expected{0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1};
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), destination.as<int32_t>().begin()));
  EXPECT_EQ(counter("SPU_STEPS"), 3U);
  EXPECT_EQ(counter("SPU_EVENTS"), 2U);
}

TEST_P(SpuConformance, AddsOutputsUpBetweenRecords) {
  load();
  ASSERT_EQ(run(recorded(steps({1, 2, 3, 1}), PHOTIC_SPU_RECORD_I32, 2)), PHOTIC_OK) << photic_error_text();
  const std::vector<int32_t> expected{0, 1, 2, 2, 0, 1, 2, 2};
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), destination.as<int32_t>().begin()));
  ASSERT_EQ(run(recorded(steps({2, 1}), PHOTIC_SPU_RECORD_BITS, 2)), PHOTIC_OK) << photic_error_text();
  EXPECT_EQ(destination.as<uint64_t>()[0], 0b1110U);
}

TEST_P(SpuConformance, RecordsStates) {
  load();
  ASSERT_EQ(run(recorded(steps({1}), PHOTIC_SPU_RECORD_STATES)), PHOTIC_OK) << photic_error_text();
  const auto states = destination.as<uint64_t>();
  for (uint32_t n = 0; n < SmallProgram::kNeurons; ++n) {
    const auto state = abi::SpuState0::unpack(states[2 * n]);
    const int32_t input = 64 * static_cast<int32_t>(1 + 4 * n);
    EXPECT_EQ(state.current, input);
    EXPECT_EQ(state.voltage, input > 64 * SmallProgram::kThreshold ? 0 : input) << n;
  }
  EXPECT_EQ(read(program.core, SpuRegion::STATE, 8),
            std::vector<uint64_t>(states.begin(), states.begin() + 8));
}

TEST_P(SpuConformance, TracesEveryUnitAfterEveryStep) {
  load();
  const Buffer trace = device.allocate(4096);
  photic_spu_run_desc desc = steps({1, 2});
  desc.trace = trace.get();
  ASSERT_EQ(run(desc), PHOTIC_OK) << photic_error_text();
  const auto word = [&](uint32_t step, uint32_t unit, abi::SpuCounter index) {
    const uint64_t first = (uint64_t{step} * (tiny.cores() + 1) + unit) * abi::kSpuCounters;
    return trace.as<uint64_t>()[first + static_cast<uint32_t>(index)];
  };
  EXPECT_EQ(word(0, program.core, abi::SpuCounter::SPIKES), 2U);
  EXPECT_EQ(word(1, program.core, abi::SpuCounter::SPIKES), 5U);
  EXPECT_EQ(word(1, program.core, abi::SpuCounter::UPDATES), 8U);
  EXPECT_EQ(word(1, program.core, abi::SpuCounter::SYNAPTIC_OPS), 8U);
  EXPECT_EQ(word(1, program.io, abi::SpuCounter::FLITS_OUT), 2U);
  EXPECT_EQ(word(1, program.io, abi::SpuCounter::FLITS_IN), 5U);
}

TEST_P(SpuConformance, ClearsStateAndCountersApart) {
  load();
  ASSERT_EQ(run(steps({1})), PHOTIC_OK) << photic_error_text();
  const auto spikes = [&] {
    return read(program.core, SpuRegion::COUNTER,
                abi::kSpuCounters)[static_cast<uint32_t>(abi::SpuCounter::SPIKES)];
  };
  EXPECT_NE(read(program.core, SpuRegion::STATE, 1)[0], 0U);
  EXPECT_EQ(read(program.io, SpuRegion::ACCUMULATOR, 3)[2], 1U);
  queue.clear(PHOTIC_SPU_CLEAR_STATE).wait(kLimit);
  EXPECT_EQ(read(program.core, SpuRegion::STATE, 1)[0], 0U);
  EXPECT_EQ(read(program.io, SpuRegion::ACCUMULATOR, 3)[2], 0U);
  EXPECT_EQ(spikes(), 2U);
  queue.clear(PHOTIC_SPU_CLEAR_COUNTERS).wait(kLimit);
  EXPECT_EQ(spikes(), 0U);
}

TEST_P(SpuConformance, ScansAProgramOnce) {
  load();
  ASSERT_EQ(run(steps({1})), PHOTIC_OK);
  ASSERT_EQ(run(steps({1})), PHOTIC_OK);
  EXPECT_EQ(counter("SPU_SCANS"), 1U);
  write(0, SpuRegion::SYNAPSE, {0});
  ASSERT_EQ(run(steps({1})), PHOTIC_OK);
  EXPECT_EQ(counter("SPU_SCANS"), 2U);
}

TEST_P(SpuConformance, EndsAStrictRunThatSaturatesAsSaturated) {
  load();
  abi::SpuAxon strong = SmallProgram::axon();
  strong.exponent = 7;
  write(program.core, SpuRegion::AXON, {strong.pack()});
  photic_spu_run_desc desc = steps({32767});
  EXPECT_EQ(run(desc), PHOTIC_OK);
  desc.strict = 1;
  EXPECT_EQ(run(desc), PHOTIC_SATURATED);
}

TEST_P(SpuConformance, EndsACommandAtItsWatchdogWhereTheClockCounts) {
  load();
  photic_spu_run_desc desc = spu_run_desc();
  desc.steps = 1000;
  desc.timeout = 1;
  const Event event = queue.run(desc);
  const photic_status status = end_of(event);
  const bool clocked = event.info().end_cycle != 0;
  EXPECT_EQ(status, clocked ? PHOTIC_TIMEOUT : PHOTIC_OK);
  EXPECT_EQ(event.info().detail < 1000, clocked);
  EXPECT_EQ(run(steps({1})), PHOTIC_OK);
}

class SpuPair : public test::SpuDevice {};

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SpuPair);  // without hardware models there is no pair
INSTANTIATE_TEST_SUITE_P(Pairs, SpuPair, testing::ValuesIn(test::directly(test::spu_pairs())),
                         test::name_of_target);

TEST_P(SpuPair, AgreesOnRecordsStatesAndOutputs) {
  load();
  ASSERT_EQ(run(recorded(steps({1, 0, 2}), PHOTIC_SPU_RECORD_STATES)), PHOTIC_OK) << photic_error_text();
  ASSERT_EQ(run(recorded(steps({1, 2}), PHOTIC_SPU_RECORD_I32, 2)), PHOTIC_OK) << photic_error_text();
  const std::vector<int32_t> expected{0, 1, 2, 2};
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), destination.as<int32_t>().begin()));
  EXPECT_EQ(device.status(), PHOTIC_OK);
}

TEST_P(SpuConformance, FollowsDependenciesAcrossQueues) {
  load();
  const Queue other = device.queue(4);
  const Event first = queue.run(steps({1}));
  other.nop(std::span(&first, 1)).wait(kLimit);
  EXPECT_EQ(first.status(), PHOTIC_OK);
  photic_spu_run_desc bad = steps({1});
  bad.steps = 0;
  const Event failing = queue.run(bad);
  const Event dependent = other.clear(PHOTIC_SPU_CLEAR_STATE, std::span(&failing, 1));
  EXPECT_EQ(status_of([&] { dependent.wait(kLimit); }), PHOTIC_DEPENDENCY_FAILED);
}

TEST_P(SpuConformance, ComesBackFromAResetInTheMiddleOfARun) {
  load();
  photic_spu_run_desc desc = spu_run_desc();
  desc.steps = std::numeric_limits<uint32_t>::max();
  const Event event = queue.run(desc);
  EXPECT_EQ(status_of([&] { event.wait(std::chrono::milliseconds(1)); }), PHOTIC_WAIT_TIMEOUT);
  device.reset();
  EXPECT_EQ(end_of(event), PHOTIC_DEVICE_LOST);
  EXPECT_EQ(counter("SPU_STEPS"), 0U);
  load();
  ASSERT_EQ(run(recorded(steps({1}), PHOTIC_SPU_RECORD_BITS)), PHOTIC_OK) << photic_error_text();
  EXPECT_EQ(destination.as<uint64_t>()[0], 0b1100U);
}

TEST_P(SpuConformance, KeepsItsProgramAndForgetsItsSeedAtAReset) {
  load();
  device.configure_spu({0, 0xDEADBEEF});
  EXPECT_EQ(device.spu_settings().seed, 0xDEADBEEFU);
  device.reset();
  EXPECT_EQ(device.spu_settings().seed, 0U);
  EXPECT_EQ(read(program.core, SpuRegion::AXON, 1), std::vector<uint64_t>{SmallProgram::axon().pack()});
  EXPECT_EQ(read(program.core, SpuRegion::CONFIG, 1), std::vector<uint64_t>{0});
}

TEST_P(SpuConformance, GivesTheSameStampsWheneverTheHostSubmits) {
  const auto stamps = [&](bool wait_between) {
    device.reset();
    load();
    std::vector<Event> events;
    const photic_spu_run_desc desc = steps({1, 0, 1});
    for (int i = 0; i < 4; ++i) {
      events.push_back(i % 2 == 0 ? queue.nop() : queue.run(desc));
      if (wait_between) {
        events.back().wait(kLimit);
      }
    }
    wait_all(events, kLimit);
    std::vector<uint64_t> found;
    for (const Event& event : events) {
      found.push_back(event.info().start_cycle);
      found.push_back(event.info().end_cycle);
    }
    return found;
  };
  EXPECT_EQ(stamps(true), stamps(false));
}

}  // namespace
}  // namespace photic
