# SPDX-License-Identifier: Apache-2.0
"""Python: words, presets and energies of an SPU, a part of photic_spec.py."""
from .regions import REGIONS, counters, product
from .tables import SPU_PRESET_TIMING, SPU_SHAPE
from .text import camel, quoted

HELPERS = '''\
def _pack_word(fields, values):
    """Puts values into (Field, signed) in order; OverflowError when one does not fit."""
    word = 0
    for (field, signed), value in zip(fields, values):
        low = -(1 << (field.width - 1)) if signed else 0
        if not low <= value < low + (1 << field.width):
            raise OverflowError(f"{value} does not fit {field.width} bits")
        word |= field.set(int(value))
    return word


def _unpack_word(fields, word):
    """The values of (Field, signed) in a word."""
    for field, signed in fields:
        value = field.get(word)
        yield value - (1 << field.width) if signed and value >> (field.width - 1) else value'''.split("\n")


def word(item):
    """A class with pack() and unpack(); of a word of two halves, of the one in bits 31:0."""
    fields = ", ".join(f"({item.name}_{f.name.upper()}, {f.signed})" for f in item.members)
    reserved = f"not word & {item.name}_RESERVED.mask" if item.reserved else "True"
    return [*(f"{item.name}_{f.name.upper()} = Field({f.lsb}, {f.width})" for f in item.fields
              if f.name != "other"),
            f"_{item.name} = ({fields},)", "", "", f"class {camel(item.name)}(NamedTuple):", "    " + quoted(item.desc),
            *(f"    {f.name}: int = 0  # {f.desc}" for f in item.members), "",
            "    def pack(self):", '        """The word; what is reserved, and the other half of a word of two, is 0."""',
            f"        return _pack_word(_{item.name}, self)", "",
            "    @classmethod", "    def unpack(cls, word):", '        """The fields of a word."""',
            f"        return cls(*_unpack_word(_{item.name}, word))", "",
            "    @staticmethod", "    def reserved_clear(word):",
            '        """Whether the reserved bits of a word are 0."""', f"        return {reserved}"]


def layouts(items):
    """Every word with the (Field, signed) of its members."""
    return ["WORDS = {", *(f"    {camel(item.name)}: _{item.name}," for item in items), "}"]


def preset_class(spec):
    def row(name, factors):
        expression = product(tuple(f if f == "counters" or isinstance(f, int) else f"self.{f}" for f in factors), spec)
        return f"                SpuRegion.{name}: {expression},"

    def lookup(position):
        return [row(name, factors[position]) for name, factors in REGIONS.items() if factors[position]]

    return ["class SpuPreset(NamedTuple):", '    """A named size of spiking processing unit and its timing in cycles."""',
            "    name: str", "    description: str",
            *(f"    {name}: int" for name in ("index", *SPU_SHAPE, *SPU_PRESET_TIMING)), "",
            "    def cores(self):", '        """Cores of the mesh."""', "        return self.mesh_cols * self.mesh_rows", "",
            "    def region_words(self, region, io):",
            '        """64-bit words of a region in a core, or in the input/output unit; 0 for one that it does not have."""',
            "        if io:", "            words = {", *lookup(1), "            }", "        else:", "            words = {",
            *lookup(0), "            }", "        return words.get(region, 0)"]


def presets(items):
    rows = []
    for item in items:
        numbers = ", ".join(str(v) for v in (item.index, *item.shape.values(), *(n.value for n in item.timing)))
        rows.append(f"    {quoted(item.name)}: SpuPreset({quoted(item.name)}, {quoted(item.desc)}, {numbers}),")
    return ["SPU_PRESETS = {", *rows, "}"]


def energy(spec):
    """Femtojoules by counter, and static power, under the name of a table."""
    rows = []
    for item in spec.spu_energy:
        events = ", ".join(f"SpuCounter.{number.name.upper()}: {number.value}" for number in item.events)
        rows.append(f"    {quoted(item.name)}: {{{events}}},  # fJ")
    static = [f"    {quoted(t.name)}: {t.core_microwatts.value if t.core_microwatts else 0},  # uW"
              for t in spec.spu_energy]
    return [f"SPU_COUNTERS = {counters(spec)}", "SPU_ENERGY_TABLES = {", *rows, "}",
            "SPU_CORE_MICROWATTS = {", *static, "}"]
