// SPDX-License-Identifier: Apache-2.0
// Entries by unit: where it stands decides how far its packets go.
#include "sim/lockstep/spu/random_fanouts.h"

#include <algorithm>

#include "models/kernels/spu/scan.h"

namespace photic::lockstep {
namespace {

namespace spu = kernels::spu;

constexpr uint32_t kPoisoned = 60;

class Fanouts {
 public:
  Fanouts(Dice& dice, const Style& style, Program& program)
      : dice_(dice),
        style_(style),
        program_(program),
        preset_(program.preset),
        favourite_(static_cast<uint32_t>(dice.below(preset_.cores()))) {}

  void draw() {
    for (uint32_t number = 0; number < program_.units.size(); ++number) {
      draw_unit(spu::unit_at(preset_, number));
    }
  }

 private:
  void draw_unit(const spu::Unit& unit) {
    UnitProgram& tables = program_.units[unit.number];
    std::vector<uint64_t>& fanout = tables.table(abi::SpuRegion::FANOUT);
    Window& window = tables.window(abi::SpuRegion::FANOUT);
    window.words = unit.io ? style_.io_fanout_words_max : style_.fanout_words_max;
    const auto all = static_cast<uint32_t>(fanout.size());
    window.first =
        dice_.one_of({0u, all - window.words, static_cast<uint32_t>(dice_.below(all - window.words + 1))});
    for (uint32_t word = 0; word < window.words; ++word) {
      const uint64_t reserved = abi::SpuFanout::kReserved.mask();
      const uint64_t garbage = style_.garbage ? dice_.bits() & (reserved | (reserved << 32)) : 0;
      const uint64_t low = entry(unit).pack_half();
      fanout[window.first + word] = low | (uint64_t{entry(unit).pack_half()} << 32) | garbage;
    }
    draw_pointers(unit, tables);
  }

  // Fans may share entries.
  void draw_pointers(const spu::Unit& unit, UnitProgram& tables) {
    std::vector<uint64_t>& pointers = tables.table(abi::SpuRegion::POINTER);
    const Window& window = tables.window(abi::SpuRegion::FANOUT);
    const uint32_t most = unit.io ? style_.sources_max : style_.neurons_max;
    tables.window(abi::SpuRegion::POINTER) = {0, most};
    for (uint32_t n = 0; n < most; ++n) {
      abi::SpuPointer pointer;
      pointer.count = static_cast<uint32_t>(dice_.once_in(6) ? dice_.below(12) : dice_.below(style_.fan + 1));
      pointer.base =
          static_cast<uint32_t>(2 * window.first + dice_.below(2 * window.words - pointer.count + 1));
      const bool unused = n >= tables.config().neurons && style_.garbage;
      pointers[n] =
          unused ? dice_.bits()
                 : pointer.pack() | (style_.garbage ? dice_.bits() & abi::SpuPointer::kReserved.mask() : 0);
    }
  }

  abi::SpuFanout entry(const spu::Unit& unit) {
    abi::SpuFanout entry;
    entry.poison = style_.poison && dice_.once_in(kPoisoned);
    if (!unit.io && dice_.once_in(5)) {
      entry.host = true;
      entry.dx = -unit.x;
      entry.dy = -(unit.y + 1);
      entry.axon = axon_of(program_.io(), preset_.outputs);
      return entry;
    }
    const bool favoured = style_.crowded && !dice_.once_in(5);
    const uint32_t target = favoured ? favourite_ : static_cast<uint32_t>(dice_.below(preset_.cores()));
    const spu::Unit to = spu::unit_at(preset_, target);
    entry.dx = to.x - unit.x;
    entry.dy = to.y - unit.y;
    entry.axon = axon_of(program_.units[target], preset_.axons);
    return entry;
  }

  // One in use, but seldom one that is not.
  uint32_t axon_of(const UnitProgram& target, uint32_t most) {
    const uint32_t used = target.config().axons;
    return static_cast<uint32_t>(used == 0 || dice_.once_in(40) ? dice_.below(most) : dice_.below(used));
  }

  Dice& dice_;
  const Style& style_;
  Program& program_;
  const abi::SpuPreset& preset_;
  const uint32_t favourite_;
};

}  // namespace

void draw_fanouts(Dice& dice, const Style& style, Program& program) {
  Fanouts(dice, style, program).draw();
}

}  // namespace photic::lockstep
