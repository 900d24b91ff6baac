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

/// Targets without a clock, the golden one first, for a kind of device with its options.
inline std::vector<TargetUri> untimed_targets(const std::string& device) {
  return {
      {"Golden", "golden:" + device},
      {"GoldenProcess", "golden:" + device + "&process=1"},
  };
}

/// Those and the ones with a clock.
inline std::vector<TargetUri> targets_of(const std::string& device) {
  std::vector<TargetUri> targets = untimed_targets(device);
#ifdef PHOTIC_HARDWARE
  targets.push_back({"Systemc", "systemc:" + device});
  targets.push_back({"Rtl", "rtl:" + device});
  targets.push_back({"RtlAgainstSystemc", "check:rtl,systemc:" + device + "&waveforms=0"});
#endif
  return targets;
}

/// All have the tiny geometry, the same seed and no noise.
inline std::vector<TargetUri> opu_targets() {
  return targets_of("opu?geometry=tiny&seed=7&noise=off");
}

/// All have the tiny geometry.
inline std::vector<TargetUri> spu_targets() {
  const std::string device = "spu?geometry=tiny";
  std::vector<TargetUri> targets = untimed_targets(device);
#ifdef PHOTIC_HARDWARE
  targets.push_back({"Systemc", "systemc:" + device});
#endif
  return targets;
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
