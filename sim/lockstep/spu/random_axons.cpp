// SPDX-License-Identifier: Apache-2.0
// Axons are drawn and kept if the scan would find no fault in them; SPARSE ones write their synapses first.
#include "sim/lockstep/spu/random_axons.h"

#include <algorithm>

#include "models/kernels/spu/axon.h"

namespace photic::lockstep {
namespace {

using abi::SpuAxon;
using abi::SpuSynapseFormat;
using abi::SpuWalk;
namespace spu = kernels::spu;

constexpr unsigned kTries = 40;
constexpr unsigned kWalkColumnsLsb = 3;
constexpr unsigned kWalkRowsLsb = 7;

class Axons {
 public:
  Axons(Dice& dice, const abi::SpuPreset& preset, const Style& style, UnitProgram& core)
      : dice_(dice), preset_(preset), style_(style), core_(core), neurons_(core.config().neurons) {
    // A window at the start, at the end or in the middle; its last third holds SPARSE synapses.
    Window& window = core_.window(abi::SpuRegion::SYNAPSE);
    window.words = style_.synapse_words_max;
    window.first =
        dice_.one_of({0u, preset_.synapse_words - window.words,
                      static_cast<uint32_t>(dice_.below(preset_.synapse_words - window.words + 1))});
    sparse_ = window.first + window.words * 2 / 3;
    sparse_end_ = window.first + window.words;
    core_.window(abi::SpuRegion::AXON) = {0, style_.axons_max};
  }

  void draw() {
    const Window& window = core_.window(abi::SpuRegion::SYNAPSE);
    for (uint32_t word = 0; word < window.words; ++word) {
      core_.table(abi::SpuRegion::SYNAPSE)[window.first + word] = dice_.bits();
    }
    draw_walks();
    std::vector<uint64_t>& axons = core_.table(abi::SpuRegion::AXON);
    const uint32_t used = core_.config().axons;
    for (uint32_t i = 0; i < style_.axons_max; ++i) {
      axons[i] = i < used ? axon().pack() : style_.garbage ? dice_.bits() : 0;
    }
  }

 private:
  void draw_walks() {
    std::vector<uint64_t>& walks = core_.table(abi::SpuRegion::WALK);
    core_.window(abi::SpuRegion::WALK).words = std::min<uint32_t>(preset_.walks, 8);
    for (uint32_t i = 0; i < core_.window(abi::SpuRegion::WALK).words; ++i) {
      // Steps by whole groups of lanes, or rows so short that they fit into a group wherever they start.
      const bool grouped = preset_.lanes == 1 || !dice_.once_in(3);
      const auto step = [&] {
        return static_cast<uint32_t>(grouped ? preset_.lanes * dice_.below(3) : dice_.below(4));
      };
      const SpuWalk walk{.count = static_cast<uint32_t>(dice_.between(1, grouped ? 9 : preset_.lanes)),
                         .target_x = step(),
                         .target_y = step(),
                         .kernel_x = static_cast<uint32_t>(dice_.below(3)),
                         .kernel_y = static_cast<uint32_t>(dice_.below(5))};
      walks[i] = walk.pack() | (style_.garbage ? dice_.bits() & SpuWalk::kReserved.mask() : 0);
    }
  }

  SpuAxon axon() {
    for (unsigned tries = 0; tries < kTries; ++tries) {
      const SpuAxon axon = candidate();
      if (!is_at_fault(axon)) {
        return axon;
      }
    }
    return {.format = SpuSynapseFormat::DENSE};
  }

  SpuAxon candidate() {
    SpuAxon axon;
    axon.format = static_cast<SpuSynapseFormat>(dice_.below(4));
    axon.bits = static_cast<abi::SpuWeightBits>(dice_.below(4));
    axon.code = static_cast<abi::SpuWeightCode>(dice_.below(4));
    axon.align = dice_.once_in(2);
    const bool wild = dice_.once_in(style_.wild);
    axon.exponent = wild ? static_cast<int32_t>(dice_.below(16)) - 8
                         : style_.exponent + static_cast<int32_t>(dice_.below(3)) - 1;
    if (!axon.align && !wild) {  // weights of all widths weigh alike
      axon.exponent += 8 - (1 << static_cast<unsigned>(axon.bits));
    }
    axon.exponent = std::clamp(axon.exponent, -8, 7);
    axon.delay = static_cast<uint32_t>(dice_.once_in(3) ? dice_.below(preset_.slots)
                                                        : dice_.below((preset_.slots + 1) / 2));
    switch (axon.format) {
      case SpuSynapseFormat::DENSE:
        dense(axon);
        break;
      case SpuSynapseFormat::SPARSE:
        sparse(axon);
        break;
      case SpuSynapseFormat::WALK:
      case SpuSynapseFormat::POOL:
        walk(axon);
        break;
    }
    return axon;
  }

