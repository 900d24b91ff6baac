// SPDX-License-Identifier: Apache-2.0
// The fault register of a unit.

/// Keeps the fault with the lowest region, then word, of those reported since the last `forget_i`. A fault that is reported
/// in the cycle of `forget_i` is kept.
module photic_spu_fault (
  /// Clock, rising edge.
  input  logic clk_i,
  /// Reset, active low, asynchronous.
  input  logic rst_ni,
  /// Level: forgets all. Pulse: forgets what was.
  input  logic flush_i,
  input  logic forget_i,
  /// Faults of this cycle.
  input  photic_spu_pkg::spu_fault_t a_i,
  input  photic_spu_pkg::spu_fault_t b_i,
  input  photic_spu_pkg::spu_fault_t c_i,
  input  photic_spu_pkg::spu_fault_t d_i,
  output photic_spu_pkg::spu_fault_t fault_o
);

  localparam int unsigned Bits = $bits(fault_o);
  localparam int unsigned PlaceBits = photic_spu_pkg::REGION_BITS + photic_spu_pkg::PLACE_BITS;

  logic [Bits-1:0] fault_q, next;

  // Bit Bits - 1 is `valid`; the place lies in the low bits.
  function automatic logic [Bits-1:0] first(input logic [Bits-1:0] a, input logic [Bits-1:0] b);
    first = (b[Bits-1] && (!a[Bits-1] || b[PlaceBits-1:0] < a[PlaceBits-1:0])) ? b : a;
  endfunction

  always_comb begin
    next = forget_i ? '0 : fault_q;
    if (a_i.valid || b_i.valid || c_i.valid || d_i.valid) next = first(first(first(next, a_i), first(b_i, c_i)), d_i);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) fault_q <= '0;
    else fault_q <= flush_i ? '0 : next;
  end

  assign fault_o = fault_q;

endmodule
