// SPDX-License-Identifier: Apache-2.0
// The part of YAML that descriptions of networks are written in: maps of maps of single values.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "host/graph/graph_file_error.h"

namespace photic::host {

/// The values in `text` by path: "neuron.vDecay" for `vDecay: 128` indented below `neuron:`. A value is what
/// is left of a `#` that a blank precedes, without blanks around it and without quotes; a value in braces or
/// brackets is kept as it stands. Throws GraphFileError, node "line <n>", for lists, tabs, anchors, texts
/// over several lines, keys given twice and everything else that is not `key: value`.
std::map<std::string, std::string> parse_flat_yaml(std::string_view text, const std::string& file);

}  // namespace photic::host
