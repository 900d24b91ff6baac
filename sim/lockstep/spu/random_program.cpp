// SPDX-License-Identifier: Apache-2.0
// Sizes first, then the tables that depend on them.
#include "sim/lockstep/spu/random_program.h"

#include "sim/lockstep/spu/random_axons.h"
#include "sim/lockstep/spu/random_fanouts.h"
#include "sim/lockstep/spu/random_neurons.h"

namespace photic::lockstep {
namespace {

// Mostly all or most of it; sometimes few, or none.
uint32_t draw_size(Dice& dice, uint32_t most) {
  return static_cast<uint32_t>(dice.once_in(3)    ? most
                               : dice.once_in(30) ? dice.below(2)
                                                  : dice.between((most + 1) / 2, most));
}

}  // namespace

Program draw_program(Dice& dice, const abi::SpuPreset& preset, const Style& style) {
  Program program(preset);
  for (UnitProgram& unit : program.units) {
    const bool io = &unit == &program.io();
    unit.set_config({.neurons = draw_size(dice, io ? style.sources_max : style.neurons_max),
                     .axons = draw_size(dice, io ? style.outputs_max : style.axons_max)});
  }
  for (uint32_t core = 0; core < preset.cores(); ++core) {
    draw_axons(dice, preset, style, program.units[core]);
    draw_neurons(dice, style, program.units[core]);
  }
  draw_fanouts(dice, style, program);
  return program;
}

}  // namespace photic::lockstep
