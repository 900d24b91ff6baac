// SPDX-License-Identifier: Apache-2.0
// C entry points: status, devices, buffers, queues.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "drivers/abi/geometry.h"
#include "drivers/api/deadline.h"
#include "drivers/api/handles.h"

namespace photic::api {
namespace {

thread_local std::string error_text;

photic_status success() {
  return PHOTIC_OK;
}

void copy_text(char* to, size_t size, std::string_view from) {
  const size_t length = std::min(size - 1, from.size());
  std::memcpy(to, from.data(), length);
  to[length] = '\0';
}

std::string_view geometry_name(const Identity& identity) {
  const abi::Preset* optical = abi::find_preset(identity.geometry);
  const abi::SpuPreset* spiking = abi::find_spu_preset(identity.geometry);
  if (identity.is(abi::DeviceKind::SPU)) {
    return spiking ? spiking->name : "unnamed";
  }
  return optical ? optical->name : "unnamed";
}

template <typename Handle>
photic_status retain(const char* function, Handle handle) {
  return guard(function, [&] {
    need(handle, "the handle");
    handle->references.fetch_add(1, std::memory_order_relaxed);
    return success();
  });
}

// Drops a reference; the last one only if `let_go` agrees.
template <typename Handle, typename LetGo>
photic_status release(const char* function, Handle handle, const char* what, LetGo let_go) {
  return guard(function, [&] {
    if (!handle) {
      return success();
    }
    uint32_t references = handle->references.load();
    while (references > 1) {
      if (handle->references.compare_exchange_weak(references, references - 1)) {
        return success();
      }
    }
    if (!let_go()) {
      throw Error(abi::Status::BUSY, std::string("commands in flight use the ") + what +
                                         "; wait for them (photic_" + what + "_finish), then release it");
    }
    delete handle;
    return success();
  });
}

photic_status add_buffer(const char* function, photic_device device, photic_buffer* buffer, uint64_t size,
                         bool imported, const std::function<Memory()>& memory) {
  return guard(function, [&] {
    need(device, "device");
    need(buffer, "buffer");
    auto handle = std::make_unique<photic_buffer_s>();
    handle->device = device->device;
    handle->buffer = device->device->add_buffer(memory(), size, imported);
    *buffer = handle.release();
    return success();
  });
}

}  // namespace

photic_status fail(abi::Status status, const std::string& text) noexcept {
  try {
    error_text = text;
  } catch (...) {
    error_text.clear();
  }
  return static_cast<photic_status>(status);
}

const char* last_error() noexcept {
  return error_text.c_str();
}

}  // namespace photic::api

using namespace photic::api;  // NOLINT: the definitions below are extern "C"
namespace abi = photic::abi;

const char* photic_status_name(photic_status status) {
  return status < 0 || status > UINT16_MAX ? "UNKNOWN" : abi::name(static_cast<abi::Status>(status)).data();
}

const char* photic_status_text(photic_status status) {
  return status < 0 || status > UINT16_MAX ? "Unknown value."
                                           : abi::describe(static_cast<abi::Status>(status)).data();
}

const char* photic_error_text(void) {
  return last_error();
}

photic_status photic_open(const char* uri, photic_device* device) {
  return guard("photic_open", [&] {
    need(device, "device");
    const char* name = uri ? uri : std::getenv("PHOTIC_DEVICE");
    if (!name) {
      throw Error(abi::Status::INVALID_URI,
                  "no device is named; pass a URI or set PHOTIC_DEVICE, for example to golden:opu");
    }
    auto handle = std::make_unique<photic_device_s>();
    handle->device = Device::open(name);
    *device = handle.release();
    return success();
  });
}

photic_status photic_device_retain(photic_device device) {
  return retain("photic_device_retain", device);
}

photic_status photic_device_release(photic_device device) {
  return release("photic_device_release", device, "device", [] { return true; });
}

photic_status photic_device_capabilities(photic_device device, photic_capabilities* capabilities) {
  return guard("photic_device_capabilities", [&] {
    need(device, "device");
    need(capabilities, "capabilities");
    need_size(capabilities->struct_size, sizeof(photic_capabilities), "capabilities");
    const Identity& identity = device->device->identity();
    photic_capabilities found{};
    found.struct_size = sizeof(found);
    found.kind = identity.kind;
    copy_text(found.geometry, sizeof(found.geometry), geometry_name(identity));
    found.mirror_rows = identity.mirror_rows;
    found.mirror_cols = identity.mirror_cols;
    found.pixel_rows = identity.pixel_rows;
    found.pixel_cols = identity.pixel_cols;
    found.clock_khz = identity.clock_khz;
    found.queues = identity.queues;
    found.ring_entries_max = 1U << identity.ring_log2_max;
    found.contract = identity.contract;
    found.version_major = static_cast<uint16_t>(abi::SHELL_VERSION_MAJOR.get(identity.version));
    found.version_minor = static_cast<uint16_t>(abi::SHELL_VERSION_MINOR.get(identity.version));
    found.timed = device->device->description().timed ? 1 : 0;
    copy_text(found.target, sizeof(found.target), device->device->description().target);
    *capabilities = found;
    return success();
  });
}

