/* SPDX-License-Identifier: Apache-2.0 */
/* What the Photic OpenCL platform offers beyond the standard: queries for device cycles, native status and
 * counters (cl_photic_device). Only needed by programs that use them. */
#ifndef CL_PHOTIC_H_
#define CL_PHOTIC_H_

#include <CL/cl.h>

#define CL_PHOTIC_DEVICE_EXTENSION_NAME "cl_photic_device"

/* cl_device_info */
#define CL_DEVICE_KIND_PHOTIC 0x4F500001          /* cl_uint: PHOTIC_KIND_OPU or PHOTIC_KIND_SPU (photic.h) */
#define CL_DEVICE_URI_PHOTIC 0x4F500002           /* char[]: what is behind the device */
#define CL_DEVICE_GEOMETRY_PHOTIC 0x4F500003      /* char[]: geometry preset */
#define CL_DEVICE_TIMED_PHOTIC 0x4F500004         /* cl_bool: cycle queries mean something */
#define CL_DEVICE_COUNTER_NAMES_PHOTIC 0x4F500005 /* char[]: ';' list, in the order photic_counters writes */
#define CL_DEVICE_STATUS_PHOTIC 0x4F500006        /* cl_int: photic_device_status */
#define CL_DEVICE_SIZES_PHOTIC 0x4F500007         /* cl_uint[]: OPU: mirror rows, columns, pixel rows, columns;
                                                     SPU: the fields of photic_spu_geometry after struct_size */

/* cl_profiling_info, of a command of a built-in kernel that runs on the device */
#define CL_PROFILING_COMMAND_START_CYCLE_PHOTIC 0x4F500011 /* cl_ulong: device cycle when it was fetched */
#define CL_PROFILING_COMMAND_END_CYCLE_PHOTIC 0x4F500012   /* cl_ulong: device cycle when its work was done */

/* cl_event_info, of such a command */
#define CL_EVENT_STATUS_PHOTIC 0x4F500021      /* cl_int: photic_status */
#define CL_EVENT_STATUS_TEXT_PHOTIC 0x4F500022 /* char[]: status, place and reason in words; empty if it ended well */
#define CL_EVENT_DETAIL_PHOTIC 0x4F500023      /* cl_ulong: photic_event_info.detail */

/** Resets a device (photic_device_reset): its commands in flight end with a negative status, buffers, queues
 * and kernels stay usable. CL_INVALID_DEVICE, or CL_DEVICE_NOT_AVAILABLE if it stays lost. Found with
 * clGetExtensionFunctionAddressForPlatform. */
typedef cl_int(CL_API_CALL* clResetDevicePHOTIC_fn)(cl_device_id device);

#endif /* CL_PHOTIC_H_ */
