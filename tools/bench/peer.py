# SPDX-License-Identifier: Apache-2.0
"""What comparisons with other spiking simulators share: the job, the environments they run in, the table.

The job: the first ten test recordings of N-MNIST through the 2312-512-10 network that was trained for Loihi, 300 steps each from a
state of 0. Its synaptic operations are what events ask for, one for each weight of each spike, whatever a simulator multiplies
besides. Everyone gets one core; times are processor time, of the steps alone: networks are built before.
"""

import argparse
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tarfile
from typing import Any, NamedTuple

RECORDINGS = 10
STEPS = 300
REPETITIONS = 3
SIDE, INPUTS, HIDDEN, CLASSES = 34, 2 * 34 * 34, 512, 10
CURRENT_KEPT, VOLTAGE_KEPT, THRESHOLD = 1 - 1024 / 4096, 1 - 128 / 4096, 80
INSTALL_SECONDS = 1800


class Skipped(Exception):
    """The comparison cannot be made here."""


class Job(NamedTuple):
    """Weights are [target][source]; a recording is a sorted list of (step, input)."""
    first: Any
    second: Any
    recordings: list
    labels: list


def nmnist_folder():
    folder = pathlib.Path(os.environ.get("PHOTIC_DATA", "")) / "nmnist"
    if "PHOTIC_DATA" not in os.environ or not folder.is_dir():
        raise Skipped("no data: set PHOTIC_DATA to the folder with nmnist/")
    return folder


def events_of(data):
    """A recording's bytes as a sorted list of (step, input): five bytes an event, milliseconds rounded to the nearest even, at most one
    event an input and step."""
    found = set()
    for at in range(0, len(data) - 4, 5):
        x, y, high, middle, low = data[at:at + 5]
        microseconds = (high & 0x7F) << 16 | middle << 8 | low
        step = round(microseconds / 1000)
        if step < STEPS:
            found.add((step, ((high >> 7) * SIDE + y) * SIDE + x))
    return sorted(found)


def read_job():
    import numpy

    folder = nmnist_folder()
    with gzip.open(folder / "NMNISTFc1.txt.gz") as text:
        first = numpy.loadtxt(text).reshape(HIDDEN, INPUTS)
    second = numpy.loadtxt(folder / "NMNISTFc2.txt").reshape(CLASSES, HIDDEN)
    with tarfile.open(folder / "nmnist_small.tar.gz") as archive:
        members = {pathlib.PurePath(m.name).name: m for m in archive if m.isfile()}
        lines = archive.extractfile(members["test100.txt"]).read().decode().split("\n")
        chosen = [line.split() for line in lines if line.strip() and not line.startswith("#")][:RECORDINGS]
        recordings = [events_of(archive.extractfile(members[f"{name}.bs2"]).read()) for name, _ in chosen]
    return Job(first, second, recordings, [int(label) for _, label in chosen])


def result(name, seconds, hidden_spikes, counts):
    """What a worker says of one way to do the job: `counts` are the spikes of the classes of each recording."""
    answers = [int(max(range(CLASSES), key=lambda c: n[c])) for n in counts]
    return {"name": name, "seconds": seconds, "hidden_spikes": int(hidden_spikes), "answers": answers}


def works(python, module):
    try:
        return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0
    except OSError:
        return False


def python_with(folder, module, packages):
    """The interpreter of a virtual environment that can import `module`. Makes it if need be; throws Skipped."""
    python = folder / "bin/python"
    if works(python, module):
        return python
    for command in ([sys.executable, "-m", "venv", folder], [python, "-m", "pip", "install", "--quiet", *packages]):
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Skipped(f"no {module}: {error}") from error
        if done.returncode != 0:
            raise Skipped(f"no {module}: " + ((done.stderr or done.stdout).strip().split("\n")[-1] or "its installation failed"))
    return python


