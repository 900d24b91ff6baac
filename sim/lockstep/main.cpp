// SPDX-License-Identifier: Apache-2.0
// photic-lockstep: random command streams on two targets, compared in everything they do.
#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "drivers/transport/uri.h"
#include "sim/lockstep/check_port.h"
#include "sim/lockstep/session.h"
#include "sim/targets/targets.h"

namespace {

using photic::abi::DmaPort;
using photic::abi::InterruptPort;

constexpr int kExitDifference = 1;
constexpr int kExitUsage = 2;

struct Arguments {
  std::vector<std::string> targets{"golden", "systemc"};
  std::string geometry = "tiny";
  uint64_t seed = 1;
  uint64_t seeds = 1;
  uint64_t commands = 200;
  std::optional<uint64_t> stall;
  bool faults = false;
  bool waveforms = true;
  std::string report = "photic-check";
  std::vector<std::string> options;

  std::string command_line(uint64_t this_seed) const {
    std::string text = "photic-lockstep --targets " + targets[0] + "," + targets[1] + " --geometry " +
                       geometry + " --seed " + std::to_string(this_seed) + " --commands " +
                       std::to_string(commands);
    if (stall) {
      text += " --stall " + std::to_string(*stall);
    }
    text += faults ? " --faults" : "";
    for (const std::string& option : options) {
      text += " --option " + option;
    }
    return text;
  }
};

class NoInterrupts final : public InterruptPort {
 public:
  void raise(unsigned) override {}
};

bool is_clocked(const std::string& target) {
  return target != "golden";
}

photic::lockstep::Candidate candidate(const Arguments& arguments, const std::string& target, uint64_t seed) {
  std::string uri = target + ":opu?geometry=" + arguments.geometry;
  for (const std::string& option : arguments.options) {
    uri += "&" + option;
  }
  if (arguments.faults) {
    uri += "&lose_trigger=" + std::to_string(photic::lockstep::lost_frame(seed));
  }
  if (arguments.stall && is_clocked(target)) {
    uri += "&stall=" + std::to_string(*arguments.stall);
  }
  return {target, [uri](DmaPort& dma, InterruptPort& interrupts) {
            return photic::sim::make_device(photic::transport::parse_uri(uri), dma, interrupts);
          }};
}

// Runs one seed; returns whether the targets agreed.
bool run(const Arguments& arguments, const photic::abi::Preset& preset, uint64_t seed) {
  photic::lockstep::HostMemory memory;
  NoInterrupts interrupts;
  photic::lockstep::CheckOptions check;
  check.report = arguments.report;
  check.replay = arguments.command_line(seed);
  check.waveforms = arguments.waveforms;
  const auto device = photic::lockstep::make_check(candidate(arguments, arguments.targets[0], seed),
                                                   candidate(arguments, arguments.targets[1], seed), memory,
                                                   interrupts, check);
  photic::lockstep::SessionOptions session;
  session.seed = seed;
  session.commands = arguments.commands;
  session.faults = arguments.faults;
  session.clocked = is_clocked(arguments.targets[0]) && is_clocked(arguments.targets[1]);
  const auto result = photic::lockstep::run_session(*device, memory, preset, session);
  std::printf("seed %llu: %llu commands, %llu cycles;", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(result.commands),
              static_cast<unsigned long long>(result.cycles));
  for (const auto& [status, count] : result.statuses) {
    std::printf(" %s %llu", std::string(photic::abi::name(status)).c_str(),
                static_cast<unsigned long long>(count));
  }
  std::printf("\n");
  if (result.failure) {
    std::printf("%s\nreplay: %s\n", result.failure->c_str(), check.replay.c_str());
  }
  return !result.failure;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs random command streams on two targets and compares everything they do."};
  Arguments arguments;
  app.add_option("--targets", arguments.targets, "Two targets: golden, systemc, rtl")
      ->delimiter(',')
      ->expected(2);
  app.add_option("--geometry", arguments.geometry, "Preset of hw/spec/geometry.toml");
  app.add_option("--seed", arguments.seed, "First seed; a seed names everything that happens");
  app.add_option("--seeds", arguments.seeds, "Seeds to run, one after the other");
  app.add_option("--commands", arguments.commands, "Commands a seed");
  app.add_option("--stall", arguments.stall, "Seed of host memory's stalls (clocked targets)");
  app.add_flag("--faults", arguments.faults, "Refused bus accesses, broken rings, lost triggers");
  app.add_flag("!--no-waveforms", arguments.waveforms, "No way back for waveforms: faster");
  app.add_option("--report", arguments.report, "Folder for the report on a difference");
  app.add_option("--option", arguments.options, "key=value for both targets' optics");
  CLI11_PARSE(app, argc, argv);
  const photic::abi::Preset* const preset = photic::abi::find_preset(arguments.geometry);
  if (preset == nullptr) {
    std::fprintf(stderr, "photic-lockstep: no geometry '%s'; hw/spec/geometry.toml lists them\n",
                 arguments.geometry.c_str());
    return kExitUsage;
  }
  try {
    for (uint64_t i = 0; i < arguments.seeds; ++i) {
      if (!run(arguments, *preset, arguments.seed + i)) {
        return kExitDifference;
      }
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "photic-lockstep: %s\n", error.what());
    return kExitUsage;
  }
  return 0;
}
