// SPDX-License-Identifier: Apache-2.0
// Integer networks of dense layers from plain text: SLAYER's description and one file of weights a layer.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "host/graph/graph_file_error.h"
#include "host/snn/integer_network.h"

namespace photic::host {

/// A network whose neurons are those of `description` (YAML, `neuron:` with type LOIHI, vThMant, vDecay,
/// iDecay, refDelay, wgtExp) and whose layers are `weights`, first to last, plain or gzip. A file of weights
/// has one integer a line, row-major (out, in); the number of lines over the number of inputs is the number
/// of neurons. Throws IoError or GraphFileError; the latter's node is "layer/<i>" for what is wrong between
/// files.
snn::IntegerNetwork read_text_network(const std::filesystem::path& description,
                                      const std::vector<std::filesystem::path>& weights,
                                      const graph::Shape& input_shape);

/// The integers in `text`, one a line; "-0" is 0. Throws GraphFileError, node "line <n>".
std::vector<int64_t> parse_weights(std::string_view text, const std::string& file);

/// The neuron in a description; `weight_exponent` gets its wgtExp. Throws GraphFileError.
snn::NeuronModel parse_neuron_description(std::string_view text, const std::string& file,
                                          int64_t& weight_exponent);

}  // namespace photic::host
