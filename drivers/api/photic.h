/* SPDX-License-Identifier: Apache-2.0 */
/* The driver's C API: devices, buffers, queues, commands and events of any Photic device, simulated or real.
 */
#ifndef PHOTIC_H_
#define PHOTIC_H_

/* A C program includes this, so the C++ names of these headers are no choice. */
/* NOLINTBEGIN(modernize-deprecated-headers) */
#include <stddef.h>
#include <stdint.h>
/* NOLINTEND(modernize-deprecated-headers) */

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PHOTIC_API __attribute__((visibility("default")))
#else
#define PHOTIC_API
#endif

/* Rules that hold for every function:
 *  - Any thread may call it at any time; a handle stays valid until its last release.
 *  - It returns a photic_status. On failure `photic_error_text` says what went wrong, where, and what helps;
 * outputs are untouched.
 *  - Handles are counted: creation gives one reference, retain adds one, release drops one. Releasing NULL is
 * allowed.
 *  - Structures that may grow start with `struct_size`; set it to sizeof(the structure) before the call.
 *  - No C++ exception leaves it. */

typedef struct photic_device_s* photic_device;
typedef struct photic_buffer_s* photic_buffer;
typedef struct photic_queue_s* photic_queue;
typedef struct photic_event_s* photic_event;

/* ---- Status ---- */

/** How a call or a command ended. Below 0x100 the device reported it, from 0x100 the driver did. */
typedef int32_t photic_status;
enum {
  PHOTIC_OK = 0x00,
  PHOTIC_INVALID_OPCODE = 0x01,
  PHOTIC_INVALID_FIELD = 0x02,
  PHOTIC_INVALID_MIRRORS = 0x03,
  PHOTIC_INVALID_CAMERA = 0x04,
  PHOTIC_INVALID_EXPOSURE = 0x05,
  PHOTIC_INVALID_ADDRESS = 0x06,
  PHOTIC_NOT_CALIBRATED = 0x07,
  PHOTIC_INVALID_REGION = 0x08,
  PHOTIC_INVALID_PROGRAM = 0x09,
  PHOTIC_INVALID_EVENTS = 0x0A,
  PHOTIC_DMA_READ_ERROR = 0x10,
  PHOTIC_DMA_WRITE_ERROR = 0x11,
  PHOTIC_TIMEOUT = 0x12,
  PHOTIC_SATURATED = 0x13,
  PHOTIC_LINK_ERROR = 0x14,
  PHOTIC_INVALID_ARGUMENT = 0x100,
  PHOTIC_INVALID_URI = 0x101,
  PHOTIC_NOT_FOUND = 0x102,
  PHOTIC_CONTRACT_MISMATCH = 0x103,
  PHOTIC_OUT_OF_MEMORY = 0x104,
  PHOTIC_QUEUE_FULL = 0x105,
  PHOTIC_BUSY = 0x106,
  PHOTIC_WAIT_TIMEOUT = 0x107,
  PHOTIC_DEVICE_LOST = 0x108,
  PHOTIC_DEPENDENCY_FAILED = 0x109,
  PHOTIC_CHECK_FAILED = 0x10A,
  PHOTIC_PROTOCOL_ERROR = 0x10B,
  PHOTIC_UNSUPPORTED = 0x10C,
  PHOTIC_INTERNAL = 0x10D
};

/** Name of a status as the contract spells it ("OK", "DMA_READ_ERROR", ...); "UNKNOWN" for a number not in
 * the list. Never NULL. */
PHOTIC_API const char* photic_status_name(photic_status status);

/** One sentence on a status. Never NULL. */
PHOTIC_API const char* photic_status_text(photic_status status);

/** What the last failed call of this thread reported. Valid until the thread's next failed call; never NULL.
 */
PHOTIC_API const char* photic_error_text(void);

/* ---- Devices ---- */

enum { PHOTIC_KIND_OPU = 1, PHOTIC_KIND_SPU = 2 };

