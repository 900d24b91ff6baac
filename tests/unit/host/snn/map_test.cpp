// SPDX-License-Identifier: Apache-2.0
// Programs: words worked out by hand, and every weight of many networks read back.
#include "host/snn/map.h"

#include <gtest/gtest.h>

#include "host/snn/check_program.h"
#include "host/snn/snn_error.h"
#include "tests/unit/host/snn/networks.h"
#include "tests/unit/host/snn/program_reader.h"

namespace photic::host::snn::test {
namespace {

const abi::SpuPreset& preset(std::string_view name) {
  return *abi::find_spu_preset(name);
}

void expect_faithful(const IntegerNetwork& network, const Program& program) {
  EXPECT_TRUE(check_program(program).empty());
  ProgramReader reader(program);
  EXPECT_EQ(reader.wiring(), wiring_of(network));
  EXPECT_EQ(reader.strays, 0u);
  for (size_t p = 0; p < network.populations.size(); ++p) {
    for (uint32_t e = 0; e < network.populations[p].size(); ++e) {
      const auto heard = reader.outputs.find({p, e});
      const auto& output = program.populations[p].output;
      ASSERT_EQ(heard != reader.outputs.end(), output.has_value());
      if (output) {
        EXPECT_EQ(heard->second, std::vector<uint32_t>{*output + e});
      }
    }
  }
}

TEST(Map, WritesADenseLayerAsThePageSays) {
  // Two inputs, three neurons, into core 0 of a mesh whose lanes are two wide.
  const IntegerNetwork network = one_layer({2}, {3}, DenseSynapses{{1, 4, -2, 5, 3, 7}}, 1);
  const Program program = map_network(network, preset("tiny"));
  expect_faithful(network, program);
  ASSERT_EQ(program.cores_used(), 1u);
  const auto config = region_contents(program, 0, abi::SpuRegion::CONFIG);
  EXPECT_EQ(config[0], (abi::SpuConfig{3, 2}.pack()));
  // Source 0 weighs (1, -2, 3): four bits hold it; source 1 (4, 5, 7): unsigned in four bits, or signed.
  const auto axons = region_contents(program, 0, abi::SpuRegion::AXON);
  abi::SpuAxon axon;
  axon.extent = 3;
  axon.bits = abi::SpuWeightBits::W4;
  axon.delay = 1;
  EXPECT_EQ(axons[0], axon.pack());
  axon.base = 1;
  EXPECT_EQ(axons[1], axon.pack());
  const auto synapses = region_contents(program, 0, abi::SpuRegion::SYNAPSE);
  EXPECT_EQ(synapses[0], 0x3E1u);
  EXPECT_EQ(synapses[1], 0x754u);
  const auto neurons = region_contents(program, 0, abi::SpuRegion::NEURON);
  EXPECT_EQ(abi::SpuNeuron0::unpack(neurons[8]).current_decay, 4096u);
  EXPECT_EQ(abi::SpuNeuron1::unpack(neurons[9]).threshold, 10);
  // Each neuron tells the host: one row north of core 0.
  const auto fanout = region_contents(program, 0, abi::SpuRegion::FANOUT);
  EXPECT_EQ(fanout[0] >> 32, (abi::SpuFanout{0, -1, 1, true, false}.pack_half()));
  const auto inputs = region_contents(program, 4, abi::SpuRegion::FANOUT);
  EXPECT_EQ(inputs[0], uint64_t{1} << (32 + abi::SpuFanout::kAxon.lsb));
}

TEST(Map, SharesTheAxonsOfSourcesThatDoTheSame) {
  // A sum pool of 2 x 2 before one channel: four inputs, one window, one axon.
  PoolSynapses pool;
  pool.kernel_size = pool.stride = {2, 2};
  pool.weight = 4;
  const IntegerNetwork network = one_layer({1, 2, 2}, {1, 1, 1}, pool);
  const Program program = map_network(network, preset("tiny"));
  expect_faithful(network, program);
  EXPECT_EQ(program.units[program.populations[0].places[0].core].axons, 1u);
  EXPECT_EQ(program.units[program.populations[0].places[0].core].synapse_words, 0u);
}

TEST(Map, TakesTheFormatOfFewerWords) {
  IntegerNetwork network = one_layer({1}, {16}, DenseSynapses{std::vector<int32_t>(16, 0)});
  auto& weights = std::get<DenseSynapses>(network.connections[0].synapses).weights;
  weights[0] = 100;
  weights[15] = -100;
  const Program sparse = map_network(network, preset("tiny"));
  expect_faithful(network, sparse);
  EXPECT_NE(sparse.connections[0].formats.find("SPARSE"), std::string::npos) << sparse.connections[0].formats;
  weights[0] = weights[15] = 3;
  const Program dense = map_network(network, preset("tiny"));
  expect_faithful(network, dense);
  EXPECT_EQ(dense.connections[0].formats, "2-bit UNSIGNED DENSE x 1");
}

TEST(Map, KeepsEveryWeightAndDelayOfRandomNetworks) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    const IntegerNetwork network = random_rows(seed);
    MapOptions options;
    options.fewest_cores = seed % 2 == 0;
    expect_faithful(network, map_network(network, preset("tiny"), options));
  }
}

TEST(Map, KeepsEveryTapOfRandomConvolutionsAndPools) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    const IntegerNetwork network = random_planes(seed);
    expect_faithful(network, map_network(network, preset(seed % 2 == 0 ? "mesh5" : "mesh4")));
  }
}

