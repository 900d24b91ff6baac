// SPDX-License-Identifier: Apache-2.0
// C entry points: commands and events.
#include <cstring>
#include <utility>

#include "drivers/api/deadline.h"
#include "drivers/api/fault.h"
#include "drivers/api/handles.h"
#include "drivers/api/opu_commands.h"

namespace photic::api {
namespace {

constexpr auto kSlice = std::chrono::milliseconds(1);

std::vector<EventRef> references(const photic_event* events, size_t count, const char* name) {
  std::vector<EventRef> found;
  if (count > 0) {
    need(events, name);
  }
  found.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    need(events[i], name);
    found.push_back({events[i]->device, events[i]->event});
  }
  return found;
}

// The event's status as the result of a call; a failure leaves its story in the thread's error text.
photic_status outcome(const Event& event, const Device& device) {
  if (event.status == abi::Status::OK) {
    return PHOTIC_OK;
  }
  const std::string_view opcode = abi::name(static_cast<abi::Opcode>(event.opcode));
  return fail(event.status, std::string(opcode) + " on queue " + std::to_string(event.queue) +
                                " ended with " + story(event, device.identity().spu));
}

photic_status wait_timeout(const char* function) {
  return fail(abi::Status::WAIT_TIMEOUT,
              std::string(function) + ": the command is still in flight; wait longer");
}

size_t first_done(const std::vector<EventRef>& events) {
  size_t index = 0;
  while (index < events.size() && !events[index].event->is_done()) {
    ++index;
  }
  return index;
}

bool one_device(const std::vector<EventRef>& events) {
  for (const EventRef& event : events) {
    if (event.device != events.front().device) {
      return false;
    }
  }
  return true;
}

photic_status submit_opu(const char* function, abi::Opcode opcode, photic_queue queue,
                         const photic_opu_project_desc* desc, const photic_event* dependencies,
                         size_t dependency_count, photic_event* event) {
  return guard(function, [&] {
    need(queue, "queue");
    need(desc, "desc");
    need_size(desc->struct_size, sizeof(photic_opu_project_desc), "desc");
    queue->device->need_kind(abi::DeviceKind::OPU);
    const abi::Submission record = pack_opu(opcode, *desc, queue->device->identity().pixel_cols);
    photic_submission submission;
    std::memcpy(&submission, &record, sizeof(submission));
    return submit(queue, &submission, 1, dependencies, dependency_count, event);
  });
}

}  // namespace

photic_status submit(photic_queue queue, const photic_submission* submissions, size_t count,
                     const photic_event* dependencies, size_t dependency_count, photic_event* events) {
  need(queue, "queue");
  need(submissions, "submissions");
  if (count == 0) {
    throw Error(abi::Status::INVALID_ARGUMENT, "no command was given; submit at least one");
  }
  const std::vector<EventRef> waits_for = references(dependencies, dependency_count, "dependencies");
  std::vector<abi::Submission> records(count);
  std::memcpy(static_cast<void*>(records.data()), submissions, count * sizeof(abi::Submission));
  // Handles first: nothing may fail once the commands are on their way.
  std::vector<std::unique_ptr<photic_event_s>> handles(events ? count : 0);
  for (auto& handle : handles) {
    handle = std::make_unique<photic_event_s>();
    handle->device = queue->device;
  }
  const auto submitted = queue->device->submit(*queue->queue, records, waits_for, events != nullptr);
  for (size_t i = 0; i < handles.size(); ++i) {
    handles[i]->event = submitted[i];
    events[i] = handles[i].release();
  }
  return PHOTIC_OK;
}

}  // namespace photic::api

using namespace photic::api;  // NOLINT: the definitions below are extern "C"
namespace abi = photic::abi;

photic_status photic_submit(photic_queue queue, const photic_submission* submission,
                            const photic_event* dependencies, size_t dependency_count, photic_event* event) {
  return guard("photic_submit",
               [&] { return submit(queue, submission, 1, dependencies, dependency_count, event); });
}

photic_status photic_submit_batch(photic_queue queue, const photic_submission* submissions, size_t count,
                                  const photic_event* dependencies, size_t dependency_count,
                                  photic_event* events) {
  return guard("photic_submit_batch",
               [&] { return submit(queue, submissions, count, dependencies, dependency_count, events); });
}

photic_status photic_nop(photic_queue queue, const photic_event* dependencies, size_t dependency_count,
                         photic_event* event) {
  return guard("photic_nop", [&] {
    photic_submission nop{};
    nop.opcode = PHOTIC_OP_NOP;
    return submit(queue, &nop, 1, dependencies, dependency_count, event);
  });
}

photic_status photic_opu_pack(photic_device device, uint32_t opcode, const photic_opu_project_desc* desc,
                              photic_submission* submission) {
  return guard("photic_opu_pack", [&] {
    need(device, "device");
    need(desc, "desc");
    need(submission, "submission");
    need_size(desc->struct_size, sizeof(photic_opu_project_desc), "desc");
    device->device->need_kind(abi::DeviceKind::OPU);
    if (opcode != PHOTIC_OP_OPU_PROJECT && opcode != PHOTIC_OP_OPU_CALIBRATE) {
      throw Error(abi::Status::INVALID_ARGUMENT,
                  "opcode " + std::to_string(opcode) +
                      " takes no such fields; use PHOTIC_OP_OPU_PROJECT or PHOTIC_OP_OPU_CALIBRATE");
    }
    const abi::Submission record =
        pack_opu(static_cast<abi::Opcode>(opcode), *desc, device->device->identity().pixel_cols);
    std::memcpy(submission, &record, sizeof(*submission));
    return PHOTIC_OK;
  });
}

