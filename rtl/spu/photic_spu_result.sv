// SPDX-License-Identifier: Apache-2.0
// Status and detail of a command.

/// Keeps what went wrong in a command and ranks it (docs/reference/spu-device.md 2.2 and 2.4).
module photic_spu_result (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,
  /// Pulse: the next command, which stays stable.
  input  logic        start_i,
  input  photic_spec_pkg::submission_t submission_i,

  /// WRITE took a word, which was refused; a word was refused before this cycle.
  input  logic        word_i,
  input  logic        word_refused_i,
  output logic        refused_o,
  /// A unit's fault, if it has one, is the command's.
  input  photic_spu_pkg::spu_fault_t fault_i,
  input  logic        fault_take_i,
  input  logic [photic_spu_pkg::UNIT_BITS-1:0] fault_unit_i,
  /// Failures that others keep, and steps done.
  input  logic        failed_i,
  input  logic [photic_link_pkg::STATUS_BITS-1:0] failed_status_i,
  input  logic [63:0] failed_address_i,
  input  logic        wr_error_i,
  input  logic [63:0] wr_error_address_i,
  input  logic        saturated_i,
  input  logic [31:0] steps_i,

  output logic [photic_link_pkg::STATUS_BITS-1:0] status_o,
  output logic [63:0] detail_o
);

  localparam int unsigned WordShift = $clog2(photic_link_pkg::WORD_BYTES);

  logic                        refused_q, faulty_q, link_q, is_run;
  logic [31:0]                 words_q;
  photic_spec_pkg::spu_place_t place_q;

  assign is_run    = submission_i.opcode == photic_spec_pkg::OPCODE_SPU_RUN;
  assign refused_o = refused_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      refused_q <= 1'b0;
      faulty_q  <= 1'b0;
      link_q    <= 1'b0;
      words_q   <= '0;
      place_q   <= '0;
    end else if (start_i) begin
      refused_q <= 1'b0;
      faulty_q  <= 1'b0;
      words_q   <= '0;
    end else begin
      if (word_i && word_refused_i) refused_q <= 1'b1;
      // Words before the first refused one.
      if (word_i && !word_refused_i && !refused_q) words_q <= words_q + 1'b1;
      if (fault_take_i && fault_i.valid) begin
        faulty_q <= 1'b1;
        link_q   <= fault_i.link;
        place_q  <= {16'd0, fault_unit_i, fault_i.region, fault_i.word};
      end
    end
  end

  always_comb begin
    status_o = photic_spec_pkg::STATUS_OK;
    detail_o = is_run ? 64'(steps_i) : '0;
    if (is_run && faulty_q) begin
      status_o = link_q ? photic_spec_pkg::STATUS_LINK_ERROR : photic_spec_pkg::STATUS_INVALID_PROGRAM;
      detail_o = place_q;
    end else if (is_run && failed_i) begin
      status_o = failed_status_i;
      detail_o = failed_address_i;
    end else if (refused_q) begin
      status_o = photic_spec_pkg::STATUS_DMA_READ_ERROR;
      detail_o = submission_i.source + (64'(words_q) << WordShift);
    end else if (wr_error_i) begin
      status_o = photic_spec_pkg::STATUS_DMA_WRITE_ERROR;
      detail_o = wr_error_address_i;
    end else if (is_run && saturated_i && submission_i.flags[photic_spec_pkg::SUBMIT_STRICT_BIT]) begin
      status_o = photic_spec_pkg::STATUS_SATURATED;
    end
  end

endmodule
