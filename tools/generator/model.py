# SPDX-License-Identifier: Apache-2.0
"""The validated specification as plain records: all that emitters see."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    name: str
    lsb: int
    width: int
    sw: str
    reset: int  # 0 while `varies`
    reset_name: str  # what the reset value stands for, or ""
    varies: bool  # the reset value depends on the device's kind or geometry
    desc: str

    @property
    def mask(self):
        return ((1 << self.width) - 1) << self.lsb


@dataclass(frozen=True)
class Register:
    name: str
    offset: int
    wide: bool
    timed: bool
    counter: bool
    desc: str
    fields: tuple

    @property
    def size(self):
        return 8 if self.wide else 4

    def mask(self, *kinds):
        return sum(f.mask for f in self.fields if f.sw in kinds) & 0xFFFFFFFF

    @property
    def varies_mask(self):
        return sum(f.mask for f in self.fields if f.varies) & 0xFFFFFFFF

    @property
    def reset(self):
        return sum(f.reset << f.lsb for f in self.fields)


@dataclass(frozen=True)
class Block:
    name: str
    base: int
    size: int  # of one instance: the stride when repeated
    repeat: str
    count: int
    device: str  # the kind of device that has it, or "" for all
    device_kind: int  # its DEVICE_KIND; 0 for all
    desc: str
    registers: tuple


@dataclass(frozen=True)
class RegisterMap:
    bar_size: int
    bar_desc: str
    heartbeat_size: int
    heartbeat_offset: int
    heartbeat_desc: str
    blocks: tuple


@dataclass(frozen=True)
class EnumValue:
    name: str
    value: int
    bits: int | None
    signed: bool | None
    desc: str


@dataclass(frozen=True)
class Enum:
    name: str
    width: int  # of the fields that carry it
    desc: str
    values: tuple
    file: str

    @property
    def storage(self):
        """Bits of the smallest integer that holds it."""
        return next(bits for bits in (8, 16, 32) if bits >= self.width)


@dataclass(frozen=True)
class Flags:
    name: str
    desc: str
    bits: tuple  # (name, bit, desc)


@dataclass(frozen=True)
class Part:
    """Bits of a packed record field."""
    name: str
    lsb: int
    width: int
    enum: str


@dataclass(frozen=True)
class RecordField:
    name: str
    at: int
    width: int  # bits
    enum: str
    flags: str
    parts: tuple
    desc: str


@dataclass(frozen=True)
class Record:
    name: str
    size: int
    desc: str
    fields: tuple


@dataclass(frozen=True)
class WordField:
    name: str
    lsb: int
    width: int
    signed: bool
    enum: str
    desc: str

    @property
    def mask(self):
        return ((1 << self.width) - 1) << self.lsb


@dataclass(frozen=True)
class Word:
    """A packed word of 64 bits; `fields` name all of them, low bits first."""
    name: str
    desc: str
    fields: tuple

    @property
    def half(self):
        """Whether the word holds two entries of 32 bits laid out alike."""
        return any(field.name == "other" for field in self.fields)

    @property
    def reserved(self):
        """The bits that have no meaning."""
        return next((field for field in self.fields if field.name == "reserved"), None)

    @property
    def members(self):
        """The fields that have a meaning."""
        return tuple(field for field in self.fields if field.name not in ("reserved", "other"))


@dataclass(frozen=True)
class Number:
    name: str
    value: int
    unit: str
    desc: str
    source: str


@dataclass(frozen=True)
class Format:
    name: str
    bits: int
    signed: bool
    desc: str


@dataclass(frozen=True)
class Step:
    features: str
    outside: str
    phase: int
    re: int
    im: int


@dataclass(frozen=True)
class Scheme:
    name: str
    value: int
    desc: str
    source: str
    complex: bool
    linear: bool
    steps: tuple
    calibration: Step | None  # re = weight


@dataclass(frozen=True)
class Mode:
    mirrors: int
    pixels: int
    period: int
    source: str


@dataclass(frozen=True)
class Preset:
    name: str
    index: int
    desc: str
    source: str
    shape: dict  # sizes by name
    timing: tuple  # of Number
    modes: tuple  # of Mode; empty for an SPU


@dataclass(frozen=True)
class EnergyTable:
    name: str
    desc: str
    board_milliwatts: Number


@dataclass(frozen=True)
class SpuEnergyTable:
    name: str
    desc: str
    events: tuple  # of Number in femtojoules, named as the counters
    core_microwatts: Number | None


@dataclass(frozen=True)
class Spec:
    contract_hash: int
    registers: RegisterMap
    enums: tuple
    flags: tuple
    records: tuple
    words: tuple
    schemes: tuple
    limits: tuple
    presets: tuple
    spu_presets: tuple
    clock: Number
    stage: tuple
    fifo: tuple
    formats: tuple
    constants: tuple
    optics: dict  # group -> Numbers
    energy: tuple
    spu_energy: tuple
