# SPDX-License-Identifier: Apache-2.0
"""Markdown: registers.md."""
from .markdown import code, page, table

ACCESS = (["ro: writes are dropped. rw: holds what was written. w1c: a written 1 clears. wo: acts when written, reads as 0.",
           "A register marked *wide* is 64 bits: the low word at its offset, the high word (`_HI`) 4 bytes on.",
           "*Timed* values depend on cycles; an untimed target reports them as 0. *Counters* count from reset."])


def emit(spec):
    registers = spec.registers
    groups = [[f"Contract hash: `{spec.contract_hash:08x}`."],
              [f"{registers.bar_desc} Size: {registers.bar_size:#x} bytes."],
              [f"{registers.heartbeat_desc} Size: {registers.heartbeat_size:#x} bytes; counter at "
               f"{registers.heartbeat_offset:#x}."], ACCESS]
    for block in registers.blocks:
        groups += [[f"## {block.name}"], [f"{block.desc} {place(block)}"], overview(block)]
        for reg in block.registers:
            groups += [[f"### {block.name}_{reg.name}"], [reg.desc], fields(reg)]
    return page("Registers", ("registers", "geometry"), *groups)


def place(block):
    if block.repeat:
        return (f"Block *n* of {block.count} starts at {block.base:#x} + *n* x {block.size:#x}; "
                "offsets below are from there.")
    return f"Starts at {block.base:#x} and holds {block.size:#x} bytes."


def overview(block):
    def row(reg):
        marks = [name for name in ("wide", "timed", "counter") if getattr(reg, name)]
        offset = reg.offset + (0 if block.repeat else block.base)
        return f"{offset:#05x}", code(f"{block.name}_{reg.name}"), ", ".join(marks), reg.desc

    return table(("Offset", "Register", "Kind", "Purpose"), map(row, block.registers))


def fields(reg):
    def reset(field):
        return f"{field.reset_name} of the device" if field.varies else f"{field.reset:#x}"

    rows = [(f"{f.lsb + f.width - 1}:{f.lsb}", code(f.name), f.sw, reset(f), f.desc) for f in reg.fields]
    return table(("Bits", "Field", "Access", "Reset", "Meaning"), rows)
