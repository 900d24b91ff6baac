// SPDX-License-Identifier: Apache-2.0
// Puts mirrors, medium and camera together, and remembers what the next picture may share with this one.
#include "models/optics/bench.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "models/optics/camera.h"
#include "models/optics/drift.h"
#include "models/optics/medium.h"
#include "models/optics/mirrors.h"
#include "models/optics/prefix_fields.h"
#include "models/optics/streams.h"

namespace photic::optics {
namespace {

constexpr size_t kPrefixBytes = size_t{256} << 20;

// Integer field of one pattern, through one state of the medium, over one window.
struct Field {
  bool valid = false;
  Drift drift;
  uint64_t pattern = 0;
  PixelWindow window;
  AlignedBuffer<int32_t> numbers;

  bool is(const Drift& wanted_drift, uint64_t wanted_pattern, PixelWindow wanted_window) const {
    return valid && drift == wanted_drift && pattern == wanted_pattern && window == wanted_window;
  }
  const int32_t* re() const { return numbers.data(); }
  const int32_t* im() const { return numbers.data() + window.stride(); }
};

}  // namespace

class Bench::State {
 public:
  explicit State(const BenchConfig& config)
      : config_(checked(config)),
        workers_{config.threads != 0 ? config.threads : std::max(1u, std::thread::hardware_concurrency()),
                 &kernels_for(config.simd), nullptr},
        shadow_(config.shape.mirror_rows, config.shape.mirror_cols),
        latched_(config.shape.mirror_rows, config.shape.mirror_cols),
        prefixes_(workers_, kPrefixBytes, [this](uint32_t index) -> const Medium& { return medium(index); }),
        noise_key_(numerics::stream_key(config.seed, kNoiseStream)) {
    medium(0);  // a medium that does not fit is refused now, not at the first picture
  }

  void expose(const Exposure& exposure);
  void latch() {
    latched_.copy_from(shadow_);
    ++pattern_;
    scanned_ = false;
  }
  void reset() {
    shadow_.fill(false);
    latch();
    counts_.clear();
  }

  const BenchConfig& config() const { return config_; }
  MirrorLayer& shadow() { return shadow_; }
  Workers& workers() { return workers_; }
  std::span<const uint16_t> counts() const { return counts_; }

 private:
  static constexpr uint64_t kAllLit = 0;  // number of the pattern that is always there

  static const BenchConfig& checked(const BenchConfig& config) {
    validate(config);
    return config;
  }

  void check(const Exposure& exposure) const;
  const Medium& medium(uint32_t index);
  const Field& field(Field& kept, const Drift& drift, uint64_t pattern, PixelWindow window);
  void compute_field(const Drift& drift, uint64_t pattern, PixelWindow window, int32_t* numbers);
  std::vector<uint64_t> pack(uint64_t pattern) const;
  void find_dead_pixels(PixelWindow window);
  void fill_counts(const PixelChain& chain, const Exposure& exposure, PixelWindow window);

  BenchConfig config_;
  Workers workers_;
  MirrorLayer shadow_;
  MirrorLayer latched_;
  PrefixFields prefixes_;
  Block128 noise_key_;
  std::map<uint32_t, std::unique_ptr<Medium>> media_;

  uint64_t pattern_ = 1;  // counts latches
  bool scanned_ = false;  // boundaries_ and few_runs_ are of this pattern
  bool few_runs_ = false;
  std::vector<uint64_t> boundaries_;
  Field field_;
  Field ones_;
  AlignedBuffer<int32_t> next_field_;  // of the medium that drift brings next

