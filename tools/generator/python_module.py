# SPDX-License-Identifier: Apache-2.0
"""Python: photic_spec.py, standard library only."""
from . import python_spiking
from .schemes import FEATURES, OUTSIDE
from .spec import constants
from .tables import PRESET_TIMING, SHAPE
from .text import banner, camel, quoted, source

FILES = ("registers", "descriptors", "spiking", "schemes", "geometry", "timing", "numerics", "optics", "energy")
CODES = {8: "B", 16: "H", 32: "I", 64: "Q"}

FIELD = '''\
class Field(NamedTuple):
    """Bits of a register, or of a packed record field."""
    lsb: int
    width: int

    @property
    def mask(self):
        return ((1 << self.width) - 1) << self.lsb

    def get(self, reg):
        """The field's value in a register's value."""
        return (reg & self.mask) >> self.lsb

    def set(self, value):
        """A register's value with the field set to `value`, whose excess bits are dropped, and 0 elsewhere."""
        return (value << self.lsb) & self.mask


class RegisterInfo(NamedTuple):
    """One register of the map; repeated blocks carry their number: QUEUE0_CONTROL."""
    name: str
    offset: int
    wide: bool
    timed: bool
    counter: bool
    writable_mask: int
    w1c_mask: int
    reset: int
    description: str
    write_only_mask: int
    varies_mask: int
    device: int


class SchemeStep(NamedTuple):
    """One camera frame of a scheme; phase in twelfths of a turn, -1: the reference beam is blocked."""
    features: "FeatureMode"
    outside: "Outside"
    phase: int
    re: int
    im: int


class SchemeSpec(NamedTuple):
    """A recovery scheme; `re` of its calibration is a weight."""
    value: "Scheme"
    name: str
    description: str
    complex: bool
    linear: bool
    steps: tuple
    calibration: SchemeStep | None


class Mode(NamedTuple):
    """Shortest frame period, in cycles, of frames with at most so many mirrors and pixels."""
    mirrors: int
    pixels: int
    period: int'''.split("\n")

PERIOD = '''
    def mode_period(self, mirrors, pixels):
        """Shortest period of a frame with so many mirrors and pixels in use, in cycles."""
        fitting = (mode.period for mode in self.modes if mirrors <= mode.mirrors and pixels <= mode.pixels)
        return next(fitting, self.modes[-1].period)'''.split("\n")


def emit(spec):
    head = [banner("#", *FILES), "# SPDX-License-Identifier: Apache-2.0",
            '"""The device contract: registers, records, enumerations and numbers, spelt as in the specification."""']
    imports = ["import struct", "from enum import IntEnum", "from typing import NamedTuple"]
    groups = [head, imports, ["", *FIELD], ["", *preset_class()], *([""] + enum(item) for item in spec.enums),
              ["", *modes("FeatureMode", FEATURES)], ["", *modes("Outside", OUTSIDE)],
              *(bits_of(item) for item in spec.enums if item.values[0].bits is not None),
              *([""] + record(item) for item in spec.records),
              ["", *python_spiking.HELPERS], *([""] + python_spiking.word(item) for item in spec.words),
              ["", *python_spiking.layouts(spec.words)],
              ["", *python_spiking.preset_class(spec)],
              ["", f"CONTRACT_HASH = {spec.contract_hash:#010x}",
               *(f"{name.upper()} = {value}" for _, _, name, value in constants(spec))],
              [f"{flags.name}_{name} = 1 << {bit}" for flags in spec.flags for name, bit, _ in flags.bits],
              bars(spec.registers), *(block(item) for item in spec.registers.blocks), table(spec.registers.blocks),
              schemes(spec.schemes), presets(spec.presets),
              ["ENERGY_TABLES = {", *(f"    {quoted(t.name)}: {t.board_milliwatts.value},  # mW" for t in spec.energy),
               "}"], python_spiking.presets(spec.spu_presets), python_spiking.energy(spec)]
    return source(*groups)


def preset_class():
    return ["class Preset(NamedTuple):", '    """A named size of device and its timing in cycles."""', "    name: str",
            "    description: str", *(f"    {name}: int" for name in ("index", *SHAPE, *PRESET_TIMING)),
            "    modes: tuple", *PERIOD]


def enum(item):
    return [f"class {camel(item.name)}(IntEnum):", "    " + quoted(item.desc),
            *(f"    {value.name} = {value.value:#x}  # {value.desc}" for value in item.values)]


def modes(name, values):
    return [f"class {name}(IntEnum):", *(f"    {value} = {index}" for index, value in enumerate(values))]


