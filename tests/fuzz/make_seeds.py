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
    for text in ("golden:opu?geometry=gen3&seed=7", "check:rtl,systemc:opu", "remote:/path.sock?stall_ms=5", "systemc:opu?process=1",
                 "vfio:0000:3b:00.0?stall_ms=5", "replay:a%3Ab.recording", "fault:hang,command=3+lost_interrupt:record:x:golden:spu?seed=7"):
        yield text.encode()


def fault_rules():
    """Rules, a zero, then what the device does to its bus, three bytes an access."""
    accesses = bytes([7, 0, 0, 103, 0, 1, 200, 0, 0, 7, 8, 0, 103, 4, 1])
    for text in (
        "hang,queue=1,command=3,at=completion",
        "lost_interrupt,chance=0.5,seed=7+late_interrupt,by=2,every=3",
        "corrupted_completion,field=all,count=all+duplicated_completion",
        "flip_memory,opcode=spu_write,word=2,bit=63+flip_link,word=1+flip_output,after=1",
        "dma_read_error,word=1,count=2+dma_write_error+ring_read_error+ring_write_error+stuck_doorbell",
    ):
        yield text.encode() + b"\0" + accesses


def recording():
    """The first byte says that events follow, of a file whose frame the fuzzer makes."""
    write, read, reset, dma_read, refused, dma_write, interrupt, settled, failed, end = 1, 2, 3, 4, 5, 6, 8, 9, 10, 12
    idle = bytes([settled, 0])
    fetch = bytes([dma_read, 0x80, 0x40, 3, 0x05, 7, 9, 0x00, 1])  # at 4096: a word of two bytes, two of none
    answer = bytes([dma_write, 0, 2, 0xFF]) + bytes(range(1, 9)) + b"\x00\x00\x00"
    work = bytes([write, 70, 1]) + fetch + answer + bytes([interrupt, 1, settled, 2, 3, 2, 5, 4])
    yield b"\x01" + idle + bytes([read, 0, 5]) + work + bytes([reset]) + idle + bytes([end])
    yield b"\x01" + idle + bytes([write, 70, 1, refused, 0, 4, failed, 1, 0x78, end])
    yield b"\x00PHOTICR\n\x01\x00\x00\x00"


def train_config():
    yield b'{"data": "fashion", "device": "exact", "method": "optical-dfa", "epochs": 1}'


def submission():
    yield struct.pack("<BBHIQQIHBBHHHHHHHBBHHIII", 0x10, 0, 1, 0, 4096, 8192, 10, 1, 0x10, 0x10, 0, 0, 2, 40, 8, 0, 1, 0, 0, 0, 1, 8, 10, 0)


def tree(group):
    """A dict of dicts and values as the stream of host/hdf5/codec.h; a value is a text, an integer, or (shape, list)."""

    def text(value):
        return struct.pack("<I", len(value)) + value.encode()

    def values(value):
        shape, items = value if isinstance(value, tuple) else ((), [value])
        kind = {str: b"s", int: b"i", float: b"d"}[type(items[0])]
        content = b"".join(text(i) if kind == b"s" else struct.pack("<q" if kind == b"i" else "<d", i) for i in items)
        return b"V" + kind + b"\0" + bytes([len(shape)]) + struct.pack(f"<{len(shape)}Q", *shape) + content

    return b"".join(
        b"G" + text(name) + tree(member) + b"E" if isinstance(member, dict) else b"D" + text(name) + values(member) for name, member in group.items()
    )


