# SPDX-License-Identifier: Apache-2.0
"""Trains an epoch by optical direct feedback alignment and classifies with spikes: over pyopencl, over libphotic, or both.

Both must agree in every byte of the weights and of the classes' spike counts. NumPy does the host's part; `photic snn map` cuts the
trained network into the SPU's cores.
"""

import argparse
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # sums in one order, whatever else the machine does
import numpy as np  # noqa: E402

from devices import NativeDevices, OpenClDevices  # noqa: E402

CLASSES, STEPS, BATCH, EXPOSURE, FRAMES, RATE = 10, 16, 128, 256, 4, 0.5
T2, PHASE2, I16 = 1, 1, 1                      # photic.h: PHOTIC_INPUT_T2, PHOTIC_SCHEME_PHASE2, PHOTIC_OUTPUT_I16
RECORD_I32, CLEAR_ALL = 2, 3                   # photic_spu.h
REGIONS = ("CONFIG", "AXON", "SYNAPSE", "WALK", "NEURON", "POINTER", "FANOUT")
FIRST_FRAME = 1 << 16                          # frames before it set the device up


class Projector:
    """Ternary rows through the OPU, scaled to unit variance a non-zero entry."""

    def __init__(self, devices, outputs):
        self._devices, self._outputs = devices, outputs
        rows, self._cols, _, _ = devices.optical_sizes()
        self._macro = max(1, min(4096, rows * self._cols // 2) // CLASSES)
        single = np.diag(np.where(np.arange(CLASSES) % 2 == 0, 1, -1))
        for shift in range(64):
            devices.set_light(0x8000, shift, 8)
            answers, saturated = self._show(single, 0)
            if saturated * 200 <= FRAMES * CLASSES * outputs:
                break
        self._scale = 1 / np.sqrt(np.mean(answers.astype(np.float64) ** 2))

    def _show(self, ternary, frame):
        codes = np.where(ternary == 0, 0, np.where(ternary > 0, 1, 3)).astype(np.uint64)
        words = (codes << (2 * np.arange(CLASSES, dtype=np.uint64))).sum(axis=1, dtype=np.uint64)
        stride = (self._outputs + 3) // 4 * 4
        desc = {"features": CLASSES, "vectors": len(ternary), "input_format": T2, "scheme": PHASE2, "output_format": I16,
                "mirror_cols": self._cols, "mirror_rows": -(-CLASSES * self._macro // self._cols), "macro": self._macro, "scale": 1,
                "outputs": self._outputs, "exposure": EXPOSURE, "frame": frame}
        answers, saturated = self._devices.project(desc, words, stride * len(ternary))
        return answers.reshape(len(ternary), stride)[:, :self._outputs], saturated

    def project(self, ternary, step):
        answers, _ = self._show(ternary, FIRST_FRAME + step * FRAMES * BATCH)
        return self._scale * answers


def train(devices, images, labels, hidden, seed=1):
    """One epoch of a bias-free ReLU network on images of 0 and 1; returns its two weight matrices."""
    random = np.random.default_rng(seed)
    first = random.normal(0, 1 / np.sqrt(images.shape[1] / 4), (images.shape[1], hidden))
    second = np.zeros((hidden, CLASSES))
    projector = Projector(devices, hidden)
    order = random.permutation(len(images))
    for step, start in enumerate(range(0, len(order) - BATCH + 1, BATCH)):
        chosen = order[start:start + BATCH]
        inputs = images[chosen].astype(np.float64)
        units = np.maximum(inputs @ first, 0)
        logits = units @ second
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        error = shares - np.eye(CLASSES)[labels[chosen]]
        ternary = np.where(np.abs(error) > 0.1, np.sign(error), 0).astype(np.int8)
        feedback = projector.project(ternary, step) / np.sqrt(hidden)
        second -= RATE / BATCH * (units.T @ error)
        first -= RATE / BATCH * (inputs.T @ (feedback * (units > 0)))
    return first, second


def to_program(first, second, images, command, folder):
    """Rates for activations: integer weights and one threshold, mapped by `photic snn map`."""
    units = np.maximum(images.astype(np.float64) @ first, 0)
    top = [np.percentile(units, 99.9), np.percentile(np.maximum(units @ second, 0), 99.9)]
    gains = [1 / top[0], top[0] / top[1]]
    threshold = int(min(127 / (gain * np.abs(w).max()) for gain, w in zip(gains, (first, second))))
    (folder / "net.yaml").write_text("neuron:\n    type: LOIHI\n    vThMant: %d\n    vDecay: 0\n    iDecay: 4096\n    refDelay: 1\n"
                                     "    wgtExp: 0\n" % threshold)
    files = []
    for number, (gain, weights) in enumerate(zip(gains, (first, second))):
        files.append(str(folder / f"weights{number}.txt"))
        np.savetxt(files[-1], np.rint(threshold * gain * weights.T).astype(int).ravel(), "%d")
    program = folder / "program.safetensors"
    subprocess.run([command, "snn", "map", str(folder / "net.yaml"), "--weights", *files, "--input", str(len(first)), "--program",
                    str(program)], check=True, stdout=subprocess.DEVNULL)
    data = program.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__")
    return {name: np.frombuffer(data[8 + length:], np.uint64)[t["data_offsets"][0] // 8:t["data_offsets"][1] // 8].copy()
            for name, t in header.items()}


def classify(devices, program, images):
    """Spikes of every class for every image of 0 and 1; each pixel that is 1 spikes in every step."""
    cores = devices.cores()
    devices.write(0, cores, 0, 0, np.zeros(cores, np.uint64))
    for name, words in program.items():
        core, region, word = name.split(".")
        devices.write(int(core), 1, REGIONS.index(region), int(word), words)
    devices.clear(CLEAR_ALL)
    stream = []
    for image in images:
        events = np.flatnonzero(image).astype(np.uint64) | np.uint64(1 << 16)  # source, payload 1
        if len(events) % 2:
            events = np.append(events, np.uint64(0))
        step = np.concatenate([[np.uint64(np.count_nonzero(image))], events[0::2] | events[1::2] << np.uint64(32)])
        stream += [step] * STEPS
    events = np.concatenate(stream).astype(np.uint64)
    desc = {"source_words": len(events), "steps": STEPS * len(images), "epoch": STEPS, "period": STEPS, "record": RECORD_I32,
            "outputs": CLASSES, "clear_first": 1, "timeout": 1 << 20}
    return devices.run(desc, events, CLASSES * len(images)).reshape(len(images), CLASSES)


def load(folder, kind):
    """Images as rows of 0 and 1, and their labels, from IDX files, plain or compressed."""
    def contents(name, header):
        for path in (folder / name, folder / (name + ".gz")):
            if path.exists():
                data = path.read_bytes()
                return np.frombuffer(gzip.decompress(data) if path.suffix == ".gz" else data, np.uint8)[header:]
        raise FileNotFoundError(folder / name)
    labels = contents(f"{kind}-labels-idx1-ubyte", 8)
    return (contents(f"{kind}-images-idx3-ubyte", 16).reshape(len(labels), -1) > 127).astype(np.uint8), labels


def find_data():
    """The folder of MNIST in PHOTIC_DATA, else Debian's Fashion-MNIST; None if neither is there."""
    places = [pathlib.Path("/usr/share/datasets/fashion-mnist")]
    if os.environ.get("PHOTIC_DATA"):
        places.insert(0, pathlib.Path(os.environ["PHOTIC_DATA"]) / "mnist")
    return next((p for p in places if p.is_dir()), None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--api", choices=("native", "opencl", "both"), default="both")
    parser.add_argument("--library", dest="libphotic", default="libphotic.so.0", help="libphotic, for the native run")
    parser.add_argument("--photic", default="photic", help="the photic command, which maps the network")
    parser.add_argument("--optical", default="golden:opu", help="OPU of the native run; OpenCL takes PHOTIC_OPENCL_DEVICES")
    parser.add_argument("--spiking", default="golden:spu", help="SPU of the native run")
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--train", type=int, default=60000, help="training images")
    parser.add_argument("--test", type=int, default=200, help="test images shown as spikes")
    arguments = parser.parse_args()
    folder = find_data()
    if folder is None:
        print("skipped: no data")
        return 0
    images, labels = (part[:arguments.train] for part in load(folder, "train"))
    shown, answers = (part[:arguments.test] for part in load(folder, "t10k"))
    results = {}
    for api in ("native", "opencl") if arguments.api == "both" else (arguments.api,):
        devices = OpenClDevices() if api == "opencl" else NativeDevices(arguments.libphotic, arguments.optical, arguments.spiking)
        first, second = train(devices, images, labels, arguments.hidden)
        trained = np.mean((np.maximum(shown @ first, 0) @ second).argmax(axis=1) == answers)
        with tempfile.TemporaryDirectory() as scratch:
            program = to_program(first, second, images[:1000], arguments.photic, pathlib.Path(scratch))
        spikes = classify(devices, program, shown)
        results[api] = (first.tobytes() + second.tobytes(), spikes.tobytes())
        print(f"{api:7s} one epoch of optical DFA: {100 * trained:.2f} % of {len(answers)} images; as spikes: "
              f"{100 * np.mean(spikes.argmax(axis=1) == answers):.2f} %")
    if len(results) < 2:
        return 0
    differing = [sum(x != y for x, y in zip(a, b)) for a, b in zip(*results.values())]
    print(f"native and OpenCL differ in {differing[0]} of {len(results['native'][0])} bytes of weights and {differing[1]} of "
          f"{len(results['native'][1])} of spike counts")
    return 0 if not any(differing) else 1


if __name__ == "__main__":
    sys.exit(main())
