// SPDX-License-Identifier: Apache-2.0
// The three matrix products a dense layer needs.
#pragma once

#include "host/tensor/matrix.h"

namespace photic::host {

/// out = a * b, shapes (m,k) (k,n) (m,n). `out` must not overlap an operand. The result is the same bits for
/// every thread count: the output is cut in blocks of a fixed size, each summed by one thread.
void multiply(ConstMatrixRef a, ConstMatrixRef b, MatrixRef out);

/// out = a * b^T, shapes (m,k) (n,k) (m,n); otherwise as `multiply`.
void multiply_transposed(ConstMatrixRef a, ConstMatrixRef b, MatrixRef out);

/// out = a^T * b, shapes (k,m) (k,n) (m,n); otherwise as `multiply`.
void transposed_multiply(ConstMatrixRef a, ConstMatrixRef b, MatrixRef out);

}  // namespace photic::host
