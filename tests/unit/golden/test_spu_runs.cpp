// SPDX-License-Identifier: Apache-2.0
// Runs: records, traces, epochs, statuses and what they leave behind.
#include <gtest/gtest.h>

#include "tests/unit/golden/spu_host.h"

namespace photic::golden {
namespace {

using abi::SpuCounter;
using abi::SpuRegion;
using abi::Status;

constexpr int32_t kWeight = 3;

/// Source 0 excites neuron 0 of core 0; neuron 0 sends to output 2 and to axon 1, which excites neuron 1 two
/// steps later; neuron 1 sends to output 70 mod 64 = 6. Source 1 has a poisoned entry.
class ChainHost : public SpuHost {
 public:
  ChainHost() {
    configure(0, 2, 3);
    configure(io, 2, 64);
    const auto dense = [](uint32_t target, uint32_t delay) {
      return abi::SpuAxon{
          .base = 0, .bits = abi::SpuWeightBits::W8, .delay = delay, .target = target, .extent = 1}
          .pack();
    };
    write(0, SpuRegion::AXON, 0, {dense(0, 0), dense(1, 2), dense(0, 0)});
    write(0, SpuRegion::SYNAPSE, 0, {kWeight});
    auto neurons = simple_neuron();
    const auto second = simple_neuron();
    neurons.insert(neurons.end(), second.begin(), second.end());
    write(0, SpuRegion::NEURON, 0, neurons);
    write(0, SpuRegion::POINTER, 0,
          {abi::SpuPointer{.base = 0, .count = 2}.pack(), abi::SpuPointer{.base = 2, .count = 1}.pack()});
    const auto host = [](uint32_t output) {
      return uint64_t{abi::SpuFanout{.dy = -1, .axon = output, .host = true}.pack_half()};
    };
    write(0, SpuRegion::FANOUT, 0,
          {host(2) | uint64_t{abi::SpuFanout{.axon = 1}.pack_half()} << 32, host(6)});
    write(io, SpuRegion::POINTER, 0,
          {abi::SpuPointer{.base = 0, .count = 1}.pack(), abi::SpuPointer{.base = 1, .count = 1}.pack()});
    write(io, SpuRegion::FANOUT, 0,
          {uint64_t{abi::SpuFanout{.axon = 0}.pack_half()} |
           uint64_t{abi::SpuFanout{.axon = 2, .poison = true}.pack_half()} << 32});
  }

  /// A run with inputs that are already in memory.
  abi::SpuRun with_inputs(abi::SpuRun run, const std::vector<StepEvents>& events) {
    const auto words = stream_of(events);
    memory.poke(kSource, words);
    run.source = kSource;
    run.source_words = static_cast<uint32_t>(words.size());
    return run;
  }

