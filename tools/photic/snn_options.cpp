// SPDX-License-Identifier: Apache-2.0
// The command line's words.
#include "tools/photic/snn_options.h"

namespace photic::tools {
void add_network_options(CLI::App& command, SnnOptions& o) {
  command
      .add_option(
          "file", o.network.file,
          "NIR graph (.nir), integer network (.net), description (.yaml), checkpoint (.safetensors) or "
          "folder of a training")
      ->required();
  command
      .add_option("--weights", o.network.weights,
                  "Files of weights that belong to a description, first layer to last")
      ->delimiter(',');
  command.add_option("--input", o.network.input, "Shape of a described network's input, as 2,34,34")
      ->delimiter(',');
  command.add_flag("--json", o.json, "One JSON object a line");
}

void add_mapping_options(CLI::App& command, SnnOptions& o) {
  MappingSettings& m = o.mapping;
  command.add_option("--dt", m.dt, "Length of a step in seconds, for graphs whose parameters are times")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--convention", m.convention,
                  "How time becomes steps: snntorch, norse, nir, loihi or sinabs")
      ->capture_default_str();
  command.add_option("--reset", m.reset, "After a spike: value, subtract, or as the convention has it")
      ->capture_default_str();
  command.add_option("--compare", m.compare, "A spike when the threshold is reached or only above it")
      ->capture_default_str();
  command.add_option("--bits", m.bits, "Bits of a weight; default 8, integers as they are")
      ->check(CLI::Range(1, 8));
  command.add_option("--quantiser", m.quantiser, "per-neuron or symmetric")->capture_default_str();
  command.add_flag("--fewest-cores", m.fewest_cores, "Few cores rather than a core for each piece");
}

}  // namespace photic::tools