photic_status photic_opu_sizes(const photic_opu_project_desc* desc, uint64_t* source_bytes,
                               uint64_t* destination_bytes) {
  return guard("photic_opu_sizes", [&] {
    need(desc, "desc");
    need(source_bytes, "source_bytes");
    need(destination_bytes, "destination_bytes");
    need_size(desc->struct_size, sizeof(photic_opu_project_desc), "desc");
    const OpuSizes sizes = opu_sizes(*desc);
    *source_bytes = sizes.source;
    *destination_bytes = sizes.destination;
    return PHOTIC_OK;
  });
}

photic_status photic_opu_project(photic_queue queue, const photic_opu_project_desc* desc,
                                 const photic_event* dependencies, size_t dependency_count,
                                 photic_event* event) {
  return submit_opu("photic_opu_project", abi::Opcode::OPU_PROJECT, queue, desc, dependencies,
                    dependency_count, event);
}

photic_status photic_opu_calibrate(photic_queue queue, const photic_opu_project_desc* desc,
                                   const photic_event* dependencies, size_t dependency_count,
                                   photic_event* event) {
  return submit_opu("photic_opu_calibrate", abi::Opcode::OPU_CALIBRATE, queue, desc, dependencies,
                    dependency_count, event);
}

photic_status photic_opu_configure(photic_device device, const photic_opu_settings* settings) {
  return guard("photic_opu_configure", [&] {
    need(device, "device");
    need(settings, "settings");
    need_size(settings->struct_size, sizeof(photic_opu_settings), "settings");
    device->device->configure({settings->laser_power, settings->laser_shift, settings->adc_bits});
    return PHOTIC_OK;
  });
}

photic_status photic_opu_get_settings(photic_device device, photic_opu_settings* settings) {
  return guard("photic_opu_get_settings", [&] {
    need(device, "device");
    need(settings, "settings");
    need_size(settings->struct_size, sizeof(photic_opu_settings), "settings");
    const OpuSettings found = device->device->settings();
    *settings = {sizeof(photic_opu_settings), found.laser_power, found.laser_shift, found.adc_bits};
    return PHOTIC_OK;
  });
}

photic_status photic_event_retain(photic_event event) {
  return guard("photic_event_retain", [&] {
    need(event, "event");
    event->references.fetch_add(1, std::memory_order_relaxed);
    return PHOTIC_OK;
  });
}

photic_status photic_event_release(photic_event event) {
  if (event && event->references.fetch_sub(1) == 1) {
    delete event;
  }
  return PHOTIC_OK;
}

photic_status photic_event_status(photic_event event) {
  return guard("photic_event_status", [&] {
    need(event, "event");
    if (!event->event->is_done()) {
      event->device->poll();
    }
    return event->event->is_done()
               ? outcome(*event->event, *event->device)
               : fail(abi::Status::BUSY, "photic_event_status: the command is in flight; wait for it");
  });
}

photic_status photic_event_get_info(photic_event event, photic_event_info* info) {
  return guard("photic_event_get_info", [&] {
    need(event, "event");
    need(info, "info");
    need_size(info->struct_size, sizeof(photic_event_info), "info");
    *info = event->device->describe(*event->event);
    return PHOTIC_OK;
  });
}

photic_status photic_event_wait(photic_event event, uint64_t timeout_ns) {
  return guard("photic_event_wait", [&] {
    need(event, "event");
    const Event& awaited = *event->event;
    if (!awaited.is_done() &&
        !event->device->wait_until([&] { return awaited.is_done(); }, deadline_in(timeout_ns))) {
      return wait_timeout("photic_event_wait");
    }
    return outcome(awaited, *event->device);
  });
}

photic_status photic_wait_all(const photic_event* events, size_t count, uint64_t timeout_ns) {
  return guard("photic_wait_all", [&] {
    const auto deadline = deadline_in(timeout_ns);
    const std::vector<EventRef> all = references(events, count, "events");
    for (const EventRef& one : all) {
      if (!one.event->is_done() && !one.device->wait_until([&] { return one.event->is_done(); }, deadline)) {
        return wait_timeout("photic_wait_all");
      }
    }
    for (const EventRef& one : all) {
      if (!one.event->succeeded()) {
        return outcome(*one.event, *one.device);
      }
    }
    return photic_status{PHOTIC_OK};
  });
}

photic_status photic_wait_any(const photic_event* events, size_t count, uint64_t timeout_ns, size_t* index) {
  return guard("photic_wait_any", [&] {
    need(index, "index");
    const auto deadline = deadline_in(timeout_ns);
    const std::vector<EventRef> all = references(events, count, "events");
    if (all.empty()) {
      throw Error(abi::Status::INVALID_ARGUMENT, "the list of events is empty; there is nothing to wait for");
    }
    const auto any_done = [&] { return first_done(all) < all.size(); };
    if (one_device(all)) {
      all.front().device->wait_until(any_done, deadline);
    } else {
      // One after the other, a moment each; every device's own service thread keeps it going meanwhile.
      for (size_t turn = 0; !any_done() && Clock::now() < deadline; ++turn) {
        all[turn % all.size()].device->wait_until(any_done, std::min(deadline, Clock::now() + kSlice));
      }
    }
    const size_t first = first_done(all);
    if (first == all.size()) {
      return wait_timeout("photic_wait_any");
    }
    *index = first;
    return outcome(*all[first].event, *all[first].device);
  });
}