/** What a device is. */
typedef struct photic_capabilities {
  uint32_t struct_size;
  uint32_t kind;        /**< PHOTIC_KIND_*. */
  char geometry[32];    /**< Name of the geometry preset. */
  uint32_t mirror_rows; /**< Mirror array of an OPU; 0 on other kinds. */
  uint32_t mirror_cols;
  uint32_t pixel_rows; /**< Pixel array of an OPU; 0 on other kinds. */
  uint32_t pixel_cols;
  uint32_t clock_khz;
  uint32_t queues;           /**< Queues the device has. */
  uint32_t ring_entries_max; /**< Largest ring. */
  uint32_t contract;         /**< Hash of the specification both sides were built from. */
  uint16_t version_major;
  uint16_t version_minor;
  uint32_t timed;   /**< 1: cycle stamps count device cycles; 0: the target is untimed and stamps are 0. */
  char target[256]; /**< What is behind the device, as a URI, cut to fit. */
} photic_capabilities;

/**
 * Opens the device `uri` names; NULL takes the environment variable PHOTIC_DEVICE.
 *
 * Forms: `golden:opu?geometry=gen3&seed=7`, `systemc:opu`, `rtl:opu?geometry=tiny`, `check:rtl,systemc:opu`,
 * `remote:/path.sock`; with `spu` in place of `opu` a spiking processing unit. Options of the driver itself:
 * `stall_ms` (a device without progress for so long is lost; default 10000) and `process` (1: run the target
 * in a process of its own even where it could run in this one). Fails with INVALID_URI, NOT_FOUND,
 * CONTRACT_MISMATCH, UNSUPPORTED, PROTOCOL_ERROR or DEVICE_LOST.
 */
PHOTIC_API photic_status photic_open(const char* uri, photic_device* device);
PHOTIC_API photic_status photic_device_retain(photic_device device);
/** The device closes when the last reference to it and to its buffers, queues and events is gone. */
PHOTIC_API photic_status photic_device_release(photic_device device);

PHOTIC_API photic_status photic_device_capabilities(photic_device device, photic_capabilities* capabilities);

/** Function-level reset. Pending events end with DEVICE_LOST and the text "reset"; buffers and queues stay
 * usable, settings return to their reset values, calibration is gone. Also recovers queues that failed, and a
 * device that was lost for want of progress, if its endpoint still answers. Other threads' waits go on being
 * bounded; what they submit meanwhile is refused with DEVICE_LOST. */
PHOTIC_API photic_status photic_device_reset(photic_device device);

/** OK while the device works; once it is lost DEVICE_LOST, CHECK_FAILED or PROTOCOL_ERROR, with the reason as
 * error text. Hardly blocks. */
PHOTIC_API photic_status photic_device_status(photic_device device);

/** What went wrong with a device, and what was put right without a program's help, since it was opened. A
 * reset does not clear it. docs/reference/driver.md says how each is detected. */
typedef struct photic_health {
  uint32_t struct_size;
  uint32_t reserved;           /**< 0. */
  uint64_t resets;             /**< Resets that succeeded. */
  uint64_t losses;             /**< Times the device was lost, whatever the cause. */
  uint64_t stalls;             /**< Of those: its heartbeat stood still for the stall time. */
  uint64_t queues_failed;      /**< Queues that failed while the device went on. */
  uint64_t ring_errors;        /**< Of those: the device could not access the ring. */
  uint64_t protocol_errors;    /**< Of those: a completion was not what the contract allows, or got lost. */
  uint64_t suspicions;         /**< Times a queue stood still so long that the device was asked about it. */
  uint64_t doorbells_repeated; /**< Doorbells that got lost and were rung again. */
  uint64_t interrupts_missed;  /**< Completions found without the interrupt they asked for, which never came.
                                  At least so many: an interrupt of a later completion can hide one. */
} photic_health;

/** Reads the driver's own counters of a device, lost or not. Asks the device nothing. */
PHOTIC_API photic_status photic_device_health(photic_device device, photic_health* health);

/** One 64-bit event counter of a device. */
typedef struct photic_counter {
  const char* name;        /**< Block and register ("OPU_FRAMES"); static storage. */
  const char* description; /**< Static storage. */
  uint64_t value;
} photic_counter;

/** Reads every counter the device has. `*count` becomes their number; at most `capacity` are stored.
 * `counters` may be NULL if `capacity` is 0. Counters are read one after the other: read them while the
 * device is idle for a consistent set. */
PHOTIC_API photic_status photic_device_counters(photic_device device, photic_counter* counters,
                                                size_t capacity, size_t* count);

