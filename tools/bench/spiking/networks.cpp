// SPDX-License-Identifier: Apache-2.0
// Random networks come from fixed seeds: every run measures the same work.
#include "tools/bench/spiking/networks.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <random>
#include <string>
#include <utility>

#include "tools/photic/spiking_data.h"
#include "tools/photic/spiking_network.h"

namespace photic::bench {
namespace {

using host::snn::IntegerNetwork;

// Half of what 24 bits hold, in the threshold's units of 64.
constexpr int32_t kOutOfReach = 1 << 16;
constexpr uint32_t kSeed = 1;

/// A weight of all `bits`: of one bit 0 or 1, else of either sign.
int32_t weight(std::mt19937& random, int bits) {
  const int32_t codes = 1 << bits;
  return static_cast<int32_t>(random() % static_cast<uint32_t>(codes)) - (bits == 1 ? 0 : codes / 2);
}

/// A network without a neuron yet.
IntegerNetwork of_input(graph::Shape shape) {
  IntegerNetwork network;
  network.input_shape = std::move(shape);
  return network;
}

/// A population that the input reaches.
void add(IntegerNetwork& network, graph::Shape shape, decltype(host::snn::Connection::synapses) synapses) {
  host::snn::NeuronModel neuron;
  neuron.current_decay = 1024;
  neuron.voltage_decay = 128;
  neuron.threshold = kOutOfReach;
  const std::string number = std::to_string(network.populations.size());
  network.connections.push_back(
      {"synapses" + number, host::snn::kInput, network.populations.size(), std::move(synapses), 0});
  network.populations.push_back({"neurons" + number, std::move(shape), {neuron}});
}

}  // namespace

IntegerNetwork dense_network(uint32_t inputs, uint32_t neurons, int bits, uint32_t populations) {
  std::mt19937 random(kSeed);
  IntegerNetwork network = of_input({inputs});
  for (uint32_t p = 0; p < populations; ++p) {
    host::snn::DenseSynapses dense;
    dense.weights.resize(size_t{inputs} * neurons);
    std::generate(dense.weights.begin(), dense.weights.end(), [&] { return weight(random, bits); });
    add(network, {neurons}, std::move(dense));
  }
  return network;
}

IntegerNetwork sparse_network(uint32_t inputs, uint32_t neurons, uint32_t synapses) {
  std::mt19937 random(kSeed);
  host::snn::SparseSynapses sparse;
  std::vector<uint32_t> targets(neurons);
  std::iota(targets.begin(), targets.end(), 0u);
  for (uint32_t source = 0; source < inputs; ++source) {
    std::shuffle(targets.begin(), targets.end(), random);
    for (uint32_t i = 0; i < synapses; ++i) {
      sparse.synapses.push_back({source, targets[i], weight(random, 7) | 1, 0});
    }
  }
  IntegerNetwork network = of_input({inputs});
  add(network, {neurons}, std::move(sparse));
  return network;
}

IntegerNetwork convolution_network(uint32_t channels_in, uint32_t channels_out, uint32_t side) {
  constexpr size_t kWindow = 5;
  std::mt19937 random(kSeed);
  host::snn::ConvolutionSynapses convolution;
  convolution.kernel.resize(size_t{channels_out} * channels_in * kWindow * kWindow);
  std::generate(convolution.kernel.begin(), convolution.kernel.end(), [&] { return weight(random, 8); });
  convolution.kernel_size = {kWindow, kWindow};
  convolution.padding = {kWindow / 2, kWindow / 2};
  IntegerNetwork network = of_input({channels_in, side, side});
  add(network, {channels_out, side, side}, std::move(convolution));
  return network;
}

host::SpikeTrain random_train(uint32_t width, uint32_t steps, uint32_t events) {
  std::mt19937 random(kSeed);
  host::SpikeTrain train{steps, width, {}};
  std::vector<uint32_t> elements(width);
  std::iota(elements.begin(), elements.end(), 0u);
  for (uint32_t step = 0; step < steps; ++step) {
    std::shuffle(elements.begin(), elements.end(), random);
    std::sort(elements.begin(), elements.begin() + events);
    for (uint32_t i = 0; i < events; ++i) {
      train.events.push_back({step, elements[i], 1});
    }
    std::sort(elements.begin(), elements.end());
  }
  return train;
}

abi::SpuPreset one_large_core() {
  abi::SpuPreset geometry = *abi::find_spu_preset("mesh5");
  geometry.name = "one large core";
  geometry.mesh_cols = geometry.mesh_rows = 1;
  geometry.neurons = 1024;
  geometry.synapse_words = geometry.axons * 512 / 8;
  return geometry;
}

abi::SpuPreset square_mesh(uint32_t side) {
  abi::SpuPreset geometry = *abi::find_spu_preset("mesh16");
  geometry.name = "square mesh";
  geometry.mesh_cols = geometry.mesh_rows = side;
  return geometry;
}

std::optional<Nmnist> nmnist(size_t count) {
  const char* data = std::getenv("PHOTIC_DATA");
  const std::filesystem::path folder = std::filesystem::path(data == nullptr ? "" : data) / "nmnist";
  if (data == nullptr || !std::filesystem::exists(folder)) {
    return std::nullopt;
  }
  Nmnist all;
  all.network =
      *tools::read_network(
           {folder / "network.yaml", {folder / "NMNISTFc1.txt.gz", folder / "NMNISTFc2.txt"}, {2, 34, 34}})
           .integers;
  const auto samples = tools::open_samples({.data = "nmnist", .list = {}, .encode = "nearest"});
  for (size_t i = 0; i < count; ++i) {
    tools::Sample sample = samples->sample(i);
    all.samples.push_back(std::move(sample.input));
    all.labels.push_back(*sample.label);
  }
  return all;
}

}  // namespace photic::bench
