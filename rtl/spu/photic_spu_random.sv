// SPDX-License-Identifier: Apache-2.0
// Random bits of stochastic rounding, a function of seed, step, core and neuron.

/// The mixer of docs/reference/spu-device.md 2.6, a neuron a cycle.
///
/// Latency: two cycles from `index_i` to the outputs, half of the rounds in each.
module photic_spu_random (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Takes `index_i`; moves what was taken in the last cycle on.
  input  logic        en_i,
  input  logic [31:0] seed_i,
  input  logic [photic_spu_pkg::VALUE_BITS-1:0] step_i,
  input  logic [photic_spu_pkg::UNIT_BITS-1:0] core_i,
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] index_i,
  output logic [photic_spec_pkg::SPU_DECAY_SHIFT-1:0] current_o,
  output logic [photic_spec_pkg::SPU_DECAY_SHIFT-1:0] voltage_o,
  output logic [photic_spec_pkg::SPU_DECAY_SHIFT-1:0] adaptation_o
);

  localparam int unsigned Bits = photic_spu_pkg::VALUE_BITS;
  localparam int unsigned Rounds = photic_spec_pkg::SPU_RANDOM_ROUNDS;
  localparam int unsigned Half = Rounds / 2;
  localparam int unsigned Shift = photic_spec_pkg::SPU_DECAY_SHIFT;

  logic [Bits-1:0] p_q, q_q, p_end_q, q_end_q;

  // Rounds `from` to `from` + Half - 1 of the pair {p, q}.
  function automatic logic [2*Bits-1:0] mix(input logic [Bits-1:0] p_in, input logic [Bits-1:0] q_in,
                                            input logic [31:0] seed, input int unsigned from);
    logic [Bits-1:0] p, q, key;
    p = p_in;
    q = q_in;
    for (int unsigned j = 0; j < Half; j++) begin
      key = (((from + j) % 2 == 0) ? seed[0 +: Bits] : seed[8 +: Bits])
          + Bits'((from + j) * photic_spec_pkg::SPU_RANDOM_CONSTANT);
      p   = ({p[7:0], p[Bits-1:8]} + q) ^ key;
      q   = {q[Bits-4:0], q[Bits-1:Bits-3]} ^ p;
    end
    mix = {p, q};
  endfunction

  always_ff @(posedge clk_i) begin
    if (en_i) begin
      {p_q, q_q}         <= mix(step_i, {core_i[7:0], 16'd0} + Bits'(index_i), seed_i, 0);
      {p_end_q, q_end_q} <= mix(p_q, q_q, seed_i, Half);
    end
  end

  assign current_o    = p_end_q[0 +: Shift];
  assign voltage_o    = p_end_q[Shift +: Shift];
  assign adaptation_o = q_end_q[0 +: Shift];

endmodule
