// SPDX-License-Identifier: Apache-2.0
// Products by Eigen, one thread a block. Eigen stays inside this file: its types change layout with the
// compiler's -march, so no other translation unit may see them.
#include "host/tensor/gemm.h"

#define EIGEN_DONT_PARALLELIZE
#include <algorithm>
#include <Eigen/Core>

#include "host/base/error.h"
#include "host/tensor/parallel.h"

namespace photic::host {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Stride = Eigen::OuterStride<>;
using In = Eigen::Map<const RowMajor, Eigen::Unaligned, Stride>;
using Out = Eigen::Map<RowMajor, Eigen::Unaligned, Stride>;

Eigen::Index index(size_t n) {
  return static_cast<Eigen::Index>(n);
}
In map(ConstMatrixRef m) {
  return {m.data, index(m.rows), index(m.cols), Stride(index(m.stride))};
}
Out map(MatrixRef m) {
  return {m.data, index(m.rows), index(m.cols), Stride(index(m.stride))};
}

void require(bool fits, const char* product) {
  if (!fits) {
    throw ConfigError(product, "operand shapes do not fit", "pass shapes as gemm.h documents them");
  }
}

// Wide enough that packing is amortised, narrow enough that two cores share a 512-wide layer evenly.
constexpr size_t kBlock = 256;

}  // namespace

void multiply(ConstMatrixRef a, ConstMatrixRef b, MatrixRef out) {
  require(a.cols == b.rows && out.rows == a.rows && out.cols == b.cols, "multiply");
  parallel_ranges(out.cols, kBlock, [&](size_t first, size_t last) {
    map(out.columns(first, last - first)).noalias() = map(a) * map(b.columns(first, last - first));
  });
}

void multiply_transposed(ConstMatrixRef a, ConstMatrixRef b, MatrixRef out) {
  require(a.cols == b.cols && out.rows == a.rows && out.cols == b.rows, "multiply_transposed");
  parallel_ranges(out.cols, kBlock, [&](size_t first, size_t last) {
    map(out.columns(first, last - first)).noalias() =
        map(a) * map(b.row_range(first, last - first)).transpose();
  });
}

void transposed_multiply(ConstMatrixRef a, ConstMatrixRef b, MatrixRef out) {
  require(a.rows == b.rows && out.rows == a.cols && out.cols == b.cols, "transposed_multiply");
  parallel_ranges(out.rows, kBlock, [&](size_t first, size_t last) {
    map(out.row_range(first, last - first)).noalias() =
        map(a.columns(first, last - first)).transpose() * map(b);
  });
}

}  // namespace photic::host
