// SPDX-License-Identifier: Apache-2.0
// photic snn map | describe: a network in a device's memories.
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "host/base/atomic_file.h"
#include "host/base/error.h"
#include "host/snn/describe.h"
#include "tools/photic/command.h"
#include "tools/photic/exit_code.h"
#include "tools/photic/program_file.h"
#include "tools/photic/snn_options.h"

namespace photic::tools {
namespace {

using Json = nlohmann::json;

struct Options : SnnOptions {
  std::string geometry = "mesh5";
  std::string report;
  std::string program;
  std::optional<uint32_t> core;
};

struct Mapped {
  IntegerForm form;
  host::snn::Program program;

  const host::snn::QuantisationReport* report() const { return form.report ? &*form.report : nullptr; }
};

Mapped mapped(const Options& options) {
  const abi::SpuPreset& preset = geometry_of(options.geometry);
  const SpikingNetwork network = read_network(options.network);
  return in_file(options.network.file, [&] {
    const MappingSettings settings = settings_for(network, options.mapping);
    Mapped result{to_integers(network, settings), {}};
    result.program = map(result.form.network, preset, settings);
    return result;
  });
}

Json to_json(const Mapped& mapped) {
  Json json = Json::parse(host::snn::describe_json(mapped.program, mapped.report()));
  json["notes"] = mapped.form.notes;
  return json;
}

int map_command(const Options& options) {
  const Mapped result = mapped(options);
  if (!options.report.empty()) {
    host::write_atomically(options.report, to_json(result).dump(2) + "\n");
  }
  if (!options.program.empty()) {
    write_program(options.program, result.program);
  }
  if (options.json) {
    std::printf("%s\n", to_json(result).dump().c_str());
    return kSuccess;
  }
  std::printf("%s", host::snn::describe_text(result.program, result.report()).c_str());
  for (const std::string& note : result.form.notes) {
    std::printf("note: %s\n", note.c_str());
  }
  return kSuccess;
}

/// What every axon of one core, or every core, is for.
int describe(const Options& options) {
  const Mapped result = mapped(options);
  const auto& units = result.program.units;
  if (options.core && *options.core >= result.program.preset.cores()) {
    throw host::ConfigError("--core", "there are " + std::to_string(result.program.preset.cores()) + " cores",
                            "give a smaller number");
  }
  Json json = to_json(result);
  if (options.core) {
    const host::snn::UnitUse& use = units[*options.core];
    json = {{"core", *options.core}, {"holds", use.holds}, {"axons", use.axon_names}};
  }
  if (options.json) {
    std::printf("%s\n", json.dump().c_str());
    return kSuccess;
  }
  if (!options.core) {
    std::printf("%s", host::snn::describe_text(result.program, result.report()).c_str());
    return kSuccess;
  }
  const host::snn::UnitUse& use = units[*options.core];
  std::printf("core %u holds %s\n", *options.core, use.holds.empty() ? "nothing" : use.holds.c_str());
  for (size_t axon = 0; axon < use.axon_names.size(); ++axon) {
    std::printf("axon %zu: %s\n", axon, use.axon_names[axon].c_str());
  }
  return kSuccess;
}

CLI::App* add(CLI::App& snn, const char* name, const char* help, const std::shared_ptr<Options>& options) {
  CLI::App* command = snn.add_subcommand(name, help);
  add_network_options(*command, *options);
  add_mapping_options(*command, *options);
  command->add_option("--geometry", options->geometry, "Geometry preset of the device")
      ->capture_default_str();
  command->add_option("--steps", options->mapping.steps, "Steps of an image, for checkpoints; default 16")
      ->check(CLI::Range(1u, 1u << 20));
  return command;
}

}  // namespace

void add_snn_map(CLI::App& snn, int& exit_code) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      add(snn, "map", "Cut a network into a device's cores; says what rounding costs", options);
  command->add_option("--report", options->report, "File to write all of it to, as JSON");
  command->add_option("--program", options->program,
                      "File to write the device's memories to, as safetensors");
  command->callback([options, &exit_code] { exit_code = map_command(*options); });
}

void add_snn_describe(CLI::App& snn, int& exit_code) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = add(snn, "describe", "A network's program in words", options);
  command->add_option("--core", options->core, "List what each axon of this core is for");
  command->callback([options, &exit_code] { exit_code = describe(*options); });
}

}  // namespace photic::tools
