# SPDX-License-Identifier: Apache-2.0
"""Loads the whole specification, checks what spans files, and names it by its hash."""
import json
import pathlib
import tomllib
import zlib

from . import enums, records, registers, schemes, tables, words
from .model import Spec
from .regions import COUNTER_ENUM, REGION_ENUM, REGIONS
from .schema import Node, SpecError
from .text import camel

FILES = ("registers", "descriptors", "spiking", "schemes", "geometry", "timing", "numerics", "optics", "energy")
# What a driver and a device need not agree on: how light behaves, what energy costs.
OUTSIDE_CONTRACT = ("optics", "energy")
DEVICE_KIND = "DEVICE_KIND"
TEXTS = ("desc", "source")


def read(folder):
    """The files of a specification as tables, by name."""
    roots = {}
    for name in FILES:
        file = f"{name}.toml"
        try:
            data = tomllib.loads((pathlib.Path(folder) / file).read_text(encoding="utf-8"))
        except OSError as error:
            raise SpecError(file, "file", error.strerror, f"put it into {folder}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SpecError(file, "file", f"not TOML: {error}", "correct the syntax there") from error
        roots[name] = Node(file, "", data)
    for path in sorted(pathlib.Path(folder).glob("*.toml")):
        if path.stem not in FILES:
            raise SpecError(path.name, "file", "unknown file", f"remove it or use one of: {', '.join(FILES)}")
    return roots


def without_texts(data):
    """`data` less what only explains it."""
    if isinstance(data, dict):
        return {key: without_texts(value) for key, value in data.items() if key not in TEXTS}
    if isinstance(data, list):
        return [without_texts(value) for value in data]
    return data


def contract_hash(roots):
    """CRC-32 of the canonical contract."""
    contract = {name: without_texts(node.data) for name, node in roots.items() if name not in OUTSIDE_CONTRACT}
    return zlib.crc32(json.dumps(contract, sort_keys=True, separators=(",", ":")).encode("utf-8"))


def load(folder):
    """The validated specification in `folder`; raises SpecError."""
    roots = read(folder)
    loaded_schemes = schemes.load(roots["schemes"])
    scheme_enum = schemes.enumeration(loaded_schemes)
    loaded_enums = enums.load((roots["descriptors"], roots["spiking"]), scheme_enum)
    values = {name: found for name, (_, found) in loaded_enums.items()} | {scheme_enum.name: scheme_enum.values}
    flags, loaded_records = records.load(roots["descriptors"], values)
    loaded_words = words.load(roots["spiking"], values)
    limits = tables.load_limits(roots["geometry"])
    limit_values = {limit.name: limit.value for limit in limits}
    clock, stage, fifo = tables.load_timing(roots["timing"])
    presets, spu_presets = (
        tables.load_presets(roots["geometry"], roots["timing"], limit_values["preset_bits"], table)
        for table in ("preset", "spu"))
    formats, constants = tables.load_numerics(roots["numerics"])
    value = contract_hash(roots)
    resets = {"contract": value, "clock_khz": clock.value,
              "queues": limit_values["queues"], "ring_log2_max": limit_values["ring_log2_max"]}
    register_map = registers.load(roots["registers"], limit_values, resets,
                                  {item.name: item.value for item in values.get(DEVICE_KIND, ())})
    energy, spu_energy = tables.load_energy(roots["energy"])
    spec = Spec(value, register_map, (*enums.resolve(loaded_enums, loaded_records, loaded_words), scheme_enum), flags,
                loaded_records, loaded_words, loaded_schemes, limits, presets, spu_presets, clock, stage, fifo, formats,
                constants, tables.load_optics(roots["optics"]), energy, spu_energy)
    check_regions(loaded_enums)
    check_sizes(spec)
    check_names(spec)
    return spec


def check_regions(loaded_enums):
    """The generated views know the sizes and energies of regions and counters by these names."""
    for enum, needed in ((REGION_ENUM, REGIONS), (COUNTER_ENUM, tuple(map(str.upper, tables.ENERGY_EVENTS)))):
        if enum not in loaded_enums:
            raise SpecError("spiking.toml", f"enum.{enum}", "missing", f"add it with {', '.join(needed)}")
        node, values = loaded_enums[enum]
        for name in needed:
            if name not in [value.name for value in values]:
                node.fail("missing", "keep it: its size or its energy depends on the name", name)


def check_sizes(spec):
    """Every preset's sizes fit the registers that report them."""
    sizes = {}
    for preset in (*spec.presets, *spec.spu_presets):
        for name, size in preset.shape.items():
            sizes[name] = max(size, sizes.get(name, 0))
    for block in spec.registers.blocks:
        for reg in block.registers:
            for field in reg.fields:
                if field.varies and sizes.get(field.reset_name, 0) >> field.width:
                    raise SpecError("registers.toml", f"block.{block.name}.reg.{reg.name}.field.{field.name}.bits",
                                    f"{field.reset_name} of {sizes[field.reset_name]} does not fit", "widen the field")


def constants(spec):
    """Every plain constant as (file, key, generated name in lower case, Number or value)."""
    for item in spec.limits:
        yield "geometry.toml", f"limits.{item.name}", item.name, item.value
    yield "timing.toml", "clock.khz", spec.clock.name, spec.clock.value
    for item in spec.stage:
        yield "timing.toml", f"stage.{item.name}", item.name, item.value
    for item in spec.fifo:
        yield "timing.toml", f"fifo.{item.name}", f"fifo_{item.name}", item.value
    for item in spec.formats:
        yield "numerics.toml", f"format.{item.name}", f"{item.name.lower()}_bits", item.bits
    for item in spec.constants:
        yield "numerics.toml", f"constant.{item.name}", item.name, item.value
    for group, items in spec.optics.items():
        for item in items:
            yield "optics.toml", f"{group}.{item.name}", item.name, item.value


def names(spec):
    """Every name that shares the flat name space of the generated languages, as (file, key, name)."""
    for file, key, name, _ in constants(spec):
        yield file, key, name.upper()
    for preset in spec.presets:
        yield "geometry.toml", f"preset.{preset.name}", f"PRESET_{preset.name.upper()}"
    for preset in spec.spu_presets:
        yield "geometry.toml", f"spu.{preset.name}", f"SPU_PRESET_{preset.name.upper()}"
    for enum in spec.enums:
        for value in enum.values:
            yield enum.file, f"enum.{enum.name}.{value.name}", f"{enum.name}_{value.name}"
    for flags in spec.flags:
        for name, _, _ in flags.bits:
            yield "descriptors.toml", f"flags.{flags.name}.{name}", f"{flags.name}_{name}"
    for record in spec.records:
        for field in record.fields:
            for part in field.parts:
                yield ("descriptors.toml", f"record.{record.name}.field.{field.name}",
                       f"{record.name}_{field.name}_{part.name}".upper())
    for word in spec.words:
        for field in word.fields:
            yield "spiking.toml", f"word.{word.name}.field.{field.name}", f"{word.name}_{field.name}".upper()
    for block in spec.registers.blocks:
        for suffix in ("BASE", "SIZE", "STRIDE"):
            yield "registers.toml", f"block.{block.name}", f"{block.name}_{suffix}"
        for reg in block.registers:
            key, name = f"block.{block.name}.reg.{reg.name}", f"{block.name}_{reg.name}"
            yield "registers.toml", key, name
            yield "registers.toml", key, f"{name}_RESET"
            if reg.wide:
                yield "registers.toml", key, f"{name}_HI"
            for field in reg.fields:
                yield "registers.toml", f"{key}.field.{field.name}", f"{name}_{field.name}"


def types(spec):
    """Every name that becomes a type, as (file, key, name)."""
    for enum in spec.enums:
        yield enum.file, f"enum.{enum.name}", camel(enum.name)
    for record in spec.records:
        yield "descriptors.toml", f"record.{record.name}", camel(record.name)
    for word in spec.words:
        yield "spiking.toml", f"word.{word.name}", camel(word.name)


def check_names(spec):
    """Rejects two entries whose generated names are one."""
    for group in (names(spec), types(spec)):
        seen = {}
        for file, key, name in group:
            if name in seen:
                raise SpecError(file, key, f"its generated name {name} is already taken by {seen[name]}", "rename one")
            seen[name] = f"{file}: {key}"
