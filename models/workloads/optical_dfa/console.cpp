// SPDX-License-Identifier: Apache-2.0
// Text and JSON views of a comparison.
#include "models/workloads/optical_dfa/console.h"

#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

namespace photic::workloads {
namespace {

using Json = nlohmann::json;
using Count = unsigned long long;

const char* explanation(host::Method method) {
  switch (method) {
    case host::Method::kOpticalDfa:
      return "hidden layers taught by light";
    case host::Method::kBackprop:
      return "the exact gradient";
    case host::Method::kFloatDfa:
      return "the same feedback in float arithmetic";
    case host::Method::kShallow:
      return "only the last layer learns";
  }
  return "";
}

Json to_json(const Outcome& outcome) {
  return {{"method", host::method_name(outcome.method)},
          {"test_accuracy", outcome.test.accuracy},
          {"test_loss", outcome.test.loss}};
}

Json to_json(const host::ProjectorReport& report) {
  return {{"name", report.device},
          {"vectors", report.vectors},
          {"frames", report.frames},
          {"saturated_values", report.saturated_values},
          {"device_seconds", report.device_seconds},
          {"energy_joules", report.energy_joules}};
}

}  // namespace

Console::Console(bool json) : json_(json), terminal_(isatty(STDOUT_FILENO) == 1) {}

void Console::line(const Json& object) {
  std::printf("%s\n", object.dump().c_str());
  std::fflush(stdout);
}

void Console::clear() {
  if (progress_shown_) {
    std::printf("\r\033[K");
    progress_shown_ = false;
  }
}

void Console::begin(const host::TrainConfig& config) {
  if (json_) {
    line({{"event", "begin"}, {"config", host::to_json(config)}});
    return;
  }
  std::string widths = std::to_string(config.network.inputs);
  for (const size_t width : config.network.hidden) {
    widths.append("-").append(std::to_string(width));
  }
  std::printf("A %s-%zu network learns %s for %u epochs, four ways. Device: %s\n\n", widths.c_str(),
              config.network.classes, config.data.c_str(), config.epochs, config.device.c_str());
  std::fflush(stdout);
}

void Console::show(std::string_view method, const Json& event) {
  if (json_) {
    Json object = event;
    object["method"] = method;
    line(object);
    return;
  }
  const auto kind = event["event"].get<std::string>();
  if (kind == "progress") {
    progress(method, event);
  } else if (kind == "epoch") {
    clear();
    std::printf("%-12.*s epoch %d/%d  train loss %.4f  test accuracy %.2f %%\n",
                static_cast<int>(method.size()), method.data(), event["epoch"].get<int>(),
                event["epochs"].get<int>(), event["train_loss"].get<double>(),
                100 * event["test_accuracy"].get<double>());
  }
  std::fflush(stdout);
}

void Console::progress(std::string_view method, const Json& event) {
  if (!terminal_) {
    return;
  }
  clear();
  std::printf("%-12.*s step %llu/%llu  loss %.4f  %.0f s left", static_cast<int>(method.size()),
              method.data(), static_cast<Count>(event["step"].get<uint64_t>()),
              static_cast<Count>(event["steps"].get<uint64_t>()), event["loss"].get<double>(),
              event["remaining_seconds"].get<double>());
  progress_shown_ = true;
}

void Console::result(const std::vector<Outcome>& outcomes) {
  clear();
  const Outcome& optical = outcomes.front();
  if (json_) {
    Json methods = Json::array();
    for (const Outcome& outcome : outcomes) {
      methods.push_back(to_json(outcome));
    }
    line({{"event", "comparison"}, {"methods", methods}, {"device", to_json(optical.device)}});
    return;
  }
  std::printf("\n%-12s %9s  %9s\n", "method", "accuracy", "test loss");
  for (const Outcome& outcome : outcomes) {
    std::printf("%-12s %7.2f %%  %9.4f  %s\n", std::string(host::method_name(outcome.method)).c_str(),
                100 * outcome.test.accuracy, outcome.test.loss, explanation(outcome.method));
  }
  std::printf("\nThe device projected %llu error vectors in %llu frames: %.1f s and %.0f J of its time.\n",
              static_cast<Count>(optical.device.vectors), static_cast<Count>(optical.device.frames),
              optical.device.device_seconds, optical.device.energy_joules);
  std::fflush(stdout);
}

void Console::replaying(const std::string& device) {
  if (!json_) {
    std::printf("\nReplaying a sample of its commands on %s ...\n", device.c_str());
    std::fflush(stdout);
  }
}

void Console::replayed(const std::string& device, const ReplayResult& replay) {
  if (json_) {
    line({{"event", "replay"},
          {"device", device},
          {"vectors", replay.vectors},
          {"bytes", replay.bytes},
          {"differing_bytes", replay.differing_bytes},
          {"cost", to_json(replay.cost)}});
    return;
  }
  std::printf(
      "%llu vectors, %llu frames, %.6f s of device time: %llu of %llu bytes differ from those of training.\n",
      static_cast<Count>(replay.vectors), static_cast<Count>(replay.cost.frames), replay.cost.device_seconds,
      static_cast<Count>(replay.differing_bytes), static_cast<Count>(replay.bytes));
  pair_agreed(device);
  std::fflush(stdout);
}

void Console::pair_agreed(const std::string& device) {
  if (device.starts_with("check:")) {
    // A checked pair ends its commands with CHECK_FAILED at the first difference, so a replay that came here
    // had none.
    std::printf("The two devices of %s agreed on every byte and event: 0 differing cycles.\n",
                device.c_str());
  }
}

void Console::interrupted(const std::string& folder) {
  clear();
  if (json_) {
    line({{"event", "interrupted"}, {"folder", folder}});
  } else {
    std::printf("interrupted; go on with this training alone: photic train --resume %s\n", folder.c_str());
  }
}

}  // namespace photic::workloads
