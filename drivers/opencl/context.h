// SPDX-License-Identifier: Apache-2.0
// Contexts: which devices, kept open; who is told of errors; who is told of the end.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "drivers/opencl/device.h"

namespace photic::opencl {

class Engine;

/// The function a program wants errors reported to.
using ContextNotify = void(CL_CALLBACK*)(const char*, const void*, size_t, void*);
using ContextDestructor = void(CL_CALLBACK*)(cl_context, void*);

}  // namespace photic::opencl

struct _cl_context : photic::opencl::Object {
  static constexpr auto kKind = photic::opencl::Kind::kContext;
  /// Opens the devices. Throws Error.
  _cl_context(std::vector<cl_device_id> context_devices,
              std::vector<cl_context_properties> context_properties, photic::opencl::ContextNotify notify,
              void* user_data);
  /// Calls the destructor callbacks, the last one registered first.
  ~_cl_context();

  bool has(cl_device_id device) const;
  /// The open device behind one of the context's. Throws Error(CL_INVALID_DEVICE) for another.
  const std::shared_ptr<photic::opencl::OpenDevice>& open_device(cl_device_id device) const;
  /// Tells the program, if it asked, what went wrong. From any thread, without locks held.
  void report(const std::string& text) const noexcept;
  void add_destructor(photic::opencl::ContextDestructor callback, void* user_data);

  const std::vector<cl_device_id> devices;  ///< None twice.
  /// As given, with the terminating 0; empty for NULL.
  const std::vector<cl_context_properties> properties;

 private:
  const std::vector<std::shared_ptr<photic::opencl::OpenDevice>> open_;  // as `devices`
  const photic::opencl::ContextNotify notify_;
  void* const user_data_;
  std::mutex destructors_mutex_;
  std::vector<std::pair<photic::opencl::ContextDestructor, void*>> destructors_;

 public:
  std::mutex engine_mutex;  ///< Guards `engine`.
  std::shared_ptr<photic::opencl::Engine>
      engine;  ///< Made with the first queue; the engine's to set. Goes first.
};
