// SPDX-License-Identifier: Apache-2.0
// Executes one command at a time: memory accesses, scans, steps and records.
`include "photic_assert.svh"

/// The control of the spiking unit. Protocol: docs/reference/spu-device.md 4.1.
///
/// Pulses and bus accesses are registers; units see them one cycle after they were decided on. `submission_i` is stable
/// from `start_i` until `done_o`.
module photic_spu_control #(
  parameter int unsigned Cols = 2,
  parameter int unsigned Rows = 2,
  parameter int unsigned Neurons = 16,
  parameter int unsigned Axons = 64,
  parameter int unsigned SynapseWords = 128,
  parameter int unsigned Slots = 4,
  parameter int unsigned Walks = 4,
  parameter int unsigned FanoutWords = 64,
  parameter int unsigned IoFanoutWords = 128,
  parameter int unsigned Inputs = 64,
  parameter int unsigned Outputs = 64
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

  /// All units.
  output photic_spu_pkg::spu_pulses_t             pulses_o,
  output logic [31:0]                             step_o,
  output logic [31:0]                             base_o,
  output logic [31:0]                             seed_o,
  input  logic                                    quiet_i,
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
  output logic [31:0]                             words_o,
  output logic [63:0]                             address_o,
  output logic                                    skip_o,
  output logic                                    excess_o,
  input  logic [31:0]                             left_i,
  output logic                                    inputs_o,
  input  logic                                    failed_i,
  input  logic [photic_link_pkg::STATUS_BITS-1:0] failed_status_i,
  input  logic [63:0]                             failed_address_i,

  /// Outputs: see photic_spu_outputs.
  output logic                                    record_rd_o,
  output logic [photic_spu_pkg::SIZE_BITS-1:0]    record_rd_output_o,
  output logic                                    record_clear_o,
  output logic [photic_spu_pkg::SIZE_BITS-1:0]    record_clear_output_o,
  input  logic [photic_spu_pkg::SUM_BITS-1:0]     record_i,

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
  localparam int unsigned PlaceBits = photic_spu_pkg::PLACE_BITS;
  localparam int unsigned Cores = Cols * Rows;
  localparam int unsigned Barrier = photic_spec_pkg::SPU_BARRIER_CYCLES + Cols + Rows;
  localparam int unsigned FlushCycles = 3;
  localparam int unsigned TimerBits = $clog2(Barrier + photic_spec_pkg::CHECK_CYCLES + FlushCycles + 1);
  localparam int unsigned TraceWords = (Cores + 1) * photic_spu_pkg::COUNTERS;
  localparam int unsigned WordShift = $clog2(photic_link_pkg::WORD_BYTES);
  localparam int unsigned Flight = photic_spec_pkg::SPU_MEMORY_CYCLES;

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

  // A stretch of words of a region: of each of `total` / `words` units from `unit` on, those from `word` on.
  typedef struct packed {
    logic [63:0] address;
    logic [UnitBits-1:0] unit;
    logic [photic_spu_pkg::REGION_BITS-1:0] region;
    logic [PlaceBits-1:0] word;
    logic [31:0] words;
    logic [31:0] total;
  } stretch_t;

  state_e                       state_q, back_q;
  purpose_e                     purpose_q;
  stretch_t                     stretch_q, stretch;
  photic_spec_pkg::spu_memory_t memory;
  photic_spec_pkg::spu_run_t    run;
  photic_spu_pkg::spu_pulses_t  pulses_q;
  photic_spu_pkg::spu_bus_t     bus_q;
  photic_spec_pkg::spu_place_t  place;

  logic [TimerBits-1:0]  timer_q;
  logic [31:0]           seed_q, step_q, base_q, k_q, epoch_q, period_q, left_q, index_q, total;
  logic [63:0]           bus_data_q, destination_q, trace_q, error_address_q, place_q, done_detail_q, run_detail;
  logic [UnitBits-1:0]   unit_q;
  logic [Flight-1:0]     flight_q;
  logic [2:0]            flying;
  logic [StatusBits-1:0] check_status, fault_status_q, done_status_q, run_status;
  logic                  scanned_q, sent_q, cleared_q, error_q, faulty_q, done_q, inputs_q;
  logic                  is_run, has_source, clear_due, clear_next, record_due, aborted, act, ask, last_word, finished;
  logic                  wide, packed_push, packed_last;
  logic [63:0]           packed_word;

  assign memory     = submission_i;
  assign run        = submission_i;
  assign is_run     = submission_i.opcode == photic_spec_pkg::OPCODE_SPU_RUN;
  assign has_source = run.source_words != '0;
  assign wide       = run.record == photic_spec_pkg::SPU_RECORD_I32;

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

  assign flying    = 3'(flight_q[0]) + 3'(flight_q[1]) + 3'(flight_q[2]);
  assign ask       = state_q == StRead && act && left_q != '0
                  && 32'(wr_data_count_i) + 32'(flying) < photic_spec_pkg::FIFO_WRITE_DATA;
  assign last_word = index_q == stretch_q.words - 1'b1;

  assign place = {16'd0, unit_q, fault_i.region, fault_i.word};

  // --- Requests ---------------------------------------------------------------------------------------------------------

  logic [31:0] record_words;
  logic [63:0] record_bytes;

  always_comb begin
    case (run.record)
      photic_spec_pkg::SPU_RECORD_BITS: record_words = (32'(run.outputs) + 32'd63) >> 6;
      photic_spec_pkg::SPU_RECORD_I32:  record_words = (32'(run.outputs) + 32'd1) >> 1;
      default:                          record_words = 32'(run.probe_neurons) << 1;
    endcase
  end
  assign record_bytes = 64'(record_words) << WordShift;

  // The stretch that the next REQUEST is for.
  always_comb begin
    stretch.address = memory.destination;
    stretch.unit    = memory.core;
    stretch.region  = memory.region;
    stretch.word    = memory.word[PlaceBits-1:0];
    stretch.words   = memory.words;
    stretch.total   = total;
    if (state_q == StRecord) begin
      stretch.address = destination_q;
      stretch.unit    = run.probe_core;
      stretch.region  = photic_spec_pkg::SPU_REGION_STATE;
      stretch.word    = PlaceBits'(run.probe_neuron) << 1;
      stretch.words   = record_words;
      stretch.total   = record_words;
    end else if (state_q == StTrace) begin
      stretch.address = trace_q;
      stretch.unit    = '0;
      stretch.region  = photic_spec_pkg::SPU_REGION_COUNTER;
      stretch.word    = '0;
      stretch.words   = photic_spu_pkg::COUNTERS;
      stretch.total   = TraceWords;
    end
  end

  assign rd_req_push_o    = act && (state_q == StFetch || (state_q == StOpen && has_source));
  assign rd_req_o.address = submission_i.source;
  assign rd_req_o.words   = is_run ? run.source_words : total;
  assign rd_data_pop_o    = act && !rd_data_empty_i && (state_q == StWrite || (state_q == StEnd && left_i != '0));

  assign wr_req_push_o    = act && !wr_req_full_i
                         && (state_q == StRequest
                             || (state_q == StRecord && run.record != photic_spec_pkg::SPU_RECORD_STATES));
  assign wr_req_o.address = (state_q == StRequest) ? stretch_q.address : destination_q;
  assign wr_req_o.words   = (state_q == StRequest) ? stretch_q.total : record_words;
  assign wr_data_push_o   = !pulses_q.flush && (flight_q[Flight-1] || packed_push);
  assign wr_data_o        = flight_q[Flight-1] ? answer_i : packed_word;

  assign open_o    = act && state_q == StOpen;
  assign words_o   = run.source_words;
  assign address_o = run.source;
  assign skip_o    = state_q == StEnd && rd_data_pop_o;
  assign excess_o  = act && state_q == StEnd && left_i != '0;

  photic_spu_record u_record (
    .clk_i,
    .rst_ni,
    .start_i       (state_q == StRecord),
    .en_i          (state_q == StOutput && act),
    .outputs_i     (run.outputs),
    .wide_i        (wide),
    .room_i        (32'(wr_data_count_i) <= photic_spec_pkg::FIFO_WRITE_DATA - 2),
    .rd_o          (record_rd_o),
    .rd_output_o   (record_rd_output_o),
    .clear_o       (record_clear_o),
    .clear_output_o(record_clear_output_o),
    .value_i       (record_i),
    .push_o        (packed_push),
    .word_o        (packed_word),
    .last_o        (packed_last)
  );

  photic_spu_check #(
    .Cores        (Cores),
    .Neurons      (Neurons),
    .Axons        (Axons),
    .SynapseWords (SynapseWords),
    .Slots        (Slots),
    .Walks        (Walks),
    .FanoutWords  (FanoutWords),
    .IoFanoutWords(IoFanoutWords),
    .Inputs       (Inputs),
    .Outputs      (Outputs)
  ) u_check (
    .clk_i,
    .en_i    (state_q == StCheck),
    .submission_i,
    .status_o(check_status),
    .total_o (total)
  );

  // --- Result -----------------------------------------------------------------------------------------------------------

  always_comb begin
    run_status = photic_spec_pkg::STATUS_OK;
    run_detail = is_run ? 64'(k_q) : '0;
    if (is_run && faulty_q) begin
      run_status = fault_status_q;
      run_detail = place_q;
    end else if (is_run && failed_i) begin
      run_status = failed_status_i;
      run_detail = failed_address_i;
    end else if (!is_run && error_q) begin
      run_status = photic_spec_pkg::STATUS_DMA_READ_ERROR;
      run_detail = error_address_q;
    end else if (wr_error_i) begin
      run_status = photic_spec_pkg::STATUS_DMA_WRITE_ERROR;
      run_detail = wr_error_address_i;
    end else if (is_run && saturated_i && submission_i.flags[photic_spec_pkg::SUBMIT_STRICT_BIT]) begin
      run_status = photic_spec_pkg::STATUS_SATURATED;
    end
  end

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
      bus_q           <= '0;
      bus_data_q      <= '0;
      timer_q         <= '0;
      seed_q          <= '0;
      step_q          <= '0;
      base_q          <= '0;
      k_q             <= '0;
      epoch_q         <= '0;
      period_q        <= '0;
      left_q          <= '0;
      index_q         <= '0;
      unit_q          <= '0;
      flight_q        <= '0;
      destination_q   <= '0;
      trace_q         <= '0;
      error_q         <= 1'b0;
      error_address_q <= '0;
      faulty_q        <= 1'b0;
      fault_status_q  <= photic_spec_pkg::STATUS_OK;
      place_q         <= '0;
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
      bus_q.write             <= 1'b0;
      bus_q.read              <= 1'b0;
      flight_q                <= pulses_q.flush ? '0 : {flight_q[Flight-2:0], ask};
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
              error_q  <= 1'b0;
              faulty_q <= 1'b0;
              state_q  <= StCheck;
            end
          end
          StCheck: begin
            timer_q         <= timer_q + 1'b1;
            error_address_q <= memory.source;
            if (timer_q == TimerBits'(photic_spec_pkg::CHECK_CYCLES - 1)) begin
              timer_q   <= '0;
              back_q    <= StFinish;
              stretch_q <= stretch;
              if (check_status != photic_spec_pkg::STATUS_OK) begin
                done_q        <= 1'b1;
                done_status_q <= check_status;
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
            unit_q  <= stretch_q.unit;
            index_q <= '0;
            left_q  <= stretch_q.total;
            if (stretch_q.region <= photic_spec_pkg::SPU_REGION_FANOUT) scanned_q <= 1'b0;
            state_q <= StWrite;
          end
          StWrite: begin
            if (rd_data_pop_o) begin
              if (rd_data_i.error) error_q <= 1'b1;
              if (!rd_data_i.error && !error_q) begin
                error_address_q <= error_address_q + (64'd1 << WordShift);
                bus_q.write     <= 1'b1;
                bus_data_q      <= rd_data_i.data;
              end
              left_q <= left_q - 1'b1;
              if (left_q == 32'd1) state_q <= StFinish;
            end
          end
          StRequest: begin
            unit_q  <= stretch_q.unit;
            index_q <= '0;
            left_q  <= stretch_q.total;
            if (!wr_req_full_i) state_q <= StRead;
          end
          StRead: begin
            if (ask) begin
              bus_q.read <= 1'b1;
              left_q     <= left_q - 1'b1;
            end
            if (left_q == '0 && flight_q == '0) state_q <= back_q;
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
            if (packed_last) state_q <= StTrace;
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
              faulty_q       <= 1'b1;
              fault_status_q <= fault_i.link ? photic_spec_pkg::STATUS_LINK_ERROR
                                             : photic_spec_pkg::STATUS_INVALID_PROGRAM;
              place_q        <= place;
              state_q        <= StEnd;
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
        // An access goes to the next word of a unit, after the last one to the next unit.
        if (ask || (state_q == StWrite && rd_data_pop_o)) begin
          bus_q.unit   <= unit_q;
          bus_q.region <= stretch_q.region;
          bus_q.word   <= stretch_q.word + index_q[PlaceBits-1:0];
          index_q      <= last_word ? '0 : index_q + 1'b1;
          if (last_word) unit_q <= unit_q + 1'b1;
        end
      end
    end
  end

  assign done_o       = done_q;
  assign status_o     = done_status_q;
  assign detail_o     = done_detail_q;
  assign pulses_o     = pulses_q;
  assign inputs_o     = inputs_q;
  assign step_o       = step_q;
  assign base_o       = base_q;
  assign seed_o       = seed_q;
  assign bus_o        = bus_q;
  assign bus_data_o   = bus_data_q;
  assign fault_unit_o = unit_q;

  `PHOTIC_ASSERT(StartOnlyWhenIdle, !start_i || state_q == StIdle)
  `PHOTIC_ASSERT(FaultIsFound, state_q != StFault || 32'(unit_q) <= Cores)
  `PHOTIC_ASSERT(OneWordAtATime, !(flight_q[Flight-1] && packed_push))

endmodule
