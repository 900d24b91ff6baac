// SPDX-License-Identifier: Apache-2.0
// What every OpenCL object is: the two words the loader wants first, a kind to tell handles apart, counted
// references.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "drivers/opencl/entry_points.h"
#include "drivers/opencl/status.h"

namespace photic::opencl {

enum class Kind : uint32_t {
  kPlatform,
  kDevice,
  kContext,
  kQueue,
  kMemory,
  kProgram,
  kKernel,
  kEvent,
  kSampler,
  kCommandBuffer,
};

/// The dispatch table of the platform.
const cl_icd_dispatch& dispatch_table();

/// Base of the structures behind handles. They have no virtual functions, so that `dispatch` is their first
/// word.
///
/// The platform knows every object that lives: a handle is checked by looking it up, never by reading what it
/// points at.
///
/// An object lives while anything refers to it: the program that uses it (the references it counts with
/// clRetain and clRelease), or another object that needs it (a Ref).
struct Object {
  explicit Object(Kind object_kind);
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  const cl_icd_dispatch* dispatch;
  void* dispatch_data = nullptr;
  const Kind kind;
  std::atomic<cl_uint> references{1};  ///< The program's own; what the _REFERENCE_COUNT queries answer.
  std::atomic<cl_uint> holders{1};     ///< Those, and every Ref.

 protected:
  ~Object();
};

/// Whether an object of this kind lives at `handle`. Any pointer may be asked about.
bool lives(const void* handle, Kind kind) noexcept;

/// The kind of a handle type: specialised beside each structure as `static constexpr Kind kKind` inside it.
template <typename T>
bool valid(const T* handle) noexcept {
  return lives(handle, T::kKind);
}

/// `handle`, if it is valid; throws Error(code) else.
template <typename T>
T& check(T* handle, cl_int code) {
  refuse_if(!valid(handle), code);
  return *handle;
}

/// Lets go of one holder and deletes the object with the last.
template <typename T>
void let_go(T* object) noexcept {
  if (object->holders.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete object;
  }
}

/// Body of clRetain*: `code` for a handle that is none.
template <typename T>
cl_int retain(T* handle, cl_int code) noexcept {
  if (!valid(handle)) {
    return code;
  }
  handle->holders.fetch_add(1, std::memory_order_relaxed);
  handle->references.fetch_add(1, std::memory_order_relaxed);
  return CL_SUCCESS;
}

/// Body of clRelease*: `code` for a handle that is none, and for one the program has let go of before.
template <typename T>
cl_int release(T* handle, cl_int code) noexcept {
  if (!valid(handle)) {
    return code;
  }
  cl_uint references = handle->references.load();
  do {
    if (references == 0) {
      return code;
    }
  } while (!handle->references.compare_exchange_weak(references, references - 1));
  let_go(handle);
  return CL_SUCCESS;
}

/// One object's hold on another.
template <typename T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* object) : object_(object) {
    if (object_) {
      object_->holders.fetch_add(1, std::memory_order_relaxed);
    }
  }
  Ref(const Ref& other) : Ref(other.object_) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_) {
      let_go(object_);
    }
  }
  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  T* object_ = nullptr;
};

}  // namespace photic::opencl
