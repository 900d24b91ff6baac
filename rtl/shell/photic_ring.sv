// SPDX-License-Identifier: Apache-2.0
// Fetches submissions, has them executed, writes completions.
`include "photic_assert.svh"

/// The ring engine: one command at a time, queues in round robin.
///
/// Protocol: docs/reference/opu-device.md 3.4. `submission_o` is stable from `start_o` until `done_i`.
module photic_ring #(
  /// Whose commands are executed; those of other devices are INVALID_OPCODE.
  parameter photic_spec_pkg::device_kind_e Kind = photic_spec_pkg::DEVICE_KIND_OPU
) (
  /// Clock, rising edge.
  input  logic                                    clk_i,
  /// Reset, active low, asynchronous.
  input  logic                                    rst_ni,
  /// SHELL_CYCLE.
  input  logic [63:0]                             cycle_i,
  /// A command is in progress.
  output logic                                    busy_o,

  /// Queues that can run; the state of queue `queue_index_o`; what happens to it in this cycle.
  input  logic [photic_spec_pkg::QUEUES-1:0]      runnable_i,
  output logic [photic_link_pkg::QUEUE_BITS-1:0]  queue_index_o,
  input  photic_link_pkg::queue_t                 queue_i,
  output logic                                    advance_head_o,
  output logic                                    advance_tail_o,
  output logic                                    halt_o,
  output photic_link_pkg::failure_t               failure_o,
  output logic [photic_link_pkg::VECTORS-1:0]     causes_o,
  output logic                                    command_o,
  output logic                                    command_failed_o,

  /// Pulse of one cycle: execute `submission_o`. `abort_o`: its watchdog has fired, give up.
  output logic                                    start_o,
  output photic_spec_pkg::submission_t            submission_o,
  output logic                                    abort_o,
  /// Pulse of one cycle: executed with this result.
  input  logic                                    done_i,
  input  logic [photic_link_pkg::STATUS_BITS-1:0] status_i,
  input  logic [63:0]                             detail_i,

  /// Read DMA.
  output logic                                    rd_req_push_o,
  output photic_link_pkg::dma_request_t           rd_req_o,
  output logic                                    rd_data_pop_o,
  input  photic_link_pkg::read_word_t             rd_data_i,
  input  logic                                    rd_data_empty_i,

  /// Write DMA.
  output logic                                    wr_req_push_o,
  output photic_link_pkg::dma_request_t           wr_req_o,
  output logic                                    wr_data_push_o,
  output logic [photic_link_pkg::WORD_BITS-1:0]   wr_data_o,
  output logic                                    wr_clear_error_o,
  input  logic                                    wr_error_i,
  input  logic [photic_link_pkg::ADDRESS_BITS-1:0] wr_error_address_i,
  input  logic                                    wr_quiet_i
);

  localparam int unsigned Queues = photic_spec_pkg::QUEUES;
  localparam int unsigned QueueBits = photic_link_pkg::QUEUE_BITS;
  localparam int unsigned SubmissionWords = photic_spec_pkg::SUBMISSION_BYTES / photic_link_pkg::WORD_BYTES;
  localparam int unsigned CompletionWords = photic_spec_pkg::COMPLETION_BYTES / photic_link_pkg::WORD_BYTES;
  localparam int unsigned WordBits = $clog2(SubmissionWords);
  localparam int unsigned SubmissionShift = $clog2(photic_spec_pkg::SUBMISSION_BYTES);
  localparam int unsigned CompletionShift = $clog2(photic_spec_pkg::COMPLETION_BYTES);
  localparam int unsigned WordShift = $clog2(photic_link_pkg::WORD_BYTES);
  // The watchdog counts cycles, its limit is given in units of 2^WATCHDOG_SHIFT of them.
  localparam int unsigned WatchdogShift = 10;
  localparam int unsigned WatchdogBits = 32 + WatchdogShift;
  localparam int unsigned StatusBits = photic_link_pkg::STATUS_BITS;
  localparam logic [15:0] COMMAND_UNREADABLE = '1;
  localparam logic [7:0] KNOWN_FLAGS =
    8'((1 << photic_spec_pkg::SUBMIT_IRQ_BIT) | (1 << photic_spec_pkg::SUBMIT_STRICT_BIT));

  typedef enum logic [3:0] {
    StIdle,
    StReceive,
    StDispatch,
    StRun,
    StComplete0,
    StComplete1,
    StComplete2,
    StComplete3,
    StDrain
  } state_e;

  state_e                            state_q;
  logic [QueueBits-1:0]              queue_q, grant;
  logic [SubmissionWords*64-1:0]     words_q;
  photic_spec_pkg::submission_t      submission;
  logic [WordBits-1:0]               word_q;
  logic                              fault_q;
  logic [63:0]                       fault_address_q, start_cycle_q, end_cycle_q, detail_q, base;
  logic [StatusBits-1:0]             status_q;
  logic [15:0]                       id_q;
  logic                              abort_q, start_q, clear_error_q;
  logic [WatchdogBits-1:0]           watchdog_q, limit;
  logic                              nop_fields_zero, engine_opcode, drained, failed;
  photic_spec_pkg::completion_t      completion;

  // First runnable queue after the last one served; that one itself comes last.
  always_comb begin
    grant = queue_q;
    for (int unsigned i = Queues - 1; i > 0; i--) begin
      if (runnable_i[QueueBits'(32'(queue_q) + i)]) grant = QueueBits'(32'(queue_q) + i);
    end
  end

  assign submission      = words_q;
  assign submission_o    = submission;
  assign busy_o          = state_q != StIdle;
  assign start_o         = start_q;
  assign abort_o         = abort_q;
  assign queue_index_o   = (state_q == StIdle) ? grant : queue_q;
  assign base            = queue_i.sq_base + (64'(queue_i.sq_head) << SubmissionShift);
  assign limit           = {(submission.timeout == '0) ? photic_spec_pkg::WATCHDOG_DEFAULT : submission.timeout,
                            WatchdogShift'(0)};
  assign nop_fields_zero = (words_q >> (photic_spec_pkg::SUBMISSION_SOURCE_BYTE * 8)) == '0
                        && (submission.flags & ~KNOWN_FLAGS) == '0;
  assign engine_opcode   = (Kind == photic_spec_pkg::DEVICE_KIND_OPU)
                         ? submission.opcode == photic_spec_pkg::OPCODE_OPU_PROJECT
                           || submission.opcode == photic_spec_pkg::OPCODE_OPU_CALIBRATE
                         : submission.opcode == photic_spec_pkg::OPCODE_SPU_WRITE
                           || submission.opcode == photic_spec_pkg::OPCODE_SPU_READ
                           || submission.opcode == photic_spec_pkg::OPCODE_SPU_CLEAR
                           || submission.opcode == photic_spec_pkg::OPCODE_SPU_RUN;
  assign drained         = state_q == StDrain && wr_quiet_i;
  assign failed          = fault_q || wr_error_i;

  assign rd_req_push_o    = state_q == StIdle && runnable_i != '0;
  assign rd_req_o.address = base;
  assign rd_req_o.words   = SubmissionWords;
  assign rd_data_pop_o    = state_q == StReceive && !rd_data_empty_i;
  assign wr_req_push_o    = state_q == StComplete0;
  assign wr_req_o.address = queue_i.cq_base + (64'(queue_i.cq_tail) << CompletionShift);
  assign wr_req_o.words   = CompletionWords;
  assign wr_clear_error_o = clear_error_q;

  assign completion.phase   = 16'(queue_i.phase);
  assign completion.status  = status_q;
  assign completion.sq_head = queue_i.sq_head;
  assign completion.command = id_q;
  assign completion.detail  = detail_q;
  assign completion.end_    = end_cycle_q;
  assign completion.start   = start_cycle_q;

  always_comb begin
    wr_data_push_o = 1'b1;
    case (state_q)
      StComplete0: wr_data_o = completion[0 +: 64];
      StComplete1: wr_data_o = completion[64 +: 64];
      StComplete2: wr_data_o = completion[128 +: 64];
      StComplete3: wr_data_o = completion[192 +: 64];
      default: begin
        wr_data_push_o = 1'b0;
        wr_data_o      = '0;
      end
    endcase
  end

  assign advance_head_o    = state_q == StDispatch;
  assign advance_tail_o    = drained;
  assign command_o         = drained;
  assign command_failed_o  = drained && status_q != photic_spec_pkg::STATUS_OK;
  assign halt_o            = drained && failed;
  assign failure_o.status  = fault_q ? photic_spec_pkg::STATUS_DMA_READ_ERROR : photic_spec_pkg::STATUS_DMA_WRITE_ERROR;
  assign failure_o.index   = queue_q;
  assign failure_o.address = fault_q ? fault_address_q : wr_error_address_i;

  always_comb begin
    causes_o = '0;
    if (drained) begin
      causes_o[32'(queue_q)] = fault_q || submission.flags[photic_spec_pkg::SUBMIT_IRQ_BIT];
      causes_o[Queues]       = failed;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q         <= StIdle;
      queue_q         <= QueueBits'(Queues - 1);
      words_q         <= '0;
      word_q          <= '0;
      fault_q         <= 1'b0;
      fault_address_q <= '0;
      start_cycle_q   <= '0;
      end_cycle_q     <= '0;
      detail_q        <= '0;
      status_q        <= photic_spec_pkg::STATUS_OK;
      id_q            <= '0;
      abort_q         <= 1'b0;
      start_q         <= 1'b0;
      clear_error_q   <= 1'b0;
      watchdog_q      <= '0;
    end else begin
      start_q       <= 1'b0;
      clear_error_q <= 1'b0;
      unique case (state_q)
        StIdle: begin
          if (runnable_i != '0) begin
            queue_q       <= grant;
            start_cycle_q <= cycle_i;
            word_q        <= '0;
            fault_q       <= 1'b0;
            clear_error_q <= 1'b1;
            state_q       <= StReceive;
          end
        end
        StReceive: begin
          if (!rd_data_empty_i) begin
            words_q[32'(word_q)*64 +: 64] <= rd_data_i.data;
            word_q <= word_q + 1'b1;
            if (rd_data_i.error && !fault_q) begin
              fault_q         <= 1'b1;
              fault_address_q <= base + (64'(word_q) << WordShift);
            end
            if (word_q == WordBits'(SubmissionWords - 1)) state_q <= StDispatch;
          end
        end
        StDispatch: begin
          status_q   <= photic_spec_pkg::STATUS_OK;
          detail_q   <= '0;
          abort_q    <= 1'b0;
          watchdog_q <= '0;
          id_q       <= submission.command;
          state_q    <= StComplete0;
          if (fault_q) begin
            status_q <= photic_spec_pkg::STATUS_DMA_READ_ERROR;
            detail_q <= fault_address_q;
            id_q     <= COMMAND_UNREADABLE;
          end else if (submission.opcode == photic_spec_pkg::OPCODE_NOP) begin
            if (!nop_fields_zero) status_q <= photic_spec_pkg::STATUS_INVALID_FIELD;
          end else if (engine_opcode) begin
            start_q <= 1'b1;
            state_q <= StRun;
          end else begin
            status_q <= photic_spec_pkg::STATUS_INVALID_OPCODE;
          end
        end
        StRun: begin
          if (done_i) begin
            status_q <= status_i;
            detail_q <= detail_i;
            abort_q  <= 1'b0;
            state_q  <= StComplete0;
          end else if (watchdog_q == limit) begin
            abort_q <= 1'b1;
          end else begin
            watchdog_q <= watchdog_q + 1'b1;
          end
        end
        StComplete0: begin
          end_cycle_q   <= cycle_i;
          clear_error_q <= 1'b1;
          state_q       <= StComplete1;
        end
        StComplete1: state_q <= StComplete2;
        StComplete2: state_q <= StComplete3;
        StComplete3: state_q <= StDrain;
        StDrain: begin
          if (wr_quiet_i) state_q <= StIdle;
        end
        default: state_q <= StIdle;
      endcase
    end
  end

  `PHOTIC_ASSERT(DoneOnlyWhileRunning, !done_i || state_q == StRun)

endmodule
