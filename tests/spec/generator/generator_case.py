# SPDX-License-Identifier: Apache-2.0
"""Runs tools/gen on the project's specification, or on a copy of it with one thing changed."""
import contextlib
import io
import json
import pathlib
import sys
import tempfile
import tomllib
import unittest
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[3]
SPEC = ROOT / "hw" / "spec"
DOCS = ROOT / "docs" / "reference"
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
