// SPDX-License-Identifier: Apache-2.0
// Reads the outputs, clears them and packs them into the words of a record.

/// State OUTPUT of photic_spu_control (docs/reference/spu-device.md 4.1): an output a cycle while there is room.
///
/// Latency: an output asked for in one cycle is packed, and cleared, in the next.
module photic_spu_record (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,
  /// Begin with output 0. Level: work.
  input  logic        start_i,
  input  logic        en_i,
  /// Outputs of the record, in 32 bits each or in one.
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] outputs_i,
  input  logic        wide_i,
  /// There is room for two words.
  input  logic        room_i,
  /// The outputs: see photic_spu_outputs.
  output logic        rd_o,
  output logic [photic_spu_pkg::SIZE_BITS-1:0] rd_output_o,
  output logic        clear_o,
  output logic [photic_spu_pkg::SIZE_BITS-1:0] clear_output_o,
  input  logic [photic_spu_pkg::SUM_BITS-1:0] value_i,
  /// A word of the record; the last one.
  output logic        push_o,
  output logic [63:0] word_o,
  output logic        last_o
);

  localparam int unsigned SizeBits = photic_spu_pkg::SIZE_BITS;

  logic [SizeBits-1:0] next_q, output_q;
  logic                valid_q, full;
  logic [63:0]         word_q;

  assign rd_o           = en_i && next_q < outputs_i && room_i;
  assign rd_output_o    = next_q;
  assign clear_o        = en_i && valid_q;
  assign clear_output_o = output_q;
  assign last_o         = clear_o && output_q == outputs_i - 1'b1;
  assign full           = wide_i ? output_q[0] : (&output_q[5:0]);
  assign push_o         = clear_o && (full || last_o);

  always_comb begin
    word_o = word_q;
    if (wide_i) begin
      if (output_q[0]) word_o[63:32] = value_i;
      else word_o[31:0] = value_i;
    end else begin
      word_o[output_q[5:0]] = value_i != '0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      next_q   <= '0;
      output_q <= '0;
      valid_q  <= 1'b0;
      word_q   <= '0;
    end else if (start_i) begin
      next_q  <= '0;
      valid_q <= 1'b0;
      word_q  <= '0;
    end else if (en_i) begin
      valid_q <= rd_o;
      if (rd_o) begin
        next_q   <= next_q + 1'b1;
        output_q <= next_q;
      end
      if (clear_o) word_q <= push_o ? '0 : word_o;
    end
  end

endmodule
