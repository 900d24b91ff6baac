# SPDX-License-Identifier: Apache-2.0
"""Writes what photic_spec.py says as C++ initialisers: packed records and words, the register map and the tables."""
import pathlib
import random
import sys

VECTORS = 64


def initialiser(kind, record):
    """Designated initialisers of a record whose fields may be enumerations."""
    fields = ", ".join(f".{name} = static_cast<decltype({kind}::{name})>({value:#x}u)"
                       if value <= 0xFFFFFFFF else f".{name} = {value:#x}u"
                       for name, value in record._asdict().items())
    return f"{kind}{{{fields}}}"


def vectors(kind, layout, draw):
    """Pairs of a record and its bytes, random and with every field at its ends."""
    widths = [{"B": 8, "H": 16, "I": 32, "Q": 64}[code] for code in layout[1:]]
    records = [kind(), kind(*((1 << width) - 1 for width in widths))]
    records += [kind(*(draw.getrandbits(width) for width in widths)) for _ in range(VECTORS)]
    lines = [f"inline const std::vector<Vector<{kind.__name__}>> k{kind.__name__}Vectors{{"]
    for record in records:
        data = ", ".join(f"{byte:#x}" for byte in record.pack())
        lines.append(f"    {{{initialiser(kind.__name__, record)}, {{{data}}}}},")
    return [*lines, "};"]


def ends(layout):
    """(least, greatest) of every field of a word."""
    for field, signed in layout:
        low = -(1 << (field.width - 1)) if signed else 0
        yield low, low + (1 << field.width) - 1


def words(kind, layout, draw):
    """Words and their bits, random and with every field at its ends."""
    limits = list(ends(layout))
    samples = [kind(*(low for low, _ in limits)), kind(*(high for _, high in limits))]
    samples += [kind(*(draw.randint(*limit) for limit in limits)) for _ in range(VECTORS)]
    name = kind.__name__
    lines = [f"inline const std::vector<WordVector<{name}>> k{name}Words{{"]
    for word in samples:
        fields = ", ".join(f".{member} = static_cast<decltype({name}::{member})>({value})"
                           for member, value in word._asdict().items())
        lines.append(f"    {{{name}{{{fields}}}, {word.pack():#x}u}},")
    return [*lines, "};"]


def spu_presets(spec):
    """The numbers of every SPU, its regions' words in a core and in the input/output unit."""
    lines = ["struct SpuPresetVector {", "  std::string_view name;", "  std::vector<uint32_t> numbers;",
             "  std::vector<uint32_t> core_words;", "  std::vector<uint32_t> io_words;", "};",
             "inline const std::vector<SpuPresetVector> kSpuPresetVectors{"]
    for preset in spec.SPU_PRESETS.values():
        parts = (preset[2:], *([preset.region_words(region, io) for region in spec.SpuRegion] for io in (False, True)))
        lines.append(f'    {{"{preset.name}", ' + ", ".join("{" + ", ".join(map(str, part)) + "}" for part in parts) + "},")
    lines += ["};", "inline constexpr SpuRegion kSpuRegions[] = {",
              *(f"    SpuRegion::{region.name}," for region in spec.SpuRegion), "};"]
    return lines


def spu_energies(spec):
    """Femtojoules of every counter of every table."""
    lines = ["struct SpuEnergyVector {", "  std::string_view name;", "  uint32_t core_microwatts;",
             "  std::vector<uint32_t> femtojoules;", "};", "inline const std::vector<SpuEnergyVector> kSpuEnergyVectors{"]
    for name, events in spec.SPU_ENERGY_TABLES.items():
        costs = ", ".join(str(events.get(index, 0)) for index in range(spec.SPU_COUNTERS))
        lines.append(f'    {{"{name}", {spec.SPU_CORE_MICROWATTS[name]}, {{{costs}}}}},')
    return [*lines, "};"]


