// SPDX-License-Identifier: Apache-2.0
// From a network's output to a class.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "host/events/spike_train.h"

namespace photic::host {

/// Index of the largest score, the lowest one on a tie. Throws ConfigError for no scores.
size_t best(std::span<const double> scores);

/// Sum of payloads of every element over all steps: the number of spikes, where payloads are 1.
/// Throws ConfigError for an event outside the train's width.
std::vector<double> count_scores(const SpikeTrain& outputs);

/// Class by counts: best(count_scores). Class 0 when nothing spiked. Throws ConfigError for a width of 0 and
/// an event outside it.
size_t decode_counts(const SpikeTrain& outputs);

/// Class of the element that spiked first, the lowest one of several in that step; none when nothing spiked.
std::optional<size_t> decode_first_spike(const SpikeTrain& outputs);

/// What of an element's recorded voltages is its score.
enum class MembraneScore { kLast, kMaximum, kMean };

/// Scores from recorded voltages, steps x width, row-major. Throws ConfigError for no steps, no width, or a
/// size that does not fit.
std::vector<double> membrane_scores(std::span<const double> voltages, size_t width, MembraneScore score);

/// Class by voltages: best(membrane_scores).
size_t decode_membrane(std::span<const double> voltages, size_t width, MembraneScore score);

}  // namespace photic::host
