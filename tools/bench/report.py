# SPDX-License-Identifier: Apache-2.0
"""Runs the benchmarks of a build and sets what they measured beside the goals: one table.

Numbers are processor time of one core, medians of a few repetitions, so that other work on the machine blurs them little;
round trips of the driver are wall time. Ratios compare numbers of this one run.
"""

import argparse
import json
import pathlib
import platform
import subprocess
import sys

import compare_sklearn
import spiking_report
from row import Row

REPETITIONS = 3
TIME_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
# Which benchmarks the table needs, by program, and how long each repetition measures at least, in seconds.
RUNS = {
    "bench_driver": ("round_trip|batch", 0.3),
    "bench_clocked": (".", 0.3),
    "bench_optics": ("project/implicit_signs/16384/2048$|stored/16384|multiply_blas/16384/2048/(1|512)$|expose_features/1/10|"
                     "expose_full_size/(implicit|structured/1)", 0.2),
}


class Results:
    """What Google Benchmark wrote: medians by name."""

    def __init__(self, benchmarks):
        self._medians = {}
        for b in benchmarks:
            if b.get("error_occurred"):
                raise RuntimeError(f"{b['name']}: {b['error_message']}")
            if b.get("aggregate_name") == "median":
                self._medians[self._plain(b["run_name"])] = b

    @staticmethod
    def _plain(name):
        """The name without what Google Benchmark says of the way it measured."""
        return "/".join(p for p in name.split("/") if p not in ("real_time", "process_time") and ":" not in p)

    def __getitem__(self, name):
        return self._medians[name]

    def wall(self, name):
        return self[name]["real_time"] * TIME_UNITS[self[name]["time_unit"]]

    def cpu(self, name):
        return self[name]["cpu_time"] * TIME_UNITS[self[name]["time_unit"]]


