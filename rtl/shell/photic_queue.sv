// SPDX-License-Identifier: Apache-2.0
// Registers of one queue: a submission ring and its completion ring.

/// Holds base addresses, indices, phase and halt of one queue (registers.toml: QUEUE).
///
/// A register write wins over an update of the same register by the ring engine in the same cycle.
module photic_queue (
  /// Clock, rising edge.
  input  logic                                     clk_i,
  /// Reset, active low, asynchronous.
  input  logic                                     rst_ni,

  /// Writes `wr_data_i` to the register at offset `offset_i` of the queue.
  input  logic                                     wr_en_i,
  input  logic [$bits(photic_spec_pkg::QUEUE_BASE)-1:0] wr_offset_i,
  input  logic [31:0]                              wr_data_i,
  /// Value of the register at `rd_offset_i`; 0 for a gap.
  input  logic [$bits(photic_spec_pkg::QUEUE_BASE)-1:0] rd_offset_i,
  output logic [31:0]                              rd_data_o,

  /// The submission at the head was fetched.
  input  logic                                     advance_head_i,
  /// A completion was written.
  input  logic                                     advance_tail_i,
  /// A ring access failed.
  input  logic                                     halt_i,
  /// Enabled, not halted, a submission waits and its completion has room.
  output logic                                     runnable_o,
  output photic_link_pkg::queue_t                  queue_o
);

  localparam int unsigned IndexBits = photic_link_pkg::INDEX_BITS;
  localparam int unsigned SizeBits = photic_spec_pkg::QUEUE_CONTROL_SIZE_LOG2_WIDTH;
  // log2 of the bytes of ring entries: rings are aligned to a submission entry.
  localparam int unsigned AlignBits = $clog2(photic_spec_pkg::SUBMISSION_BYTES);

  logic                 enable_q, halted_q, phase_q;
  logic [SizeBits-1:0]  size_q;
  logic [31:0]          sq_base_lo_q, sq_base_hi_q, cq_base_lo_q, cq_base_hi_q;
  logic [IndexBits-1:0] sq_tail_q, sq_head_q, cq_head_q, cq_tail_q;
  logic [IndexBits-1:0] mask, sq_head_next, cq_tail_next;
  logic                 enable;

  assign mask         = ~({IndexBits{1'b1}} << size_q);
  assign sq_head_next = (sq_head_q + 1'b1) & mask;
  assign cq_tail_next = (cq_tail_q + 1'b1) & mask;
  assign runnable_o   = enable_q && !halted_q && sq_head_q != (sq_tail_q & mask) && cq_tail_next != (cq_head_q & mask);
  assign enable       = wr_data_i[photic_spec_pkg::QUEUE_CONTROL_ENABLE_LSB];

  assign queue_o.sq_base = {sq_base_hi_q, sq_base_lo_q[31:AlignBits], AlignBits'(0)};
  assign queue_o.cq_base = {cq_base_hi_q, cq_base_lo_q[31:AlignBits], AlignBits'(0)};
  assign queue_o.sq_head = sq_head_q;
  assign queue_o.cq_tail = cq_tail_q;
  assign queue_o.phase   = phase_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      enable_q     <= 1'b0;
      halted_q     <= 1'b0;
      phase_q      <= 1'b0;
      size_q       <= '0;
      sq_base_lo_q <= '0;
      sq_base_hi_q <= '0;
      cq_base_lo_q <= '0;
      cq_base_hi_q <= '0;
      sq_tail_q    <= '0;
      sq_head_q    <= '0;
      cq_head_q    <= '0;
      cq_tail_q    <= '0;
    end else begin
      if (advance_head_i) sq_head_q <= sq_head_next;
      if (advance_tail_i) begin
        cq_tail_q <= cq_tail_next;
        phase_q   <= phase_q ^ (cq_tail_next == '0);
      end
      if (halt_i) halted_q <= 1'b1;
      if (wr_en_i) begin
        case (wr_offset_i)
          photic_spec_pkg::QUEUE_CONTROL: begin
            enable_q <= enable;
            size_q   <= wr_data_i[photic_spec_pkg::QUEUE_CONTROL_SIZE_LOG2_LSB +: SizeBits];
            if (enable && !enable_q) begin
              sq_head_q <= '0;
              sq_tail_q <= '0;
              cq_head_q <= '0;
              cq_tail_q <= '0;
              phase_q   <= 1'b1;
            end
            if (!enable && enable_q) halted_q <= 1'b0;
          end
          photic_spec_pkg::QUEUE_SQ_BASE_LO: sq_base_lo_q <= wr_data_i;
          photic_spec_pkg::QUEUE_SQ_BASE_HI: sq_base_hi_q <= wr_data_i;
          photic_spec_pkg::QUEUE_CQ_BASE_LO: cq_base_lo_q <= wr_data_i;
          photic_spec_pkg::QUEUE_CQ_BASE_HI: cq_base_hi_q <= wr_data_i;
          photic_spec_pkg::QUEUE_SQ_TAIL:    sq_tail_q <= wr_data_i[IndexBits-1:0];
          photic_spec_pkg::QUEUE_CQ_HEAD:    cq_head_q <= wr_data_i[IndexBits-1:0];
          default: ;
        endcase
      end
    end
  end

  always_comb begin
    rd_data_o = '0;
    case (rd_offset_i)
      photic_spec_pkg::QUEUE_CONTROL: begin
        rd_data_o[photic_spec_pkg::QUEUE_CONTROL_ENABLE_LSB]                = enable_q;
        rd_data_o[photic_spec_pkg::QUEUE_CONTROL_SIZE_LOG2_LSB +: SizeBits] = size_q;
      end
      photic_spec_pkg::QUEUE_STATUS:     rd_data_o[photic_spec_pkg::QUEUE_STATUS_HALTED_LSB] = halted_q;
      photic_spec_pkg::QUEUE_SQ_BASE_LO: rd_data_o = sq_base_lo_q;
      photic_spec_pkg::QUEUE_SQ_BASE_HI: rd_data_o = sq_base_hi_q;
      photic_spec_pkg::QUEUE_CQ_BASE_LO: rd_data_o = cq_base_lo_q;
      photic_spec_pkg::QUEUE_CQ_BASE_HI: rd_data_o = cq_base_hi_q;
      photic_spec_pkg::QUEUE_SQ_TAIL:    rd_data_o = 32'(sq_tail_q);
      photic_spec_pkg::QUEUE_CQ_HEAD:    rd_data_o = 32'(cq_head_q);
      photic_spec_pkg::QUEUE_SQ_HEAD:    rd_data_o = 32'(sq_head_q);
      photic_spec_pkg::QUEUE_CQ_TAIL:    rd_data_o = 32'(cq_tail_q);
      default: ;
    endcase
  end

endmodule
