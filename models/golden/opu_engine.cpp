// SPDX-License-Identifier: Apache-2.0
// One command after the other, whole frames at a time.
#include "models/golden/opu_engine.h"

#include <algorithm>

#include "drivers/abi/numerics.h"
#include "models/kernels/combine.h"

namespace photic::golden {

OpuEngine::OpuEngine(const abi::Preset& preset, std::optional<uint32_t> lose_trigger, RegisterFile& registers,
                     Bus& bus, optics::Bench& bench)
    : preset_(preset), lose_trigger_(lose_trigger), registers_(registers), bus_(bus), bench_(bench) {}

void OpuEngine::reset() {
  calibration_tag_.reset();
  bench_.reset();
}

std::optional<Outcome> OpuEngine::start(const abi::Submission& submission) {
  settings_ = {registers_.read(abi::OPU_LASER), registers_.read(abi::OPU_CAMERA)};
  const abi::Status status =
      kernels::validate(submission, preset_, settings_, calibration_tag_ ? &*calibration_tag_ : nullptr);
  if (status != abi::Status::OK || submission.opcode == abi::Opcode::NOP) {
    return Outcome{status, 0};
  }
  submission_ = submission;
  if (submission.opcode == abi::Opcode::OPU_CALIBRATE) {
    calibration_tag_.reset();
  }
  shape_ = kernels::command_shape(submission);
  layout_ = kernels::mirror_layout(submission, preset_.mirror_cols);
  scaling_ = kernels::output_scaling(submission);
  complex_ = scaling_.complex;
  next_frame_ = 0;
  saturated_ = 0;
  pixels_ = 0;
  read_error_.reset();
  write_error_.reset();
  shown_.reset();
  source_.resize(shape_.source_words);
  bits_.assign((uint64_t{submission.features} + 63) / 64, 0);
  re_.resize(submission.outputs);
  im_.resize(complex_ ? submission.outputs : 0);
  return std::nullopt;
}

std::optional<Outcome> OpuEngine::step() {
  const kernels::Frame frame = kernels::frame_at(submission_, next_frame_);
  ++next_frame_;
  const bool begins_plane = frame.step == 0 && !frame.calibrating;
  if (begins_plane && !fetch_plane(frame)) {
    return finish();
  }
  show(frame);
  count_latch();
  if (lose_trigger_ == frame.number) {
    return lose(frame);
  }

  optics::Exposure exposure;
  exposure.frame = frame.number;
  exposure.reference_phase = frame.reference_phase;
  exposure.exposure_cycles = submission_.exposure;
  exposure.laser_power = static_cast<uint16_t>(abi::OPU_LASER_POWER.get(settings_.laser));
  exposure.laser_shift = static_cast<uint8_t>(abi::OPU_LASER_SHIFT.get(settings_.laser));
  exposure.adc_bits = static_cast<uint8_t>(abi::OPU_CAMERA_ADC_BITS.get(settings_.camera));
  exposure.first_row = submission_.camera_row;
  exposure.rows = submission_.camera_rows;
  bench_.expose(exposure);
  combine(frame, delivered_counts());

  if (frame.last_of_vector) {
    if (frame.calibrating) {
      store_calibration();
    } else {
      write_vector(frame.vector);
    }
  }
  return next_frame_ == shape_.frames() ? std::optional(finish()) : std::nullopt;
}

// Every plane is read from memory anew, as a device without room for a whole vector does.
bool OpuEngine::fetch_plane(const kernels::Frame& frame) {
  const uint64_t address = submission_.source + uint64_t{frame.vector} * 8 * shape_.source_words;
  const std::optional<uint64_t> refused = bus_.read(address, source_);
  if (refused) {
    read_error_ = refused;
    return false;
  }
  kernels::plane_of_vector(abi::input_format(submission_.input), abi::input_planes(submission_.input),
                           frame.plane, submission_.features, source_, bits_);
  shown_.reset();
  return true;
}

// A pattern that stays is not loaded again: the bench can then keep its field.
void OpuEngine::show(const kernels::Frame& frame) {
  if (shown_ == frame.pattern) {
    return;
  }
  bench_.fill(frame.pattern.outside);
  kernels::mirror_words(layout_, frame.pattern, bits_, [this](uint32_t row, uint32_t word, uint16_t mirrors) {
    bench_.load(row, word, mirrors);
  });
  bench_.latch();
  shown_ = frame.pattern;
}

void OpuEngine::count_latch() {
  const uint64_t mirrors = uint64_t{submission_.mirror_rows} * submission_.mirror_cols;
  registers_.count(abi::OPU_FRAMES, 1);
  registers_.count(abi::OPU_MIRROR_WORDS, uint64_t{submission_.mirror_rows} * layout_.words_per_row());
  registers_.count(abi::OPU_PERIOD_CYCLES, preset_.period(mirrors, submission_.outputs));
  registers_.count(abi::OPU_EXPOSURE_CYCLES, submission_.exposure);
}

// A bench whose saturation is switched off gives counts that the camera's pins cannot carry; they deliver
// their largest instead.
std::span<const uint16_t> OpuEngine::delivered_counts() {
  const std::span<const uint16_t> counts = bench_.counts().first(submission_.outputs);
  if (bench_.config().imperfections.saturation) {
    return counts;
  }
  static constexpr uint16_t kMost = (1u << abi::kCountBits) - 1;
  limited_.resize(counts.size());
  std::transform(counts.begin(), counts.end(), limited_.begin(),
                 [](uint16_t count) { return std::min(count, kMost); });
  return limited_;
}

void OpuEngine::combine(const kernels::Frame& frame, std::span<const uint16_t> counts) {
  if (frame.first_of_vector) {
    if (frame.calibration != 0) {
      kernels::start_sums(re_, frame.calibration, calibration_);
    } else {
      std::fill(re_.begin(), re_.end(), 0);
    }
    std::fill(im_.begin(), im_.end(), 0);
  }
  if (frame.re != 0) {
    kernels::add_frame(re_, frame.re, counts);
  }
  if (complex_ && frame.im != 0) {
    kernels::add_frame(im_, frame.im, counts);
  }
  const uint32_t adc_bits = abi::OPU_CAMERA_ADC_BITS.get(settings_.camera);
  const kernels::PixelStatistics statistics =
      kernels::pixel_statistics(counts, static_cast<uint16_t>((1u << adc_bits) - 1));
  saturated_ += statistics.saturated;
  pixels_ += counts.size();
  registers_.count(abi::OPU_PIXELS_READ, counts.size());
  registers_.count(abi::OPU_PIXELS_SATURATED, statistics.saturated);
  registers_.count(abi::OPU_FRAMES_DARK, statistics.dark ? 1 : 0);
}

void OpuEngine::store_calibration() {
  calibration_.resize(re_.size());
  std::transform(re_.begin(), re_.end(), calibration_.begin(),
                 [this](int32_t sum) { return kernels::calibration_mean(sum, shape_.frames()); });
}

void OpuEngine::write_vector(uint32_t vector) {
  output_.resize(shape_.destination_words);
  registers_.count(abi::OPU_OUTPUTS_SATURATED, kernels::scale_vector(re_, im_, scaling_, output_));
  registers_.count(abi::OPU_VECTORS, 1);
  const uint64_t address = submission_.destination + uint64_t{vector} * 8 * shape_.destination_words;
  const std::optional<uint64_t> refused = bus_.write(address, output_);
  if (refused && !write_error_) {
    write_error_ = refused;
  }
}

// The frame never arrives: all that happens until the watchdog fires is that the loader, one frame ahead,
// reads the next plane.
Outcome OpuEngine::lose(const kernels::Frame& frame) {
  const bool more = next_frame_ < shape_.frames();
  if (more && !frame.calibrating && frame.step + 1 == shape_.steps) {
    fetch_plane(kernels::frame_at(submission_, next_frame_));
  }
  return {abi::Status::TIMEOUT, saturated_};
}

Outcome OpuEngine::finish() {
  if (read_error_) {
    return {abi::Status::DMA_READ_ERROR, *read_error_};
  }
  if (write_error_) {
    return {abi::Status::DMA_WRITE_ERROR, *write_error_};
  }
  if (submission_.opcode == abi::Opcode::OPU_CALIBRATE) {
    calibration_tag_ = kernels::calibration_tag(submission_, settings_);
  }
  const bool strict = (submission_.flags & abi::SUBMIT_STRICT) != 0;
  const bool saturated = strict && (saturated_ << abi::kSaturationShare) > pixels_;
  return {saturated ? abi::Status::SATURATED : abi::Status::OK, saturated_};
}

}  // namespace photic::golden
