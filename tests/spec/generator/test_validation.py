# SPDX-License-Identifier: Apache-2.0
"""Every invalid specification is refused with the file, the key and the remedy."""
import shutil
import unittest

from generator_case import REMOVE, SPEC, GeneratorCase, generate

CONTROL = "block.SHELL.reg.CONTROL"
CYCLE = "block.SHELL.reg.CYCLE"
FIELD = "record.SUBMISSION.field"
AXON = "word.SPU_AXON.field"
STEPS = "scheme.PHASE2.steps"
MODES = "preset.gen3.modes"
NUMBER = {"value": 1, "unit": "things", "desc": "One.", "source": "test"}
BITS = {"bits": "1:0", "sw": "ro", "reset": 0, "desc": "Two bits."}
REGISTER = {"offset": 0xF8, "desc": "Another.", "field": {"VALUE": BITS}}
STEP = {"features": "X", "outside": "DARK", "phase": -1, "re": 1, "im": 0}

# Tables of every shape: none takes a key that the schema does not know.
TABLES = {
    "registers": ("bar", "heartbeat", "block.SHELL", CONTROL, f"{CONTROL}.field.ENABLE"),
    "descriptors": ("record.SUBMISSION", f"{FIELD}.opcode", f"{FIELD}.input.parts.format", "enum.OPCODE.NOP", "flags.SUBMIT.IRQ"),
    "spiking": ("word.SPU_AXON", f"{AXON}.base", "enum.SPU_EMIT.SPIKE"),
    "schemes": ("scheme.ANCHOR", "scheme.ANCHOR.calibration", "scheme.ANCHOR.steps.0"),
    "geometry": ("limits.queues", "preset.tiny", "spu.tiny"),
    "timing": ("clock", "stage.check_cycles", "fifo.frames", "preset.tiny.row_cycles", "preset.tiny.modes.0",
               "spu.tiny", "spu.tiny.read_latency"),
    "numerics": ("format.COUNT", "constant.shift_max"),
    "optics": ("sensor.full_well_electrons",),
    "energy": ("table.published", "table.published.board_milliwatts", "spu.odin28", "spu.odin28.synaptic_ops"),
}

# (file, path) of texts and numbers that may not be missing.
REQUIRED = (
    ("registers", "bar.desc"), ("registers", "bar.size"), ("registers", "heartbeat.desc"),
    ("registers", "heartbeat.counter_offset"), ("registers", "block.SHELL.desc"), ("registers", "block.SHELL.base"),
    ("registers", f"{CONTROL}.desc"), ("registers", f"{CONTROL}.offset"), ("registers", f"{CONTROL}.field.ENABLE.desc"),
    ("registers", f"{CONTROL}.field.ENABLE.sw"), ("registers", f"{CONTROL}.field.ENABLE.bits"),
    ("registers", f"{CONTROL}.field.ENABLE.reset"),
    ("descriptors", "record.COMPLETION.desc"), ("descriptors", "record.COMPLETION.size"),
    ("descriptors", f"{FIELD}.shift.desc"), ("descriptors", f"{FIELD}.shift.at"), ("descriptors", f"{FIELD}.shift.type"),
    ("descriptors", "enum.STATUS.desc"), ("descriptors", "enum.STATUS.OK.desc"), ("descriptors", "enum.STATUS.OK.value"),
    ("descriptors", "flags.SUBMIT.desc"), ("descriptors", "flags.SUBMIT.IRQ.desc"), ("descriptors", "flags.SUBMIT.IRQ.bit"),
    ("schemes", "scheme.ANCHOR.desc"), ("schemes", "scheme.ANCHOR.source"), ("schemes", "scheme.ANCHOR.complex"),
    ("schemes", "scheme.ANCHOR.value"), ("schemes", "scheme.ANCHOR.steps"),
    ("geometry", "limits.queues.desc"), ("geometry", "limits.queues.source"), ("geometry", "limits.preset_bits"),
    ("geometry", "preset.tiny.desc"), ("geometry", "preset.tiny.source"), ("geometry", "preset.tiny.mirror_rows"),
    ("geometry", "preset.tiny.index"),
    ("timing", "clock.desc"), ("timing", "clock.source"), ("timing", "stage.check_cycles.desc"),
    ("timing", "stage.check_cycles.source"), ("timing", "fifo.frames.source"), ("timing", "preset.tiny.row_cycles"),
    ("timing", "preset.tiny.row_cycles.source"), ("timing", "preset.tiny.modes"),
    ("numerics", "format.COUNT.desc"), ("numerics", "format.COUNT.signed"), ("numerics", "constant.shift_max.unit"),
    ("numerics", "constant.shift_max.source"), ("optics", "sensor.full_well_electrons.unit"),
    ("optics", "sensor.full_well_electrons.desc"), ("optics", "sensor.full_well_electrons.source"),
    ("energy", "table.published.desc"), ("energy", "table.published.board_milliwatts.unit"),
    ("energy", "table.published.board_milliwatts.source"), ("energy", "spu.odin28.desc"),
    ("energy", "spu.odin28.synaptic_ops.value"), ("energy", "spu.odin28.synaptic_ops.source"),
    ("spiking", "word.SPU_AXON.desc"), ("spiking", "word.SPU_AXON.field"), ("spiking", f"{AXON}.base.bits"),
    ("spiking", f"{AXON}.base.desc"), ("spiking", "enum.SPU_EMIT.SPIKE.desc"),
    ("geometry", "spu.tiny.desc"), ("geometry", "spu.tiny.index"), ("geometry", "spu.tiny.slots"),
    ("timing", "spu.tiny.read_latency"), ("timing", "spu.tiny.read_latency.source"),
)