/* ---- Buffers ---- */

/** A buffer's two faces. */
typedef struct photic_buffer_info {
  uint32_t struct_size;
  uint32_t imported;    /**< 1: the memory is the caller's. */
  void* host;           /**< Mapped for reading and writing in this process. */
  uint64_t bus_address; /**< What the device calls its first byte; page-aligned. */
  uint64_t size;        /**< Bytes, as asked for. */
} photic_buffer_info;

/** Allocates `size` bytes, zeroed, mapped in the host and in the device. */
PHOTIC_API photic_status photic_buffer_create(photic_device device, uint64_t size, photic_buffer* buffer);
/** Shares `size` bytes of a file from `offset` (a multiple of the page size) on. The descriptor is
 * duplicated; it must allow shared mapping for reading and writing, and the file must be at least `offset +
 * size` bytes long. */
PHOTIC_API photic_status photic_buffer_import_fd(photic_device device, int fd, uint64_t offset, uint64_t size,
                                                 photic_buffer* buffer);
/** Lends `size` bytes at `memory` (a multiple of the page size) to the device until the buffer is released. A
 * device in another process reaches it by messages, much more slowly than memory behind a descriptor;
 * UNSUPPORTED where a transport has neither. */
PHOTIC_API photic_status photic_buffer_import_memory(photic_device device, void* memory, uint64_t size,
                                                     photic_buffer* buffer);
PHOTIC_API photic_status photic_buffer_retain(photic_buffer buffer);
/** BUSY if this is the last reference and a command in flight names the buffer, or one of a failed queue that
 * the device may still be at work on; the reference is kept then. */
PHOTIC_API photic_status photic_buffer_release(photic_buffer buffer);
PHOTIC_API photic_status photic_buffer_get_info(photic_buffer buffer, photic_buffer_info* info);
/** Waits until no command in flight names the buffer, and no command of a failed queue that the device may
 * still be at work on. */
PHOTIC_API photic_status photic_buffer_finish(photic_buffer buffer, uint64_t timeout_ns);

/* ---- Queues ---- */

/** Opens one of the device's queues with a ring of `entries` (a power of two, 2 to ring_entries_max; 0 takes
 * the largest). It holds `entries - 1` commands. Commands of a queue start in the order of submission.
 * QUEUE_FULL when every queue of the device is open; BUSY while the only ones left are failed ones that the
 * device has not let go of. */
PHOTIC_API photic_status photic_queue_create(photic_device device, uint32_t entries, photic_queue* queue);
PHOTIC_API photic_status photic_queue_retain(photic_queue queue);
/** BUSY if this is the last reference and commands are in flight; the reference is kept then. */
PHOTIC_API photic_status photic_queue_release(photic_queue queue);
/** Waits until every command submitted so far has ended. Returns OK, or the first failure among commands
 * submitted without asking for their event since the last call. */
PHOTIC_API photic_status photic_queue_finish(photic_queue queue, uint64_t timeout_ns);

/* ---- Commands ---- */

enum {
  PHOTIC_OP_NOP = 0x01,
  PHOTIC_OP_OPU_PROJECT = 0x10,
  PHOTIC_OP_OPU_CALIBRATE = 0x11,
  PHOTIC_OP_SPU_WRITE = 0x20,
  PHOTIC_OP_SPU_READ = 0x21,
  PHOTIC_OP_SPU_CLEAR = 0x22,
  PHOTIC_OP_SPU_RUN = 0x23
};
enum { PHOTIC_SUBMIT_IRQ = 1, PHOTIC_SUBMIT_STRICT = 2 };
enum { PHOTIC_INPUT_U1 = 0, PHOTIC_INPUT_T2 = 1, PHOTIC_INPUT_U8 = 2, PHOTIC_INPUT_I8 = 3 };
enum { PHOTIC_OUTPUT_U8 = 0, PHOTIC_OUTPUT_I16 = 1, PHOTIC_OUTPUT_I32 = 2 };
enum {
  PHOTIC_SCHEME_INTENSITY = 0,
  PHOTIC_SCHEME_PHASE2 = 1,
  PHOTIC_SCHEME_PHASE3 = 2,
  PHOTIC_SCHEME_PHASE4 = 3,
  PHOTIC_SCHEME_ANCHOR = 4,
  PHOTIC_SCHEME_COMPLEMENT = 5
};
enum { PHOTIC_LAYOUT_SQUARE = 1, PHOTIC_LAYOUT_OUTSIDE_LIT = 2, PHOTIC_LAYOUT_REAL_ONLY = 4 };

