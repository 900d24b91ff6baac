// SPDX-License-Identifier: Apache-2.0
// Executes one command at a time: memory accesses, scans, steps and records.
`include "photic_assert.svh"

/// The control of the spiking unit. Protocol: docs/reference/spu-device.md 4.1.
///
/// Pulses and bus accesses are registers; units see them one cycle after they were decided on. `submission_i` is stable
/// from `start_i` until `done_o`.
module photic_spu_control #(
  parameter int unsigned Cols = 2,
  parameter int unsigned Rows = 2
) (
  /// Clock, rising edge.
  input  logic                                    clk_i,
  /// Reset, active low, asynchronous.
  input  logic                                    rst_ni,

  /// Pulse to execute `submission_i`, level to give up, pulse with the result; SPU_SEED.
  input  logic                                    start_i,
  input  photic_spec_pkg::submission_t            submission_i,
  input  logic                                    abort_i,
  output logic                                    done_o,
  output logic [photic_link_pkg::STATUS_BITS-1:0] status_o,
  output logic [63:0]                             detail_o,
  input  logic [31:0]                             seed_i,
  /// Level: `submission_i` is being validated; the verdict, and the words that a memory command moves.
  output logic                                    check_o,
  input  logic [photic_link_pkg::STATUS_BITS-1:0] check_status_i,
  input  logic [31:0]                             total_i,

  /// All units.
  output photic_spu_pkg::spu_pulses_t             pulses_o,
  output logic [31:0]                             step_o,
  output logic [31:0]                             base_o,
  output logic [31:0]                             seed_o,
  input  logic                                    quiet_i,
  /// A value was clipped since `forget`.
  input  logic                                    saturated_i,
  /// Some unit has a fault; the fault of unit `fault_unit_o`.
  input  logic                                    any_fault_i,
  output logic [photic_spu_pkg::UNIT_BITS-1:0]    fault_unit_o,
  input  photic_spu_pkg::spu_fault_t              fault_i,
  output photic_spu_pkg::spu_bus_t                bus_o,
  output logic [63:0]                             bus_data_o,
  input  logic [63:0]                             answer_i,

  /// Parser: see photic_spu_parser.
  output logic                                    open_o,
  output logic                                    skip_o,
  output logic                                    excess_o,
  input  logic [31:0]                             left_i,
  output logic                                    inputs_o,
  input  logic                                    failed_i,
  input  logic [photic_link_pkg::STATUS_BITS-1:0] failed_status_i,
  input  logic [63:0]                             failed_address_i,

  /// Packing of outputs: see photic_spu_record.
  output logic                                    record_start_o,
  output logic                                    record_en_o,
  input  logic                                    record_push_i,
  input  logic [63:0]                             record_word_i,
  input  logic                                    record_last_i,

  /// DMA.
  output logic                                    rd_req_push_o,
  output photic_link_pkg::dma_request_t           rd_req_o,
  output logic                                    rd_data_pop_o,
  input  photic_link_pkg::read_word_t             rd_data_i,
  input  logic                                    rd_data_empty_i,
  input  logic                                    rd_quiet_i,
  output logic                                    wr_req_push_o,
  output photic_link_pkg::dma_request_t           wr_req_o,
  input  logic                                    wr_req_full_i,
  output logic                                    wr_data_push_o,
  output logic [63:0]                             wr_data_o,
  input  logic [$clog2(photic_spec_pkg::FIFO_WRITE_DATA + 1)-1:0] wr_data_count_i,
  input  logic                                    wr_error_i,
  input  logic [63:0]                             wr_error_address_i,
  input  logic                                    wr_quiet_i,

  /// Events for the device's counters; `event_sent` is not control's.
  output photic_spu_pkg::spu_counts_t             counts_o
);

  localparam int unsigned StatusBits = photic_link_pkg::STATUS_BITS;
  localparam int unsigned UnitBits = photic_spu_pkg::UNIT_BITS;
  localparam int unsigned Cores = Cols * Rows;
  localparam int unsigned Barrier = photic_spec_pkg::SPU_BARRIER_CYCLES + Cols + Rows;
  localparam int unsigned FlushCycles = 3;
  localparam int unsigned TimerBits = $clog2(Barrier + photic_spec_pkg::CHECK_CYCLES + FlushCycles + 1);
  localparam int unsigned TraceWords = (Cores + 1) * photic_spu_pkg::COUNTERS;
  localparam int unsigned WordShift = $clog2(photic_link_pkg::WORD_BYTES);

  typedef enum logic [4:0] {
    StIdle,
    StCheck,
    StWait,
    StFetch,
    StWrite,
    StRequest,
    StRead,
    StPrepare,
    StScanned,
    StOpen,
    StStep,
    StAfter,
    StRecord,
    StOutput,
    StTrace,
    StNext,
    StFault,
    StEnd,
    StFinish,
    StFlush,
    StTimed
  } state_e;

  // What a WAIT is spent on, for the counters.
  typedef enum logic [2:0] {
    ForNothing,
    ForScan,
    ForClear,
    ForInput,
    ForStep
  } purpose_e;

  state_e                       state_q, back_q;
  purpose_e                     purpose_q;
  photic_spu_pkg::spu_stretch_t stretch_q, stretch;
  photic_spec_pkg::spu_memory_t memory;
  photic_spec_pkg::spu_run_t    run;
  photic_spu_pkg::spu_pulses_t  pulses_q;

  logic [TimerBits-1:0]  timer_q;
  logic [31:0]           seed_q, step_q, base_q, k_q, epoch_q, period_q, left;
  logic [63:0]           destination_q, trace_q, done_detail_q, run_detail;
  logic [UnitBits-1:0]   unit_q;
  logic [2:0]            flying;
  logic [StatusBits-1:0] done_status_q, run_status;
  logic                  scanned_q, sent_q, cleared_q, refused, done_q, inputs_q;
  logic                  is_run, has_source, clear_due, clear_next, record_due, aborted, act, ask, arriving, finished;

  assign memory     = submission_i;
  assign run        = submission_i;
  assign is_run     = submission_i.opcode == photic_spec_pkg::OPCODE_SPU_RUN;
  assign has_source = run.source_words != '0;

  // Giving up comes before anything else, but for the end of a command.
  assign finished = state_q == StFinish && rd_quiet_i && wr_quiet_i;
  assign aborted  = abort_i && !finished
                 && !(state_q == StIdle || state_q == StCheck || state_q == StFlush || state_q == StTimed
                      || (state_q == StWait && back_q == StTimed));
  assign act      = !aborted;

  assign clear_due  = (k_q == '0) ? run.control[photic_spec_pkg::SPU_CONTROL_CLEAR_FIRST_BIT]
                                  : run.epoch != '0 && epoch_q == '0;
  assign clear_next = run.epoch != '0 && epoch_q + 1'b1 == run.epoch;
  assign record_due = run.record != photic_spec_pkg::SPU_RECORD_NONE && period_q + 1'b1 == run.period;

  assign ask = state_q == StRead && act && left != '0
            && 32'(wr_data_count_i) + 32'(flying) < photic_spec_pkg::FIFO_WRITE_DATA;

  // --- Requests ---------------------------------------------------------------------------------------------------------

  logic [31:0] record_words;
  logic [63:0] record_bytes;

  assign record_bytes = 64'(record_words) << WordShift;

  photic_spu_stretch #(
    .TraceWords(TraceWords)
  ) u_stretch (
    .submission_i,
    .total_i,
    .record_i      (state_q == StRecord),
    .trace_i       (state_q == StTrace),
    .destination_i (destination_q),
    .trace_at_i    (trace_q),
    .stretch_o     (stretch),
    .record_words_o(record_words)
  );

  assign rd_req_push_o    = act && (state_q == StFetch || (state_q == StOpen && has_source));
  assign rd_req_o.address = submission_i.source;
  assign rd_req_o.words   = is_run ? run.source_words : total_i;
  assign rd_data_pop_o    = act && !rd_data_empty_i && (state_q == StWrite || (state_q == StEnd && left_i != '0));

  assign wr_req_push_o    = act && !wr_req_full_i
                         && (state_q == StRequest
                             || (state_q == StRecord && run.record != photic_spec_pkg::SPU_RECORD_STATES));
  assign wr_req_o.address = (state_q == StRequest) ? stretch_q.address : destination_q;
  assign wr_req_o.words   = (state_q == StRequest) ? stretch_q.total : record_words;
  assign wr_data_push_o   = !pulses_q.flush && (arriving || record_push_i);
  assign wr_data_o        = arriving ? answer_i : record_word_i;

  assign open_o    = act && state_q == StOpen;
  assign skip_o    = state_q == StEnd && rd_data_pop_o;
  assign excess_o  = act && state_q == StEnd && left_i != '0;

  photic_spu_walker u_walker (
    .clk_i,
    .rst_ni,
    .flush_i   (pulses_q.flush),
    .stretch_i (stretch_q),
    .start_i   (state_q == StFetch || state_q == StRequest),
    .read_i    (ask),
    .next_i    (state_q == StWrite && rd_data_pop_o),
    .write_i   (state_q == StWrite && rd_data_pop_o && !rd_data_i.error && !refused),
    .data_i    (rd_data_i.data),
    .left_o    (left),
    .flying_o  (flying),
    .arriving_o(arriving),
    .bus_o,
    .bus_data_o
  );

  // --- Result -----------------------------------------------------------------------------------------------------------

  photic_spu_result u_result (
    .clk_i,
    .rst_ni,
    .start_i           (start_i),
    .submission_i,
    .word_i            (state_q == StWrite && rd_data_pop_o),
    .word_refused_i    (rd_data_i.error),
    .refused_o         (refused),
    .fault_i           (fault_i),
    .fault_take_i      (state_q == StFault && act),
    .fault_unit_i      (unit_q),
    .failed_i,
    .failed_status_i,
    .failed_address_i,
    .wr_error_i,
    .wr_error_address_i,
    .saturated_i,
    .steps_i           (k_q),
    .status_o          (run_status),
    .detail_o          (run_detail)
  );

  always_comb begin
    counts_o              = '0;
    counts_o.step         = state_q == StAfter && act;
    counts_o.scan         = state_q == StScanned && act && !any_fault_i;
    counts_o.cycle_scan   = state_q == StWait && purpose_q == ForScan;
    counts_o.cycle_clear  = state_q == StWait && purpose_q == ForClear;
    counts_o.cycle_input  = state_q == StWait && purpose_q == ForInput;
    counts_o.cycle_step   = state_q == StWait && purpose_q == ForStep;
    counts_o.cycle_record = is_run && (state_q == StRecord || state_q == StOutput || state_q == StTrace
                                       || state_q == StRequest || state_q == StRead);
    counts_o.cycle_memory = !is_run && (state_q == StFetch || state_q == StWrite || state_q == StRequest
                                        || state_q == StRead);
  end

  // --- State ------------------------------------------------------------------------------------------------------------

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q         <= StIdle;
      back_q          <= StIdle;
      purpose_q       <= ForNothing;
      stretch_q       <= '0;
      pulses_q        <= '0;
      timer_q         <= '0;
      seed_q          <= '0;
      step_q          <= '0;
      base_q          <= '0;
      k_q             <= '0;
      epoch_q         <= '0;
      period_q        <= '0;
      unit_q          <= '0;
      destination_q   <= '0;
      trace_q         <= '0;
      scanned_q       <= 1'b0;
      sent_q          <= 1'b0;
      cleared_q       <= 1'b0;
      inputs_q        <= 1'b0;
      done_q          <= 1'b0;
      done_status_q   <= photic_spec_pkg::STATUS_OK;
      done_detail_q   <= '0;
    end else begin
      done_q                  <= 1'b0;
      inputs_q                <= 1'b0;
      pulses_q.forget         <= 1'b0;
      pulses_q.scan           <= 1'b0;
      pulses_q.clear_neurons  <= 1'b0;
      pulses_q.clear_outputs  <= 1'b0;
      pulses_q.clear_counters <= 1'b0;
      pulses_q.sweep          <= 1'b0;
      if (aborted) begin
        pulses_q.flush <= 1'b1;
        timer_q        <= '0;
        state_q        <= StFlush;
      end else begin
        case (state_q)
          StIdle: begin
            if (start_i) begin
              seed_q   <= seed_i;
              timer_q  <= '0;
              k_q      <= '0;
              state_q  <= StCheck;
            end
          end
          StCheck: begin
            timer_q <= timer_q + 1'b1;
            if (timer_q == TimerBits'(photic_spec_pkg::CHECK_CYCLES - 1)) begin
              timer_q   <= '0;
              back_q    <= StFinish;
              stretch_q <= stretch;
              if (check_status_i != photic_spec_pkg::STATUS_OK) begin
                done_q        <= 1'b1;
                done_status_q <= check_status_i;
                done_detail_q <= '0;
                state_q       <= StIdle;
              end else begin
                case (submission_i.opcode)
                  photic_spec_pkg::OPCODE_SPU_WRITE: state_q <= StFetch;
                  photic_spec_pkg::OPCODE_SPU_READ:  state_q <= StRequest;
                  photic_spec_pkg::OPCODE_SPU_CLEAR: begin
                    pulses_q.clear_neurons  <= memory.clear[photic_spec_pkg::SPU_CLEAR_STATE_BIT];
                    pulses_q.clear_outputs  <= memory.clear[photic_spec_pkg::SPU_CLEAR_STATE_BIT];
                    pulses_q.clear_counters <= memory.clear[photic_spec_pkg::SPU_CLEAR_COUNTERS_BIT];
                    purpose_q               <= ForClear;
                    state_q                 <= StWait;
                  end
                  default: state_q <= StPrepare;
                endcase
              end
            end
          end
          StWait: begin
            timer_q <= quiet_i ? timer_q + 1'b1 : '0;
            if (quiet_i && timer_q == TimerBits'(Barrier - 1)) state_q <= back_q;
          end
          StFetch: begin
            if (stretch_q.region <= photic_spec_pkg::SPU_REGION_FANOUT) scanned_q <= 1'b0;
            state_q <= StWrite;
          end
          StWrite: begin
            if (rd_data_pop_o) begin
              if (left == 32'd1) state_q <= StFinish;
            end
          end
          StRequest: begin
            if (!wr_req_full_i) state_q <= StRead;
          end
          StRead: begin
            if (left == '0 && flying == '0) state_q <= back_q;
          end
          StPrepare: begin
            pulses_q.forget <= 1'b1;
            destination_q   <= run.destination;
            trace_q         <= run.trace;
            step_q          <= run.step;
            epoch_q         <= '0;
            period_q        <= '0;
            if (scanned_q) begin
              state_q <= StOpen;
            end else begin
              pulses_q.scan <= 1'b1;
              timer_q       <= '0;
              purpose_q     <= ForScan;
              back_q        <= StScanned;
              state_q       <= StWait;
            end
          end
          StScanned: begin
            unit_q <= '0;
            if (!any_fault_i) scanned_q <= 1'b1;
            state_q <= any_fault_i ? StFault : StOpen;
          end
          StOpen: begin
            sent_q    <= 1'b0;
            cleared_q <= 1'b0;
            state_q   <= StStep;
          end
          StStep: begin
            timer_q <= '0;
            state_q <= StWait;
            if (clear_due && !cleared_q) begin
              pulses_q.clear_neurons <= 1'b1;
              pulses_q.clear_outputs <= k_q == '0;
              cleared_q              <= 1'b1;
              purpose_q              <= ForClear;
              back_q                 <= StStep;
            end else if (has_source && !sent_q) begin
              inputs_q  <= 1'b1;
              base_q    <= step_q;
              sent_q    <= 1'b1;
              purpose_q <= ForInput;
              back_q    <= StStep;
            end else if (failed_i) begin
              state_q <= StEnd;
            end else begin
              pulses_q.sweep <= 1'b1;
              base_q         <= step_q + 1'b1;
              cleared_q      <= 1'b0;
              sent_q         <= has_source && k_q + 1'b1 < run.steps && !clear_next;
              inputs_q       <= has_source && k_q + 1'b1 < run.steps && !clear_next;
              purpose_q      <= ForStep;
              back_q         <= StAfter;
            end
          end
          StAfter: begin
            k_q      <= k_q + 1'b1;
            step_q   <= step_q + 1'b1;
            epoch_q  <= clear_next ? '0 : epoch_q + 1'b1;
            period_q <= record_due ? '0 : period_q + 1'b1;
            state_q  <= record_due ? StRecord : StTrace;
          end
          StRecord: begin
            if (run.record == photic_spec_pkg::SPU_RECORD_STATES) begin
              stretch_q     <= stretch;
              destination_q <= destination_q + record_bytes;
              back_q        <= StTrace;
              state_q       <= StRequest;
            end else if (!wr_req_full_i) begin
              destination_q <= destination_q + record_bytes;
              state_q       <= StOutput;
            end
          end
          StOutput: begin
            if (record_last_i) state_q <= StTrace;
          end
          StTrace: begin
            state_q <= StNext;
            if (run.control[photic_spec_pkg::SPU_CONTROL_TRACE_BIT]) begin
              stretch_q <= stretch;
              trace_q   <= trace_q + (64'(TraceWords) << WordShift);
              back_q    <= StNext;
              state_q   <= StRequest;
            end
          end
          StNext: begin
            unit_q  <= '0;
            state_q <= any_fault_i ? StFault : (k_q == run.steps) ? StEnd : StStep;
          end
          StFault: begin
            if (fault_i.valid) begin
              state_q <= StEnd;
            end else begin
              unit_q <= unit_q + 1'b1;
            end
          end
          StEnd: begin
            if (left_i == '0) state_q <= StFinish;
          end
          StFinish: begin
            if (finished) begin
              done_q        <= 1'b1;
              done_status_q <= run_status;
              done_detail_q <= run_detail;
              state_q       <= StIdle;
            end
          end
          StFlush: begin
            if (timer_q < TimerBits'(FlushCycles)) begin
              timer_q <= timer_q + 1'b1;
            end else if (rd_quiet_i && wr_quiet_i) begin
              pulses_q.flush          <= 1'b0;
              pulses_q.clear_neurons  <= 1'b1;
              pulses_q.clear_outputs  <= 1'b1;
              pulses_q.clear_counters <= 1'b1;
              timer_q                 <= '0;
              purpose_q               <= ForNothing;
              back_q                  <= StTimed;
              state_q                 <= StWait;
            end
          end
          StTimed: begin
            done_q        <= 1'b1;
            done_status_q <= photic_spec_pkg::STATUS_TIMEOUT;
            done_detail_q <= 64'(k_q);
            state_q       <= StIdle;
          end
          default: state_q <= StIdle;
        endcase
      end
    end
  end

  assign record_start_o = state_q == StRecord;
  assign record_en_o    = state_q == StOutput && act;

  assign check_o      = state_q == StCheck;
  assign done_o       = done_q;
  assign status_o     = done_status_q;
  assign detail_o     = done_detail_q;
  assign pulses_o     = pulses_q;
  assign inputs_o     = inputs_q;
  assign step_o       = step_q;
  assign base_o       = base_q;
  assign seed_o       = seed_q;
  assign fault_unit_o = unit_q;

  `PHOTIC_ASSERT(StartOnlyWhenIdle, !start_i || state_q == StIdle)
  `PHOTIC_ASSERT(FaultIsFound, state_q != StFault || 32'(unit_q) <= Cores)
  `PHOTIC_ASSERT(OneWordAtATime, !(arriving && record_push_i))

endmodule
