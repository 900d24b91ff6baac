// SPDX-License-Identifier: Apache-2.0
// The spiking processing unit: everything behind the host bus.
`include "photic_assert.svh"

// The preset of an elaboration that cannot give a parameter to its top.
`ifndef PHOTIC_SPU_PRESET
`define PHOTIC_SPU_PRESET 0
`endif

/// A PCI-like function with its registers, rings, DMA and interrupt pulses, in front of a mesh of cores.
///
/// Nothing moves while `busy_o` is low except register accesses. Micro-architecture: docs/reference/spu-device.md.
module photic_spu_top #(
  /// Geometry preset (photic_spec_pkg::spu_preset), reported in SHELL_GEOMETRY.
  parameter int unsigned Preset = 32'(`PHOTIC_SPU_PRESET),
  localparam int unsigned OffsetBits = $bits(photic_spec_pkg::SHELL_BASE)
) (
  /// Clock, rising edge.
  input  logic                                    clk_i,
  /// Reset, active low, asynchronous.
  input  logic                                    rst_ni,
  /// A command is in progress or can be fetched.
  output logic                                    busy_o,
  /// SHELL_CYCLE.
  output logic [63:0]                             cycle_o,
  /// Interrupt vectors, pulses of one cycle.
  output logic [photic_link_pkg::VECTORS-1:0]     irq_o,

  /// AXI4-Lite subordinate: BAR0.
  input  logic                                    s_axil_awvalid_i,
  output logic                                    s_axil_awready_o,
  input  logic [OffsetBits-1:0]                   s_axil_awaddr_i,
  input  logic                                    s_axil_wvalid_i,
  output logic                                    s_axil_wready_o,
  input  logic [31:0]                             s_axil_wdata_i,
  input  logic [3:0]                              s_axil_wstrb_i,
  output logic                                    s_axil_bvalid_o,
  input  logic                                    s_axil_bready_i,
  output logic [1:0]                              s_axil_bresp_o,
  input  logic                                    s_axil_arvalid_i,
  output logic                                    s_axil_arready_o,
  input  logic [OffsetBits-1:0]                   s_axil_araddr_i,
  output logic                                    s_axil_rvalid_o,
  input  logic                                    s_axil_rready_i,
  output logic [31:0]                             s_axil_rdata_o,
  output logic [1:0]                              s_axil_rresp_o,

  /// AXI4 manager: host memory, 64-bit data, one id, in order.
  output logic                                    m_axi_arvalid_o,
  input  logic                                    m_axi_arready_i,
  output logic                                    m_axi_arid_o,
  output logic [photic_link_pkg::ADDRESS_BITS-1:0] m_axi_araddr_o,
  output logic [photic_link_pkg::AXI_LEN_BITS-1:0] m_axi_arlen_o,
  output logic [2:0]                              m_axi_arsize_o,
  output logic [1:0]                              m_axi_arburst_o,
  input  logic                                    m_axi_rvalid_i,
  output logic                                    m_axi_rready_o,
  input  logic                                    m_axi_rid_i,
  input  logic [photic_link_pkg::WORD_BITS-1:0]   m_axi_rdata_i,
  input  logic [1:0]                              m_axi_rresp_i,
  input  logic                                    m_axi_rlast_i,
  output logic                                    m_axi_awvalid_o,
  input  logic                                    m_axi_awready_i,
  output logic                                    m_axi_awid_o,
  output logic [photic_link_pkg::ADDRESS_BITS-1:0] m_axi_awaddr_o,
  output logic [photic_link_pkg::AXI_LEN_BITS-1:0] m_axi_awlen_o,
  output logic [2:0]                              m_axi_awsize_o,
  output logic [1:0]                              m_axi_awburst_o,
  output logic                                    m_axi_wvalid_o,
  input  logic                                    m_axi_wready_i,
  output logic [photic_link_pkg::WORD_BITS-1:0]   m_axi_wdata_o,
  output logic [photic_link_pkg::WORD_BYTES-1:0]  m_axi_wstrb_o,
  output logic                                    m_axi_wlast_o,
  input  logic                                    m_axi_bvalid_i,
  output logic                                    m_axi_bready_o,
  input  logic                                    m_axi_bid_i,
  input  logic [1:0]                              m_axi_bresp_i
);

  localparam int unsigned Cols = photic_spec_pkg::spu_mesh_cols(Preset);
  localparam int unsigned Rows = photic_spec_pkg::spu_mesh_rows(Preset);
  localparam int unsigned Neurons = photic_spec_pkg::spu_neurons(Preset);
  localparam int unsigned Axons = photic_spec_pkg::spu_axons(Preset);
  localparam int unsigned SynapseWords = photic_spec_pkg::spu_synapse_words(Preset);
  localparam int unsigned Lanes = photic_spec_pkg::spu_lanes(Preset);
  localparam int unsigned Slots = photic_spec_pkg::spu_slots(Preset);
  localparam int unsigned Walks = photic_spec_pkg::spu_walks(Preset);
  localparam int unsigned FanoutWords = photic_spec_pkg::spu_fanout_words(Preset);
  localparam int unsigned IoFanoutWords = photic_spec_pkg::spu_io_fanout_words(Preset);
  localparam int unsigned Inputs = photic_spec_pkg::spu_inputs(Preset);
  localparam int unsigned Outputs = photic_spec_pkg::spu_outputs(Preset);

