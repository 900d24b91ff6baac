// SPDX-License-Identifier: Apache-2.0
// What several of photic snn's subcommands take.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "tools/photic/spiking_network.h"

namespace photic::tools {

struct SnnOptions {
  NetworkFiles network;
  MappingSettings mapping;
  bool json = false;
};

/// The file, --weights, --input and --json.
void add_network_options(CLI::App& command, SnnOptions& options);

/// --dt, --convention, --reset, --compare, --bits, --quantiser, --fewest-cores.
void add_mapping_options(CLI::App& command, SnnOptions& options);

/// The subcommands; each stores what it ended with in `exit_code`.
void add_snn_import(CLI::App& snn, int& exit_code);
void add_snn_map(CLI::App& snn, int& exit_code);
void add_snn_describe(CLI::App& snn, int& exit_code);
void add_snn_run(CLI::App& snn, int& exit_code);

}  // namespace photic::tools
