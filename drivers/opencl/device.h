// SPDX-License-Identifier: Apache-2.0
// A device of the platform: a URI, open while somebody uses it.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "drivers/opencl/object.h"
#include "drivers/opencl/open_device.h"

struct _cl_device_id : photic::opencl::Object {
  static constexpr auto kKind = photic::opencl::Kind::kDevice;
  explicit _cl_device_id(std::string device_uri) : Object(kKind), uri(std::move(device_uri)) {}

  /// Opens the device, or joins those who have it open. Throws Error(CL_DEVICE_NOT_AVAILABLE) with the
  /// driver's reason.
  std::shared_ptr<photic::opencl::OpenDevice> open();
  /// What the device is; opens it if that was never known. Nothing if it does not open.
  std::optional<photic::opencl::DeviceFacts> facts();

  const std::string uri;

 private:
  std::mutex mutex_;
  std::weak_ptr<photic::opencl::OpenDevice> open_;
  std::optional<photic::opencl::DeviceFacts> facts_;
};