def run(command, environment=None):
    """What a command printed last, as JSON."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit code {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def measure_own(program):
    """Golden, on the same job."""
    nmnist_folder()
    text = run([program, f"--benchmark_filter=^nmnist(/{RECORDINGS}/|_alone/one_core$)", "--benchmark_format=json",
                f"--benchmark_repetitions={REPETITIONS}", "--benchmark_report_aggregates_only=true"])
    found = {b["run_name"].split("/")[0]: b for b in json.loads(text)["benchmarks"] if b["aggregate_name"] == "median"}
    seconds = {name: b["cpu_time"] * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}[b["time_unit"]] for name, b in found.items()}
    counts = found["nmnist"]
    return {"seconds": seconds["nmnist"], "one_core_seconds": seconds["nmnist_alone"], "events": int(counts["events"]),
            "hidden_spikes": int(counts["hidden_spikes"]), "correct": int(counts["correct"])}


def operations(events, hidden_spikes):
    return events * HIDDEN + hidden_spikes * CLASSES


def compare(program, python, script):
    """Golden beside everything the worker of `script` measures: a list of rows."""
    environment = os.environ | {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "NUMEXPR")}
    lines = run([python, "-W", "ignore", script, "--worker"], environment).strip().split("\n")
    peers = json.loads(lines[-1])
    own = measure_own(program)
    work = operations(own["events"], own["hidden_spikes"])
    rows = [{"name": name, "seconds": seconds, "operations_a_second": work / seconds, "times_as_long": seconds / own["seconds"],
             "hidden_spikes": own["hidden_spikes"], "correct": own["correct"]}
            for name, seconds in (("golden, mesh5, driver", own["seconds"]), ("golden, one large core", own["one_core_seconds"]))]
    for peer in peers["results"]:
        correct = sum(a == label for a, label in zip(peer["answers"], peers["labels"], strict=True))
        rows.append({"name": f"{peers['peer']}, {peer['name']}", "seconds": peer["seconds"],
                     "operations_a_second": operations(own["events"], peer["hidden_spikes"]) / peer["seconds"],
                     "times_as_long": peer["seconds"] / own["seconds"], "hidden_spikes": peer["hidden_spikes"], "correct": correct})
    return rows


def text_of(rows):
    lines = [f"{RECORDINGS} recordings of {STEPS} steps, {INPUTS}-{HIDDEN}-{CLASSES} neurons, processor time of one core.",
             f"{'':<44} {'ms a recording':>14} {'million operations/s':>21} {'times golden':>13} {'hidden spikes':>14} {'right':>6}"]
    for r in rows:
        lines.append(f"{r['name']:<44} {1e3 * r['seconds'] / RECORDINGS:>14.3g} {r['operations_a_second'] / 1e6:>21.4g} "
                     f"{r['times_as_long']:>13.3g} {r['hidden_spikes']:>14} {r['correct']:>6}")
    return "\n".join(lines)


def comparisons(script, folder_name, module, packages, build, python=None):
    """Rows of one peer. Throws Skipped."""
    nmnist_folder()
    return compare(build / "tools/bench/bench_spiking", python or python_with(build / "peers" / folder_name, module, packages), script)


def main(script, description, folder_name, module, packages, work):
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/release"), help="build folder with bench_spiking")
    parser.add_argument("--python", type=pathlib.Path, help=f"interpreter that has {module}; made in the build folder otherwise")
    parser.add_argument("--json", action="store_true", help="a JSON object instead of a table")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        job = read_job()
        peer, results = work(job)
        print(json.dumps({"peer": peer, "labels": job.labels, "results": results}))
        return
    try:
        rows = comparisons(script, folder_name, module, packages, arguments.build.resolve(), arguments.python)
    except Skipped as reason:
        print(json.dumps({"skipped": str(reason)}) if arguments.json else f"skipped: {reason}")
        return
    print(json.dumps({"rows": rows}, indent=1) if arguments.json else text_of(rows))
