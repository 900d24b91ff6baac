# SPDX-License-Identifier: Apache-2.0
"""C++: schemes.h, geometry.h, timing.h, numerics.h, optics.h and energy.h."""
from . import cpp_spiking
from .cpp import constant, enum_class, find, header
from .schemes import FEATURES, OUTSIDE, STEPS_MAX
from .tables import MODES_MAX, PRESET_TIMING, SHAPE
from .text import boolean, quoted


def emit(spec):
    clock = ("clock_khz", spec.clock)
    timing = [clock, *((n.name, n) for n in spec.stage), *((f"fifo_{n.name}", n) for n in spec.fifo)]
    optics = [(n.name, n) for numbers in spec.optics.values() for n in numbers]
    numerics = [constant(f"{f.name.lower()}_bits", f.bits, f"{f.desc[:-1]}: {'signed' if f.signed else 'unsigned'}.")
                for f in spec.formats]
    return {
        "schemes.h": schemes(spec),
        "geometry.h": geometry(spec),
        "timing.h": header(["timing"], ["cstdint"], flat(documented(timing))),
        "numerics.h": header(["numerics"], ["cstdint"], flat(numerics),
                             flat(documented((n.name, n) for n in spec.constants))),
        "optics.h": header(["optics"], ["cstdint"], flat(documented(optics))),
        "energy.h": energy(spec),
    }


def flat(groups):
    return [line for group in groups for line in group]


def documented(numbers):
    return [constant(name, number.value, f"{number.desc} [{number.unit}]") for name, number in numbers]


STEP = """\
/// One camera frame of a scheme: what the mirrors and the reference beam show, and how its counts are added.
struct SchemeStep {
  FeatureMode features;
  Outside outside;
  int8_t phase;  ///< Twelfths of a turn of the reference beam; -1: the beam is blocked.
  int8_t re;     ///< Coefficient of the real accumulator.
  int8_t im;     ///< Coefficient of the imaginary accumulator.
};

/// A recovery scheme: what the frame combiner computes.
struct SchemeSpec {
  Scheme value;
  std::string_view name;
  std::string_view description;
  bool complex;  ///< Outputs are pairs of real and imaginary part.
  bool linear;   ///< Outputs are linear in the input, so every input format is allowed.
  uint8_t steps_count;
  std::array<SchemeStep, STEPS_MAX> steps;  ///< The first `steps_count` are used.
  bool calibrates;         ///< Needs a calibration frame.
  SchemeStep calibration;  ///< The calibration frame; `re` is its weight.

  constexpr std::span<const SchemeStep> used_steps() const { return {steps.data(), steps_count}; }
};""".replace("STEPS_MAX", str(STEPS_MAX)).split("\n")

FIND_SCHEME = """\
/// The scheme with this encoding, or null.
constexpr const SchemeSpec* find_scheme(unsigned value) {
  for (const SchemeSpec& scheme : kSchemes) {
    if (static_cast<unsigned>(scheme.value) == value) {
      return &scheme;
    }
  }
  return nullptr;
}""".split("\n")


def modes_enum(name, values, comment):
    return [f"/// {comment}", f"enum class {name} : uint8_t {{",
            *(f"  {value} = {index}," for index, value in enumerate(values)), "};"]


def step(item):
    if item is None:
        return "SchemeStep{FeatureMode::ZERO, Outside::DARK, -1, 0, 0}"
    return (f"SchemeStep{{FeatureMode::{item.features}, Outside::{item.outside}, {item.phase}, "
            f"{item.re}, {item.im}}}")


def scheme_row(scheme):
    steps = ", ".join(step(item) for item in (*scheme.steps, *[None] * (STEPS_MAX - len(scheme.steps))))
    return [f"    SchemeSpec{{Scheme::{scheme.name}, {quoted(scheme.name)}, {quoted(scheme.desc)}, "
            f"{boolean(scheme.complex)}, {boolean(scheme.linear)}, {len(scheme.steps)},",
            f"               {{{steps}}},",
            f"               {boolean(scheme.calibration)}, {step(scheme.calibration)}}},"]


