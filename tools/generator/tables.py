# SPDX-License-Identifier: Apache-2.0
"""Loads and validates geometry.toml, timing.toml, numerics.toml, optics.toml and energy.toml."""
from .model import EnergyTable, Format, Mode, Number, Preset, SpuEnergyTable
from .schema import NAME, SpecError, reject_duplicates

SHAPE = ("mirror_rows", "mirror_cols", "pixel_rows", "pixel_cols")
PRESET_TIMING = {
    "settle_cycles": "Load, reset and settling of the mirrors.",
    "camera_start_cycles": "Camera overhead before the first row of a frame.",
    "row_cycles": "Readout of one camera row.",
    "read_latency": "Latency of host memory, reads.",
    "write_latency": "Latency of host memory, writes.",
}
# Size of an SPU -> its largest value; every size is at least 1.
SPU_SHAPE = {
    "mesh_cols": 16, "mesh_rows": 16, "neurons": 1024, "axons": 4096, "synapse_words": 0xFFFFF, "lanes": 8, "slots": 64,
    "walks": 32, "fanout_words": 0xFFFF, "io_fanout_words": 0xFFFF, "inputs": 4096, "outputs": 4096,
}
POWERS_OF_TWO = ("lanes", "slots")
SPU_PRESET_TIMING = {name: PRESET_TIMING[name] for name in ("read_latency", "write_latency")}
# Words of the COUNTER region that stand for an event of its own energy; the others count errors or cycles.
ENERGY_EVENTS = ("spikes", "synaptic_ops", "flits_in", "flits_out", "updates", "synapse_reads", "hops", "table_reads")
UNLIMITED = 0xFFFFFFFF
WORD_PIXELS = 4
MODES_MAX = 8


def number(name, node, unit="", desc="", low=0, high=UNLIMITED):
    """A documented number; `unit` and `desc` are given where the table they stand in says them for all entries."""
    texts = [key for key, given in (("unit", unit), ("desc", desc)) if not given]
    node.only("value", *texts, "source")
    return Number(name, node.number("value", low, high), unit or node.text("unit"), desc or node.text("desc"),
                  node.text("source"))


def load_limits(root):
    root.only("limits", "preset", "spu")
    node = root.table("limits")
    units = {"queues": "queues", "ring_log2_max": "log2 entries", "preset_bits": "bits"}
    node.only(*units)
    return tuple(number(name, node.table(name), unit=unit, low=1, high=32) for name, unit in units.items())


def load_presets(geometry, timing, index_bits, table="preset"):
    """Presets of an OPU, or with table "spu" of an SPU, by their index; each stands in geometry.toml and in timing.toml."""
    shapes, times = dict(geometry.table(table).children()), dict(timing.table(table).children())
    for missing, file, names in ((shapes, geometry.file, times), (times, timing.file, shapes)):
        for name in names:
            if name not in missing:
                raise SpecError(file, f"{table}.{name}", "missing", "a preset stands in geometry.toml and timing.toml")
    reject_duplicates([(n.number("index", 0, (1 << index_bits) - 1), n, "index") for n in shapes.values()], "index")
    load = load_preset if table == "preset" else load_spu_preset
    presets = [load(name, node, times[name]) for name, node in shapes.items()]
    return tuple(sorted(presets, key=lambda preset: preset.index))


def load_preset(name, shape, timing):
    shape.only("index", "desc", "source", *SHAPE)
    timing.only(*PRESET_TIMING, "modes")
    sizes = {key: shape.number(key, 1, 0xFFFF) for key in SHAPE}
    if sizes["pixel_cols"] % WORD_PIXELS:
        shape.fail(f"{sizes['pixel_cols']} is not a multiple of {WORD_PIXELS}",
                   f"the camera delivers {WORD_PIXELS} pixels a cycle: round it", "pixel_cols")
    return Preset(name, shape.number("index"), shape.text("desc"), shape.text("source"), sizes,
                  load_cycles(timing, PRESET_TIMING), load_modes(timing))