def bits_of(item):
    entries = ", ".join(f"{camel(item.name)}.{v.name}: {v.bits}" for v in item.values)
    return [f"{item.name}_BITS = {{{entries}}}"]


def record(item):
    kind = camel(item.name)
    parts = [(field, part) for field in item.fields for part in field.parts]
    lines = [f"{item.name}_FORMAT = \"<{''.join(CODES[field.width] for field in item.fields)}\"",
             f"{item.name}_BYTES = {item.size}",
             *(f"{item.name}_{f.name}_{p.name}".upper() + f" = Field({p.lsb}, {p.width})" for f, p in parts),
             "", "", f"class {kind}(NamedTuple):", "    " + quoted(item.desc),
             *(f"    {field.name}: int = 0  # {field.desc}" for field in item.fields), "",
             "    def pack(self):", '        """The bytes of the entry."""',
             f"        return struct.pack({item.name}_FORMAT, *self)", "",
             "    @classmethod", "    def unpack(cls, data):", '        """The entry that these bytes hold."""',
             f"        return cls(*struct.unpack({item.name}_FORMAT, data))"]
    for field in item.fields:
        if field.parts:
            names = ", ".join(part.name for part in field.parts)
            terms = " | ".join(f"{item.name}_{field.name}_{part.name}".upper() + f".set({part.name})"
                               for part in field.parts)
            lines += ["", "", f"def pack_{field.name}({names}):", f"    return {terms}"]
    return lines


def bars(registers):
    return [f"BAR_SIZE = {registers.bar_size:#x}", f"HEARTBEAT_SIZE = {registers.heartbeat_size:#x}",
            f"HEARTBEAT_OFFSET = {registers.heartbeat_offset:#x}"]


def block(item):
    lines = [f"# {item.desc}", f"{item.name}_BASE = {item.base:#x}", f"{item.name}_SIZE = {item.size * item.count:#x}"]
    if item.repeat:
        lines.append(f"{item.name}_STRIDE = {item.size:#x}")
    for reg in item.registers:
        name, offset = f"{item.name}_{reg.name}", item.base + reg.offset
        for suffix, at in ((("", offset), ("_HI", offset + 4)) if reg.wide else (("", offset),)):
            if item.repeat:
                index = item.name.lower()
                lines += ["", "", f"def {name}{suffix}({index}):", f"    return {at:#x} + {index} * {item.name}_STRIDE",
                          "", ""]
            else:
                lines.append(f"{name}{suffix} = {at:#x}")
        lines += [f"{name}_{field.name} = Field({field.lsb}, {field.width})" for field in reg.fields]
        if not reg.varies_mask and not reg.wide:
            lines.append(f"{name}_RESET = {reg.reset:#x}")
    return lines


def table(blocks):
    rows = []
    for item in blocks:
        for index in range(item.count):
            prefix = f"{item.name}{index}" if item.repeat else item.name
            for reg in item.registers:
                rows.append(f"    RegisterInfo({quoted(f'{prefix}_{reg.name}')}, "
                            f"{item.base + index * item.size + reg.offset:#x}, {reg.wide}, {reg.timed}, {reg.counter}, "
                            f"{reg.mask('rw'):#x}, {reg.mask('w1c'):#x}, {reg.reset & 0xFFFFFFFF:#x}, "
                            f"{quoted(reg.desc)}, {reg.mask('wo'):#x}, {reg.varies_mask:#x}, {item.device_kind}),")
    return ["REGISTERS = (", *rows, ")"]


def step(item):
    return f"SchemeStep(FeatureMode.{item.features}, Outside.{item.outside}, {item.phase}, {item.re}, {item.im})"


def schemes(items):
    rows = []
    for item in items:
        rows += [f"    Scheme.{item.name}: SchemeSpec(",
                 f"        Scheme.{item.name}, {quoted(item.name)}, {quoted(item.desc)}, {item.complex}, {item.linear},",
                 "        (", *(f"            {step(one)}," for one in item.steps), "        ),",
                 f"        {step(item.calibration) if item.calibration else None},", "    ),"]
    return ["SCHEMES = {", *rows, "}"]


def presets(items):
    rows = []
    for item in items:
        numbers = ", ".join(str(v) for v in (item.index, *item.shape.values(), *(n.value for n in item.timing)))
        rows += [f"    {quoted(item.name)}: Preset(", f"        {quoted(item.name)}, {quoted(item.desc)}, {numbers},",
                 "        (", *(f"            Mode({m.mirrors}, {m.pixels}, {m.period})," for m in item.modes),
                 "        ),", "    ),"]
    return ["PRESETS = {", *rows, "}"]
