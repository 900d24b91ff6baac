// SPDX-License-Identifier: Apache-2.0
// What the two users of libhdf5 share: handles that close themselves, its reason for a failure, its lock.
#pragma once

#include <hdf5.h>

#include <mutex>
#include <string>
#include <utility>

namespace photic::host::hdf5 {

/// Held while libhdf5 is used or the process forks: a child must not inherit the library halfway through a
/// call.
std::mutex& library_mutex();

/// A handle of the library and the function that closes it.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) {
      close_(id_);
    }
  }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  Handle& operator=(Handle&&) = delete;

  hid_t get() const { return id_; }
  bool valid() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// The innermost reason of the library's last failure in this thread.
std::string last_reason();

}  // namespace photic::host::hdf5
