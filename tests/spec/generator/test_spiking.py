# SPDX-License-Identifier: Apache-2.0
"""Words and presets of a spiking processing unit: the SystemVerilog view against the Python module, and the module itself."""
import random
import re
import subprocess
import unittest
from enum import IntEnum

from generator_case import PACKAGE, VERILATOR, YOSYS, PackageCase, masks

RESERVED_WORDS = ("type", "sequence")  # of SystemVerilog; members called so carry a trailing underscore


def snake(kind):
    """SPU_NEURON0 of SpuNeuron0."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).upper()


class Words(PackageCase):
    def samples(self, kind, layout):
        """Words with every field at its ends and at random."""
        draw = random.Random(7)
        low = [-(1 << (field.width - 1)) if signed else 0 for field, signed in layout]
        high = [value + (1 << field.width) - 1 for value, (field, _) in zip(low, layout)]
        yield kind(*low)
        yield kind(*high)
        for _ in range(20):
            yield kind(*map(draw.randint, low, high))

    def test_come_back_from_their_bits(self):
        self.assertGreater(len(self.spec.WORDS), 10)
        for kind, layout in self.spec.WORDS.items():
            for word in self.samples(kind, layout):
                self.assertEqual(kind.unpack(word.pack()), word)
                self.assertTrue(kind.reserved_clear(word.pack()))

    def test_put_fields_where_the_specification_says(self):
        spec = self.spec
        self.assertEqual(spec.SpuAxon(exponent=-1, plastic=1).pack(), 0xF << 27 | 1 << 63)
        self.assertEqual(spec.SpuFlit(payload=-2, type=spec.SpuPacket.GRADED).pack(), 0xFFFE << 16 | 2 << 60)

    def test_refuse_values_that_do_not_fit(self):
        for word in (self.spec.SpuAxon(base=1 << 20), self.spec.SpuAxon(exponent=8), self.spec.SpuAxon(exponent=-9),
                     self.spec.SpuConfig(axons=-1)):
            self.assertRaises(OverflowError, word.pack)

    def test_tell_set_reserved_bits(self):
        self.assertFalse(self.spec.SpuNeuron1.reserved_clear(1 << 61))
        self.assertTrue(self.spec.SpuNeuron1.reserved_clear((1 << 61) - 1))
        self.assertTrue(self.spec.SpuAxon.reserved_clear(1 << 63))

    @unittest.skipUnless(VERILATOR, "needs verilator")
    def test_are_laid_out_alike_in_the_package(self):
        pairs = []
        for kind, layout in self.spec.WORDS.items():
            name = snake(kind)
            *_, word = self.samples(kind, layout)
            bits = 32 if name in ("SPU_SYNAPSE", "SPU_FANOUT", "SPU_EVENT") else 64
            self.records += f"  localparam {name.lower()}_t {name}_IS = {bits}'h{word.pack():x};\n"
            pairs.append((f"$bits({name.lower()}_t)", 32, bits))
            for member, value, (field, signed) in zip(word._fields, word, layout):
                member += "_" if member in RESERVED_WORDS else ""
                pairs.append((f"{name}_IS.{member}", field.width, value))
                if signed:
                    pairs.append((f"({name}_IS.{member} < 0)", 1, value < 0))
        self.assert_constants(pairs)

    @unittest.skipUnless(VERILATOR, "needs verilator")
    def test_carry_enumerations_of_their_fields_width(self):
        widths = {"SPU_COUNTER": 8}  # that no field carries
        for field, enum in (("SPU_AXON_FORMAT", "SPU_SYNAPSE_FORMAT"), ("SPU_AXON_BITS", "SPU_WEIGHT_BITS"),
                            ("SPU_AXON_CODE", "SPU_WEIGHT_CODE"), ("SPU_NEURON0_ROUNDING", "SPU_ROUNDING"),
                            ("SPU_NEURON0_RESET", "SPU_RESET"), ("SPU_NEURON0_EMIT", "SPU_EMIT"),
                            ("SPU_FLIT_TYPE", "SPU_PACKET"), ("SPU_PLACE_REGION", "SPU_REGION")):
            widths[enum] = getattr(self.spec, field).width
        widths["SPU_RECORD"] = 8
        kinds = {snake(kind): kind for kind in vars(self.spec).values() if isinstance(kind, type) and issubclass(kind, IntEnum)}
        self.assertEqual({name for name in kinds if name.startswith("SPU_")}, set(widths))
        pairs = [(f"{name}_{value.name}", width, value) for name, width in widths.items() for value in kinds[name]]
        self.assert_constants(pairs + [(f"$bits({name.lower()}_e)", 32, width) for name, width in widths.items()])

    @unittest.skipUnless(VERILATOR, "needs verilator")
    def test_stand_beside_submissions_laid_out_as_in_python(self):
        pairs = []
        for kind in (self.spec.SpuMemory, self.spec.SpuRun):
            name = snake(kind)
            fields = masks(getattr(self.spec, f"{name}_FORMAT"))
            record = kind(*(0x99AABBCCDDEEFF01 * (i + 3) & mask for i, mask in enumerate(fields)))
            self.records += f"  localparam {name.lower()}_t {name}_IS = 512'h{int.from_bytes(record.pack(), 'little'):x};\n"
            pairs += [(f"{name}_IS.{field}", mask.bit_length(), value)
                      for field, mask, value in zip(record._fields, fields, record)]
        self.assert_constants(pairs)


class Presets(PackageCase):
    def numbers(self, preset):
        return preset._asdict() if preset else dict.fromkeys(self.spec.SpuPreset._fields, 0)

    def test_give_the_words_of_every_region(self):
        spec = self.spec
        preset = spec.SPU_PRESETS["tiny"]
        core = {region.name: preset.region_words(region, False) for region in spec.SpuRegion}
        unit = {region.name: preset.region_words(region, True) for region in spec.SpuRegion}
        sizes = dict.fromkeys(core, 0)
        self.assertEqual(core, sizes | {"CONFIG": 1, "AXON": 64, "SYNAPSE": 128, "WALK": 4, "NEURON": 4 * 16, "POINTER": 16,
                                        "FANOUT": 64, "STATE": 2 * 16, "ACCUMULATOR": 4 * 16, "COUNTER": 16})
        self.assertEqual(unit, sizes | {"CONFIG": 1, "POINTER": 64, "FANOUT": 128, "ACCUMULATOR": 64, "COUNTER": 16})
        self.assertEqual(preset.cores(), 4)

    def test_state_energies_only_of_untimed_counters(self):
        spec = self.spec
        self.assertEqual(set(spec.SPU_ENERGY_TABLES), set(spec.SPU_CORE_MICROWATTS))
        for table in spec.SPU_ENERGY_TABLES.values():
            self.assertTrue(table)
            self.assertFalse([counter for counter in table if counter.name.startswith("CYCLES_")])

    @unittest.skipUnless(VERILATOR, "needs verilator")
    def test_are_those_of_the_module_when_elaborated(self):
        spec, pairs = self.spec, []
        by_index = {preset.index: preset for preset in spec.SPU_PRESETS.values()}
        for index in range(1 << spec.PRESET_BITS):
            numbers = self.numbers(by_index.get(index))
            for name in spec.SpuPreset._fields[3:]:
                self.records += "" if name != "mesh_cols" else (
                    f"  localparam spu_preset_t PRESET_IS_{index} = spu_preset({index});\n")
                pairs += [(f"spu_{name}({index})", 32, numbers[name]), (f"PRESET_IS_{index}.{name}", 32, numbers[name])]
        for name in spec.SpuPreset._fields[3:-2]:
            pairs.append((f"MAX_SPU_{name.upper()}", 32, max(getattr(p, name) for p in by_index.values())))
        pairs += [(f"SPU_PRESET_{p.name.upper()}", spec.PRESET_BITS, p.index) for p in by_index.values()]
        self.assert_constants(pairs)

    TOY = """
