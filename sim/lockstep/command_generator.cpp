// SPDX-License-Identifier: Apache-2.0
// Fields are drawn so that the command is valid, small enough to simulate, and at an edge more often than
// chance would have it.
#include "sim/lockstep/command_generator.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "drivers/abi/numerics.h"
#include "models/kernels/frames.h"

namespace photic::lockstep {
namespace {

using abi::InputFormat;
using abi::OutputFormat;
using abi::Scheme;
using abi::Submission;

constexpr uint32_t kFramesMax = 48;

// Uniform, but one of the ends half of the time.
uint64_t at_an_edge(Dice& dice, uint64_t low, uint64_t high) {
  return dice.once_in(2) ? dice.one_of({low, high}) : dice.between(low, high);
}

}  // namespace

Submission CommandGenerator::next() {
  Submission s;
  const uint64_t kind = dice_.below(20);
  if (kind < 2) {
    s.opcode = abi::Opcode::NOP;
    s.timeout = static_cast<uint32_t>(dice_.below(3) * dice_.bits());
  } else {
    s = kind < 5 ? calibrate() : project();
  }
  s.command = command_++;
  s.flags = static_cast<uint8_t>((dice_.once_in(3) ? abi::SUBMIT_IRQ : 0) |
                                 (dice_.once_in(3) ? abi::SUBMIT_STRICT : 0));
  if (dice_.once_in(6)) {
    spoil(s);
  } else if (s.opcode == abi::Opcode::OPU_CALIBRATE) {
    calibration_ = s;
  }
  return s;
}

Submission CommandGenerator::project() {
  Submission s;
  s.opcode = abi::Opcode::OPU_PROJECT;
  const bool calibrated = calibration_ && dice_.once_in(3);
  if (calibrated) {
    s = *calibration_;
    s.opcode = abi::Opcode::OPU_PROJECT;
    const Scheme scheme = abi::recovery_scheme(s.recovery);
    const InputFormat input = dice_.one_of({InputFormat::U1, InputFormat::U8});
    s.input =
        abi::pack_input(input, input == InputFormat::U1 ? 1 : static_cast<unsigned>(dice_.between(1, 8)));
    s.recovery = abi::pack_recovery(scheme, dice_.one_of({OutputFormat::I16, OutputFormat::I32}));
    s.timeout = 0;
  } else {
    choose_mirrors(s);
    choose_camera(s);
    choose_formats(s);
  }
  s.vectors = 1;
  const uint32_t frames_a_vector = kernels::command_shape(s).frames();
  s.vectors =
      static_cast<uint16_t>(dice_.between(1, std::max(1u, std::min(4u, kFramesMax / frames_a_vector))));
  s.scale = static_cast<uint16_t>(dice_.once_in(2) ? dice_.between(1, 4) : dice_.between(1, 0xFFFF));
  s.shift = static_cast<uint8_t>(dice_.once_in(2) ? dice_.below(5) : at_an_edge(dice_, 0, abi::kShiftMax));
  choose_addresses(s);
  const uint32_t exposure = s.exposure;
  choose_time(s);
  if (calibrated) {
    s.exposure = exposure;
    if (dice_.once_in(3)) {
      detune(s);
    }
  }
  return s;
}

Submission CommandGenerator::calibrate() {
  Submission s;
  s.opcode = abi::Opcode::OPU_CALIBRATE;
  choose_mirrors(s);
  s.layout &= static_cast<uint8_t>(~abi::LAYOUT_OUTSIDE_LIT);
  choose_camera(s);
  s.input = abi::pack_input(InputFormat::U1, 1);
  s.recovery = abi::pack_recovery(dice_.one_of({Scheme::ANCHOR, Scheme::COMPLEMENT}), OutputFormat::U8);
  s.vectors = static_cast<uint16_t>(1u << dice_.below(5));
  choose_time(s);
  return s;
}

void CommandGenerator::choose_mirrors(Submission& s) {
  s.layout = static_cast<uint8_t>((dice_.once_in(3) ? abi::LAYOUT_OUTSIDE_LIT : 0) |
                                  (dice_.once_in(3) ? abi::LAYOUT_REAL_ONLY : 0));
  s.mirror_rows = static_cast<uint16_t>(at_an_edge(dice_, 1, preset_.mirror_rows));
  if (dice_.once_in(2)) {
    choose_square(s);
  } else {
    s.mirror_cols = static_cast<uint16_t>(at_an_edge(dice_, 1, preset_.mirror_cols));
    const uint32_t mirrors = uint32_t{s.mirror_rows} * s.mirror_cols;
    s.macro = static_cast<uint16_t>(dice_.once_in(3) ? 1 : dice_.between(1, std::min(mirrors, 40u)));
    s.features = static_cast<uint32_t>(at_an_edge(dice_, 1, mirrors / s.macro));
  }
  s.mirror_row = static_cast<uint16_t>(at_an_edge(dice_, 0, preset_.mirror_rows - s.mirror_rows));
  s.mirror_col = static_cast<uint16_t>(at_an_edge(dice_, 0, preset_.mirror_cols - s.mirror_cols));
}

void CommandGenerator::choose_square(Submission& s) {
  s.layout |= abi::LAYOUT_SQUARE;
  s.macro = static_cast<uint16_t>(dice_.between(1, std::min<uint32_t>(s.mirror_rows, 6)));
  s.grid_cols = static_cast<uint16_t>(at_an_edge(dice_, 1, preset_.mirror_cols / s.macro));
  s.mirror_cols = static_cast<uint16_t>(s.grid_cols * s.macro);
  s.features = static_cast<uint32_t>(at_an_edge(dice_, 1, uint32_t{s.grid_cols} * s.mirror_rows / s.macro));
}

void CommandGenerator::choose_camera(Submission& s) {
  s.camera_rows = static_cast<uint16_t>(at_an_edge(dice_, 1, std::min(preset_.pixel_rows, 12u)));
  s.camera_row = static_cast<uint16_t>(at_an_edge(dice_, 0, preset_.pixel_rows - s.camera_rows));
  const uint32_t cols = preset_.pixel_cols;
  s.outputs = static_cast<uint32_t>(at_an_edge(dice_, (s.camera_rows - 1u) * cols + 1, s.camera_rows * cols));
}

void CommandGenerator::choose_formats(Submission& s) {
  const abi::SchemeSpec& scheme = abi::kSchemes[dice_.below(abi::kSchemes.size())];
  InputFormat input = InputFormat::U1;
  OutputFormat output = dice_.one_of({OutputFormat::I16, OutputFormat::I32});
  if (scheme.linear) {
    input = dice_.one_of({InputFormat::U1, InputFormat::T2, InputFormat::U8, InputFormat::I8});
  } else if (dice_.once_in(2)) {
    output = OutputFormat::U8;
  }
  if (scheme.calibrates) {
    s.layout &= static_cast<uint8_t>(~abi::LAYOUT_OUTSIDE_LIT);
  }
  unsigned planes = 1;
  if (input == InputFormat::U8 || input == InputFormat::I8) {
    planes = static_cast<unsigned>(at_an_edge(dice_, 1, input == InputFormat::U8 ? 8 : 7));
  }
  s.input = abi::pack_input(input, planes);
  s.recovery = abi::pack_recovery(scheme.value, output);
}

void CommandGenerator::choose_addresses(Submission& s) {
  const kernels::CommandShape shape = kernels::command_shape(s);
  const uint64_t source_bytes = 8 * uint64_t{shape.source_words} * shape.vectors;
  const uint64_t destination_bytes = 8 * uint64_t{shape.destination_words} * shape.vectors;
  s.source = places_.source + 8 * dice_.between(0, (places_.source_bytes - source_bytes) / 8);
  s.destination =
      places_.destination + 8 * dice_.between(0, (places_.destination_bytes - destination_bytes) / 8);
  if (!options_.faults) {
    return;
  }
  const auto over_the_end = [&](uint64_t end, uint64_t bytes) {
    return end - 8 * dice_.below(bytes / 8 + 1);
  };
  switch (dice_.below(24)) {
    case 0:
      s.source = over_the_end(places_.source + places_.source_bytes, source_bytes);
      break;
    case 1:
      s.source = places_.unmapped + 8 * dice_.below(64);
      break;
    case 2:
      s.destination = over_the_end(places_.destination + places_.destination_bytes, destination_bytes);
      break;
    case 3:
      s.destination = dice_.one_of({places_.unmapped, places_.read_only}) + 8 * dice_.below(64);
      break;
    default:
      break;
  }
}

// Takes a command one step away from the calibration it was made for.
void CommandGenerator::detune(Submission& s) {
  switch (dice_.below(5)) {
    case 0:
      s.exposure += 1;
      break;
    case 1:
      s.features -= s.features > 1 ? 1 : 0;
      break;
    case 2:
      s.outputs -= s.outputs > 1 ? 1 : 0;
      break;
    case 3:
      s.mirror_col = static_cast<uint16_t>(s.mirror_col ^ 1u);
      break;
    default:
      s.camera_row = static_cast<uint16_t>(s.camera_row ^ 1u);
      break;
  }
}

void CommandGenerator::choose_time(Submission& s) {
  s.exposure = static_cast<uint32_t>(dice_.once_in(8) ? dice_.between(1, 1500) : at_an_edge(dice_, 1, 60));
  s.frame = static_cast<uint32_t>(dice_.once_in(4) ? 0u - dice_.below(4) : dice_.bits());
  const kernels::CommandShape shape = kernels::command_shape(s);
  const uint32_t frames = shape.frames();
  if (options_.lost_frame && dice_.once_in(25)) {
    s.frame = *options_.lost_frame - static_cast<uint32_t>(dice_.below(frames));
  }
  if (options_.short_watchdogs && dice_.once_in(12)) {
    s.timeout = static_cast<uint32_t>(dice_.between(1, 6));
  } else if (options_.lost_frame && *options_.lost_frame - s.frame < frames) {
    // Long enough for the slowest way to the lost frame, short enough to wait for.
    const uint64_t fetch = uint64_t{shape.vectors} * shape.planes * shape.source_words * 16;
    s.timeout =
        static_cast<uint32_t>((frames * (4000 + 2 * uint64_t{s.exposure}) + fetch + 20'000) / 1024 + 1);
  }
}

void CommandGenerator::spoil(Submission& s) {
  const std::vector<std::function<void()>> ways = {
      [&] { s.opcode = static_cast<abi::Opcode>(dice_.below(256)); },
      [&] { s.flags = static_cast<uint8_t>(s.flags | dice_.between(1, 63) << 2); },
      [&] { s.layout = static_cast<uint8_t>(s.layout ^ 1u << dice_.below(8)); },
      [&] { s.input = static_cast<uint8_t>(s.input ^ 1u << dice_.below(8)); },
      [&] { s.recovery = static_cast<uint8_t>(s.recovery ^ 1u << dice_.below(8)); },
      [&] {
        s.features = dice_.one_of({0u, s.features + 1, 0x8000'0000u, 0xFFFF'FFFFu});
      },
      [&] {
        s.vectors = static_cast<uint16_t>(
            s.opcode == abi::Opcode::OPU_CALIBRATE ? dice_.one_of({0, 3, 32, 0x8000}) : 0);
      },
      [&] {
        s.macro = dice_.one_of<uint16_t>({0, static_cast<uint16_t>(s.macro + 1), 0xFFFF});
      },
      [&] {
        s.grid_cols = dice_.one_of<uint16_t>({0, 1, static_cast<uint16_t>(s.grid_cols + 1)});
      },
      [&] { s.scale = static_cast<uint16_t>(s.scale == 0 ? 1 : 0); },
      [&] { s.shift = static_cast<uint8_t>(dice_.between(abi::kShiftMax + 1, 255)); },
      [&] {
        s.mirror_row = dice_.one_of<uint16_t>({static_cast<uint16_t>(preset_.mirror_rows), 0xFFFF});
      },
      [&] {
        s.mirror_col = dice_.one_of<uint16_t>({static_cast<uint16_t>(preset_.mirror_cols), 0xFFFF});
      },
      [&] {
        s.mirror_rows = dice_.one_of<uint16_t>({0, static_cast<uint16_t>(preset_.mirror_rows + 1)});
      },
      [&] {
        s.mirror_cols = dice_.one_of<uint16_t>({0, static_cast<uint16_t>(preset_.mirror_cols + 1)});
      },
      [&] {
        s.camera_row = dice_.one_of<uint16_t>({static_cast<uint16_t>(preset_.pixel_rows), 0xFFFF});
      },
      [&] {
        s.camera_rows = dice_.one_of<uint16_t>({0, static_cast<uint16_t>(s.camera_rows + 1)});
      },
      [&] {
        s.outputs = dice_.one_of({0u, s.camera_rows * preset_.pixel_cols + 1, 0xFFFF'FFFFu});
      },
      [&] {
        s.exposure = dice_.one_of({0u, abi::kExposureMax + 1, 0xFFFF'FFFFu});
      },
      [&] { s.source += dice_.between(1, 7); },
      [&] { s.destination += dice_.between(1, 7); },
  };
  ways[dice_.below(ways.size())]();
}

}  // namespace photic::lockstep
