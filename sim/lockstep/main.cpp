// SPDX-License-Identifier: Apache-2.0
// photic-lockstep: random hosts on two targets, or a recorded host on one, compared in everything they do.
#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "drivers/transport/uri.h"
#include "sim/lockstep/check_port.h"
#include "sim/lockstep/recording_mode.h"
#include "sim/lockstep/session.h"
#include "sim/lockstep/spu/session.h"
#include "sim/targets/targets.h"

namespace {

using photic::abi::DmaPort;
using photic::abi::InterruptPort;
using photic::lockstep::Coverage;
using photic::lockstep::SessionResult;
using photic::lockstep::SpuSessionResult;

constexpr int kExitDifference = 1;
constexpr int kExitUsage = 2;
constexpr int kExitNotReached = 3;

struct Arguments {
  std::string kind = "opu";
  std::vector<std::string> targets{"golden", "systemc"};
  std::string geometry = "tiny";
  uint64_t seed = 1;
  uint64_t seeds = 1;
  uint64_t commands = 200;
  uint64_t networks = 2;
  std::optional<uint64_t> stall;
  bool faults = false;
  bool waveforms = true;
  bool coverage = false;
  bool quiet = false;
  std::string coverage_json;
  bool reach_all = false;
  std::string report = "photic-check";
  std::vector<std::string> options;
  std::vector<std::string> first_options;
  std::string recording;
  std::string against;

  bool spiking() const { return kind == "spu"; }

