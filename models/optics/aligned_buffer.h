// SPDX-License-Identifier: Apache-2.0
// An uninitialised array on a cache line boundary.
#pragma once

#include <cstddef>
#include <new>
#include <utility>

namespace photic::optics {

/// `size` numbers of a trivial type; contents unspecified until written.
template <typename T>
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(size_t size)
      : data_(static_cast<T*>(::operator new(size * sizeof(T), kAlignment))), size_(size) {}
  AlignedBuffer(AlignedBuffer&& other) noexcept { swap(other); }
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~AlignedBuffer() { ::operator delete(data_, kAlignment); }

  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return size_; }
  /// Room for `size` numbers; what was there is lost.
  void reserve(size_t size) {
    if (size > size_) {
      *this = AlignedBuffer(size);
    }
  }

 private:
  static constexpr std::align_val_t kAlignment{64};

  void swap(AlignedBuffer& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }

  T* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace photic::optics
