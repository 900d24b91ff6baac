# SPDX-License-Identifier: Apache-2.0
"""Registers, fields and opcodes are named, never numbered: only hw/spec states a number, and generated code repeats it."""

import re
import tomllib
import unittest

from tree import CPP, ROOT, SYSTEMVERILOG, Tree, repository

SPEC_OPCODES = tomllib.loads((ROOT / "hw/spec/descriptors.toml").read_text())["enum"]["OPCODE"]
# A test of an unknown opcode may number it: the contract says nothing about that number.
OPCODES = "|".join(f"0[xX]0*{o['value']:x}|{o['value']}" for o in SPEC_OPCODES.values() if isinstance(o, dict))

NUMBER = r"(?:0[xX][0-9a-fA-F']+|\d[\d']*)[uUlL]*"
SV_NUMBER = r"\d*'[shdbo]+[0-9a-fA-F_]*[1-9a-fA-F][0-9a-fA-F_]*"  # not zero: a reset value says nothing about the contract

# Reading a C++ line. DevicePort takes (offset) and (offset, value); memory and file descriptors take more arguments.
CPP_RULES = {
    "a literal register offset": re.compile(
        rf"(?:\.|->|\b)(?:read|read32)\s*\(\s*{NUMBER}\s*\)|(?:\.|->|\b)write\s*\(\s*{NUMBER}\s*,[^,]*\)\s*;|\b(?:read|write)(?:32|64)\s*\(\s*{NUMBER}"),
    "a literal field of a register": re.compile(rf"\bread(?:32)?\([^()]*(?:\([^()]*\))?[^()]*\)\s*(?:&|>>)\s*{NUMBER}"),
    "a literal opcode": re.compile(rf"\bopcode\w*\s*(?:==|!=|=)\s*(?:{OPCODES})\b", re.IGNORECASE),
    "a constant that restates the contract": re.compile(rf"\bk\w*(?:Register|RegOffset|FieldMask|Opcode)\w*\s*[={{]\s*{NUMBER}"),
}
SV_RULES = {
    "a literal opcode or address": re.compile(rf"\b\w*(?:opcode|addr|offset)\w*(?:\[[^\]]*\])?\s*[!=]=\s*{SV_NUMBER}"),
}
SWITCH = re.compile(r"\b(?:switch|(?:unique\s+)?case[zx]?)\s*\(\s*[\w.>-]*(?:opcode|offset|addr)\w*[^)]*\)")
LABEL = re.compile(rf"^\s*(?:case\s+{NUMBER}\s*:|{SV_NUMBER}\s*[:,])")
SWITCH_REACH = 60

# The C API's numbers are its stable ABI; drivers/api holds them to the generated ones at compile time.
EXEMPT = ("drivers/api/photic.h",)


def without_comment(line):
    return line.split("//", 1)[0]


def violations(tree):
    found = []
    for path in tree.paths(CPP + SYSTEMVERILOG):
        if path in EXEMPT:
            continue
        rules = SV_RULES if path.endswith(SYSTEMVERILOG) else CPP_RULES
        switch = None
        for number, line in tree.lines(path):
            code = without_comment(line)
            found += [f"{path}:{number}: {what}: {code.strip()}" for what, rule in rules.items() if rule.search(code)]
            if SWITCH.search(code):
                switch = number
            if switch and number - switch <= SWITCH_REACH and LABEL.match(code):
                found.append(f"{path}:{number}: a literal case of a register or opcode: {code.strip()}")
            if re.match(r"^\s*endcase|^}", code):
                switch = None
    return found


class Literals(unittest.TestCase):
    def test_the_contract_is_named_and_never_numbered(self):
        self.assertEqual([], violations(repository()))

    def count(self, path, text):
        return len(violations(Tree({path: text})))

    def test_catches_offsets_typed_into_cpp(self):
        self.assertEqual(1, self.count("a.cpp", "  port.read(0x40);\n"))
        self.assertEqual(1, self.count("a.cpp", "  device->write(0x20, 1);\n"))
        self.assertEqual(1, self.count("a.cpp", "  read32(64);\n"))
        self.assertEqual(1, self.count("a.cpp", "  write32(0x20, value);\n"))

    def test_catches_masks_and_opcodes_typed_into_cpp(self):
        self.assertEqual(1, self.count("a.cpp", "  x = port.read(abi::SHELL_STATUS) & 0x1;\n"))
        self.assertEqual(1, self.count("a.cpp", "  x = port.read(abi::SHELL_GEOMETRY) >> 8;\n"))
        self.assertEqual(1, self.count("a.cpp", "  entry.opcode = 0x10;\n"))
        self.assertEqual(1, self.count("a.cpp", "constexpr uint32_t kTailRegister = 0x118;\n"))
        self.assertEqual(1, self.count("a.cpp", "switch (offset) {\n  case 0x20:\n}\n"))

    def test_catches_addresses_and_opcodes_typed_into_systemverilog(self):
        self.assertEqual(1, self.count("a.sv", "  if (opcode == 8'h10) begin\n"))
        self.assertEqual(1, self.count("a.sv", "  unique case (awaddr_q[11:0])\n    12'h040: x = 1;\n  endcase\n"))

    def test_leaves_memory_files_and_named_registers_alone(self):
        self.assertEqual(0, self.count("a.cpp", "  port.read(abi::SHELL_CYCLE);\n  dma.read(0x1000, words, 8);\n  ::write(1, text, 3);\n"))
        self.assertEqual(0, self.count("a.cpp", "  entry.opcode = abi::OPCODE_NOP;\n  entry.opcode = 0xEE;\n  // port.read(0x40);\n"))
        self.assertEqual(0, self.count("a.sv", "  if (opcode == OPCODE_NOP) begin\n  addr_q <= 64'd0;\n"))


if __name__ == "__main__":
    unittest.main()
