// SPDX-License-Identifier: Apache-2.0
// A small spiking program for the driver's conformance tests: the core farthest from the input/output unit
// gives a weighted view of one source, and its neurons report to outputs.
#pragma once

#include <cstdint>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"

namespace photic::test {

/// Words of one region of one unit.
struct RegionWords {
  uint32_t core;
  abi::SpuRegion region;
  std::vector<uint64_t> words;
};

/// What the program computes: in every step neuron n fires if 1 + 4 n times the payload of the step's event
/// exceeds kThreshold; its potential does not outlive the step. Neuron n feeds output n.
struct SmallProgram {
  static constexpr uint32_t kNeurons = 4;
  static constexpr uint32_t kSources = 1;
  static constexpr int32_t kThreshold = 8;

  explicit SmallProgram(const abi::SpuPreset& sizes)
      : io(sizes.cores()),
        core(io - 1),
        x(static_cast<int32_t>(sizes.mesh_cols) - 1),
        y(static_cast<int32_t>(sizes.mesh_rows) - 1) {}

  /// The kernel's only axon: four signed bytes.
  static abi::SpuAxon axon() {
    abi::SpuAxon axon;
    axon.format = abi::SpuSynapseFormat::DENSE;
    axon.bits = abi::SpuWeightBits::W8;
    axon.code = abi::SpuWeightCode::SIGNED;
    axon.extent = kNeurons;
    return axon;
  }

  /// Entry n: neuron n to output n.
  abi::SpuFanout fanout(uint32_t neuron) const {
    abi::SpuFanout entry;
    entry.dx = -x;
    entry.dy = -(y + 1);
    entry.axon = neuron;
    entry.host = true;
    return entry;
  }

  std::vector<RegionWords> regions() const {
    using abi::SpuRegion;
    std::vector<uint64_t> neurons;
    std::vector<uint64_t> pointers;
    std::vector<uint64_t> entries;
    uint64_t weights = 0;
    for (uint32_t n = 0; n < kNeurons; ++n) {
      abi::SpuNeuron0 modes;
      modes.current_decay = kForgets;
      modes.voltage_decay = kForgets;
      modes.emit = abi::SpuEmit::SPIKE;
      abi::SpuNeuron1 levels;
      levels.threshold = kThreshold;
      neurons.insert(neurons.end(), {modes.pack(), levels.pack(), abi::SpuNeuron2{}.pack(), 0});
      pointers.push_back(abi::SpuPointer{.base = n, .count = 1}.pack());
      entries.push_back(fanout(n).pack());
      weights |= uint64_t{1 + 4 * n} << (8 * n);
    }
    abi::SpuFanout inwards;
    inwards.dx = x;
    inwards.dy = y;
    return {
        {core, SpuRegion::CONFIG, {abi::SpuConfig{.neurons = kNeurons, .axons = 1}.pack()}},
        {core, SpuRegion::AXON, {axon().pack()}},
        {core, SpuRegion::SYNAPSE, {weights}},
        {core, SpuRegion::NEURON, neurons},
        {core, SpuRegion::POINTER, pointers},
        {core, SpuRegion::FANOUT, {entries[0] | entries[1] << 32, entries[2] | entries[3] << 32}},
        {io, SpuRegion::CONFIG, {abi::SpuConfig{.neurons = kSources, .axons = kNeurons}.pack()}},
        {io, SpuRegion::POINTER, {abi::SpuPointer{.base = 0, .count = 1}.pack()}},
        {io, SpuRegion::FANOUT, {inwards.pack()}},
    };
  }

  /// An input stream with at most one event a step: its payload, or 0 for none.
  static std::vector<uint64_t> stream(const std::vector<int32_t>& payloads) {
    std::vector<uint64_t> words;
    for (const int32_t payload : payloads) {
      words.push_back(abi::SpuEvents{.count = payload != 0 ? 1U : 0U}.pack());
      if (payload != 0) {
        words.push_back(abi::SpuEvent{.source = 0, .payload = payload}.pack());
      }
    }
    return words;
  }

  const uint32_t io;    ///< Number of the input/output unit.
  const uint32_t core;  ///< The core in use.

 private:
  static constexpr uint32_t kForgets = 4096;  // a decay that leaves nothing

  const int32_t x;
  const int32_t y;
};

}  // namespace photic::test
