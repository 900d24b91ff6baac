// SPDX-License-Identifier: Apache-2.0
// What one stored weight adds to an accumulator.

/// Decodes a weight, multiplies it by the payload, scales it by a power of two and clips it to 24 bits. No state.
///
/// Meaning: docs/reference/spu-device.md 2.4 and SPU_WEIGHT_CODE. A weight has at most nine bits with its sign, so no
/// intermediate value exceeds 32.
module photic_spu_weight (
  /// Looks at the other inputs; otherwise the outputs are 0.
  input  logic       valid_i,
  /// Stored weight in its low bits.
  input  logic [7:0] raw_i,
  /// Of the axon: log2 of the width, code, whether to align, whether every weight is 1, exponent.
  input  logic [1:0] bits_i,
  input  logic [1:0] code_i,
  input  logic       align_i,
  input  logic       pool_i,
  input  logic [3:0] exponent_i,
  input  logic [photic_spu_pkg::PAYLOAD_BITS-1:0] payload_i,
  output logic [photic_spu_pkg::VALUE_BITS-1:0] value_o,
  /// The product did not fit.
  output logic       clipped_o
);

  localparam int unsigned Bits = 32;
  localparam int unsigned ValueBits = photic_spu_pkg::VALUE_BITS;
  localparam logic signed [Bits-1:0] HIGH = (Bits'(1) << (ValueBits - 1)) - Bits'(1);
  localparam logic signed [Bits-1:0] LOW = -(Bits'(1) << (ValueBits - 1));

  always_comb begin
    logic [3:0]             width;
    logic [Bits-1:0]        span, stored;
    logic signed [Bits-1:0] weight, product;
    value_o   = '0;
    clipped_o = 1'b0;
    width     = 4'd1 << bits_i;
    span      = Bits'(1) << width;
    stored    = Bits'(raw_i) & (span - Bits'(1));
    weight    = '0;
    product   = '0;
    if (valid_i) begin
      case (code_i)
        photic_spec_pkg::SPU_WEIGHT_CODE_SIGNED:   weight = $signed(stored[5'(width) - 5'd1] ? stored - span : stored);
        photic_spec_pkg::SPU_WEIGHT_CODE_UNSIGNED: weight = $signed(stored);
        photic_spec_pkg::SPU_WEIGHT_CODE_NEGATIVE: weight = -$signed(stored);
        default:                                   weight = $signed((stored << 1) + Bits'(1) - span);
      endcase
      if (align_i) weight = weight <<< (4'd8 - width);
      if (pool_i) weight = Bits'(1);
      product = $signed({{Bits - photic_spu_pkg::PAYLOAD_BITS{payload_i[photic_spu_pkg::PAYLOAD_BITS-1]}}, payload_i});
      product = product * weight;
      if (exponent_i[3]) product = product >>> (5'd16 - 5'(exponent_i));
      else product = product <<< exponent_i[2:0];
      clipped_o = product > HIGH || product < LOW;
      value_o   = (product > HIGH) ? HIGH[ValueBits-1:0] : (product < LOW) ? LOW[ValueBits-1:0] : product[ValueBits-1:0];
    end
  end

endmodule