def measure(build):
    found = []
    for program, (pattern, seconds) in (RUNS | spiking_report.runs()).items():
        path = build / "tools/bench" / program
        if not path.exists():
            raise RuntimeError(f"{path} is missing; build the target {program}")
        print(f"measuring: {program}", file=sys.stderr, flush=True)
        text = subprocess.run([path, f"--benchmark_filter={pattern}", f"--benchmark_min_time={seconds}", "--benchmark_format=json",
                               f"--benchmark_repetitions={REPETITIONS}", "--benchmark_report_aggregates_only=true"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
        found += json.loads(text)["benchmarks"]
    return Results(found)


def driver_rows(r):
    rows = []
    for case, place, goal in (("in_process", "golden in process", 5), ("own_process", "golden in its own process", 60)):
        rate = r[f"batch/{case}/512"]["items_per_second"]
        rows += [Row(f"driver: round trip of a NOP, {place}", r.wall(f"round_trip/{case}") * 1e6, "us", goal=goal),
                 Row(f"driver: NOPs in batches of 512, {place}", rate / 1e3, "thousand/s")]
    return rows


def clocked_rows(r):
    rows = []
    for stream, goal in (("feedback_gen2", 50), ("whole_frames_gen2", None)):
        cycles = {target: r[f"{stream}/{target}"]["cycles"] for target in ("systemc", "systemc_every_cycle", "rtl")}
        if len(set(cycles.values())) != 1:
            raise RuntimeError(f"{stream}: the targets did different work, so nothing can be compared: cycles {cycles}")
        speed = {target: r[f"{stream}/{target}"]["cycles/s"] for target in cycles}
        title = stream.replace("_", " ")
        rows += [Row(f"{title}: SystemC over RTL", speed["systemc"] / speed["rtl"], "times", goal=goal, at_least=True),
                 Row(f"{title}: skipping over every cycle, SystemC", speed["systemc"] / speed["systemc_every_cycle"], "times"),
                 Row(f"{title}: SystemC", speed["systemc"] / 1e6, "million cycles/s"),
                 Row(f"{title}: SystemC, every cycle", speed["systemc_every_cycle"] / 1e6, "million cycles/s"),
                 Row(f"{title}: RTL", speed["rtl"] / 1e6, "million cycles/s")]
    return rows + [Row("feedback gen3: SystemC", r["feedback_gen3/systemc"]["frames/s"], "frames/s"),
                   Row("feedback gen3: golden", r["feedback_gen3/golden"]["frames/s"], "frames/s")]


def optics_rows(r, device_frame):
    medium = r.cpu("project/implicit_signs/16384/2048")
    implicit = r.cpu("expose_full_size/implicit/2")
    structured = r.cpu("expose_full_size/structured/1")
    return [
        Row("implicit medium, 16384 mirrors x 2048 pixels", medium * 1e6, "us"),
        Row("implicit medium over the stored one, same entries", r.cpu("project/stored/16384/2048") / medium, "times"),
        Row("implicit medium over sgemv, one vector", r.cpu("multiply_blas/16384/2048/1") / medium, "times"),
        Row("implicit medium over sgemm, batch of 512, a vector", r.cpu("multiply_blas/16384/2048/512") / 512 / medium, "times"),
        Row("picture of 2048 pixels, 10 features, everything imperfect", r.cpu("expose_features/1/10") * 1e6, "us"),
        Row("full-size frame, as the device is timed", device_frame * 1e3, "ms"),
        Row("full-size frame, structured medium", structured * 1e3, "ms"),
        Row("full-size frame, implicit medium, all threads together", implicit * 1e3, "ms"),
        Row("full-size frame, structured over the device", structured / device_frame, "times as long"),
        Row("full-size frame, implicit over the device", implicit / device_frame, "times as long"),
    ]


def sklearn_rows(sizes):
    rows = []
    for s in sizes:
        size = f"{s['mirrors']} x {s['pixels']}"
        rows += [Row(f"implicit medium over scikit-learn, {size}, one vector", s["ratio_one"], "times"),
                 Row(f"implicit medium over scikit-learn, {size}, batch of {s['batch']}", s["ratio_batch"], "times"),
                 Row(f"the same, its fit included, {size}", s["ratio_batch_and_fit"], "times"),
                 Row(f"scikit-learn's matrix, {size}", s["sklearn"]["matrix_bytes"] / 1e6, "MB")]
    return rows


def seconds_of_a_full_frame(build):
    """Of the largest device in the mode that holds everything, by the specification that the build was made from."""
    sys.path.insert(0, str(build / "gen/python"))
    import photic_spec
    largest = max(photic_spec.PRESETS.values(), key=lambda p: p.mirror_rows * p.mirror_cols * p.pixel_rows * p.pixel_cols)
    cycles = largest.mode_period(largest.mirror_rows * largest.mirror_cols, largest.pixel_rows * largest.pixel_cols)
    return cycles / (1e3 * photic_spec.CLOCK_KHZ)


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().split("\n")
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return f"{names[0]}, {len(names)} cores" if names else platform.processor() or platform.machine()


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def text_of(rows, skipped):
    """`skipped`: what was left out, by name: why."""
    lines = [f"{'':<66} {'measured':>12} {'unit':<17} {'goal':>9}"]
    for row in rows:
        goal = "" if row.goal is None else f"{'>=' if row.at_least else '<='} {row.goal:g}"
        verdict = {None: "", True: "met", False: "MISSED"}[row.met]
        lines.append(f"{row.name:<66} {number(row.value):>12} {row.unit:<17} {goal:>9}  {verdict}".rstrip())
    missed = [row.name for row in rows if row.met is False]
    lines += ["", *(f"skipped: {name}: {reason}" for name, reason in skipped.items())]
    lines += [f"Processor: {processor()}. Processor time of one core, median of {REPETITIONS}; round trips are wall time. All numbers are of",
              "this one run: ratios carry over to other machines better than times do.",
              f"Goals missed: {'; '.join(missed)}" if missed else "All goals met."]
    return "\n".join(lines)


def json_of(rows, skipped):
    return json.dumps({"processor": processor(), "repetitions": REPETITIONS, "skipped": skipped,
                       "rows": [row._asdict() | {"met": row.met} for row in rows]}, indent=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/release"), help="build folder with the programs")
    parser.add_argument("--json", action="store_true", help="a JSON object instead of a table")
    parser.add_argument("--no-sklearn", action="store_true", help="leave scikit-learn out")
    parser.add_argument("--peers", action="store_true", help="other spiking simulators too, installed into the build folder: some GB")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    results = measure(build)
    rows = driver_rows(results) + clocked_rows(results) + optics_rows(results, seconds_of_a_full_frame(build))
    rows += spiking_report.golden_rows(results) + spiking_report.clocked_rows(results)
    skipped = {}
    if not spiking_report.has_nmnist():
        skipped["N-MNIST"] = "no data: set PHOTIC_DATA to the folder with nmnist/"
    if arguments.no_sklearn:
        skipped["scikit-learn"] = "left out"
    else:
        print("measuring: scikit-learn", file=sys.stderr, flush=True)
        try:
            rows += sklearn_rows(compare_sklearn.comparisons(build / "tools/bench/bench_optics", build / "sklearn"))
        except compare_sklearn.Skipped as reason:
            skipped["scikit-learn"] = str(reason)
    if arguments.peers:
        print("measuring: other spiking simulators", file=sys.stderr, flush=True)
        found, missing = spiking_report.rows_of_peers(build)
        rows += found
        skipped |= missing
    print((json_of if arguments.json else text_of)(rows, skipped))


if __name__ == "__main__":
    main()
