// SPDX-License-Identifier: Apache-2.0
// The list of living objects.
#include "drivers/opencl/object.h"

#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace photic::opencl {
namespace {

struct Living {
  std::shared_mutex mutex;
  std::unordered_map<const void*, Kind> objects;
};

// Never destroyed: programs let go of objects while the process ends.
Living& living() {
  static auto* const list = new Living;
  return *list;
}

}  // namespace

Object::Object(Kind object_kind) : dispatch(&dispatch_table()), kind(object_kind) {
  // The loader reads the first word, and newer ones write the second.
  static_assert(offsetof(Object, dispatch) == 0 && offsetof(Object, dispatch_data) == sizeof(void*));
  const std::unique_lock lock(living().mutex);
  living().objects.emplace(this, kind);
}

Object::~Object() {
  const std::unique_lock lock(living().mutex);
  living().objects.erase(this);
}

bool lives(const void* handle, Kind kind) noexcept {
  const std::shared_lock lock(living().mutex);
  const auto found = living().objects.find(handle);
  return found != living().objects.end() && found->second == kind;
}

}  // namespace photic::opencl
