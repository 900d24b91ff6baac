// SPDX-License-Identifier: Apache-2.0
// Layer by layer; each knows the shape the one before leaves.
#include "host/graph/net.h"

#include <algorithm>

#include "host/graph/fields.h"
#include "host/graph/loihi_neuron.h"

namespace photic::host {
namespace {

using graph::Shape;
using snn::IntegerNetwork;
using Kind = GraphFileError::Kind;

/// 1.0 of the format in units of a weight.
constexpr int64_t kUnit = 64;
/// Most elements of a layer, and most neurons of a network.
constexpr size_t kMaxNeurons = size_t{1} << 22;
constexpr uint32_t kMaxDelay = 62;

class Reader {
 public:
  Reader(const hdf5::Group& root, std::string file) : root_(root), file_(std::move(file)) {}

  IntegerNetwork run() {
    const hdf5::Group& layers = Fields(root_, file_, "").group("layer");
    for (size_t i = 0; i < layers.groups.size(); ++i) {
      const Fields layer(Fields(layers, file_, "", "layer/").group(std::to_string(i)), file_,
                         "layer/" + std::to_string(i));
      add(layer, i == 0);
    }
    const Fields whole(root_, file_, "");
    if (network_.populations.empty()) {
      whole.fail(Kind::kMissing, "layer", "has no layer with neurons",
                 "give at least one dense, conv or pool layer");
    }
    if (delay_ != 0) {
      whole.fail(Kind::kUnsupported, "delay", "of the last layer delays only the reading", "leave it out");
    }
    network_.outputs = {network_.populations.size() - 1};
    return std::move(network_);
  }

 private:
  void add(const Fields& layer, bool first) {
    const std::string type = layer.text("type");
    if (type == "input") {
      if (!first) {
        layer.fail(Kind::kUnsupported, "type", "is 'input' behind another layer", "put it first");
      }
      input(layer);
    } else if (type == "dense") {
      dense(layer);
    } else if (type == "conv") {
      convolution(layer);
    } else if (type == "pool" || (type == "average" && layer.has("kernelSize"))) {
      pool(layer);
    } else if (type == "average") {
      average(layer);
    } else if (type == "flatten") {
      if (first) {
        layer.fail(Kind::kUnsupported, "type", "is 'flatten' before any other layer",
                   "begin with an input layer");
      }
      shape_ = {graph::elements(shape_)};
    } else {
      layer.fail(Kind::kUnsupported, "type", "is '" + type + "'",
                 "use layers of type input, dense, conv, pool, average and flatten");
    }
  }

  static OutOfRange refuse(const Fields& layer) {
    return [&layer](const std::string& name, int64_t value, const std::string& remedy) {
      const bool own = name == "weight" || name == "bias";
      layer.fail(Kind::kOutOfRange, own ? name : "neuron/" + name, "holds " + std::to_string(value), remedy);
    };
  }

  void input(const Fields& layer) {
    network_.input_shape = checked(layer, layer.sizes("shape", 1));
    shape_ = network_.input_shape;
    if (!layer.has("neuron")) {
      return;
    }
    const std::vector<int64_t> weights =
        layer.has("weight") ? std::vector<int64_t>{layer.integer("weight")} : std::vector<int64_t>{kUnit};
    snn::SparseSynapses one_to_one;
    const int32_t weight = shift_weights(weights, exponent(layer), refuse(layer))[0];
    for (uint32_t i = 0; i < graph::elements(shape_); ++i) {
      one_to_one.synapses.push_back({i, i, weight, 0});
    }
    std::vector<snn::NeuronModel> neurons = models(layer, shape_);
    for (const snn::NeuronModel& neuron : neurons) {
      if (neuron.bias_mantissa != 0 && neuron.current_decay != 4096) {
        layer.fail(Kind::kUnsupported, "bias", "passes through a current that decays",
                   "give iDecay 4096 or no bias");
      }
    }
    connect(layer, std::move(one_to_one), shape_, std::move(neurons));
  }

