// SPDX-License-Identifier: Apache-2.0
// A random program without fault.
#pragma once

#include "sim/lockstep/dice.h"
#include "sim/lockstep/spu/program.h"
#include "sim/lockstep/spu/style.h"

namespace photic::lockstep {

/// A program of every unit, from a style.
Program draw_program(Dice& dice, const abi::SpuPreset& preset, const Style& style);

}  // namespace photic::lockstep
