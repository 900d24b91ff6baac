// SPDX-License-Identifier: Apache-2.0
// Elementwise and row/column operations on views; all of them give the same bits for every thread count.
#pragma once

#include "host/tensor/matrix.h"

namespace photic::host {

/// Every row of `m` += `row` (one row of m.cols values).
void add_row(MatrixRef m, ConstMatrixRef row);

/// row = sum over the rows of m.
void sum_rows(ConstMatrixRef m, MatrixRef row);

/// Every row of `m` -= the mean of the rows of `m`. Does nothing to an empty view.
void subtract_row_mean(MatrixRef m);

/// out = max(in, 0).
void relu(ConstMatrixRef in, MatrixRef out);
/// grad_in = grad_out where out > 0, else 0.
void relu_gradient(ConstMatrixRef out, ConstMatrixRef grad_out, MatrixRef grad_in);

/// out = tanh(in), to about 1e-6 relative.
void tanh(ConstMatrixRef in, MatrixRef out);
/// grad_in = grad_out * (1 - out^2).
void tanh_gradient(ConstMatrixRef out, ConstMatrixRef grad_out, MatrixRef grad_in);

/// Row r of `m` *= factors(0, r).
void scale_rows(MatrixRef m, ConstMatrixRef factors);

/// out = factor * in.
void scale(ConstMatrixRef in, float factor, MatrixRef out);

/// Cosine of the angle between two matrices taken as vectors, in double; 0 when either is all zero.
double cosine(ConstMatrixRef a, ConstMatrixRef b);

}  // namespace photic::host
