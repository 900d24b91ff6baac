// SPDX-License-Identifier: Apache-2.0
// Chooses the opponent of a recording and prints what came of it.
#include "sim/lockstep/recording_mode.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <utility>

#include "drivers/transport/recording/reader.h"
#include "drivers/transport/uri.h"
#include "sim/lockstep/recording_check.h"
#include "sim/targets/targets.h"

namespace photic::lockstep {
namespace {

// Options of some target alone; the others refuse them.
std::set<std::string> foreign_options(const std::string& target) {
  std::set<std::string> keys{"report", "waveforms"};
  if (target == "golden") {
    keys.insert("stall");
  }
  if (target != "systemc") {
    keys.insert("skip");
  }
  return keys;
}

}  // namespace

std::string opponent_of(const std::string& recorded, const std::string& against) {
  if (against.find(':') != std::string::npos) {
    return against;
  }
  const transport::Uri uri = transport::parse_uri(recorded);
  const std::set<std::string> foreign = foreign_options(against);
  std::string text = against + ":" + uri.device().kind;
  char separator = '?';
  for (const auto& [key, value] : uri.device().options) {
    if (!foreign.contains(key)) {
      text += std::exchange(separator, '&');
      text.append(key).append("=").append(value);
    }
  }
  return text;
}

RecordingVerdict run_recording_mode(const std::string& file, const std::string& against,
                                    const CheckOptions& options) {
  const std::string recorded = recording::Reader(file).header().uri;
  const std::string text = opponent_of(recorded, against);
  const transport::Uri uri = transport::parse_uri(text);
  const Candidate candidate{uri.form == transport::UriForm::kSimulated ? uri.targets.front() : text,
                            [&](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
                              return sim::make_device(uri, dma, interrupts);
                            }};
  std::printf("recording of %s against %s: ", recorded.c_str(), text.c_str());
  std::fflush(stdout);
  const RecordingCheckResult result = check_recording(file, candidate, options);
  std::printf("%llu commands in %llu pieces of work agree%s\n",
              static_cast<unsigned long long>(result.commands), static_cast<unsigned long long>(result.works),
              result.stamps ? ", to the cycle" : "");
  if (result.difference) {
    std::printf("%s\n", result.difference->c_str());
    return RecordingVerdict::kDiffers;
  }
  if (result.cut) {
    std::printf("compared no further: %s\n", result.cut->c_str());
    return RecordingVerdict::kCut;
  }
  return RecordingVerdict::kAgrees;
}

}  // namespace photic::lockstep
