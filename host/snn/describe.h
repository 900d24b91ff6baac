// SPDX-License-Identifier: Apache-2.0
// A program in words: for a reader, and for a program.
#pragma once

#include <string>

#include "host/snn/program.h"
#include "host/snn/quantise.h"

namespace photic::host::snn {

/// Populations, connections with their formats and synaptic operations a spike, cores with how full their
/// memories are, and, with a report, the errors of quantisation. Some lines each, for a terminal.
std::string describe_text(const Program& program, const QuantisationReport* report = nullptr);

/// The same as a JSON object: "geometry", "input", "populations", "connections", "units", "totals" and, with
/// a report, "quantisation".
std::string describe_json(const Program& program, const QuantisationReport* report = nullptr);

}  // namespace photic::host::snn
