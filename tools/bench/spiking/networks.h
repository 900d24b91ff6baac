// SPDX-License-Identifier: Apache-2.0
// Networks and inputs that benchmarks run: random ones of a chosen size and activity, and the published one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "drivers/abi/geometry.h"
#include "host/events/spike_train.h"
#include "host/snn/integer_network.h"

namespace photic::bench {

/// `inputs` onto each of `populations` of `neurons`, each weight a random number of `bits` bits; the mapper
/// gives each population a core while there are enough. No threshold is reached: what is measured is the
/// synapses' work and the neurons', not what follows from spikes.
host::snn::IntegerNetwork dense_network(uint32_t inputs, uint32_t neurons, int bits,
                                        uint32_t populations = 1);

/// The same with `synapses` random targets an input and 8 bits.
host::snn::IntegerNetwork sparse_network(uint32_t inputs, uint32_t neurons, uint32_t synapses);

/// `channels_in` x `side` x `side` onto `channels_out` of the same size, windows of 5 x 5, 8 bits.
host::snn::IntegerNetwork convolution_network(uint32_t channels_in, uint32_t channels_out, uint32_t side);

/// In each step `events` different elements of `width` spike.
host::SpikeTrain random_train(uint32_t width, uint32_t steps, uint32_t events);

/// One core with room for 512 neurons that 4096 inputs reach with 8 bits each.
abi::SpuPreset one_large_core();

/// A mesh of cores as mesh16's.
abi::SpuPreset square_mesh(uint32_t side);

/// The 2312-512-10 network trained for Loihi and its first `count` test recordings of 300 steps; none without
/// $PHOTIC_DATA/nmnist.
struct Nmnist {
  host::snn::IntegerNetwork network;
  std::vector<host::SpikeTrain> samples;
  std::vector<unsigned> labels;
};
std::optional<Nmnist> nmnist(size_t count);

}  // namespace photic::bench
