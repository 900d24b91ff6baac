// SPDX-License-Identifier: Apache-2.0
// The driver's C++ face: photic.h with handles that close themselves, spans and exceptions.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "drivers/api/photic.h"
#include "drivers/api/photic_spu.h"

namespace photic {

/// A failed call, or a command that ended badly.
class Error : public std::runtime_error {
 public:
  Error(photic_status status, const std::string& text) : std::runtime_error(text), status_(status) {}
  photic_status status() const { return status_; }

 private:
  photic_status status_;
};

/// Throws unless `status` is OK. The text is that of the calling thread's last failed call.
inline void check(photic_status status) {
  if (status != PHOTIC_OK) {
    throw Error(status, photic_error_text());
  }
}

namespace detail {

/// One reference to a handle.
template <typename T, photic_status (*Retain)(T), void (*Release)(T)>
class Handle {
 public:
  Handle() = default;
  explicit Handle(T handle) : handle_(handle) {}
  Handle(const Handle& other) : handle_(other.handle_) {
    if (handle_) {
      check(Retain(handle_));
    }
  }
  Handle(Handle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Handle& operator=(Handle other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Handle() {
    if (handle_) {
      Release(handle_);
    }
  }
  T get() const { return handle_; }
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  T handle_ = nullptr;
};

inline void release_device(photic_device device) {
  photic_device_release(device);
}
inline void release_event(photic_event event) {
  photic_event_release(event);
}
// A destructor waits for the commands that use the object; the driver's stall time bounds that.
inline void release_buffer(photic_buffer buffer) {
  while (photic_buffer_release(buffer) == PHOTIC_BUSY) {
    photic_buffer_finish(buffer, PHOTIC_WAIT_FOREVER);
  }
}
inline void release_queue(photic_queue queue) {
  while (photic_queue_release(queue) == PHOTIC_BUSY) {
    photic_queue_finish(queue, PHOTIC_WAIT_FOREVER);
  }
}

inline uint64_t count(std::chrono::nanoseconds timeout) {
  return timeout == std::chrono::nanoseconds::max() ? PHOTIC_WAIT_FOREVER
         : timeout.count() < 0                      ? 0
                                                    : static_cast<uint64_t>(timeout.count());
}

}  // namespace detail

/// No bound but the device's stall time.
inline constexpr std::chrono::nanoseconds kForever = std::chrono::nanoseconds::max();

/// A command on its way or ended.
class Event : public detail::Handle<photic_event, photic_event_retain, detail::release_event> {
 public:
  using Handle::Handle;
  /// The command's status; BUSY while in flight.
  photic_status status() const { return photic_event_status(get()); }
  photic_event_info info() const {
    photic_event_info info{};
    info.struct_size = sizeof(info);
    check(photic_event_get_info(get(), &info));
    return info;
  }
  /// Throws if the command ended badly, or with WAIT_TIMEOUT.
  void wait(std::chrono::nanoseconds timeout = kForever) const {
    check(photic_event_wait(get(), detail::count(timeout)));
  }
  /// Where an SPU's program is at fault; throws unless the command ended with INVALID_PROGRAM or LINK_ERROR.
  photic_spu_place spu_place() const {
    photic_spu_place place{};
    place.struct_size = sizeof(place);
    check(photic_spu_get_place(get(), &place));
    return place;
  }
  /// Which host memory is at fault; throws unless the command ended with INVALID_EVENTS or a DMA error.
  photic_spu_fault spu_fault() const {
    photic_spu_fault fault{};
    fault.struct_size = sizeof(fault);
    check(photic_spu_get_fault(get(), &fault));
    return fault;
  }
};

/// Memory that host and device share.
class Buffer : public detail::Handle<photic_buffer, photic_buffer_retain, detail::release_buffer> {
 public:
  Buffer() = default;
  explicit Buffer(photic_buffer buffer) : Handle(buffer) {
    info_.struct_size = sizeof(info_);
    check(photic_buffer_get_info(buffer, &info_));
  }
  uint64_t bus_address() const { return info_.bus_address; }
  uint64_t size() const { return info_.size; }
  std::byte* data() const { return static_cast<std::byte*>(info_.host); }
  /// The whole buffer as entries of type T; bytes that do not make a whole entry are left out.
  template <typename T>
  std::span<T> as() const {
    return {static_cast<T*>(info_.host), info_.size / sizeof(T)};
  }