# (what, file, path, value, key in the message, problem, remedy)
CASES = (
    ("a text of the wrong type", "registers", "bar.desc", 1, "bar.desc", "wrong type", 'write it as `desc = "..."`'),
    ("a truth value for a number", "registers", "bar.size", True, "bar.size", "wrong type", "`size = <integer>`"),
    ("an empty text", "registers", "bar.desc", " ", "bar.desc", "empty", "say it in a few words"),
    ("a text of two lines", "registers", "bar.desc", "a\nb", "bar.desc", "line break", "in one line"),
    ("a name in the wrong case", "registers", "block.SHELL.reg.lower", REGISTER, "block.SHELL.reg.lower",
     "badly spelt", "use ALL_CAPS letters"),
    ("a key in the wrong case", "optics", "sensor.Full", NUMBER, "sensor.Full", "badly spelt", "use lower_case letters"),
    ("an empty table", "optics", "sensor", {}, "sensor", "empty", "add an entry or remove the table"),
    ("a BAR of no power of two", "registers", "bar.size", 0x1800, "bar.size", "not a power of two", "power of two"),
    ("a misaligned heartbeat", "registers", "heartbeat.counter_offset", 4, "heartbeat.counter_offset",
     "not 8-byte aligned", "multiple of 8"),
    ("a heartbeat outside its BAR", "registers", "heartbeat.counter_offset", 0x1000, "heartbeat.counter_offset",
     "out of range", "choose a value from 0 to 4088"),
    ("an unknown repeat", "registers", "block.QUEUE.repeat", "rings", "block.QUEUE.repeat", "'rings' is not known",
     "use one of: queues"),
    ("a block of an unknown device", "registers", "block.OPU.device", "GPU", "block.OPU.device", "'GPU' is not known",
     "use one of: OPU, SPU"),
    ("a misaligned register", "registers", f"{CONTROL}.offset", 0x21, f"{CONTROL}.offset", "not aligned", "multiple of 4"),
    ("a misaligned wide register", "registers", f"{CYCLE}.offset", 0x44, f"{CYCLE}.offset", "not aligned",
     "multiple of 8"),
    ("overlapping registers", "registers", f"{CONTROL}.offset", 0x24, "block.SHELL.reg.STATUS.offset",
     "overlaps CONTROL", "move it to 0x28 or later"),
    ("a register in a wide one's high word", "registers", f"{CONTROL}.offset", 0x44, f"{CONTROL}.offset",
     "overlaps CYCLE", "move it to 0x48 or later"),
    ("a register outside its block", "registers", f"{CONTROL}.offset", 0x100, f"{CONTROL}.offset", "outside the block",
     "move it or enlarge the block"),
    ("overlapping blocks", "registers", "block.OPU.base", 0x1C0, "block.OPU.base", "overlaps QUEUE",
     "move it to 0x200 or later"),
    ("a block outside the BAR", "registers", "block.OPU.base", 0xFC0, "block.OPU.base", "outside the BAR",
     "move it or enlarge the BAR"),
    ("an unknown access", "registers", f"{CONTROL}.field.ENABLE.sw", "rc", f"{CONTROL}.field.ENABLE.sw",
     "'rc' is not known", "use one of: ro, rw, w1c, wo"),
    ("a writable wide register", "registers", f"{CYCLE}.field.VALUE.sw", "rw", f"{CYCLE}.field.VALUE.sw",
     "in a wide register", "two registers"),
    ("a bit range that is none", "registers", f"{CONTROL}.field.ENABLE.bits", "0", f"{CONTROL}.field.ENABLE.bits",
     "no bit range", '"msb:lsb"'),
    ("bits upside down", "registers", f"{CONTROL}.field.ENABLE.bits", "0:3", f"{CONTROL}.field.ENABLE.bits",
     "no bit range", "msb >= lsb"),
    ("bits outside the register", "registers", f"{CONTROL}.field.ENABLE.bits", "32:32", f"{CONTROL}.field.ENABLE.bits",
     "no bit range", "31 >= msb"),
    ("overlapping fields", "registers", f"{CONTROL}.field.MORE", BITS, f"{CONTROL}.field.MORE.bits", "overlap another",
     "bits of its own"),
    ("a reset that does not fit", "registers", f"{CONTROL}.field.ENABLE.reset", 2, f"{CONTROL}.field.ENABLE.reset",
     "does not fit 1 bits", "widen the field"),
    ("an unknown reset", "registers", f"{CONTROL}.field.ENABLE.reset", "colour", f"{CONTROL}.field.ENABLE.reset",
     "'colour' is not known", "use one of: contract"),
    ("a register and a field of one generated name", "registers", "block.SHELL.reg.CONTROL_ENABLE", REGISTER,
     "block.SHELL.reg.CONTROL_ENABLE", "already taken by registers.toml: block.SHELL.reg.CONTROL.field.ENABLE",
     "rename one"),
    ("a gap in a record", "descriptors", f"{FIELD}.command", REMOVE, f"{FIELD}.timeout.at",
     "leaves a gap after byte 2", "use 2, or add a field"),
    ("overlapping record fields", "descriptors", f"{FIELD}.flags.at", 0, f"{FIELD}.flags.at", "overlaps the field",
     "use 1"),
    ("a misaligned record field", "descriptors", f"{FIELD}.flags.type", "u16", f"{FIELD}.flags.at", "not aligned",
     "multiple of 2"),
    ("a record of another size than its fields", "descriptors", "record.COMPLETION.size", 40, "record.COMPLETION.size",
     "the fields end at byte 32", "correct the size"),
    ("an unknown type", "descriptors", f"{FIELD}.flags.type", "i8", f"{FIELD}.flags.type", "'i8' is not known",
     "use one of: u8"),
    ("an unknown enum", "descriptors", f"{FIELD}.opcode.enum", "VERB", f"{FIELD}.opcode.enum", "'VERB' is not known",
     "use one of: DEVICE_KIND"),
    ("unknown flags", "descriptors", f"{FIELD}.flags.flags", "POLISH", f"{FIELD}.flags.flags", "'POLISH' is not known",
     "use one of: SUBMIT"),
    ("enum and flags in one field", "descriptors", f"{FIELD}.opcode.flags", "SUBMIT", f"{FIELD}.opcode.flags",
     "both enum and flags", "keep one"),
    ("a flag outside its field", "descriptors", "flags.SUBMIT.IRQ.bit", 8, f"{FIELD}.flags.flags", "outside the field",
     "use bits below 8"),
    ("flags of one bit", "descriptors", "flags.SUBMIT.STRICT.bit", 0, "flags.SUBMIT.STRICT.bit", "bit 0 is already taken",
     "choose another bit"),
    ("values of one number", "descriptors", "enum.STATUS.TIMEOUT.value", 0, "enum.STATUS.TIMEOUT.value",
     "value 0 is already taken", "choose another value"),
    ("an enum called as the schemes'", "descriptors", "enum.SCHEME", {"desc": "x"}, "enum.SCHEME", "already taken",
     "choose another enum name"),
    ("a value too large for its field", "descriptors", "enum.OPCODE.NOP.value", 256, "enum.OPCODE", "needs 9 bits",
     "the field that carries the enum has 8 bits"),
    ("bits that one value leaves out", "descriptors", "enum.INPUT_FORMAT.T2.bits", REMOVE, "enum.INPUT_FORMAT.T2.bits",
     "missing", "every value of an enum states `bits` or none does"),
    ("overlapping parts", "descriptors", f"{FIELD}.input.parts.planes.bits", "7:3", f"{FIELD}.input.parts.planes.bits",
     "overlaps another part", "give every part its own bits"),
    ("a part outside its field", "descriptors", f"{FIELD}.input.parts.planes.bits", "8:4",
     f"{FIELD}.input.parts.planes.bits", "'8:4' is no bit range", 'write it as "msb:lsb" with 7 >= msb >= lsb'),
    ("parts that leave bits unnamed", "descriptors", f"{FIELD}.input.parts.planes.bits", "6:4", f"{FIELD}.input.parts",
     "leave bits of the field unnamed", "name every bit"),
    ("a part of an unknown enum", "descriptors", f"{FIELD}.input.parts.format.enum", "COLOUR",
     f"{FIELD}.input.parts.format.enum", "'COLOUR' is not known", "use one of: DEVICE_KIND"),
    ("a part too narrow for its enum", "descriptors", f"{FIELD}.input.parts.format.bits", "0:0",
     f"{FIELD}.input.parts.format.bits", "does not fit", "widen the part"),
    ("a submission with a head of its own", "descriptors", "record.SPU_RUN.field.timeout.type", "u16",
     "record.SPU_RUN.field.source.at", "leaves a gap", "use 6"),
    ("a submission whose opcode is called otherwise", "descriptors", "record.SPU_RUN.field.opcode.enum", "SPU_RECORD",
     "record.SPU_RUN.field", "first 8 bytes differ from SUBMISSION", "the same names, offsets, types"),
    ("word bits that overlap", "spiking", f"{AXON}.format.bits", "21:19", f"{AXON}.format.bits", "overlaps another field",
     "its own bits"),
    ("word bits left unnamed", "spiking", f"{AXON}.walk.bits", "61:58", "word.SPU_AXON.field", "unnamed", "name all 64 bits"),
    ("word bits beyond the word", "spiking", f"{AXON}.plastic.bits", "64:64", f"{AXON}.plastic.bits", "no bit range",
     "63 >= msb"),
    ("a word field too narrow for its enum", "spiking", f"{AXON}.format.enum", "SPU_REGION", f"{AXON}.format.bits",
     "a value of SPU_REGION does not fit", "widen the field"),
    ("a word field of an unknown enum", "spiking", f"{AXON}.format.enum", "COLOUR", f"{AXON}.format.enum",
     "'COLOUR' is not known", "use one of: DEVICE_KIND"),
    ("an enum in fields of two widths", "spiking", f"{AXON}.delay.enum", "SPU_EMIT", "enum.SPU_EMIT",
     "carried by fields of 2 and 6 bits", "one width"),
    ("a signed enum", "spiking", f"{AXON}.format.signed", True, f"{AXON}.format.signed", "signed, but an enum",
     "leave `signed` out"),
    ("a signed bit", "spiking", f"{AXON}.align.signed", True, f"{AXON}.align.signed", "a single bit", "leave `signed` out"),
    ("reserved bits with a meaning", "spiking", "word.SPU_WALK.field.reserved.signed", True,
     "word.SPU_WALK.field.reserved", "has a meaning", "rename the field"),
    ("another half that is none", "spiking", "word.SPU_FANOUT.field.other.bits", "63:33", "word.SPU_FANOUT.field.other.bits",
     "not the upper half", '`bits = "63:32"`'),
    ("one enum in two files", "spiking", "enum.OPCODE", {"desc": "x", "A": {"value": 0, "desc": "x"}}, "enum.OPCODE",
     "enum name OPCODE is already taken", "choose another"),
    ("a word called as an enum", "descriptors", "enum.SPU_FLIT", {"desc": "x", "A": {"value": 0, "desc": "x"}},
     "word.SPU_FLIT", "SpuFlit is already taken by descriptors.toml: enum.SPU_FLIT", "rename one"),
    ("a region that no view can size", "spiking", "enum.SPU_REGION.WALK", REMOVE, "enum.SPU_REGION.WALK", "missing",
     "keep it"),
    ("an energy that no counter counts", "spiking", "enum.SPU_COUNTER.HOPS", REMOVE, "enum.SPU_COUNTER.HOPS", "missing",
     "keep it"),
    ("an SPU without timing", "geometry", "spu.huge", {}, "spu.huge", "missing", "geometry.toml and timing.toml"),
    ("SPUs of one index", "geometry", "spu.single.index", 0, "spu.single.index", "index 0 is already taken", "another index"),
    ("an SPU's index beyond the strap", "geometry", "spu.single.index", 8, "spu.single.index", "out of range", "from 0 to 7"),
    ("too wide a mesh", "geometry", "spu.tiny.mesh_cols", 17, "spu.tiny.mesh_cols", "out of range", "from 1 to 16"),
    ("too many neurons", "geometry", "spu.tiny.neurons", 1025, "spu.tiny.neurons", "out of range", "from 1 to 1024"),
    ("too many axons", "geometry", "spu.tiny.axons", 4097, "spu.tiny.axons", "out of range", "from 1 to 4096"),
    ("too many walks", "geometry", "spu.tiny.walks", 33, "spu.tiny.walks", "out of range", "from 1 to 32"),
    ("no fan-out", "geometry", "spu.tiny.fanout_words", 0, "spu.tiny.fanout_words", "out of range", "from 1 to 65535"),
    ("lanes that are no power of two", "geometry", "spu.tiny.lanes", 6, "spu.tiny.lanes", "6 is not a power of two",
     "up to 8"),
    ("slots that are no power of two", "geometry", "spu.tiny.slots", 12, "spu.tiny.slots", "12 is not a power of two",
     "up to 64"),
    ("a size that its register cannot hold", "registers", "block.SPU.reg.MESH.field.COLS.bits", "3:0",
     "block.SPU.reg.MESH.field.COLS.bits", "mesh_cols of 16 does not fit", "widen the field"),
    ("energies of nothing", "energy", "spu.odin28.synaptic_ops", REMOVE, "spu.odin28", "states no event", "add one of: spikes"),
    ("too many steps", "schemes", STEPS, [STEP] * 5, STEPS, "5 steps", "at most 4"),
    ("no steps", "schemes", STEPS, [], STEPS, "not a list of tables", "write it as `steps = [{ ... }]`"),
    ("an unknown pattern", "schemes", f"{STEPS}.1.features", "Y", "scheme.PHASE2.steps[1].features", "'Y' is not known",
     "use one of: X, NOT_X"),
    ("an unknown outside", "schemes", f"{STEPS}.0.outside", "DIM", "scheme.PHASE2.steps[0].outside", "'DIM' is not known",
     "use one of: FLAG, DARK, LIT"),
    ("a phase beyond a turn", "schemes", f"{STEPS}.0.phase", 12, "scheme.PHASE2.steps[0].phase", "12 is out of range",
     "from -1 to 11"),
    ("a coefficient beyond a byte", "schemes", f"{STEPS}.0.re", 128, "scheme.PHASE2.steps[0].re", "128 is out of range",
     "from -128 to 127"),
    ("a step that adds nothing", "schemes", f"{STEPS}.0.re", 0, "scheme.PHASE2.steps[0]", "both 0", "left out"),
    ("a complex scheme without an imaginary part", "schemes", "scheme.PHASE2.complex", True, "scheme.PHASE2.complex",
     "say otherwise", "complex when a step adds"),
    ("a calibration that adds nothing", "schemes", "scheme.ANCHOR.calibration.weight", 0,
     "scheme.ANCHOR.calibration.weight", "0", "leave the calibration out"),
    ("schemes of one number", "schemes", "scheme.PHASE2.value", 0, "scheme.PHASE2.value", "already taken",
     "choose another value"),
    ("a scheme that its part cannot hold", "schemes", "scheme.PHASE2.value", 16, "scheme.PHASE2.value", "out of range",
     "from 0 to 15"),
    ("a preset without timing", "geometry", "preset.gen4", {}, "preset.gen4", "missing", "geometry.toml and timing.toml"),
    ("timing without a preset", "geometry", "preset.tiny", REMOVE, "preset.tiny", "missing",
     "geometry.toml and timing.toml"),
    ("presets of one index", "geometry", "preset.small.index", 0, "preset.small.index", "index 0 is already taken",
     "choose another index"),
    ("an index beyond the strap", "geometry", "preset.small.index", 8, "preset.small.index", "8 is out of range",
     "from 0 to 7"),
    ("pixels that fill no word", "geometry", "preset.small.pixel_cols", 66, "preset.small.pixel_cols",
     "66 is not a multiple of 4", "round it"),
    ("a preset without mirrors", "geometry", "preset.small.mirror_rows", 0, "preset.small.mirror_rows", "out of range",
     "from 1 to 65535"),
    ("no queues", "geometry", "limits.queues.value", 0, "limits.queues.value", "out of range", "from 1 to 32"),
    ("modes whose mirrors fall", "timing", f"{MODES}.1.mirrors", 1000, "preset.gen3.modes[1]", "not larger and slower",
     "limits never fall"),
    ("modes whose pixels fall", "timing", f"{MODES}.1.pixels", 1000, "preset.gen3.modes[1]", "not larger and slower",
     "limits never fall"),
    ("modes whose period stands still", "timing", f"{MODES}.1.period", 31250, "preset.gen3.modes[1]",
     "not larger and slower", "periods grow"),
    ("a last mode that some frame exceeds", "timing", f"{MODES}.5.pixels", 700000, "preset.gen3.modes[5]",
     "does not hold every frame", "set mirrors and pixels to 4294967295"),
    ("too many modes", "timing", MODES, [{"mirrors": i, "pixels": i, "period": i, "source": "x"} for i in range(1, 10)],
     MODES, "9 modes", "at most 8"),
    ("a FIFO of no entries", "timing", "fifo.frames.value", 0, "fifo.frames.value", "out of range", "from 1 to"),
    ("numbers of one generated name", "optics", "sensor.headroom", NUMBER, "exposure.headroom",
     "HEADROOM is already taken by optics.toml: sensor.headroom", "rename one"),
    ("numbers of one generated name in two files", "optics", "sensor.shift_max", NUMBER, "sensor.shift_max",
     "SHIFT_MAX is already taken by numerics.toml: constant.shift_max", "rename one"),
)

