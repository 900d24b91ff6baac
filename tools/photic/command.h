// SPDX-License-Identifier: Apache-2.0
// The photic command's parts: each adds its subcommand to the command line.
#pragma once

#include <CLI/CLI.hpp>

namespace photic::tools {

/// Each stores what the command ended with in `exit_code` once the parsed command has run.
void add_train_command(CLI::App& photic, int& exit_code);
void add_data_command(CLI::App& photic, int& exit_code);
void add_device_command(CLI::App& photic, int& exit_code);
void add_snn_command(CLI::App& photic, int& exit_code);

}  // namespace photic::tools
