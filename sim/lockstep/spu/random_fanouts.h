// SPDX-License-Identifier: Apache-2.0
// Random connections: pointers and fan-outs of cores and of the input/output unit.
#pragma once

#include "sim/lockstep/dice.h"
#include "sim/lockstep/spu/program.h"
#include "sim/lockstep/spu/style.h"

namespace photic::lockstep {

/// Fills POINTER and FANOUT of every unit of a program whose CONFIG words are set. Entries are without fault;
/// some lead to axons and outputs that are not in use, where packets are dropped.
void draw_fanouts(Dice& dice, const Style& style, Program& program);

}  // namespace photic::lockstep
