// SPDX-License-Identifier: Apache-2.0
// First-in first-out queue with a registered count.
`include "photic_assert.svh"

/// Queue whose flags are those of the stored count.
///
/// A word pushed in one cycle can be popped from the next one on; `data_o` shows the oldest word without being asked.
/// A full queue takes nothing, even when it is popped in the same cycle: pushing then, or popping an empty queue, is a
/// defect of the user and has no effect.
module photic_fifo #(
  /// Bits of a word.
  parameter int unsigned Width = 8,
  /// Words held, at least two.
  parameter int unsigned Depth = 4,
  /// Bits of the count.
  localparam int unsigned CountBits = $clog2(Depth + 1)
) (
  /// Clock, rising edge.
  input  logic                 clk_i,
  /// Reset, active low, asynchronous.
  input  logic                 rst_ni,
  /// Empties the queue at the edge; wins over push and pop.
  input  logic                 clear_i,
  /// Takes `data_i` unless full.
  input  logic                 push_i,
  input  logic [Width-1:0]     data_i,
  output logic                 full_o,
  /// Drops the oldest word.
  input  logic                 pop_i,
  /// Oldest word; meaningless while empty.
  output logic [Width-1:0]     data_o,
  output logic                 empty_o,
  /// Words held at the start of the cycle.
  output logic [CountBits-1:0] count_o
);

  localparam int unsigned IndexBits = $clog2(Depth);
  localparam logic [IndexBits-1:0] LAST = IndexBits'(Depth - 1);

  logic [Width-1:0]     words_q [Depth];
  logic [IndexBits-1:0] head_q, tail_q;
  logic [CountBits-1:0] count_q;
  logic                 push, pop;

  assign full_o  = count_q == CountBits'(Depth);
  assign empty_o = count_q == '0;
  assign count_o = count_q;
  assign data_o  = words_q[head_q];
  assign push    = push_i && !full_o;
  assign pop     = pop_i && !empty_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_q  <= '0;
      tail_q  <= '0;
      count_q <= '0;
    end else if (clear_i) begin
      head_q  <= '0;
      tail_q  <= '0;
      count_q <= '0;
    end else begin
      if (push) tail_q <= (tail_q == LAST) ? '0 : tail_q + 1'b1;
      if (pop) head_q <= (head_q == LAST) ? '0 : head_q + 1'b1;
      if (push && !pop) count_q <= count_q + 1'b1;
      if (pop && !push) count_q <= count_q - 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (push) words_q[tail_q] <= data_i;
  end

  `PHOTIC_ASSERT(NoOverflow, !(push_i && full_o && !clear_i))
  `PHOTIC_ASSERT(NoUnderflow, !(pop_i && empty_o && !clear_i))

endmodule