  void dense(const Fields& layer) {
    const Shape shape = checked(layer, layer.sizes("shape", 1));
    const hdf5::Dataset& weight = layer.dataset("weight");
    const size_t outputs = graph::elements(shape);
    if (network_.input_shape.empty()) {
      network_.input_shape = {weight.size() / outputs};
      shape_ = network_.input_shape;
    }
    const size_t inputs = graph::elements(shape_);
    const bool flat = weight.shape.size() == 1;
    if (weight.size() != outputs * inputs || inputs == 0 ||
        (!flat && (weight.shape.empty() || weight.shape[0] != outputs))) {
      layer.fail(Kind::kWrongShape, "weight", "has shape " + graph::to_string(weight.shape),
                 "give (" + std::to_string(outputs) + ", " + std::to_string(inputs) + ")");
    }
    connect(layer, snn::DenseSynapses{weights(layer)}, shape, models(layer, shape));
  }

  void convolution(const Fields& layer) {
    const Shape shape = image(layer, layer.sizes("shape", 1));
    Shape kernel = layer.dataset("weight").shape;
    if (kernel.size() == 5 && kernel.back() == 1) {
      kernel.pop_back();
    }
    snn::ConvolutionSynapses synapses;
    synapses.stride = layer.size_pair("stride", 1);
    synapses.padding = layer.size_pair("padding", 0);
    synapses.dilation = layer.size_pair("dilation", 1);
    synapses.groups = layer.size("groups", 1);
    const Shape source = image_source(layer);
    if (kernel.size() != 4 || kernel[0] != shape[0] || kernel[0] % synapses.groups != 0 ||
        kernel[1] * synapses.groups != source[0] || kernel[2] == 0 || kernel[3] == 0) {
      layer.fail(
          Kind::kWrongShape, "weight", "has shape " + graph::to_string(kernel),
          "give (out, in / groups, y, x) for " + graph::to_string(source) + " to " + graph::to_string(shape));
    }
    synapses.kernel_size = {kernel[2], kernel[3]};
    const auto& s = synapses;
    expect_window(layer, source[1], shape[1], s.kernel_size.first, s.stride.first, s.padding.first,
                  s.dilation.first);
    expect_window(layer, source[2], shape[2], s.kernel_size.second, s.stride.second, s.padding.second,
                  s.dilation.second);
    synapses.kernel = weights(layer);
    connect(layer, std::move(synapses), shape, models(layer, shape));
  }

  void pool(const Fields& layer) {
    const Shape shape = image(layer, layer.sizes("shape", 1));
    const Shape source = image_source(layer);
    snn::PoolSynapses synapses;
    synapses.kernel_size = layer.size_pair("kernelSize", 1);
    synapses.stride = layer.has("stride") ? layer.size_pair("stride", 1) : synapses.kernel_size;
    synapses.padding = layer.has("padding") ? layer.size_pair("padding", 0) : std::pair<size_t, size_t>{0, 0};
    if (layer.has("dilation") && layer.size_pair("dilation", 1) != std::pair<size_t, size_t>{1, 1}) {
      layer.fail(Kind::kUnsupported, "dilation", "is not 1", "pool without dilation");
    }
    const std::vector<int32_t> all = weights(layer);
    if (all.empty() || std::any_of(all.begin(), all.end(), [&](int32_t w) { return w != all[0]; })) {
      layer.fail(Kind::kUnsupported, "weight", "differs within a window",
                 "use a conv layer with as many groups as channels");
    }
    synapses.weight = all[0];
    if (source[0] != shape[0]) {
      layer.fail(Kind::kWrongShape, "shape", "is " + graph::to_string(shape),
                 "keep the " + std::to_string(source[0]) + " channels");
    }
    const auto& s = synapses;
    expect_window(layer, source[1], shape[1], s.kernel_size.first, s.stride.first, s.padding.first, 1);
    expect_window(layer, source[2], shape[2], s.kernel_size.second, s.stride.second, s.padding.second, 1);
    connect(layer, synapses, shape, models(layer, shape));
  }

