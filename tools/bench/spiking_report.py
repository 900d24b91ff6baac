# SPDX-License-Identifier: Apache-2.0
"""Rows of the table that say what spiking devices measured: golden, the clocked ones, and other simulators beside golden."""


import compare_brian2
import compare_sanafe
import compare_snntorch
import peer
from row import Row

PEERS = (compare_brian2, compare_snntorch, compare_sanafe)
CORES = {"tiny": 4, "strip": 5, "mesh5": 25, "mesh16": 256}


def has_nmnist():
    try:
        peer.nmnist_folder()
    except peer.Skipped:
        return False
    return True


def runs():
    """Which benchmarks the table needs, by program: those of N-MNIST only where it is."""
    return {"bench_spiking": ("." if has_nmnist() else "-nmnist", 0.2), "bench_spiking_clocked": ("." if has_nmnist() else "-nmnist", 0.2)}


def golden_rows(r):
    rows = []

    def rate(name, title):
        rows.append(Row(f"golden SPU: {title}", r[name]["operations/s"] / 1e6, "million op/s"))

    for bits in (8, 4, 2, 1):
        rate(f"dense/{bits}/2312", f"dense, {bits} bits, every input spikes")
    rate("sparse/64", "sparse, 64 targets an input")
    rate("convolution/242", "convolution 5 x 5, every input spikes")
    for events in (231, 13, 1):
        rate(f"dense/8/{events}", f"dense, 8 bits, {events} of 2312 spike a step")
    rows.append(Row("golden SPU: a step of 512 neurons without events", step(r, "dense/8/0") * 1e6, "us"))
    for side in (1, 2, 4, 8, 16):
        rate(f"cores/{side}", f"{side * side} cores of 64 neurons")
    if has_nmnist():
        rate("nmnist_alone/one_core", "N-MNIST, one core")
        rate("nmnist_alone/mesh5", "N-MNIST, 25 cores")
        rate("nmnist/10", "N-MNIST, 25 cores, through the driver")
    return rows


def step(r, name):
    """Seconds of a step."""
    return r[name]["step"]


def same_work(r, names):
    """Cycles a second of each, if all took the same cycles."""
    cycles = {name: r[name]["cycles"] for name in names}
    if len(set(cycles.values())) != 1:
        raise RuntimeError(f"the targets did different work, so nothing can be compared: cycles {cycles}")
    return [r[name]["cycles/s"] for name in names]


def clocked_rows(r):
    rows = []
    if has_nmnist():
        systemc, every, rtl = same_work(r, ["nmnist/systemc", "nmnist/systemc_every_cycle", "nmnist/rtl"])
        rows += [Row("N-MNIST on mesh5: SystemC over RTL", systemc / rtl, "times", goal=20, at_least=True),
                 Row("N-MNIST on mesh5: skipping over every cycle, SystemC", systemc / every, "times"),
                 Row("N-MNIST on mesh5: SystemC", systemc / 1e3, "thousand cycles/s"),
                 Row("N-MNIST on mesh5: RTL", rtl / 1e3, "thousand cycles/s")]
    for group, cases, title in (("cores", ("tiny", "strip", "mesh5"), lambda g: f"{CORES[g]} cores ({g})"),
                                ("neurons", (8, 32, 128, 256), lambda n: f"{n} neurons a core"),
                                ("activity", (0, 1, 4, 16, 64, 256), lambda n: f"{n} events a step")):
        for case in cases:
            joint = "_" if group == "cores" else "/"
            systemc, rtl = same_work(r, [f"{group}/systemc{joint}{case}", f"{group}/rtl{joint}{case}"])
            rows += [Row(f"{title(case)}: SystemC", systemc / 1e3, "thousand cycles/s"),
                     Row(f"{title(case)}: SystemC over RTL", systemc / rtl, "times")]
    return rows + [Row("256 cores (mesh16): SystemC", r["cores/systemc_mesh16"]["cycles/s"] / 1e3, "thousand cycles/s")]


def rows_of_peers(build):
    """Rows, and why some peers are missing: (rows, {name: reason})."""
    rows, skipped = [], {}
    for module in PEERS:
        name, package, packages = module.PACKAGE
        try:
            found = peer.comparisons(module.__file__, name, package, packages, build)
        except (peer.Skipped, RuntimeError) as reason:
            skipped[name] = str(reason)
            continue
        rows += [Row(f"{row['name']} over golden on mesh5, N-MNIST", row["times_as_long"], "times as long") for row in found[2:]]
    return rows, skipped
