// SPDX-License-Identifier: Apache-2.0
// Integer networks from `.net` files, the network exchange of lava-dl: HDF5, a chain of layers.
#pragma once

#include <filesystem>

#include "host/graph/graph_file_error.h"
#include "host/hdf5/hdf5.h"
#include "host/snn/integer_network.h"

namespace photic::host {

/// The network in `file`. Layers `layer/<i>`, i from 0, one after the other:
///
///   input    without a neuron: names the input's shape. With one: a population fed by `weight` (64 if
///   absent, the
///            format's 1.0) times the input; `bias` only where iDecay is 4096, as it passes through the
///            current.
///   dense    weight (out, in)
///   conv     weight (out, in / groups, y, x), stride, padding, dilation, groups; cross-correlation
///   pool     equal weights, kernelSize, stride, padding
///   average  as pool if it has a kernelSize; else `shape`[0] readouts that count the spikes of as many equal
///            groups of the layer before (the mean times the group's size)
///   flatten  nothing but order: row-major (channel, y, x)
///
/// A neuron of type LOIHI or CUBA has iDecay, vDecay (one or one a channel), vThMant, refDelay and wgtExp: an
/// effective weight is weight << wgtExp, a spike needs v > vThMant << 6, refDelay 1 is no refractory step at
/// all. `bias`, one a channel, is added to the voltage every step, << 6. A layer's `delay` lengthens what
/// leaves it. Throws IoError, hdf5::Hdf5Error or GraphFileError, whose node is "layer/<i>".
snn::IntegerNetwork read_net(const std::filesystem::path& file, const hdf5::Limits& limits = {});

/// The same from the members of the file. `file` names it in errors.
snn::IntegerNetwork network_from_tree(const hdf5::Group& root, const std::string& file);

}  // namespace photic::host
