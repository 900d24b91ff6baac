# SPDX-License-Identifier: Apache-2.0
"""The command line of tools/gen."""
import argparse
import dataclasses
import json
import pathlib
import sys

from . import cpp_records, cpp_registers, cpp_spiking, cpp_tables, markdown_records, markdown_registers, markdown_tables
from . import python_module, systemverilog
from .schema import SpecError
from .spec import load

EXIT_STALE = 1
EXIT_INVALID = 2


def write_if_changed(path, text):
    """Writes `text` unless the file already holds it, so that what depends on it is not rebuilt."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def code(spec):
    """Generated sources by path below the output folder."""
    headers = {**cpp_registers.emit(spec), **cpp_records.emit(spec), **cpp_spiking.emit(spec),
               **cpp_tables.emit(spec)}
    files = {f"drivers/abi/{name}": text for name, text in headers.items()}
    files["rtl/photic_spec_pkg.sv"] = systemverilog.emit(spec)
    files["python/photic_spec.py"] = python_module.emit(spec)
    return files


def documents(spec):
    """Generated reference pages by file name."""
    return {
        "registers.md": markdown_registers.emit(spec),
        "descriptors.md": markdown_records.emit(spec),
        "spec-tables.md": markdown_tables.emit(spec),
    }


def stale_documents(spec, folder):
    """Names of the pages in `folder` that are missing or differ from what the spec says."""
    def is_current(name, text):
        path = folder / name
        return path.is_file() and path.read_text(encoding="utf-8") == text

    return [name for name, text in documents(spec).items() if not is_current(name, text)]


def arguments(argv):
    parser = argparse.ArgumentParser(prog="tools/gen", description=__doc__)
    parser.add_argument("--spec", type=pathlib.Path, default=pathlib.Path("hw/spec"), help="folder of the *.toml")
    parser.add_argument("--out", type=pathlib.Path, help="write C++, SystemVerilog and Python below this folder")
    parser.add_argument("--check-docs", type=pathlib.Path, metavar="FOLDER", help="compare the committed pages")
    parser.add_argument("--write-docs", type=pathlib.Path, metavar="FOLDER", help="write the pages")
    parser.add_argument("--json", action="store_true", help="print the resolved specification")
    return parser.parse_args(argv)


def main(argv=None):
    """Runs the command; 0 = done, 1 = committed pages are stale, 2 = the specification is invalid."""
    options = arguments(argv)
    try:
        spec = load(options.spec)
    except SpecError as error:
        print(f"tools/gen: {error}", file=sys.stderr)
        return EXIT_INVALID
    if options.out:
        for name, text in code(spec).items():
            write_if_changed(options.out / name, text)
    if options.write_docs:
        for name, text in documents(spec).items():
            write_if_changed(options.write_docs / name, text)
    if options.check_docs:
        stale = stale_documents(spec, options.check_docs)
        if stale:
            print(f"tools/gen: {options.check_docs}: {', '.join(stale)} differ from {options.spec}; "
                  f"run tools/gen --write-docs {options.check_docs}", file=sys.stderr)
            return EXIT_STALE
    if options.json:
        print(json.dumps(dataclasses.asdict(spec), indent=2))
    else:
        print(f"{spec.contract_hash:08x}")
    return 0
