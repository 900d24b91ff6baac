/* SPDX-License-Identifier: Apache-2.0 */
/* What the Photic OpenCL platform offers beyond the standard: queries for device cycles, native status and
 * counters (cl_photic_device). Only needed by programs that use them. */
#ifndef CL_PHOTIC_H_
#define CL_PHOTIC_H_

#include <CL/cl.h>

#define CL_PHOTIC_DEVICE_EXTENSION_NAME "cl_photic_device"

/* cl_device_info */

/** cl_uint: PHOTIC_KIND_OPU or PHOTIC_KIND_SPU (photic.h). */
#define CL_DEVICE_KIND_PHOTIC 0x4F500001
/** char[]: what is behind the device. */
#define CL_DEVICE_URI_PHOTIC 0x4F500002
/** char[]: name of the geometry preset. */
#define CL_DEVICE_GEOMETRY_PHOTIC 0x4F500003
/** cl_bool: cycle queries mean something. */
#define CL_DEVICE_TIMED_PHOTIC 0x4F500004
/** char[]: names between semicolons, in the order in which photic_counters writes values. */
#define CL_DEVICE_COUNTER_NAMES_PHOTIC 0x4F500005
/** cl_int: photic_device_status. */
#define CL_DEVICE_STATUS_PHOTIC 0x4F500006
/** cl_uint[]: of an OPU mirror rows, mirror columns, pixel rows, pixel columns; of an SPU the fields of
 * photic_spu_geometry after struct_size. */
#define CL_DEVICE_SIZES_PHOTIC 0x4F500007

/* cl_profiling_info, of a command of a built-in kernel that runs on the device */

/** cl_ulong: device cycle when it was fetched. */
#define CL_PROFILING_COMMAND_START_CYCLE_PHOTIC 0x4F500011
/** cl_ulong: device cycle when its work was done. */
#define CL_PROFILING_COMMAND_END_CYCLE_PHOTIC 0x4F500012

/* cl_event_info, of such a command */

/** cl_int: photic_status. */
#define CL_EVENT_STATUS_PHOTIC 0x4F500021
/** char[]: status, place and reason in words; empty if it ended well. */
#define CL_EVENT_STATUS_TEXT_PHOTIC 0x4F500022
/** cl_ulong: photic_event_info.detail. */
#define CL_EVENT_DETAIL_PHOTIC 0x4F500023

/** Resets a device (photic_device_reset): its commands in flight end with a negative status, buffers, queues
 * and kernels stay usable. CL_INVALID_DEVICE, or CL_DEVICE_NOT_AVAILABLE if it stays lost. Found with
 * clGetExtensionFunctionAddressForPlatform. */
typedef cl_int(CL_API_CALL* clResetDevicePHOTIC_fn)(cl_device_id device);

#endif /* CL_PHOTIC_H_ */
