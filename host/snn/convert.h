// SPDX-License-Identifier: Apache-2.0
// A trained ReLU network as integrate-and-fire neurons.
#pragma once

#include "host/nn/network.h"
#include "host/snn/float_network.h"
#include "host/tensor/matrix.h"

namespace photic::host::snn {

struct ConvertOptions {
  /// Of a layer's activations over the calibration data: what a neuron that fires in every step stands for.
  double percentile = 99.9;
  /// The network's input is input_scale x payload + input_offset; every input sends its payload in every step
  /// (0 need not be sent). For pixels of a data set normalised by mean m and deviation s: 1 / (255 s), -m /
  /// s.
  double input_scale = 1, input_offset = 0;
};

/// Integrate-and-fire neurons with reset by subtraction, threshold 1, whose rates are the activations over
/// each layer's percentile (Diehl et al., IJCNN 2015; Rueckauer et al., Frontiers in Neuroscience 11, 682
/// (2017)). Batch normalisation is folded into weights and biases by its running statistics. The classes are
/// neurons without memory that send their input in every step, so that the host's sum over steps grows as the
/// logits. `calibration` (rows, inputs) is in the network's own units.
///
/// Populations are "hidden0", ..., "logits", connections "linear0", .... Layer l sees its inputs l steps
/// late: give a sample some steps more than the rates need. Throws SnnError: kUnsupported for another
/// activation, kBadOption for a percentile out of (0, 100], no rows, or a width that is not the network's.
FloatNetwork convert_relu(Network& network, ConstMatrixRef calibration, const ConvertOptions& options);

}  // namespace photic::host::snn