  const uint32_t io = preset.cores();
};

const StepEvents kSpike = {{.source = 0, .payload = 1}};

abi::SpuRun recording(uint32_t count, abi::SpuRecord record, uint32_t period = 1) {
  abi::SpuRun run = steps(count);
  run.record = record;
  run.period = period;
  run.destination = SpuHost::kDestination;
  run.outputs = record == abi::SpuRecord::STATES ? 0 : 7;
  run.probe_neurons = record == abi::SpuRecord::STATES ? 2 : 0;
  return run;
}

TEST(GoldenSpuRuns, DeliversASpikeOneStepAndItsDelayLater) {
  ChainHost host;
  const auto run = host.with_inputs(recording(5, abi::SpuRecord::I32), {kSpike, {}, {}, {}, {}});
  const abi::Completion completion = host.run(run);
  EXPECT_EQ(completion.status, Status::OK);
  EXPECT_EQ(completion.detail, 5u);
  EXPECT_EQ(completion.command, 7u);
  for (uint32_t k = 0; k < 5; ++k) {
    std::vector<uint64_t> expected(4);
    expected[1] = k == 0 ? 1 : 0;  // output 2: the spike of step 0
    expected[3] = k == 3 ? 1 : 0;  // output 6: one step and two of delay later
    EXPECT_EQ(host.peek(SpuHost::kDestination + 32 * k, 4), expected) << k;
  }
  EXPECT_EQ(host.counter(abi::SPU_STEPS), 5u);
  EXPECT_EQ(host.counter(abi::SPU_EVENTS), 1u);
}

TEST(GoldenSpuRuns, RecordsBitsAndClearsWhatItRecorded) {
  ChainHost host;
  host.write(host.io, SpuRegion::ACCUMULATOR, 0, {5, 0, 0, 0, 0, 0, 0, 9});
  const auto run = host.with_inputs(recording(4, abi::SpuRecord::BITS, 2), {kSpike, kSpike, {}, {}});
  EXPECT_EQ(host.run(run).status, Status::OK);
  EXPECT_EQ(host.peek(SpuHost::kDestination, 3), (std::vector<uint64_t>{0b101, 0b1000000, 0}));
  EXPECT_EQ(host.read(host.io, SpuRegion::ACCUMULATOR, 0, 8), (std::vector<uint64_t>{0, 0, 0, 0, 0, 0, 0, 9}))
      << "only recorded outputs are cleared";
}

TEST(GoldenSpuRuns, LeavesOutputsToAddUpWithoutARecord) {
  ChainHost host;
  EXPECT_EQ(host.run(host.with_inputs(steps(3), {kSpike, kSpike, kSpike})).status, Status::OK);
  EXPECT_EQ(host.read(host.io, SpuRegion::ACCUMULATOR, 2, 1)[0], 3u);
}

TEST(GoldenSpuRuns, RecordsStatesOfTheProbedNeurons) {
  ChainHost host;
  const auto run = host.with_inputs(recording(2, abi::SpuRecord::STATES), {kSpike, {}});
  EXPECT_EQ(host.run(run).status, Status::OK);
  const auto u = [](int32_t current) { return abi::SpuState0{.current = current}.pack(); };
  EXPECT_EQ(host.peek(SpuHost::kDestination, 8),
            (std::vector<uint64_t>{u(64 * kWeight), 0, 0, 0, 0, 0, 0, 0}));
}

TEST(GoldenSpuRuns, AppendsTheCountersOfEveryUnitToTheTrace) {
  ChainHost host;
  abi::SpuRun run = host.with_inputs(steps(2), {kSpike, {}});
  run.control = abi::SPU_CONTROL_TRACE;
  run.trace = SpuHost::kTrace;
  EXPECT_EQ(host.run(run).status, Status::OK);
  const uint32_t units = host.preset.cores() + 1;
  const auto at = [&](uint32_t step, uint32_t unit, SpuCounter which) {
    return host.memory.peek(SpuHost::kTrace +
                            8 * ((uint64_t{step} * units + unit) * 16 + static_cast<uint32_t>(which)));
  };
  EXPECT_EQ(at(0, 0, SpuCounter::SPIKES), 1u);
  EXPECT_EQ(at(0, 0, SpuCounter::UPDATES), 2u);
  EXPECT_EQ(at(1, 0, SpuCounter::UPDATES), 4u);
  EXPECT_EQ(at(0, 0, SpuCounter::HOPS), 1u) << "out of the mesh";
  EXPECT_EQ(at(0, 0, SpuCounter::FLITS_OUT), 2u);
  EXPECT_EQ(at(0, host.io, SpuCounter::SPIKES), 1u);
  EXPECT_EQ(at(0, host.io, SpuCounter::FLITS_IN), 1u);
  EXPECT_EQ(at(1, 0, SpuCounter::CYCLES_SWEEP), 0u) << "there is no time";
  for (uint32_t word = 0; word < 16; ++word) {
    EXPECT_EQ(at(1, 0, static_cast<SpuCounter>(word)), host.counter_word(0, static_cast<SpuCounter>(word)))
        << word;
  }
}

// The next step's inputs travel with this step's packets.
TEST(GoldenSpuRuns, CountsTheNextStepsInputsInThisStepsTraceUnlessAClearIsDue) {
  for (const uint32_t epoch : {0u, 1u}) {
    ChainHost host;
    abi::SpuRun run = host.with_inputs(steps(2), {{}, kSpike});
    run.control = abi::SPU_CONTROL_TRACE;
    run.trace = SpuHost::kTrace;
    run.epoch = epoch;
    EXPECT_EQ(host.run(run).status, Status::OK);
    EXPECT_EQ(host.memory.peek(SpuHost::kTrace + 8 * static_cast<uint32_t>(SpuCounter::FLITS_IN)),
              epoch == 0 ? 1u : 0u);
    EXPECT_EQ(host.counter_word(0, SpuCounter::SPIKES), 1u);
  }
}

TEST(GoldenSpuRuns, ClearsNeuronsAndAccumulatorsAtEveryEpochButNotOutputs) {
  ChainHost host;
  abi::SpuRun run = host.with_inputs(recording(6, abi::SpuRecord::I32), {kSpike, {}, {}, kSpike, {}, {}});
  run.epoch = 2;
  EXPECT_EQ(host.run(run).status, Status::OK);
  uint64_t late = 0;
  for (uint32_t k = 0; k < 6; ++k) {
    late += host.memory.peek(SpuHost::kDestination + 32 * k + 24);
  }
  EXPECT_EQ(late, 0u) << "what was on its way was cleared";
  EXPECT_EQ(host.memory.peek(SpuHost::kDestination + 32 * 3 + 8), 1u);
}

TEST(GoldenSpuRuns, ClearsOutputsTooWhenAskedAtTheStart) {
  ChainHost host;
  host.write(host.io, SpuRegion::ACCUMULATOR, 0, {4});
  host.write(0, SpuRegion::ACCUMULATOR, 0, {4});
  abi::SpuRun run = steps(1);
  run.control = abi::SPU_CONTROL_CLEAR_FIRST;
  EXPECT_EQ(host.run(run).status, Status::OK);
  EXPECT_EQ(host.counter_word(0, SpuCounter::SPIKES), 0u);
  EXPECT_EQ(host.read(host.io, SpuRegion::ACCUMULATOR, 0, 1)[0], 0u);
}

TEST(GoldenSpuRuns, RefusesAProgramAtFaultWithoutReadingItsInputs) {
  ChainHost host;
  host.write(0, SpuRegion::SYNAPSE, 0, {0});
  host.write(3, SpuRegion::CONFIG, 0, {abi::SpuConfig{.neurons = 17}.pack()});
  host.write(0, SpuRegion::POINTER, 1, {abi::SpuPointer{.base = 129}.pack()});
  const uint64_t beats = host.counter(abi::SHELL_DMA_READ_BEATS);
  const abi::Completion completion = host.run(host.with_inputs(steps(1), {kSpike}));
  EXPECT_EQ(completion.status, Status::INVALID_PROGRAM);
  EXPECT_EQ(completion.detail, (abi::SpuPlace{.word = 1, .region = SpuRegion::POINTER, .core = 0}.pack()));
  EXPECT_EQ(host.counter(abi::SPU_STEPS), 0u);
  EXPECT_EQ(host.counter(abi::SPU_SCANS), 0u);
  EXPECT_EQ(host.counter(abi::SHELL_DMA_READ_BEATS), beats + 8);
}

TEST(GoldenSpuRuns, EndsAfterTheStepInWhichAParityWasWrong) {
  ChainHost host;
  const StepEvents poisoned = {{.source = 1, .payload = 1}, {.source = 0, .payload = 1}};
  auto run = host.with_inputs(recording(5, abi::SpuRecord::I32), {poisoned, {}, {}, {}, {}});
  const uint64_t beats = host.counter(abi::SHELL_DMA_READ_BEATS);
  const abi::Completion completion = host.run(run);
  const uint64_t read = host.counter(abi::SHELL_DMA_READ_BEATS) - beats;
  EXPECT_EQ(read, 8u + run.source_words) << "the whole stream is read";
  EXPECT_EQ(completion.status, Status::LINK_ERROR);
  EXPECT_EQ(completion.detail, (abi::SpuPlace{.word = 2, .region = SpuRegion::AXON, .core = 0}.pack()));
  EXPECT_EQ(host.counter(abi::SPU_STEPS), 1u);
  EXPECT_EQ(host.counter_word(0, SpuCounter::PARITY_ERRORS), 1u);
  EXPECT_EQ(host.memory.peek(SpuHost::kDestination + 8), 1u) << "the step is complete, with its record";
  EXPECT_EQ(host.run(steps(1)).status, Status::OK) << "the next run starts without it";
}

TEST(GoldenSpuRuns, ReportsTheLowestPlaceOfSeveralWrongParities) {
  ChainHost host;
  const auto poisoned = [](int32_t dx, uint32_t axon) {
    return uint64_t{abi::SpuFanout{.dx = dx, .axon = axon, .poison = true}.pack_half()};
  };
  host.write(host.io, SpuRegion::POINTER, 1, {abi::SpuPointer{.base = 2, .count = 3}.pack()});
  host.write(host.io, SpuRegion::FANOUT, 1, {poisoned(1, 0) | poisoned(0, 5) << 32, poisoned(0, 4)});
  const abi::Completion completion = host.run(host.with_inputs(steps(1), {{{.source = 1, .payload = 1}}}));
  EXPECT_EQ(completion.status, Status::LINK_ERROR);
  EXPECT_EQ(completion.detail, (abi::SpuPlace{.word = 4, .region = SpuRegion::AXON, .core = 0}.pack()));
}

struct Fault {
  const char* name;
  std::vector<uint64_t> words;
  uint32_t bad_word;  // whose address is reported
  uint64_t steps_done;
  uint64_t events;
};

TEST(GoldenSpuRuns, EndsBeforeTheStepWhoseInputsAreMalformed) {
  const uint64_t event = abi::SpuEvent{.source = 0, .payload = 1}.pack_half();
  const uint64_t stranger = abi::SpuEvent{.source = 2, .payload = 1}.pack_half();
  const std::vector<Fault> faults = {
      {"reserved bits in a header", {1, event, uint64_t{1} << 32, 0}, 2, 1, 1},
      {"first source out of range", {0, 2, stranger | event << 32, 0}, 2, 1, 0},
      {"second source out of range", {0, 2, event | stranger << 32, 0}, 2, 1, 1},
      {"padding not 0", {0, 1, event | uint64_t{1} << 63, 0}, 2, 1, 1},
      {"no header", {0, 0}, 2, 2, 0},
      {"events missing", {0, 3, event | event << 32}, 3, 1, 2},
      {"words left", {0, 0, 0, 0}, 3, 3, 0},
  };
  for (const Fault& fault : faults) {
    SCOPED_TRACE(fault.name);
    ChainHost host;
    host.memory.poke(SpuHost::kSource, fault.words);
    abi::SpuRun run = steps(3);
    run.source = SpuHost::kSource;
    run.source_words = static_cast<uint32_t>(fault.words.size());
    const uint64_t beats = host.counter(abi::SHELL_DMA_READ_BEATS);
    const abi::Completion completion = host.run(run);
    EXPECT_EQ(completion.status, Status::INVALID_EVENTS);
    EXPECT_EQ(completion.detail, SpuHost::kSource + 8 * fault.bad_word);
    EXPECT_EQ(host.counter(abi::SPU_STEPS), fault.steps_done);
    EXPECT_EQ(host.counter(abi::SPU_EVENTS), fault.events);
    EXPECT_EQ(host.counter(abi::SHELL_DMA_READ_BEATS), beats + 8 + fault.words.size());
  }
}

TEST(GoldenSpuRuns, EndsAtARefusedWordOfItsInputs) {
  ChainHost host;
  const uint64_t end = SpuHost::kSource + SpuHost::kDataBytes;
  abi::SpuRun run = steps(20);
  run.source = end - 8 * 3;  // three empty steps are mapped
  run.source_words = 600;
  const uint64_t beats = host.counter(abi::SHELL_DMA_READ_BEATS);
  const abi::Completion completion = host.run(run);
  EXPECT_EQ(completion.status, Status::DMA_READ_ERROR);
  EXPECT_EQ(completion.detail, end);
  EXPECT_EQ(host.counter(abi::SPU_STEPS), 3u);
  EXPECT_EQ(host.counter(abi::SHELL_DMA_READ_BEATS), beats + 8 + 600);
}

TEST(GoldenSpuRuns, GoesOnWhenARecordCannotBeWritten) {
  ChainHost host;
  auto run = host.with_inputs(recording(5, abi::SpuRecord::I32), {kSpike, {}, {}, {}, {}});
  run.destination = SpuHost::kDestination + SpuHost::kDataBytes - 32;  // room for one
  const abi::Completion completion = host.run(run);
  EXPECT_EQ(completion.status, Status::DMA_WRITE_ERROR);
  EXPECT_EQ(completion.detail, SpuHost::kDestination + SpuHost::kDataBytes);
  EXPECT_EQ(host.counter(abi::SPU_STEPS), 5u);
}

TEST(GoldenSpuRuns, SaysSaturatedOnlyWhenStrictAndInThisRun) {
  ChainHost host;
  host.write(0, SpuRegion::ACCUMULATOR, 0, {0x7FFF'FFFF});
  abi::SpuRun run = steps(1);
  EXPECT_EQ(host.run(run).status, Status::OK);
  EXPECT_EQ(host.counter_word(0, SpuCounter::SATURATIONS), 2u) << "the input and u";
  run.flags = abi::SUBMIT_STRICT;
  EXPECT_EQ(host.run(run).status, Status::OK);
  host.write(0, SpuRegion::ACCUMULATOR, 2, {0x7FFF'FFFF});
  run.step = 2;
  host.write(0, SpuRegion::ACCUMULATOR, 2 * 16, {0x7FFF'FFFF});
  const abi::Completion completion = host.run(run);
  EXPECT_EQ(completion.status, Status::SATURATED);
  EXPECT_EQ(completion.detail, 1u);
}

TEST(GoldenSpuRuns, DropsWhatLeadsToAxonsAndOutputsNotInUse) {
  ChainHost host;
  host.configure(0, 2, 0);
  host.configure(host.io, 2, 0);
  host.write(0, SpuRegion::ACCUMULATOR, 0, {1});
  EXPECT_EQ(host.run(host.with_inputs(steps(1), {kSpike})).status, Status::OK);
  EXPECT_EQ(host.counter_word(0, SpuCounter::DROPS), 2u);
  EXPECT_EQ(host.counter_word(host.io, SpuCounter::DROPS), 1u);
}

TEST(GoldenSpuRuns, TakesALongStepInPiecesAndShowsProgress) {
  abi::SpuPreset preset = *abi::find_spu_preset("single");
  preset.neurons = 1024;
  preset.io_fanout_words = 32767;
  preset.synapse_words = 1024;
  SpuHost host(preset);
  host.configure(0, 1024, 1);
  host.configure(1, 1, 0);
  host.write(0, SpuRegion::AXON, 0, {abi::SpuAxon{.bits = abi::SpuWeightBits::W8, .extent = 1024}.pack()});
  host.write(1, SpuRegion::POINTER, 0, {abi::SpuPointer{.base = 0, .count = 65534}.pack()});
  host.memory.poke(SpuHost::kSource, stream_of({kSpike}));
  abi::SpuRun run = steps(1);
  run.source = SpuHost::kSource;
  run.source_words = 2;
  host.ring.submit(std::bit_cast<abi::Submission>(run));
  host.ring.ring_doorbell();
  uint64_t pieces = 0;
  uint64_t before = host.device->progress().load();
  while (host.device->advance(1) == abi::Activity::kWorking) {
    EXPECT_GT(host.device->progress().load(), before);
    before = host.device->progress().load();
    ++pieces;
  }
  EXPECT_GT(pieces, 10u);
  host.ring.next_completion();
  host.ring.acknowledge();
  EXPECT_EQ(host.counter_word(0, SpuCounter::SYNAPTIC_OPS), 65534u * 1024);
}

}  // namespace
}  // namespace photic::golden
