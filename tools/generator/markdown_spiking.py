# SPDX-License-Identifier: Apache-2.0
"""Markdown: the words of an SPU, for descriptors.md, its presets and energies, for spec-tables.md."""
from .markdown import code, table
from .tables import SPU_SHAPE

INTRO = ("64 bits each: program, state, packets and input. *Signed* fields are in two's complement. "
         "[The device's page](spu-device.md) says what they do.")


def words(spec):
    groups = [["## Words of a spiking processing unit"], [INTRO]]
    for item in spec.words:
        rows = [(f"{f.lsb + f.width - 1}:{f.lsb}", code(f.name), f.enum or ("signed" if f.signed else ""), f.desc)
                for f in item.fields]
        groups += [[f"### {item.name}"], [item.desc], table(("Bits", "Field", "Values", "Meaning"), rows)]
    return groups


def presets(spec):
    rows = [(p.index, code(p.name), *(p.shape[name] for name in SPU_SHAPE), p.desc, p.source) for p in spec.spu_presets]
    return table(("Index", "SPU preset", *SPU_SHAPE, "Meaning", "Source"), rows)
