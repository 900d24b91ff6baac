// SPDX-License-Identifier: Apache-2.0
// The 64-bit event counters of the register file.

/// Counts what blocks report, each event at the end of the cycle it happened in, and shows the counters by register offset.
module photic_counters (
  /// Clock, rising edge.
  input  logic                                clk_i,
  /// Reset, active low, asynchronous.
  input  logic                                rst_ni,
  /// What happened in this cycle.
  input  photic_link_pkg::shell_counts_t      shell_i,
  input  photic_link_pkg::opu_counts_t        opu_i,
  /// Low and high word registers of the counters; 0 for any other offset.
  input  logic [$bits(photic_spec_pkg::SHELL_BASE)-1:0] rd_offset_i,
  output logic [31:0]                         rd_data_o
);

  logic [63:0] commands_q, commands_failed_q, read_beats_q, write_beats_q;
  logic [63:0] frames_q, vectors_q, mirror_words_q, pixels_read_q, pixels_saturated_q, frames_dark_q;
  logic [63:0] outputs_saturated_q, period_q, exposure_q, stall_q, wait_load_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      commands_q          <= '0;
      commands_failed_q   <= '0;
      read_beats_q        <= '0;
      write_beats_q       <= '0;
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
      if (|shell_i) begin
        commands_q        <= commands_q + 64'(shell_i.command);
        commands_failed_q <= commands_failed_q + 64'(shell_i.command_failed);
        read_beats_q      <= read_beats_q + 64'(shell_i.read_beat);
        write_beats_q     <= write_beats_q + 64'(shell_i.write_beat);
      end
      if (opu_i.latch) begin
        mirror_words_q <= mirror_words_q + 64'(opu_i.mirror_words);
        period_q       <= period_q + 64'(opu_i.period);
        exposure_q     <= exposure_q + 64'(opu_i.exposure);
      end
      frames_q            <= frames_q + 64'(opu_i.frame);
      vectors_q           <= vectors_q + 64'(opu_i.vector_done);
      pixels_read_q       <= pixels_read_q + 64'(opu_i.pixels_read);
      pixels_saturated_q  <= pixels_saturated_q + 64'(opu_i.pixels_saturated);
      frames_dark_q       <= frames_dark_q + 64'(opu_i.frame_dark);
      outputs_saturated_q <= outputs_saturated_q + 64'(opu_i.outputs_saturated);
      stall_q             <= stall_q + 64'(opu_i.stall);
      wait_load_q         <= wait_load_q + 64'(opu_i.wait_load);
    end
  end

  always_comb begin
    rd_data_o = '0;
    case (rd_offset_i)
      photic_spec_pkg::SHELL_COMMANDS:           rd_data_o = commands_q[31:0];
      photic_spec_pkg::SHELL_COMMANDS_HI:        rd_data_o = commands_q[63:32];
      photic_spec_pkg::SHELL_COMMANDS_FAILED:    rd_data_o = commands_failed_q[31:0];
      photic_spec_pkg::SHELL_COMMANDS_FAILED_HI: rd_data_o = commands_failed_q[63:32];
      photic_spec_pkg::SHELL_DMA_READ_BEATS:     rd_data_o = read_beats_q[31:0];
      photic_spec_pkg::SHELL_DMA_READ_BEATS_HI:  rd_data_o = read_beats_q[63:32];
      photic_spec_pkg::SHELL_DMA_WRITE_BEATS:    rd_data_o = write_beats_q[31:0];
      photic_spec_pkg::SHELL_DMA_WRITE_BEATS_HI: rd_data_o = write_beats_q[63:32];
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

endmodule
