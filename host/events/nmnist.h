// SPDX-License-Identifier: Apache-2.0
// N-MNIST: digits as an event camera saw them (Orchard et al., "Converting static image datasets to spiking
// neuromorphic datasets using saccades", Frontiers in Neuroscience 9, 437 (2015)).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "host/events/tar_archive.h"

namespace photic::host {

/// One change of brightness at a pixel. `polarity` is 1 for brighter.
struct CameraEvent {
  uint8_t x = 0, y = 0, polarity = 0;
  uint32_t microseconds = 0;

  bool operator==(const CameraEvent&) const = default;
};

/// What one camera saw, in the order of time.
struct EventRecording {
  uint32_t height = 0, width = 0;
  std::vector<CameraEvent> events;

  bool operator==(const EventRecording&) const = default;
};

/// Pixels a side.
inline constexpr uint32_t kNmnistSide = 34;

/// Parses a sample: 5 bytes an event, x, y, then polarity in the top bit and microseconds in the other 23,
/// big-endian. `name` is for messages. Throws EventError: kTruncated for a last event cut short, kOutOfRange
/// for a pixel outside, kOutOfOrder for a time that steps back.
EventRecording parse_nmnist(std::span<const uint8_t> bytes, const std::string& name);

/// parse_nmnist of a file. Throws EventError of kMissing too.
EventRecording read_nmnist(const std::filesystem::path& file);

/// A line of a list of samples.
struct LabelledSample {
  uint32_t id = 0;
  uint8_t label = 0;

  bool operator==(const LabelledSample&) const = default;
};

/// Samples and their digits by a list inside an archive of N-MNIST samples: `list` ("test100.txt") names ids
/// and labels, one pair a line under a line that starts with '#'; sample 7 is "7.bs2" in the list's folder.
class NmnistArchive {
 public:
  /// Throws EventError.
  explicit NmnistArchive(const std::filesystem::path& file) : archive_(TarArchive::read(file)) {}

  /// The list's samples in its order. Throws EventError: kMissing, kCorrupt for a line that is not two
  /// numbers or a label above 9.
  std::vector<LabelledSample> list(const std::string& list) const;

  /// Throws EventError: kMissing, and what parse_nmnist throws.
  EventRecording sample(uint32_t id) const;

 private:
  std::string member(const std::string& name) const;

  TarArchive archive_;
};

}  // namespace photic::host
