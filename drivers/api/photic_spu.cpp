// SPDX-License-Identifier: Apache-2.0
// C entry points: spiking processing units.
#include "drivers/api/photic_spu.h"

#include <cstring>

#include "drivers/api/fault.h"
#include "drivers/api/handles.h"
#include "drivers/api/spu_commands.h"

namespace photic::api {
namespace {

static_assert(PHOTIC_SPU_OPERAND_SOURCE == 1 && PHOTIC_SPU_OPERAND_DESTINATION == 2 &&
              PHOTIC_SPU_OPERAND_TRACE == 3);  // an index in Operands, and one

// The bus address of `bytes` bytes of a buffer from `offset` on; 0 for none. Throws INVALID_ARGUMENT if the
// buffer does not hold them.
uint64_t operand(const std::string& name, const Device& device, photic_buffer buffer, uint64_t offset,
                 uint64_t bytes) {
  if (buffer == nullptr) {
    if (bytes > 0) {
      throw Error(abi::Status::INVALID_ARGUMENT, name + " is NULL, but the command moves " +
                                                     std::to_string(bytes) + " bytes there; pass a buffer");
    }
    return 0;
  }
  if (buffer->device.get() != &device) {
    throw Error(abi::Status::INVALID_ARGUMENT,
                name + " is a buffer of another device; pass one of the device the command is for");
  }
  const uint64_t size = buffer->buffer->size;
  if (offset > size || bytes > size - offset) {
    throw Error(abi::Status::INVALID_ARGUMENT, name + " has " + std::to_string(size) +
                                                   " bytes, but the command moves " + std::to_string(bytes) +
                                                   " from byte " + std::to_string(offset) +
                                                   " on; use a larger buffer or move less");
  }
  return buffer->buffer->address + offset;
}

template <typename Desc>
void need_desc(const Desc* desc) {
  need(desc, "desc");
  need_size(desc->struct_size, sizeof(Desc), "desc");
}

photic_submission pack_memory(const Device& device, abi::Opcode opcode, const photic_spu_memory_desc* desc) {
  need_desc(desc);
  device.need_kind(abi::DeviceKind::SPU);
  abi::SpuMemory record = pack_spu_memory(opcode, *desc);
  const uint64_t bytes = spu_operands(as<abi::Submission>(record), device.identity().spu)[0].bytes;
  const uint64_t address = operand("buffer", device, desc->buffer, desc->offset, bytes);
  (opcode == abi::Opcode::SPU_WRITE ? record.source : record.destination) = address;
  return as<photic_submission>(record);
}

photic_submission pack_run(const Device& device, const photic_spu_run_desc* desc) {
  need_desc(desc);
  device.need_kind(abi::DeviceKind::SPU);
  abi::SpuRun record = pack_spu_run(*desc);
  const Operands sizes = spu_run_operands(record, device.identity().spu);
  record.source = operand("source", device, desc->source, desc->source_offset, sizes[0].bytes);
  record.destination =
      operand("destination", device, desc->destination, desc->destination_offset, sizes[1].bytes);
  record.trace = operand("trace", device, desc->trace, desc->trace_offset, sizes[2].bytes);
  return as<photic_submission>(record);
}

// The two calls that move words differ in the opcode alone.
photic_status submit_memory(const char* function, abi::Opcode opcode, photic_queue queue,
                            const photic_spu_memory_desc* desc, const photic_event* dependencies,
                            size_t dependency_count, photic_event* event) {
  return guard(function, [&] {
    need(queue, "queue");
    const photic_submission submission = pack_memory(*queue->device, opcode, desc);
    return submit(queue, &submission, 1, dependencies, dependency_count, event);
  });
}

// Calls `store` with what `find` finds in the fate of a command. BUSY before its end; INVALID_ARGUMENT if
// there is nothing to find.
template <typename Find, typename Store>
photic_status name_fault(const char* function, const photic_event_s& handle, Find find, Store store) {
  const Event& event = *handle.event;
  if (!event.is_done()) {
    handle.device->poll();
  }
  if (!event.is_done()) {
    return fail(abi::Status::BUSY, std::string(function) + ": the command is in flight; wait for it");
  }
  const auto found = find(event);
  if (!found) {
    throw Error(abi::Status::INVALID_ARGUMENT, "the command ended with " +
                                                   std::string(abi::name(event.status)) +
                                                   ", which names no such place; look at its status first");
  }
  store(*found);
  return PHOTIC_OK;
}

}  // namespace
}  // namespace photic::api

