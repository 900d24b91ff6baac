# SPDX-License-Identifier: Apache-2.0
"""Loads and validates spiking.toml: the packed words of a spiking processing unit."""
from .model import Word, WordField
from .schema import NAME

WORD_BITS = 64
HALF_BITS = 32
OTHER = "other"  # the upper half of a word that holds two entries laid out alike
RESERVED = "reserved"


def load(root, enums):
    """The words; `enums` gives the values of every enumeration by name."""
    root.only("word", "enum")
    return tuple(load_word(name, node, enums) for name, node in root.table("word").children(NAME))


def load_word(name, node, enums):
    node.only("desc", "field")
    fields, taken = [], 0
    for field, child in node.table("field").children():
        loaded = load_field(field, child, enums)
        if taken & loaded.mask:
            child.fail("overlaps another field", "give every field its own bits", "bits")
        taken |= loaded.mask
        fields.append(loaded)
    if taken != (1 << WORD_BITS) - 1:
        node.fail("the fields leave bits of the word unnamed", f"name all {WORD_BITS} bits, with a field `{RESERVED}`",
                  "field")
    return Word(name, node.text("desc"), tuple(sorted(fields, key=lambda item: item.lsb)))


def load_field(name, node, enums):
    node.only("bits", "signed", "enum", "desc")
    lsb, width = node.bits("bits", WORD_BITS - 1)
    signed = node.flag("signed", False)
    enum = node.choice("enum", tuple(enums)) if "enum" in node.data else ""
    if enum and max(value.value for value in enums[enum]) >> width:
        node.fail(f"a value of {enum} does not fit", "widen the field", "bits")
    if signed and (enum or width == 1 or width > HALF_BITS):
        node.fail("signed, but an enum, a single bit or wider than 32 bits", "leave `signed` out or change the field",
                  "signed")
    if name in (RESERVED, OTHER) and (signed or enum):
        node.fail("has a meaning", "leave `signed` and `enum` out or rename the field")
    if name == OTHER and (lsb, width) != (HALF_BITS, HALF_BITS):
        node.fail("is not the upper half of the word", f'write it as `bits = "{WORD_BITS - 1}:{HALF_BITS}"`', "bits")
    return WordField(name, lsb, width, signed, enum, node.text("desc"))
