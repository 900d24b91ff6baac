// SPDX-License-Identifier: Apache-2.0
// What a run makes a device do, told by the kernels: for coverage, not for comparison.
#pragma once

#include <cstdint>
#include <vector>

#include "models/kernels/spu/neuron.h"
#include "sim/lockstep/spu/coverage.h"
#include "sim/lockstep/spu/program.h"
#include "sim/lockstep/spu/random_commands.h"

namespace photic::lockstep {

/// Steps through a run that starts from cleared neurons, on a program without fault, and counts what axons,
/// neurons and packets do.
class Observer {
 public:
  Observer(const Program& program, uint32_t seed, Coverage& coverage);

  /// Follows the first `steps` steps. The stream has no fault in them.
  void run(const RandomRun& run, uint32_t steps);

 private:
  struct Packet {
    uint32_t from = 0;
    uint32_t source = 0;
    int32_t payload = 0;
  };

  void clear();
  void inputs(uint32_t base_step);
  void sweep(uint32_t step);
  void update(uint32_t core, uint32_t n, uint32_t step);
  void note_update(const kernels::spu::NeuronConstants& constants, const kernels::spu::NeuronState& before,
                   const kernels::spu::NeuronUpdate& after, int32_t input);
  void send(const Packet& packet, uint32_t base_step);
  void deliver(uint32_t core, uint32_t axon, int32_t payload, uint32_t base_step);
  void add(uint32_t core, uint32_t target, int32_t payload, int32_t weight, const abi::SpuAxon& axon,
           uint32_t slot);

  const Program& program_;
  const abi::SpuPreset& preset_;
  const uint32_t seed_;
  Coverage& coverage_;
  std::vector<std::vector<kernels::spu::NeuronState>> states_;  // by core
  std::vector<std::vector<int32_t>> accumulators_;              // by core: slots x neurons
  std::vector<Packet> packets_;
  const std::vector<uint64_t>* stream_ = nullptr;
  size_t position_ = 0;
};

}  // namespace photic::lockstep