/** A command as the device reads it: 64 bytes, little endian. The driver fills `command` and adds
 * PHOTIC_SUBMIT_IRQ; everything else goes to the device untouched. docs/reference/descriptors.md says what
 * the fields mean. Those from `features` on are the OPU's; the commands of an SPU (photic_spu.h) lay the same
 * 64 bytes out in their own way. */
typedef struct photic_submission {
  uint8_t opcode;
  uint8_t flags;
  uint16_t command;
  uint32_t timeout;
  uint64_t source;
  uint64_t destination;
  uint32_t features;
  uint16_t vectors;
  uint8_t input;
  uint8_t recovery;
  uint16_t mirror_row;
  uint16_t mirror_col;
  uint16_t mirror_rows;
  uint16_t mirror_cols;
  uint16_t macro;
  uint16_t grid_cols;
  uint16_t scale;
  uint8_t layout;
  uint8_t shift;
  uint16_t camera_row;
  uint16_t camera_rows;
  uint32_t outputs;
  uint32_t exposure;
  uint32_t frame;
} photic_submission;

/**
 * Submits one command. It starts once every event in `dependencies` has ended well; if one failed it ends
 * with DEPENDENCY_FAILED without reaching the device. Dependencies may be of other queues and of other
 * devices. Buffers that contain `source`, `destination` or the trace of an SPU's run cannot be freed until
 * the command has ended.
 * `event` may be NULL. QUEUE_FULL and DEVICE_LOST leave nothing submitted.
 */
PHOTIC_API photic_status photic_submit(photic_queue queue, const photic_submission* submission,
                                       const photic_event* dependencies, size_t dependency_count,
                                       photic_event* event);

/** Submits `count` commands with one doorbell, all or none. The dependencies hold for the whole batch.
 * `events` is NULL or takes `count` handles. */
PHOTIC_API photic_status photic_submit_batch(photic_queue queue, const photic_submission* submissions,
                                             size_t count, const photic_event* dependencies,
                                             size_t dependency_count, photic_event* events);

/** A NOP: completes without work, in queue order. */
PHOTIC_API photic_status photic_nop(photic_queue queue, const photic_event* dependencies,
                                    size_t dependency_count, photic_event* event);

/* ---- Optical processing unit ---- */

/* Functions that take a device or a queue end in UNSUPPORTED on a device of another kind. */

/** One projection (or calibration), field by field. Zero-initialise, then set what is needed. A calibration
 * takes the same description as the projections it is for: it leaves out what describes input and output. */
typedef struct photic_opu_project_desc {
  uint32_t struct_size;
  uint32_t timeout;       /**< Watchdog in units of 1024 device cycles; 0: the device's default. */
  uint64_t source;        /**< Bus address of the input vectors. */
  uint64_t destination;   /**< Bus address of the outputs. */
  uint32_t features;      /**< Entries of a vector. */
  uint32_t vectors;       /**< Vectors, 1 to 65535; of a calibration, frames to average. */
  uint32_t input_format;  /**< PHOTIC_INPUT_*. */
  uint32_t input_planes;  /**< Bit planes; 0: all the format has. */
  uint32_t scheme;        /**< PHOTIC_SCHEME_*. */
  uint32_t output_format; /**< PHOTIC_OUTPUT_*. */
  uint32_t layout;        /**< PHOTIC_LAYOUT_* flags. */
  uint32_t strict;        /**< 1: end with SATURATED when too many pixels clip. */
  uint32_t mirror_row;
  uint32_t mirror_col;
  uint32_t mirror_rows;
  uint32_t mirror_cols;
  uint32_t macro;     /**< Mirrors a feature (lined) or the side of a square. */
  uint32_t grid_cols; /**< Square macro-elements a row; 0 when lined. */
  uint32_t scale;     /**< Output multiplier. */
  uint32_t shift;     /**< Output right shift. */
  uint32_t camera_row;
  uint32_t camera_rows; /**< 0: the fewest that hold `outputs`. */
  uint32_t outputs;
  uint32_t exposure; /**< Device cycles. */
  uint32_t frame;    /**< Number of the first frame. */
} photic_opu_project_desc;

