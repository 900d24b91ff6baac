// SPDX-License-Identifier: Apache-2.0
// Options of a target URI into a bench configuration.
#include "models/optics/config.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "drivers/abi/optics.h"
#include "models/optics/exposure.h"
#include "models/optics/medium.h"
#include "models/optics/workers.h"

namespace photic::optics {
namespace {

constexpr uint64_t kMostMirrors = uint64_t{1} << 22;
constexpr uint64_t kMostPixels = uint64_t{1} << 24;

[[noreturn]] void refuse(std::string_view key, std::string_view value, std::string_view allowed) {
  throw ConfigError("optics option '" + std::string(key) + "' is '" + std::string(value) +
                    "', allowed: " + std::string(allowed));
}

uint64_t parse_integer(std::string_view key, std::string_view value, uint64_t most) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || number > most) {
    refuse(key, value, "a whole number from 0 to " + std::to_string(most));
  }
  return number;
}

double parse_level(std::string_view key, std::string_view value, double least, double most) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || !(number >= least && number <= most)) {
    refuse(key, value, "on, off, or a number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return number;
}

bool parse_switch(std::string_view key, std::string_view value) {
  if (value != "on" && value != "off") {
    refuse(key, value, "on or off");
  }
  return value == "on";
}

void set_term(Imperfections& noise, std::string_view term, std::string_view level) {
  constexpr Imperfections kOn = Imperfections::defaults();
  const std::string key = "noise." + std::string(term);
  const auto scaled = [&](double scale, double least, double most, uint32_t on) -> uint32_t {
    if (level == "on" || level == "off") {
      return level == "on" ? on : 0;
    }
    return static_cast<uint32_t>(std::lround(parse_level(key, level, least, most) * scale));
  };
  if (term == "shot") {
    noise.shot = parse_switch(key, level);
  } else if (term == "quantisation") {
    noise.quantisation = parse_switch(key, level);
  } else if (term == "saturation") {
    noise.saturation = parse_switch(key, level);
  } else if (term == "read") {
    noise.read_noise_millielectrons = scaled(1000, 0, 1e5, kOn.read_noise_millielectrons);
  } else if (term == "contrast") {
    noise.mirror_contrast_q16 = scaled(65536, 0, 1, kOn.mirror_contrast_q16);
  } else if (term == "laser") {
    noise.laser_rms_q16 = scaled(65536, 0, 0.25, kOn.laser_rms_q16);
  } else if (term == "dead") {
    noise.dead_pixels_ppm = scaled(1, 0, 1e6, kOn.dead_pixels_ppm);
  } else if (term == "drift") {
    noise.drift_q32_per_frame = kOn.drift_q32_per_frame;
    if (level == "off") {
      noise.drift_q32_per_frame = 0;
    } else if (level != "on") {
      noise.drift_q32_per_frame =
          Imperfections::drift_over(static_cast<uint64_t>(parse_level(key, level, 1, 4e9)));
    }
  } else {
    refuse("noise", term,
           "off, default, or terms shot, read, quantisation, saturation, contrast, laser, drift, dead");
  }
}

Imperfections parse_noise(std::string_view text) {
  if (text == "default") {
    return Imperfections::defaults();
  }
  Imperfections noise = Imperfections::none();
  if (text == "off") {
    return noise;
  }
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const size_t colon = item.find(':');
    if (colon == std::string_view::npos) {
      refuse("noise", item, "off, default, or a list of term:level separated by ';'");
    }
    set_term(noise, item.substr(0, colon), item.substr(colon + 1));
  }
  return noise;
}

MediumKind parse_medium(std::string_view value) {
  if (value == "implicit") {
    return MediumKind::Implicit;
  }
  if (value == "stored") {
    return MediumKind::Stored;
  }
  if (value == "structured") {
    return MediumKind::Structured;
  }
  refuse("medium", value, "implicit, stored or structured");
}

Simd parse_simd(std::string_view value) {
  if (value == "portable") {
    return Simd::Portable;
  }
  if (value == "avx2") {
    return Simd::Avx2;
  }
  if (value == "avx512") {
    return Simd::Avx512;
  }
  if (value == "best") {
    return Simd::Best;
  }
  refuse("simd", value, "portable, avx2, avx512 or best");
}

// Variance does not depend on size, so a medium of one mirror and one pixel tells it.
uint32_t default_reference(const BenchConfig& config) {
  BenchConfig smallest = config;
  smallest.shape = {1, 1, 1, 1};
  const Workers workers{1, &kernels_for(config.simd), nullptr};
  const uint64_t variance = make_medium(smallest, 0, workers)->entry_variance();
  return reference_level_for(config.shape.mirror_cols, variance, abi::kReferenceToSignal);
}

}  // namespace

BenchConfig parse_bench_options(SensorShape shape, const std::map<std::string, std::string>& options) {
  BenchConfig config;
  config.shape = shape;
  config.imperfections = Imperfections::defaults();
  for (const auto& [key, value] : options) {
    if (key == "medium") {
      config.medium = parse_medium(value);
    } else if (key == "seed") {
      config.seed = parse_integer(key, value, std::numeric_limits<uint64_t>::max());
    } else if (key == "entry_bits") {
      config.entry_bits = static_cast<unsigned>(parse_integer(key, value, 8));
    } else if (key == "threads") {
      config.threads = static_cast<unsigned>(parse_integer(key, value, 256));
    } else if (key == "full_well") {
      config.full_well_electrons = static_cast<uint32_t>(parse_integer(key, value, 1u << 24));
    } else if (key == "reference") {
      config.reference_level = static_cast<uint32_t>(parse_integer(key, value, 1u << 28));
    } else if (key == "noise") {
      config.imperfections = parse_noise(value);
    } else if (key == "simd") {
      config.simd = parse_simd(value);
    } else {
      refuse(key, value, "the keys medium, seed, entry_bits, threads, full_well, reference, noise and simd");
    }
  }
  validate(config);
  if (!options.contains("reference")) {
    config.reference_level = default_reference(config);
  }
  return config;
}

void validate(const BenchConfig& config) {
  const auto within = [](std::string_view key, uint64_t value, uint64_t least, uint64_t most) {
    if (value < least || value > most) {
      refuse(key, std::to_string(value), std::to_string(least) + " to " + std::to_string(most));
    }
  };
  within("mirrors", config.shape.mirrors(), 1, kMostMirrors);
  within("pixels", config.shape.pixels(), 1, kMostPixels);
  within("entry_bits", config.entry_bits, 1, 8);
  within("threads", config.threads, 0, 256);
  within("full_well", config.full_well_electrons, 1, 1u << 24);
  within("reference", config.reference_level, 0, 1u << 28);
  const Imperfections& noise = config.imperfections;
  within("noise.contrast in 65536ths", noise.mirror_contrast_q16, 0, 65536);
  within("noise.laser in 65536ths", noise.laser_rms_q16, 0, 16384);
  within("noise.dead", noise.dead_pixels_ppm, 0, 1000000);
}

}  // namespace photic::optics
