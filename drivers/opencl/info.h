// SPDX-License-Identifier: Apache-2.0
// Answers to queries: every clGet*Info hands values out in the same way.
#pragma once

#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/opencl/status.h"

namespace photic::opencl {

/// The names of a list's entries with `separator` between them.
template <typename List, typename NameOf>
std::string joined(const List& list, char separator, NameOf name_of) {
  std::string names;
  for (const auto& entry : list) {
    if (!names.empty()) {
      names += separator;
    }
    names += name_of(entry);
  }
  return names;
}

/// Where a query's answer goes. Throws Error(code) if it does not fit; nothing is written then.
class Answer {
 public:
  /// The last three arguments of a query. `code` is what a too small `size` ends with.
  Answer(size_t size, void* value, size_t* size_ret, cl_int code = CL_INVALID_VALUE)
      : size_(size), value_(value), size_ret_(size_ret), code_(code) {}

  void bytes(const void* from, size_t count) const {
    nothing(count);
    if (value_ != nullptr && count > 0) {
      std::memcpy(value_, from, count);
    }
  }

  /// An answer of `count` bytes that there is nothing to write of.
  void nothing(size_t count) const {
    refuse_if(value_ != nullptr && size_ < count, code_);
    if (size_ret_ != nullptr) {
      *size_ret_ = count;
    }
  }

  /// One value of the type the specification gives the answer.
  template <typename T>
  void value(const T& answer) const {
    bytes(&answer, sizeof(T));  // NOLINT(bugprone-sizeof-expression): handles are answers too
  }

  void flag(bool answer) const { value<cl_bool>(answer ? CL_TRUE : CL_FALSE); }

  /// A char[] with its terminating zero.
  void text(std::string_view answer) const {
    std::vector<char> terminated(answer.begin(), answer.end());
    terminated.push_back('\0');
    bytes(terminated.data(), terminated.size());
  }

  /// An array; an empty one has size 0.
  template <typename T>
  void list(std::span<const T> answer) const {
    bytes(answer.data(), answer.size_bytes());
  }
  template <typename T>
  void list(const std::vector<T>& answer) const {
    list(std::span<const T>(answer));
  }

 private:
  size_t size_;
  void* value_;
  size_t* size_ret_;
  cl_int code_;
};

}  // namespace photic::opencl