/** Packs `desc` into a command for `opcode` (PHOTIC_OP_OPU_PROJECT or _CALIBRATE). INVALID_ARGUMENT, naming
 * the field, if a value does not fit the record; whether values make sense together is the device's to judge.
 * `device` supplies the width of a camera row. */
PHOTIC_API photic_status photic_opu_pack(photic_device device, uint32_t opcode,
                                         const photic_opu_project_desc* desc, photic_submission* submission);
/** Bytes the input vectors and the outputs of `desc` take. */
PHOTIC_API photic_status photic_opu_sizes(const photic_opu_project_desc* desc, uint64_t* source_bytes,
                                          uint64_t* destination_bytes);
PHOTIC_API photic_status photic_opu_project(photic_queue queue, const photic_opu_project_desc* desc,
                                            const photic_event* dependencies, size_t dependency_count,
                                            photic_event* event);
PHOTIC_API photic_status photic_opu_calibrate(photic_queue queue, const photic_opu_project_desc* desc,
                                              const photic_event* dependencies, size_t dependency_count,
                                              photic_event* event);

/** Light and camera set-up, read by the device at the start of a command. */
typedef struct photic_opu_settings {
  uint32_t struct_size;
  uint32_t laser_power; /**< Linear drive, 0 to 65535. */
  uint32_t laser_shift; /**< Attenuation in powers of two, 0 to 63. */
  uint32_t adc_bits;    /**< Resolution of a pixel: 8, 10 or 12. */
} photic_opu_settings;

/** Changes the set-up. BUSY while commands are in flight: they would read a mixture. */
PHOTIC_API photic_status photic_opu_configure(photic_device device, const photic_opu_settings* settings);
PHOTIC_API photic_status photic_opu_get_settings(photic_device device, photic_opu_settings* settings);

/* ---- Events ---- */

#define PHOTIC_WAIT_FOREVER UINT64_MAX

/** What is known of a command. Times are CLOCK_MONOTONIC nanoseconds, 0 while not reached. */
typedef struct photic_event_info {
  uint32_t struct_size;
  photic_status status;  /**< BUSY while in flight. */
  uint64_t queued_ns;    /**< The submit call. */
  uint64_t submitted_ns; /**< The doorbell. */
  uint64_t completed_ns; /**< The driver saw the end. */
  uint64_t start_cycle;  /**< Device cycle when it was fetched. */
  uint64_t end_cycle;    /**< Device cycle when its work was done. */
  /** Bus address of a DMA error or of INVALID_EVENTS; a packed place for INVALID_PROGRAM and LINK_ERROR
   * (photic_spu_get_place); else an OPU's saturated camera pixels, or the steps an SPU_RUN did. */
  uint64_t detail;
} photic_event_info;

PHOTIC_API photic_status photic_event_retain(photic_event event);
/** Letting go of an event does not cancel its command. */
PHOTIC_API photic_status photic_event_release(photic_event event);
/** The command's status; BUSY while it is in flight. Never blocks. */
PHOTIC_API photic_status photic_event_status(photic_event event);
PHOTIC_API photic_status photic_event_get_info(photic_event event, photic_event_info* info);
/** Waits at most `timeout_ns`. Returns the command's status, or WAIT_TIMEOUT if it is still in flight. Even
 * PHOTIC_WAIT_FOREVER ends: a device without progress is lost after its stall time. */
PHOTIC_API photic_status photic_event_wait(photic_event event, uint64_t timeout_ns);
/** Waits for all. Returns OK, the status of the first in the list that failed, or WAIT_TIMEOUT. */
PHOTIC_API photic_status photic_wait_all(const photic_event* events, size_t count, uint64_t timeout_ns);
/** Waits for the first to end; `*index` becomes its place in the list. Returns that command's status, or
 * WAIT_TIMEOUT. */
PHOTIC_API photic_status photic_wait_any(const photic_event* events, size_t count, uint64_t timeout_ns,
                                         size_t* index);

#ifdef __cplusplus
}
#endif

#endif /* PHOTIC_H_ */