 private:
  photic_buffer_info info_{};
};

/// Raw handles of events, for calls that take a list.
inline std::vector<photic_event> handles(std::span<const Event> events) {
  std::vector<photic_event> raw;
  raw.reserve(events.size());
  for (const Event& event : events) {
    raw.push_back(event.get());
  }
  return raw;
}

/// A queue of commands.
class Queue : public detail::Handle<photic_queue, photic_queue_retain, detail::release_queue> {
 public:
  using Handle::Handle;
  Event submit(const photic_submission& submission, std::span<const Event> dependencies = {}) const {
    const auto raw = handles(dependencies);
    photic_event event = nullptr;
    check(photic_submit(get(), &submission, raw.data(), raw.size(), &event));
    return Event(event);
  }
  std::vector<Event> submit(std::span<const photic_submission> batch,
                            std::span<const Event> dependencies = {}) const {
    const auto raw = handles(dependencies);
    std::vector<photic_event> events(batch.size());
    check(photic_submit_batch(get(), batch.data(), batch.size(), raw.data(), raw.size(), events.data()));
    return {events.begin(), events.end()};
  }
  Event nop(std::span<const Event> dependencies = {}) const {
    const auto raw = handles(dependencies);
    photic_event event = nullptr;
    check(photic_nop(get(), raw.data(), raw.size(), &event));
    return Event(event);
  }
  Event project(const photic_opu_project_desc& desc, std::span<const Event> dependencies = {}) const {
    const auto raw = handles(dependencies);
    photic_event event = nullptr;
    check(photic_opu_project(get(), &desc, raw.data(), raw.size(), &event));
    return Event(event);
  }
  Event calibrate(const photic_opu_project_desc& desc, std::span<const Event> dependencies = {}) const {
    const auto raw = handles(dependencies);
    photic_event event = nullptr;
    check(photic_opu_calibrate(get(), &desc, raw.data(), raw.size(), &event));
    return Event(event);
  }
  Event write(const photic_spu_memory_desc& desc, std::span<const Event> dependencies = {}) const {
    const auto raw = handles(dependencies);
    photic_event event = nullptr;
    check(photic_spu_write(get(), &desc, raw.data(), raw.size(), &event));
    return Event(event);
  }
  Event read(const photic_spu_memory_desc& desc, std::span<const Event> dependencies = {}) const {
    const auto raw = handles(dependencies);
    photic_event event = nullptr;
    check(photic_spu_read(get(), &desc, raw.data(), raw.size(), &event));
    return Event(event);
  }
  /// `what`: PHOTIC_SPU_CLEAR_* flags.
  Event clear(uint32_t what, std::span<const Event> dependencies = {}) const {
    const auto raw = handles(dependencies);
    photic_event event = nullptr;
    check(photic_spu_clear(get(), what, raw.data(), raw.size(), &event));
    return Event(event);
  }
  Event run(const photic_spu_run_desc& desc, std::span<const Event> dependencies = {}) const {
    const auto raw = handles(dependencies);
    photic_event event = nullptr;
    check(photic_spu_run(get(), &desc, raw.data(), raw.size(), &event));
    return Event(event);
  }
  void finish(std::chrono::nanoseconds timeout = kForever) const {
    check(photic_queue_finish(get(), detail::count(timeout)));
  }
};

/// An open device.
class Device : public detail::Handle<photic_device, photic_device_retain, detail::release_device> {
 public:
  using Handle::Handle;
  static Device open(const std::string& uri) {
    photic_device device = nullptr;
    check(photic_open(uri.c_str(), &device));
    return Device(device);
  }
  photic_capabilities capabilities() const {
    photic_capabilities capabilities{};
    capabilities.struct_size = sizeof(capabilities);
    check(photic_device_capabilities(get(), &capabilities));
    return capabilities;
  }
  Buffer allocate(uint64_t size) const {
    photic_buffer buffer = nullptr;
    check(photic_buffer_create(get(), size, &buffer));
    return Buffer(buffer);
  }
  Buffer import_fd(int fd, uint64_t offset, uint64_t size) const {
    photic_buffer buffer = nullptr;
    check(photic_buffer_import_fd(get(), fd, offset, size, &buffer));
    return Buffer(buffer);
  }
  /// `memory` must start on a page boundary and hold whole pages.
  Buffer import_memory(std::span<std::byte> memory) const {
    photic_buffer buffer = nullptr;
    check(photic_buffer_import_memory(get(), memory.data(), memory.size(), &buffer));
    return Buffer(buffer);
  }
  Queue queue(uint32_t entries = 0) const {
    photic_queue queue = nullptr;
    check(photic_queue_create(get(), entries, &queue));
    return Queue(queue);
  }
  /// What went wrong and was put right since the device was opened.
  photic_health health() const {
    photic_health health{};
    health.struct_size = sizeof(health);
    check(photic_device_health(get(), &health));
    return health;
  }
  std::vector<photic_counter> counters() const {
    size_t count = 0;
    check(photic_device_counters(get(), nullptr, 0, &count));
    std::vector<photic_counter> counters(count);
    check(photic_device_counters(get(), counters.data(), counters.size(), &count));
    return counters;
  }
  photic_opu_settings opu_settings() const {
    photic_opu_settings settings{};
    settings.struct_size = sizeof(settings);
    check(photic_opu_get_settings(get(), &settings));
    return settings;
  }
  void configure(photic_opu_settings settings) const {
    settings.struct_size = sizeof(settings);
    check(photic_opu_configure(get(), &settings));
  }
  photic_spu_geometry spu_geometry() const {
    photic_spu_geometry geometry{};
    geometry.struct_size = sizeof(geometry);
    check(photic_spu_get_geometry(get(), &geometry));
    return geometry;
  }
  photic_spu_settings spu_settings() const {
    photic_spu_settings settings{};
    settings.struct_size = sizeof(settings);
    check(photic_spu_get_settings(get(), &settings));
    return settings;
  }
  void configure_spu(photic_spu_settings settings) const {
    settings.struct_size = sizeof(settings);
    check(photic_spu_configure(get(), &settings));
  }
  /// Words of a region of a core or of the input/output unit.
  uint64_t spu_region_words(uint32_t core, uint32_t region) const {
    uint64_t words = 0;
    check(photic_spu_region_words(get(), core, region, &words));
    return words;
  }
  void reset() const { check(photic_device_reset(get())); }
  /// OK, or DEVICE_LOST.
  photic_status status() const { return photic_device_status(get()); }
};

/// Waits for all; throws the first failure in the list, or WAIT_TIMEOUT.
inline void wait_all(std::span<const Event> events, std::chrono::nanoseconds timeout = kForever) {
  const auto raw = handles(events);
  check(photic_wait_all(raw.data(), raw.size(), detail::count(timeout)));
}

/// Waits for the first to end and returns its index; throws its failure, or WAIT_TIMEOUT.
inline size_t wait_any(std::span<const Event> events, std::chrono::nanoseconds timeout = kForever) {
  const auto raw = handles(events);
  size_t index = 0;
  check(photic_wait_any(raw.data(), raw.size(), detail::count(timeout), &index));
  return index;
}

/// A project descriptor with its size set.
inline photic_opu_project_desc opu_desc() {
  photic_opu_project_desc desc{};
  desc.struct_size = sizeof(desc);
  return desc;
}

/// Descriptions of an SPU's commands with their sizes set.
inline photic_spu_memory_desc spu_memory_desc() {
  photic_spu_memory_desc desc{};
  desc.struct_size = sizeof(desc);
  return desc;
}
inline photic_spu_run_desc spu_run_desc() {
  photic_spu_run_desc desc{};
  desc.struct_size = sizeof(desc);
  return desc;
}

}  // namespace photic
