// SPDX-License-Identifier: Apache-2.0
// Command buffers: commands recorded once, enqueued as often as wanted.
#pragma once

#include <mutex>
#include <variant>
#include <vector>

#include "drivers/opencl/command.h"

namespace photic::opencl {

/// A recorded command. Device commands that follow each other are one step: they go to the device as one
/// batch, which it works through in order.
struct Step {
  std::variant<std::monostate, std::shared_ptr<std::vector<photic_submission>>, HostWork> work;
  std::vector<Ref<_cl_mem>> uses;
  std::vector<size_t> after;  ///< Steps that must have ended well before.
  bool barrier = false;  ///< Comes after every step before it if it names none; what follows comes after it.
};

}  // namespace photic::opencl

struct _cl_command_buffer_khr : photic::opencl::Object {
  static constexpr auto kKind = photic::opencl::Kind::kCommandBuffer;
  _cl_command_buffer_khr(_cl_command_queue& record_queue, cl_command_buffer_flags_khr record_flags,
                         std::vector<cl_command_buffer_properties_khr> record_properties);

  /// Records a command that comes after the given sync points; returns its own. Throws
  /// Error(CL_INVALID_OPERATION) once finalized.
  cl_sync_point_khr record(photic::opencl::Step step, const std::vector<size_t>& after);
  /// Steps behind a call's sync points. Throws Error(CL_INVALID_SYNC_POINT_WAIT_LIST_KHR).
  std::vector<size_t> steps_of(cl_uint count, const cl_sync_point_khr* points);
  void finalize();
  /// Enqueues everything in `queue`. Throws Error(CL_INVALID_OPERATION) before it is finalized, and while it
  /// is pending if it may not be enqueued twice.
  void enqueue(_cl_command_queue& queue, const photic::opencl::Request& request);
  cl_command_buffer_state_khr state();

  const photic::opencl::Ref<_cl_command_queue> queue;
  const cl_command_buffer_flags_khr flags;
  const std::vector<cl_command_buffer_properties_khr> properties;

 private:
  bool pending();
  photic::opencl::NewEvent command_of(const photic::opencl::Step& step, _cl_command_queue& queue) const;
  photic::opencl::Ref<_cl_event> replay(_cl_command_queue& queue, const photic::opencl::Request& request);

  std::mutex mutex_;
  bool final_ = false;   ///< Nothing below changes any more, except the last two.
  bool fenced_ = false;  ///< There is a barrier; `fence_` is the last one.
  size_t fence_ = 0;
  std::vector<photic::opencl::Step> steps_;
  std::vector<size_t> points_;                        ///< The step of each sync point.
  int starting_ = 0;                                  ///< Calls that are enqueueing it.
  std::vector<photic::opencl::Ref<_cl_event>> runs_;  ///< Ends of what was enqueued and may be in flight.
};