def nir():
    two = ((2,), [1.0, 2.0])
    neuron = {"tau": two, "r": two, "v_leak": two, "v_threshold": two, "v_reset": two}
    chain = {
        "in": {"type": "Input", "shape": ((1,), [2])},
        "w": {"type": "Affine", "weight": ((2, 2), [1.0, 0.5, 0.25, 2.0]), "bias": two},
        "lif": {"type": "LIF"} | neuron,
        "cuba": {"type": "CubaLIF", "tau_syn": two, "tau_mem": two} | {k: v for k, v in neuron.items() if k != "tau"} | {"w_in": 1.0},
        "out": {"type": "Output", "shape": ((1,), [2])},
    }
    one = ((2,), [1, 1])
    conv = {"type": "Conv2d", "weight": ((1, 1, 2, 2), [1.0] * 4), "bias": ((1,), [0.5]), "stride": one, "dilation": one, "groups": 1}
    image = {
        "in": {"type": "Input", "shape": ((3,), [1, 4, 4])},
        "conv": conv | {"padding": "same", "input_shape": ((2,), [4, 4])},
        "pool": {"type": "SumPool2d", "kernel_size": one, "stride": one, "padding": 0},
        "flat": {"type": "Flatten", "start_dim": 0, "end_dim": -1, "input_type": ((3,), [1, 4, 4])},
        "out": {"type": "Output", "shape": ((1,), [16])},
    }
    nested = {"in": chain["in"], "block": None, "out": chain["out"]}
    for nodes in (chain, image, nested):
        names = list(nodes)
        edges = ((len(names) - 1, 2), [name for pair in zip(names, names[1:]) for name in pair])
        graph = {"type": "NIRGraph", "nodes": nodes, "edges": edges, "metadata": {"author": "a"}}
        if nodes is chain:
            inner = graph
        nested["block"] = inner
        yield tree({"version": "1.0", "node": graph}) + b"Z"


def net():
    neuron = {"type": "CUBA", "iDecay": 410, "vDecay": 410, "vThMant": 64, "refDelay": 1, "wgtExp": 0}
    one, none = ((2,), [1, 1]), ((2,), [0, 0])
    windows = {"stride": one, "padding": none, "dilation": one, "groups": 1, "neuron": neuron}
    layers = [
        {"type": ((1,), ["input"]), "shape": ((3,), [1, 3, 3]), "neuron": neuron},
        {"type": "conv", "shape": ((3,), [1, 2, 2]), "weight": ((1, 1, 2, 2), [2.0] * 4)} | windows,
        {"type": "pool", "shape": ((3,), [1, 1, 1]), "weight": ((1, 1, 2, 2), [64.0] * 4), "kernelSize": ((2,), [2, 2])} | windows,
        {"type": "flatten", "shape": ((1,), [1])},
        {"type": "dense", "shape": ((1,), [2]), "weight": ((2, 1), [2, -4]), "bias": ((2,), [1.0, 2.0]), "delay": 1, "neuron": neuron},
        {"type": "average", "shape": ((1,), [1])},
    ]
    yield tree({"layer": {str(i): layer for i, layer in enumerate(layers)}}) + b"Z"


def network_description():
    yield b"simulation:\n    Ts: 1.0\nneuron:\n    type: LOIHI\n    vThMant: 80 # 5\n    vDecay: 128\n    iDecay: 1024\n    refDelay: 1\n    wgtExp: 0\n"


def text_weights():
    """The first byte is the exponent plus ten."""
    yield b"\x0a2\n-0\n-54\n"
    yield b"\x0850\r\n8\n"


