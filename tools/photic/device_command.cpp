// SPDX-License-Identifier: Apache-2.0
// photic device list | describe | self-test.
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "host/base/error.h"
#include "host/base/random.h"
#include "host/device/device_projector.h"
#include "tools/photic/command.h"
#include "tools/photic/exit_code.h"

namespace photic::tools {
namespace {

using Json = nlohmann::json;

struct Options {
  std::string uri = "golden:opu";
  bool json = false;
};

/// Targets that `list` tries, each as its plainest URI.
constexpr const char* kTargets[] = {"golden:opu", "systemc:opu", "rtl:opu"};

Device open(const std::string& uri) {
  try {
    return Device::open(uri);
  } catch (const photic::Error& error) {
    throw host::DeviceError("device " + uri, error.what(), "see 'photic device list'");
  }
}

Json description(const std::string& uri) {
  const Device device = open(uri);
  const photic_capabilities c = device.capabilities();
  char contract[16];
  std::snprintf(contract, sizeof(contract), "%08x", c.contract);
  Json json = {{"uri", uri},
               {"target", c.target},
               {"kind", c.kind == PHOTIC_KIND_OPU ? "opu" : "spu"},
               {"geometry", c.geometry},
               {"clock_khz", c.clock_khz},
               {"timed", c.timed != 0},
               {"queues", c.queues},
               {"contract", contract},
               {"version", std::to_string(c.version_major) + "." + std::to_string(c.version_minor)}};
  if (c.kind == PHOTIC_KIND_OPU) {
    json["mirrors"] = {c.mirror_rows, c.mirror_cols};
    json["pixels"] = {c.pixel_rows, c.pixel_cols};
    json["adc_bits"] = device.opu_settings().adc_bits;
  }
  return json;
}

void print(const Json& object, bool json) {
  if (json) {
    std::printf("%s\n", object.dump().c_str());
    return;
  }
  for (const auto& [key, value] : object.items()) {
    std::printf("%-20s %s\n", key.c_str(),
                value.is_string() ? value.get<std::string>().c_str() : value.dump().c_str());
  }
}

int list(const Options& options) {
  for (const char* uri : kTargets) {
    Json entry = {{"uri", uri}};
    try {
      const Json found = description(uri);
      entry["usable"] = true;
      entry["geometry"] = found["geometry"];
    } catch (const host::DeviceError& error) {
      entry["usable"] = false;
      entry["reason"] = error.what();
    }
    if (options.json) {
      print(entry, true);
    } else if (entry["usable"].get<bool>()) {
      std::printf("%-14s usable, geometry %s unless the URI names another\n", uri,
                  entry["geometry"].get<std::string>().c_str());
    } else {
      std::printf("%-14s not usable: %s\n", uri, entry["reason"].get<std::string>().c_str());
    }
  }
  return kSuccess;
}

int describe(const Options& options) {
  print(description(options.uri), options.json);
  return kSuccess;
}

/// Error of superposition: how far the projection of random vectors is from the sum of their components',
/// relative.
double superposition_error(host::DeviceProjector& projector, size_t features) {
  host::TernaryBatch single, mixed;
  single.resize(features, features);
  mixed.resize(features, features);
  const host::RandomStream random(0, host::Purpose::kTernary, 0);
  for (size_t r = 0; r < features; ++r) {
    single(r, r) = 1;
    for (size_t c = 0; c < features; ++c) {
      mixed(r, c) = static_cast<int8_t>(static_cast<int>(random.below(3, r * features + c)) - 1);
    }
  }
  host::Matrix columns(features, projector.outputs()), seen(features, projector.outputs());
  projector.wait(projector.submit(single, 0), columns);
  projector.wait(projector.submit(mixed, 1), seen);
  double error = 0, power = 0;
  for (size_t r = 0; r < features; ++r) {
    for (size_t k = 0; k < projector.outputs(); ++k) {
      double sum = 0;
      for (size_t c = 0; c < features; ++c) {
        sum += static_cast<double>(mixed(r, c)) * columns(c, k);
      }
      error += (seen(r, k) - sum) * (seen(r, k) - sum);
      power += sum * sum;
    }
  }
  return std::sqrt(error / power);
}

int self_test(const Options& options) {
  constexpr size_t kFeatures = 10;
  constexpr uint32_t kOutputs = 128;
  // A device at 10 dB would fail; DFA itself still learns there, but no healthy device is that poor.
  constexpr double kMostError = 0.3;
  host::DeviceProjector projector(options.uri, kFeatures, kOutputs, kFeatures);
  const double error = superposition_error(projector, kFeatures);
  const host::OpuTuning& tuning = projector.tuning();
  const bool passed = error <= kMostError;
  print({{"uri", options.uri},
         {"scheme", tuning.arrangement.scheme == PHOTIC_SCHEME_PHASE2 ? "phase2" : "complement"},
         {"mirrors_per_feature", tuning.arrangement.macro},
         {"snr_db", tuning.snr_db},
         {"superposition_error", error},
         {"passed", passed}},
        options.json);
  return passed ? kSuccess : kDevice;
}

}  // namespace

void add_device_command(CLI::App& photic, int& exit_code) {
  CLI::App* device =
      photic.add_subcommand("device", "Devices: what is usable, what one is, whether it works");
  device->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* help, int (*run)(const Options&)) {
    CLI::App* command = device->add_subcommand(name, help);
    command->add_flag("--json", options->json, "JSON, one object a line");
    command->callback([options, run, &exit_code] { exit_code = run(*options); });
    return command;
  };
  add("list", "Targets this build can open", list);
  add("describe", "What a device says of itself", describe)
      ->add_option("uri", options->uri, "Device URI, such as golden:opu?geometry=gen3")
      ->envname("PHOTIC_DEVICE");
  add("self-test", "Set a device up and check that its projections superpose", self_test)
      ->add_option("uri", options->uri, "Device URI")
      ->envname("PHOTIC_DEVICE");
}

}  // namespace photic::tools
