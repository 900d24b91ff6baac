# SPDX-License-Identifier: Apache-2.0
"""Loads and validates descriptors.toml: records and flags."""
from .model import Flags, Part, Record, RecordField
from .schema import NAME, reject_duplicates

WIDTHS = {"u8": 8, "u16": 16, "u32": 32, "u64": 64}
SUBMISSION = "SUBMISSION"
HEAD_BYTES = 8


def load(root, enums):
    """(flags, records); `enums` gives the values of every enumeration by name."""
    root.only("record", "enum", "flags")
    flags = tuple(load_flags(name, node) for name, node in root.table("flags").children(NAME))
    flag_values = {item.name: item for item in flags}
    nodes = root.table("record").children(NAME)
    records = tuple(load_record(name, node, enums, flag_values) for name, node in nodes)
    check_submissions(records, dict(nodes))
    return flags, records


def check_submissions(records, nodes):
    """Every record of the size of a SUBMISSION is one, so all of them start alike."""
    model = next((record for record in records if record.name == SUBMISSION), None)
    if not model:
        return
    for record in records:
        if record.size == model.size and head(record) != head(model):
            nodes[record.name].fail(f"the first {HEAD_BYTES} bytes differ from {SUBMISSION}",
                                    "give them the same names, offsets, types, enums and flags", "field")


def head(record):
    return [(f.name, f.at, f.width, f.enum, f.flags, f.parts) for f in record.fields if f.at < HEAD_BYTES]


def load_flags(name, node):
    bits, entries = [], []
    for flag, child in node.children(NAME, skip=("desc",)):
        child.only("bit", "desc")
        bit = child.number("bit", 0, 31)
        bits.append((flag, bit, child.text("desc")))
        entries.append((bit, child, "bit"))
    reject_duplicates(entries, "bit")
    return Flags(name, node.text("desc"), tuple(bits))


def load_record(name, node, enums, flags):
    node.only("size", "desc", "field")
    size = node.number("size", 8, 64)
    fields, end = [], 0
    children = node.table("field").children()
    for field, child in sorted(children, key=lambda item: item[1].number("at")):
        loaded = load_record_field(field, child, enums, flags)
        if loaded.at != end:
            what = "overlaps the field before it" if loaded.at < end else f"leaves a gap after byte {end}"
            child.fail(f"{loaded.at} {what}", f"use {end}, or add a field that fills the gap", "at")
        if loaded.at % (loaded.width // 8):
            child.fail(f"{loaded.at} is not aligned", f"use a multiple of {loaded.width // 8}", "at")
        end = loaded.at + loaded.width // 8
        fields.append(loaded)
    if end != size:
        node.fail(f"the fields end at byte {end}, the record at {size}", "add a field or correct the size", "size")
    return Record(name, size, node.text("desc"), tuple(fields))


def load_record_field(name, node, enums, flags):
    node.only("at", "type", "enum", "flags", "parts", "desc")
    width = WIDTHS[node.choice("type", tuple(WIDTHS))]
    enum = node.choice("enum", tuple(enums)) if "enum" in node.data else ""
    flag = node.choice("flags", tuple(flags)) if "flags" in node.data else ""
    if enum and flag:
        node.fail("both enum and flags", "keep one of the two", "flags")
    if flag and max(bit for _, bit, _ in flags[flag].bits) >= width:
        node.fail(f"a bit of {flag} is outside the field", f"use bits below {width}", "flags")
    return RecordField(name, node.number("at"), width, enum, flag, load_parts(node, width, enums),
                       node.text("desc"))


def load_parts(node, width, enums):
    """The parts of a packed field, low bits first; empty for a plain field."""
    if "parts" not in node.data:
        return ()
    parts, taken = [], 0
    for name, child in node.table("parts").children():
        child.only("bits", "enum")
        lsb, size = child.bits("bits", width - 1)
        if taken >> lsb & ((1 << size) - 1):
            child.fail("overlaps another part", "give every part its own bits", "bits")
        enum = child.choice("enum", tuple(enums)) if "enum" in child.data else ""
        if enum and max(value.value for value in enums[enum]) >> size:
            child.fail(f"a value of {enum} does not fit", "widen the part", "bits")
        taken |= ((1 << size) - 1) << lsb
        parts.append(Part(name, lsb, size, enum))
    if taken != (1 << width) - 1:
        node.fail("the parts leave bits of the field unnamed", "name every bit", "parts")
    return tuple(sorted(parts, key=lambda part: part.lsb))