photic_status photic_device_reset(photic_device device) {
  return guard("photic_device_reset", [&] {
    need(device, "device");
    device->device->reset();
    return success();
  });
}

photic_status photic_device_status(photic_device device) {
  return guard("photic_device_status", [&] {
    need(device, "device");
    if (const auto loss = device->device->loss()) {
      throw *loss;
    }
    return success();
  });
}

photic_status photic_device_health(photic_device device, photic_health* health) {
  return guard("photic_device_health", [&] {
    need(device, "device");
    need(health, "health");
    need_size(health->struct_size, sizeof(photic_health), "health");
    *health = device->device->health();
    health->struct_size = sizeof(photic_health);
    return success();
  });
}

photic_status photic_device_counters(photic_device device, photic_counter* counters, size_t capacity,
                                     size_t* count) {
  return guard("photic_device_counters", [&] {
    need(device, "device");
    need(count, "count");
    if (capacity > 0) {
      need(counters, "counters");
    }
    const std::vector<Counter> found = device->device->counters();
    for (size_t i = 0; i < std::min(capacity, found.size()); ++i) {
      counters[i] = {found[i].name.data(), found[i].description.data(), found[i].value};
    }
    *count = found.size();
    return success();
  });
}

photic_status photic_buffer_create(photic_device device, uint64_t size, photic_buffer* buffer) {
  return add_buffer("photic_buffer_create", device, buffer, size, false,
                    [&] { return Memory::allocate(size); });
}

photic_status photic_buffer_import_fd(photic_device device, int fd, uint64_t offset, uint64_t size,
                                      photic_buffer* buffer) {
  return add_buffer("photic_buffer_import_fd", device, buffer, size, true,
                    [&] { return Memory::import_fd(fd, offset, size); });
}

photic_status photic_buffer_import_memory(photic_device device, void* memory, uint64_t size,
                                          photic_buffer* buffer) {
  return add_buffer("photic_buffer_import_memory", device, buffer, size, true, [&] {
    if (!device->device->description().any_memory) {
      throw Error(abi::Status::UNSUPPORTED,
                  "'" + device->device->description().target +
                      "' runs in another process and reaches memory by descriptor only; use "
                      "photic_buffer_import_fd or photic_buffer_create");
    }
    return Memory::import_memory(memory, size);
  });
}

photic_status photic_buffer_retain(photic_buffer buffer) {
  return retain("photic_buffer_retain", buffer);
}

photic_status photic_buffer_release(photic_buffer buffer) {
  return release("photic_buffer_release", buffer, "buffer",
                 [&] { return buffer->device->remove_buffer(buffer->buffer); });
}

photic_status photic_buffer_get_info(photic_buffer buffer, photic_buffer_info* info) {
  return guard("photic_buffer_get_info", [&] {
    need(buffer, "buffer");
    need(info, "info");
    need_size(info->struct_size, sizeof(photic_buffer_info), "info");
    const Buffer& found = *buffer->buffer;
    *info = {sizeof(photic_buffer_info), found.imported ? 1U : 0U, found.memory.data(), found.address,
             found.size};
    return success();
  });
}

photic_status photic_buffer_finish(photic_buffer buffer, uint64_t timeout_ns) {
  return guard("photic_buffer_finish", [&] {
    need(buffer, "buffer");
    if (!buffer->device->wait_until([&] { return buffer->buffer->pins == 0; }, deadline_in(timeout_ns))) {
      return fail(abi::Status::WAIT_TIMEOUT,
                  "photic_buffer_finish: commands in flight still name the buffer; wait longer");
    }
    return success();
  });
}

photic_status photic_queue_create(photic_device device, uint32_t entries, photic_queue* queue) {
  return guard("photic_queue_create", [&] {
    need(device, "device");
    need(queue, "queue");
    auto handle = std::make_unique<photic_queue_s>();
    handle->device = device->device;
    handle->queue = device->device->create_queue(entries);
    *queue = handle.release();
    return success();
  });
}

photic_status photic_queue_retain(photic_queue queue) {
  return retain("photic_queue_retain", queue);
}

photic_status photic_queue_release(photic_queue queue) {
  return release("photic_queue_release", queue, "queue",
                 [&] { return queue->device->destroy_queue(queue->queue); });
}

photic_status photic_queue_finish(photic_queue queue, uint64_t timeout_ns) {
  return guard("photic_queue_finish", [&] {
    need(queue, "queue");
    if (!queue->device->wait_until([&] { return queue->queue->in_flight() == 0; }, deadline_in(timeout_ns))) {
      return fail(abi::Status::WAIT_TIMEOUT,
                  "photic_queue_finish: commands are still in flight; wait longer");
    }
    const auto [status, story] = queue->device->take_unwanted_failure(*queue->queue);
    return status == abi::Status::OK ? success()
                                     : fail(status, "photic_queue_finish: a command ended with " + story);
  });
}
