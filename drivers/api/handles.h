// SPDX-License-Identifier: Apache-2.0
// The counted handles of the C API and the wall that keeps exceptions inside.
#pragma once

#include <atomic>
#include <memory>
#include <new>
#include <string>

#include "drivers/api/device.h"
#include "drivers/api/photic.h"

struct photic_device_s {
  std::atomic<uint32_t> references{1};
  std::shared_ptr<photic::api::Device> device;
};

struct photic_buffer_s {
  std::atomic<uint32_t> references{1};
  std::shared_ptr<photic::api::Device> device;
  std::shared_ptr<photic::api::Buffer> buffer;
};

struct photic_queue_s {
  std::atomic<uint32_t> references{1};
  std::shared_ptr<photic::api::Device> device;
  std::shared_ptr<photic::api::Queue> queue;
};

struct photic_event_s {
  std::atomic<uint32_t> references{1};
  std::shared_ptr<photic::api::Device> device;
  std::shared_ptr<photic::api::Event> event;
};

namespace photic::api {

/// Stores the calling thread's error text and returns `status`.
photic_status fail(abi::Status status, const std::string& text) noexcept;
/// The calling thread's error text.
const char* last_error() noexcept;

/// Runs `body`, which returns a status, and turns whatever it throws into a status and an error text that
/// opens with `function`.
template <typename Body>
photic_status guard(const char* function, Body body) noexcept {
  try {
    return body();
  } catch (const Error& error) {
    return fail(error.status(), std::string(function) + ": " + error.what());
  } catch (const std::bad_alloc&) {
    return fail(abi::Status::OUT_OF_MEMORY, std::string(function) + ": memory ran out");
  } catch (const std::exception& error) {
    return fail(abi::Status::INTERNAL, std::string(function) + ": " + error.what());
  }
}

/// Throws INVALID_ARGUMENT if an argument is null.
inline void need(const void* pointer, const char* name) {
  if (pointer == nullptr) {
    throw Error(abi::Status::INVALID_ARGUMENT, std::string(name) + " is NULL; pass a valid pointer");
  }
}

/// Throws INVALID_ARGUMENT unless a caller's structure is at least as large as this driver's.
inline void need_size(uint32_t size, size_t expected, const char* name) {
  if (size < expected) {
    throw Error(abi::Status::INVALID_ARGUMENT,
                std::string(name) + "->struct_size is " + std::to_string(size) +
                    "; set it to sizeof(the structure), " + std::to_string(expected));
  }
}

/// Submits `count` commands with handles for their events, or none if `events` is null. Throws Error.
photic_status submit(photic_queue queue, const photic_submission* submissions, size_t count,
                     const photic_event* dependencies, size_t dependency_count, photic_event* events);

}  // namespace photic::api