  uint32_t some_word(uint32_t words) {
    const Window& window = core_.window(abi::SpuRegion::SYNAPSE);
    return window.first +
           static_cast<uint32_t>(dice_.below(window.words - std::min(words, window.words) + 1));
  }

  void dense(SpuAxon& axon) {
    if (dice_.once_in(20) || neurons_ == 0) {  // no row: nothing about it is checked
      axon.base = static_cast<uint32_t>(dice_.below(SpuAxon::kBase.ones() + 1));
      axon.target = static_cast<uint32_t>(dice_.below(SpuAxon::kTarget.ones() + 1));
      return;
    }
    axon.target = static_cast<uint32_t>(dice_.below(neurons_));
    if (dice_.once_in(2)) {
      axon.target -= axon.target % preset_.lanes;
    }
    const uint32_t lane = axon.target % preset_.lanes;
    const uint32_t room = std::min(neurons_ - axon.target, lane != 0 ? preset_.lanes - lane : neurons_);
    axon.extent = static_cast<uint32_t>(dice_.once_in(4) ? room : dice_.between(1, room));
    axon.base = some_word((axon.extent * spu::weight_bits(axon.bits) + 63) / 64);
  }

  // Its own words as long as there is room; then it has no synapses.
  void sparse(SpuAxon& axon) {
    const uint32_t count = static_cast<uint32_t>(dice_.once_in(20) ? 0 : dice_.between(1, 9));
    const uint32_t words = (count + 1) / 2;
    axon.base = sparse_;
    if (count == 0 || neurons_ == 0 || sparse_ + words > sparse_end_) {
      return;
    }
    axon.extent = count;
    for (uint32_t word = 0; word < words; ++word) {
      const uint64_t low = synapse(axon);
      const bool padding = 2 * word + 1 == count;
      const uint64_t high = padding ? dice_.bits() >> 32 : synapse(axon);
      core_.table(abi::SpuRegion::SYNAPSE)[sparse_++] = low | (high << 32);
    }
  }

  uint64_t synapse(const SpuAxon& axon) {
    const abi::SpuSynapse synapse{.weight = static_cast<uint32_t>(dice_.below(256)),
                                  .target = static_cast<uint32_t>(dice_.below(neurons_)),
                                  .delay = static_cast<uint32_t>(dice_.below(preset_.slots - axon.delay))};
    return synapse.pack_half() | (style_.garbage ? dice_.bits() & abi::SpuSynapse::kReserved.mask() : 0);
  }

  void walk(SpuAxon& axon) {
    axon.walk = static_cast<uint32_t>(dice_.below(core_.window(abi::SpuRegion::WALK).words));
    axon.extent = static_cast<uint32_t>((dice_.between(1, 4) << kWalkRowsLsb) |
                                        (dice_.between(1, 4) << kWalkColumnsLsb));
    axon.target = static_cast<uint32_t>(dice_.below(std::max(neurons_, 1u)));
    if (!dice_.once_in(3)) {
      axon.target -= axon.target % preset_.lanes;
    }
    axon.base = axon.format == SpuSynapseFormat::WALK ? some_word(2) : 0;
  }

  bool is_at_fault(const SpuAxon& axon) {
    if (spu::axon_at_fault(axon, preset_)) {
      return true;
    }
    const SpuWalk walk =
        spu::is_walk(axon) ? SpuWalk::unpack(core_.table(abi::SpuRegion::WALK)[axon.walk]) : SpuWalk{};
    for (uint32_t row = 0; row < spu::row_count(axon); ++row) {
      if (spu::row_is_bad(axon, spu::row_at(axon, walk, row), preset_, neurons_)) {
        return true;
      }
    }
    return false;
  }

  Dice& dice_;
  const abi::SpuPreset& preset_;
  const Style& style_;
  UnitProgram& core_;
  const uint32_t neurons_;
  uint32_t sparse_ = 0;  // next word for SPARSE synapses
  uint32_t sparse_end_ = 0;
};

}  // namespace

void draw_axons(Dice& dice, const abi::SpuPreset& preset, const Style& style, UnitProgram& core) {
  Axons(dice, preset, style, core).draw();
}

}  // namespace photic::lockstep