def load_spu_preset(name, shape, timing):
    shape.only("index", "desc", "source", *SPU_SHAPE)
    timing.only(*SPU_PRESET_TIMING)
    sizes = {key: shape.number(key, 1, most) for key, most in SPU_SHAPE.items()}
    for key in POWERS_OF_TWO:
        if sizes[key] & (sizes[key] - 1):
            shape.fail(f"{sizes[key]} is not a power of two", f"choose a power of two up to {SPU_SHAPE[key]}", key)
    return Preset(name, shape.number("index"), shape.text("desc"), shape.text("source"), sizes,
                  load_cycles(timing, SPU_PRESET_TIMING), ())


def load_cycles(node, keys):
    return tuple(number(key, node.table(key), unit="cycles", desc=desc) for key, desc in keys.items())


def load_modes(timing):
    nodes, modes = timing.tables("modes"), []
    if len(nodes) > MODES_MAX:
        timing.fail(f"{len(nodes)} modes", f"a preset has at most {MODES_MAX}", "modes")
    for node in nodes:
        node.only("mirrors", "pixels", "period", "source")
        mode = Mode(node.number("mirrors", 1), node.number("pixels", 1), node.number("period", 1),
                    node.text("source"))
        if modes and (mode.mirrors < modes[-1].mirrors or mode.pixels < modes[-1].pixels or
                      mode.period <= modes[-1].period):
            node.fail("not larger and slower than the mode before it",
                      "order modes by size: limits never fall and periods grow")
        modes.append(mode)
    if (modes[-1].mirrors, modes[-1].pixels) != (UNLIMITED, UNLIMITED):
        nodes[-1].fail("the last mode does not hold every frame", f"set mirrors and pixels to {UNLIMITED}")
    return tuple(modes)


def load_timing(root):
    """(clock, stage numbers, fifo depths)."""
    root.only("clock", "stage", "fifo", "preset", "spu")
    clock = root.table("clock")
    clock.only("khz", "desc", "source")
    clock = Number("clock_khz", clock.number("khz", 1), "kHz", clock.text("desc"), clock.text("source"))
    stage = tuple(number(name, node, unit=stage_unit(name)) for name, node in root.table("stage").children())
    fifo = tuple(number(name, node, unit="entries", low=1) for name, node in root.table("fifo").children())
    return clock, stage, fifo


def stage_unit(name):
    units = {"cycles": "cycles", "default": "1024 cycles", "beats": "64-bit words", "flight": "bursts"}
    return units.get(name.rsplit("_", 1)[-1], "count")


def load_numerics(root):
    """(formats, constants)."""
    root.only("format", "constant")
    formats = []
    for name, node in root.table("format").children(NAME):
        node.only("desc", "bits", "signed")
        formats.append(Format(name, node.number("bits", 1, 64), node.flag("signed"), node.text("desc")))
    constants = tuple(number(name, node) for name, node in root.table("constant").children())
    return tuple(formats), constants


def load_optics(root):
    return {group: tuple(number(name, child) for name, child in node.children()) for group, node in root.children()}


def load_energy(root):
    """(tables of whole devices, tables of the events of an SPU)."""
    root.only("table", "spu")
    tables = []
    for name, node in root.table("table").children():
        node.only("desc", "board_milliwatts")
        tables.append(EnergyTable(name, node.text("desc"),
                                  number("board_milliwatts", node.table("board_milliwatts"))))
    return tuple(tables), tuple(load_spu_energy(name, node) for name, node in root.table("spu").children())


def load_spu_energy(name, node):
    node.only("desc", *ENERGY_EVENTS, "core_microwatts")
    events = tuple(number(key, node.table(key), unit="fJ") for key in ENERGY_EVENTS if key in node.data)
    if not events:
        node.fail("states no event", f"add one of: {', '.join(ENERGY_EVENTS)}")
    static = None
    if "core_microwatts" in node.data:
        static = number("core_microwatts", node.table("core_microwatts"), unit="uW")
    return SpuEnergyTable(name, node.text("desc"), events, static)
