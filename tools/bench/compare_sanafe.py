# SPDX-License-Identifier: Apache-2.0
"""The golden spiking device beside SANA-FE on the same recordings.

SANA-FE models what events cost in time and energy on a chip of cores: here its own model of Loihi, the neurons spread over as
many cores as golden has, one thread. Its neuron is the same, rounded to 1/64 like Loihi's; what a population sends arrives a step later.
"""

import importlib.metadata
import time

import peer

PACKAGE = ("sanafe", "sanafe", ("sanafe", "numpy"))
CORES = 25


def make_chip(job, sanafe):
    arch = sanafe.load_loihi()
    cores = [core for tile in arch.tiles for core in tile.cores][:CORES]
    net = sanafe.Network()
    inputs = net.create_neuron_group("inputs", peer.INPUTS)
    attributes = {"threshold": float(peer.THRESHOLD), "reset": 0.0, "reset_mode": "hard", "leak_decay": peer.VOLTAGE_KEPT,
                  "input_decay": peer.CURRENT_KEPT}
    hidden, classes = (net.create_neuron_group(name, size, model_attributes=attributes, soma_hw_name="loihi_lif",
                                               default_synapse_hw_name="loihi_dense_synapse")
                       for name, size in (("hidden", peer.HIDDEN), ("classes", peer.CLASSES)))
    for i, neuron in enumerate(inputs):
        neuron.set_attributes(soma_hw_name=f"loihi_inputs[{i // CORES}]")
    for group in (inputs, hidden, classes):
        for i, neuron in enumerate(group):
            neuron.map_to_core(cores[i % CORES])
    for neuron in [*hidden, *classes]:
        neuron.set_attributes(log_spikes=True)
    inputs.connect_neurons_dense(hidden, {"weight": job.first.T.reshape(-1).tolist()})
    hidden.connect_neurons_dense(classes, {"weight": job.second.T.reshape(-1).tolist()})
    chip = sanafe.SpikingChip(arch)
    chip.load(net)
    return chip


def show(chip, recording, trace):
    """Processor seconds of a recording from state 0, and what `chip.sim` says of it."""
    trains = [[False] * peer.STEPS for _ in range(peer.INPUTS)]
    for step, element in recording:
        trains[element][step] = True
    chip.reset()
    for neuron, train in zip(chip.mapped_neuron_groups["inputs"], trains, strict=True):
        neuron.set_attributes(model_attributes={"spikes": train})
    start = time.process_time()
    told = chip.sim(peer.STEPS, timing_model="simple", processing_threads=1, spike_trace=trace)
    return time.process_time() - start, told


def work(job):
    import sanafe

    chip = make_chip(job, sanafe)
    times = [sum(show(chip, recording, None)[0] for recording in job.recordings) for _ in range(peer.REPETITIONS)]
    hidden, counts = 0, []
    for recording in job.recordings:
        spikes = [where for step in show(chip, recording, True)[1]["spike_trace"] for where in step]
        hidden += sum(where.group_name == "hidden" for where in spikes)
        counts.append([sum(where.group_name == "classes" and where.neuron_offset == c for where in spikes) for c in range(peer.CLASSES)])
    shown = peer.result("simple timing", sorted(times)[len(times) // 2], hidden, counts)
    return f"SANA-FE {importlib.metadata.version('sanafe')}", [shown]


if __name__ == "__main__":
    peer.main(__file__, __doc__, *PACKAGE, work)
