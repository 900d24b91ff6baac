// SPDX-License-Identifier: Apache-2.0
// Layers of the network exchange format, one kind after the other; the published network recognises digits.
#include "host/graph/net.h"

#include <gtest/gtest.h>

#include "host/data/idx.h"
#include "tests/unit/host/graph/integer_simulation.h"
#include "tests/unit/host/graph/nir_graphs.h"

namespace photic::host {
namespace {

using Kind = GraphFileError::Kind;
using hdf5::Dataset;
using hdf5::Group;

Dataset word(const std::string& text) {
  return {{1}, std::vector<std::string>{text}};
}

Dataset reals(std::vector<size_t> shape, double first, double step = 1) {
  std::vector<double> values(graph::elements(shape));
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = first + step * static_cast<double>(i);
  }
  return {std::move(shape), std::move(values)};
}

Group neuron() {
  Group group;
  group.datasets = {{"type", hdf5::scalar(std::string("CUBA"))}, {"iDecay", hdf5::scalar(int64_t{410})},
                    {"vDecay", hdf5::scalar(int64_t{409})},      {"vThMant", hdf5::scalar(int64_t{64})},
                    {"refDelay", hdf5::scalar(int64_t{1})},      {"gradedSpike", hdf5::scalar(int64_t{0})}};
  return group;
}

Group layer(const std::string& type, std::vector<int64_t> shape) {
  Group group;
  group.datasets = {{"type", word(type)}, {"shape", hdf5::list(std::move(shape))}};
  return group;
}

Group with_neuron(Group group) {
  group.groups["neuron"] = neuron();
  return group;
}

Group dense(size_t out, size_t in) {
  Group group = with_neuron(layer("dense", {static_cast<int64_t>(out)}));
  group.datasets["weight"] = reals({out, in}, -3);
  return group;
}

Group windowed(const std::string& type, std::vector<int64_t> shape, Dataset weight) {
  Group group = with_neuron(layer(type, std::move(shape)));
  group.datasets["weight"] = std::move(weight);
  for (const char* name : {"stride", "dilation"}) {
    group.datasets[name] = hdf5::list({1, 1});
  }
  group.datasets["padding"] = hdf5::list({0, 0});
  group.datasets["groups"] = hdf5::scalar(int64_t{1});
  group.datasets["kernelSize"] = hdf5::list({2, 2});
  return group;
}

Group file_of(const std::vector<Group>& layers) {
  Group root;
  root.groups["layer"] = {};
  for (size_t i = 0; i < layers.size(); ++i) {
    root.groups["layer"].groups[std::to_string(i)] = layers[i];
  }
  return root;
}

/// input (2, 4, 5) -> conv -> pool -> flatten -> dense.
std::vector<Group> image_layers() {
  Group conv = windowed("conv", {3, 3, 4}, reals({3, 2, 2, 2, 1}, -12));
  Group pool = windowed("pool", {3, 2, 2}, reals({1, 1, 2, 2, 1}, 64, 0));
  pool.datasets["stride"] = hdf5::list({1, 2});
  return {layer("input", {2, 4, 5}), conv, pool, layer("flatten", {12, 1, 1}), dense(5, 12)};
}

std::string refusal(const std::vector<Group>& layers, Kind kind) {
  try {
    network_from_tree(file_of(layers), "some.net");
  } catch (const GraphFileError& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_EQ(error.file(), "some.net");
    return error.node() + "|" + error.parameter();
  }
  return "no error";
}

TEST(Net, ReadsAChainOfEveryKindOfLayer) {
  const auto network = network_from_tree(file_of(image_layers()), "file");
  EXPECT_EQ(network.input_shape, (graph::Shape{2, 4, 5}));
  ASSERT_EQ(network.populations.size(), 3u);
  EXPECT_EQ(network.populations[0].shape, (graph::Shape{3, 3, 4}));
  EXPECT_EQ(network.populations[0].name, "layer/1");
  const auto& conv = std::get<snn::ConvolutionSynapses>(network.connections[0].synapses);
  EXPECT_EQ(conv.kernel.size(), 24u);
  EXPECT_EQ(conv.kernel[0], -12);
  EXPECT_EQ(conv.kernel_size, (std::pair<size_t, size_t>{2, 2}));
  const auto& pool = std::get<snn::PoolSynapses>(network.connections[1].synapses);
  EXPECT_EQ(pool.weight, 64);
  EXPECT_EQ(pool.stride, (std::pair<size_t, size_t>{1, 2}));
  EXPECT_EQ(std::get<snn::DenseSynapses>(network.connections[2].synapses).weights.size(), 60u);
  EXPECT_EQ(network.connections[2].source, 1u);
  EXPECT_EQ(network.outputs, std::vector<size_t>{2});
}

TEST(Net, TakesTheNeuronsConstants) {
  Group one = dense(2, 3);
  one.groups["neuron"].datasets["refDelay"] = hdf5::scalar(int64_t{3});
  one.groups["neuron"].datasets["wgtExp"] = hdf5::scalar(int64_t{2});
  const auto network = network_from_tree(file_of({one}), "file");
  EXPECT_EQ(network.input_shape, graph::Shape{3});
  snn::NeuronModel model;
  model.current_decay = 410;
  model.voltage_decay = 409;
  model.threshold = 64;
  model.refractory_steps = 2;
  EXPECT_EQ(network.populations[0].neurons, std::vector<snn::NeuronModel>{model});
  EXPECT_EQ(std::get<snn::DenseSynapses>(network.connections[0].synapses).weights,
            (std::vector<int32_t>{-12, -8, -4, 0, 4, 8}));
}

TEST(Net, GivesEveryChannelItsOwnDecayAndBias) {
  std::vector<Group> layers = image_layers();
  layers[1].groups["neuron"].datasets["vDecay"] = hdf5::list({1, 2, 3});
  layers[1].datasets["bias"] = reals({3}, -1);
  layers[4].datasets["bias"] = reals({5}, 5000, 2);
  const auto network = network_from_tree(file_of(layers), "file");
  ASSERT_EQ(network.populations[0].neurons.size(), 36u);
  EXPECT_EQ(network.populations[0].neurons[11].voltage_decay, 1);
  EXPECT_EQ(network.populations[0].neurons[12].voltage_decay, 2);
  EXPECT_EQ(network.populations[0].neurons[35].bias_mantissa, 1);
  EXPECT_EQ(network.populations[0].neurons[35].bias_exponent, 6);
  EXPECT_EQ(network.populations[2].neurons[1].bias_mantissa, 2501);
  EXPECT_EQ(network.populations[2].neurons[1].bias_exponent, 7);
}

TEST(Net, MakesAnInputWithNeuronsAPopulation) {
  Group input = with_neuron(layer("input", {3}));
  auto network = network_from_tree(file_of({input, dense(2, 3)}), "file");
  ASSERT_EQ(network.populations.size(), 2u);
  const auto& synapses = std::get<snn::SparseSynapses>(network.connections[0].synapses).synapses;
  ASSERT_EQ(synapses.size(), 3u);
  EXPECT_EQ(synapses[2].source, 2u);
  EXPECT_EQ(synapses[2].target, 2u);
  EXPECT_EQ(synapses[2].weight, 64);
  input.datasets["weight"] = reals({1, 1}, 12);
  input.groups["neuron"].datasets["iDecay"] = hdf5::scalar(int64_t{4096});
  input.datasets["bias"] = reals({1, 1}, -6);
  network = network_from_tree(file_of({input, dense(2, 3)}), "file");
  EXPECT_EQ(std::get<snn::SparseSynapses>(network.connections[0].synapses).synapses[0].weight, 12);
  EXPECT_EQ(network.populations[0].neurons[0].bias_mantissa, -6);
}

TEST(Net, CountsGroupsForAnAverage) {
  const auto network = network_from_tree(file_of({dense(6, 2), layer("average", {3, 1, 1})}), "file");
  ASSERT_EQ(network.populations.size(), 2u);
  const auto& synapses = std::get<snn::SparseSynapses>(network.connections[1].synapses).synapses;
  ASSERT_EQ(synapses.size(), 6u);
  EXPECT_EQ(synapses[3].target, 1u);
  EXPECT_EQ(synapses[5].target, 2u);
  const snn::NeuronModel& counter = network.populations[1].neurons[0];
  EXPECT_TRUE(counter.never_fires);
  EXPECT_EQ(counter.emission, snn::Emission::kGradedEveryStep);
  EXPECT_EQ(counter.voltage_decay, 0);
}

TEST(Net, DelaysWhatLeavesALayer) {
  Group first = dense(2, 3);
  first.datasets["delay"] = reals({2}, 5, 0);
  const auto network = network_from_tree(file_of({first, dense(2, 2)}), "file");
  EXPECT_EQ(network.connections[0].delay, 0u);
  EXPECT_EQ(network.connections[1].delay, 5u);
  first.datasets["delay"] = reals({2}, 5, 1);
  EXPECT_EQ(refusal({first, dense(2, 2)}, Kind::kUnsupported), "layer/0|delay");
  first.datasets["delay"] = reals({1}, 63);
  EXPECT_EQ(refusal({first, dense(2, 2)}, Kind::kOutOfRange), "layer/0|delay");
  first.datasets["delay"] = reals({1}, 1);
  EXPECT_EQ(refusal({first}, Kind::kUnsupported), "|delay");
}

/// image_layers() with `damage` done to layer `index`.
template <typename Damage>
std::vector<Group> damaged(size_t index, Damage damage) {
  std::vector<Group> layers = image_layers();
  damage(layers[index]);
  return layers;
}

TEST(Net, NamesWhatIsMissing) {
  EXPECT_EQ(refusal({}, Kind::kMissing), "|layer");
  EXPECT_EQ(refusal({layer("input", {3})}, Kind::kMissing), "|layer");
  EXPECT_EQ(refusal(damaged(4, [](Group& g) { g.datasets.erase("type"); }), Kind::kMissing), "layer/4|type");
  EXPECT_EQ(refusal(damaged(4, [](Group& g) { g.datasets.erase("weight"); }), Kind::kMissing),
            "layer/4|weight");
  EXPECT_EQ(refusal(damaged(4, [](Group& g) { g.groups.erase("neuron"); }), Kind::kMissing),
            "layer/4|neuron");
  EXPECT_EQ(
      refusal(damaged(1, [](Group& g) { g.groups["neuron"].datasets.erase("vThMant"); }), Kind::kMissing),
      "layer/1|neuron/vThMant");
  Group root = file_of(image_layers());
  root.groups["layer"].groups.erase("2");
  EXPECT_THROW(network_from_tree(root, "file"), GraphFileError);
}

TEST(Net, NamesWhatItCannotDo) {
  EXPECT_EQ(refusal(damaged(4, [](Group& g) { g.datasets["type"] = word("convT"); }), Kind::kUnsupported),
            "layer/4|type");
  EXPECT_EQ(refusal(damaged(4, [](Group& g) { g.groups["neuron"].datasets["type"] = word("SDNN"); }),
                    Kind::kUnsupported),
            "layer/4|neuron/type");
  EXPECT_EQ(
      refusal(
          damaged(4, [](Group& g) { g.groups["neuron"].datasets["gradedSpike"] = hdf5::scalar(int64_t{1}); }),
          Kind::kUnsupported),
      "layer/4|neuron/gradedSpike");
  EXPECT_EQ(refusal(damaged(2,
                            [](Group& g) {
                              g.datasets["weight"] = reals({1, 1, 2, 2}, 1);
                            }),
                    Kind::kUnsupported),
            "layer/2|weight");
  EXPECT_EQ(refusal(damaged(2,
                            [](Group& g) {
                              g.datasets["dilation"] = hdf5::list({2, 2});
                            }),
                    Kind::kUnsupported),
            "layer/2|dilation");
  EXPECT_EQ(refusal({dense(2, 3), layer("input", {2})}, Kind::kUnsupported), "layer/1|type");
  EXPECT_EQ(refusal({layer("flatten", {2})}, Kind::kUnsupported), "layer/0|type");
  Group input = with_neuron(layer("input", {3}));
  input.datasets["bias"] = reals({1}, 3);
  EXPECT_EQ(refusal({input, dense(2, 3)}, Kind::kUnsupported), "layer/0|bias");
}

TEST(Net, NamesShapesThatDoNotFit) {
  EXPECT_EQ(refusal(damaged(4,
                            [](Group& g) {
                              g.datasets["weight"] = reals({5, 11}, 0);
                            }),
                    Kind::kWrongShape),
            "layer/4|weight");
  EXPECT_EQ(refusal(damaged(4,
                            [](Group& g) {
                              g.datasets["weight"] = reals({12, 5}, 0);
                            }),
                    Kind::kWrongShape),
            "layer/4|weight");
  EXPECT_EQ(refusal(damaged(1,
                            [](Group& g) {
                              g.datasets["weight"] = reals({3, 1, 2, 2}, 0);
                            }),
                    Kind::kWrongShape),
            "layer/1|weight");
  EXPECT_EQ(refusal(damaged(1,
                            [](Group& g) {
                              g.datasets["shape"] = hdf5::list({3, 4, 4});
                            }),
                    Kind::kWrongShape),
            "layer/1|shape");
  EXPECT_EQ(refusal(damaged(1,
                            [](Group& g) {
                              g.datasets["shape"] = hdf5::list({3, 12});
                            }),
                    Kind::kWrongShape),
            "layer/1|shape");
  EXPECT_EQ(refusal(damaged(2,
                            [](Group& g) {
                              g.datasets["shape"] = hdf5::list({4, 2, 2});
                            }),
                    Kind::kWrongShape),
            "layer/2|shape");
  EXPECT_EQ(refusal(damaged(4, [](Group& g) { g.datasets["bias"] = reals({4}, 0); }), Kind::kWrongShape),
            "layer/4|bias");
  EXPECT_EQ(refusal({dense(6, 2), layer("average", {4})}, Kind::kWrongShape), "layer/1|shape");
  EXPECT_EQ(refusal({dense(6, 2), windowed("conv", {1, 1, 1}, reals({1, 1, 2, 2}, 0))}, Kind::kWrongShape),
            "layer/1|type");
}

TEST(Net, NamesValuesOutOfRange) {
  const auto with = [](const std::string& name, int64_t value) {
    return damaged(4, [&](Group& g) { g.groups["neuron"].datasets[name] = hdf5::scalar(value); });
  };
  EXPECT_EQ(refusal(with("iDecay", 4097), Kind::kOutOfRange), "layer/4|neuron/iDecay");
  EXPECT_EQ(refusal(with("vDecay", -1), Kind::kOutOfRange), "layer/4|neuron/vDecay");
  EXPECT_EQ(refusal(with("vThMant", 1 << 17), Kind::kOutOfRange), "layer/4|neuron/vThMant");
  EXPECT_EQ(refusal(with("refDelay", 65), Kind::kOutOfRange), "layer/4|neuron/refDelay");
  EXPECT_EQ(refusal(with("wgtExp", 8), Kind::kOutOfRange), "layer/4|neuron/wgtExp");
  EXPECT_EQ(refusal(with("wgtExp", -1), Kind::kOutOfRange), "layer/4|weight");
  EXPECT_EQ(refusal(damaged(4,
                            [](Group& g) {
                              g.datasets["weight"] = reals({5, 12}, 0, 1e6);
                            }),
                    Kind::kOutOfRange),
            "layer/4|weight");
  EXPECT_EQ(refusal(damaged(4,
                            [](Group& g) {
                              g.datasets["weight"] = reals({5, 12}, 0.5);
                            }),
                    Kind::kWrongType),
            "layer/4|weight");
  EXPECT_EQ(refusal(damaged(4, [](Group& g) { g.datasets["bias"] = reals({5}, 4097); }), Kind::kOutOfRange),
            "layer/4|bias");
  EXPECT_EQ(refusal({layer("input", {int64_t{1} << 30, int64_t{1} << 30})}, Kind::kOutOfRange),
            "layer/0|shape");
  const Group wide = with_neuron(layer("input", {1 << 22}));
  EXPECT_EQ(refusal({wide, layer("average", {1})}, Kind::kOutOfRange), "layer/1|shape");
}

TEST(PublishedNet, RecognisesDigits) {
  const std::filesystem::path file = test::published("loihi_mnist/trained_mnist_network.net");
  if (file.empty()) {
    GTEST_SKIP() << "skipped: no data";
  }
  const auto network = read_net(file);
  EXPECT_EQ(network.input_shape, graph::Shape{784});
  ASSERT_EQ(network.populations.size(), 3u);
  EXPECT_EQ(network.populations[0].size(), 128u);
  EXPECT_EQ(network.populations[1].size(), 64u);
  EXPECT_EQ(network.populations[2].size(), 10u);
  for (const snn::Population& population : network.populations) {
    EXPECT_EQ(population.neurons[0].current_decay, 410);
    EXPECT_EQ(population.neurons[0].voltage_decay, 410);
    EXPECT_EQ(population.neurons[0].threshold, 64);
    EXPECT_EQ(population.neurons[0].refractory_steps, 0);
  }
  const auto& last = std::get<snn::DenseSynapses>(network.connections[2].synapses).weights;
  EXPECT_EQ(std::vector<int32_t>(last.begin(), last.begin() + 4), (std::vector<int32_t>{44, 12, -6, 28}));

  const std::filesystem::path images = test::published("mnist/t10k-images-idx3-ubyte.gz");
  const std::filesystem::path labels = test::published("mnist/t10k-labels-idx1-ubyte.gz");
  if (images.empty() || labels.empty()) {
    GTEST_SKIP() << "skipped: no data";
  }
  const IdxArray pixels = read_idx(images, 3);
  const IdxArray digits = read_idx(labels, 1);
  size_t right = 0;
  constexpr size_t kImages = 100, kSteps = 20;
  for (size_t image = 0; image < kImages; ++image) {
    // A pixel adds itself to its encoder every step; above 255 the encoder fires and starts at 0.
    std::vector<std::vector<size_t>> events(kSteps);
    for (size_t p = 0; p < 784; ++p) {
      unsigned v = 0;
      for (auto& step : events) {
        v += pixels.values[image * 784 + p];
        if (v > 255) {
          step.push_back(p);
          v = 0;
        }
      }
    }
    right += test::winner(test::run_dense(network, events, kSteps + 3)) == digits.values[image] ? 1 : 0;
  }
  EXPECT_GE(right, 90u);
}

}  // namespace
}  // namespace photic::host
