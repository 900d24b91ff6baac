/* SPDX-License-Identifier: Apache-2.0 */
/* The driver's C API for spiking processing units: what one is, its memories, runs, and where a program or an
 * input stream is at fault. The rules of photic.h hold. What the words of a program mean:
 * docs/reference/descriptors.md. */
#ifndef PHOTIC_SPU_H_
#define PHOTIC_SPU_H_

#include "drivers/api/photic.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Every function here ends in UNSUPPORTED, with nothing submitted, on a device of another kind. */

/* ---- The device ---- */

/** Sizes of a spiking processing unit. Cores are numbered row by row; the number `cores` names the
 * input/output unit wherever a core is named. */
typedef struct photic_spu_geometry {
  uint32_t struct_size;
  uint32_t mesh_cols;
  uint32_t mesh_rows;
  uint32_t cores;           /**< mesh_cols x mesh_rows. */
  uint32_t neurons;         /**< Of a core. */
  uint32_t axons;           /**< Of a core. */
  uint32_t synapse_words;   /**< 64-bit words of weights of a core. */
  uint32_t lanes;           /**< Weights a core adds in a cycle. */
  uint32_t slots;           /**< Delay slots of an accumulator. */
  uint32_t walks;           /**< Of a core. */
  uint32_t fanout_words;    /**< Of a core, two entries each. */
  uint32_t io_fanout_words; /**< Of the input/output unit, two entries each. */
  uint32_t inputs;          /**< Sources of the input/output unit. */
  uint32_t outputs;         /**< Outputs of the input/output unit. */
} photic_spu_geometry;

PHOTIC_API photic_status photic_spu_get_geometry(photic_device device, photic_spu_geometry* geometry);

/** What the device reads at the start of a command. */
typedef struct photic_spu_settings {
  uint32_t struct_size;
  uint32_t seed; /**< Of stochastic rounding. */
} photic_spu_settings;

/** Changes the set-up. BUSY while commands are in flight: some would read the old one. */
PHOTIC_API photic_status photic_spu_configure(photic_device device, const photic_spu_settings* settings);
PHOTIC_API photic_status photic_spu_get_settings(photic_device device, photic_spu_settings* settings);

/* ---- Memories ---- */

enum {
  PHOTIC_SPU_REGION_CONFIG = 0,
  PHOTIC_SPU_REGION_AXON = 1,
  PHOTIC_SPU_REGION_SYNAPSE = 2,
  PHOTIC_SPU_REGION_WALK = 3,
  PHOTIC_SPU_REGION_NEURON = 4,
  PHOTIC_SPU_REGION_POINTER = 5,
  PHOTIC_SPU_REGION_FANOUT = 6,
  PHOTIC_SPU_REGION_STATE = 7,
  PHOTIC_SPU_REGION_ACCUMULATOR = 8,
  PHOTIC_SPU_REGION_COUNTER = 9
};

/** 64-bit words of `region` in `core` (or in the input/output unit); 0 for a region it does not have.
 * INVALID_ARGUMENT for a core that does not exist. */
PHOTIC_API photic_status photic_spu_region_words(photic_device device, uint32_t core, uint32_t region,
                                                 uint64_t* words);

/** One transfer between a buffer and the memories of cores: `words` words from `word` on of `region` in
 * `cores` cores from `core` on, one core after the other, from byte `offset` of `buffer` on. Zero-initialise,
 * then set what is needed. */
typedef struct photic_spu_memory_desc {
  uint32_t struct_size;
  uint32_t timeout; /**< Watchdog in units of 1024 device cycles; 0: the device's default. */
  photic_buffer buffer;
  uint64_t offset; /**< Bytes, a multiple of 8. */
  uint32_t core;
  uint32_t cores;  /**< At least 1; the input/output unit goes alone. */
  uint32_t region; /**< PHOTIC_SPU_REGION_*. */
  uint32_t word;
  uint32_t words; /**< Of each core, at least 1. */
} photic_spu_memory_desc;

/** Packs `desc` into a command for `opcode` (PHOTIC_OP_SPU_WRITE or _READ), for photic_submit_batch.
 * INVALID_ARGUMENT, naming the field, if a value does not fit the record, the words leave the buffer, or the
 * buffer is another device's; cores, regions and words are the device's to judge. */
PHOTIC_API photic_status photic_spu_pack_memory(photic_device device, uint32_t opcode,
                                                const photic_spu_memory_desc* desc,
                                                photic_submission* submission);
/** Copies words from the buffer to the device. Fails as photic_spu_pack_memory and photic_submit do; the
 * command may end with INVALID_FIELD, INVALID_REGION, INVALID_ADDRESS, DMA_READ_ERROR or TIMEOUT. */
PHOTIC_API photic_status photic_spu_write(photic_queue queue, const photic_spu_memory_desc* desc,
                                          const photic_event* dependencies, size_t dependency_count,
                                          photic_event* event);
/** Copies words from the device to the buffer. As photic_spu_write, with DMA_WRITE_ERROR. */
PHOTIC_API photic_status photic_spu_read(photic_queue queue, const photic_spu_memory_desc* desc,
                                         const photic_event* dependencies, size_t dependency_count,
                                         photic_event* event);

/** What photic_spu_clear sets to 0, in all cores and the input/output unit. */
enum { PHOTIC_SPU_CLEAR_STATE = 1, PHOTIC_SPU_CLEAR_COUNTERS = 2 };

