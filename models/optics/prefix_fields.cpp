// SPDX-License-Identifier: Apache-2.0
// The cache of prefix fields.
#include "models/optics/prefix_fields.h"

#include <algorithm>

namespace photic::optics {
namespace {

// Sets bits [first, last) of an all-zero array.
void set_run(std::vector<uint64_t>& words, uint64_t first, uint64_t last) {
  for (uint64_t word = first / 64; word * 64 < last; ++word) {
    uint64_t bits = ~uint64_t{0};
    if (word == first / 64) {
      bits &= ~uint64_t{0} << (first % 64);
    }
    if (last - word * 64 < 64) {
      bits &= (uint64_t{1} << (last % 64)) - 1;
    }
    words[word] = bits;
  }
}

}  // namespace

void PrefixFields::sum_runs(const Drift& drift, PixelWindow window, const std::vector<uint64_t>& boundaries,
                            int32_t* field) {
  ++picture_;
  if (zeros_.size() < window.numbers()) {
    zeros_.reserve(window.numbers());
    std::fill_n(zeros_.data(), zeros_.size(), 0);
  }
  starts_.clear();
  ends_.clear();
  for (size_t i = 0; i < boundaries.size(); i += 2) {
    starts_.push_back(prefix({drift, window, boundaries[i]}));
    ends_.push_back(prefix({drift, window, boundaries[i + 1]}));
  }
  constexpr size_t kPiece = 16384;
  const double operations = static_cast<double>(window.numbers() * starts_.size()) / 4;
  workers_.for_pieces(window.numbers(), kPiece, operations, [&](size_t first, size_t last) {
    if (first == 0 && last == window.numbers()) {
      workers_.kernels->sum_runs(starts_.data(), ends_.data(), starts_.size(), last, field);
      return;
    }
    std::vector<const int32_t*> starts = starts_;
    std::vector<const int32_t*> ends = ends_;
    for (size_t run = 0; run < starts.size(); ++run) {
      starts[run] += first;
      ends[run] += first;
    }
    workers_.kernels->sum_runs(starts.data(), ends.data(), starts.size(), last - first, field + first);
  });
}

const int32_t* PrefixFields::prefix(const Key& key) {
  if (key.boundary == 0) {
    return zeros_.data();
  }
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    prefixes_.splice(prefixes_.begin(), prefixes_, found->second);
    found->second->used = picture_;
    return found->second->field.data();
  }
  AlignedBuffer<int32_t> field(key.window.numbers());
  compute(key, field.data());
  make_room(key.window.numbers() * sizeof(int32_t));
  prefixes_.push_front({key, picture_, std::move(field)});
  bytes_ += key.window.numbers() * sizeof(int32_t);
  by_key_.emplace(key, prefixes_.begin());
  by_place_.emplace(key, prefixes_.begin());
  return prefixes_.front().field.data();
}

void PrefixFields::compute(const Key& key, int32_t* field) {
  if (key.drift.weight_next == 0) {
    return compute_pure(key, field);
  }
  const int32_t* const now = prefix({Drift::pure(key.drift.index), key.window, key.boundary});
  const int32_t* const next = prefix({Drift::pure(key.drift.index + 1), key.window, key.boundary});
  workers_.kernels->mix(now, key.drift.weight_now, next, key.drift.weight_next, key.window.numbers(), field);
}

// From the nearest known prefix on either side, or from the empty one.
void PrefixFields::compute_pure(const Key& key, int32_t* field) {
  const Medium& medium = source_(key.drift.index);
  const auto same_row = [&](const Key& other) {
    return other.drift == key.drift && other.window == key.window;
  };
  const auto above = by_place_.lower_bound(key);
  uint64_t nearest = 0;
  const int32_t* base = zeros_.data();
  if (above != by_place_.begin() && same_row(std::prev(above)->first)) {
    nearest = std::prev(above)->first.boundary;
    base = std::prev(above)->second->field.data();
  }
  if (above != by_place_.end() && same_row(above->first) &&
      above->first.boundary - key.boundary < key.boundary - nearest) {
    nearest = above->first.boundary;
    base = above->second->field.data();
  }
  run_bits_.assign((medium.mirrors() + 63) / 64, 0);
  set_run(run_bits_, std::min(nearest, key.boundary), std::max(nearest, key.boundary));
  const size_t stride = key.window.stride();
  std::fill_n(field, key.window.numbers(), 0);
  medium.project(run_bits_, key.window.first, key.window.count, field, field + stride);
  const int32_t sign = nearest < key.boundary ? 1 : -1;
  for (size_t i = 0; i < key.window.numbers(); ++i) {
    field[i] = base[i] + sign * field[i];
  }
}

void PrefixFields::make_room(size_t bytes) {
  while (bytes_ + bytes > most_bytes_ && !prefixes_.empty() && prefixes_.back().used != picture_) {
    const Prefix& oldest = prefixes_.back();
    bytes_ -= oldest.key.window.numbers() * sizeof(int32_t);
    by_key_.erase(oldest.key);
    by_place_.erase(oldest.key);
    prefixes_.pop_back();
  }
}

}  // namespace photic::optics
