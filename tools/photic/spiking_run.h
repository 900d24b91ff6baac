// SPDX-License-Identifier: Apache-2.0
// Shows labelled samples to a network, on a device or in the float reference, and keeps the score.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/snn/runner.h"
#include "models/reference/spiking/network.h"
#include "tools/photic/spiking_data.h"

namespace photic::tools {

/// From outputs (steps x width, row-major: spikes or voltages) to a class: counts, first, last, maximum, mean
/// (the last three of voltages that are sent in every step). The lowest class on a tie; none when `first`
/// finds no spike. Throws ConfigError for another name.
std::optional<size_t> decode(const std::string& how, std::span<const double> output, size_t width);

/// One sample's fate.
struct Verdict {
  std::optional<size_t> answer;
  std::optional<uint8_t> label;
};

struct Score {
  std::vector<Verdict> samples;
  uint64_t input_events = 0;
  uint64_t cycles = 0;                                   // of the device; 0 if it is untimed
  std::vector<std::pair<std::string, uint64_t>> spikes;  // of each node, float reference only
  bool interrupted = false;

  size_t labelled() const;
  size_t correct() const;
};

struct ShowSettings {
  size_t samples = 0;  // 0: all
  size_t first = 0;    // number of the first
  uint32_t drain = 0;  // steps after the last with input
  size_t batch = 1;    // samples of one command
  std::string decode = "counts";
  const std::atomic<bool>* stop = nullptr;  // ends after the batch under way
  /// Called after every batch with the number of samples asked for.
  std::function<void(const Score&, size_t samples)> progress;
};

/// What a device says of itself. Opens and closes it; throws DeviceError unless it is a spiking one.
struct DeviceSheet {
  abi::SpuPreset preset;
  bool timed = false;
  uint32_t clock_khz = 0;
};
DeviceSheet device_sheet(const std::string& uri);

/// Shows samples from state 0 each. Throws SnnError, EventError, ConfigError for settings that cannot work.
Score show(host::snn::Runner& device, const Samples& samples, const ShowSettings& settings);

/// The same in double precision; throws ReferenceError.
Score show(reference::spiking::Network& network, const std::vector<std::string>& spiking_nodes,
           const Samples& samples, const ShowSettings& settings);

}  // namespace photic::tools