def frames(spec):
    """Every frame of every scheme; the calibration frame stands at index -1."""
    lines = ["struct FrameVector {", "  Scheme scheme;", "  int index;", "  SchemeStep step;", "};",
             "inline constexpr FrameVector kFrameVectors[] = {"]
    for scheme in spec.SCHEMES.values():
        steps = [*enumerate(scheme.steps), *([(-1, scheme.calibration)] if scheme.calibration else [])]
        lines += [f"    {{Scheme::{scheme.name}, {index}, {{FeatureMode::{step.features.name}, "
                  f"Outside::{step.outside.name}, {step.phase}, {step.re}, {step.im}}}}}," for index, step in steps]
    return [*lines, "};"]


def presets(spec):
    """The numbers of every preset, its modes as (mirrors, pixels, period)."""
    lines = ["struct PresetVector {", "  std::string_view name;", "  std::vector<uint32_t> numbers;",
             "  std::vector<uint32_t> modes;", "};", "inline const std::vector<PresetVector> kPresetVectors{"]
    for preset in spec.PRESETS.values():
        numbers = ", ".join(str(number) for number in preset[2:-1])
        modes = ", ".join(f"{mode.mirrors}, {mode.pixels}, {mode.period}" for mode in preset.modes)
        lines.append(f'    {{"{preset.name}", {{{numbers}}}, {{{modes}}}}},')
    return [*lines, "};"]


def main(module_folder, output):
    sys.path.insert(0, module_folder)
    import photic_spec as spec  # the view under test, generated into the build tree

    draw = random.Random(20)
    lines = ["// Written by make_vectors.py.", "#pragma once", "#include <cstdint>", "#include <string_view>",
             "#include <vector>", '#include "drivers/abi/descriptors.h"', '#include "drivers/abi/spiking.h"', "namespace photic::abi {",
             "template <typename Record>", "struct Vector {", "  Record record;", "  std::vector<uint8_t> bytes;", "};",
             "template <typename Word>", "struct WordVector {", "  Word word;", "  uint64_t bits;", "};",
             *vectors(spec.Submission, spec.SUBMISSION_FORMAT, draw),
             *vectors(spec.Completion, spec.COMPLETION_FORMAT, draw),
             *vectors(spec.SpuMemory, spec.SPU_MEMORY_FORMAT, draw), *vectors(spec.SpuRun, spec.SPU_RUN_FORMAT, draw),
             *(line for kind, layout in spec.WORDS.items() for line in words(kind, layout, draw)),
             "struct RegisterVector {", "  std::string_view name;",
             "  uint32_t offset, writable_mask, w1c_mask, write_only_mask, varies_mask, reset, device;",
             "  bool wide, timed, counter;", "};",
             "inline constexpr RegisterVector kRegisterVectors[] = {"]
    for reg in spec.REGISTERS:
        numbers = ", ".join(f"{value:#x}" for value in (reg.offset, reg.writable_mask, reg.w1c_mask, reg.write_only_mask,
                                                        reg.varies_mask, reg.reset, reg.device))
        marks = ", ".join(str(value).lower() for value in (reg.wide, reg.timed, reg.counter))
        lines.append(f'    {{"{reg.name}", {numbers}, {marks}}},')
    lines += ["};", "struct PackedVector {", "  InputFormat format;", "  unsigned planes;", "  uint8_t input;",
              "  Scheme scheme;", "  OutputFormat output;", "  uint8_t recovery;", "};",
              "inline constexpr PackedVector kPackedVectors[] = {"]
    for scheme in spec.Scheme:
        for output_format in spec.OutputFormat:
            for input_format in spec.InputFormat:
                planes = draw.randint(1, 8)
                lines.append(f"    {{InputFormat::{input_format.name}, {planes}, {spec.pack_input(input_format, planes):#x}, "
                             f"Scheme::{scheme.name}, OutputFormat::{output_format.name}, "
                             f"{spec.pack_recovery(scheme, output_format):#x}}},")
    lines += ["};", *frames(spec), *presets(spec), *spu_presets(spec), *spu_energies(spec), "}  // namespace photic::abi"]
    pathlib.Path(output).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
