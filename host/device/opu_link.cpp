// SPDX-License-Identifier: Apache-2.0
// Packing, submitting and unpacking over the driver.
#include "host/device/opu_link.h"

#include <algorithm>
#include <cmath>

#include "host/base/error.h"

namespace photic::host {
namespace {

// 256 cycles are a microsecond of laser light: short beside the settling of the mirrors, so the exposure
// never sets the frame rate, and the laser's range makes up for it.
constexpr uint32_t kExposureCycles = 256;
constexpr uint32_t kLargestShift = 63;

constexpr uint32_t kRing = 16;

/// Whether what was measured on `a` holds on `b`.
bool alike(const photic_capabilities& a, const photic_capabilities& b) {
  return a.kind == b.kind && a.timed == b.timed && a.mirror_rows == b.mirror_rows &&
         a.mirror_cols == b.mirror_cols && a.pixel_rows == b.pixel_rows && a.pixel_cols == b.pixel_cols;
}

}  // namespace

OpuLink::OpuLink(std::string uri, uint32_t features, uint32_t outputs, uint32_t most_vectors)
    : uri_(std::move(uri)), features_(features), outputs_(outputs), most_vectors_(most_vectors) {
  device_ = Device::open(uri_);
  capabilities_ = device_.capabilities();
  if (capabilities_.kind != PHOTIC_KIND_OPU) {
    throw DeviceError("device " + uri_, "is not an optical processing unit", "name one, such as golden:opu");
  }
  const uint64_t mirrors = uint64_t{capabilities_.mirror_rows} * capabilities_.mirror_cols;
  const uint64_t pixels = uint64_t{capabilities_.pixel_rows} * capabilities_.pixel_cols;
  if (features_ > mirrors || outputs_ > pixels) {
    throw DeviceError("device " + uri_,
                      "has " + std::to_string(mirrors) + " mirrors and " + std::to_string(pixels) +
                          " pixels, fewer than the " + std::to_string(features_) + " classes and " +
                          std::to_string(outputs_) + " hidden units",
                      "use a larger geometry, such as geometry=gen3, or narrower layers");
  }
  if (most_vectors_ == 0 || most_vectors_ > 65535) {
    throw DeviceError("device " + uri_, "takes 1 to 65535 vectors a command", "choose another batch size");
  }
  allocate();
}

void OpuLink::allocate() {
  source_ = device_.allocate(8 * input_words() * most_vectors_);
  destination_ = device_.allocate(2 * output_stride() * most_vectors_);
  queue_ = device_.queue(kRing);
}

Remedy OpuLink::revive(Remedy wanted) {
  event_ = {};
  if (wanted == Remedy::kSendAgain && device_ && device_.status() == PHOTIC_OK) {
    queue_ = {};
    queue_ = device_.queue(kRing);
    return Remedy::kSendAgain;
  }
  if (wanted != Remedy::kReopen && device_ && reset()) {
    return Remedy::kReset;
  }
  // The device closes with the last of them.
  queue_ = {};
  source_ = {};
  destination_ = {};
  device_ = {};
  device_ = Device::open(uri_);
  const photic_capabilities found = device_.capabilities();
  if (!alike(found, capabilities_)) {
    throw DeviceError("device " + uri_, "is another one than before it was lost",
                      "go on with the device the run was started on");
  }
  allocate();
  restore_light();
  return Remedy::kReopen;
}

/// Whether the device works again, set as before.
bool OpuLink::reset() {
  try {
    device_.reset();
    queue_ = {};
    queue_ = device_.queue(kRing);
    restore_light();
    return true;
  } catch (const photic::Error&) {
    return false;
  }
}

void OpuLink::restore_light() {
  if (light_) {
    device_.configure(*light_);
  }
}

double OpuLink::full_scale() const {
  return std::ldexp(1.0, static_cast<int>(device_.opu_settings().adc_bits)) - 1.0;
}

double OpuLink::set_gain(double gain) {
  photic_opu_settings settings = device_.opu_settings();
  // gain = exposure * power / 2^shift with power in the upper half of its 16 bits.
  const double wanted = std::max(gain, 1e-30) / kExposureCycles;
  const int shift =
      std::clamp(15 - static_cast<int>(std::floor(std::log2(wanted))), 0, static_cast<int>(kLargestShift));
  const double power = std::clamp(std::round(std::ldexp(wanted, shift)), 1.0, 65535.0);
  settings.laser_shift = static_cast<uint32_t>(shift);
  settings.laser_power = static_cast<uint32_t>(power);
  device_.configure(settings);
  light_ = settings;
  return kExposureCycles * std::ldexp(power, -shift);
}

photic_opu_project_desc OpuLink::description(const OpuArrangement& arrangement, uint32_t vectors,
                                             uint32_t frame) const {
  photic_opu_project_desc desc = opu_desc();
  desc.source = source_.bus_address();
  desc.destination = destination_.bus_address();
  desc.features = features_;
  desc.vectors = vectors;
  desc.input_format = PHOTIC_INPUT_T2;
  desc.scheme = arrangement.scheme;
  desc.output_format = PHOTIC_OUTPUT_I16;
  const uint64_t mirrors = uint64_t{features_} * arrangement.macro;
  desc.mirror_cols = capabilities_.mirror_cols;
  desc.mirror_rows = static_cast<uint32_t>((mirrors + desc.mirror_cols - 1) / desc.mirror_cols);
  desc.macro = arrangement.macro;
  desc.scale = 1;
  desc.outputs = outputs_;
  desc.exposure = kExposureCycles;
  desc.frame = frame;
  return desc;
}

void OpuLink::submit(const TernaryBatch& vectors, const OpuArrangement& arrangement, uint32_t frame) {
  if (vectors.rows > most_vectors_ || vectors.classes != features_) {
    throw ConfigError("device " + uri_, "was opened for batches of another shape",
                      "open it for the largest batch");
  }
  const std::span<uint64_t> words = source_.as<uint64_t>();
  std::fill(words.begin(), words.end(), uint64_t{0});
  for (size_t r = 0; r < vectors.rows; ++r) {
    for (size_t c = 0; c < vectors.classes; ++c) {
      const int8_t value = vectors(r, c);
      const uint64_t code = value == 0 ? 0u : value > 0 ? 1u : 3u;  // bit 0: not zero, bit 1: negative
      words[r * input_words() + c / 32] |= code << (2 * (c % 32));
    }
  }
  event_ = queue_.project(description(arrangement, static_cast<uint32_t>(vectors.rows), frame));
}

void OpuLink::wait() {
  event_.wait();
  const photic_event_info info = event_.info();
  saturated_ = info.detail;
  busy_cycles_ += info.end_cycle - info.start_cycle;
}

std::span<const int16_t> OpuLink::outputs_of(size_t v) const {
  return destination_.as<const int16_t>().subspan(v * output_stride(), outputs_);
}

std::vector<int16_t> OpuLink::picture(const OpuArrangement& arrangement, uint32_t frame) {
  photic_opu_project_desc desc = description({arrangement.macro, PHOTIC_SCHEME_INTENSITY}, 1, frame);
  desc.input_format = PHOTIC_INPUT_U1;
  const std::span<uint64_t> words = source_.as<uint64_t>();
  for (size_t c = 0; c < features_; ++c) {
    words[c / 64] = (c % 64 == 0 ? 0 : words[c / 64]) | (uint64_t{1} << (c % 64));
  }
  event_ = queue_.project(desc);
  wait();
  const auto counts = outputs_of(0);
  return {counts.begin(), counts.end()};
}

uint64_t OpuLink::counter(const std::string& name) const {
  for (const photic_counter& counter : device_.counters()) {
    if (name == counter.name) {
      return counter.value;
    }
  }
  return 0;
}

}  // namespace photic::host
