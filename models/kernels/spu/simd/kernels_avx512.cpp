// SPDX-License-Identifier: Apache-2.0
// The inner loops with AVX-512.
#include "drivers/abi/numerics.h"
#include "models/kernels/spu/simd/kernels.h"
#include "models/kernels/spu/value.h"

namespace photic::kernels::spu {
namespace {

#include "models/kernels/spu/simd/loops.inl"

}  // namespace

const Kernels kAvx512Kernels{
    .add_row = add_row, .add_constant = add_constant, .unpack = unpack, .sweep = sweep};

}  // namespace photic::kernels::spu
