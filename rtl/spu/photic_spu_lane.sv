// SPDX-License-Identifier: Apache-2.0
// One lane of a core: a bank of accumulators and the adder in front of it.

/// Adds a weight's contribution to an accumulator in two stages, or lets another block read and write the bank.
///
/// Latency: the addition of `add_i` is stored at the end of the next cycle; an addition to the same word in the next cycle
/// sees it. A word read with `rd_i` is on `rd_data_o` in the next cycle. Protocol: docs/reference/spu-device.md 5.2.
module photic_spu_lane #(
  /// Accumulators of the bank.
  parameter int unsigned Depth = 16,
  localparam int unsigned AddressBits = (Depth > 1) ? $clog2(Depth) : 1
) (
  /// Clock, rising edge.
  input  logic       clk_i,
  /// Reset, active low, asynchronous.
  input  logic       rst_ni,
  /// Level: nothing is added.
  input  logic       flush_i,

  /// Adds to the accumulator at `add_address_i` what the weight stands for.
  input  logic       add_i,
  input  logic [AddressBits-1:0] add_address_i,
  input  logic [7:0] raw_i,
  input  logic [1:0] bits_i,
  input  logic [1:0] code_i,
  input  logic       align_i,
  input  logic       pool_i,
  input  logic [3:0] exponent_i,
  input  logic [photic_spu_pkg::PAYLOAD_BITS-1:0] payload_i,
  output logic       clipped_o,

  /// Other accesses, never in the cycle of an addition or after it.
  input  logic       rd_i,
  input  logic [AddressBits-1:0] rd_address_i,
  output logic [photic_spu_pkg::SUM_BITS-1:0] rd_data_o,
  input  logic       wr_i,
  input  logic [AddressBits-1:0] wr_address_i,
  input  logic [photic_spu_pkg::SUM_BITS-1:0] wr_data_i
);

  localparam int unsigned SumBits = photic_spu_pkg::SUM_BITS;
  localparam int unsigned ValueBits = photic_spu_pkg::VALUE_BITS;

  logic                   add_q, written_q;
  logic [AddressBits-1:0] address_q, written_address_q;
  logic [ValueBits-1:0]   value, value_q;
  logic [SumBits-1:0]     stored, base, sum, written_data_q;

  photic_spu_weight u_weight (
    .valid_i  (add_i),
    .raw_i,
    .bits_i,
    .code_i,
    .align_i,
    .pool_i,
    .exponent_i,
    .payload_i,
    .value_o  (value),
    .clipped_o
  );

  // The memory gives the old word when it is read and written in one cycle.
  assign base      = (written_q && written_address_q == address_q) ? written_data_q : stored;
  assign sum       = base + {{SumBits - ValueBits{value_q[ValueBits-1]}}, value_q};
  assign rd_data_o = stored;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      add_q             <= 1'b0;
      address_q         <= '0;
      value_q           <= '0;
      written_q         <= 1'b0;
      written_address_q <= '0;
      written_data_q    <= '0;
    end else begin
      add_q     <= add_i && !flush_i;
      written_q <= add_q && !flush_i;
      if (add_i) begin
        address_q <= add_address_i;
        value_q   <= value;
      end
      if (add_q) begin
        written_address_q <= address_q;
        written_data_q    <= sum;
      end
    end
  end

  photic_ram #(
    .Depth   (Depth),
    .Lanes   (1),
    .LaneBits(SumBits)
  ) u_bank (
    .clk_i,
    .wr_en_i   ((add_q || wr_i) && !flush_i),
    .wr_lanes_i(1'b1),
    .wr_addr_i (add_q ? address_q : wr_address_i),
    .wr_data_i (add_q ? sum : wr_data_i),
    .rd_en_i   (add_i || rd_i),
    .rd_addr_i (add_i ? add_address_i : rd_address_i),
    .rd_data_o (stored)
  );

endmodule
