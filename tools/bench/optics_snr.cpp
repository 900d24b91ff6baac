// SPDX-License-Identifier: Apache-2.0
// Predicted signal-to-noise ratio of every recovery scheme at its best head-room, for a range of ratios:
// optics_snr.
#include <cstdio>

#include "models/optics/recovery.h"

int main() {
  namespace optics = photic::optics;
  namespace abi = photic::abi;
  std::printf("8-bit, %u e- full well, %.0f e- read noise; best head-room in brackets\n",
              abi::kFullWellElectrons, abi::kReadNoiseMillielectrons / 1000.0);
  std::printf("%-11s", "ratio");
  for (const double ratio : {0.25, 1.0, 4.0, 16.0}) {
    std::printf("%16.2f", ratio);
  }
  std::printf("\n");
  for (const abi::SchemeSpec& scheme : abi::kSchemes) {
    std::printf("%-11.*s", static_cast<int>(scheme.name.size()), scheme.name.data());
    for (const double ratio : {0.25, 1.0, 4.0, 16.0}) {
      optics::RecoveryConditions conditions{.ratio = ratio};
      conditions.headroom = optics::best_headroom(scheme, conditions);
      std::printf("%5.1f dB (%4.1f)", optics::decibel(optics::predicted_snr(scheme, conditions)),
                  conditions.headroom);
      std::printf("  ");
    }
    std::printf("\n");
  }
}
