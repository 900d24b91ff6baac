// SPDX-License-Identifier: Apache-2.0
// One unit after the other, one region after the other.
#include "host/snn/check_program.h"

#include <algorithm>

#include "host/snn/snn_error.h"

namespace photic::host::snn {
namespace {

using abi::SpuAxon;
using abi::SpuRegion;
using abi::SpuSynapseFormat;

/// One axon's rows against the memories.
class AxonCheck {
 public:
  AxonCheck(const abi::SpuPreset& preset, const std::vector<uint64_t>& walks, uint32_t neurons)
      : preset_(preset), walks_(walks), neurons_(neurons) {}

  bool fault(const SpuAxon& axon) const {
    if (axon.plastic || axon.delay >= preset_.slots) {
      return true;
    }
    switch (axon.format) {
      case SpuSynapseFormat::DENSE:
        return axon.walk != 0 || (axon.extent != 0 && bad_row(axon.extent, axon.target, axon.base, axon));
      case SpuSynapseFormat::SPARSE:
        return axon.walk != 0 || axon.target != 0 || bad_sparse(axon);
      case SpuSynapseFormat::WALK:
      case SpuSynapseFormat::POOL:
        return bad_walk(axon);
    }
    return true;
  }

  bool bad_sparse(const SpuAxon& axon) const {
    return axon.base + (axon.extent + 1) / 2 > preset_.synapse_words;
  }

 private:
  bool bad_row(int64_t count, int64_t target, int64_t word, const SpuAxon& axon) const {
    const int64_t lanes = preset_.lanes;
    const int64_t bits = int64_t{1} << static_cast<uint32_t>(axon.bits);
    const bool stored = axon.format != SpuSynapseFormat::POOL;
    return count == 0 || target + count > neurons_ ||
           (target % lanes != 0 && target % lanes + count > lanes) ||
           (stored && (word < 0 || word + (count * bits + 63) / 64 > preset_.synapse_words));
  }

  bool bad_walk(const SpuAxon& axon) const {
    const uint32_t rows = axon.extent >> 7;
    const uint32_t columns = axon.extent >> 3 & 15;
    if (rows == 0 || columns == 0 || (axon.extent & 7) != 0 || axon.walk >= preset_.walks ||
        (axon.format == SpuSynapseFormat::POOL && axon.base != 0)) {
      return true;
    }
    const abi::SpuWalk walk = abi::SpuWalk::unpack(walks_[axon.walk]);
    for (int64_t i = 0; i < rows; ++i) {
      for (int64_t j = 0; j < columns; ++j) {
        if (bad_row(walk.count, axon.target + i * walk.target_y + j * walk.target_x,
                    axon.base - i * walk.kernel_y - j * walk.kernel_x, axon)) {
          return true;
        }
      }
    }
    return false;
  }

  const abi::SpuPreset& preset_;
  const std::vector<uint64_t>& walks_;
  int64_t neurons_;
};

class UnitCheck {
 public:
  UnitCheck(const Program& program, uint32_t unit, std::vector<abi::SpuPlace>& faults)
      : program_(program),
        preset_(program.preset),
        unit_(unit),
        io_(unit == preset_.cores()),
        faults_(faults) {}

  void run() {
    const auto config = abi::SpuConfig::unpack(region_contents(program_, unit_, SpuRegion::CONFIG)[0]);
    if (config.neurons > (io_ ? preset_.inputs : preset_.neurons) ||
        config.axons > (io_ ? preset_.outputs : preset_.axons)) {
      fault(SpuRegion::CONFIG, 0);
      return;
    }
    if (!io_) {
      axons(config);
      neurons(config);
    }
    fanout(config);
  }

 private:
  void fault(SpuRegion region, size_t word) {
    faults_.push_back({static_cast<uint32_t>(word), region, unit_});
  }

