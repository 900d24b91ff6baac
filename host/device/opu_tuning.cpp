// SPDX-License-Identifier: Apache-2.0
// Exposure control, the reference beam's strength, and the scale of the outputs.
#include "host/device/opu_tuning.h"

#include <algorithm>
#include <cmath>

#include "host/base/error.h"

namespace photic::host {
namespace {

constexpr uint64_t kMostMirrors = 4096;  // lit at once: enough for Gaussian fields, little to load
constexpr double kReferenceToSignal = PHOTIC_REFERENCE_TO_SIGNAL;  // where two-step recovery is least noisy
constexpr double kHeadroomWithReference = 6.0;  // full scale over mean: steady light needs less than speckle
constexpr double kHeadroom = 8.0;
constexpr double kTypicalFeatures = 2.0;  // lit features a sign of a ternarised softmax error

double mean_of(std::span<const int16_t> values) {
  double sum = 0;
  for (const int16_t value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

/// Power of two pictures of the same vectors and what of it they share: the repeatable part is signal.
struct Repeat {
  double signal = 0;  // mean square
  double noise = 0;   // mean square of one picture
};

class Tuner {
 public:
  explicit Tuner(OpuLink& link) : link_(link) {}

  OpuTuning run() {
    const auto& caps = link_.capabilities();
    const uint64_t mirrors =
        std::min<uint64_t>(kMostMirrors, uint64_t{caps.mirror_rows} * caps.mirror_cols / 2);
    const auto most_macro = static_cast<uint32_t>(std::clamp<uint64_t>(mirrors / link_.features(), 1, 65535));
    tuning_.arrangement = {most_macro, PHOTIC_SCHEME_PHASE2};
    find_brightness();
    if (find_reference()) {
      match_mirrors_to_reference(most_macro);
    } else {
      tuning_.arrangement.scheme = PHOTIC_SCHEME_COMPLEMENT;
      tuning_.gain = link_.set_gain(link_.full_scale() / kHeadroom / counts_per_gain_);
    }
    measure_scale();
    tuning_.frames = frame_;
    return tuning_;
  }

 private:
  uint32_t next_frames(uint32_t count) {
    frame_ += count;
    return frame_ - count;
  }

  /// Counts per gain of the speckle with every feature lit, from a picture that is neither dark nor clipped.
  void find_brightness() {
    const double full = link_.full_scale();
    double gain = 1.0;
    for (int attempt = 0; attempt < 64; ++attempt) {
      gain = link_.set_gain(gain);
      const double mean = mean_of(link_.picture(tuning_.arrangement, next_frames(1)));
      if (mean > 0.3 * full) {
        gain /= 8;
      } else if (mean < 0.03 * full) {
        gain *= 4;
      } else {
        tuning_.gain = gain;
        counts_per_gain_ = mean / gain;
        return;
      }
    }
    throw DeviceError("device " + link_.uri(), "shows no picture that is neither dark nor saturated",
                      "check its laser and full_well");
  }

  TernaryBatch single_features() const {
    TernaryBatch batch;
    batch.resize(std::min<size_t>(link_.features(), link_.most_vectors()), link_.features());
    for (size_t r = 0; r < batch.rows; ++r) {
      batch(r, r) = r % 2 == 0 ? 1 : -1;
    }
    return batch;
  }

  Repeat repeat(const TernaryBatch& batch) {
    std::vector<int16_t> first;
    double cross = 0, power = 0;
    for (int picture = 0; picture < 2; ++picture) {
      link_.submit(batch, tuning_.arrangement,
                   next_frames(static_cast<uint32_t>(kFramesPerVector * batch.rows)));
      link_.wait();
      for (size_t r = 0; r < batch.rows; ++r) {
        const auto outputs = link_.outputs_of(r);
        for (size_t c = 0; c < outputs.size(); ++c) {
          const double value = outputs[c];
          power += value * value;
          if (picture == 0) {
            first.push_back(outputs[c]);
          } else {
            cross += value * first[r * outputs.size() + c];
          }
        }
      }
    }
    const auto n = static_cast<double>(first.size());
    const double signal = std::max(cross / n, 0.0);
    return {signal, std::max(power / (2 * n) - signal, 0.0)};
  }

  /// Whether phase-shifted outputs repeat; then the reference's counts per gain: outputs are 4 r Re E.
  bool find_reference() {
    for (int attempt = 0; attempt < 32; ++attempt) {
      const TernaryBatch batch = single_features();
      const Repeat seen = repeat(batch);
      const double pixels = static_cast<double>(batch.rows) * link_.outputs() * kFramesPerVector;
      if (static_cast<double>(link_.saturated()) > 0.02 * pixels) {
        tuning_.gain = link_.set_gain(tuning_.gain / 8);
        continue;
      }
      if (seen.signal < seen.noise) {
        return false;
      }
      const double speckle = counts_per_gain_ * tuning_.gain / link_.features();
      reference_per_gain_ =
          seen.signal / (8 * speckle) / tuning_.gain;  // 16 r^2 <(Re E)^2>, the latter half the speckle
      return true;
    }
    return false;
  }

  void match_mirrors_to_reference(uint32_t most_macro) {
    const double lit = kTypicalFeatures / link_.features();
    const double ratio = reference_per_gain_ / (counts_per_gain_ * lit);
    const double share = std::clamp(ratio / kReferenceToSignal, 1.0 / most_macro, 1.0);
    tuning_.arrangement.macro = std::max(1u, static_cast<uint32_t>(share * most_macro));
    const double mean_per_gain = reference_per_gain_ + counts_per_gain_ * share * lit;
    tuning_.gain = link_.set_gain(link_.full_scale() / kHeadroomWithReference / mean_per_gain);
  }

  void measure_scale() {
    const uint64_t frames = link_.counter("OPU_FRAMES");
    const uint64_t cycles = link_.counter("OPU_PERIOD_CYCLES");
    const Repeat seen = repeat(single_features());
    const uint64_t shown = link_.counter("OPU_FRAMES") - frames;
    tuning_.frame_cycles = shown == 0 ? 0 : (link_.counter("OPU_PERIOD_CYCLES") - cycles) / shown;
    if (seen.signal <= 0) {
      throw DeviceError("device " + link_.uri(), "gives outputs that do not repeat",
                        "check its laser, or give it a reference beam");
    }
    tuning_.scale = 1.0 / std::sqrt(seen.signal);
    tuning_.snr_db = 10.0 * std::log10(seen.signal / std::max(seen.noise, 1e-12 * seen.signal));
  }

  OpuLink& link_;
  OpuTuning tuning_;
  double counts_per_gain_ = 0;     // mean speckle, every feature lit
  double reference_per_gain_ = 0;  // reference beam alone
  uint32_t frame_ = 0;
};

}  // namespace

OpuTuning tune_opu(OpuLink& link) {
  return Tuner(link).run();
}

}  // namespace photic::host