  /// Counts of groups of spikes, which leave as the voltage's weight units.
  void average(const Fields& layer) {
    const Shape shape = checked(layer, layer.sizes("shape", 1));
    const size_t groups = graph::elements(shape);
    const size_t sources = graph::elements(shape_);
    if (network_.populations.empty() || sources % groups != 0) {
      layer.fail(Kind::kWrongShape, "shape",
                 "is " + graph::to_string(shape) + " for " + std::to_string(sources) + " neurons",
                 "give a number that divides the neurons of the layer before");
    }
    snn::SparseSynapses synapses;
    for (uint32_t i = 0; i < sources; ++i) {
      synapses.synapses.push_back({i, static_cast<uint32_t>(i / (sources / groups)), 1, 0});
    }
    snn::NeuronModel counter;
    counter.never_fires = true;
    counter.reset = snn::Reset::kNone;
    counter.emission = snn::Emission::kGradedEveryStep;
    counter.graded_shift = 6;
    connect(layer, std::move(synapses), shape, {counter});
  }

  static Shape checked(const Fields& layer, Shape shape) {
    if (shape.empty() || graph::elements(shape) > kMaxNeurons) {
      layer.fail(Kind::kOutOfRange, "shape", "is " + graph::to_string(shape),
                 "give 1 to " + std::to_string(kMaxNeurons) + " neurons");
    }
    return shape;
  }

  static Shape image(const Fields& layer, const Shape& shape) {
    if (checked(layer, shape).size() != 3) {
      layer.fail(Kind::kWrongShape, "shape", "is " + graph::to_string(shape), "give (channels, y, x)");
    }
    return shape;
  }

  Shape image_source(const Fields& layer) const {
    if (shape_.size() != 3) {
      layer.fail(Kind::kWrongShape, "type",
                 "needs (channels, y, x), the layer before leaves " + graph::to_string(shape_),
                 "begin with an input layer of three dimensions");
    }
    return shape_;
  }

  static void expect_window(const Fields& layer, size_t source, size_t target, size_t kernel, size_t stride,
                            size_t padding, size_t dilation) {
    const size_t window = dilation * (kernel - 1) + 1;
    const size_t padded = source + 2 * padding;
    const size_t positions = padded < window ? 0 : (padded - window) / stride + 1;
    if (positions != target) {
      layer.fail(
          Kind::kWrongShape, "shape",
          "has " + std::to_string(target) + " positions where the windows have " + std::to_string(positions),
          "correct shape, kernel, stride, padding or dilation");
    }
  }

  static int64_t exponent(const Fields& layer) {
    const Fields neuron(layer.group("neuron"), layer.file(), layer.node(), "neuron/");
    return neuron.has("wgtExp") ? neuron.integer("wgtExp") : 0;
  }

  static std::vector<int32_t> weights(const Fields& layer) {
    return shift_weights(layer.integers("weight"), exponent(layer), refuse(layer));
  }