  PixelWindow dead_window_;
  std::vector<size_t> dead_;  // offsets in dead_window_
  std::vector<uint16_t> counts_;
};

void Bench::State::check(const Exposure& exposure) const {
  if (exposure.rows == 0 || uint64_t{exposure.first_row} + exposure.rows > config_.shape.pixel_rows) {
    throw Error("pixel rows [" + std::to_string(exposure.first_row) + ", +" + std::to_string(exposure.rows) +
                ") are not on a camera of " + std::to_string(config_.shape.pixel_rows) +
                " rows; ask for at least one row, within them");
  }
  if (exposure.reference_phase >= 12 && exposure.reference_phase != kNoReference) {
    throw Error("reference phase " + std::to_string(exposure.reference_phase) +
                " is not a twelfth of a turn; allowed: 0 to 11, or " + std::to_string(kNoReference) +
                " for a blocked beam");
  }
  if (exposure.adc_bits != 8 && exposure.adc_bits != 10 && exposure.adc_bits != 12) {
    throw Error("ADC resolution of " + std::to_string(exposure.adc_bits) + " bits; allowed: 8, 10 or 12");
  }
}

const Medium& Bench::State::medium(uint32_t index) {
  std::unique_ptr<Medium>& found = media_[index];
  if (found == nullptr) {
    // Drift needs two neighbours at a time.
    std::erase_if(media_,
                  [&](const auto& entry) { return entry.first + 1 < index || entry.first > index + 1; });
    media_[index] = make_medium(config_, index, workers_);
    return *media_[index];
  }
  return *found;
}

std::vector<uint64_t> Bench::State::pack(uint64_t pattern) const {
  std::vector<uint64_t> lit;
  if (pattern == kAllLit) {
    MirrorLayer all(config_.shape.mirror_rows, config_.shape.mirror_cols);
    all.fill(true);
    all.pack(lit);
  } else {
    latched_.pack(lit);
  }
  return lit;
}

void Bench::State::compute_field(const Drift& drift, uint64_t pattern, PixelWindow window, int32_t* numbers) {
  const Medium& now = medium(drift.index);
  if (pattern == kAllLit) {
    if (now.additive() && prefixes_.holds(window, 2)) {
      return prefixes_.sum_runs(drift, window, {0, now.mirrors()}, numbers);
    }
  } else {
    if (!scanned_) {
      // Adding a remembered field costs about a quarter of projecting 128 mirrors, and boundaries tend to
      // come again.
      few_runs_ = latched_.find_boundaries(16 + 2 * (latched_.mirrors() / 128), boundaries_);
      scanned_ = true;
    }
    if (few_runs_ && now.additive() && prefixes_.holds(window, boundaries_.size())) {
      return prefixes_.sum_runs(drift, window, boundaries_, numbers);
    }
  }
  const std::vector<uint64_t> lit = pack(pattern);
  now.project(lit, window.first, window.count, numbers, numbers + window.stride());
  if (drift.weight_next != 0) {
    next_field_.reserve(window.numbers());
    int32_t* const next = next_field_.data();
    medium(drift.index + 1).project(lit, window.first, window.count, next, next + window.stride());
    for (const size_t part : {size_t{0}, window.stride()}) {
      workers_.kernels->mix(numbers + part, drift.weight_now, next + part, drift.weight_next, window.count,
                            numbers + part);
    }
  }
}

const Field& Bench::State::field(Field& kept, const Drift& drift, uint64_t pattern, PixelWindow window) {
  if (!kept.is(drift, pattern, window)) {
    kept.valid = false;
    kept.numbers.reserve(window.numbers());
    compute_field(drift, pattern, window, kept.numbers.data());
    kept.drift = drift;
    kept.pattern = pattern;
    kept.window = window;
    kept.valid = true;
  }
  return kept;
}

void Bench::State::find_dead_pixels(PixelWindow window) {
  if (window == dead_window_) {
    return;
  }
  dead_.clear();
  dead_window_ = window;
  const uint32_t ppm = config_.imperfections.dead_pixels_ppm;
  const Block128 key = numerics::stream_key(config_.seed, kDeadPixelStream);
  constexpr size_t kPiece = 1024;
  std::array<Block128, kPiece> draws;
  for (size_t first = 0; first < window.count; first += kPiece) {
    const size_t n = std::min(kPiece, window.count - first);
    workers_.kernels->ars_blocks(key, 0, window.first + first, 7, n, draws.data());
    for (size_t i = 0; i < n; ++i) {
      if ((draws[i].lo >> 32) * 1000000 < uint64_t{ppm} << 32) {
        dead_.push_back(first + i);
      }
    }
  }
}

void Bench::State::fill_counts(const PixelChain& chain, const Exposure& exposure, PixelWindow window) {
  constexpr size_t kPiece = 2048;
  constexpr unsigned kNoiseRounds = 5;
  const bool noisy = is_noisy(config_.imperfections);
  counts_.resize(window.count);
  workers_.for_pieces(
      window.count, kPiece, static_cast<double>(window.count) * 4, [&](size_t first, size_t last) {
        std::array<Block128, kPiece / 2 + 1> blocks;
        PixelChain piece = chain;
        for (const int32_t** part : {&piece.field_re, &piece.field_im, &piece.ones_re, &piece.ones_im}) {
          *part += *part != nullptr ? first : 0;
        }
        if (noisy) {
          const uint64_t pixel = window.first + first;
          const uint64_t pairs = (pixel % 2 + (last - first) + 1) / 2;
          workers_.kernels->ars_blocks(noise_key_, exposure.frame, pixel / 2, kNoiseRounds, pairs,
                                       blocks.data());
          piece.draws = &blocks[0].lo + pixel % 2;
        }
        workers_.kernels->expose_pixels(piece, last - first, counts_.data() + first);
      });
}

void Bench::State::expose(const Exposure& exposure) {
  check(exposure);
  const uint64_t cols = config_.shape.pixel_cols;
  const PixelWindow window{exposure.first_row * cols, exposure.rows * cols};
  const Drift drift = drift_at(config_.imperfections, exposure.frame);
  PixelChain chain = camera_chain(config_, exposure, drift.unit());
  const Field& lit = field(field_, drift, pattern_, window);
  chain.field_re = lit.re();
  chain.field_im = lit.im();
  if (config_.imperfections.mirror_contrast_q16 != 0) {
    const Field& all = field(ones_, drift, kAllLit, window);
    chain.ones_re = all.re();
    chain.ones_im = all.im();
  }
  fill_counts(chain, exposure, window);
  find_dead_pixels(window);
  for (const size_t pixel : dead_) {
    counts_[pixel] = 0;
  }
}

Bench::Bench(const BenchConfig& config) : state_(std::make_unique<State>(config)) {}
Bench::~Bench() = default;
Bench::Bench(Bench&&) noexcept = default;
Bench& Bench::operator=(Bench&&) noexcept = default;

void Bench::fill(bool lit) {
  state_->shadow().fill(lit);
}

void Bench::load(uint32_t row, uint32_t word, uint16_t mirrors) {
  MirrorLayer& shadow = state_->shadow();
  if (row >= shadow.rows() || word >= shadow.words16()) {
    throw Error("mirror row " + std::to_string(row) + ", word " + std::to_string(word) +
                " is not on a DMD of " + std::to_string(shadow.rows()) + " rows of " +
                std::to_string(shadow.words16()) + " words");
  }
  shadow.load(row, word, mirrors);
}

void Bench::latch() {
  state_->latch();
}
void Bench::expose(const Exposure& exposure) {
  state_->expose(exposure);
}
std::span<const uint16_t> Bench::counts() const {
  return state_->counts();
}
void Bench::reset() {
  state_->reset();
}
void Bench::set_progress(std::atomic<uint64_t>* counter) {
  state_->workers().progress = counter;
}
const BenchConfig& Bench::config() const {
  return state_->config();
}

}  // namespace photic::optics
