// SPDX-License-Identifier: Apache-2.0
// Reads a program back: what every input and neuron does, from the words alone, by sections 2.3 and 2.4 of
// docs/reference/spu-device.md.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "host/snn/check_program.h"
#include "host/snn/for_each_synapse.h"
#include "host/snn/program.h"

namespace photic::host::snn::test {

/// Weight of (source population or kInput, element; target population, element; delay), sums of parallel
/// synapses, without zeros.
using Wiring = std::map<std::tuple<size_t, uint32_t, size_t, uint32_t, uint32_t>, int64_t>;

inline Wiring wiring_of(const IntegerNetwork& network) {
  Wiring wiring;
  for (const Connection& c : network.connections) {
    for_each_synapse(network, c, [&](const Synapse& s) {
      wiring[{c.source, s.source, c.target, s.target, c.delay + s.delay}] += s.weight;
    });
  }
  std::erase_if(wiring, [](const auto& entry) { return entry.second == 0; });
  return wiring;
}

class ProgramReader {
 public:
  explicit ProgramReader(const Program& program) : program_(program) {
    for (size_t p = 0; p < program.populations.size(); ++p) {
      const auto& places = program.populations[p].places;
      for (uint32_t e = 0; e < places.size(); ++e) {
        owner_[places[e]] = {p, e};
      }
    }
  }

  /// Everything that reaches a neuron.
  Wiring wiring() {
    const uint32_t io = program_.preset.cores();
    for (uint32_t unit = 0; unit <= io; ++unit) {
      const auto pointers = region_contents(program_, unit, abi::SpuRegion::POINTER);
      const auto fanout = region_contents(program_, unit, abi::SpuRegion::FANOUT);
      const auto config = abi::SpuConfig::unpack(region_contents(program_, unit, abi::SpuRegion::CONFIG)[0]);
      for (uint32_t n = 0; n < config.neurons; ++n) {
        const auto pointer = abi::SpuPointer::unpack(pointers[n]);
        for (uint32_t e = pointer.base; e < pointer.base + pointer.count; ++e) {
          const auto entry =
              abi::SpuFanout::unpack_half(static_cast<uint32_t>(fanout[e / 2] >> (32 * (e % 2))));
          follow(unit, n, entry);
        }
      }
    }
    std::erase_if(wiring_, [](const auto& entry) { return entry.second == 0; });
    return wiring_;
  }

  /// Outputs of (population, element), in the order met.
  std::map<std::pair<size_t, uint32_t>, std::vector<uint32_t>> outputs;
  /// Weights that met a neuron no population uses and were not 0.
  size_t strays = 0;

 private:
  void follow(uint32_t unit, uint32_t neuron, const abi::SpuFanout& entry) {
    const bool io = unit == program_.preset.cores();
    const auto columns = static_cast<int32_t>(program_.preset.mesh_cols);
    const auto owner = io ? std::pair<size_t, uint32_t>{kInput, neuron} : owner_.at({unit, neuron});
    if (entry.host) {
      outputs[owner].push_back(entry.axon);
      return;
    }
    const int32_t x = (io ? 0 : static_cast<int32_t>(unit) % columns) + entry.dx;
    const int32_t y = (io ? 0 : static_cast<int32_t>(unit) / columns) + entry.dy;
    arrive(owner, static_cast<uint32_t>(y * columns + x), entry.axon);
  }

  void arrive(std::pair<size_t, uint32_t> source, uint32_t core, uint32_t index) {
    const auto& words = memory(core, abi::SpuRegion::AXON);
    const auto axon = abi::SpuAxon::unpack(words[index]);
    const auto& synapses = memory(core, abi::SpuRegion::SYNAPSE);
    const int width = 1 << static_cast<int>(axon.bits);
    const auto add = [&](uint32_t target, uint64_t stored, uint32_t delay) {
      const int64_t weight =
          scale(axon, axon.format == abi::SpuSynapseFormat::POOL ? 1 : decode(axon, stored, width), width);
      const auto to = owner_.find({core, target});
      if (to == owner_.end()) {
        strays += weight != 0;
      } else {
        wiring_[{source.first, source.second, to->second.first, to->second.second, delay}] += weight;
      }
    };
    const auto row = [&](uint32_t count, uint32_t target, uint32_t base) {
      for (uint32_t k = 0; k < count; ++k) {
        uint64_t stored = 0;
        for (int bit = 0; bit < width && axon.format != abi::SpuSynapseFormat::POOL; ++bit) {
          const uint32_t at = k * static_cast<uint32_t>(width) + static_cast<uint32_t>(bit);
          stored |= (synapses[base + at / 64] >> (at % 64) & 1) << bit;
        }
        add(target + k, stored, axon.delay);
      }
    };
    switch (axon.format) {
      case abi::SpuSynapseFormat::DENSE:
        row(axon.extent, axon.target, axon.base);
        break;
      case abi::SpuSynapseFormat::SPARSE:
        for (uint32_t k = 0; k < axon.extent; ++k) {
          const auto synapse = abi::SpuSynapse::unpack(synapses[axon.base + k / 2] >> (32 * (k % 2)));
          add(synapse.target, synapse.weight, axon.delay + synapse.delay);
        }
        break;
      case abi::SpuSynapseFormat::WALK:
      case abi::SpuSynapseFormat::POOL: {
        const auto walk = abi::SpuWalk::unpack(memory(core, abi::SpuRegion::WALK)[axon.walk]);
        for (uint32_t i = 0; i < axon.extent / 128; ++i) {
          for (uint32_t j = 0; j < axon.extent / 8 % 16; ++j) {
            row(walk.count, axon.target + i * walk.target_y + j * walk.target_x,
                axon.base - i * walk.kernel_y - j * walk.kernel_x);
          }
        }
      }
    }
  }

  static int64_t decode(const abi::SpuAxon& axon, uint64_t stored, int width) {
    const auto c = static_cast<int64_t>(stored);
    const int64_t range = int64_t{1} << width;
    switch (axon.code) {
      case abi::SpuWeightCode::SIGNED:
        return c >= range / 2 ? c - range : c;
      case abi::SpuWeightCode::UNSIGNED:
        return c;
      case abi::SpuWeightCode::NEGATIVE:
        return -c;
      case abi::SpuWeightCode::BIPOLAR:
        return 2 * c + 1 - range;
    }
    return 0;
  }

  static int64_t scale(const abi::SpuAxon& axon, int64_t weight, int width) {
    const bool pool = axon.format == abi::SpuSynapseFormat::POOL;
    weight *= axon.align && !pool ? int64_t{1} << (8 - width) : 1;
    return axon.exponent >= 0 ? weight * (int64_t{1} << axon.exponent) : weight >> -axon.exponent;
  }

  const std::vector<uint64_t>& memory(uint32_t core, abi::SpuRegion region) {
    const auto [known, fresh] = memories_.try_emplace({core, region});
    if (fresh) {
      known->second = region_contents(program_, core, region);
    }
    return known->second;
  }

  const Program& program_;
  std::map<NeuronPlace, std::pair<size_t, uint32_t>> owner_;
  std::map<std::pair<uint32_t, abi::SpuRegion>, std::vector<uint64_t>> memories_;
  Wiring wiring_;
};

}  // namespace photic::host::snn::test