using namespace photic::api;  // NOLINT: the definitions below are extern "C"
namespace abi = photic::abi;

photic_status photic_spu_get_geometry(photic_device device, photic_spu_geometry* geometry) {
  return guard("photic_spu_get_geometry", [&] {
    need(device, "device");
    need(geometry, "geometry");
    need_size(geometry->struct_size, sizeof(photic_spu_geometry), "geometry");
    device->device->need_kind(abi::DeviceKind::SPU);
    const abi::SpuPreset& spu = device->device->identity().spu;
    *geometry = {sizeof(photic_spu_geometry),
                 spu.mesh_cols,
                 spu.mesh_rows,
                 spu.cores(),
                 spu.neurons,
                 spu.axons,
                 spu.synapse_words,
                 spu.lanes,
                 spu.slots,
                 spu.walks,
                 spu.fanout_words,
                 spu.io_fanout_words,
                 spu.inputs,
                 spu.outputs};
    return PHOTIC_OK;
  });
}

photic_status photic_spu_configure(photic_device device, const photic_spu_settings* settings) {
  return guard("photic_spu_configure", [&] {
    need(device, "device");
    need(settings, "settings");
    need_size(settings->struct_size, sizeof(photic_spu_settings), "settings");
    device->device->set_seed(settings->seed);
    return PHOTIC_OK;
  });
}

photic_status photic_spu_get_settings(photic_device device, photic_spu_settings* settings) {
  return guard("photic_spu_get_settings", [&] {
    need(device, "device");
    need(settings, "settings");
    need_size(settings->struct_size, sizeof(photic_spu_settings), "settings");
    *settings = {sizeof(photic_spu_settings), device->device->seed()};
    return PHOTIC_OK;
  });
}

photic_status photic_spu_region_words(photic_device device, uint32_t core, uint32_t region, uint64_t* words) {
  return guard("photic_spu_region_words", [&] {
    need(device, "device");
    need(words, "words");
    device->device->need_kind(abi::DeviceKind::SPU);
    const abi::SpuPreset& spu = device->device->identity().spu;
    if (core > spu.cores()) {
      throw Error(abi::Status::INVALID_ARGUMENT, "there is no core " + std::to_string(core) +
                                                     "; the device has " + std::to_string(spu.cores()) +
                                                     ", and that number names its input/output unit");
    }
    *words =
        region > UINT8_MAX ? 0 : spu.region_words(static_cast<abi::SpuRegion>(region), core == spu.cores());
    return PHOTIC_OK;
  });
}

photic_status photic_spu_pack_memory(photic_device device, uint32_t opcode,
                                     const photic_spu_memory_desc* desc, photic_submission* submission) {
  return guard("photic_spu_pack_memory", [&] {
    need(device, "device");
    need(submission, "submission");
    if (opcode != PHOTIC_OP_SPU_WRITE && opcode != PHOTIC_OP_SPU_READ) {
      throw Error(abi::Status::INVALID_ARGUMENT,
                  "opcode " + std::to_string(opcode) +
                      " takes no such fields; use PHOTIC_OP_SPU_WRITE or PHOTIC_OP_SPU_READ");
    }
    *submission = pack_memory(*device->device, static_cast<abi::Opcode>(opcode), desc);
    return PHOTIC_OK;
  });
}

photic_status photic_spu_write(photic_queue queue, const photic_spu_memory_desc* desc,
                               const photic_event* dependencies, size_t dependency_count,
                               photic_event* event) {
  return submit_memory("photic_spu_write", abi::Opcode::SPU_WRITE, queue, desc, dependencies,
                       dependency_count, event);
}

