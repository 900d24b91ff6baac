// SPDX-License-Identifier: Apache-2.0
// Trains an epoch by optical direct feedback alignment and classifies with spikes: over the native API, over
// OpenCL, or over both, which must agree in every byte.
#include <algorithm>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "examples/opencl/accelerators.h"
#include "examples/opencl/optical_projector.h"
#include "examples/opencl/spike_classifier.h"
#include "host/dfa/feedback.h"
#include "host/train/trainer.h"

namespace photic::example {
namespace {

struct Options {
  std::string api = "both";
  std::string data = "fashion";
  std::string optical = "golden:opu";
  std::string spiking = "golden:spu";
  uint32_t hidden = 256;
  size_t train = 60000;
  size_t test = 200;
  uint32_t steps = 16;
  bool json = false;
};

struct Outcome {
  std::vector<float> weights;
  std::vector<int32_t> sums;  // images x classes
  double trained = 0;         // share of right answers of the float network on the whole test set
  double spiking = 0;         // of spikes on the first images
};

void keep_first(host::LabelledImages& images, size_t count) {
  count = std::min(count, images.count());
  images.pixels.resize(count * images.features);
  images.labels.resize(count);
}

Outcome run(Accelerators& devices, const host::Dataset& data, const Options& options) {
  host::TrainConfig config;
  config.data = options.data;
  config.epochs = 1;
  config.network.inputs = data.train.features;
  config.network.classes = data.classes;
  config.network.hidden = {options.hidden};
  config.network.activation = host::Activation::kRelu;
  host::check(config);
  auto projector = std::make_unique<OpticalProjector>(devices, static_cast<uint32_t>(data.classes),
                                                      options.hidden, config.batch);
  host::Trainer trainer(config, data,
                        std::make_unique<host::TernaryFeedback>(std::move(projector), config.ternariser,
                                                                config.centre, config.seed));
  while (!trainer.finished()) {
    trainer.step();
    if (!options.json && trainer.steps_done() % 50 == 0) {
      std::fprintf(stderr, "\r  step %llu of %llu ", static_cast<unsigned long long>(trainer.steps_done()),
                   static_cast<unsigned long long>(trainer.total_steps()));
    }
  }
  if (!options.json) {
    std::fprintf(stderr, "\r%40s\r", "");
  }
  Outcome outcome;
  outcome.trained = trainer.evaluate().accuracy;
  for (const host::Parameter* parameter : trainer.network().parameters()) {
    const float* values = parameter->value.data();
    outcome.weights.insert(outcome.weights.end(), values, values + parameter->value.size());
  }
  outcome.sums = classify(devices, trainer.network(), data, options.test, options.steps);
  size_t right = 0;
  const size_t images = outcome.sums.size() / data.classes;
  for (size_t i = 0; i < images; ++i) {
    const auto first = outcome.sums.begin() + static_cast<ptrdiff_t>(i * data.classes);
    const auto best = std::max_element(first, first + static_cast<ptrdiff_t>(data.classes));
    right += best - first == data.test.labels[i] ? 1 : 0;
  }
  outcome.spiking = static_cast<double>(right) / static_cast<double>(images);
  return outcome;
}

template <typename Value>
size_t differing_bytes(const std::vector<Value>& a, const std::vector<Value>& b) {
  if (a.size() != b.size()) {
    return sizeof(Value) * std::max(a.size(), b.size());
  }
  const auto* left = reinterpret_cast<const std::byte*>(a.data());
  const auto* right = reinterpret_cast<const std::byte*>(b.data());
  size_t differing = 0;
  for (size_t i = 0; i < sizeof(Value) * a.size(); ++i) {
    differing += left[i] != right[i] ? 1 : 0;
  }
  return differing;
}

void show(const char* api, const Outcome& outcome, const Options& options) {
  if (options.json) {
    std::cout << nlohmann::json{{"api", api}, {"trained", outcome.trained}, {"spiking", outcome.spiking}}
              << std::endl;
  } else {
    std::printf("%-7s one epoch of optical DFA: %.2f %%; as spikes, first images: %.2f %%\n", api,
                100 * outcome.trained, 100 * outcome.spiking);
  }
}

int compare(const Outcome& native, const Outcome& opencl, const Options& options) {
  const size_t weights = differing_bytes(native.weights, opencl.weights);
  const size_t sums = differing_bytes(native.sums, opencl.sums);
  if (options.json) {
    std::cout << nlohmann::json{{"weight_bytes", 4 * native.weights.size()},
                                {"differing_weight_bytes", weights},
                                {"class_sum_bytes", 4 * native.sums.size()},
                                {"differing_class_sum_bytes", sums}}
              << std::endl;
  } else {
    std::printf("native and OpenCL differ in %zu of %zu bytes of weights and %zu of %zu of class sums\n",
                weights, 4 * native.weights.size(), sums, 4 * native.sums.size());
  }
  return weights + sums == 0 ? 0 : 1;
}

int run(const Options& options) {
  const host::DatasetInfo& info = host::find_dataset(options.data);
  if (host::locate(info).empty()) {
    std::printf("skipped: no data (%s)\n", std::string(info.install_hint).c_str());
    return 0;
  }
  host::Dataset data = host::load_dataset(info);
  keep_first(data.train, options.train);
  std::optional<Outcome> native, opencl;
  if (options.api != "opencl") {
    native = run(*open_native(options.optical, options.spiking), data, options);
    show("native", *native, options);
  }
  if (options.api != "native") {
    opencl = run(*open_opencl(), data, options);
    show("OpenCL", *opencl, options);
  }
  return native && opencl ? compare(*native, *opencl, options) : 0;
}

}  // namespace
}  // namespace photic::example

int main(int argc, char** argv) {
  CLI::App app("Trains an epoch by optical DFA and classifies with spikes, natively, over OpenCL, or both.");
  photic::example::Options options;
  app.option_defaults()->always_capture_default();
  app.add_option("--api", options.api, "native, opencl or both")
      ->check(CLI::IsMember({"native", "opencl", "both"}));
  app.add_option("--data", options.data, "Data set, see 'photic data list'");
  app.add_option("--optical", options.optical, "OPU of the native run; OpenCL takes PHOTIC_OPENCL_DEVICES");
  app.add_option("--spiking", options.spiking, "SPU of the native run");
  app.add_option("--hidden", options.hidden, "Hidden units");
  app.add_option("--train", options.train, "Training images");
  app.add_option("--test", options.test, "Test images shown as spikes");
  app.add_option("--steps", options.steps, "Steps an image");
  app.add_flag("--json", options.json, "One JSON object a line");
  CLI11_PARSE(app, argc, argv);
  try {
    return photic::example::run(options);
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
    return 1;
  }
}
