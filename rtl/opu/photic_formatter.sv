// SPDX-License-Identifier: Apache-2.0
// Sixteen mirrors out of a window of feature bits.

/// Walks horizontally through a mirror row: which feature does each of sixteen mirrors show, and which bit is that?
///
/// Combinational. The walk is that of docs/reference/opu-device.md 2.2: inside the region a mirror shows the current
/// feature, and every `macro_i` mirrors the next feature begins.
module photic_formatter #(
  /// Bits of a feature index.
  parameter int unsigned FeatureBits = 21,
  localparam int unsigned Mirrors = photic_link_pkg::MIRRORS
) (
  /// Column of the word's first mirror, columns of the array, and the region's columns [begin, end).
  input  logic [15:0]            column_i,
  input  logic [15:0]            columns_i,
  input  logic [16:0]            region_begin_i,
  input  logic [16:0]            region_end_i,
  /// Feature of the first mirror in the region, mirrors of it already shown, mirrors a feature, features of the vector.
  input  logic [FeatureBits-1:0] feature_i,
  input  logic [15:0]            shown_i,
  input  logic [15:0]            macro_i,
  input  logic [31:0]            features_i,
  /// Bit i: plane bit of feature `feature_i` + i.
  input  logic [Mirrors-1:0]     window_i,
  /// What features show (FEATURES_*), and what all other mirrors do.
  input  logic [1:0]             mode_i,
  input  logic                   outside_i,

  /// The mirrors, bit 0 leftmost; 0 beyond the last column.
  output logic [Mirrors-1:0]     mirrors_o,
  /// Where the walk stands after the word.
  output logic [FeatureBits-1:0] feature_o,
  output logic [15:0]            shown_o
);

  localparam int unsigned StepBits = $clog2(Mirrors + 1);

  logic [Mirrors-1:0]  lit;
  logic [StepBits-1:0] step, steps_left;
  logic [31:0]         left;
  logic [16:0]         column;

  always_comb begin
    case (mode_i)
      photic_spec_pkg::FEATURES_X:     lit = window_i;
      photic_spec_pkg::FEATURES_NOT_X: lit = ~window_i;
      photic_spec_pkg::FEATURES_ONE:   lit = '1;
      default:                         lit = '0;
    endcase
    // Features left, as far as one word can tell.
    left       = (32'(feature_i) < features_i) ? features_i - 32'(feature_i) : '0;
    steps_left = (left > 32'(Mirrors)) ? StepBits'(Mirrors) : left[StepBits-1:0];
    step       = '0;
    shown_o    = shown_i;
    mirrors_o  = '0;
    for (int unsigned i = 0; i < Mirrors; i++) begin
      column = 17'(column_i) + 17'(i);
      if (column < 17'(columns_i)) begin
        mirrors_o[i] = outside_i;
        if (column >= region_begin_i && column < region_end_i) begin
          if (step < steps_left) mirrors_o[i] = lit[step[StepBits-2:0]];
          shown_o = shown_o + 1'b1;
          if (shown_o == macro_i) begin
            shown_o = '0;
            step    = step + 1'b1;
          end
        end
      end
    end
    feature_o = feature_i + FeatureBits'(step);
  end

endmodule
