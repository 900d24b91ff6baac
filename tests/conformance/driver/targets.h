// SPDX-License-Identifier: Apache-2.0
// The targets every conformance test of the driver runs on.
#pragma once

#include <string>
#include <vector>

namespace photic::test {

/// A target and the name its tests carry.
struct TargetUri {
  std::string name;
  std::string uri;
};

/// One line a target, the golden one first, for a kind of device with its options.
inline std::vector<TargetUri> targets_of(const std::string& device) {
  return {
      {"Golden", "golden:" + device},
      {"GoldenProcess", "golden:" + device + "&process=1"},
#ifdef PHOTIC_HARDWARE
      {"Systemc", "systemc:" + device},
      {"Rtl", "rtl:" + device},
      {"RtlAgainstSystemc", "check:rtl,systemc:" + device + "&waveforms=0"},
#endif
  };
}

/// All have the tiny geometry, the same seed and no noise.
inline std::vector<TargetUri> opu_targets() {
  return targets_of("opu?geometry=tiny&seed=7&noise=off");
}

/// All have the tiny geometry.
inline std::vector<TargetUri> spu_targets() {
  return targets_of("spu?geometry=tiny");
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
