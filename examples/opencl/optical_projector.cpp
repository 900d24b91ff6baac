// SPDX-License-Identifier: Apache-2.0
// Packs, projects, scales.
#include "examples/opencl/optical_projector.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace photic::example {
namespace {

constexpr uint64_t kMostMirrors = 4096;  // lit at once: enough for Gaussian fields
constexpr uint32_t kExposureCycles = 256;
constexpr uint32_t kAdcBits = 8;
constexpr uint32_t kPower = 0x8000;
constexpr uint32_t kMostShift = 63;
constexpr uint64_t kFramesAVector = 4;     // two signs by two phases
constexpr uint64_t kFirstFrame = 1 << 16;  // of training: setting up uses those before

}  // namespace

OpticalProjector::OpticalProjector(Accelerators& devices, uint32_t classes, uint32_t outputs,
                                   uint32_t most_rows)
    : devices_(devices),
      sizes_(devices.optical_sizes()),
      classes_(classes),
      outputs_(outputs),
      most_rows_(most_rows) {
  const uint64_t mirrors = uint64_t{sizes_.mirror_rows} * sizes_.mirror_cols;
  if (mirrors < classes || uint64_t{sizes_.pixel_rows} * sizes_.pixel_cols < outputs) {
    throw std::runtime_error("the optical device has too few mirrors or pixels; use a larger geometry");
  }
  macro_ = static_cast<uint32_t>(std::max<uint64_t>(1, std::min(kMostMirrors, mirrors / 2) / classes));
  find_light();
  measure_scale();
}

uint64_t OpticalProjector::show(const host::TernaryBatch& vectors, uint64_t frame) {
  const size_t words = (classes_ + 31) / 32;
  std::vector<uint64_t> packed(words * vectors.rows);
  for (size_t r = 0; r < vectors.rows; ++r) {
    for (size_t c = 0; c < classes_; ++c) {
      const int8_t value = vectors(r, c);
      const uint64_t code = value == 0 ? 0 : value > 0 ? 1 : 3;  // bit 0: not zero, bit 1: negative
      packed[r * words + c / 32] |= code << (2 * (c % 32));
    }
  }
  answers_.assign(stride() * vectors.rows, 0);
  photic_opu_project_desc desc{};
  desc.struct_size = sizeof(desc);
  desc.features = classes_;
  desc.vectors = static_cast<uint32_t>(vectors.rows);
  desc.input_format = PHOTIC_INPUT_T2;
  desc.scheme = PHOTIC_SCHEME_PHASE2;
  desc.output_format = PHOTIC_OUTPUT_I16;
  desc.mirror_cols = sizes_.mirror_cols;
  desc.mirror_rows = (classes_ * macro_ + sizes_.mirror_cols - 1) / sizes_.mirror_cols;
  desc.macro = macro_;
  desc.scale = 1;
  desc.outputs = outputs_;
  desc.exposure = kExposureCycles;
  desc.frame = static_cast<uint32_t>(frame);
  return devices_.project(desc, std::as_bytes(std::span(packed)),
                          std::as_writable_bytes(std::span(answers_)));
}

host::TernaryBatch OpticalProjector::single_classes() const {
  host::TernaryBatch batch;
  batch.resize(std::min(classes_, most_rows_), classes_);
  for (size_t r = 0; r < batch.rows; ++r) {
    batch(r, r) = r % 2 == 0 ? 1 : -1;
  }
  return batch;
}

void OpticalProjector::find_light() {
  const host::TernaryBatch batch = single_classes();
  const uint64_t pixels = kFramesAVector * batch.rows * outputs_;
  for (uint32_t shift = 0; shift <= kMostShift; ++shift) {
    devices_.set_light(kPower, shift, kAdcBits);
    if (show(batch, 0) * 200 <= pixels) {
      return;
    }
  }
  throw std::runtime_error("the optical device saturates however little light there is; check its laser");
}

void OpticalProjector::measure_scale() {
  show(single_classes(), 0);
  double power = 0;
  for (const int16_t value : answers_) {
    power += static_cast<double>(value) * value;
  }
  if (power == 0) {
    throw std::runtime_error("the optical device answers with zeros; give it a reference beam");
  }
  scale_ = static_cast<float>(std::sqrt(static_cast<double>(single_classes().rows) * outputs_ / power));
}

host::Ticket OpticalProjector::submit(const host::TernaryBatch& errors, uint64_t step) {
  saturated_ += show(errors, kFirstFrame + step * kFramesAVector * most_rows_);
  vectors_ += errors.rows;
  return {step};
}

void OpticalProjector::wait(host::Ticket, host::MatrixRef projection) {
  for (size_t r = 0; r < projection.rows; ++r) {
    for (size_t c = 0; c < projection.cols; ++c) {
      projection(r, c) = scale_ * static_cast<float>(answers_[r * stride() + c]);
    }
  }
}

host::ProjectorReport OpticalProjector::report() const {
  host::ProjectorReport report;
  report.device = "OPU";
  report.vectors = vectors_;
  report.frames = kFramesAVector * vectors_;
  report.saturated_values = saturated_;
  return report;
}

}  // namespace photic::example