/** Sets neuron states, accumulators and outputs (STATE) or counters and signatures (COUNTERS) to 0. `what` is
 * PHOTIC_SPU_CLEAR_* flags; the device ends anything else with INVALID_FIELD. */
PHOTIC_API photic_status photic_spu_clear(photic_queue queue, uint32_t what, const photic_event* dependencies,
                                          size_t dependency_count, photic_event* event);

/* ---- Runs ---- */

enum {
  PHOTIC_SPU_RECORD_NONE = 0,
  PHOTIC_SPU_RECORD_BITS = 1,
  PHOTIC_SPU_RECORD_I32 = 2,
  PHOTIC_SPU_RECORD_STATES = 3
};

/** Steps to run. Zero-initialise, then set what is needed. */
typedef struct photic_spu_run_desc {
  uint32_t struct_size;
  uint32_t timeout;            /**< Watchdog in units of 1024 device cycles; 0: the device's default. */
  photic_buffer source;        /**< Input stream; NULL: none. */
  uint64_t source_offset;      /**< Bytes, a multiple of 8. */
  photic_buffer destination;   /**< Takes the records; NULL with RECORD_NONE. */
  uint64_t destination_offset; /**< Bytes, a multiple of 8. */
  photic_buffer trace;         /**< Takes the COUNTER words of all units after every step; NULL: no trace. */
  uint64_t trace_offset;       /**< Bytes, a multiple of 8. */
  uint32_t source_words;       /**< 64-bit words of the input stream; 0: no inputs. */
  uint32_t step;               /**< Number of the first step. */
  uint32_t steps;              /**< At least 1. */
  uint32_t epoch;              /**< State is cleared after every so many steps; 0: never. */
  uint32_t period;             /**< A record after every so many steps; 0 with RECORD_NONE. */
  uint32_t record;             /**< PHOTIC_SPU_RECORD_*. */
  uint32_t outputs;            /**< BITS, I32: outputs of a record, from output 0 on. */
  uint32_t probe_core;         /**< STATES: core. */
  uint32_t probe_neuron;       /**< STATES: first neuron. */
  uint32_t probe_neurons;      /**< STATES: neurons. */
  uint32_t clear_first;        /**< 1: neurons, accumulators and outputs are cleared before the first step. */
  uint32_t strict;             /**< 1: end with SATURATED when a core saturated. */
} photic_spu_run_desc;

/** Bytes the input stream, all records and the trace of `desc` take (the trace also if it asks for none);
 * buffers and offsets are not looked at.
 * INVALID_ARGUMENT for a record that does not exist. */
PHOTIC_API photic_status photic_spu_run_sizes(photic_device device, const photic_spu_run_desc* desc,
                                              uint64_t* source_bytes, uint64_t* destination_bytes,
                                              uint64_t* trace_bytes);
/** Packs `desc` into a command, for photic_submit_batch. INVALID_ARGUMENT as of photic_spu_pack_memory. */
PHOTIC_API photic_status photic_spu_pack_run(photic_device device, const photic_spu_run_desc* desc,
                                             photic_submission* submission);
/** Runs steps. The command may end with INVALID_FIELD, INVALID_REGION, INVALID_ADDRESS, INVALID_PROGRAM,
 * INVALID_EVENTS, LINK_ERROR, DMA_READ_ERROR, DMA_WRITE_ERROR, SATURATED or TIMEOUT. */
PHOTIC_API photic_status photic_spu_run(photic_queue queue, const photic_spu_run_desc* desc,
                                        const photic_event* dependencies, size_t dependency_count,
                                        photic_event* event);

/* ---- Faults ---- */

/** The first place of a program that is at fault. */
typedef struct photic_spu_place {
  uint32_t struct_size;
  uint32_t core;   /**< Core, or the number of cores for the input/output unit. */
  uint32_t region; /**< PHOTIC_SPU_REGION_*; AXON for LINK_ERROR. */
  uint32_t word;   /**< Word in the region; the axon of the flit for LINK_ERROR. */
} photic_spu_place;

/** Where INVALID_PROGRAM or LINK_ERROR arose. BUSY while the command is in flight; INVALID_ARGUMENT if it
 * ended in another way. */
PHOTIC_API photic_status photic_spu_get_place(photic_event event, photic_spu_place* place);

/** Parts of a command that lie in host memory. */
enum {
  PHOTIC_SPU_OPERAND_NONE = 0,
  PHOTIC_SPU_OPERAND_SOURCE = 1,
  PHOTIC_SPU_OPERAND_DESTINATION = 2,
  PHOTIC_SPU_OPERAND_TRACE = 3
};

/** The host memory at fault. */
typedef struct photic_spu_fault {
  uint32_t struct_size;
  uint32_t operand;     /**< PHOTIC_SPU_OPERAND_*; NONE if the address is in no part of the command. */
  uint64_t bus_address; /**< What the device reported. */
  uint64_t offset;      /**< Bytes from the start of the operand: from byte `source_offset` of the buffer. */
} photic_spu_fault;

/** Where INVALID_EVENTS, DMA_READ_ERROR or DMA_WRITE_ERROR arose. An input stream that is too short has its
 * fault just behind its end. BUSY while the command is in flight; INVALID_ARGUMENT if it ended in another
 * way. */
PHOTIC_API photic_status photic_spu_get_fault(photic_event event, photic_spu_fault* fault);

#ifdef __cplusplus
}
#endif

#endif /* PHOTIC_SPU_H_ */
