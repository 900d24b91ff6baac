// SPDX-License-Identifier: Apache-2.0
// A published trace of a neuron on Loihi, through the device: a thousand voltages and four spikes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/unit/golden/spu_host.h"

namespace photic::golden {
namespace {

using abi::SpuRegion;

struct Row {
  double input = 0;
  double voltage = 0;
  double spike = 0;
};

std::vector<Row> published() {
  const char* data = std::getenv("PHOTIC_DATA");
  std::ifstream file(std::filesystem::path(data == nullptr ? "" : data) / "nir" / "lif_ramp" /
                     "lif_lava_loihi_fixed.csv");
  std::vector<Row> rows;
  Row row;
  char comma = 0;
  while (file >> row.input >> comma >> row.voltage >> comma >> row.spike) {
    rows.push_back(row);
  }
  return rows;
}

// Loihi shows its refractory counter in place of the voltage in the step of a spike.
constexpr double kRefractoryMarker = 128;

TEST(GoldenSpuLoihi, GivesEveryVoltageAndSpikeOfThePublishedRamp) {
  const std::vector<Row> rows = published();
  if (rows.empty()) {
    GTEST_SKIP() << "skipped: no data";
  }
  ASSERT_EQ(rows.size(), 1000u);
  SpuHost host;
  const uint32_t io = host.preset.cores();
  host.configure(0, 1, 1);
  host.configure(io, 1, 1);
  // The published input of 10 x 2^6 a spike and threshold of 1600, in units of 2^6.
  host.write(
      0, SpuRegion::NEURON, 0,
      {abi::SpuNeuron0{.current_decay = 4096, .voltage_decay = 163, .emit = abi::SpuEmit::SPIKE}.pack(),
       abi::SpuNeuron1{.threshold = 1600 / 64}.pack()});
  host.write(0, SpuRegion::SYNAPSE, 0, {10});
  host.write(0, SpuRegion::AXON, 0, {abi::SpuAxon{.bits = abi::SpuWeightBits::W8, .extent = 1}.pack()});
  host.write(0, SpuRegion::POINTER, 0, {abi::SpuPointer{.base = 0, .count = 1}.pack()});
  host.write(0, SpuRegion::FANOUT, 0, {abi::SpuFanout{.dy = -1, .host = true}.pack_half()});
  host.write(io, SpuRegion::POINTER, 0, {abi::SpuPointer{.base = 0, .count = 1}.pack()});

  // The published neuron sees its input one step late.
  std::vector<StepEvents> events(rows.size());
  for (size_t t = 1; t < rows.size(); ++t) {
    if (rows[t - 1].input != 0) {
      events[t] = {{.source = 0, .payload = static_cast<int32_t>(rows[t - 1].input)}};
    }
  }
  const auto words = stream_of(events);
  host.memory.poke(SpuHost::kBulk, words);
  abi::SpuRun run = steps(static_cast<uint32_t>(rows.size()));
  run.source = SpuHost::kBulk;
  run.source_words = static_cast<uint32_t>(words.size());
  run.record = abi::SpuRecord::STATES;
  run.period = 1;
  run.probe_neurons = 1;
  run.destination = SpuHost::kDestination;
  ASSERT_EQ(host.run(run).status, abi::Status::OK);

  std::vector<size_t> markers;
  for (size_t t = 0; t < rows.size(); ++t) {
    const auto state = abi::SpuState0::unpack(host.memory.peek(SpuHost::kDestination + 16 * t));
    if (rows[t].spike != 0) {
      EXPECT_EQ(rows[t].voltage, kRefractoryMarker) << t;
      EXPECT_EQ(state.voltage, 0) << t;
      markers.push_back(t);
    } else {
      EXPECT_EQ(state.voltage, rows[t].voltage) << t;
    }
  }
  EXPECT_EQ(markers, (std::vector<size_t>{461, 511, 711, 761}));
  EXPECT_EQ(host.counter_word(0, abi::SpuCounter::SPIKES), 4u);
  EXPECT_EQ(host.read(io, SpuRegion::ACCUMULATOR, 0, 1)[0], 4u);
}

}  // namespace
}  // namespace photic::golden
