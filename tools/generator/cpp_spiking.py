# SPDX-License-Identifier: Apache-2.0
"""C++: spiking.h, the packed words of an SPU, and its part of geometry.h and energy.h."""
from .cpp import constant, find, header
from .regions import REGIONS, counters, product
from .tables import ENERGY_EVENTS, SPU_PRESET_TIMING, SPU_SHAPE
from .text import camel, quoted

INCLUDES = ["cassert", "cstdint", "drivers/abi/descriptors.h"]

FIELD = """\
/// Bits of a 64-bit word.
struct WordField {
  uint32_t lsb;
  uint32_t width;

  /// The field's largest value, and all its bits, before they are put in place.
  constexpr uint64_t ones() const { return width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }
  /// The field's bits in place.
  constexpr uint64_t mask() const { return ones() << lsb; }
  /// The field's value in a word.
  constexpr uint64_t get(uint64_t word) const { return (word >> lsb) & ones(); }
  /// The field's value in a word, in two's complement.
  constexpr int64_t get_signed(uint64_t word) const {
    const uint64_t sign = uint64_t{1} << (width - 1);
    return static_cast<int64_t>((get(word) ^ sign) - sign);
  }
  /// Whether the field can hold `value`.
  constexpr bool fits(uint64_t value) const { return value <= ones(); }
  constexpr bool fits_signed(int64_t value) const { return get_signed(static_cast<uint64_t>(value) << lsb) == value; }
  /// A word with the field set to `value`, which must fit, and 0 elsewhere.
  constexpr uint64_t set(uint64_t value) const {
    assert(fits(value));
    return (value & ones()) << lsb;
  }
  constexpr uint64_t set_signed(int64_t value) const {
    assert(fits_signed(value));
    return (static_cast<uint64_t>(value) & ones()) << lsb;
  }
};""".split("\n")


def emit(spec):
    return {"spiking.h": header(("spiking",), INCLUDES, FIELD, *(word(item) for item in spec.words))}


def kind(field):
    """The member's type."""
    if field.enum:
        return camel(field.enum)
    if field.width == 1:
        return "bool"
    if field.signed:
        return "int32_t"
    return "uint32_t" if field.width <= 32 else "uint64_t"


def constant_name(field):
    return f"k{camel(field.name)}"


def put(field):
    if field.signed:
        return f"{constant_name(field)}.set_signed({field.name})"
    value = field.name if kind(field) == "uint64_t" else f"static_cast<uint64_t>({field.name})"
    return f"{constant_name(field)}.set({value})"


def take(field):
    got = f"{constant_name(field)}.{'get_signed' if field.signed else 'get'}(raw)"
    if kind(field) == "bool":
        return f".{field.name} = {got} != 0"
    return f".{field.name} = " + (got if kind(field) == "uint64_t" else f"static_cast<{kind(field)}>({got})")


def word(item):
    name = camel(item.name)
    lines = [f"/// {item.desc}", f"struct {name} {{"]
    lines += [f"  {kind(field)} {field.name}{{}};  ///< {field.desc}" for field in item.members]
    lines += [""] + [f"  static constexpr WordField {constant_name(field)}{{{field.lsb}, {field.width}}};"
                     for field in item.fields]
    zeros = "bits 63:32 and reserved bits" if item.half else "reserved bits"
    enums = any(field.enum for field in item.members)
    lines += ["", f"  /// The word, with 0 in {zeros}; every field must fit.", "  constexpr uint64_t pack() const {",
              *("    return " + " |\n           ".join(map(put, item.members)) + ";").split("\n"), "  }",
              f"  /// The fields of a word{', of its bits 31:0' if item.half else ''}"
              + ("; an enumeration may be no enumerator when a stranger packed it." if enums else "."),
              f"  static constexpr {name} unpack(uint64_t raw) {{",
              *("    return {" + ",\n            ".join(map(take, item.members)) + "};").split("\n"), "  }"]
    if item.half:
        lines += ["  /// One half of a word.", "  constexpr uint32_t pack_half() const { return static_cast<uint32_t>(pack()); }",
                  f"  static constexpr {name} unpack_half(uint32_t half) {{ return unpack(half); }}"]
    lines += reserved_clear(item)
    return [*lines, f"  bool operator==(const {name}&) const = default;", "};"]


