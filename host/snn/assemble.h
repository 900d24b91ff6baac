// SPDX-License-Identifier: Apache-2.0
// Writes placed pieces into words.
#pragma once

#include "host/snn/partition.h"
#include "host/snn/program.h"

namespace photic::host::snn {

/// The program of a partition whose core c lies at mesh core cores[c]; `listened` populations send to the
/// host, in that order.
Program assemble(const IntegerNetwork& network, const abi::SpuPreset& preset, const Partition& partition,
                 const std::vector<uint32_t>& cores, const std::vector<size_t>& listened);

/// The four NEURON words of a neuron; its constants must fit (check_network).
std::vector<uint64_t> neuron_words(const NeuronModel& neuron);

}  // namespace photic::host::snn
