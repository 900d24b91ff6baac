# SPDX-License-Identifier: Apache-2.0
"""Runs tools/gen on the project's specification, or on a copy of it with one thing changed."""
import contextlib
import importlib.util
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
import unittest
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[3]
SPEC = ROOT / "hw" / "spec"
DOCS = ROOT / "docs" / "reference"
VERILATOR, YOSYS = shutil.which("verilator"), shutil.which("yosys")
PACKAGE = "rtl/photic_spec_pkg.sv"
REMOVE = object()
sys.path.insert(0, str(ROOT / "tools"))

from generator.command import main  # noqa: E402


class Result(NamedTuple):
    """What tools/gen answered."""
    returncode: int
    stdout: str
    stderr: str


def generate(*arguments, spec=SPEC):
    """Runs tools/gen, inside this process for speed."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["--spec", str(spec), *map(str, arguments)])
    return Result(code, out.getvalue(), err.getvalue())


def load(out):
    """The generated Python module."""
    loader = importlib.util.spec_from_file_location("photic_spec", out / "python" / "photic_spec.py")
    module = importlib.util.module_from_spec(loader)
    loader.loader.exec_module(module)
    return module


def masks(layout):
    """All ones in each field of a struct format."""
    widths = {"B": 8, "H": 16, "I": 32, "Q": 64}
    return [(1 << widths[code]) - 1 for code in layout[1:]]


def inline(value):
    """A value as TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value)


def edit(data, path, value):
    """Sets, or with REMOVE deletes, what stands at a dotted path; numbers in it index lists."""
    *parents, last = path.split(".")
    for part in parents:
        data = data[int(part)] if isinstance(data, list) else data.setdefault(part, {})
    if value is REMOVE:
        del data[last]
    elif isinstance(data, list):
        data[int(last)] = value
    else:
        data[last] = value


class GeneratorCase(unittest.TestCase):
    """A scratch folder, and changed copies of the specification in it."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)

    def copy_spec(self, *changes):
        """A copy with (file, path, value) changes."""
        folder = self.scratch / "spec"
        folder.mkdir(exist_ok=True)
        for source in sorted(SPEC.glob("*.toml")):
            data = tomllib.loads(source.read_text(encoding="utf-8"))
            for file, path, value in changes:
                if file == source.stem:
                    edit(data, path, value)
            text = "".join(f"{key} = {inline(item)}\n" for key, item in data.items())
            (folder / source.name).write_text(text, encoding="utf-8")
        return folder


class PackageCase(GeneratorCase):
    """The generated package and the Python module beside it, and modules that use the package."""

    records = ""

    def setUp(self):
        super().setUp()
        self.assertEqual(generate("--out", self.scratch).returncode, 0)
        self.spec = load(self.scratch)

    def module(self, text):
        path = self.scratch / "probe.sv"
        path.write_text(text, encoding="utf-8")
        return path

    def lint(self, text):
        command = [VERILATOR, "--lint-only", "-Wall", str(self.scratch / PACKAGE), str(self.module(text)), "--top-module",
                   "probe"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def assert_constants(self, expectations):
        """Each (expression, bits, value) must hold when elaborated, and the check must see it when one does not."""
        def probe(pairs):
            checks = "".join(f"  if ({expression} != {bits}'d{value & ((1 << bits) - 1)}) "
                             f'$error("{expression}");\n' for expression, bits, value in pairs)
            return f"module probe import photic_spec_pkg::*; ();\n{self.records}{checks}endmodule\n"

        result = self.lint(probe(expectations))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        expression, bits, value = expectations[-1]
        self.assertIn(expression, self.lint(probe([(expression, bits, value ^ 1)])).stderr)
