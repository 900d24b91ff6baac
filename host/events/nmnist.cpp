// SPDX-License-Identifier: Apache-2.0
// Samples are judged event by event: a damaged file is refused, never repaired.
#include "host/events/nmnist.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>

namespace photic::host {
namespace {

using Kind = EventError::Kind;

constexpr size_t kEventBytes = 5;
constexpr uint8_t kPolarityBit = 0x80;
const char* const kFetchAgain = "fetch the data set again";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/// Takes a number off the front of `line`; false if there is none.
bool take_number(std::string_view& line, uint32_t& value) {
  while (!line.empty() && is_blank(line.front())) {
    line.remove_prefix(1);
  }
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
  line.remove_prefix(static_cast<size_t>(end - line.data()));
  return error == std::errc();
}

}  // namespace

EventRecording parse_nmnist(std::span<const uint8_t> bytes, const std::string& name) {
  EventRecording recording{kNmnistSide, kNmnistSide, {}};
  recording.events.reserve(bytes.size() / kEventBytes);
  uint32_t previous = 0;
  for (size_t at = 0; at < bytes.size(); at += kEventBytes) {
    const EventError::Place place{name, at, at / kEventBytes};
    if (bytes.size() - at < kEventBytes) {
      throw EventError(Kind::kTruncated, place,
                       "ends inside an event: expected 5 bytes, got " + std::to_string(bytes.size() - at),
                       kFetchAgain);
    }
    const uint8_t* event = bytes.data() + at;
    const uint32_t time = (uint32_t{event[2] & 0x7Fu} << 16) | (uint32_t{event[3]} << 8) | event[4];
    if (event[0] >= kNmnistSide || event[1] >= kNmnistSide) {
      throw EventError(Kind::kOutOfRange, place,
                       "pixel (" + std::to_string(event[0]) + ", " + std::to_string(event[1]) +
                           ") is outside a camera of " + std::to_string(kNmnistSide) + " x " +
                           std::to_string(kNmnistSide),
                       "give an N-MNIST sample");
    }
    if (time < previous) {
      throw EventError(
          Kind::kOutOfOrder, place,
          "is at " + std::to_string(time) + " us, after one at " + std::to_string(previous) + " us",
          kFetchAgain);
    }
    previous = time;
    recording.events.push_back(
        {event[0], event[1], static_cast<uint8_t>((event[2] & kPolarityBit) != 0), time});
  }
  return recording;
}

EventRecording read_nmnist(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(stream), {}};
  if (!stream.is_open() || stream.bad()) {
    throw EventError(Kind::kMissing, {file.string()}, "cannot be read", "check the path and its permissions");
  }
  return parse_nmnist(bytes, file.string());
}

std::string NmnistArchive::member(const std::string& name) const {
  for (const std::string& file : archive_.files()) {
    if (file == name || file.ends_with("/" + name)) {
      return file;
    }
  }
  throw EventError(Kind::kMissing, {archive_.name()}, "holds no file '" + name + "'",
                   "list the archive with tar -t");
}

std::vector<LabelledSample> NmnistArchive::list(const std::string& list) const {
  const std::string path = member(list);
  const std::span<const uint8_t> bytes = archive_.file(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<LabelledSample> samples;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    const size_t begin = at;
    at = end + 1;
    if (std::all_of(line.begin(), line.end(), is_blank) || line.front() == '#') {
      continue;
    }
    LabelledSample sample;
    uint32_t label = 0;
    if (!take_number(line, sample.id) || !take_number(line, label) || label > 9 ||
        !std::all_of(line.begin(), line.end(), is_blank)) {
      throw EventError(Kind::kCorrupt, {archive_.name() + ": " + path, begin},
                       "a line is not a sample's number and its digit", kFetchAgain);
    }
    sample.label = static_cast<uint8_t>(label);
    samples.push_back(sample);
  }
  return samples;
}

EventRecording NmnistArchive::sample(uint32_t id) const {
  const std::string path = member(std::to_string(id) + ".bs2");
  return parse_nmnist(archive_.file(path), archive_.name() + ": " + path);
}

}  // namespace photic::host
