// SPDX-License-Identifier: Apache-2.0
// Random neurons of a core.
#pragma once

#include "sim/lockstep/dice.h"
#include "sim/lockstep/spu/program.h"
#include "sim/lockstep/spu/style.h"

namespace photic::lockstep {

/// Fills NEURON of a core. Neurons are without fault, all modes come up, and most fire now and then: on their
/// inputs, by their bias, or both.
void draw_neurons(Dice& dice, const Style& style, UnitProgram& core);

/// The same for neuron `n` alone: a change to a loaded program.
void draw_neuron(Dice& dice, const Style& style, UnitProgram& core, uint32_t n);

}  // namespace photic::lockstep