def reserved_clear(item):
    where = ", of its bits 31:0," if item.half else ""
    comment = f"  /// Whether the reserved bits of a word{where} are 0"
    if not item.reserved:
        return [f"{comment}: it has none.",
                "  static constexpr bool reserved_clear([[maybe_unused]] uint64_t raw) { return true; }"]
    return [f"{comment}.", f"  static constexpr bool reserved_clear(uint64_t raw) "
                           f"{{ return (raw & {constant_name(item.reserved)}.mask()) == 0; }}"]


def preset_groups(spec):
    """struct SpuPreset, kSpuPresets and their lookup."""
    members = ["/// A named size of spiking processing unit.", "struct SpuPreset {", "  std::string_view name;",
               "  std::string_view description;", "  uint32_t index;  ///< As SHELL_GEOMETRY_PRESET reports it.",
               *(f"  uint32_t {name};" for name in SPU_SHAPE),
               *(f"  uint32_t {name};  ///< {desc} [cycles]" for name, desc in SPU_PRESET_TIMING.items()),
               "", "  /// Cores of the mesh; this number names the input/output unit where a core is named.",
               "  constexpr uint32_t cores() const { return mesh_cols * mesh_rows; }", "", *region_words(spec), "};"]
    rows = []
    for preset in spec.spu_presets:
        numbers = ", ".join(str(v) for v in (preset.index, *preset.shape.values(), *(n.value for n in preset.timing)))
        rows += [f"    SpuPreset{{{quoted(preset.name)}, {quoted(preset.desc)},", f"              {numbers}}},"]
    table = ["/// In order of their index.",
             f"inline constexpr std::array<SpuPreset, {len(spec.spu_presets)}> kSpuPresets{{{{", *rows, "}};"]
    return [constant("spu_counters", counters(spec), "Words of the region COUNTER."), members, table,
            *(find("SpuPreset", "kSpuPresets", "find_spu_preset", argument, member)
              for argument, member in (("std::string_view", "name"), ("uint32_t", "index")))]


def region_words(spec):
    lines = ["  /// 64-bit words of a region in a core, or in the input/output unit; 0 for a region that it does not have.",
             "  constexpr uint32_t region_words(SpuRegion region, bool io) const {",
             "    // NOLINTBEGIN(bugprone-branch-clone): regions may be of one size", "    switch (region) {"]
    for name, (core, io) in REGIONS.items():
        in_core, in_io = product(core, spec), product(io, spec)
        value = in_core if in_core == in_io else f"io ? {in_io} : {in_core}"
        lines += [f"      case SpuRegion::{name}:", f"        return {value};"]
    return [*lines, "      default:", "        return 0;", "    }", "    // NOLINTEND(bugprone-branch-clone)", "  }"]


def energy_groups(spec):
    """struct SpuEnergyTable, kSpuEnergyTables and their lookup."""
    enum = next(item for item in spec.enums if item.name == "SPU_COUNTER")
    order = {value.value: value.name.lower() for value in enum.values}
    rows = []
    for item in spec.spu_energy:
        events = {number.name: number.value for number in item.events}
        values = ", ".join(str(events.get(order.get(index, ""), 0)) for index in range(counters(spec)))
        static = item.core_microwatts.value if item.core_microwatts else 0
        rows += [f"    SpuEnergyTable{{{quoted(item.name)}, {quoted(item.desc)}, {static},",
                 f"                   {{{values}}}}},"]
    members = ["/// Energy of the events that the COUNTER region counts, under a name.", "struct SpuEnergyTable {",
               "  std::string_view name;", "  std::string_view description;",
               "  uint32_t core_microwatts;  ///< Drawn by every core for the whole device time.",
               f"  /// Of one event, by SpuCounter; 0 but for {', '.join(ENERGY_EVENTS)}.",
               f"  std::array<uint32_t, {counters(spec)}> femtojoules;", "};"]
    table = [f"inline constexpr std::array<SpuEnergyTable, {len(spec.spu_energy)}> kSpuEnergyTables{{{{", *rows, "}};"]
    return [members, table, find("SpuEnergyTable", "kSpuEnergyTables", "find_spu_energy_table", "std::string_view", "name")]
