// SPDX-License-Identifier: Apache-2.0
// Records that pass between blocks, and the widths they share. The host never sees them.

// Yosys 0.23 does not find names of one package in another, so widths that follow from the specification stand here as
// numbers and photic_link_check.sv compares them with it.
/* verilator lint_off UNUSEDPARAM */
package photic_link_pkg;

  localparam int unsigned ADDRESS_BITS = 64;
  localparam int unsigned WORD_BITS = 64;
  localparam int unsigned WORD_BYTES = 8;
  /// Pixels of a camera beat.
  localparam int unsigned PIXELS = 4;
  /// Mirrors of a mirror word.
  localparam int unsigned MIRRORS = 16;
  /// Requests that wait in front of the DMA engines.
  localparam int unsigned READ_REQUESTS = 2;
  localparam int unsigned WRITE_REQUESTS = 4;
  /// Interrupt vectors: one a queue and one for errors.
  localparam int unsigned VECTORS = 5;
  /// Number of a queue, index in a ring, status code, combiner coefficient and combiner sum.
  localparam int unsigned QUEUE_BITS = 2;
  localparam int unsigned INDEX_BITS = 16;
  localparam int unsigned STATUS_BITS = 16;
  localparam int unsigned COEFFICIENT_BITS = 14;
  localparam int unsigned SUM_BITS = 32;

  /// AXI4: response of a granted access, incrementing burst, beats of 8 bytes.
  localparam logic [1:0] AXI_OKAY = 2'b00;
  localparam logic [1:0] AXI_INCR = 2'b01;
  localparam logic [2:0] AXI_SIZE = 3'b011;
  localparam int unsigned AXI_LEN_BITS = 8;

  /// A stretch of host memory, in 64-bit words from an 8-byte boundary on.
  typedef struct packed {
    logic [ADDRESS_BITS-1:0] address;
    logic [31:0] words;
  } dma_request_t;

  /// A word of host memory; 0 with `error` when its read was refused.
  typedef struct packed {
    logic error;
    logic [WORD_BITS-1:0] data;
  } read_word_t;

  /// What the ring engine needs to know of a queue. Indices are modulo the ring size.
  typedef struct packed {
    logic [ADDRESS_BITS-1:0] sq_base;
    logic [ADDRESS_BITS-1:0] cq_base;
    logic [INDEX_BITS-1:0] sq_head;
    logic [INDEX_BITS-1:0] cq_tail;
    logic phase;
  } queue_t;

  /// The failure that halted a queue.
  typedef struct packed {
    logic [STATUS_BITS-1:0] status;
    logic [QUEUE_BITS-1:0] index;
    logic [ADDRESS_BITS-1:0] address;
  } failure_t;

  /// A camera frame on its way from mirrors to sums. Coefficients include the weight of the bit plane.
  typedef struct packed {
    logic [31:0] number;
    logic blocked;
    logic [3:0] phase;
    logic signed [COEFFICIENT_BITS-1:0] re;
    logic signed [COEFFICIENT_BITS-1:0] im;
    logic signed [COEFFICIENT_BITS-1:0] calibration;
    logic first;
    logic last;
    logic calibrating;
  } frame_t;

  /// Four recovered pixels; lane i of `re` and `im` belongs to bit i of `mask`, which tells pixels in use.
  typedef struct packed {
    logic last;
    logic [PIXELS-1:0] mask;
    logic [PIXELS*SUM_BITS-1:0] re;
    logic [PIXELS*SUM_BITS-1:0] im;
  } group_t;

  /// What happened in this cycle, for the shell's counters.
  typedef struct packed {
    logic command;
    logic command_failed;
    logic read_beat;
    logic write_beat;
  } shell_counts_t;

  /// What happened in this cycle, for the optical counters. `latch` qualifies the three fields after it.
  typedef struct packed {
    logic frame;
    logic vector_done;
    logic latch;
    logic [31:0] mirror_words;
    logic [31:0] period;
    logic [31:0] exposure;
    logic [2:0] pixels_read;
    logic [2:0] pixels_saturated;
    logic frame_dark;
    logic [2:0] outputs_saturated;
    logic stall;
    logic wait_load;
  } opu_counts_t;

endpackage
/* verilator lint_on UNUSEDPARAM */
