# SPDX-License-Identifier: Apache-2.0
"""Loads and validates registers.toml."""
from .model import Block, Field, Register, RegisterMap
from .schema import NAME
from .tables import SHAPE, SPU_SHAPE

ACCESS = ("ro", "rw", "w1c", "wo")
DEVICE_RESETS = ("kind", "geometry", *SHAPE, *SPU_SHAPE)


def load(root, limits, resets, kinds):
    """The register map.

    `limits` resolves `repeat`, `resets` the reset values that stand for one number, `kinds` the kinds of devices.
    """
    root.only("bar", "heartbeat", "block")
    bar, heartbeat = root.table("bar"), root.table("heartbeat")
    bar.only("desc", "size")
    heartbeat.only("desc", "size", "counter_offset")
    bar_size, heartbeat_size = bar.number("size", 4), heartbeat.number("size", 8)
    for node, size in ((bar, bar_size), (heartbeat, heartbeat_size)):
        if size & (size - 1):
            node.fail(f"{size:#x} is not a power of two", "a BAR's size is a power of two", "size")
    offset = heartbeat.number("counter_offset", 0, heartbeat_size - 8)
    if offset % 8:
        heartbeat.fail(f"{offset:#x} is not 8-byte aligned", "use a multiple of 8", "counter_offset")
    nodes = root.table("block").children(NAME)
    blocks = tuple(load_block(name, node, limits, resets, kinds) for name, node in nodes)
    check_blocks(blocks, dict(nodes), bar_size)
    return RegisterMap(bar_size, bar.text("desc"), heartbeat_size, offset, heartbeat.text("desc"), blocks)


def load_block(name, node, limits, resets, kinds):
    node.only("base", "size", "repeat", "device", "desc", "reg")
    count, repeat = 1, ""
    if "repeat" in node.data:
        repeat = node.choice("repeat", tuple(limits))
        count = limits[repeat]
    device = node.choice("device", tuple(kinds)) if "device" in node.data else ""
    size = node.number("size", 4)
    nodes = node.table("reg").children(NAME)
    registers = tuple(load_register(reg, child, resets) for reg, child in nodes)
    check_registers(registers, dict(nodes), size)
    return Block(name, node.number("base"), size, repeat, count, device, kinds.get(device, 0),
                 node.text("desc"), registers)


def load_register(name, node, resets):
    node.only("offset", "wide", "timed", "counter", "desc", "field")
    offset, wide = node.number("offset"), node.flag("wide", False)
    if offset % (8 if wide else 4):
        node.fail(f"{offset:#x} is not aligned", f"use a multiple of {8 if wide else 4}", "offset")
    nodes = node.table("field").children(NAME)
    fields = tuple(load_field(field, child, wide, resets) for field, child in nodes)
    check_fields(fields, dict(nodes))
    return Register(name, offset, wide, node.flag("timed", False), node.flag("counter", False),
                    node.text("desc"), fields)


def load_field(name, node, wide, resets):
    node.only("bits", "sw", "reset", "desc")
    lsb, width = node.bits("bits", 63 if wide else 31)
    sw = node.choice("sw", ACCESS)
    if wide and sw != "ro":
        node.fail(f"{sw!r} in a wide register", 'wide registers are read-only: use "ro" or two registers', "sw")
    reset, label = node.data.get("reset"), ""
    if isinstance(reset, str):
        label = node.choice("reset", (*resets, *DEVICE_RESETS))
        reset = resets.get(label, 0)
    else:
        reset = node.number("reset", 0, (1 << 64) - 1)
    if reset >> width:
        node.fail(f"{reset:#x} does not fit {width} bits", "widen the field or lower the value", "reset")
    return Field(name, lsb, width, sw, reset, label, label in DEVICE_RESETS, node.text("desc"))


def check_fields(fields, nodes):
    taken = 0
    for field in fields:
        if taken & field.mask:
            nodes[field.name].fail("bits overlap another field", "give every field bits of its own", "bits")
        taken |= field.mask


def check_registers(registers, nodes, block_size):
    end, last = 0, ""
    for reg in sorted(registers, key=lambda r: r.offset):
        if reg.offset < end:
            nodes[reg.name].fail(f"{reg.offset:#x} overlaps {last}", f"move it to {end:#x} or later", "offset")
        end, last = reg.offset + reg.size, reg.name
        if end > block_size:
            nodes[reg.name].fail(f"{reg.offset:#x} is outside the block's {block_size:#x} bytes",
                                 "move it or enlarge the block", "offset")


def check_blocks(blocks, nodes, bar_size):
    end, last = 0, ""
    for block in sorted(blocks, key=lambda b: b.base):
        if block.base < end:
            nodes[block.name].fail(f"{block.base:#x} overlaps {last}", f"move it to {end:#x} or later", "base")
        end, last = block.base + block.size * block.count, block.name
        if end > bar_size:
            nodes[block.name].fail(f"ends at {end:#x}, outside the BAR's {bar_size:#x} bytes",
                                   "move it or enlarge the BAR", "base")
