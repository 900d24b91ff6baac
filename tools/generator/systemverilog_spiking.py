# SPDX-License-Identifier: Apache-2.0
"""SystemVerilog: words and presets of an SPU, a part of photic_spec_pkg.sv."""
from .tables import SPU_PRESET_TIMING, SPU_SHAPE

HALF_BITS = 32
NUMBER_BITS = 32


def word(item, spell):
    """A packed struct, its first bit last; of a word of two halves, that of one half. `spell` avoids reserved words."""
    fields = [field for field in item.fields if not item.half or field.lsb < HALF_BITS]

    def member(field):
        sign = "signed " if field.signed else ""
        size = "" if field.width == 1 else f"[{field.width - 1}:0] "
        return f"    logic {sign}{size}{spell(field.name)};"

    lines = [f"  // {item.desc}", "  typedef struct packed {", *map(member, reversed(fields)), f"  }} {item.name.lower()}_t;"]
    for field in fields:
        name = f"{item.name}_{field.name.upper()}"
        lines += [f"  localparam int unsigned {name}_LSB = {field.lsb};",
                  f"  localparam int unsigned {name}_WIDTH = {field.width};"]
    return lines


def presets(items, width, function):
    """Sizes by preset: a struct, and a function for each number, both for use in parameters of modules.

    `function` builds a function from cases.
    """
    members = (*SPU_SHAPE, *SPU_PRESET_TIMING)
    rows = []
    for preset in items:
        values = {**preset.shape, **{n.name: n.value for n in preset.timing}}
        rows.append((preset.index, [values[name] for name in members]))
    yield [f"  localparam logic [{width - 1}:0] SPU_PRESET_{p.name.upper()} = {width}'d{p.index};" for p in items]
    yield [f"  localparam int unsigned MAX_SPU_{name.upper()} = {max(p.shape[name] for p in items)};" for name in SPU_SHAPE]
    yield ["  // Numbers of an SPU's preset: sizes and cycles.", "  typedef struct packed {",
           *(f"    logic [{NUMBER_BITS - 1}:0] {name};" for name in members), "  } spu_preset_t;"]
    literals = [(f"32'd{index}", "{" + ", ".join(f"{NUMBER_BITS}'d{value}" for value in values) + "}")
                for index, values in rows]
    yield ["  // 0 for a value that is no preset."] + function(
        "spu_preset_t", "spu_preset", "input int unsigned id", literals, f"{NUMBER_BITS * len(members)}'d0")
    yield ["  // One number of a preset; 0 for a value that is none."]
    for position, name in enumerate(members):
        cases = [(f"32'd{index}", f"32'd{values[position]}") for index, values in rows]
        yield function("int unsigned", f"spu_{name}", "input int unsigned id", cases, "32'd0")
