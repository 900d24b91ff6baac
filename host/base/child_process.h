// SPDX-License-Identifier: Apache-2.0
// Runs another program and waits for it, without a shell.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace photic::host {

/// Runs `command` (program found on PATH, then its arguments) in `folder`, its standard output thrown away.
/// Throws IoError if it cannot be started or does not exit with 0; `remedy` ends the message.
void run_program(const std::vector<std::string>& command, const std::filesystem::path& folder,
                 const std::string& remedy);

}  // namespace photic::host
