// SPDX-License-Identifier: Apache-2.0
// Row-major float matrices and views of them: the one currency between data, networks and projectors.
#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

namespace photic::host {

/// A view of a row-major matrix it does not own; row r starts at `data + r * stride`.
template <typename T>
struct BasicMatrixRef {
  T* data = nullptr;
  size_t rows = 0;
  size_t cols = 0;
  size_t stride = 0;

  BasicMatrixRef() = default;
  BasicMatrixRef(T* d, size_t r, size_t c, size_t s) : data(d), rows(r), cols(c), stride(s) {}
  BasicMatrixRef(T* d, size_t r, size_t c) : BasicMatrixRef(d, r, c, c) {}
  /// A read-only view of a writable one.
  template <typename U>
  requires(std::is_const_v<T>&& std::is_same_v<U, std::remove_const_t<T>>)
      BasicMatrixRef(const BasicMatrixRef<U>& other)  // NOLINT(google-explicit-constructor)
      : BasicMatrixRef(other.data, other.rows, other.cols, other.stride) {}

  T* row(size_t r) const { return data + r * stride; }
  T& operator()(size_t r, size_t c) const { return data[r * stride + c]; }
  bool empty() const { return rows == 0 || cols == 0; }
  /// Columns [first, first + count), same rows; the caller keeps the range inside.
  BasicMatrixRef columns(size_t first, size_t count) const { return {data + first, rows, count, stride}; }
  /// Rows [first, first + count), same columns; the caller keeps the range inside.
  BasicMatrixRef row_range(size_t first, size_t count) const {
    return {data + first * stride, count, cols, stride};
  }
};

using MatrixRef = BasicMatrixRef<float>;
using ConstMatrixRef = BasicMatrixRef<const float>;

/// A dense row-major float matrix; a bias or any other vector is a matrix of one row.
class Matrix {
 public:
  Matrix() = default;
  Matrix(size_t rows, size_t cols, float value = 0.0f)
      : rows_(rows), cols_(cols), data_(rows * cols, value) {}

  size_t rows() const { return rows_; }
  size_t cols() const { return cols_; }
  size_t size() const { return data_.size(); }
  float* data() { return data_.data(); }
  const float* data() const { return data_.data(); }
  float& operator()(size_t r, size_t c) { return data_[r * cols_ + c]; }
  float operator()(size_t r, size_t c) const { return data_[r * cols_ + c]; }

  /// Changes the shape; the contents are unspecified after a change of size.
  void resize(size_t rows, size_t cols) {
    rows_ = rows;
    cols_ = cols;
    data_.resize(rows * cols);
  }
  void fill(float value) { data_.assign(data_.size(), value); }

  MatrixRef ref() { return {data_.data(), rows_, cols_}; }
  ConstMatrixRef ref() const { return {data_.data(), rows_, cols_}; }
  operator MatrixRef() { return ref(); }             // NOLINT(google-explicit-constructor)
  operator ConstMatrixRef() const { return ref(); }  // NOLINT(google-explicit-constructor)
  bool operator==(const Matrix&) const = default;

 private:
  size_t rows_ = 0;
  size_t cols_ = 0;
  std::vector<float> data_;
};

}  // namespace photic::host
