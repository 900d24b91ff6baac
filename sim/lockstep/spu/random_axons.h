// SPDX-License-Identifier: Apache-2.0
// Random axons, walks and synapses of a core.
#pragma once

#include "sim/lockstep/dice.h"
#include "sim/lockstep/spu/program.h"
#include "sim/lockstep/spu/style.h"

namespace photic::lockstep {

/// Fills AXON, WALK and SYNAPSE of a core whose CONFIG says how many neurons and axons it has. All axons are
/// without fault, and every format, width, code and delay comes up. With no neurons, axons have no synapses.
void draw_axons(Dice& dice, const abi::SpuPreset& preset, const Style& style, UnitProgram& core);

}  // namespace photic::lockstep