TEST(Map, TakesASecondAxonWhereAWalkIsTooLong) {
  // A source of a kernel of 17 sees 17 targets in a row; a walk has 15 columns at most.
  ConvolutionSynapses conv;
  conv.kernel_size = {2, 17};
  for (int i = 0; i < 34; ++i) {
    conv.kernel.push_back(i - 11);
  }
  const IntegerNetwork network = one_layer({1, 3, 40}, {1, 2, 24}, conv);
  const Program program = map_network(network, preset("mesh4"));
  expect_faithful(network, program);
  EXPECT_GT(program.connections[0].axons, 120u);
}

TEST(Map, CutsWhatIsLargerThanACore) {
  Draw draw(7);
  IntegerNetwork network = one_layer({40}, {40}, DenseSynapses{});
  for (int i = 0; i < 1600; ++i) {
    std::get<DenseSynapses>(network.connections[0].synapses).weights.push_back(draw(-100, 100));
  }
  EXPECT_THROW(map_network(network, preset("single")), SnnError);
  const Program program = map_network(network, preset("strip"));
  expect_faithful(network, program);
  EXPECT_GT(program.cores_used(), 1u);
}

SnnError refusal(const IntegerNetwork& network, std::string_view geometry, const MapOptions& options = {}) {
  try {
    map_network(network, preset(geometry), options);
  } catch (const SnnError& error) {
    return error;
  }
  ADD_FAILURE() << "was mapped";
  return {SnnError::Kind::kDevice, "", "", "", ""};
}

TEST(Map, RefusesWhatDoesNotFitAndSaysWhatRanOut) {
  const SnnError wide = refusal(one_layer({1}, {100}, DenseSynapses{std::vector<int32_t>(100, 1)}), "tiny");
  EXPECT_EQ(wide.kind(), SnnError::Kind::kDoesNotFit);
  EXPECT_NE(std::string(wide.what()).find("64 outputs there (36 too many)"), std::string::npos)
      << wide.what();

  const SnnError inputs = refusal(one_layer({70}, {1}, DenseSynapses{std::vector<int32_t>(70, 1)}), "tiny");
  EXPECT_EQ(inputs.place(), "input");
  EXPECT_EQ(inputs.kind(), SnnError::Kind::kDoesNotFit) << inputs.what();

  // A neuron with an axon of its own in every core has more to send than one core's table holds.
  IntegerNetwork wide_fan = one_layer({1}, {60}, DenseSynapses{std::vector<int32_t>(60, 1)});
  for (int copy = 0; copy < 3; ++copy) {
    wide_fan.populations.push_back(population("far" + std::to_string(copy), {30}));
    DenseSynapses dense;
    for (int i = 0; i < 60 * 30; ++i) {
      dense.weights.push_back(i % 7 - 3);
    }
    wide_fan.connections.push_back(
        {"to" + std::to_string(copy), 0, wide_fan.populations.size() - 1, dense, 0});
  }
  const SnnError fan = refusal(wide_fan, "tiny");
  EXPECT_EQ(fan.kind(), SnnError::Kind::kDoesNotFit) << fan.what();

  const SnnError delay = refusal(one_layer({1}, {1}, DenseSynapses{{1}}, 4), "tiny");
  EXPECT_EQ(delay.kind(), SnnError::Kind::kDelay);
  EXPECT_EQ(delay.place(), "in");

  const SnnError format = refusal(one_layer({1}, {2}, DenseSynapses{{1, 1000}}), "tiny");
  EXPECT_EQ(format.kind(), SnnError::Kind::kFormat);
  EXPECT_EQ(format.parameter(), "weights");
}

TEST(Map, RefusesSumsThatLeaveTheAccumulator) {
  MapOptions loud;
  loud.input_payload = 32767;
  const SnnError sum =
      refusal(one_layer({300}, {1}, DenseSynapses{std::vector<int32_t>(300, 127 << 7)}), "mesh5", loud);
  EXPECT_EQ(sum.kind(), SnnError::Kind::kOverflow);
  EXPECT_EQ(sum.place(), "layer");
}

TEST(Map, RefusesANetworkThatContradictsItself) {
  const auto kind = [](const IntegerNetwork& network) { return refusal(network, "tiny").kind(); };
  EXPECT_EQ(kind(one_layer({2}, {2}, DenseSynapses{{1}})), SnnError::Kind::kBadNetwork);
  EXPECT_EQ(kind(one_layer({2}, {2}, SparseSynapses{{{2, 0, 1, 0}}})), SnnError::Kind::kBadNetwork);
  IntegerNetwork silent = one_layer({1}, {1}, DenseSynapses{{1}});
  silent.populations[0].neurons[0].emission = Emission::kSilent;
  EXPECT_EQ(kind(silent), SnnError::Kind::kBadNetwork);
  IntegerNetwork decay = one_layer({1}, {1}, DenseSynapses{{1}});
  decay.populations[0].neurons[0].voltage_decay = 5000;
  EXPECT_EQ(kind(decay), SnnError::Kind::kBadNetwork);
}

TEST(Map, CanBeCancelled) {
  MapOptions options;
  options.progress = [](double) { return false; };
  EXPECT_EQ(refusal(one_layer({1}, {1}, DenseSynapses{{1}}), "tiny", options).kind(),
            SnnError::Kind::kCancelled);
}

TEST(CheckProgram, FindsAFaultAndSaysWhereItIsInTheNetwork) {
  Program program = map_network(one_layer({2}, {3}, DenseSynapses{{1, 4, -2, 5, 3, 7}}), preset("tiny"));
  for (MemoryImage& image : program.images) {
    if (image.core == 0 && image.region == abi::SpuRegion::AXON) {
      image.words[1] |= abi::SpuAxon::kTarget.set(13);
    }
  }
  const auto faults = check_program(program);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].region, abi::SpuRegion::AXON);
  EXPECT_EQ(program.describe_place(faults[0].pack()),
            "AXON word 1 of core 0 (connection 'in' from input[1])");
}

}  // namespace
}  // namespace photic::host::snn::test
