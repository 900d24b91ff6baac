# SPDX-License-Identifier: Apache-2.0
"""SystemVerilog: photic_spec_pkg.sv, in the subset that Verilator 5.006 and Yosys 0.23 read."""
from . import systemverilog_spiking
from .schemes import FEATURES, OUTSIDE
from .spec import constants
from .tables import PRESET_TIMING, SHAPE
from .text import banner, source

FILES = ("registers", "descriptors", "spiking", "schemes", "geometry", "timing", "numerics")
OPTICS = "optics.toml"
# Reserved words that record fields are called; a trailing underscore sets them apart.
RESERVED = frozenset("""
  alias assert assign assume automatic before begin bind bins bit break buf byte case cell chandle checker class clocking
  config const constraint context continue cover cross deassign default design disable dist do edge else end enum event
  expect export extern final for force foreach forever fork function generate genvar global if ifnone implements implies
  import incdir include initial inout input inside instance int integer interface intersect join large let liblist library
  local localparam logic longint macromodule matches medium modport module nand negedge new nexttime nor not null or output
  package packed parameter posedge primitive priority program property protected pull0 pull1 pulldown pullup pure rand
  randc real realtime ref reg reject_on release repeat restrict return scalared sequence shortint shortreal signed small
  soft solve specify static string strong struct super supply0 supply1 table tagged task this throughout time timeprecision
  timeunit tran tri trigger type typedef union unique unsigned until untyped use var vectored virtual void wait wand weak
  while wildcard wire with within wor xnor xor""".split())


def emit(spec):
    groups = [[banner("//", *FILES), "// SPDX-License-Identifier: Apache-2.0",
               "/* verilator lint_off UNUSED */", "package photic_spec_pkg;"]]
    groups.append([f"  localparam logic [31:0] CONTRACT_HASH = 32'h{spec.contract_hash:08x};",
                   *(f"  localparam int unsigned {name.upper()} = {value};"
                     for file, _, name, value in constants(spec) if file != OPTICS)])
    address = (spec.registers.bar_size - 1).bit_length()
    groups += [block(item, address) for item in spec.registers.blocks]
    groups += [enum(item.name, item.width, [(v.name, v.value) for v in item.values]) for item in spec.enums]
    groups += [enum("FEATURES", 2, list(zip(FEATURES, range(4)))), enum("OUTSIDE", 2, list(zip(OUTSIDE, range(3))))]
    groups += [attributes(item) for item in spec.enums if item.values[0].bits is not None]
    groups += [[f"  localparam int unsigned {flags.name}_{name}_BIT = {bit};" for name, bit, _ in flags.bits]
               for flags in spec.flags]
    groups += [record(item) for item in spec.records]
    groups += [systemverilog_spiking.word(item, spell) for item in spec.words]
    width = next(limit.value for limit in spec.limits if limit.name == "preset_bits")
    groups += [*schemes(spec.schemes), *presets(spec.presets, width),
               *systemverilog_spiking.presets(spec.spu_presets, width, function)]
    return source(*groups, ["endpackage", "/* verilator lint_on UNUSED */"])


def block(item, address):
    """A block's constants; offsets are from the start of BAR0, or of its block when that is repeated."""
    def offset(name, value):
        return f"  localparam logic [{address - 1}:0] {name} = {address}'h{value:03x};"

    lines = [f"  // {item.desc}", offset(f"{item.name}_BASE", item.base),
             f"  localparam int unsigned {item.name}_SIZE = {item.size * item.count};"]
    if item.repeat:
        lines.append(offset(f"{item.name}_STRIDE", item.size))
    for reg in item.registers:
        name = f"{item.name}_{reg.name}"
        at = reg.offset + (0 if item.repeat else item.base)
        lines.append(offset(name, at))
        if reg.wide:
            lines.append(offset(f"{name}_HI", at + 4))
        for field in reg.fields:
            lines += [f"  localparam int unsigned {name}_{field.name}_LSB = {field.lsb};",
                      f"  localparam int unsigned {name}_{field.name}_WIDTH = {field.width};"]
        if not reg.varies_mask and not reg.wide:
            lines.append(f"  localparam logic [31:0] {name}_RESET = 32'h{reg.reset:08x};")
    return lines


def enum(name, width, values):
    rows = [f"    {name}_{value} = {width}'h{number:x}" for value, number in values]
    return [f"  typedef enum logic [{width - 1}:0] {{", *",\n".join(rows).split("\n"), f"  }} {name.lower()}_e;"]


def function(result, name, arguments, cases, otherwise):
    """A pure function: `cases` are (value of the first argument, expression).

    Values are literals: Yosys does not find a package's own names in a function called from outside the package.
    """
    first = arguments.split(",")[0].split()[-1]
    return [f"  function automatic {result} {name}({arguments});", f"    case ({first})",
            *(f"      {value}: {name} = {expression};" for value, expression in cases),
            f"      default: {name} = {otherwise};", "    endcase", "  endfunction"]


def attributes(item):
    """<enum>_bits(): bits of one entry, 0 for a value that is none of the enumeration's."""
    cases = [(f"{item.width}'h{value.value:x}", f"8'd{value.bits}") for value in item.values]
    return function("logic [7:0]", f"{item.name.lower()}_bits", f"input logic [{item.width - 1}:0] value", cases,
                    "8'd0")


