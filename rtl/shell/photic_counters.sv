// SPDX-License-Identifier: Apache-2.0
// The 64-bit event counters that every device has.

/// Counts what blocks report, each event at the end of the cycle it happened in, and shows the counters by register offset.
module photic_counters (
  /// Clock, rising edge.
  input  logic                                clk_i,
  /// Reset, active low, asynchronous.
  input  logic                                rst_ni,
  /// What happened in this cycle.
  input  photic_link_pkg::shell_counts_t      shell_i,
  /// Low and high word registers of the counters; 0 for any other offset.
  input  logic [$bits(photic_spec_pkg::SHELL_BASE)-1:0] rd_offset_i,
  output logic [31:0]                         rd_data_o
);

  logic [63:0] commands_q, commands_failed_q, read_beats_q, write_beats_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      commands_q        <= '0;
      commands_failed_q <= '0;
      read_beats_q      <= '0;
      write_beats_q     <= '0;
    end else if (|shell_i) begin
      commands_q        <= commands_q + 64'(shell_i.command);
      commands_failed_q <= commands_failed_q + 64'(shell_i.command_failed);
      read_beats_q      <= read_beats_q + 64'(shell_i.read_beat);
      write_beats_q     <= write_beats_q + 64'(shell_i.write_beat);
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
      default: ;
    endcase
  end

endmodule
