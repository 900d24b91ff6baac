// SPDX-License-Identifier: Apache-2.0
// The targets every conformance test of the driver runs on.
#pragma once

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

namespace photic::test {

/// A target and the name its tests carry.
struct TargetUri {
  std::string name;
  std::string uri;
};

/// One line a target, the golden one first, for a kind of device with its options. Behind them come the URIs,
/// separated by blanks, that the environment variable `further` has: of other devices with these options, a
/// card under test say.
inline std::vector<TargetUri> targets_of(const std::string& device, const char* further) {
  std::vector<TargetUri> targets{
      {"Golden", "golden:" + device},
      {"GoldenProcess", "golden:" + device + "&process=1"},
#ifdef PHOTIC_HARDWARE
      {"Systemc", "systemc:" + device},
      {"Rtl", "rtl:" + device},
      {"RtlAgainstSystemc", "check:rtl,systemc:" + device + "&waveforms=0"},
#endif
  };
  const char* named = std::getenv(further);
  std::istringstream uris(named ? named : "");
  for (std::string uri; uris >> uri;) {
    targets.push_back({"Further" + std::to_string(targets.size()), uri});
  }
  return targets;
}

/// All have the tiny geometry, the same seed and no noise.
inline std::vector<TargetUri> opu_targets() {
  return targets_of("opu?geometry=tiny&seed=7&noise=off", "PHOTIC_CONFORMANCE_OPU");
}

/// All have the tiny geometry.
inline std::vector<TargetUri> spu_targets() {
  return targets_of("spu?geometry=tiny", "PHOTIC_CONFORMANCE_SPU");
}

/// Pairs of which one has no clock: they agree on everything but the watchdog.
inline std::vector<TargetUri> spu_pairs() {
  std::vector<TargetUri> pairs;
#ifdef PHOTIC_HARDWARE
  pairs.push_back({"SystemcAgainstGolden", "check:systemc,golden:spu?geometry=tiny&waveforms=0"});
#endif
  return pairs;
}

/// Those of every kind.
inline std::vector<TargetUri> all_targets() {
  std::vector<TargetUri> all;
  for (TargetUri& target : opu_targets()) {
    all.push_back({"Opu" + target.name, target.uri});
  }
  for (TargetUri& target : spu_targets()) {
    all.push_back({"Spu" + target.name, target.uri});
  }
  return all;
}

}  // namespace photic::test
