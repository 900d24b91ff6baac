// SPDX-License-Identifier: Apache-2.0
// One output of a router: arbitration, credits and the link register.
`include "photic_assert.svh"

/// Takes, while it has credit, the first flit that wants it from the inputs after the one served last, and puts it on the
/// link with one hop less to go.
///
/// Latency: one cycle from the head of an input to the link. Protocol: docs/reference/spu-device.md 5.1.
module photic_spu_output #(
  /// Which output this is.
  parameter int unsigned Direction = photic_spu_pkg::LOCAL
) (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,
  /// Level: back to the state of reset.
  input  logic        flush_i,

  /// Constant: leads somewhere; otherwise what it takes is dropped. Leads to a unit, whose queue is the larger one.
  input  logic        open_i,
  input  logic        unit_i,

  /// Inputs whose first flit wants this output; the first flits; inputs to pop.
  input  logic [photic_spu_pkg::PORTS-1:0] want_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] head_n_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] head_e_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] head_s_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] head_w_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] head_l_i,
  output logic [photic_spu_pkg::PORTS-1:0] pop_o,

  /// The link; pulse: the receiver took a flit out of its queue.
  output logic        link_valid_o,
  output logic [photic_spu_pkg::FLIT_BITS-1:0] link_o,
  input  logic        credit_i,

  /// A flit was taken and dropped in this cycle; was sent.
  output logic        drop_o,
  output logic        sent_o
);

  localparam int unsigned Ports = photic_spu_pkg::PORTS;
  localparam int unsigned PortBits = $clog2(Ports);
  localparam int unsigned UsedBits = $clog2(photic_spec_pkg::FIFO_SPU_RECEIVE + 1);
  localparam int unsigned DxLsb = photic_spec_pkg::SPU_FLIT_DX_LSB;
  localparam int unsigned DyLsb = photic_spec_pkg::SPU_FLIT_DY_LSB;
  localparam int unsigned DxBits = photic_spec_pkg::SPU_FLIT_DX_WIDTH;
  localparam int unsigned DyBits = photic_spec_pkg::SPU_FLIT_DY_WIDTH;

  logic [PortBits-1:0]                  last_q, grant;
  logic [UsedBits-1:0]                  used_q, limit;
  logic                                 room, take, link_valid_q;
  logic [photic_spu_pkg::FLIT_BITS-1:0] head, next, link_q;

  // Port number `last` + `distance`, modulo the ports.
  function automatic logic [PortBits-1:0] after(input logic [PortBits-1:0] last, input int unsigned distance);
    int unsigned port;
    port  = 32'(last) + distance;
    after = PortBits'((port >= Ports) ? port - Ports : port);
  endfunction

  assign limit = unit_i ? UsedBits'(photic_spec_pkg::FIFO_SPU_RECEIVE) : UsedBits'(photic_spec_pkg::FIFO_SPU_ROUTER);
  assign room  = !open_i || used_q < limit;
  assign take  = want_i != '0 && room && !flush_i;

  always_comb begin
    grant = last_q;
    head  = head_l_i;
    if (take) begin
      for (int unsigned distance = Ports; distance > 0; distance--) begin
        if (want_i[after(last_q, distance)]) grant = after(last_q, distance);
      end
      case (grant)
        PortBits'(photic_spu_pkg::NORTH): head = head_n_i;
        PortBits'(photic_spu_pkg::EAST):  head = head_e_i;
        PortBits'(photic_spu_pkg::SOUTH): head = head_s_i;
        PortBits'(photic_spu_pkg::WEST):  head = head_w_i;
        default:                          head = head_l_i;
      endcase
    end
  end

  // One hop less; the parity bit follows the bits that changed.
  always_comb begin
    next = head;
    case (Direction)
      photic_spu_pkg::EAST:  next[DxLsb +: DxBits] = head[DxLsb +: DxBits] - 1'b1;
      photic_spu_pkg::WEST:  next[DxLsb +: DxBits] = head[DxLsb +: DxBits] + 1'b1;
      photic_spu_pkg::SOUTH: next[DyLsb +: DyBits] = head[DyLsb +: DyBits] - 1'b1;
      photic_spu_pkg::NORTH: next[DyLsb +: DyBits] = head[DyLsb +: DyBits] + 1'b1;
      default: ;
    endcase
    next[photic_spec_pkg::SPU_FLIT_PARITY_LSB] = head[photic_spec_pkg::SPU_FLIT_PARITY_LSB]
      ^ (^head[DxLsb +: DxBits]) ^ (^next[DxLsb +: DxBits]) ^ (^head[DyLsb +: DyBits]) ^ (^next[DyLsb +: DyBits]);
  end

  assign pop_o        = take ? Ports'(1) << grant : '0;
  assign drop_o       = take && !open_i;
  assign sent_o       = take && open_i;
  assign link_valid_o = link_valid_q;
  assign link_o       = link_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      last_q       <= PortBits'(photic_spu_pkg::LOCAL);
      used_q       <= '0;
      link_valid_q <= 1'b0;
      link_q       <= '0;
    end else if (flush_i) begin
      last_q       <= PortBits'(photic_spu_pkg::LOCAL);
      used_q       <= '0;
      link_valid_q <= 1'b0;
    end else begin
      link_valid_q <= sent_o;
      if (take) last_q <= grant;
      if (sent_o) link_q <= next;
      if (sent_o && !credit_i) used_q <= used_q + 1'b1;
      if (credit_i && !sent_o) used_q <= used_q - 1'b1;
    end
  end

  `PHOTIC_ASSERT(CreditsWithinQueue, flush_i || used_q <= limit && !(credit_i && used_q == '0))
  `PHOTIC_ASSERT(GrantWantsThis, !take || want_i[grant])

endmodule
