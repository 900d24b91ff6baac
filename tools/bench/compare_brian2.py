# SPDX-License-Identifier: Apache-2.0
"""The golden spiking device beside Brian2 on the same recordings.

Brian2 makes C++ of the network, all recordings one after the other with the state cleared between: a program of its own (standalone),
compiled for this processor. The neuron is the same without rounding, in double precision; what a population sends arrives a step later.
"""

import pathlib
import tempfile

import peer

PACKAGE = ("brian2", "brian2", ("brian2", "numpy<2", "setuptools"))
DRAIN = 2  # steps after a recording in which its last spikes arrive; then the state is cleared


def work(job):
    import brian2
    import numpy

    brian2.prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-ffast-math", "-march=native"]
    period = peer.STEPS + DRAIN
    with tempfile.TemporaryDirectory() as folder:
        brian2.set_device("cpp_standalone", build_on_run=False, directory=folder)
        brian2.defaultclock.dt = 1 * brian2.ms
        elements = numpy.array([e for recording in job.recordings for _, e in recording])
        steps = numpy.array([r * period + step for r, recording in enumerate(job.recordings) for step, _ in recording])
        source = brian2.SpikeGeneratorGroup(peer.INPUTS, elements, steps * brian2.ms, sorted=True)
        layers, synapses = [], []
        for weights in (job.first, job.second):
            before = layers[-1] if layers else source
            group = brian2.NeuronGroup(len(weights), "u : 1\nv : 1\narrived : 1", threshold=f"v > {peer.THRESHOLD}", reset="v = 0")
            group.run_regularly(f"u = {peer.CURRENT_KEPT} * u + arrived\nv = {peer.VOLTAGE_KEPT} * v + u\narrived = 0", when="groups")
            group.run_regularly("u = 0\nv = 0\narrived = 0", dt=period * brian2.ms, when="start")
            connection = brian2.Synapses(before, group, "w : 1", on_pre="arrived_post += w")
            connection.connect()
            connection.w = weights.T.reshape(-1)  # synapses are in the order of their sources
            layers.append(group)
            synapses.append(connection)
        hidden = brian2.SpikeMonitor(layers[0], record=False)
        classes = brian2.SpikeMonitor(layers[1])
        network = brian2.Network(source, layers, synapses, hidden, classes)
        # Processor time of the steps alone: around the lines that Brian2 makes of network.run.
        brian2.device.insert_code("before_network_run", "const std::clock_t steps_begin = std::clock();")
        brian2.device.insert_code("after_network_run",
                                  'std::ofstream("seconds") << double(std::clock() - steps_begin) / CLOCKS_PER_SEC;')
        network.run(period * len(job.recordings) * brian2.ms)
        brian2.device.build(directory=folder, compile=True, run=False)
        times = []
        for _ in range(peer.REPETITIONS):
            brian2.device.run(directory=folder, with_output=False)
            times.append(float((pathlib.Path(folder) / "seconds").read_text()))
        counts = numpy.zeros((len(job.recordings), peer.CLASSES))
        numpy.add.at(counts, (numpy.rint(classes.t / brian2.ms).astype(int) // period, classes.i), 1)
        shown = peer.result("standalone C++", sorted(times)[len(times) // 2], hidden.num_spikes, counts.tolist())
    return f"Brian2 {brian2.__version__}", [shown]


if __name__ == "__main__":
    peer.main(__file__, __doc__, *PACKAGE, work)
