// SPDX-License-Identifier: Apache-2.0
// Router of a core: five inputs, five outputs, dimension order, credits.
`include "photic_assert.svh"

/// Moves flits east or west first, then south or north, then to its core.
///
/// Bit d of a vector belongs to direction d of photic_spu_pkg. A link that is valid in a cycle is taken in that cycle; a
/// credit pulse tells the sender of an input that a place in its queue is free. Protocol: docs/reference/spu-device.md 5.1.
module photic_spu_router (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,
  /// Level: back to the state of reset.
  input  logic        flush_i,

  /// Constants: outputs north, east, south and west that lead somewhere; the north output leads to a unit.
  input  logic [photic_spu_pkg::LOCAL-1:0] open_i,
  input  logic        north_unit_i,

  /// Inputs.
  input  logic [photic_spu_pkg::PORTS-1:0] link_valid_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] link_n_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] link_e_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] link_s_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] link_w_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] link_l_i,
  output logic [photic_spu_pkg::PORTS-1:0] credit_o,

  /// Outputs.
  output logic [photic_spu_pkg::PORTS-1:0] link_valid_o,
  output logic [photic_spu_pkg::FLIT_BITS-1:0] link_n_o,
  output logic [photic_spu_pkg::FLIT_BITS-1:0] link_e_o,
  output logic [photic_spu_pkg::FLIT_BITS-1:0] link_s_o,
  output logic [photic_spu_pkg::FLIT_BITS-1:0] link_w_o,
  output logic [photic_spu_pkg::FLIT_BITS-1:0] link_l_o,
  input  logic [photic_spu_pkg::PORTS-1:0] credit_i,

  /// Nothing is queued or on a link; flits dropped, and sent to another router or a unit north, in this cycle.
  output logic        idle_o,
  output logic [2:0]  drops_o,
  output logic [2:0]  hops_o
);

  localparam int unsigned Ports = photic_spu_pkg::PORTS;
  localparam int unsigned FlitBits = photic_spu_pkg::FLIT_BITS;

  logic [Ports-1:0] empty, pop, credit_q, pop_n, pop_e, pop_s, pop_w, pop_l, drop, sent;

  // The output a flit wants, one hot.
  function automatic logic [Ports-1:0] wanted(input logic [FlitBits-1:0] flit);
    logic [photic_spec_pkg::SPU_FLIT_DX_WIDTH-1:0] dx;
    logic [photic_spec_pkg::SPU_FLIT_DY_WIDTH-1:0] dy;
    dx = flit[photic_spec_pkg::SPU_FLIT_DX_LSB +: photic_spec_pkg::SPU_FLIT_DX_WIDTH];
    dy = flit[photic_spec_pkg::SPU_FLIT_DY_LSB +: photic_spec_pkg::SPU_FLIT_DY_WIDTH];
    wanted = '0;
    if (dx != '0) begin
      wanted[dx[$bits(dx)-1] ? photic_spu_pkg::WEST : photic_spu_pkg::EAST] = 1'b1;
    end else if (dy != '0) begin
      wanted[dy[$bits(dy)-1] ? photic_spu_pkg::NORTH : photic_spu_pkg::SOUTH] = 1'b1;
    end else begin
      wanted[photic_spu_pkg::LOCAL] = 1'b1;
    end
  endfunction

  for (genvar i = 0; i < Ports; i++) begin : gen_input
    logic [FlitBits-1:0] link, head;
    logic [Ports-1:0]    want;
    if (i == photic_spu_pkg::NORTH) begin : gen_n
      assign link = link_n_i;
    end else if (i == photic_spu_pkg::EAST) begin : gen_e
      assign link = link_e_i;
    end else if (i == photic_spu_pkg::SOUTH) begin : gen_s
      assign link = link_s_i;
    end else if (i == photic_spu_pkg::WEST) begin : gen_w
      assign link = link_w_i;
    end else begin : gen_l
      assign link = link_l_i;
    end
    assign want = empty[i] ? '0 : wanted(head);

    photic_fifo #(
      .Width(FlitBits),
      .Depth(photic_spec_pkg::FIFO_SPU_ROUTER)
    ) u_fifo (
      .clk_i,
      .rst_ni,
      .clear_i(flush_i),
      .push_i (link_valid_i[i]),
      .data_i (link),
      .full_o (),
      .pop_i  (pop[i]),
      .data_o (head),
      .empty_o(empty[i]),
      .count_o()
    );
  end

  for (genvar o = 0; o < Ports; o++) begin : gen_output
    logic [Ports-1:0]    want, pops;
    logic [FlitBits-1:0] link;
    logic                open, unit;
    for (genvar i = 0; i < Ports; i++) begin : gen_want
      assign want[i] = gen_input[i].want[o];
    end
    if (o == photic_spu_pkg::LOCAL) begin : gen_local
      assign open = 1'b1;
      assign unit = 1'b1;
    end else if (o == photic_spu_pkg::NORTH) begin : gen_north
      assign open = open_i[o];
      assign unit = north_unit_i;
    end else begin : gen_other
      assign open = open_i[o];
      assign unit = 1'b0;
    end

    photic_spu_output #(
      .Direction(o)
    ) u_output (
      .clk_i,
      .rst_ni,
      .flush_i,
      .open_i      (open),
      .unit_i      (unit),
      .want_i      (want),
      .head_n_i    (gen_input[photic_spu_pkg::NORTH].head),
      .head_e_i    (gen_input[photic_spu_pkg::EAST].head),
      .head_s_i    (gen_input[photic_spu_pkg::SOUTH].head),
      .head_w_i    (gen_input[photic_spu_pkg::WEST].head),
      .head_l_i    (gen_input[photic_spu_pkg::LOCAL].head),
      .pop_o       (pops),
      .link_valid_o(link_valid_o[o]),
      .link_o      (link),
      .credit_i    (credit_i[o]),
      .drop_o      (drop[o]),
      .sent_o      (sent[o])
    );
  end

  assign pop_n    = gen_output[photic_spu_pkg::NORTH].pops;
  assign pop_e    = gen_output[photic_spu_pkg::EAST].pops;
  assign pop_s    = gen_output[photic_spu_pkg::SOUTH].pops;
  assign pop_w    = gen_output[photic_spu_pkg::WEST].pops;
  assign pop_l    = gen_output[photic_spu_pkg::LOCAL].pops;
  assign pop      = pop_n | pop_e | pop_s | pop_w | pop_l;
  assign link_n_o = gen_output[photic_spu_pkg::NORTH].link;
  assign link_e_o = gen_output[photic_spu_pkg::EAST].link;
  assign link_s_o = gen_output[photic_spu_pkg::SOUTH].link;
  assign link_w_o = gen_output[photic_spu_pkg::WEST].link;
  assign link_l_o = gen_output[photic_spu_pkg::LOCAL].link;
  assign credit_o = credit_q;
  assign idle_o   = (&empty) && link_valid_o == '0;
  // What goes to the core is never dropped, and is no hop.
  assign drops_o  = 3'(drop[0]) + 3'(drop[1]) + 3'(drop[2]) + 3'(drop[3]);
  assign hops_o   = 3'(sent[0]) + 3'(sent[1]) + 3'(sent[2]) + 3'(sent[3]);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) credit_q <= '0;
    else credit_q <= flush_i ? '0 : pop;
  end

  `PHOTIC_ASSERT(OneGrantAnInput, (pop_n & (pop_e | pop_s | pop_w | pop_l)) == '0
    && (pop_e & (pop_s | pop_w | pop_l)) == '0 && (pop_s & (pop_w | pop_l)) == '0 && (pop_w & pop_l) == '0)

endmodule