def schemes(spec):
    enum = next(enum for enum in spec.enums if enum.name == "SCHEME")
    table = [f"inline constexpr std::array<SchemeSpec, {len(spec.schemes)}> kSchemes{{{{",
             *flat(scheme_row(scheme) for scheme in spec.schemes), "}};"]
    return header(["schemes"], ["array", "cstdint", "span", "string_view"], *enum_class(enum),
                  modes_enum("FeatureMode", FEATURES, "What the mirrors of features show."),
                  modes_enum("Outside", OUTSIDE, "What mirrors outside the features show; FLAG: as LAYOUT_OUTSIDE_LIT says."),
                  STEP, table, FIND_SCHEME)


MODE = """\
/// Shortest frame period of frames with at most so many mirrors and pixels.
struct Mode {
  uint32_t mirrors;
  uint32_t pixels;
  uint32_t period;  ///< Cycles.
};""".split("\n")

PERIOD = """\

  /// Shortest period of a frame with so many mirrors and pixels in use: that of the first mode that holds it [cycles].
  constexpr uint32_t period(uint64_t mirrors, uint64_t pixels) const {
    uint32_t mode = 0;
    while (mode + 1 < modes_count && (mirrors > modes[mode].mirrors || pixels > modes[mode].pixels)) {
      ++mode;
    }
    return modes[mode].period;
  }
};""".split("\n")


def preset_row(preset):
    numbers = ", ".join(str(v) for v in (preset.index, *preset.shape.values(), *(n.value for n in preset.timing)))
    modes = ", ".join(f"Mode{{{m.mirrors}, {m.pixels}, {m.period}}}" for m in preset.modes)
    return [f"    Preset{{{quoted(preset.name)}, {quoted(preset.desc)}, {numbers}, {len(preset.modes)},",
            f"           {{{modes}}}}},"]


def geometry(spec):
    members = ["/// A named size of device.", "struct Preset {", "  std::string_view name;",
               "  std::string_view description;", "  uint32_t index;  ///< As SHELL_GEOMETRY_PRESET reports it.",
               *(f"  uint32_t {name};" for name in SHAPE),
               *(f"  uint32_t {name};  ///< {desc} [cycles]" for name, desc in PRESET_TIMING.items()),
               "  uint32_t modes_count;",
               f"  std::array<Mode, {MODES_MAX}> modes;  ///< The first `modes_count` are used; the last holds every frame.",
               *PERIOD]
    table = ["/// In order of their index.",
             f"inline constexpr std::array<Preset, {len(spec.presets)}> kPresets{{{{",
             *flat(preset_row(preset) for preset in spec.presets), "}};"]
    lookup = [find("Preset", "kPresets", "find_preset", argument, member)
              for argument, member in (("std::string_view", "name"), ("uint32_t", "index"))]
    return header(("geometry", "timing", "spiking"), ["array", "cstdint", "string_view", "drivers/abi/descriptors.h"],
                  flat(documented((n.name, n) for n in spec.limits)), MODE, members, table, *lookup,
                  *cpp_spiking.preset_groups(spec))


def energy(spec):
    table = ["/// Power of a whole device, under a name.", "struct EnergyTable {", "  std::string_view name;",
             "  std::string_view description;", "  uint32_t board_milliwatts;  ///< Drawn for the whole device time.",
             "};"]
    rows = [f"    EnergyTable{{{quoted(t.name)}, {quoted(t.desc)}, {t.board_milliwatts.value}}}," for t in spec.energy]
    return header(["energy", "spiking"], ["array", "cstdint", "string_view"], table,
                  [f"inline constexpr std::array<EnergyTable, {len(rows)}> kEnergyTables{{{{", *rows, "}};"],
                  *cpp_spiking.energy_groups(spec))
