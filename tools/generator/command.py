# SPDX-License-Identifier: Apache-2.0
"""The command line of tools/gen."""
import argparse
import dataclasses
import json
import pathlib
import sys

from . import cpp_records, cpp_registers, cpp_tables, systemverilog
from .schema import SpecError
from .spec import load

EXIT_INVALID = 2


def write_if_changed(path, text):
    """Writes `text` unless the file already holds it, so that what depends on it is not rebuilt."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def code(spec):
    """Generated sources by path below the output folder."""
    headers = {**cpp_registers.emit(spec), **cpp_records.emit(spec), **cpp_tables.emit(spec)}
    files = {f"drivers/abi/{name}": text for name, text in headers.items()}
    files["rtl/photic_spec_pkg.sv"] = systemverilog.emit(spec)
    return files


def arguments(argv):
    parser = argparse.ArgumentParser(prog="tools/gen", description=__doc__)
    parser.add_argument("--spec", type=pathlib.Path, default=pathlib.Path("hw/spec"), help="folder of the *.toml")
    parser.add_argument("--out", type=pathlib.Path, help="write C++ and SystemVerilog below this folder")
    parser.add_argument("--json", action="store_true", help="print the resolved specification")
    return parser.parse_args(argv)


def main(argv=None):
    """Runs the command; 0 = done, 2 = the specification is invalid."""
    options = arguments(argv)
    try:
        spec = load(options.spec)
    except SpecError as error:
        print(f"tools/gen: {error}", file=sys.stderr)
        return EXIT_INVALID
    if options.out:
        for name, text in code(spec).items():
            write_if_changed(options.out / name, text)
    if options.json:
        print(json.dumps(dataclasses.asdict(spec), indent=2))
    else:
        print(f"{spec.contract_hash:08x}")
    return 0
