// SPDX-License-Identifier: Apache-2.0
// Text and JSON views of training events.
#include "tools/photic/console.h"

#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

namespace photic::tools {
namespace {

std::string duration(double seconds) {
  const auto total = static_cast<long>(seconds + 0.5);
  char text[32];
  if (total >= 3600) {
    std::snprintf(text, sizeof(text), "%ldh%02ldm", total / 3600, total / 60 % 60);
  } else {
    std::snprintf(text, sizeof(text), "%ldm%02lds", total / 60, total % 60);
  }
  return text;
}

void show_result(const nlohmann::json& event) {
  std::printf("%s on %s, seed %llu: test accuracy %.2f %%, loss %.4f, %s\n",
              event["method"].get<std::string>().c_str(), event["data"].get<std::string>().c_str(),
              static_cast<unsigned long long>(event["seed"].get<uint64_t>()),
              100.0 * event["test_accuracy"].get<double>(), event["test_loss"].get<double>(),
              duration(event["wall_seconds"].get<double>()).c_str());
  const nlohmann::json& device = event["device"];
  if (device.is_object() && device["frames"].get<uint64_t>() > 0) {
    std::printf("device %s: %llu vectors, %llu frames, %.3f s, %.3f J, %llu saturated values\n",
                device["name"].get<std::string>().c_str(),
                static_cast<unsigned long long>(device["vectors"].get<uint64_t>()),
                static_cast<unsigned long long>(device["frames"].get<uint64_t>()),
                device["device_seconds"].get<double>(), device["energy_joules"].get<double>(),
                static_cast<unsigned long long>(device["saturated_values"].get<uint64_t>()));
  }
  if (const auto failures = event.find("device_failures"); failures != event.end()) {
    std::string statuses;
    for (const auto& [status, count] : (*failures)["by_status"].items()) {
      statuses += (statuses.empty() ? "" : ", ") + count.dump() + " " + status;
    }
    std::printf("device failures survived: %s; by %llu retries, %llu resets, %llu reopenings\n",
                statuses.c_str(), static_cast<unsigned long long>((*failures)["retries"].get<uint64_t>()),
                static_cast<unsigned long long>((*failures)["resets"].get<uint64_t>()),
                static_cast<unsigned long long>((*failures)["reopenings"].get<uint64_t>()));
  }
  std::printf("run kept in %s\n", event["folder"].get<std::string>().c_str());
}

}  // namespace

Console::Console(bool json) : json_(json), terminal_(isatty(STDOUT_FILENO) == 1) {}

void Console::show(const nlohmann::json& event) {
  if (json_) {
    std::printf("%s\n", event.dump().c_str());
  } else {
    show_text(event);
  }
  std::fflush(stdout);
}

void Console::clear_progress() {
  if (progress_shown_) {
    std::printf("\r\033[K");
    progress_shown_ = false;
  }
}

void Console::show_text(const nlohmann::json& event) {
  const auto kind = event["event"].get<std::string>();
  if (kind == "progress") {
    rate_ = event["samples_per_second"].get<double>();
    if (terminal_) {
      clear_progress();
      std::printf("epoch %d  step %llu/%llu  loss %.4f  %.0f samples/s  %s left", event["epoch"].get<int>(),
                  static_cast<unsigned long long>(event["step"].get<uint64_t>()),
                  static_cast<unsigned long long>(event["steps"].get<uint64_t>()),
                  event["loss"].get<double>(), rate_,
                  duration(event["remaining_seconds"].get<double>()).c_str());
      progress_shown_ = true;
    }
    return;
  }
  clear_progress();
  if (kind == "start") {
    std::printf("%llu parameters, steps %llu to %llu\n",
                static_cast<unsigned long long>(event["parameters"].get<uint64_t>()),
                static_cast<unsigned long long>(event["step"].get<uint64_t>()),
                static_cast<unsigned long long>(event["steps"].get<uint64_t>()));
  } else if (kind == "epoch") {
    std::printf("epoch %d/%d  train loss %.4f, %.2f %%  test loss %.4f, %.2f %%  %.0f samples/s\n",
                event["epoch"].get<int>(), event["epochs"].get<int>(), event["train_loss"].get<double>(),
                100.0 * event["train_accuracy"].get<double>(), event["test_loss"].get<double>(),
                100.0 * event["test_accuracy"].get<double>(), rate_);
  } else if (kind == "result") {
    show_result(event);
  } else if (kind == "device-failure") {
    std::printf("device failed (step %llu): %s; tried again (retry %llu)\n",
                static_cast<unsigned long long>(event["step"].get<uint64_t>()),
                event["text"].get<std::string>().c_str(),
                static_cast<unsigned long long>(event["retry"].get<uint64_t>()));
  } else if (kind == "device-lost") {
    std::printf("device lost after step %llu; go on with: photic train --resume %s\n",
                static_cast<unsigned long long>(event["step"].get<uint64_t>()),
                event["folder"].get<std::string>().c_str());
  } else if (kind == "interrupted") {
    std::printf("interrupted after step %llu; go on with: photic train --resume %s\n",
                static_cast<unsigned long long>(event["step"].get<uint64_t>()),
                event["folder"].get<std::string>().c_str());
  }
}

}  // namespace photic::tools