  std::string command_line(uint64_t this_seed) const {
    std::string text = "photic-lockstep --kind " + kind + " --targets " + targets[0] + "," + targets[1] +
                       " --geometry " + geometry + " --seed " + std::to_string(this_seed) +
                       (spiking() ? " --networks " : " --commands ") +
                       std::to_string(spiking() ? networks : commands);
    if (stall) {
      text += " --stall " + std::to_string(*stall);
    }
    text += faults ? " --faults" : "";
    for (const std::string& option : options) {
      text += " --option " + option;
    }
    for (const std::string& option : first_options) {
      text += " --first-option " + option;
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

bool both_clocked(const Arguments& arguments) {
  return is_clocked(arguments.targets[0]) && is_clocked(arguments.targets[1]);
}

photic::lockstep::Candidate candidate(const Arguments& arguments, size_t side, uint64_t seed) {
  const std::string& target = arguments.targets[side];
  std::string uri = target + ":" + arguments.kind + "?geometry=" + arguments.geometry;
  for (const std::string& option : arguments.options) {
    uri += "&" + option;
  }
  for (const std::string& option : side == 0 ? arguments.first_options : std::vector<std::string>{}) {
    uri += "&" + option;
  }
  if (arguments.faults && !arguments.spiking()) {
    uri += "&lose_trigger=" + std::to_string(photic::lockstep::lost_frame(seed));
  }
  if (arguments.stall && is_clocked(target)) {
    uri += "&stall=" + std::to_string(*arguments.stall);
  }
  return {target, [uri](DmaPort& dma, InterruptPort& interrupts) {
            return photic::sim::make_device(photic::transport::parse_uri(uri), dma, interrupts);
          }};
}

void print_session(const SessionResult& result) {
  std::printf("%llu commands, %llu cycles;", static_cast<unsigned long long>(result.commands),
              static_cast<unsigned long long>(result.cycles));
  for (const auto& [status, count] : result.statuses) {
    std::printf(" %s %llu", std::string(photic::abi::name(status)).c_str(),
                static_cast<unsigned long long>(count));
  }
  std::printf("\n");
}

// Adds a session to the sum of all.
void add(SpuSessionResult& sum, const SpuSessionResult& one) {
  for (const auto& [status, count] : one.session.statuses) {
    sum.session.statuses[status] += count;
  }
  sum.session.commands += one.session.commands;
  sum.session.cycles += one.session.cycles;
  sum.networks += one.networks;
  sum.steps += one.steps;
  sum.updates += one.updates;
  sum.spikes += one.spikes;
  sum.lively += one.lively;
  sum.coverage.add(one.coverage);
}

void print_networks(const SpuSessionResult& result) {
  std::printf("%llu networks (%llu lively), %llu steps, %llu updates, %llu spikes, ",
              static_cast<unsigned long long>(result.networks),
              static_cast<unsigned long long>(result.lively), static_cast<unsigned long long>(result.steps),
              static_cast<unsigned long long>(result.updates),
              static_cast<unsigned long long>(result.spikes));
  print_session(result.session);
}

// Runs one seed; returns whether the targets agreed.
bool run(const Arguments& arguments, uint64_t seed, SpuSessionResult& sum) {
  photic::lockstep::HostMemory memory;
  NoInterrupts interrupts;
  photic::lockstep::CheckOptions check;
  check.report = arguments.report;
  check.replay = arguments.command_line(seed);
  check.waveforms = arguments.waveforms;
  const auto device = photic::lockstep::make_check(candidate(arguments, 0, seed),
                                                   candidate(arguments, 1, seed), memory, interrupts, check);
  std::optional<std::string> failure;
  if (!arguments.quiet) {
    std::printf("seed %llu: ", static_cast<unsigned long long>(seed));
  }
  if (arguments.spiking()) {
    const photic::lockstep::SpuSessionOptions session{.seed = seed,
                                                      .networks = arguments.networks,
                                                      .faults = arguments.faults,
                                                      .clocked = both_clocked(arguments)};
    const SpuSessionResult result = photic::lockstep::run_spu_session(
        *device, memory, *photic::abi::find_spu_preset(arguments.geometry), session);
    add(sum, result);
    failure = result.session.failure;
    if (!arguments.quiet) {
      print_networks(result);
    }
  } else {
    const photic::lockstep::SessionOptions session{.seed = seed,
                                                   .commands = arguments.commands,
                                                   .faults = arguments.faults,
                                                   .clocked = both_clocked(arguments)};
    const SessionResult result = photic::lockstep::run_session(
        *device, memory, *photic::abi::find_preset(arguments.geometry), session);
    failure = result.failure;
    if (!arguments.quiet) {
      print_session(result);
    }
  }
  if (failure) {
    std::printf("%s\nreplay: %s\n", failure->c_str(), check.replay.c_str());
  }
  return !failure;
}

// What all seeds together reached; returns whether that is enough.
bool show_coverage(const Arguments& arguments, const SpuSessionResult& sum) {
  const std::vector<std::string> names = photic::lockstep::reachable(
      *photic::abi::find_spu_preset(arguments.geometry), both_clocked(arguments), arguments.faults);
  if (arguments.coverage) {
    sum.coverage.print(std::cout, names);
  }
  if (!arguments.coverage_json.empty()) {
    std::ofstream json(arguments.coverage_json);
    sum.coverage.write_json(json, names);
  }
  const std::vector<std::string> missing = sum.coverage.missing(names);
  for (const std::string& name : arguments.reach_all ? missing : std::vector<std::string>{}) {
    std::fprintf(stderr, "photic-lockstep: not reached: %s\n", name.c_str());
  }
  return !arguments.reach_all || missing.empty();
}

bool geometry_exists(const Arguments& arguments) {
  return arguments.spiking() ? photic::abi::find_spu_preset(arguments.geometry) != nullptr
                             : photic::abi::find_preset(arguments.geometry) != nullptr;
}

int run_recording(const Arguments& arguments) {
  photic::lockstep::CheckOptions check;
  check.report = arguments.report;
  check.replay =
      "photic-lockstep --recording " + arguments.recording + " --against '" + arguments.against + "'";
  check.waveforms = arguments.waveforms;
  return static_cast<int>(
      photic::lockstep::run_recording_mode(arguments.recording, arguments.against, check));
}

int run_all(const Arguments& arguments) {
  SpuSessionResult sum;
  for (uint64_t i = 0; i < arguments.seeds; ++i) {
    if (!run(arguments, arguments.seed + i, sum)) {
      return kExitDifference;
    }
    std::fflush(stdout);
  }
  if (!arguments.spiking()) {
    return 0;
  }
  std::printf("all: ");
  print_networks(sum);
  return show_coverage(arguments, sum) ? 0 : kExitNotReached;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs random hosts on two targets, or a recorded one on a target, and compares everything."};
  Arguments arguments;
  app.add_option("--kind", arguments.kind, "Kind of device: opu, spu")->check(CLI::IsMember({"opu", "spu"}));
  app.add_option("--targets", arguments.targets, "Two targets: golden, systemc, rtl")
      ->delimiter(',')
      ->expected(2);
  app.add_option("--geometry", arguments.geometry, "Preset of hw/spec/geometry.toml");
  app.add_option("--seed", arguments.seed, "First seed; a seed names everything that happens");
  app.add_option("--seeds", arguments.seeds, "Seeds to run, one after the other");
  app.add_option("--commands", arguments.commands, "Commands a seed (opu)");
  app.add_option("--networks", arguments.networks, "Networks a seed (spu)");
  app.add_option("--stall", arguments.stall, "Seed of host memory's stalls (clocked targets)");
  app.add_flag("--faults", arguments.faults, "Refused bus accesses, broken rings, lost triggers");
  app.add_flag("!--no-waveforms", arguments.waveforms, "No way back for waveforms: faster");
  app.add_flag("--coverage", arguments.coverage, "Say what the seeds reached (spu)");
  app.add_option("--coverage-json", arguments.coverage_json, "The same to programs, in a file");
  app.add_flag("--reach-all", arguments.reach_all, "Fail if something reachable was not reached (spu)");
  app.add_flag("--quiet", arguments.quiet, "No line a seed");
  app.add_option("--report", arguments.report, "Folder for the report on a difference");
  app.add_option("--option", arguments.options, "key=value for both targets");
  app.add_option("--first-option", arguments.first_options, "key=value for the first target alone");
  auto* recording =
      app.add_option("--recording", arguments.recording, "Take host and device from this recording");
  auto* against =
      app.add_option("--against", arguments.against, "Target, or device URI, to compare a recording with");
  recording->needs(against);
  against->needs(recording);
  CLI11_PARSE(app, argc, argv);
  if (!geometry_exists(arguments)) {
    std::fprintf(stderr, "photic-lockstep: no geometry '%s' of an %s; hw/spec/geometry.toml lists them\n",
                 arguments.geometry.c_str(), arguments.kind.c_str());
    return kExitUsage;
  }
  try {
    return arguments.recording.empty() ? run_all(arguments) : run_recording(arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "photic-lockstep: %s\n", error.what());
    return kExitUsage;
  }
}
