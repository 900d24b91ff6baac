// SPDX-License-Identifier: Apache-2.0
// A device of the platform: a URI, open while somebody uses it.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "drivers/opencl/object.h"
#include "drivers/opencl/open_device.h"

namespace photic::opencl {

/// CL_DEVICE_MEM_BASE_ADDR_ALIGN: sub-buffers start at multiples of so many bits.
inline constexpr cl_uint kAddressAlignBits = 1024;
/// CL_DEVICE_GLOBAL_MEM_SIZE and CL_DEVICE_MAX_MEM_ALLOC_SIZE, in bytes: devices work in the host's memory.
uint64_t memory_of_machine();
uint64_t largest_buffer();

}  // namespace photic::opencl

struct _cl_device_id : photic::opencl::Object {
  static constexpr auto kKind = photic::opencl::Kind::kDevice;
  explicit _cl_device_id(std::string device_uri) : Object(kKind), uri(std::move(device_uri)) {}

  /// Opens the device, or joins those who have it open; one that was lost is opened anew. Throws
  /// Error(CL_DEVICE_NOT_AVAILABLE) with the driver's reason.
  std::shared_ptr<photic::opencl::OpenDevice> open();
  /// Joins those who have the device open, lost or not. NULL if nobody has.
  std::shared_ptr<photic::opencl::OpenDevice> joined();
  /// What the device is; opens it if that was never known. Nothing if it does not open.
  std::optional<photic::opencl::DeviceFacts> facts();
  /// photic_device_status, or why the device does not open.
  photic_status status();

  const std::string uri;

 private:
  std::mutex mutex_;
  std::weak_ptr<photic::opencl::OpenDevice> open_;
  std::optional<photic::opencl::DeviceFacts> facts_;
  photic_status refusal_ = PHOTIC_OK;  // of the last attempt to open
};