  /// One model for all neurons, or one each where something differs between channels.
  static std::vector<snn::NeuronModel> models(const Fields& layer, const Shape& shape) {
    const Fields neuron(layer.group("neuron"), layer.file(), layer.node(), "neuron/");
    const std::string type = neuron.text("type");
    if (type != "LOIHI" && type != "CUBA") {
      neuron.fail(Kind::kUnsupported, "type", "is '" + type + "'", "use neurons of type LOIHI or CUBA");
    }
    for (const char* name : {"gradedSpike", "weight_exp"}) {
      if (neuron.has(name) && neuron.integer(name) != 0) {
        neuron.fail(Kind::kUnsupported, name, "is not 0",
                    "train with binary spikes and without normalisation");
      }
    }
    const std::vector<int64_t> i_decay = neuron.integers("iDecay");
    const std::vector<int64_t> v_decay = neuron.integers("vDecay");
    const std::vector<int64_t> bias = layer.has("bias") ? layer.integers("bias") : std::vector<int64_t>{0};
    LoihiConstants constants;
    constants.v_th_mant = neuron.integer("vThMant");
    constants.refractory = neuron.has("refDelay") ? neuron.integer("refDelay") : 1;
    const size_t channels = shape[0];
    const auto check = [&](const Fields& fields, const char* name, const std::vector<int64_t>& values) {
      if (values.size() != 1 && values.size() != channels) {
        fields.fail(Kind::kWrongShape, name, "holds " + std::to_string(values.size()) + " values",
                    "give one or " + std::to_string(channels));
      }
    };
    check(neuron, "iDecay", i_decay);
    check(neuron, "vDecay", v_decay);
    check(layer, "bias", bias);
    std::vector<snn::NeuronModel> of_channel;
    for (size_t c = 0; c < std::max({i_decay.size(), v_decay.size(), bias.size()}); ++c) {
      constants.i_decay = i_decay[i_decay.size() == 1 ? 0 : c];
      constants.v_decay = v_decay[v_decay.size() == 1 ? 0 : c];
      constants.bias = bias[bias.size() == 1 ? 0 : c];
      of_channel.push_back(loihi_neuron(constants, refuse(layer)));
    }
    if (std::all_of(of_channel.begin(), of_channel.end(),
                    [&](const auto& m) { return m == of_channel[0]; })) {
      return {of_channel[0]};
    }
    std::vector<snn::NeuronModel> each;
    for (size_t i = 0; i < graph::elements(shape); ++i) {
      each.push_back(of_channel[i / (graph::elements(shape) / channels)]);
    }
    return each;
  }

  template <typename Synapses>
  void connect(const Fields& layer, Synapses synapses, const Shape& shape,
               std::vector<snn::NeuronModel> neurons) {
    neurons_ += graph::elements(shape);
    if (neurons_ > kMaxNeurons) {
      layer.fail(Kind::kOutOfRange, "shape", "brings the network to " + std::to_string(neurons_) + " neurons",
                 "give at most " + std::to_string(kMaxNeurons));
    }
    snn::Connection connection;
    connection.name = layer.node();
    connection.source = network_.populations.empty() ? snn::kInput : network_.populations.size() - 1;
    connection.target = network_.populations.size();
    connection.synapses = std::move(synapses);
    connection.delay = delay_;
    network_.connections.push_back(std::move(connection));
    network_.populations.push_back({layer.node(), shape, std::move(neurons)});
    shape_ = shape;
    delay_ = own_delay(layer);
  }

  static uint32_t own_delay(const Fields& layer) {
    if (!layer.has("delay")) {
      return 0;
    }
    const std::vector<size_t> delays = layer.sizes("delay", 0);
    if (delays.empty() ||
        std::any_of(delays.begin(), delays.end(), [&](size_t d) { return d != delays[0]; })) {
      layer.fail(Kind::kUnsupported, "delay", "differs between neurons", "train with one delay a layer");
    }
    if (delays[0] > kMaxDelay) {
      layer.fail(Kind::kOutOfRange, "delay", "is " + std::to_string(delays[0]),
                 "give 0 to " + std::to_string(kMaxDelay));
    }
    return static_cast<uint32_t>(delays[0]);
  }

  const hdf5::Group& root_;
  std::string file_;
  IntegerNetwork network_;
  Shape shape_;         // of what the layer before leaves
  uint32_t delay_ = 0;  // of what leaves the layer before
  size_t neurons_ = 0;  // of all layers so far
};

}  // namespace

IntegerNetwork network_from_tree(const hdf5::Group& root, const std::string& file) {
  return Reader(root, file).run();
}

IntegerNetwork read_net(const std::filesystem::path& file, const hdf5::Limits& limits) {
  return network_from_tree(hdf5::read(file, limits), file.string());
}

}  // namespace photic::host