def spu_device():
    """Geometry tiny, eleven commands: a core and the input/output unit are programmed, then three steps run on two input events."""
    core, io, image = 0, 4, 0x2000
    words, commands = [], []

    def write(unit, region, content):
        commands.append(struct.pack("<BBHIQQHHBBHIIQQQ", 0x20, 0, 1, 0, image + 8 * len(words), 0, unit, 1, region, 0, 0, 0, len(content), 0, 0, 0))
        words.extend(content)

    decays = 4096 | 4096 << 13 | 4096 << 26
    write(core, 0, [2 | 4 << 16])  # CONFIG
    write(core, 1, [3 << 22 | 2 << 47, 2 | 1 << 20 | 3 << 22 | 4 << 47 | 1 << 31, 2 << 20 | 3 << 22 | (1 << 7 | 1 << 3) << 47, 3 << 20 | (1 << 7 | 1 << 3) << 47])
    write(core, 2, [0x0506_0708, 0, 0x0000_0103 << 32 | 0x0000_0007, 0x0000_0102])  # SYNAPSE
    write(core, 3, [2])  # WALK
    write(core, 4, [decays | 1 << 43, 5, 0, 0, decays | 2 << 39 | 2 << 43, 1, 0, 0])  # NEURON
    write(core, 5, [0 | 2 << 20, 2 | 1 << 20])  # POINTER
    write(core, 6, [31 << 5 | 1 << 22 | (1 << 10) << 32, 2 << 10])  # FANOUT: output 0, axons 1 and 2
    write(io, 0, [1 | 1 << 16])
    write(io, 5, [0 | 2 << 20])
    write(io, 6, [3 << 10 << 32])
    events = [2, 0x0001_0000 | 0x0005_0000 << 32, 0, 0]
    commands.append(
        struct.pack("<BBHIQQQIIIIIHBBHHHH", 0x23, 2, 1, 0, image + 8 * len(words), 0xF000, 0xF800, len(events), 0, 3, 2, 1, 3, 2, 3, 0, 0, 0, 0)
    )
    words.extend(events)
    yield bytes([0, len(commands)]) + b"".join(commands) + struct.pack(f"<{len(words)}Q", *words)


def vfio_user():
    """A first byte that says how the stream is cut, then a session's messages, the replies of a client that is asked for its memory among them."""

    def message(command, payload=b"", flags=0, number=1):
        return struct.pack("<HHIII", number, command, 16 + len(payload), flags, 0) + payload

    def write(region, offset, *words):
        return message(10, struct.pack(f"<QII{len(words)}I", offset, region, 4 * len(words), *words))

    opening = message(1, struct.pack("<HH", 0, 1) + b'{"capabilities":{"max_data_xfer_size":16,"photic":{"failure_notice":true}}}\0')
    window = message(2, struct.pack("<IIQQQ", 32, 3, 0, 0x1000, 0x2000))
    master = write(7, 4, 6)
    transfers = write(0, 0, 0x1000, 0x1008)  # where the device reads and where it writes, which it does once after each
    read_replies = [message(11, struct.pack("<QQQQ", 0x1000, 16, 7, 8), 1, number) for number in (1, 2)]
    write_reply = message(12, struct.pack("<QQ", 0x1008, 16), 1, 3)
    queries = message(4, struct.pack("<IIII", 16, 0, 0, 0)) + message(5, struct.pack("<IIIIQQ", 32, 0, 2, 0, 0, 0)) + message(7, struct.pack("<IIII", 16, 0, 2, 0))
    interrupts = message(8, struct.pack("<IIIII", 25, 2 | 32, 2, 0, 5) + bytes(5)) + message(8, struct.pack("<IIIII", 20, 1 | 8, 2, 0, 5))
    yield b"\xff" + opening + queries + interrupts + message(13)
    yield b"\xfe" + opening + window + master + transfers + b"".join(read_replies) + write_reply
    yield b"\x07" + opening + window + master + transfers + message(9, struct.pack("<QII", 0, 0, 4)) + read_replies[0] + message(13) + read_replies[1]
    yield b"\xff" + opening + window + master + transfers + message(3, struct.pack("<IIQQ", 24, 0, 0x1000, 0x2000)) + window + transfers
    yield b"\xff" + opening + window + master + transfers + message(11, b"", 0x21)


def main(folder):
    for fuzzer in (safetensors, idx, uri, fault_rules, recording, train_config, submission, spu_device, nir, net, network_description, text_weights, vfio_user):
        target = pathlib.Path(folder) / f"fuzz_{fuzzer.__name__}"
        target.mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(fuzzer()):
            (target / str(number)).write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1])
