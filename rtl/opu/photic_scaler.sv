// SPDX-License-Identifier: Apache-2.0
// Scales recovered pixels to output values and packs them into words.
`include "photic_assert.svh"

/// Multiplies, shifts with rounding half to even, saturates and packs; requests the memory each vector goes to.
///
/// Values leave as 64-bit words, at most one a cycle, the last word of a vector padded with zeros. Protocol:
/// docs/reference/opu-device.md 4.5.
module photic_scaler (
  /// Clock, rising edge.
  input  logic                              clk_i,
  /// Reset, active low, asynchronous.
  input  logic                              rst_ni,
  /// Pulse: begin with `submission_i`, which stays stable.
  input  logic                              start_i,
  /// Level: drop everything.
  input  logic                              flush_i,
  input  photic_spec_pkg::submission_t      submission_i,
  output logic                              idle_o,

  /// Recovered pixels.
  output logic                              combined_pop_o,
  input  photic_link_pkg::group_t           combined_i,
  input  logic                              combined_empty_i,

  /// Write DMA.
  output logic                              wr_req_push_o,
  output photic_link_pkg::dma_request_t     wr_req_o,
  input  logic                              wr_req_full_i,
  output logic                              wr_data_push_o,
  output logic [photic_link_pkg::WORD_BITS-1:0] wr_data_o,
  input  logic                              wr_data_full_i,

  /// A vector was handed over in this cycle; values that left clipped in this cycle.
  output logic                              vector_o,
  output logic [2:0]                        outputs_saturated_o
);

  localparam int unsigned Pixels = photic_link_pkg::PIXELS;
  localparam int unsigned Values = 2 * Pixels;
  localparam int unsigned SumBits = photic_spec_pkg::ACCUMULATOR_BITS;
  localparam int unsigned ProductBits = SumBits + photic_spec_pkg::SCALE_BITS + 1;
  localparam int unsigned WordShift = $clog2(photic_link_pkg::WORD_BYTES);

  // --- The command -----------------------------------------------------------------------------------------------------

  logic        is_complex, is_u8, is_i16;
  logic [7:0]  scheme, format;
  logic [1:0]  value_shift;
  logic [2:0]  pixel_shift;
  logic [31:0] vector_words;

  assign scheme       = 8'(submission_i.recovery_scheme);
  assign format       = 8'(submission_i.recovery_output_format);
  assign is_complex   = photic_spec_pkg::scheme_complex(scheme)
                     && !submission_i.layout[photic_spec_pkg::LAYOUT_REAL_ONLY_BIT];
  assign is_u8        = format == photic_spec_pkg::OUTPUT_FORMAT_U8;
  assign is_i16       = format == photic_spec_pkg::OUTPUT_FORMAT_I16;
  // log2 of the bytes of a value and of a pixel.
  assign value_shift  = is_u8 ? 2'd0 : is_i16 ? 2'd1 : 2'd2;
  assign pixel_shift  = 3'(value_shift) + 3'(is_complex);
  assign vector_words = ((submission_i.outputs << pixel_shift) + photic_link_pkg::WORD_BYTES - 1) >> WordShift;

  // --- Arithmetic on the group being taken -----------------------------------------------------------------------------

  logic signed [SumBits-1:0]     sum;
  logic signed [ProductBits-1:0] scale, product, quotient, low, high;
  logic [ProductBits-1:0]        remainder, half;
  logic [Values*32-1:0]          scaled;
  logic [Values-1:0]             clipped;
  logic                          take;

  always_comb begin
    low  = '0;
    high = '0;
    if (is_u8) begin
      high = ProductBits'(255);
    end else if (is_i16) begin
      low  = -ProductBits'(32768);
      high = ProductBits'(32767);
    end else begin
      low  = -(ProductBits'(1) << (SumBits - 1));
      high = (ProductBits'(1) << (SumBits - 1)) - ProductBits'(1);
    end
  end

  // Value 2 i is the real part of pixel i, value 2 i + 1 its imaginary part.
  always_comb begin
    scaled    = '0;
    clipped   = '0;
    sum       = '0;
    product   = '0;
    quotient  = '0;
    remainder = '0;
    scale     = $signed(ProductBits'(submission_i.scale));
    half      = (ProductBits'(1) << submission_i.shift[4:0]) >> 1;
    if (take) begin
      for (int unsigned i = 0; i < Values; i++) begin
        sum       = (i % 2 == 0) ? combined_i.re[(i/2)*SumBits +: SumBits] : combined_i.im[(i/2)*SumBits +: SumBits];
        product   = {{ProductBits - SumBits{sum[SumBits-1]}}, sum};
        product   = product * scale;
        quotient  = product >>> submission_i.shift[4:0];
        remainder = product & ((ProductBits'(1) << submission_i.shift[4:0]) - 1'b1);
        if (remainder > half || (remainder == half && half != '0 && quotient[0])) quotient = quotient + ProductBits'(1);
        if (combined_i.mask[i/2] && (is_complex || i % 2 == 0)) begin
          clipped[i] = quotient < low || quotient > high;
          if (quotient < low) quotient = low;
          if (quotient > high) quotient = high;
          scaled[i*32 +: 32] = quotient[31:0];
        end
      end
    end
  end

  // --- Packing of the group in hand ------------------------------------------------------------------------------------

  logic                   in_hand_q, last_q, half_full_q, next_first_q;
  logic [Values*32-1:0]   values_q;
  logic [Values-1:0]      clipped_q;
  logic [Pixels-1:0]      mask_q;
  logic [1:0]             word_q, last_word;
  logic [31:0]            half_q, bytes;
  logic [63:0]            address_q;
  logic [2:0]             valid_pixels, clipped_all;
  logic                   keep_half, push, ends, vector_first;

  // The last group of a vector gives only the words its valid bytes need.
  assign valid_pixels = 3'(mask_q[0]) + 3'(mask_q[1]) + 3'(mask_q[2]) + 3'(mask_q[3]);
  assign last_word    = 2'(((6'(valid_pixels) << pixel_shift) - 6'd1) >> WordShift);
  assign keep_half    = is_u8 && !last_q && !half_full_q;
  assign push         = in_hand_q && !flush_i && !keep_half && !wr_data_full_i;
  assign ends         = in_hand_q && !flush_i && (keep_half || (push && (is_u8 || word_q == last_word)));
  assign vector_first = (in_hand_q && ends) ? last_q : next_first_q;
  assign take         = !combined_empty_i && !flush_i && (!in_hand_q || ends) && !(vector_first && wr_req_full_i);

  always_comb begin
    bytes       = '0;
    clipped_all = '0;
    for (int unsigned i = 0; i < Pixels; i++) begin
      bytes[i*8 +: 8] = values_q[i*64 +: 8];
      clipped_all     = clipped_all + 3'(clipped_q[2*i]);
    end
  end

  always_comb begin
    wr_data_o           = '0;
    outputs_saturated_o = '0;
    if (is_u8) begin
      wr_data_o = half_full_q ? {bytes, half_q} : {32'd0, bytes};
      if (ends) outputs_saturated_o = clipped_all;
    end else if (push) begin
      for (int unsigned i = 0; i < Values; i++) begin
        // Position of the value among those that leave, in units of its size.
        if (is_complex || i % 2 == 0) begin
          if (is_i16) begin
            if ((is_complex ? 3'(i) : 3'(i / 2)) >> 2 == 3'(word_q)) begin
              wr_data_o[(is_complex ? i % 4 : (i / 2) % 4)*16 +: 16] = values_q[i*32 +: 16];
              outputs_saturated_o = outputs_saturated_o + 3'(clipped_q[i]);
            end
          end else begin
            if ((is_complex ? 3'(i) : 3'(i / 2)) >> 1 == 3'(word_q)) begin
              wr_data_o[(is_complex ? i % 2 : (i / 2) % 2)*32 +: 32] = values_q[i*32 +: 32];
              outputs_saturated_o = outputs_saturated_o + 3'(clipped_q[i]);
            end
          end
        end
      end
    end
  end

  assign combined_pop_o   = take;
  assign wr_req_push_o    = take && vector_first;
  assign wr_req_o.address = address_q;
  assign wr_req_o.words   = vector_words;
  assign wr_data_push_o   = push;
  assign vector_o         = ends && last_q;
  assign idle_o           = !in_hand_q && combined_empty_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      in_hand_q    <= 1'b0;
      last_q       <= 1'b0;
      half_full_q  <= 1'b0;
      next_first_q <= 1'b1;
      values_q     <= '0;
      clipped_q    <= '0;
      mask_q       <= '0;
      word_q       <= '0;
      half_q       <= '0;
      address_q    <= '0;
    end else if (flush_i) begin
      in_hand_q    <= 1'b0;
      half_full_q  <= 1'b0;
      next_first_q <= 1'b1;
    end else begin
      if (start_i) address_q <= submission_i.destination;
      if (in_hand_q) begin
        if (keep_half) begin
          half_q      <= bytes;
          half_full_q <= 1'b1;
        end else if (push) begin
          half_full_q <= 1'b0;
          word_q      <= word_q + 1'b1;
        end
        if (ends) begin
          in_hand_q    <= 1'b0;
          next_first_q <= last_q;
        end
      end
      if (take) begin
        in_hand_q <= 1'b1;
        last_q    <= combined_i.last;
        values_q  <= scaled;
        clipped_q <= clipped;
        mask_q    <= combined_i.mask;
        word_q    <= '0;
        if (vector_first) address_q <= address_q + (64'(vector_words) << WordShift);
      end
    end
  end

  `PHOTIC_ASSERT(GroupHasPixels, !in_hand_q || mask_q != '0)

endmodule
