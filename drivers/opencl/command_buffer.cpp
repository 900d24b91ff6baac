// SPDX-License-Identifier: Apache-2.0
// Records and replays. The functions of cl_khr_command_buffer: command_buffer_calls.cpp.
#include "drivers/opencl/command_buffer.h"

#include <algorithm>
#include <numeric>

using namespace photic::opencl;  // NOLINT: the structures behind handles have no namespace

namespace {

// Commands of a batch: several batches must fit in the smallest ring a device may have.
constexpr size_t kBatch = 64;

using Batch = std::shared_ptr<std::vector<photic_submission>>;

}  // namespace

_cl_command_buffer_khr::_cl_command_buffer_khr(
    _cl_command_queue& record_queue, cl_command_buffer_flags_khr record_flags,
    std::vector<cl_command_buffer_properties_khr> record_properties)
    : Object(kKind), queue(&record_queue), flags(record_flags), properties(std::move(record_properties)) {}

std::vector<size_t> _cl_command_buffer_khr::steps_of(cl_uint count, const cl_sync_point_khr* points) {
  refuse_if((count == 0) != (points == nullptr), CL_INVALID_SYNC_POINT_WAIT_LIST_KHR);
  const std::lock_guard lock(mutex_);
  std::vector<size_t> steps;
  for (cl_uint i = 0; i < count; ++i) {
    refuse_if(points[i] >= points_.size(), CL_INVALID_SYNC_POINT_WAIT_LIST_KHR);
    steps.push_back(points_[points[i]]);
  }
  return steps;
}

cl_sync_point_khr _cl_command_buffer_khr::record(Step step, const std::vector<size_t>& after) {
  const std::lock_guard lock(mutex_);
  refuse_if(final_, CL_INVALID_OPERATION);
  refuse_if(points_.size() == CL_UINT_MAX, CL_OUT_OF_RESOURCES);
  const auto point = static_cast<cl_sync_point_khr>(points_.size());
  const Batch* added = std::get_if<Batch>(&step.work);
  const Batch* open = steps_.empty() ? nullptr : std::get_if<Batch>(&steps_.back().work);
  if (added != nullptr && open != nullptr && (*open)->size() + (*added)->size() <= kBatch) {
    Step& last = steps_.back();
    (*open)->insert((*open)->end(), (*added)->begin(), (*added)->end());
    last.uses.insert(last.uses.end(), step.uses.begin(), step.uses.end());
    std::copy_if(after.begin(), after.end(), std::back_inserter(last.after),
                 [this](size_t one) { return one + 1 < steps_.size(); });
  } else {
    step.after = after;
    if (step.barrier && after.empty()) {
      step.after.resize(steps_.size());
      std::iota(step.after.begin(), step.after.end(), size_t{0});
    } else if (fenced_) {
      step.after.push_back(fence_);
    }
    if (step.barrier) {
      fenced_ = true;
      fence_ = steps_.size();
    }
    steps_.push_back(std::move(step));
  }
  points_.push_back(steps_.size() - 1);
  return point;
}

void _cl_command_buffer_khr::finalize() {
  const std::lock_guard lock(mutex_);
  refuse_if(final_, CL_INVALID_OPERATION);
  final_ = true;
}

// With the lock held.
bool _cl_command_buffer_khr::pending() {
  std::erase_if(runs_, [](const auto& run) { return run->ended(); });
  return starting_ > 0 || !runs_.empty();
}

cl_command_buffer_state_khr _cl_command_buffer_khr::state() {
  queue->engine().poll();
  const std::lock_guard lock(mutex_);
  if (!final_) {
    return CL_COMMAND_BUFFER_STATE_RECORDING_KHR;
  }
  return pending() ? CL_COMMAND_BUFFER_STATE_PENDING_KHR : CL_COMMAND_BUFFER_STATE_EXECUTABLE_KHR;
}

NewEvent _cl_command_buffer_khr::command_of(const Step& step, _cl_command_queue& into) const {
  NewEvent command = new_command(into, CL_COMMAND_COMMAND_BUFFER_KHR);
  command->uses = step.uses;
  if (const auto* batch = std::get_if<Batch>(&step.work)) {
    command->batch = *batch;
  } else if (const auto* host = std::get_if<HostWork>(&step.work)) {
    command->host = *host;
  }
  return command;
}

// Returns the command whose end is the end of all.
Ref<_cl_event> _cl_command_buffer_khr::replay(_cl_command_queue& into, const Request& request) {
  std::vector<Ref<_cl_event>> ends;
  const auto go = [&](NewEvent command, const Request& how) {
    ends.emplace_back(command.get());
    photic::opencl::enqueue(std::move(command), how);
  };
  if (steps_.size() == 1) {
    go(command_of(steps_.front(), into), request);
    return ends.back();
  }
  for (const Step& step : steps_) {
    // Nothing runs if the wait list fails.
    std::vector<cl_event> list(request.waits_for.begin(), request.waits_for.end());
    for (size_t before : step.after) {
      list.push_back(ends[before].get());
    }
    go(command_of(step, into), {list});
  }
  std::vector<cl_event> all(request.waits_for.begin(), request.waits_for.end());
  for (const auto& end : ends) {
    all.push_back(end.get());
  }
  go(new_command(into, CL_COMMAND_COMMAND_BUFFER_KHR), {all, request.event});
  return ends.back();
}

void _cl_command_buffer_khr::enqueue(_cl_command_queue& into, const Request& request) {
  into.engine().poll();
  {
    const std::lock_guard lock(mutex_);
    const bool again = (flags & CL_COMMAND_BUFFER_SIMULTANEOUS_USE_KHR) != 0;
    refuse_if(!final_ || (pending() && !again), CL_INVALID_OPERATION);
    ++starting_;
  }
  // Without the lock: what is due in the engine, callbacks of the program too, runs meanwhile.
  Ref<_cl_event> end;
  try {
    end = replay(into, request);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    --starting_;
    throw;
  }
  const std::lock_guard lock(mutex_);
  --starting_;
  runs_.push_back(std::move(end));
}
