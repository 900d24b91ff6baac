#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a few well-formed inputs for each fuzzer below a folder: make_seeds.py <folder>."""

import gzip
import json
import pathlib
import struct
import sys


def safetensors():
    header = json.dumps({"__metadata__": {"step": "7"}, "w": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]}}).encode()
    yield struct.pack("<Q", len(header)) + header + bytes(8)


def idx():
    """The first byte is the number of dimensions asked for."""
    images = struct.pack(">4B3I", 0, 0, 8, 3, 1, 2, 2) + bytes(4)
    yield b"\x03" + images
    yield b"\x03" + gzip.compress(images, mtime=0)
    yield b"\x01" + struct.pack(">4BI", 0, 0, 8, 1, 3) + bytes(3)


def uri():
    for text in ("golden:opu?geometry=gen3&seed=7", "check:rtl,systemc:opu", "remote:/path.sock?stall_ms=5", "systemc:opu?process=1"):
        yield text.encode()


def train_config():
    yield b'{"data": "fashion", "device": "exact", "method": "optical-dfa", "epochs": 1}'


def submission():
    yield struct.pack("<BBHIQQIHBBHHHHHHHBBHHIII", 0x10, 0, 1, 0, 4096, 8192, 10, 1, 0x10, 0x10, 0, 0, 2, 40, 8, 0, 1, 0, 0, 0, 1, 8, 10, 0)


def main(folder):
    for fuzzer in (safetensors, idx, uri, train_config, submission):
        target = pathlib.Path(folder) / f"fuzz_{fuzzer.__name__}"
        target.mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(fuzzer()):
            (target / str(number)).write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1])
