// SPDX-License-Identifier: Apache-2.0
// What is to be known of a row of synapses before it is walked.

/// Extent of a row in memory and in groups, and whether it is bad (docs/reference/spu-device.md 2.3). No state.
module photic_spu_row #(
  parameter int unsigned Lanes = 2,
  parameter int unsigned SynapseWords = 128,
  /// Bits of a target that never wraps and of an address with its sign.
  parameter int unsigned TargetBits = 15,
  parameter int unsigned BaseBits = 22
) (
  /// Looks at the other inputs; otherwise the outputs are 0.
  input  logic        valid_i,
  input  logic [1:0]  format_i,
  input  logic [1:0]  bits_i,
  /// Synapses, first target, first word.
  input  logic [10:0] count_i,
  input  logic [TargetBits-1:0] target_i,
  input  logic signed [BaseBits-1:0] base_i,
  /// Neurons in use.
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] neurons_i,

  output logic        bad_o,
  /// Words read from synapse memory.
  output logic [8:0]  words_o
);

  localparam int unsigned Word = 64;

  always_comb begin
    logic [10:0] first;
    logic        pool, sparse;
    bad_o   = 1'b0;
    words_o = '0;
    pool    = format_i == photic_spec_pkg::SPU_SYNAPSE_FORMAT_POOL;
    sparse  = format_i == photic_spec_pkg::SPU_SYNAPSE_FORMAT_SPARSE;
    first   = 11'(target_i) & 11'(Lanes - 1);
    if (valid_i) begin
      if (sparse) words_o = 9'((12'(count_i) + 12'd1) >> 1);
      else if (!pool) words_o = 9'(((15'(count_i) << bits_i) + 15'(Word - 1)) >> $clog2(Word));
      if (!pool && (base_i < 0 || base_i + $signed(BaseBits'(words_o)) > $signed(BaseBits'(SynapseWords)))) bad_o = 1'b1;
      if (!sparse && (count_i == '0
                      || 17'(target_i) + 17'(count_i) > 17'(neurons_i)
                      || (first != '0 && 12'(first) + 12'(count_i) > 12'(Lanes)))) begin
        bad_o = 1'b1;
      end
    end
  end

endmodule