module toy #(
  parameter int unsigned Preset = photic_spec_pkg::SPU_PRESET_TINY,
  localparam photic_spec_pkg::spu_preset_t Sizes = photic_spec_pkg::spu_preset(Preset)
) (
  input photic_spec_pkg::spu_axon_t axon_i, input logic [31:0] half_i,
  output logic [photic_spec_pkg::spu_neurons(Preset)-1:0] neurons_o, output logic [Sizes.outputs-1:0] outputs_o,
  output logic signed [7:0] exponent_o, output logic walk_o, output logic [11:0] target_o
);
  photic_spec_pkg::spu_fanout_t entry;
  logic unused;
  assign entry = half_i;
  assign neurons_o = '1;
  assign outputs_o = '1;
  assign exponent_o = 8'(axon_i.exponent);
  assign walk_o = axon_i.format == photic_spec_pkg::SPU_SYNAPSE_FORMAT_WALK;
  assign target_o = entry.axon;
  assign unused = ^{1'b0, axon_i, entry};
endmodule

module probe (
  input photic_spec_pkg::spu_axon_t axon_i, input logic [31:0] half_i,
  output logic [photic_spec_pkg::spu_neurons(PRESET)-1:0] neurons_o,
  output logic [photic_spec_pkg::spu_outputs(PRESET)-1:0] outputs_o,
  output logic signed [7:0] exponent_o, output logic walk_o, output logic [11:0] target_o
);
  toy #(.Preset(PRESET)) i_toy (.*);
endmodule
"""

    @unittest.skipUnless(VERILATOR, "needs verilator")
    def test_size_modules_in_verilator(self):
        for preset in self.spec.SPU_PRESETS.values():
            text = self.TOY.replace("PRESET)", f"{preset.index})")
            result = self.lint("/* verilator lint_off DECLFILENAME */\n/* verilator lint_off UNUSED */\n" + text)
            self.assertEqual((result.returncode, result.stderr), (0, ""))

    @unittest.skipUnless(YOSYS, "needs yosys")
    def test_size_modules_in_yosys_which_reads_words_alike(self):
        spec, preset = self.spec, self.spec.SPU_PRESETS["strip"]
        probe = self.module(self.TOY.replace("PRESET)", f"{preset.index})"))
        axon = spec.SpuAxon(format=spec.SpuSynapseFormat.WALK, exponent=-8).pack()
        script = (f"read_verilog -sv {self.scratch / PACKAGE}; read_verilog -sv {probe}; hierarchy -top probe; proc -norom; "
                  f"flatten; eval -set axon_i 64'h{axon:x} -set half_i {spec.SpuFanout(axon=0xABC).pack()} "
                  "-show neurons_o -show outputs_o -show exponent_o -show walk_o -show target_o")
        result = subprocess.run([YOSYS, "-p", script], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        shown = {name: value for name, value in re.findall(r"Eval result: \\(\w+) = (?:\d+')?([01]+)\.", result.stdout)}
        self.assertEqual(shown, {"neurons_o": "1" * preset.neurons, "outputs_o": "1" * preset.outputs,
                                 "exponent_o": f"{-8 & 0xFF:08b}", "walk_o": "1", "target_o": f"{0xABC:012b}"})


if __name__ == "__main__":
    unittest.main()
