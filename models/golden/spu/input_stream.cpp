// SPDX-License-Identifier: Apache-2.0
// Buffers that end where bursts end.
#include "models/golden/spu/input_stream.h"

#include <algorithm>

namespace photic::golden {

void InputStream::open(uint64_t address, uint32_t words) {
  position_ = address;
  left_ = words;
  taken_ = 0;
  filled_ = 0;
}

void InputStream::fill() {
  const auto to_boundary = static_cast<uint32_t>(buffer_.size() - (position_ / 8) % buffer_.size());
  filled_ = std::min(left_, to_boundary);
  taken_ = 0;
  const auto refused = bus_.read(position_, std::span(buffer_).first(filled_));
  refused_from_ = refused ? static_cast<uint32_t>((*refused - position_) / 8) : filled_;
}

InputStream::Word InputStream::next() {
  if (taken_ == filled_) {
    fill();
  }
  const Word word{buffer_[taken_], taken_ >= refused_from_};
  ++taken_;
  --left_;
  position_ += 8;
  return word;
}

void InputStream::skip() {
  if (taken_ == filled_) {
    fill();
  }
  const uint32_t skipped = filled_ - taken_;
  taken_ = filled_;
  left_ -= skipped;
  position_ += uint64_t{8} * skipped;
}

}  // namespace photic::golden
