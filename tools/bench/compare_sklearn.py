# SPDX-License-Identifier: Apache-2.0
"""Projections by the implicit medium beside scikit-learn's GaussianRandomProjection: times, and what each keeps in memory.

Both project 0/1 vectors on one core, in one run. A pixel of the medium has a real and an imaginary part, so scikit-learn gets
two components for each. scikit-learn and NumPy go into a virtual environment of their own; where they cannot be had, the
comparison is skipped and says so.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

SIZES = ((1 << 10, 1 << 11), (1 << 14, 1 << 11), (1 << 16, 1 << 11))  # mirrors, pixels; bench_optics measures these
BATCH = 256
MIN_SECONDS = 0.3
INSTALL_SECONDS = 300


class Skipped(Exception):
    """The comparison cannot be made here."""


def sklearn_python(folder):
    """The interpreter of a virtual environment that has scikit-learn. Makes it if need be."""
    python = folder / "bin/python"
    if not works(python):
        for command in ([sys.executable, "-m", "venv", folder], [python, "-m", "pip", "install", "--quiet", "scikit-learn", "numpy"]):
            try:
                result = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise Skipped(f"no scikit-learn: {error}") from error
            if result.returncode != 0:
                raise Skipped("no scikit-learn: " + ((result.stderr or result.stdout).strip().split("\n")[-1] or "its installation failed"))
    return python


def works(python):
    try:
        return subprocess.run([python, "-c", "import sklearn"], capture_output=True).returncode == 0
    except OSError:
        return False


def run(command, environment=None):
    """(what it printed, the most memory it held in bytes)"""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    with process.stdout:
        text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit code {process.returncode}")
    return text, 1024 * usage.ru_maxrss


def measure_medium(program, mirrors, pixels):
    text, peak = run([program, f"--benchmark_filter=^project/implicit_signs/{mirrors}/{pixels}$", f"--benchmark_min_time={MIN_SECONDS}",
                      "--benchmark_format=json"])
    found = json.loads(text)["benchmarks"][0]
    if found["time_unit"] != "ns":
        raise RuntimeError(f"{program} measures in {found['time_unit']} where ns were expected")
    return {"seconds": found["cpu_time"] * 1e-9, "peak_bytes": peak}


def measure_sklearn(python, mirrors, pixels):
    environment = os.environ | {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
    text, peak = run([python, "-W", "ignore", __file__, "--worker", str(mirrors), str(2 * pixels)], environment)
    return json.loads(text) | {"peak_bytes": peak}


def work(mirrors, components):
    """What the interpreter with scikit-learn does: prints its times as JSON."""
    import numpy
    import sklearn
    from sklearn.random_projection import GaussianRandomProjection

    batch = numpy.random.default_rng(1).integers(0, 2, (BATCH, mirrors)).astype(numpy.float32)
    projection = GaussianRandomProjection(n_components=components, random_state=1)
    start = time.process_time()
    projection.fit(batch)
    fit = time.process_time() - start
    print(json.dumps({"version": sklearn.__version__, "fit_seconds": fit, "matrix_bytes": projection.components_.nbytes,
                      "entry_type": str(projection.components_.dtype), "one_seconds": mean_time(lambda: projection.transform(batch[:1])),
                      "batch_seconds": mean_time(lambda: projection.transform(batch))}))


def mean_time(action):
    action()
    start, count = time.process_time(), 0
    while (passed := time.process_time() - start) < MIN_SECONDS or count == 0:
        action()
        count += 1
    return passed / count


def compare(program, python, mirrors, pixels):
    medium = measure_medium(program, mirrors, pixels)
    sklearn = measure_sklearn(python, mirrors, pixels)
    own = medium["seconds"]
    return {
        "mirrors": mirrors, "pixels": pixels, "batch": BATCH, "medium": medium, "sklearn": sklearn,
        "ratio_one": sklearn["one_seconds"] / own,
        "ratio_batch": sklearn["batch_seconds"] / BATCH / own,
        "ratio_batch_and_fit": (sklearn["fit_seconds"] + sklearn["batch_seconds"]) / BATCH / own,
    }


def comparisons(program, folder):
    """All sizes. Throws Skipped."""
    python = sklearn_python(folder)
    return [compare(program, python, mirrors, pixels) for mirrors, pixels in SIZES]


def text_of(results):
    version, entry = (results[0]["sklearn"][key] for key in ("version", "entry_type"))
    lines = [f"Processor time a vector on one core, 0/1 vectors; scikit-learn {version} in {entry}, two components a pixel.",
             "In brackets: how many times the medium's time; for memory, which is that of the whole process, the medium's.",
             f"{'mirrors x pixels':>16} {'medium':>8} {'one vector':>17} {f'batch of {BATCH}':>17} {'batch and fit':>18} {'its matrix':>11} "
             f"{'peak memory':>16}"]
    for r in results:
        scikit = r["sklearn"]
        batch, fit = scikit["batch_seconds"] / BATCH, scikit["fit_seconds"] / BATCH
        cells = [(16, f"{r['mirrors']} x {r['pixels']}"), (8, f"{r['medium']['seconds'] * 1e6:.0f} us"),
                 (17, f"{scikit['one_seconds'] * 1e6:.0f} us ({r['ratio_one']:.1f})"), (17, f"{batch * 1e6:.0f} us ({r['ratio_batch']:.1f})"),
                 (18, f"{(batch + fit) * 1e6:.0f} us ({r['ratio_batch_and_fit']:.1f})"), (11, f"{scikit['matrix_bytes'] / 1e6:.0f} MB"),
                 (16, f"{scikit['peak_bytes'] / 1e6:.0f} MB ({r['medium']['peak_bytes'] / 1e6:.0f})")]
        lines.append(" ".join(f"{text:>{width}}" for width, text in cells))
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/release"), help="build folder with bench_optics")
    parser.add_argument("--json", action="store_true", help="a JSON object instead of a table")
    parser.add_argument("--worker", nargs=2, type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        work(*arguments.worker)
        return
    try:
        results = comparisons(arguments.build.resolve() / "tools/bench/bench_optics", arguments.build.resolve() / "sklearn")
    except Skipped as reason:
        print(json.dumps({"skipped": str(reason)}) if arguments.json else f"skipped: {reason}")
        return
    print(json.dumps({"sizes": results}, indent=1) if arguments.json else text_of(results))


if __name__ == "__main__":
    main()