# Where a contradiction is reported in another file than the changed one.
NAMED = {"a preset without timing": "timing", "an SPU without timing": "timing", "a word called as an enum": "spiking"}


class Validation(GeneratorCase):
    def assert_refused(self, folder, file, key, *texts):
        result = generate("--out", self.scratch / "out", spec=folder)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertFalse((self.scratch / "out").exists())
        self.assertTrue(result.stderr.startswith(f"tools/gen: {file}.toml: {key}: "), result.stderr)
        for text in texts:
            self.assertIn(text, result.stderr)

    def test_accepts_an_unchanged_copy(self):
        self.assertEqual(generate(spec=self.copy_spec()).returncode, 0)

    def test_refuses_unknown_keys_anywhere(self):
        for file, paths in TABLES.items():
            for path in paths:
                with self.subTest(file=file, path=path):
                    shown = path.replace(".0", "[0]")
                    self.assert_refused(self.copy_spec((file, f"{path}.colour", 1)), file, f"{shown}.colour",
                                        "unknown key", "remove it or use one of")

    def test_refuses_unknown_keys_at_the_top(self):
        for file in TABLES:
            if file != "optics":  # whose groups are named freely
                with self.subTest(file=file):
                    self.assert_refused(self.copy_spec((file, "colour", {})), file, "colour", "unknown key", "remove it")

    def test_refuses_missing_entries(self):
        for file, path in REQUIRED:
            with self.subTest(file=file, path=path):
                name = path.rsplit(".", 1)[1]
                self.assert_refused(self.copy_spec((file, path, REMOVE)), file, path, "missing", f"add `{name} = ")

    def test_refuses_contradictions(self):
        for what, file, path, value, key, problem, remedy in CASES:
            with self.subTest(what):
                named = NAMED.get(what, file)
                self.assert_refused(self.copy_spec((file, path, value)), named, key, problem, remedy)

    def test_refuses_a_missing_file(self):
        folder = self.copy_spec()
        (folder / "optics.toml").unlink()
        self.assert_refused(folder, "optics", "file", "No such file", "put it into")

    def test_refuses_an_unknown_file(self):
        folder = self.copy_spec()
        shutil.copy(SPEC / "optics.toml", folder / "acoustics.toml")
        self.assert_refused(folder, "acoustics", "file", "unknown file", "remove it or use one of: registers")

    def test_refuses_what_is_not_toml(self):
        folder = self.copy_spec()
        (folder / "optics.toml").write_text("[sensor\n", encoding="utf-8")
        self.assert_refused(folder, "optics", "file", "not TOML", "correct the syntax")


if __name__ == "__main__":
    unittest.main()
