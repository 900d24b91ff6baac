// SPDX-License-Identifier: Apache-2.0
// The accumulators of a core, one bank a lane, and who may use them.
`include "photic_assert.svh"

/// Accumulator of slot s and neuron n is number s Neurons + n; lane n mod Lanes holds it. Groups of Lanes neighbours are
/// added to in one cycle.
///
/// Latency: a group handed over in one cycle is added in the next; a number read with a `..._rd_i` is on `data_o` in the
/// next cycle. The users take turns: deliver, sweep and host never meet.
module photic_spu_accumulators #(
  /// A multiple of the lanes.
  parameter int unsigned Neurons = 16,
  parameter int unsigned Slots = 4,
  parameter int unsigned Lanes = 2,
  localparam int unsigned Numbers = Slots * Neurons,
  localparam int unsigned NumberBits = (Numbers > 1) ? $clog2(Numbers) : 1,
  localparam int unsigned Groups = Numbers / Lanes,
  localparam int unsigned GroupBits = (Groups > 1) ? $clog2(Groups) : 1
) (
  /// Clock, rising edge.
  input  logic       clk_i,
  /// Reset, active low, asynchronous.
  input  logic       rst_ni,
  /// Level: nothing is stored.
  input  logic       flush_i,

  /// Deliver: lanes of group `add_group_i` that take a weight. In a row, lane l has bits l b to l b + b - 1 of
  /// `add_word_i`; `add_single_i`: the one lane has them in bits 7:0.
  input  logic [Lanes-1:0] add_i,
  input  logic [GroupBits-1:0] add_group_i,
  input  logic [63:0] add_word_i,
  input  logic       add_single_i,
  input  logic [1:0] bits_i,
  input  logic [1:0] code_i,
  input  logic       align_i,
  input  logic       pool_i,
  input  logic [3:0] exponent_i,
  input  logic [photic_spu_pkg::PAYLOAD_BITS-1:0] payload_i,
  /// Weights taken in this cycle, and those of them that clipped.
  output logic [3:0] added_o,
  output logic [3:0] clipped_o,

  /// Sweep: reads a number, sets one to 0 one cycle later, sets the named lanes of a group to 0.
  input  logic       sweep_rd_i,
  input  logic [NumberBits-1:0] sweep_rd_number_i,
  input  logic       sweep_clear_i,
  input  logic [NumberBits-1:0] sweep_clear_number_i,
  input  logic [Lanes-1:0] clear_i,
  input  logic [GroupBits-1:0] clear_group_i,

  /// Host.
  input  logic       bus_wr_i,
  input  logic       bus_rd_i,
  input  logic [photic_spu_pkg::PLACE_BITS-1:0] bus_word_i,
  input  logic [photic_spu_pkg::SUM_BITS-1:0] bus_data_i,

  /// The number read in the last cycle.
  output logic [photic_spu_pkg::SUM_BITS-1:0] data_o
);

  localparam int unsigned SumBits = photic_spu_pkg::SUM_BITS;
  localparam int unsigned LaneShift = $clog2(Lanes);
  localparam int unsigned LaneBits = (Lanes > 1) ? LaneShift : 1;

`ifndef SYNTHESIS
  if (Neurons % Lanes != 0 || 2 ** LaneShift != Lanes) $error("lanes: a power of two that divides the neurons");
`endif

  logic [NumberBits-1:0] rd_number, wr_number;
  logic [GroupBits-1:0]  rd_group, wr_group;
  logic [LaneBits-1:0]   rd_lane, wr_lane, rd_lane_q;
  logic [Lanes-1:0]      clipped;
  logic                  rd, wr, unused;

  assign rd        = sweep_rd_i || bus_rd_i;
  assign rd_number = bus_rd_i ? bus_word_i[NumberBits-1:0] : sweep_rd_number_i;
  assign rd_group  = GroupBits'(rd_number >> LaneShift);
  assign rd_lane   = rd_number[LaneBits-1:0] & LaneBits'(Lanes - 1);
  assign wr        = sweep_clear_i || bus_wr_i;
  assign wr_number = bus_wr_i ? bus_word_i[NumberBits-1:0] : sweep_clear_number_i;
  assign wr_group  = (clear_i != '0) ? clear_group_i : GroupBits'(wr_number >> LaneShift);
  assign wr_lane   = wr_number[LaneBits-1:0] & LaneBits'(Lanes - 1);
  assign unused    = ^bus_word_i;

  always_ff @(posedge clk_i) begin
    if (rd) rd_lane_q <= rd_lane;
  end

  for (genvar l = 0; l < Lanes; l++) begin : gen_lane
    logic [SumBits-1:0] stored, chosen;
    logic [7:0]         raw;

    always_comb begin
      raw = add_word_i[7:0];
      if (!add_single_i) begin
        case (bits_i)
          photic_spec_pkg::SPU_WEIGHT_BITS_W1: raw = {7'd0, add_word_i[l]};
          photic_spec_pkg::SPU_WEIGHT_BITS_W2: raw = {6'd0, add_word_i[2*l +: 2]};
          photic_spec_pkg::SPU_WEIGHT_BITS_W4: raw = {4'd0, add_word_i[4*l +: 4]};
          default:                             raw = add_word_i[8*l +: 8];
        endcase
      end
    end

    photic_spu_lane #(
      .Depth(Groups)
    ) u_lane (
      .clk_i,
      .rst_ni,
      .flush_i,
      .add_i        (add_i[l]),
      .add_address_i(add_group_i),
      .raw_i        (raw),
      .bits_i,
      .code_i,
      .align_i,
      .pool_i,
      .exponent_i,
      .payload_i,
      .clipped_o    (clipped[l]),
      .rd_i         (rd && rd_lane == LaneBits'(l)),
      .rd_address_i (rd_group),
      .rd_data_o    (stored),
      .wr_i         (clear_i[l] || (wr && wr_lane == LaneBits'(l))),
      .wr_address_i (wr_group),
      .wr_data_i    (bus_wr_i ? bus_data_i : '0)
    );

    if (l == 0) begin : gen_first
      assign chosen = stored;
    end else begin : gen_next
      assign chosen = (rd_lane_q == LaneBits'(l)) ? stored : gen_lane[l-1].chosen;
    end
  end

  assign data_o = gen_lane[Lanes-1].chosen;

  always_comb begin
    added_o   = '0;
    clipped_o = '0;
    if (add_i != '0) begin
      for (int unsigned l = 0; l < Lanes; l++) begin
        added_o   = added_o + 4'(add_i[l]);
        clipped_o = clipped_o + 4'(clipped[l]);
      end
    end
  end

  `PHOTIC_ASSERT(OneUser, 3'(add_i != '0) + 3'(rd) + 3'(clear_i != '0) <= 3'd1)

endmodule
