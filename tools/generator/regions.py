# SPDX-License-Identifier: Apache-2.0
"""How many words the memories of an SPU hold, as the SPU_REGION descriptions of spiking.toml say."""

REGION_ENUM = "SPU_REGION"
COUNTER_ENUM = "SPU_COUNTER"

# Region -> factors whose product is its words in a core and in the input/output unit; empty: that unit has none of it.
# A text stands for a size of the preset, "counters" for the words of COUNTER.
REGIONS = {
    "CONFIG": ((1,), (1,)),
    "AXON": (("axons",), ()),
    "SYNAPSE": (("synapse_words",), ()),
    "WALK": (("walks",), ()),
    "NEURON": ((4, "neurons"), ()),
    "POINTER": (("neurons",), ("inputs",)),
    "FANOUT": (("fanout_words",), ("io_fanout_words",)),
    "STATE": ((2, "neurons"), ()),
    "ACCUMULATOR": (("slots", "neurons"), ("outputs",)),
    "COUNTER": (("counters",), ("counters",)),
}


def counters(spec):
    """Words of the COUNTER region."""
    enum = next(item for item in spec.enums if item.name == COUNTER_ENUM)
    return max(value.value for value in enum.values) + 1


def product(factors, spec):
    """Factors as an expression of C++ and Python; "0" for none."""
    return " * ".join(str(counters(spec) if factor == "counters" else factor) for factor in factors) or "0"
