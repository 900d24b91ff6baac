// SPDX-License-Identifier: Apache-2.0
// Trains one network by optical direct feedback alignment and by its three baselines, then classifies with
// the same network as spikes; a sample of both devices' commands is replayed on other devices.
#include <array>
#include <atomic>
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "host/base/error.h"
#include "host/data/registry.h"
#include "models/workloads/optical_dfa/console.h"
#include "models/workloads/optical_dfa/spiking.h"

namespace {

namespace fs = std::filesystem;
namespace host = photic::host;
namespace workloads = photic::workloads;

constexpr int kFailed = 1;
constexpr int kDiffers = 2;
constexpr int kInterrupted = 130;

std::atomic<bool> stop_requested{false};

struct Options {
  host::TrainConfig config;
  std::string replay = "check:rtl,systemc:opu?geometry=gen3";
  size_t sample = 8;
  bool no_spikes = false;
  workloads::SpikingOptions spiking;
  std::string folder;
  bool json = false;
};

void read_command_line(CLI::App& app, Options& options) {
  app.option_defaults()->always_capture_default();
  app.add_option("--data", options.config.data, "Data set, see 'photic data list'");
  app.add_option("--device", options.config.device, "Device that projects the errors");
  app.add_option("--hidden", options.config.network.hidden, "Widths of the hidden layers, as 512,512")
      ->delimiter(',');
  app.add_option("--epochs", options.config.epochs, "Passes over the training set");
  app.add_option("--seed", options.config.seed, "Seed of everything random");
  app.add_option("--replay", options.replay, "Device the sample is replayed on; 'none' for no replay");
  app.add_option("--sample", options.sample, "Vectors replayed of each of three steps");
  app.add_flag("--no-spikes", options.no_spikes, "End after the optical half");
  app.add_option("--spiking-device", options.spiking.device, "Device that classifies with spikes");
  app.add_option("--steps", options.spiking.steps,
                 "Steps an image takes in spikes; a list shows each, as 8,16,32")
      ->delimiter(',');
  app.add_option("--images", options.spiking.images, "Test images shown to the spiking device; 0: all");
  app.add_option("--energy", options.spiking.energy,
                 "Energies of spiking events: loihi14, odin28 or reckon28");
  app.add_option("--spiking-replay", options.spiking.replay,
                 "Device the first images are replayed on; 'none' for no replay");
  app.add_option("--spiking-sample", options.spiking.replayed_images, "Images replayed")
      ->check(CLI::PositiveNumber);
  app.add_option("--run", options.folder, "Folder for the runs; default the first free runs/optical-dfa-<n>");
  app.add_flag("--json", options.json, "One JSON object a line");
}

fs::path run_folder(const Options& options) {
  if (!options.folder.empty()) {
    return options.folder;
  }
  int n = 1;
  while (fs::exists("runs/optical-dfa-" + std::to_string(n))) {
    ++n;
  }
  return "runs/optical-dfa-" + std::to_string(n);
}

int run_comparison(Options& options) {
  workloads::Console console(options.json);
  const host::Dataset data = host::load_dataset(host::find_dataset(options.config.data));
  options.config.network.inputs = data.train.features;
  options.config.network.classes = data.classes;
  if (!options.no_spikes) {
    workloads::check(options.spiking, options.config.network.hidden.size() + 1);
  }
  console.begin(options.config);

  const fs::path folder = run_folder(options);
  std::vector<workloads::Outcome> outcomes;
  for (const host::Method method : {host::Method::kOpticalDfa, host::Method::kBackprop,
                                    host::Method::kFloatDfa, host::Method::kShallow}) {
    host::TrainConfig config = options.config;
    config.method = method;
    const std::string name(host::method_name(method));
    auto outcome = workloads::train(config, data, folder / name, options.sample, stop_requested,
                                    [&](const nlohmann::json& event) { console.show(name, event); });
    if (!outcome) {
      console.interrupted((folder / name).string());
      return kInterrupted;
    }
    outcomes.push_back(std::move(*outcome));
  }
  console.result(outcomes);

  bool same = true;
  if (options.replay != "none") {
    console.replaying(options.replay);
    const workloads::ReplayResult replay = workloads::replay(outcomes.front().samples, options.replay,
                                                             options.config.batch, options.config.seed);
    console.replayed(options.replay, replay);
    same = replay.differing_bytes == 0;
  }
  if (!options.no_spikes) {
    const auto same_spikes =
        workloads::run_spikes(options.spiking, outcomes.front(), data, stop_requested, console);
    if (!same_spikes) {
      console.spikes_interrupted();
      return kInterrupted;
    }
    same = same && *same_spikes;
  }
  return same ? 0 : kDiffers;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Optical direct feedback alignment beside backpropagation, float DFA and a shallow network; then the "
      "network that learned by light, as spikes");
  Options options;
  options.config.device = "golden:opu?geometry=gen3";
  options.config.network.hidden = {512, 512};
  // A rate of spikes stands for a rectified value; normalisation is folded into the weights.
  options.config.network.activation = host::Activation::kRelu;
  options.config.network.batch_norm = true;
  options.config.epochs = 10;
  read_command_line(app, options);
  CLI11_PARSE(app, argc, argv);

  struct sigaction action = {};
  action.sa_handler = [](int) { stop_requested = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second Ctrl-C ends the process at once
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  try {
    return run_comparison(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "photic-optical-dfa: %s\n", error.what());
    return kFailed;
  }
}