def spell(name):
    """A member's name."""
    return name + "_" if name in RESERVED else name


def record(item):
    """A packed struct: last field first, so that bit 0 is bit 0 of byte 0. Packed fields show as their parts."""
    members = []
    for field in item.fields:
        if field.parts:
            members += [(f"{field.name}_{part.name}", part.width) for part in field.parts]
        else:
            members.append((spell(field.name), field.width))
    return [f"  // {item.desc}", "  typedef struct packed {",
            *(f"    logic [{width - 1}:0] {name};" for name, width in reversed(members)),
            f"  }} {item.name.lower()}_t;",
            f"  localparam int unsigned {item.name}_BYTES = {item.size};",
            *(f"  localparam int unsigned {item.name}_{field.name.upper()}_BYTE = {field.at};" for field in item.fields)]


def step(item):
    """A step_t as one literal."""
    blocked = item.phase < 0
    fields = (("2", FEATURES.index(item.features)), ("2", OUTSIDE.index(item.outside)), ("1", int(blocked)),
              ("4", 0 if blocked else item.phase), ("8", item.re & 0xFF), ("8", item.im & 0xFF))
    return "{" + ", ".join(f"{width}'d{value}" for width, value in fields) + "}"


def schemes(items):
    scheme = "input logic [7:0] scheme"

    def label(item):
        return f"8'h{item.value:x}"

    def predicate(name, test):
        return function("logic", name, scheme, [(label(s), "1'b1") for s in items if test(s)], "1'b0")

    rows = [(f"{{{label(s)}, 2'd{index}}}", step(item)) for s in items for index, item in enumerate(s.steps)]
    select = ["  // Step `index` of a scheme; 0 for one it does not have.",
              "  function automatic step_t scheme_step(input logic [7:0] scheme, input logic [1:0] index);",
              "    case ({scheme, index})", *(f"      {key}: scheme_step = {value};" for key, value in rows),
              "      default: scheme_step = 25'd0;", "    endcase", "  endfunction"]
    calibration = [(label(s), step(s.calibration)) for s in items if s.calibration]
    yield ["  // One camera frame of a scheme. `blocked`: no reference beam; else `phase` in twelfths of a turn.",
           "  typedef struct packed {", "    logic [1:0] features;", "    logic [1:0] outside;", "    logic blocked;",
           "    logic [3:0] phase;", "    logic signed [7:0] re;", "    logic signed [7:0] im;", "  } step_t;"]
    yield predicate("scheme_valid", lambda s: True)
    yield predicate("scheme_complex", lambda s: s.complex)
    yield predicate("scheme_linear", lambda s: s.linear)
    yield predicate("scheme_calibrates", lambda s: s.calibration)
    yield ["  // Steps of a scheme; 0 for a value that is none."] + function(
        "logic [2:0]", "scheme_steps", scheme, [(label(s), f"3'd{len(s.steps)}") for s in items], "3'd0")
    yield select
    yield ["  // The calibration frame of a scheme, `re` its weight; 0 for a scheme without."] + function(
        "step_t", "scheme_calibration", scheme, calibration, "25'd0")


def presets(items, width):
    argument = f"input logic [{width - 1}:0] id"
    members = [*((name, 16) for name in SHAPE), *((name, 32) for name in PRESET_TIMING)]
    total = sum(bits for _, bits in members)
    rows = []
    for preset in items:
        values = {**preset.shape, **{n.name: n.value for n in preset.timing}}
        rows.append((f"{width}'d{preset.index}",
                     "{" + ", ".join(f"{bits}'d{values[name]}" for name, bits in members) + "}"))
    yield [f"  localparam logic [{width - 1}:0] PRESET_{p.name.upper()} = {width}'d{p.index};" for p in items]
    yield [f"  localparam int unsigned MAX_{name.upper()} = {max(p.shape[name] for p in items)};"
           for name in SHAPE]
    yield ["  // Numbers of a preset: sizes and cycles.", "  typedef struct packed {",
           *(f"    logic [{bits - 1}:0] {name};" for name, bits in members), "  } preset_t;"]
    yield ["  // 0 for a value that is no preset."] + function("preset_t", "preset", argument, rows, f"{total}'d0")
    yield ["  // Shortest period of a frame with so many mirrors and pixels in use, in cycles; 0 for no preset."] + (
        function("logic [31:0]", "mode_period", f"{argument}, input logic [31:0] mirrors, input logic [31:0] pixels",
                 [(f"{width}'d{p.index}", period(p.modes)) for p in items], "32'd0"))


def period(modes):
    """First mode that holds the frame; the last holds every frame."""
    terms = []
    for mode in modes[:-1]:
        limits = [f"{name} <= 32'd{limit}" for name, limit in (("mirrors", mode.mirrors), ("pixels", mode.pixels))
                  if limit < 0xFFFFFFFF]
        terms.append(f"({' && '.join(limits)}) ? 32'd{mode.period} : ")
    return "".join(terms) + f"32'd{modes[-1].period}"
