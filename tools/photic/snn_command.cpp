// SPDX-License-Identifier: Apache-2.0
// photic snn.
#include "tools/photic/command.h"
#include "tools/photic/snn_options.h"

namespace photic::tools {

void add_snn_command(CLI::App& photic, int& exit_code) {
  CLI::App* snn = photic.add_subcommand("snn", "Spiking networks: read, map onto a device, run, describe");
  snn->require_subcommand(1);
  add_snn_import(*snn, exit_code);
  add_snn_map(*snn, exit_code);
  add_snn_describe(*snn, exit_code);
  add_snn_run(*snn, exit_code);
}

}  // namespace photic::tools