  void axons(const abi::SpuConfig& config) {
    const auto words = region_contents(program_, unit_, SpuRegion::AXON);
    const auto walks = region_contents(program_, unit_, SpuRegion::WALK);
    const auto synapses = region_contents(program_, unit_, SpuRegion::SYNAPSE);
    const AxonCheck check(preset_, walks, config.neurons);
    std::vector<size_t> bad_synapses;
    for (size_t i = 0; i < config.axons; ++i) {
      const SpuAxon axon = SpuAxon::unpack(words[i]);
      if (check.fault(axon)) {
        fault(SpuRegion::AXON, i);
      }
      if (axon.format != SpuSynapseFormat::SPARSE || check.bad_sparse(axon)) {
        continue;
      }
      for (size_t k = 0; k < axon.extent; ++k) {
        const auto synapse = abi::SpuSynapse::unpack(synapses[axon.base + k / 2] >> (32 * (k % 2)));
        if (synapse.target >= config.neurons || synapse.delay + axon.delay >= preset_.slots) {
          bad_synapses.push_back(axon.base + k / 2);
        }
      }
    }
    std::sort(bad_synapses.begin(), bad_synapses.end());
    for (const size_t word : bad_synapses) {
      fault(SpuRegion::SYNAPSE, word);
    }
  }

  void neurons(const abi::SpuConfig& config) {
    const auto words = region_contents(program_, unit_, SpuRegion::NEURON);
    constexpr uint32_t kFullDecay = 4096;
    constexpr uint32_t kUnknown = 3;
    for (size_t n = 0; n < config.neurons; ++n) {
      const auto neuron = abi::SpuNeuron0::unpack(words[4 * n]);
      if (std::max({neuron.current_decay, neuron.voltage_decay, neuron.adaptation_decay}) > kFullDecay ||
          static_cast<uint32_t>(neuron.rounding) == kUnknown ||
          static_cast<uint32_t>(neuron.reset) == kUnknown || neuron.plastic) {
        fault(SpuRegion::NEURON, 4 * n);
      }
    }
  }

  void fanout(const abi::SpuConfig& config) {
    const auto pointers = region_contents(program_, unit_, SpuRegion::POINTER);
    const auto words = region_contents(program_, unit_, SpuRegion::FANOUT);
    std::vector<size_t> bad;
    for (size_t n = 0; n < config.neurons; ++n) {
      const auto pointer = abi::SpuPointer::unpack(pointers[n]);
      if (uint64_t{pointer.base} + pointer.count > 2 * words.size()) {
        fault(SpuRegion::POINTER, n);
        continue;
      }
      for (size_t e = pointer.base; e < pointer.base + pointer.count; ++e) {
        if (bad_entry(abi::SpuFanout::unpack(words[e / 2] >> (32 * (e % 2))))) {
          bad.push_back(e / 2);
        }
      }
    }
    std::sort(bad.begin(), bad.end());
    for (const size_t word : bad) {
      fault(SpuRegion::FANOUT, word);
    }
  }

  bool bad_entry(const abi::SpuFanout& entry) const {
    const auto columns = static_cast<int32_t>(preset_.mesh_cols);
    const auto rows = static_cast<int32_t>(preset_.mesh_rows);
    const int32_t x = io_ ? 0 : static_cast<int32_t>(unit_) % columns;
    const int32_t y = io_ ? 0 : static_cast<int32_t>(unit_) / columns;
    if (entry.host) {
      return io_ || entry.dx != -x || entry.dy != -(y + 1) || entry.axon >= preset_.outputs;
    }
    const int32_t tx = x + entry.dx;
    const int32_t ty = y + entry.dy;
    return tx < 0 || tx >= columns || ty < 0 || ty >= rows || entry.axon >= preset_.axons;
  }

  const Program& program_;
  const abi::SpuPreset& preset_;
  uint32_t unit_;
  bool io_;
  std::vector<abi::SpuPlace>& faults_;
};

}  // namespace

std::vector<uint64_t> region_contents(const Program& program, uint32_t unit, abi::SpuRegion region) {
  std::vector<uint64_t> words(program.preset.region_words(region, unit == program.preset.cores()));
  for (const MemoryImage& image : program.images) {
    if (image.core != unit || image.region != region) {
      continue;
    }
    if (image.word > words.size() || image.words.size() > words.size() - image.word) {
      throw SnnError(SnnError::Kind::kProgram, "unit " + std::to_string(unit), std::string(abi::name(region)),
                     "an image leaves its memory", "map the network for this geometry");
    }
    std::copy(image.words.begin(), image.words.end(), words.begin() + image.word);
  }
  return words;
}

std::vector<abi::SpuPlace> check_program(const Program& program) {
  std::vector<abi::SpuPlace> faults;
  for (uint32_t unit = 0; unit <= program.preset.cores(); ++unit) {
    UnitCheck(program, unit, faults).run();
  }
  return faults;
}

}  // namespace photic::host::snn