photic_status photic_spu_read(photic_queue queue, const photic_spu_memory_desc* desc,
                              const photic_event* dependencies, size_t dependency_count,
                              photic_event* event) {
  return submit_memory("photic_spu_read", abi::Opcode::SPU_READ, queue, desc, dependencies, dependency_count,
                       event);
}

photic_status photic_spu_clear(photic_queue queue, uint32_t what, const photic_event* dependencies,
                               size_t dependency_count, photic_event* event) {
  return guard("photic_spu_clear", [&] {
    need(queue, "queue");
    queue->device->need_kind(abi::DeviceKind::SPU);
    const auto submission = as<photic_submission>(pack_spu_clear(what));
    return submit(queue, &submission, 1, dependencies, dependency_count, event);
  });
}

photic_status photic_spu_run_sizes(photic_device device, const photic_spu_run_desc* desc,
                                   uint64_t* source_bytes, uint64_t* destination_bytes,
                                   uint64_t* trace_bytes) {
  return guard("photic_spu_run_sizes", [&] {
    need(device, "device");
    need(source_bytes, "source_bytes");
    need(destination_bytes, "destination_bytes");
    need(trace_bytes, "trace_bytes");
    need_desc(desc);
    device->device->need_kind(abi::DeviceKind::SPU);
    abi::SpuRun record = pack_spu_run(*desc);
    if (abi::name(record.record) == "UNKNOWN") {
      throw Error(abi::Status::INVALID_ARGUMENT, "record " + std::to_string(desc->record) +
                                                     " does not exist; use the PHOTIC_SPU_RECORD_ constants");
    }
    record.control |= abi::SPU_CONTROL_TRACE;
    const Operands sizes = spu_run_operands(record, device->device->identity().spu);
    *source_bytes = sizes[0].bytes;
    *destination_bytes = sizes[1].bytes;
    *trace_bytes = sizes[2].bytes;
    return PHOTIC_OK;
  });
}

photic_status photic_spu_pack_run(photic_device device, const photic_spu_run_desc* desc,
                                  photic_submission* submission) {
  return guard("photic_spu_pack_run", [&] {
    need(device, "device");
    need(submission, "submission");
    *submission = pack_run(*device->device, desc);
    return PHOTIC_OK;
  });
}

photic_status photic_spu_run(photic_queue queue, const photic_spu_run_desc* desc,
                             const photic_event* dependencies, size_t dependency_count, photic_event* event) {
  return guard("photic_spu_run", [&] {
    need(queue, "queue");
    const photic_submission submission = pack_run(*queue->device, desc);
    return submit(queue, &submission, 1, dependencies, dependency_count, event);
  });
}

photic_status photic_spu_get_place(photic_event event, photic_spu_place* place) {
  return guard("photic_spu_get_place", [&] {
    need(event, "event");
    need(place, "place");
    need_size(place->struct_size, sizeof(photic_spu_place), "place");
    return name_fault("photic_spu_get_place", *event, program_fault, [&](const abi::SpuPlace& found) {
      *place = {sizeof(photic_spu_place), found.core, static_cast<uint32_t>(found.region), found.word};
    });
  });
}

photic_status photic_spu_get_fault(photic_event event, photic_spu_fault* fault) {
  return guard("photic_spu_get_fault", [&] {
    need(event, "event");
    need(fault, "fault");
    need_size(fault->struct_size, sizeof(photic_spu_fault), "fault");
    return name_fault("photic_spu_get_fault", *event, memory_fault, [&](const MemoryFault& found) {
      *fault = {sizeof(photic_spu_fault),
                found.operand ? static_cast<uint32_t>(*found.operand) + PHOTIC_SPU_OPERAND_SOURCE
                              : uint32_t{PHOTIC_SPU_OPERAND_NONE},
                found.address, found.offset};
    });
  });
}
