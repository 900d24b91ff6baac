// SPDX-License-Identifier: Apache-2.0
// Records that pass between the blocks of the spiking unit, and the widths they share. The host never sees them.

// As in photic_link_pkg, widths that follow from the specification stand here as numbers; photic_spu_check compares them.
/* verilator lint_off UNUSEDPARAM */
package photic_spu_pkg;

  /// Inputs and outputs of a router, in the order of arbitration.
  localparam int unsigned PORTS = 5;
  localparam int unsigned NORTH = 0;
  localparam int unsigned EAST = 1;
  localparam int unsigned SOUTH = 2;
  localparam int unsigned WEST = 3;
  localparam int unsigned LOCAL = 4;

  localparam int unsigned FLIT_BITS = 64;
  /// Number of a unit, a region, a word of a region, a neuron or an axon.
  localparam int unsigned UNIT_BITS = 16;
  localparam int unsigned REGION_BITS = 8;
  localparam int unsigned PLACE_BITS = 24;
  localparam int unsigned SIZE_BITS = 16;
  /// Bits of the records that cross the boundary of a core as vectors.
  localparam int unsigned PULSES_BITS = 7;
  localparam int unsigned BUS_BITS = 50;
  localparam int unsigned FAULT_BITS = 34;
  /// Words of the COUNTER region.
  localparam int unsigned COUNTERS = 16;
  localparam int unsigned COUNTER_INDEX_BITS = 4;
  localparam int unsigned COUNTER_BITS = 48;
  localparam int unsigned VALUE_BITS = 24;
  localparam int unsigned SUM_BITS = 32;
  localparam int unsigned PAYLOAD_BITS = 16;

  /// An access to a memory of one unit; the word to write travels beside it.
  typedef struct packed {
    logic write;
    logic read;
    logic [UNIT_BITS-1:0] unit;
    logic [REGION_BITS-1:0] region;
    logic [PLACE_BITS-1:0] word;
  } spu_bus_t;

  /// Words of a region: of each of `total` / `words` units from `unit` on, `words` from `word` on; and where they lie in
  /// host memory.
  typedef struct packed {
    logic [63:0] address;
    logic [UNIT_BITS-1:0] unit;
    logic [REGION_BITS-1:0] region;
    logic [PLACE_BITS-1:0] word;
    logic [31:0] words;
    logic [31:0] total;
  } spu_stretch_t;

  /// A bit a region, numbered as in SPU_REGION.
  typedef struct packed {
    logic counter;
    logic accumulator;
    logic state;
    logic fanout;
    logic pointer;
    logic neuron;
    logic walk;
    logic synapse;
    logic axon;
    logic setup;
  } spu_regions_t;

  /// What control tells all units at once: pulses of one cycle, and the level `flush`.
  typedef struct packed {
    logic flush;
    logic forget;
    logic scan;
    logic clear_neurons;
    logic clear_outputs;
    logic clear_counters;
    logic sweep;
  } spu_pulses_t;

  /// A place at fault. `link`: LINK_ERROR, else INVALID_PROGRAM.
  typedef struct packed {
    logic valid;
    logic link;
    logic [REGION_BITS-1:0] region;
    logic [PLACE_BITS-1:0] word;
  } spu_fault_t;

  /// What happened in a unit in this cycle, for its counters.
  typedef struct packed {
    logic spike;
    logic [3:0] synaptic_ops;
    logic flit_in;
    logic flit_out;
    logic update;
    logic [4:0] saturations;
    logic [3:0] drops;
    logic parity_error;
    logic [8:0] synapse_reads;
    logic [2:0] hops;
    logic [1:0] table_reads;
    logic deliver;
    logic sweep;
    logic emit;
    logic stall;
  } spu_events_t;

  /// What happened in this cycle, for the device's counters.
  typedef struct packed {
    logic step;
    logic event_sent;
    logic scan;
    logic cycle_scan;
    logic cycle_clear;
    logic cycle_input;
    logic cycle_step;
    logic cycle_record;
    logic cycle_memory;
  } spu_counts_t;

endpackage
/* verilator lint_on UNUSEDPARAM */
