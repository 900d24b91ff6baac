# SPDX-License-Identifier: Apache-2.0
"""The golden spiking device beside snnTorch on the same recordings.

snnTorch multiplies dense matrices in single precision: recording by recording, step by step as a device would see them, and all
recordings as one batch, its best case. Its neuron is the same without rounding, and a layer answers in the same step.
"""

import time

import peer

PACKAGE = ("snntorch", "snntorch", ("torch", "snntorch"))


def work(job):
    import snntorch
    import torch

    torch.set_num_threads(1)
    inputs = torch.zeros(peer.STEPS, peer.RECORDINGS, peer.INPUTS)
    for r, recording in enumerate(job.recordings):
        steps, elements = zip(*recording)
        inputs[list(steps), r, list(elements)] = 1
    layers = []
    for weights in (job.first, job.second):
        linear = torch.nn.Linear(weights.shape[1], weights.shape[0], bias=False)
        linear.weight = torch.nn.Parameter(torch.tensor(weights, dtype=torch.float32))
        neuron = snntorch.Synaptic(alpha=peer.CURRENT_KEPT, beta=peer.VOLTAGE_KEPT, threshold=float(peer.THRESHOLD), reset_mechanism="zero",
                                   reset_delay=False)
        layers.append((linear, neuron))

    def show(batch):
        """(hidden spikes, spikes of the classes) of steps x recordings x inputs."""
        states = [neuron.init_synaptic() for _, neuron in layers]
        hidden, classes = 0, torch.zeros(batch.shape[1], peer.CLASSES)
        for step in range(peer.STEPS):
            spikes = batch[step]
            for i, (linear, neuron) in enumerate(layers):
                spikes, *states[i] = neuron(linear(spikes), *states[i])
                if i == 0:
                    hidden += int(spikes.sum())
            classes += spikes
        return hidden, classes.tolist()

    def one_by_one():
        shown = [show(inputs[:, r:r + 1]) for r in range(peer.RECORDINGS)]
        return sum(h for h, _ in shown), [c[0] for _, c in shown]

    results = []
    with torch.no_grad():
        for name, action in (("one by one", one_by_one), (f"batch of {peer.RECORDINGS}", lambda: show(inputs))):
            action()
            times = []
            for _ in range(peer.REPETITIONS):
                start = time.process_time()
                hidden, counts = action()
                times.append(time.process_time() - start)
            results.append(peer.result(name, sorted(times)[len(times) // 2], hidden, counts))
    return f"snnTorch {snntorch.__version__}", results


if __name__ == "__main__":
    peer.main(__file__, __doc__, *PACKAGE, work)
