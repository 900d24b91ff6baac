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

/// One line a target, the golden one first. All have the tiny geometry, the same seed and no noise.
inline std::vector<TargetUri> conformance_targets() {
  const std::string device = "opu?geometry=tiny&seed=7&noise=off";
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

}  // namespace photic::test
