// SPDX-License-Identifier: Apache-2.0
// What a device says of itself. Devices are custom ones: no compiler, no images, no shared virtual memory,
// work-groups of one, so most limits of the specification are 0.
#include <algorithm>
#include <cstring>
#include <string>

#include "drivers/opencl/builtin/builtin.h"
#include "drivers/opencl/cl_photic.h"
#include "drivers/opencl/info.h"
#include "drivers/opencl/platform.h"

namespace photic::opencl {
namespace {

// Emulated devices share this number.
constexpr cl_uint kVendorId = 0x1234;

constexpr cl_device_atomic_capabilities kAtomics =
    CL_DEVICE_ATOMIC_ORDER_RELAXED | CL_DEVICE_ATOMIC_SCOPE_WORK_GROUP;

std::string name_of(const DeviceFacts& facts) {
  if (facts.capabilities.kind == 0) {
    return "Photic device";  // one that does not open does not say what it is
  }
  return std::string(facts.is_opu() ? "Photic OPU" : "Photic SPU") + " (" + facts.capabilities.geometry + ")";
}

std::vector<cl_name_version> kernels_of(const DeviceFacts& facts) {
  std::vector<cl_name_version> list;
  for (const BuiltinKernel* kernel : builtin_kernels_of(facts.capabilities.kind)) {
    cl_name_version entry{};
    entry.version = kBuiltinVersion;
    std::strncpy(entry.name, kernel->name, sizeof(entry.name) - 1);
    list.push_back(entry);
  }
  return list;
}

std::vector<cl_uint> sizes_of(const DeviceFacts& facts) {
  if (facts.spu) {
    const photic_spu_geometry& spu = *facts.spu;
    return {spu.mesh_cols,       spu.mesh_rows, spu.cores,  spu.neurons, spu.axons,
            spu.synapse_words,   spu.lanes,     spu.slots,  spu.walks,   spu.fanout_words,
            spu.io_fanout_words, spu.inputs,    spu.outputs};
  }
  const photic_capabilities& opu = facts.capabilities;
  return {opu.mirror_rows, opu.mirror_cols, opu.pixel_rows, opu.pixel_cols};
}

// Each of the following answers the queries of one kind and says whether it knew the name.

bool answer_text(const DeviceFacts& facts, cl_device_info name, const Answer& answer) {
  switch (name) {
    case CL_DEVICE_NAME:
      return answer.text(name_of(facts)), true;
    case CL_DEVICE_VENDOR:
      return answer.text(kName), true;
    case CL_DRIVER_VERSION:
      return answer.text(PHOTIC_VERSION), true;
    case CL_DEVICE_PROFILE:
      return answer.text("EMBEDDED_PROFILE"), true;
    case CL_DEVICE_VERSION:
      return answer.text(kVersionText), true;
    case CL_DEVICE_EXTENSIONS:
      return answer.text(names_of(extensions(), ' ')), true;
    case CL_DEVICE_BUILT_IN_KERNELS:
      return answer.text(names_of(kernels_of(facts), ';')), true;
    case CL_DEVICE_OPENCL_C_VERSION:
    case CL_DEVICE_IL_VERSION:
      return answer.text(""), true;
    case CL_DEVICE_LATEST_CONFORMANCE_VERSION_PASSED:
      return answer.text("v0000-01-01-00"), true;  // none
    case CL_DEVICE_GEOMETRY_PHOTIC:
      return answer.text(facts.capabilities.geometry), true;
    case CL_DEVICE_COUNTER_NAMES_PHOTIC:
      return answer.text(joined(facts.counters, ';', [](const std::string& counter) { return counter; })),
             true;
    default:
      return false;
  }
}

bool answer_list(const DeviceFacts& facts, cl_device_info name, const Answer& answer) {
  switch (name) {
    case CL_DEVICE_MAX_WORK_ITEM_SIZES:
      return answer.list(std::vector<size_t>{1, 1, 1}), true;
    case CL_DEVICE_PARTITION_PROPERTIES:
    case CL_DEVICE_PARTITION_TYPE:
      return answer.list(std::vector<cl_device_partition_property>{0}), true;
    case CL_DEVICE_EXTENSIONS_WITH_VERSION:
      return answer.list(extensions()), true;
    case CL_DEVICE_BUILT_IN_KERNELS_WITH_VERSION:
      return answer.list(kernels_of(facts)), true;
    case CL_DEVICE_ILS_WITH_VERSION:
    case CL_DEVICE_OPENCL_C_ALL_VERSIONS:
    case CL_DEVICE_OPENCL_C_FEATURES:
      return answer.list(std::vector<cl_name_version>{}), true;
    case CL_DEVICE_SIZES_PHOTIC:
      return answer.list(sizes_of(facts)), true;
    default:
      return false;
  }
}

bool answer_flag(const DeviceFacts& facts, cl_device_info name, const Answer& answer) {
  switch (name) {
    case CL_DEVICE_HOST_UNIFIED_MEMORY:
    case CL_DEVICE_ENDIAN_LITTLE:
    case CL_DEVICE_PREFERRED_INTEROP_USER_SYNC:
      return answer.flag(true), true;
    case CL_DEVICE_IMAGE_SUPPORT:
    case CL_DEVICE_ERROR_CORRECTION_SUPPORT:
    case CL_DEVICE_COMPILER_AVAILABLE:
    case CL_DEVICE_LINKER_AVAILABLE:
    case CL_DEVICE_SUB_GROUP_INDEPENDENT_FORWARD_PROGRESS:
    case CL_DEVICE_NON_UNIFORM_WORK_GROUP_SUPPORT:
    case CL_DEVICE_WORK_GROUP_COLLECTIVE_FUNCTIONS_SUPPORT:
    case CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT:
    case CL_DEVICE_PIPE_SUPPORT:
      return answer.flag(false), true;
    case CL_DEVICE_TIMED_PHOTIC:
      return answer.flag(facts.capabilities.timed != 0), true;
    default:
      return false;
  }
}

// cl_uint.
bool answer_number(const DeviceFacts& facts, cl_device_info name, const Answer& answer) {
  const auto number = [&](cl_uint value) { return answer.value(value), true; };
  switch (name) {
    case CL_DEVICE_VENDOR_ID:
      return number(kVendorId);
    case CL_DEVICE_MAX_COMPUTE_UNITS:
      return number(facts.spu ? facts.spu->cores : 1);
    case CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS:
      return number(3);
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_CHAR:
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_SHORT:
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_INT:
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_LONG:
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_FLOAT:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_CHAR:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_SHORT:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_INT:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_LONG:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT:
    case CL_DEVICE_REFERENCE_COUNT:
      return number(1);
    case CL_DEVICE_MAX_CLOCK_FREQUENCY:
      return number(facts.capabilities.clock_khz / 1000);
    case CL_DEVICE_ADDRESS_BITS:
      return number(64);
    case CL_DEVICE_MEM_BASE_ADDR_ALIGN:
      return number(kAddressAlignBits);
    case CL_DEVICE_MIN_DATA_TYPE_ALIGN_SIZE:
      return number(kAddressAlignBits / 8);
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_DOUBLE:
    case CL_DEVICE_PREFERRED_VECTOR_WIDTH_HALF:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE:
    case CL_DEVICE_NATIVE_VECTOR_WIDTH_HALF:
    case CL_DEVICE_MAX_READ_IMAGE_ARGS:
    case CL_DEVICE_MAX_WRITE_IMAGE_ARGS:
    case CL_DEVICE_MAX_READ_WRITE_IMAGE_ARGS:
    case CL_DEVICE_IMAGE_PITCH_ALIGNMENT:
    case CL_DEVICE_IMAGE_BASE_ADDRESS_ALIGNMENT:
    case CL_DEVICE_MAX_SAMPLERS:
    case CL_DEVICE_MAX_PIPE_ARGS:
    case CL_DEVICE_PIPE_MAX_ACTIVE_RESERVATIONS:
    case CL_DEVICE_PIPE_MAX_PACKET_SIZE:
    case CL_DEVICE_GLOBAL_MEM_CACHELINE_SIZE:
    case CL_DEVICE_MAX_CONSTANT_ARGS:
    case CL_DEVICE_QUEUE_ON_DEVICE_PREFERRED_SIZE:
    case CL_DEVICE_QUEUE_ON_DEVICE_MAX_SIZE:
    case CL_DEVICE_MAX_ON_DEVICE_QUEUES:
    case CL_DEVICE_MAX_ON_DEVICE_EVENTS:
    case CL_DEVICE_PARTITION_MAX_SUB_DEVICES:
    case CL_DEVICE_PREFERRED_PLATFORM_ATOMIC_ALIGNMENT:
    case CL_DEVICE_PREFERRED_GLOBAL_ATOMIC_ALIGNMENT:
    case CL_DEVICE_PREFERRED_LOCAL_ATOMIC_ALIGNMENT:
    case CL_DEVICE_MAX_NUM_SUB_GROUPS:
    case CL_DEVICE_OPENCL_C_NUMERIC_VERSION_KHR:
      return number(0);
    case CL_DEVICE_NUMERIC_VERSION:
      return number(CL_MAKE_VERSION(3, 0, 0));
    case CL_DEVICE_GLOBAL_MEM_CACHE_TYPE:
    case CL_DEVICE_LOCAL_MEM_TYPE:
      return number(CL_NONE);
    case CL_DEVICE_KIND_PHOTIC:
      return number(facts.capabilities.kind);
    default:
      return false;
  }
}

// size_t.
bool answer_size(cl_device_info name, const Answer& answer) {
  const auto size = [&](size_t value) { return answer.value(value), true; };
  switch (name) {
    case CL_DEVICE_MAX_WORK_GROUP_SIZE:
    case CL_DEVICE_PREFERRED_WORK_GROUP_SIZE_MULTIPLE:
    case CL_DEVICE_PROFILING_TIMER_RESOLUTION:  // nanoseconds
      return size(1);
    case CL_DEVICE_MAX_PARAMETER_SIZE:
      return size(1024);
    case CL_DEVICE_IMAGE2D_MAX_WIDTH:
    case CL_DEVICE_IMAGE2D_MAX_HEIGHT:
    case CL_DEVICE_IMAGE3D_MAX_WIDTH:
    case CL_DEVICE_IMAGE3D_MAX_HEIGHT:
    case CL_DEVICE_IMAGE3D_MAX_DEPTH:
    case CL_DEVICE_IMAGE_MAX_BUFFER_SIZE:
    case CL_DEVICE_IMAGE_MAX_ARRAY_SIZE:
    case CL_DEVICE_PRINTF_BUFFER_SIZE:
    case CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE:
    case CL_DEVICE_GLOBAL_VARIABLE_PREFERRED_TOTAL_SIZE:
      return size(0);
    default:
      return false;
  }
}

// cl_ulong and bit fields, which are as wide.
bool answer_wide(cl_device_info name, const Answer& answer) {
  const auto wide = [&](cl_ulong value) { return answer.value(value), true; };
  switch (name) {
    case CL_DEVICE_TYPE:
      return wide(CL_DEVICE_TYPE_CUSTOM);
    case CL_DEVICE_GLOBAL_MEM_SIZE:
      return wide(memory_of_machine());
    case CL_DEVICE_MAX_MEM_ALLOC_SIZE:
      return wide(largest_buffer());
    case CL_DEVICE_SINGLE_FP_CONFIG:
      return wide(CL_FP_ROUND_TO_NEAREST);
    case CL_DEVICE_EXECUTION_CAPABILITIES:
      return wide(CL_EXEC_KERNEL);
    case CL_DEVICE_QUEUE_ON_HOST_PROPERTIES:
      return wide(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE | CL_QUEUE_PROFILING_ENABLE);
    case CL_DEVICE_COMMAND_BUFFER_CAPABILITIES_KHR:
      return wide(CL_COMMAND_BUFFER_CAPABILITY_SIMULTANEOUS_USE_KHR |
                  CL_COMMAND_BUFFER_CAPABILITY_OUT_OF_ORDER_KHR);
    case CL_DEVICE_ATOMIC_MEMORY_CAPABILITIES:
      return wide(kAtomics);
    case CL_DEVICE_ATOMIC_FENCE_CAPABILITIES:
      return wide(kAtomics | CL_DEVICE_ATOMIC_ORDER_ACQ_REL);
    case CL_DEVICE_COMMAND_BUFFER_REQUIRED_QUEUE_PROPERTIES_KHR:
    case CL_DEVICE_DOUBLE_FP_CONFIG:
    case CL_DEVICE_GLOBAL_MEM_CACHE_SIZE:
    case CL_DEVICE_LOCAL_MEM_SIZE:
    case CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE:
    case CL_DEVICE_QUEUE_ON_DEVICE_PROPERTIES:
    case CL_DEVICE_PARTITION_AFFINITY_DOMAIN:
    case CL_DEVICE_SVM_CAPABILITIES:
    case CL_DEVICE_DEVICE_ENQUEUE_CAPABILITIES:
      return wide(0);
    default:
      return false;
  }
}

// What depends on the moment or on the handle.
bool answer_now(_cl_device_id& device, cl_device_info name, const Answer& answer) {
  switch (name) {
    case CL_DEVICE_AVAILABLE:
      return answer.flag(device.status() == PHOTIC_OK), true;
    case CL_DEVICE_STATUS_PHOTIC:
      return answer.value<cl_int>(device.status()), true;
    case CL_DEVICE_URI_PHOTIC:
      return answer.text(device.uri), true;
    case CL_DEVICE_PLATFORM:
      return answer.value<cl_platform_id>(&platform()), true;
    case CL_DEVICE_PARENT_DEVICE:
      return answer.value<cl_device_id>(nullptr), true;
    default:
      return false;
  }
}

}  // namespace

cl_int pclGetDeviceInfo(cl_device_id device, cl_device_info param_name, size_t param_value_size,
                        void* param_value, size_t* param_value_size_ret) {
  return guard([&] {
    check(device, CL_INVALID_DEVICE);
    const Answer answer(param_value_size, param_value, param_value_size_ret);
    if (answer_now(*device, param_name, answer)) {
      return;
    }
    const DeviceFacts facts = device->facts().value_or(DeviceFacts{});
    const bool known = answer_text(facts, param_name, answer) || answer_list(facts, param_name, answer) ||
                       answer_flag(facts, param_name, answer) || answer_number(facts, param_name, answer) ||
                       answer_size(param_name, answer) || answer_wide(param_name, answer);
    refuse_if(!known, CL_INVALID_VALUE);
  });
}

}  // namespace photic::opencl
