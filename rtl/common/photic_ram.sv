// SPDX-License-Identifier: Apache-2.0
// Synchronous memory with one write and one read port.

/// Memory that synthesis maps to block RAM.
///
/// Latency: `rd_data_o` shows the addressed word one cycle after `rd_en_i` and keeps it until the next read. A read of a
/// word that is written in the same cycle gives the old contents. Contents survive reset. Addresses beyond the depth are
/// written nowhere and read as anything.
module photic_ram #(
  /// Words.
  parameter int unsigned Depth = 16,
  /// Lanes of a word that can be written one by one.
  parameter int unsigned Lanes = 1,
  /// Bits of a lane.
  parameter int unsigned LaneBits = 8,
  /// Bits of an address.
  localparam int unsigned AddressBits = (Depth > 1) ? $clog2(Depth) : 1
) (
  /// Clock, rising edge.
  input  logic                      clk_i,
  /// Writes the lanes of `wr_lanes_i`.
  input  logic                      wr_en_i,
  input  logic [Lanes-1:0]          wr_lanes_i,
  input  logic [AddressBits-1:0]    wr_addr_i,
  input  logic [Lanes*LaneBits-1:0] wr_data_i,
  /// Reads the word at `rd_addr_i`.
  input  logic                      rd_en_i,
  input  logic [AddressBits-1:0]    rd_addr_i,
  output logic [Lanes*LaneBits-1:0] rd_data_o
);

  logic [Lanes*LaneBits-1:0] words_q [Depth];

  always_ff @(posedge clk_i) begin
    if (wr_en_i) begin
      for (int unsigned lane = 0; lane < Lanes; lane++) begin
        if (wr_lanes_i[lane]) words_q[wr_addr_i][lane*LaneBits +: LaneBits] <= wr_data_i[lane*LaneBits +: LaneBits];
      end
    end
    if (rd_en_i) rd_data_o <= words_q[rd_addr_i];
  end

endmodule
