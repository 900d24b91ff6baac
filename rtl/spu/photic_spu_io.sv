// SPDX-License-Identifier: Apache-2.0
// The input/output unit north of router (0, 0).
`include "photic_assert.svh"

/// Sends the events of the input stream into the mesh and adds up what arrives for the host.
///
/// Protocol: docs/reference/spu-device.md 4.2.
module photic_spu_io #(
  parameter int unsigned Cols = 2,
  parameter int unsigned Rows = 2,
  parameter int unsigned Axons = 64,
  parameter int unsigned Inputs = 64,
  parameter int unsigned Outputs = 64,
  parameter int unsigned FanoutWords = 128
) (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,

  /// Control.
  input  photic_spu_pkg::spu_pulses_t pulses_i,
  output logic        idle_o,
  output photic_spu_pkg::spu_fault_t fault_o,

  /// The input stream: see photic_spu_parser.
  input  logic        open_i,
  input  logic [31:0] words_i,
  input  logic [63:0] address_i,
  input  logic        skip_i,
  input  logic        excess_i,
  output logic [31:0] left_o,
  input  logic        inputs_i,
  output logic        failed_o,
  output logic [photic_link_pkg::STATUS_BITS-1:0] status_o,
  output logic [63:0] failed_address_o,
  output logic        rd_data_pop_o,
  input  photic_link_pkg::read_word_t rd_data_i,
  input  logic        rd_data_empty_i,
  /// An event was queued in this cycle.
  output logic        event_o,

  /// Records: see photic_spu_outputs.
  input  logic        record_rd_i,
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] record_rd_output_i,
  input  logic        record_clear_i,
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] record_clear_output_i,
  output logic [photic_spu_pkg::SUM_BITS-1:0] record_o,

  /// Memory bus.
  input  photic_spu_pkg::spu_bus_t bus_i,
  input  logic [63:0] bus_data_i,
  output logic [63:0] answer_o,

  /// Links from and to the north side of router (0, 0).
  input  logic        link_valid_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] link_i,
  output logic        credit_o,
  output logic        link_valid_o,
  output logic [photic_spu_pkg::FLIT_BITS-1:0] link_o,
  input  logic        credit_i
);

  localparam int unsigned SizeBits = photic_spu_pkg::SIZE_BITS;
  localparam int unsigned SumBits = photic_spu_pkg::SUM_BITS;
  localparam int unsigned PayloadBits = photic_spu_pkg::PAYLOAD_BITS;
  localparam int unsigned Unit = Cols * Rows;
  localparam int unsigned SourceBits = (Inputs > 1) ? $clog2(Inputs) : 1;

  logic flush;
  assign flush = pulses_i.flush;

  // --- Memory bus and configuration -------------------------------------------------------------------------------------

  photic_spu_pkg::spu_regions_t wr, rd;
  logic [photic_spu_pkg::COUNTER_INDEX_BITS-1:0] low;
  logic [63:0]         pointer_word, fanout_word;
  logic [SumBits-1:0]  sum;
  logic [photic_spu_pkg::COUNTER_BITS-1:0] counter;
  logic [SizeBits-1:0] config_sources_q, config_outputs_q, sources, outputs;
  logic                config_good, scan;

  assign config_good = 32'(config_sources_q) <= Inputs && 32'(config_outputs_q) <= Outputs;
  assign sources     = config_good ? config_sources_q : '0;
  assign outputs     = config_good ? config_outputs_q : '0;
  assign scan        = pulses_i.scan && config_good;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      config_sources_q <= '0;
      config_outputs_q <= '0;
    end else if (wr.setup) begin
      config_sources_q <= bus_data_i[photic_spec_pkg::SPU_CONFIG_NEURONS_LSB +: SizeBits];
      config_outputs_q <= bus_data_i[photic_spec_pkg::SPU_CONFIG_AXONS_LSB +: SizeBits];
    end
  end

  photic_spu_select u_select (
    .clk_i,
    .rst_ni,
    .flush_i      (flush),
    .unit_i       (photic_spu_pkg::UNIT_BITS'(Unit)),
    .bus_i,
    .wr_o         (wr),
    .rd_o         (rd),
    .low_o        (low),
    .config_i     (64'({config_outputs_q, config_sources_q})),
    .axon_i       ('0),
    .synapse_i    ('0),
    .walk_i       ('0),
    .neuron_i     ('0),
    .pointer_i    (pointer_word),
    .fanout_i     (fanout_word),
    .state_i      ('0),
    .accumulator_i({{64 - SumBits{sum[SumBits-1]}}, sum}),
    .counter_i    (64'(counter)),
    .answer_o
  );

  // --- Events into the mesh ---------------------------------------------------------------------------------------------

  logic                   parser_idle, event_push, event_full, event_empty, event_pop;
  logic [SourceBits-1:0]  event_source, source;
  logic [PayloadBits-1:0] event_payload, payload;
  logic                   emit_idle, emit_table, emit_flit, emit_work, emit_stall;
  photic_spu_pkg::spu_fault_t config_fault, emit_fault, outputs_fault;

  photic_spu_parser #(
    .SourceBits(SourceBits)
  ) u_parser (
    .clk_i,
    .rst_ni,
    .flush_i  (flush),
    .open_i,
    .words_i,
    .address_i,
    .skip_i,
    .excess_i,
    .left_o,
    .inputs_i,
    .sources_i(sources),
    .idle_o   (parser_idle),
    .failed_o,
    .status_o,
    .failed_address_o,
    .rd_data_pop_o,
    .rd_data_i,
    .rd_data_empty_i,
    .push_o   (event_push),
    .source_o (event_source),
    .payload_o(event_payload),
    .full_i   (event_full)
  );

  photic_fifo #(
    .Width(SourceBits + PayloadBits),
    .Depth(photic_spec_pkg::FIFO_SPU_EVENTS)
  ) u_events (
    .clk_i,
    .rst_ni,
    .clear_i(flush),
    .push_i (event_push),
    .data_i ({event_source, event_payload}),
    .full_o (event_full),
    .pop_i  (event_pop),
    .data_o ({source, payload}),
    .empty_o(event_empty),
    .count_o()
  );

  photic_spu_emit #(
    .Pointers   (Inputs),
    .FanoutWords(FanoutWords),
    .InIo       (1'b1),
    .Cols       (Cols),
    .Rows       (Rows),
    .Axons      (Axons),
    .Outputs    (Outputs)
  ) u_emit (
    .clk_i,
    .rst_ni,
    .flush_i        (flush),
    .x_i            (5'd0),
    .y_i            (5'd0),
    .scan_i         (scan),
    .pointers_i     (sources),
    .idle_o         (emit_idle),
    .fault_o        (emit_fault),
    .queue_empty_i  (event_empty),
    .queue_index_i  (source),
    .queue_payload_i(payload),
    .queue_pop_o    (event_pop),
    .link_valid_o,
    .link_o,
    .credit_i,
    .pointer_wr_i   (wr.pointer),
    .pointer_rd_i   (rd.pointer),
    .fanout_wr_i    (wr.fanout),
    .fanout_rd_i    (rd.fanout),
    .bus_word_i     (bus_i.word),
    .bus_data_i,
    .pointer_o      (pointer_word),
    .fanout_o       (fanout_word),
    .table_read_o   (emit_table),
    .flit_o         (emit_flit),
    .work_o         (emit_work),
    .stall_o        (emit_stall)
  );

  // --- Packets for the host ---------------------------------------------------------------------------------------------

  logic        receive_empty, receive_pop, credit_q, outputs_idle, added, drop, parity_error, unused;
  logic [63:0] received;

  assign unused = ^{wr, rd};

  photic_fifo #(
    .Width(photic_spu_pkg::FLIT_BITS),
    .Depth(photic_spec_pkg::FIFO_SPU_RECEIVE)
  ) u_receive (
    .clk_i,
    .rst_ni,
    .clear_i(flush),
    .push_i (link_valid_i),
    .data_i (link_i),
    .full_o (),
    .pop_i  (receive_pop),
    .data_o (received),
    .empty_o(receive_empty),
    .count_o()
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) credit_q <= 1'b0;
    else credit_q <= receive_pop;
  end
  assign credit_o = credit_q;

  photic_spu_outputs #(
    .Outputs(Outputs)
  ) u_outputs (
    .clk_i,
    .rst_ni,
    .flush_i       (flush),
    .clear_i       (pulses_i.clear_outputs),
    .outputs_i     (outputs),
    .idle_o        (outputs_idle),
    .fault_o       (outputs_fault),
    .empty_i       (receive_empty),
    .flit_i        (received),
    .pop_o         (receive_pop),
    .record_rd_i,
    .record_rd_output_i,
    .record_clear_i,
    .record_clear_output_i,
    .bus_wr_i      (wr.accumulator),
    .bus_rd_i      (rd.accumulator),
    .bus_word_i    (bus_i.word),
    .bus_data_i    (bus_data_i[SumBits-1:0]),
    .data_o        (sum),
    .added_o       (added),
    .drop_o        (drop),
    .parity_error_o(parity_error)
  );
  assign record_o = sum;

  // --- Faults, counters, idleness ---------------------------------------------------------------------------------------

  photic_spu_pkg::spu_events_t events;

  always_comb begin
    config_fault        = '0;
    config_fault.valid  = pulses_i.scan && !config_good;
    config_fault.region = photic_spec_pkg::SPU_REGION_CONFIG;
  end

  photic_spu_fault u_fault (
    .clk_i,
    .rst_ni,
    .flush_i (flush),
    .forget_i(pulses_i.forget),
    .a_i     (config_fault),
    .b_i     (emit_fault),
    .c_i     (outputs_fault),
    .d_i     ('0),
    .fault_o
  );

  always_comb begin
    events              = '0;
    events.spike        = event_push;
    events.synaptic_ops = 4'(added);
    events.flit_in      = receive_pop;
    events.flit_out     = emit_flit;
    events.drops        = 4'(drop);
    events.parity_error = parity_error;
    events.table_reads  = 2'(emit_table);
    events.emit         = emit_work;
    events.stall        = emit_stall;
  end

  photic_spu_counters u_counters (
    .clk_i,
    .rst_ni,
    .clear_i         (pulses_i.clear_counters),
    .events_i        (events),
    .signature_word_i('0),
    .index_i         (low),
    .word_o          (counter)
  );

  assign event_o = event_push;
  assign idle_o  = parser_idle && emit_idle && outputs_idle && event_empty && receive_empty && !link_valid_i;

  `PHOTIC_ASSERT(HostOnlyWhenIdle, (wr == '0 && rd == '0) || idle_o)

endmodule
