# SPDX-License-Identifier: Apache-2.0
"""Markdown: descriptors.md."""
from . import markdown_spiking
from .markdown import code, page, table


def emit(spec):
    groups = [["Records in host memory, little endian and naturally aligned, and the values their fields take."]]
    for record in spec.records:
        groups += [[f"## {record.name}"], [f"{record.desc} {record.size} bytes."], fields(record)]
    for flags in spec.flags:
        groups += [[f"## {flags.name} flags"], [flags.desc],
                   table(("Bit", "Flag", "Meaning"),
                         [(bit, code(f"{flags.name}_{name}"), desc) for name, bit, desc in flags.bits])]
    for enum in spec.enums:
        groups += [[f"## {enum.name}"], [enum.desc], values(enum)]
    return page("Descriptors", ("descriptors", "spiking", "schemes"), *groups, *markdown_spiking.words(spec))


def fields(record):
    rows = []
    for field in record.fields:
        kind = field.enum or (f"{field.flags} flags" if field.flags else "")
        rows.append((field.at, field.width // 8, code(field.name), kind, field.desc))
    return table(("Byte", "Bytes", "Field", "Values", "Meaning"), rows)


def values(enum):
    headings, extra = ["Value", "Name", "Meaning"], []
    if enum.values[0].bits is not None:
        extra.append(("Bits", lambda value: value.bits))
    if enum.values[0].signed is not None:
        extra.append(("Signed", lambda value: "yes" if value.signed else "no"))
    rows = [(f"{v.value:#x}", code(v.name), *(get(v) for _, get in extra), v.desc) for v in enum.values]
    headings[2:2] = [heading for heading, _ in extra]
    return table(headings, rows)