`ifndef SYNTHESIS
  if (Cols == 0) $error("no such preset");
`endif

  photic_spec_pkg::submission_t  submission;
  photic_spec_pkg::spu_run_t     run;
  photic_spu_pkg::spu_counts_t   counts, control_counts;
  photic_spu_pkg::spu_pulses_t   pulses;
  photic_spu_pkg::spu_bus_t      bus;
  photic_spu_pkg::spu_fault_t    fault;
  photic_link_pkg::dma_request_t rd_req, wr_req;
  photic_link_pkg::read_word_t   rd_data;
  logic [photic_link_pkg::STATUS_BITS-1:0] status, failed_status, check_status;
  logic [photic_spu_pkg::UNIT_BITS-1:0]    fault_unit;
  logic [photic_spu_pkg::SIZE_BITS-1:0]    record_rd_output, record_clear_output;
  logic [photic_spu_pkg::SUM_BITS-1:0]     record;
  logic [$clog2(photic_spec_pkg::FIFO_WRITE_DATA + 1)-1:0] wr_data_count;
  logic        start, abort, check, done, quiet, saturated, any_fault, open, skip, excess, inputs, failed, event_sent, unused_ids;
  logic        record_rd, record_clear, record_start, record_en, record_push, record_last;
  logic        rd_req_push, control_pop, parser_pop, rd_data_empty, rd_quiet;
  logic        wr_req_push, wr_req_full, wr_data_push, wr_error, wr_quiet;
  logic        reg_wr_en, reg_rd_en;
  logic [OffsetBits-1:0] reg_wr_offset, reg_rd_offset;
  logic [31:0] reg_wr_data, reg_rd_data, seed, seed_used, step, base, left, total;
  logic [63:0] detail, wr_data, wr_error_address, bus_data, answer, failed_address, record_word;

  // One id: responses cannot be out of order.
  assign m_axi_arid_o    = 1'b0;
  assign m_axi_arsize_o  = photic_link_pkg::AXI_SIZE;
  assign m_axi_arburst_o = photic_link_pkg::AXI_INCR;
  assign m_axi_awid_o    = 1'b0;
  assign m_axi_awsize_o  = photic_link_pkg::AXI_SIZE;
  assign m_axi_awburst_o = photic_link_pkg::AXI_INCR;
  assign m_axi_wstrb_o   = '1;
  assign unused_ids      = ^{m_axi_rid_i, m_axi_bid_i};


  assign run = submission;

  always_comb begin
    counts            = control_counts;
    counts.event_sent = event_sent;
  end

  photic_link_check u_link_check ();

  photic_shell #(
    .Kind(photic_spec_pkg::DEVICE_KIND_SPU)
  ) u_shell (
    .clk_i,
    .rst_ni,
    .preset_i          (photic_spec_pkg::SHELL_GEOMETRY_PRESET_WIDTH'(Preset)),
    .busy_o,
    .cycle_o,
    .irq_o,
    .s_axil_awvalid_i,
    .s_axil_awready_o,
    .s_axil_awaddr_i,
    .s_axil_wvalid_i,
    .s_axil_wready_o,
    .s_axil_wdata_i,
    .s_axil_wstrb_i,
    .s_axil_bvalid_o,
    .s_axil_bready_i,
    .s_axil_bresp_o,
    .s_axil_arvalid_i,
    .s_axil_arready_o,
    .s_axil_araddr_i,
    .s_axil_rvalid_o,
    .s_axil_rready_i,
    .s_axil_rdata_o,
    .s_axil_rresp_o,
    .m_axi_arvalid_o,
    .m_axi_arready_i,
    .m_axi_araddr_o,
    .m_axi_arlen_o,
    .m_axi_rvalid_i,
    .m_axi_rready_o,
    .m_axi_rdata_i,
    .m_axi_rresp_i,
    .m_axi_rlast_i,
    .m_axi_awvalid_o,
    .m_axi_awready_i,
    .m_axi_awaddr_o,
    .m_axi_awlen_o,
    .m_axi_wvalid_o,
    .m_axi_wready_i,
    .m_axi_wdata_o,
    .m_axi_wlast_o,
    .m_axi_bvalid_i,
    .m_axi_bready_o,
    .m_axi_bresp_i,
    .start_o           (start),
    .submission_o      (submission),
    .abort_o           (abort),
    .done_i            (done),
    .status_i          (status),
    .detail_i          (detail),
    .flush_i           (pulses.flush),
    .rd_req_push_i     (rd_req_push),
    .rd_req_i          (rd_req),
    .rd_data_pop_i     (control_pop || parser_pop),
    .rd_data_o         (rd_data),
    .rd_data_empty_o   (rd_data_empty),
    .rd_quiet_o        (rd_quiet),
    .wr_req_push_i     (wr_req_push),
    .wr_req_i          (wr_req),
    .wr_req_full_o     (wr_req_full),
    .wr_data_push_i    (wr_data_push),
    .wr_data_i         (wr_data),
    .wr_data_full_o    (),
    .wr_data_count_o   (wr_data_count),
    .wr_error_o        (wr_error),
    .wr_error_address_o(wr_error_address),
    .wr_quiet_o        (wr_quiet),
    .engine_wr_en_o    (reg_wr_en),
    .engine_wr_offset_o(reg_wr_offset),
    .engine_wr_data_o  (reg_wr_data),
    .engine_rd_en_o    (reg_rd_en),
    .engine_rd_offset_o(reg_rd_offset),
    .engine_rd_data_i  (reg_rd_data)
  );

  photic_spu_registers #(
    .Preset(Preset)
  ) u_registers (
    .clk_i,
    .rst_ni,
    .wr_en_i    (reg_wr_en),
    .wr_offset_i(reg_wr_offset),
    .wr_data_i  (reg_wr_data),
    .rd_en_i    (reg_rd_en),
    .rd_offset_i(reg_rd_offset),
    .rd_data_o  (reg_rd_data),
    .counts_i   (counts),
    .seed_o     (seed)
  );

  photic_spu_control #(
    .Cols(Cols),
    .Rows(Rows)
  ) u_control (
    .clk_i,
    .rst_ni,
    .start_i              (start),
    .submission_i         (submission),
    .abort_i              (abort),
    .done_o               (done),
    .status_o             (status),
    .detail_o             (detail),
    .seed_i               (seed),
    .check_o              (check),
    .check_status_i       (check_status),
    .total_i              (total),
    .pulses_o             (pulses),
    .step_o               (step),
    .base_o               (base),
    .seed_o               (seed_used),
    .quiet_i              (quiet),
    .saturated_i          (saturated),
    .any_fault_i          (any_fault),
    .fault_unit_o         (fault_unit),
    .fault_i              (fault),
    .bus_o                (bus),
    .bus_data_o           (bus_data),
    .answer_i             (answer),
    .open_o               (open),
    .skip_o               (skip),
    .excess_o             (excess),
    .left_i               (left),
    .inputs_o             (inputs),
    .failed_i             (failed),
    .failed_status_i      (failed_status),
    .failed_address_i     (failed_address),
    .record_start_o       (record_start),
    .record_en_o          (record_en),
    .record_push_i        (record_push),
    .record_word_i        (record_word),
    .record_last_i        (record_last),
    .rd_req_push_o        (rd_req_push),
    .rd_req_o             (rd_req),
    .rd_data_pop_o        (control_pop),
    .rd_data_i            (rd_data),
    .rd_data_empty_i      (rd_data_empty),
    .rd_quiet_i           (rd_quiet),
    .wr_req_push_o        (wr_req_push),
    .wr_req_o             (wr_req),
    .wr_req_full_i        (wr_req_full),
    .wr_data_push_o       (wr_data_push),
    .wr_data_o            (wr_data),
    .wr_data_count_i      (wr_data_count),
    .wr_error_i           (wr_error),
    .wr_error_address_i   (wr_error_address),
    .wr_quiet_i           (wr_quiet),
    .counts_o             (control_counts)
  );

  photic_spu_check #(
    .Cores        (Cols * Rows),
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
    .en_i        (check),
    .submission_i(submission),
    .status_o    (check_status),
    .total_o     (total)
  );

  photic_spu_record u_record (
    .clk_i,
    .rst_ni,
    .start_i       (record_start),
    .en_i          (record_en),
    .outputs_i     (run.outputs),
    .wide_i        (run.record == photic_spec_pkg::SPU_RECORD_I32),
    .room_i        (32'(wr_data_count) <= photic_spec_pkg::FIFO_WRITE_DATA - 2),
    .rd_o          (record_rd),
    .rd_output_o   (record_rd_output),
    .clear_o       (record_clear),
    .clear_output_o(record_clear_output),
    .value_i       (record),
    .push_o        (record_push),
    .word_o        (record_word),
    .last_o        (record_last)
  );

  photic_spu_mesh #(
    .Cols         (Cols),
    .Rows         (Rows),
    .Neurons      (Neurons),
    .Axons        (Axons),
    .SynapseWords (SynapseWords),
    .Lanes        (Lanes),
    .Slots        (Slots),
    .Walks        (Walks),
    .FanoutWords  (FanoutWords),
    .IoFanoutWords(IoFanoutWords),
    .Inputs       (Inputs),
    .Outputs      (Outputs)
  ) u_mesh (
    .clk_i,
    .rst_ni,
    .pulses_i             (pulses),
    .step_i               (step),
    .base_i               (base),
    .seed_i               (seed_used),
    .quiet_o              (quiet),
    .saturated_o          (saturated),
    .any_fault_o          (any_fault),
    .fault_unit_i         (fault_unit),
    .fault_o              (fault),
    .bus_i                (bus),
    .bus_data_i           (bus_data),
    .answer_o             (answer),
    .open_i               (open),
    .words_i              (run.source_words),
    .address_i            (run.source),
    .skip_i               (skip),
    .excess_i             (excess),
    .left_o               (left),
    .inputs_i             (inputs),
    .failed_o             (failed),
    .status_o             (failed_status),
    .failed_address_o     (failed_address),
    .rd_data_pop_o        (parser_pop),
    .rd_data_i            (rd_data),
    .rd_data_empty_i      (rd_data_empty),
    .event_o              (event_sent),
    .record_rd_i          (record_rd),
    .record_rd_output_i   (record_rd_output),
    .record_clear_i       (record_clear),
    .record_clear_output_i(record_clear_output),
    .record_o             (record)
  );

  // AXI4: a burst stays inside 4 KiB.
  `PHOTIC_ASSERT(ReadBurstInPage, !m_axi_arvalid_o || 32'(m_axi_araddr_o[11:3]) + 32'(m_axi_arlen_o) < 512)
  `PHOTIC_ASSERT(WriteBurstInPage, !m_axi_awvalid_o || 32'(m_axi_awaddr_o[11:3]) + 32'(m_axi_awlen_o) < 512)
  `PHOTIC_ASSERT(IdleBusIsQuiet, busy_o || !(m_axi_arvalid_o || m_axi_awvalid_o || m_axi_wvalid_o))

endmodule
