// SPDX-License-Identifier: Apache-2.0
// The optical unit's block of registers: geometry, set-up and counters.

/// Behind photic_csr: a write acts at the edge, a read is answered in the same cycle; offsets of other blocks read 0.
/// Counts what blocks report, each event at the end of the cycle it happened in.
module photic_opu_registers #(
  localparam int unsigned OffsetBits = $bits(photic_spec_pkg::SHELL_BASE)
) (
  /// Clock, rising edge.
  input  logic                         clk_i,
  /// Reset, active low, asynchronous.
  input  logic                         rst_ni,

  /// Accesses.
  input  logic                         wr_en_i,
  input  logic [OffsetBits-1:0]        wr_offset_i,
  input  logic [31:0]                  wr_data_i,
  input  logic                         rd_en_i,
  input  logic [OffsetBits-1:0]        rd_offset_i,
  output logic [31:0]                  rd_data_o,

  /// Numbers of the preset, and what happened in this cycle.
  input  photic_spec_pkg::preset_t     geometry_i,
  input  photic_link_pkg::opu_counts_t counts_i,

  /// Set-up of laser and camera.
  output logic [photic_spec_pkg::OPU_LASER_POWER_WIDTH-1:0]     laser_power_o,
  output logic [photic_spec_pkg::OPU_LASER_SHIFT_WIDTH-1:0]     laser_shift_o,
  output logic [photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH-1:0] adc_bits_o
);

  logic [photic_spec_pkg::OPU_LASER_POWER_WIDTH-1:0]     laser_power_q;
  logic [photic_spec_pkg::OPU_LASER_SHIFT_WIDTH-1:0]     laser_shift_q;
  logic [photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH-1:0] adc_bits_q;
  logic [63:0] frames_q, vectors_q, mirror_words_q, pixels_read_q, pixels_saturated_q, frames_dark_q;
  logic [63:0] outputs_saturated_q, period_q, exposure_q, stall_q, wait_load_q;

  assign laser_power_o = laser_power_q;
  assign laser_shift_o = laser_shift_q;
  assign adc_bits_o    = adc_bits_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      laser_power_q <= photic_spec_pkg::OPU_LASER_RESET[photic_spec_pkg::OPU_LASER_POWER_LSB
                                                       +: photic_spec_pkg::OPU_LASER_POWER_WIDTH];
      laser_shift_q <= photic_spec_pkg::OPU_LASER_RESET[photic_spec_pkg::OPU_LASER_SHIFT_LSB
                                                       +: photic_spec_pkg::OPU_LASER_SHIFT_WIDTH];
      adc_bits_q    <= photic_spec_pkg::OPU_CAMERA_RESET[photic_spec_pkg::OPU_CAMERA_ADC_BITS_LSB
                                                        +: photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH];
    end else if (wr_en_i) begin
      case (wr_offset_i)
        photic_spec_pkg::OPU_LASER: begin
          laser_power_q <= wr_data_i[photic_spec_pkg::OPU_LASER_POWER_LSB +: photic_spec_pkg::OPU_LASER_POWER_WIDTH];
          laser_shift_q <= wr_data_i[photic_spec_pkg::OPU_LASER_SHIFT_LSB +: photic_spec_pkg::OPU_LASER_SHIFT_WIDTH];
        end
        photic_spec_pkg::OPU_CAMERA:
          adc_bits_q <= wr_data_i[photic_spec_pkg::OPU_CAMERA_ADC_BITS_LSB
                                  +: photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH];
        default: ;
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      frames_q            <= '0;
      vectors_q           <= '0;
      mirror_words_q      <= '0;
      pixels_read_q       <= '0;
      pixels_saturated_q  <= '0;
      frames_dark_q       <= '0;
      outputs_saturated_q <= '0;
      period_q            <= '0;
      exposure_q          <= '0;
      stall_q             <= '0;
      wait_load_q         <= '0;
    end else begin
      if (counts_i.latch) begin
        mirror_words_q <= mirror_words_q + 64'(counts_i.mirror_words);
        period_q       <= period_q + 64'(counts_i.period);
        exposure_q     <= exposure_q + 64'(counts_i.exposure);
      end
      frames_q            <= frames_q + 64'(counts_i.frame);
      vectors_q           <= vectors_q + 64'(counts_i.vector_done);
      pixels_read_q       <= pixels_read_q + 64'(counts_i.pixels_read);
      pixels_saturated_q  <= pixels_saturated_q + 64'(counts_i.pixels_saturated);
      frames_dark_q       <= frames_dark_q + 64'(counts_i.frame_dark);
      outputs_saturated_q <= outputs_saturated_q + 64'(counts_i.outputs_saturated);
      stall_q             <= stall_q + 64'(counts_i.stall);
      wait_load_q         <= wait_load_q + 64'(counts_i.wait_load);
    end
  end

  always_comb begin
    rd_data_o = '0;
    if (rd_en_i) begin
      case (rd_offset_i)
        photic_spec_pkg::OPU_MIRRORS: begin
          rd_data_o[photic_spec_pkg::OPU_MIRRORS_ROWS_LSB +: photic_spec_pkg::OPU_MIRRORS_ROWS_WIDTH] = geometry_i.mirror_rows;
          rd_data_o[photic_spec_pkg::OPU_MIRRORS_COLS_LSB +: photic_spec_pkg::OPU_MIRRORS_COLS_WIDTH] = geometry_i.mirror_cols;
        end
        photic_spec_pkg::OPU_PIXELS: begin
          rd_data_o[photic_spec_pkg::OPU_PIXELS_ROWS_LSB +: photic_spec_pkg::OPU_PIXELS_ROWS_WIDTH] = geometry_i.pixel_rows;
          rd_data_o[photic_spec_pkg::OPU_PIXELS_COLS_LSB +: photic_spec_pkg::OPU_PIXELS_COLS_WIDTH] = geometry_i.pixel_cols;
        end
        photic_spec_pkg::OPU_LASER: begin
          rd_data_o[photic_spec_pkg::OPU_LASER_POWER_LSB +: photic_spec_pkg::OPU_LASER_POWER_WIDTH] = laser_power_q;
          rd_data_o[photic_spec_pkg::OPU_LASER_SHIFT_LSB +: photic_spec_pkg::OPU_LASER_SHIFT_WIDTH] = laser_shift_q;
        end
        photic_spec_pkg::OPU_CAMERA:
          rd_data_o[photic_spec_pkg::OPU_CAMERA_ADC_BITS_LSB +: photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH] = adc_bits_q;
        photic_spec_pkg::OPU_FRAMES:               rd_data_o = frames_q[31:0];
        photic_spec_pkg::OPU_FRAMES_HI:            rd_data_o = frames_q[63:32];
        photic_spec_pkg::OPU_VECTORS:              rd_data_o = vectors_q[31:0];
        photic_spec_pkg::OPU_VECTORS_HI:           rd_data_o = vectors_q[63:32];
        photic_spec_pkg::OPU_MIRROR_WORDS:         rd_data_o = mirror_words_q[31:0];
        photic_spec_pkg::OPU_MIRROR_WORDS_HI:      rd_data_o = mirror_words_q[63:32];
        photic_spec_pkg::OPU_PIXELS_READ:          rd_data_o = pixels_read_q[31:0];
        photic_spec_pkg::OPU_PIXELS_READ_HI:       rd_data_o = pixels_read_q[63:32];
        photic_spec_pkg::OPU_PIXELS_SATURATED:     rd_data_o = pixels_saturated_q[31:0];
        photic_spec_pkg::OPU_PIXELS_SATURATED_HI:  rd_data_o = pixels_saturated_q[63:32];
        photic_spec_pkg::OPU_FRAMES_DARK:          rd_data_o = frames_dark_q[31:0];
        photic_spec_pkg::OPU_FRAMES_DARK_HI:       rd_data_o = frames_dark_q[63:32];
        photic_spec_pkg::OPU_OUTPUTS_SATURATED:    rd_data_o = outputs_saturated_q[31:0];
        photic_spec_pkg::OPU_OUTPUTS_SATURATED_HI: rd_data_o = outputs_saturated_q[63:32];
        photic_spec_pkg::OPU_PERIOD_CYCLES:        rd_data_o = period_q[31:0];
        photic_spec_pkg::OPU_PERIOD_CYCLES_HI:     rd_data_o = period_q[63:32];
        photic_spec_pkg::OPU_EXPOSURE_CYCLES:      rd_data_o = exposure_q[31:0];
        photic_spec_pkg::OPU_EXPOSURE_CYCLES_HI:   rd_data_o = exposure_q[63:32];
        photic_spec_pkg::OPU_STALL_CYCLES:         rd_data_o = stall_q[31:0];
        photic_spec_pkg::OPU_STALL_CYCLES_HI:      rd_data_o = stall_q[63:32];
        photic_spec_pkg::OPU_WAIT_LOAD_CYCLES:     rd_data_o = wait_load_q[31:0];
        photic_spec_pkg::OPU_WAIT_LOAD_CYCLES_HI:  rd_data_o = wait_load_q[63:32];
        default: ;
      endcase
    end
  end

endmodule
