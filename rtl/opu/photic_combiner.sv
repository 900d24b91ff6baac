// SPDX-License-Identifier: Apache-2.0
// Combines camera frames into recovered pixels.
`include "photic_assert.svh"

/// Adds weighted frames pixel by pixel in a frame store, four pixels a cycle.
///
/// The sum of a vector's last frame leaves as groups of four pixels instead of being stored; a calibration's average goes
/// to a store of its own. Beats are taken only when their group is sure to have room. Protocol:
/// docs/reference/opu-device.md 4.4.
module photic_combiner #(
  /// Pixels of the largest camera region, a multiple of four.
  parameter int unsigned MaxPixels = photic_spec_pkg::MAX_PIXEL_ROWS * photic_spec_pkg::MAX_PIXEL_COLS,
  localparam int unsigned QueuedBits = $clog2(photic_spec_pkg::FIFO_COMBINED + 1)
) (
  /// Clock, rising edge.
  input  logic                              clk_i,
  /// Reset, active low, asynchronous.
  input  logic                              rst_ni,
  /// Level: drop everything.
  input  logic                              flush_i,
  output logic                              idle_o,

  /// Pixels in use, vectors (a calibration's frames) and resolution of the command.
  input  logic [31:0]                       outputs_i,
  input  logic [15:0]                       vectors_i,
  input  logic [photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH-1:0] adc_bits_i,

  /// Exposed frames, in order.
  output logic                              frames_pop_o,
  input  photic_link_pkg::frame_t           frames_i,
  input  logic                              frames_empty_i,

  /// Camera beats: lane i holds bits 12 i + 11 to 12 i.
  input  logic                              cam_valid_i,
  output logic                              cam_ready_o,
  input  logic [photic_link_pkg::PIXELS*photic_spec_pkg::COUNT_BITS-1:0] cam_data_i,
  input  logic                              cam_last_i,

  /// Recovered pixels; `combined_count_i` groups wait.
  output logic                              combined_push_o,
  output photic_link_pkg::group_t           combined_o,
  input  logic [QueuedBits-1:0]             combined_count_i,

  /// What happened in this cycle.
  output logic [2:0]                        pixels_read_o,
  output logic [2:0]                        pixels_saturated_o,
  output logic                              frame_dark_o,
  output logic                              stall_o
);

  localparam int unsigned Pixels = photic_link_pkg::PIXELS;
  localparam int unsigned CountBits = photic_spec_pkg::COUNT_BITS;
  localparam int unsigned SumBits = photic_spec_pkg::ACCUMULATOR_BITS;
  localparam int unsigned CoefficientBits = photic_spec_pkg::COEFFICIENT_BITS;
  localparam int unsigned SignBits = SumBits - CoefficientBits;
  localparam int unsigned PixelShift = $clog2(Pixels);
  localparam int unsigned Groups = MaxPixels / Pixels;
  localparam int unsigned AddressBits = (Groups > 1) ? $clog2(Groups) : 1;
  localparam int unsigned AverageBits = $clog2($clog2(photic_spec_pkg::CALIBRATION_FRAMES_MAX) + 1);

  // Stage A: the frame whose beats arrive.
  logic                        in_hand_q, accept;
  photic_link_pkg::frame_t     frame_q;
  logic [31:0]                 group_q;
  // Stage B: the beat being combined. It belongs to frame_q: a next frame is in hand two cycles after the last beat at the
  // earliest.
  logic                        valid_q, last_beat_q, dark_q;
  logic [Pixels*CountBits-1:0] beat_q;
  logic [31:0]                 beat_group_q;
  logic [Pixels-1:0]           mask_q;

  logic [2*Pixels*SumBits-1:0] stored, sums;
  logic [Pixels*CountBits-1:0] calibration, average;
  logic [31:0]                 last_group;
  logic                        active, used, full_scale_lane, dark;
  logic [CountBits-1:0]        full_scale;
  logic [AverageBits-1:0]      average_shift;

  assign frames_pop_o = !in_hand_q && !frames_empty_i && !flush_i;
  assign cam_ready_o  = in_hand_q && !flush_i
                     && 32'(combined_count_i) + 32'(valid_q) < photic_spec_pkg::FIFO_COMBINED;
  assign accept       = cam_valid_i && cam_ready_o;
  assign stall_o      = cam_valid_i && !cam_ready_o && !flush_i;
  assign idle_o       = !in_hand_q && !valid_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      in_hand_q    <= 1'b0;
      frame_q      <= '0;
      group_q      <= '0;
      valid_q      <= 1'b0;
      last_beat_q  <= 1'b0;
      dark_q       <= 1'b0;
      beat_q       <= '0;
      beat_group_q <= '0;
      mask_q       <= '0;
    end else if (flush_i) begin
      in_hand_q <= 1'b0;
      valid_q   <= 1'b0;
    end else begin
      valid_q <= accept;
      if (active) dark_q <= dark;
      if (frames_pop_o) begin
        in_hand_q <= 1'b1;
        frame_q   <= frames_i;
        group_q   <= '0;
        dark_q    <= 1'b1;
      end
      if (accept) begin
        beat_q       <= cam_data_i;
        beat_group_q <= group_q;
        last_beat_q  <= cam_last_i;
        group_q      <= group_q + 1'b1;
        for (int unsigned i = 0; i < Pixels; i++) begin
          mask_q[i] <= {group_q[31-PixelShift:0], PixelShift'(i)} < outputs_i;
        end
        if (cam_last_i) in_hand_q <= 1'b0;
      end
    end
  end

  // --- Stage B ---------------------------------------------------------------------------------------------------------

  assign active     = valid_q && !flush_i;
  assign used       = active && mask_q != '0;
  assign last_group = (outputs_i - 1'b1) >> PixelShift;
  assign full_scale = CountBits'((32'd1 << adc_bits_i) - 1'b1);

  always_comb begin
    average_shift = '0;
    for (int unsigned i = 1; i <= $clog2(photic_spec_pkg::CALIBRATION_FRAMES_MAX); i++) begin
      if (vectors_i[i]) average_shift = AverageBits'(i);
    end
  end

  // Coefficients and counts at the width of the sums: products are exact modulo 2^SumBits.
  logic signed [SumBits-1:0] re, im, factor, count, base_re, base_im, sum_re, sum_im;
  logic [SumBits-1:0]        rounded;

  assign re     = {{SignBits{frame_q.re[CoefficientBits-1]}}, frame_q.re};
  assign im     = {{SignBits{frame_q.im[CoefficientBits-1]}}, frame_q.im};
  assign factor = {{SignBits{frame_q.calibration[CoefficientBits-1]}}, frame_q.calibration};

  always_comb begin
    sums               = '0;
    average            = '0;
    pixels_read_o      = '0;
    pixels_saturated_o = '0;
    dark               = dark_q;
    base_re            = '0;
    base_im            = '0;
    sum_re             = '0;
    sum_im             = '0;
    count              = '0;
    rounded            = '0;
    full_scale_lane    = 1'b0;
    if (active) begin
      for (int unsigned i = 0; i < Pixels; i++) begin
        if (frame_q.first) begin
          count   = SumBits'(calibration[i*CountBits +: CountBits]);
          base_re = factor * count;
          base_im = '0;
        end else begin
          base_re = stored[i*SumBits +: SumBits];
          base_im = stored[(Pixels+i)*SumBits +: SumBits];
        end
        count   = SumBits'(beat_q[i*CountBits +: CountBits]);
        sum_re  = base_re + re * count;
        sum_im  = base_im + im * count;
        rounded = sum_re + SumBits'(vectors_i[15:1]);
        sums[i*SumBits +: SumBits]          = sum_re;
        sums[(Pixels+i)*SumBits +: SumBits] = sum_im;
        average[i*CountBits +: CountBits]   = CountBits'(rounded >> average_shift);
        full_scale_lane = beat_q[i*CountBits +: CountBits] == full_scale;
        if (mask_q[i]) begin
          pixels_read_o      = pixels_read_o + 1'b1;
          pixels_saturated_o = pixels_saturated_o + 3'(full_scale_lane);
          if (beat_q[i*CountBits +: CountBits] != '0) dark = 1'b0;
        end
      end
    end
  end

  assign frame_dark_o    = active && last_beat_q && dark;
  assign combined_push_o = used && frame_q.last && !frame_q.calibrating;
  assign combined_o.last = beat_group_q == last_group;
  assign combined_o.mask = mask_q;
  assign combined_o.re   = sums[0 +: Pixels*SumBits];
  assign combined_o.im   = sums[Pixels*SumBits +: Pixels*SumBits];

  photic_ram #(
    .Depth(Groups),
    .Lanes(1),
    .LaneBits(2 * Pixels * SumBits)
  ) u_sums (
    .clk_i,
    .wr_en_i   (used && !frame_q.last),
    .wr_lanes_i(1'b1),
    .wr_addr_i (beat_group_q[AddressBits-1:0]),
    .wr_data_i (sums),
    .rd_en_i   (accept && !frame_q.first),
    .rd_addr_i (group_q[AddressBits-1:0]),
    .rd_data_o (stored)
  );

  photic_ram #(
    .Depth(Groups),
    .Lanes(1),
    .LaneBits(Pixels * CountBits)
  ) u_calibration (
    .clk_i,
    .wr_en_i   (used && frame_q.last && frame_q.calibrating),
    .wr_lanes_i(1'b1),
    .wr_addr_i (beat_group_q[AddressBits-1:0]),
    .wr_data_i (average),
    .rd_en_i   (accept && frame_q.first),
    .rd_addr_i (group_q[AddressBits-1:0]),
    .rd_data_o (calibration)
  );

  `PHOTIC_ASSERT(GroupInStore, !used || beat_group_q < Groups)

endmodule
