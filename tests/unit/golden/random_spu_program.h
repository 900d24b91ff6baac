// SPDX-License-Identifier: Apache-2.0
// Programs with every format, code, width, delay and mode in them, all of which pass the scan.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "models/kernels/spu/axon.h"
#include "models/kernels/spu/scan.h"
#include "tests/unit/golden/spu_host.h"

namespace photic::golden {

class RandomSpuProgram {
 public:
  RandomSpuProgram(const abi::SpuPreset& preset, uint64_t seed) : preset_(preset), random_(seed) {}

  uint64_t below(uint64_t bound) { return random_() % bound; }
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low + 1)));
  }
  std::vector<uint64_t> noise(uint32_t words) {
    std::vector<uint64_t> out(words);
    for (uint64_t& word : out) {
      word = random_();
    }
    return out;
  }

  uint32_t neurons() { return static_cast<uint32_t>(between(preset_.neurons / 2, preset_.neurons)); }

  uint64_t walk() {
    return abi::SpuWalk{.count = static_cast<uint32_t>(between(1, preset_.lanes + 2)),
                        .target_x = static_cast<uint32_t>(below(3) * preset_.lanes),
                        .target_y = static_cast<uint32_t>(below(3) * preset_.lanes),
                        .kernel_x = static_cast<uint32_t>(below(3)),
                        .kernel_y = static_cast<uint32_t>(below(3))}
        .pack();
  }

  /// An axon that neither is at fault nor has bad rows or synapses.
  uint64_t axon(const std::vector<uint64_t>& walks, const std::vector<uint64_t>& synapses, uint32_t in_use) {
    kernels::spu::Tables tables;
    tables.walk = walks;
    tables.synapse = synapses;
    for (;;) {
      const auto format = static_cast<abi::SpuSynapseFormat>(below(4));
      const bool sparse = format == abi::SpuSynapseFormat::SPARSE;
      const bool pool = format == abi::SpuSynapseFormat::POOL;
      abi::SpuAxon axon;
      axon.format = format;
      axon.base = pool ? 0 : static_cast<uint32_t>(below(preset_.synapse_words));
      axon.bits = static_cast<abi::SpuWeightBits>(below(4));
      axon.code = static_cast<abi::SpuWeightCode>(below(4));
      axon.align = below(2) != 0;
      axon.exponent = static_cast<int32_t>(between(-8, 7));
      axon.delay = static_cast<uint32_t>(below(preset_.slots));
      axon.target = sparse ? 0 : static_cast<uint32_t>(below(in_use));
      if (format == abi::SpuSynapseFormat::DENSE || sparse) {
        axon.extent = static_cast<uint32_t>(below(sparse ? 9 : in_use + 1));
      } else {
        axon.extent = static_cast<uint32_t>(between(1, 3) << 7 | between(1, 3) << 3);
        axon.walk = static_cast<uint32_t>(below(preset_.walks));
      }
      const uint64_t word = axon.pack();
      tables.axon = std::span(&word, 1);
      if (!kernels::spu::scan_axon(preset_, tables, in_use, 0)) {
        return word;
      }
    }
  }

  /// Synapse words whose targets and delays fit every SPARSE axon without delay of its own.
  std::vector<uint64_t> synapses(uint32_t in_use) {
    auto words = noise(preset_.synapse_words);
    for (size_t i = 0; i < words.size(); i += 2) {
      uint64_t word = 0;
      for (unsigned half = 0; half < 2; ++half) {
        word |= uint64_t{abi::SpuSynapse{.weight = static_cast<uint32_t>(below(256)),
                                         .target = static_cast<uint32_t>(below(in_use)),
                                         .delay = static_cast<uint32_t>(below(preset_.slots))}
                             .pack_half()}
                << (32 * half);
      }
      words[i] = word;
    }
    return words;
  }

  std::vector<uint64_t> neuron() {
    const auto decay = [this] {
      return static_cast<uint32_t>(below(3) == 0 ? 4096 * below(2) : below(4097));
    };
    const bool extreme = below(4) == 0;
    const int64_t level = extreme ? (1 << 23) - 1 : 3000;
    const auto value = [&] { return static_cast<int32_t>(between(-level, level)); };
    return {abi::SpuNeuron0{.current_decay = decay(),
                            .voltage_decay = decay(),
                            .adaptation_decay = decay(),
                            .rounding = static_cast<abi::SpuRounding>(below(3)),
                            .reset = static_cast<abi::SpuReset>(below(3)),
                            .emit = static_cast<abi::SpuEmit>(below(4)),
                            .at_threshold = below(2) != 0,
                            .readout = below(8) == 0,
                            .hold = below(2) != 0,
                            .wrap = below(2) != 0,
                            .refractory = static_cast<uint32_t>(below(4)),
                            .bias_exponent = static_cast<uint32_t>(below(8)),
                            .graded_shift = static_cast<uint32_t>(below(32))}
                .pack(),
            abi::SpuNeuron1{
                .threshold = value(), .v_reset = value(), .bias = static_cast<int32_t>(between(-4096, 4095))}
                .pack(),
            abi::SpuNeuron2{.v_rest = value(), .adaptation_step = value()}.pack(), random_()};
  }

  /// A fan-out entry of a unit.
  uint32_t entry(const kernels::spu::Unit& unit, bool poison) {
    const bool host = !unit.io && below(4) == 0;
    abi::SpuFanout entry;
    entry.dx = host ? -unit.x : static_cast<int32_t>(below(preset_.mesh_cols)) - unit.x;
    entry.dy = host ? -(unit.y + 1) : static_cast<int32_t>(below(preset_.mesh_rows)) - unit.y;
    entry.axon = static_cast<uint32_t>(below(host ? preset_.outputs : preset_.axons));
    entry.host = host;
    entry.poison = poison;
    return entry.pack_half();
  }

  uint64_t pointer(uint32_t entries) {
    const uint64_t count = below(5);
    return abi::SpuPointer{.base = static_cast<uint32_t>(below(entries - count + 1)),
                           .count = static_cast<uint32_t>(count)}
        .pack();
  }

  std::vector<StepEvents> events(uint32_t steps, uint32_t sources) {
    std::vector<StepEvents> all(steps);
    for (StepEvents& step : all) {
      for (uint64_t count = below(7); count != 0; --count) {
        step.push_back({.source = static_cast<uint32_t>(below(sources)),
                        .payload = static_cast<int32_t>(below(2) != 0 ? 1 : between(-32768, 32767))});
      }
    }
    return all;
  }

 private:
  const abi::SpuPreset preset_;
  std::mt19937_64 random_;
};

}  // namespace photic::golden
