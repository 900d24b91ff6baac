# SPDX-License-Identifier: Apache-2.0
"""Loads and validates the enumerations of descriptors.toml and spiking.toml, which share one name space."""
from .model import Enum, EnumValue
from .schema import NAME, reject_duplicates


def load(roots, scheme_enum):
    """The enumerations of `roots` as name -> (node, values); `scheme_enum` is the one that schemes.toml adds."""
    nodes = [item for root in roots for item in root.table("enum").children(NAME)]
    reject_duplicates([(scheme_enum.name, roots[0], "enum"), *((n, node, "") for n, node in nodes)], "enum name")
    return {name: (node, load_values(node)) for name, node in nodes}


def load_values(node):
    node.text("desc")
    values, entries = [], []
    for name, child in node.children(NAME, skip=("desc",)):
        child.only("value", "bits", "signed", "desc")
        value = child.number("value", 0, 0xFFFF)
        bits = child.number("bits", 1, 64) if "bits" in child.data else None
        signed = child.flag("signed") if "signed" in child.data else None
        values.append(EnumValue(name, value, bits, signed, child.text("desc")))
        entries.append((value, child, "value"))
    reject_duplicates(entries, "value")
    for attribute in ("bits", "signed"):
        present = [getattr(value, attribute) is not None for value in values]
        if any(present) and not all(present):
            missing = values[present.index(False)].name
            node.fail("missing", f"every value of an enum states `{attribute}` or none does", f"{missing}.{attribute}")
    return tuple(values)


def resolve(loaded, records, words):
    """The enumerations, each as wide as the fields of records and words that carry it."""
    carriers = [(field.enum, field.width) for item in (*records, *words) for field in item.fields]
    return tuple(Enum(name, width(name, node, values, carriers), node.text("desc"), values, node.file)
                 for name, (node, values) in loaded.items())


def width(name, node, values, carriers):
    """Width of the fields that carry the enum; 8 or 16 when none does."""
    need = max(value.value for value in values).bit_length()
    widths = sorted({bits for enum, bits in carriers if enum == name})
    if len(widths) > 1:
        node.fail(f"carried by fields of {' and '.join(map(str, widths))} bits", "give them one width")
    bits = max(widths, default=8 if need <= 8 else 16)
    if need > bits:
        node.fail(f"a value needs {need} bits", f"lower it: the field that carries the enum has {bits} bits")
    return bits
