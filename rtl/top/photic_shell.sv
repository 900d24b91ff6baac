// SPDX-License-Identifier: Apache-2.0
// The part of the device that any engine needs: registers, rings and DMA.

/// Wires register file, ring engine and DMA engines, and lends the DMA engines to the engine while it executes a command.
module photic_shell #(
  /// Reported in SHELL_KIND; its commands go to the engine.
  parameter photic_spec_pkg::device_kind_e Kind = photic_spec_pkg::DEVICE_KIND_OPU,
  localparam int unsigned OffsetBits = $bits(photic_spec_pkg::SHELL_BASE)
) (
  /// Clock, rising edge.
  input  logic                                    clk_i,
  /// Reset, active low, asynchronous.
  input  logic                                    rst_ni,
  /// Geometry preset, reported in SHELL_GEOMETRY.
  input  logic [photic_spec_pkg::SHELL_GEOMETRY_PRESET_WIDTH-1:0] preset_i,
  /// A command is in progress or can be fetched; SHELL_CYCLE.
  output logic                                    busy_o,
  output logic [63:0]                             cycle_o,
  /// Interrupt vectors, pulses of one cycle.
  output logic [photic_link_pkg::VECTORS-1:0]     irq_o,

  /// AXI4-Lite subordinate.
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

  /// AXI4 manager, without its constant signals.
  output logic                                    m_axi_arvalid_o,
  input  logic                                    m_axi_arready_i,
  output logic [photic_link_pkg::ADDRESS_BITS-1:0] m_axi_araddr_o,
  output logic [photic_link_pkg::AXI_LEN_BITS-1:0] m_axi_arlen_o,
  input  logic                                    m_axi_rvalid_i,
  output logic                                    m_axi_rready_o,
  input  logic [photic_link_pkg::WORD_BITS-1:0]   m_axi_rdata_i,
  input  logic [1:0]                              m_axi_rresp_i,
  input  logic                                    m_axi_rlast_i,
  output logic                                    m_axi_awvalid_o,
  input  logic                                    m_axi_awready_i,
  output logic [photic_link_pkg::ADDRESS_BITS-1:0] m_axi_awaddr_o,
  output logic [photic_link_pkg::AXI_LEN_BITS-1:0] m_axi_awlen_o,
  output logic                                    m_axi_wvalid_o,
  input  logic                                    m_axi_wready_i,
  output logic [photic_link_pkg::WORD_BITS-1:0]   m_axi_wdata_o,
  output logic                                    m_axi_wlast_o,
  input  logic                                    m_axi_bvalid_i,
  output logic                                    m_axi_bready_o,
  input  logic [1:0]                              m_axi_bresp_i,

  /// The engine: pulse to execute, level to give up, pulse with the result.
  output logic                                    start_o,
  output photic_spec_pkg::submission_t            submission_o,
  output logic                                    abort_o,
  input  logic                                    done_i,
  input  logic [photic_link_pkg::STATUS_BITS-1:0] status_i,
  input  logic [63:0]                             detail_i,
  /// Level: the DMA engines drop what the engine asked for.
  input  logic                                    flush_i,

  /// The engine's DMA, for use between `start_o` and `done_i`.
  input  logic                                    rd_req_push_i,
  input  photic_link_pkg::dma_request_t           rd_req_i,
  input  logic                                    rd_data_pop_i,
  output photic_link_pkg::read_word_t             rd_data_o,
  output logic                                    rd_data_empty_o,
  output logic                                    rd_quiet_o,
  input  logic                                    wr_req_push_i,
  input  photic_link_pkg::dma_request_t           wr_req_i,
  output logic                                    wr_req_full_o,
  input  logic                                    wr_data_push_i,
  input  logic [photic_link_pkg::WORD_BITS-1:0]   wr_data_i,
  output logic                                    wr_data_full_o,
  output logic [$clog2(photic_spec_pkg::FIFO_WRITE_DATA + 1)-1:0] wr_data_count_o,
  output logic                                    wr_error_o,
  output logic [photic_link_pkg::ADDRESS_BITS-1:0] wr_error_address_o,
  output logic                                    wr_quiet_o,

  /// Registers of the engine: a write, which acts at the edge; a read, answered in the same cycle, with 0 for any offset
  /// that is not the engine's.
  output logic                                    engine_wr_en_o,
  output logic [OffsetBits-1:0]                   engine_wr_offset_o,
  output logic [31:0]                             engine_wr_data_o,
  output logic                                    engine_rd_en_o,
  output logic [OffsetBits-1:0]                   engine_rd_offset_o,
  input  logic [31:0]                             engine_rd_data_i
);

  logic                                   ring_busy, ring_rd_push, ring_rd_pop, ring_wr_push, ring_data_push;
  logic                                   clear_error, advance_head, advance_tail, halt;
  logic [photic_spec_pkg::QUEUES-1:0]     runnable;
  logic [photic_link_pkg::QUEUE_BITS-1:0] queue_index;
  logic [photic_link_pkg::VECTORS-1:0]    causes;
  photic_link_pkg::queue_t                queue;
  photic_link_pkg::failure_t              failure;
  photic_link_pkg::shell_counts_t         counts;
  photic_link_pkg::dma_request_t          ring_rd_req, ring_wr_req, rd_req, wr_req;
  logic [photic_link_pkg::WORD_BITS-1:0]  ring_data, wr_data;

  assign busy_o = ring_busy || runnable != '0;

  // Ring and engine never use DMA at the same time: one of them is waiting for the other.
  assign rd_req  = ring_rd_push ? ring_rd_req : rd_req_i;
  assign wr_req  = ring_wr_push ? ring_wr_req : wr_req_i;
  assign wr_data = ring_data_push ? ring_data : wr_data_i;

  photic_csr #(
    .Kind(Kind)
  ) u_csr (
    .clk_i,
    .rst_ni,
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
    .irq_o,
    .preset_i,
    .busy_i        (busy_o),
    .cycle_o,
    .runnable_o    (runnable),
    .queue_index_i (queue_index),
    .queue_o       (queue),
    .advance_head_i(advance_head),
    .advance_tail_i(advance_tail),
    .halt_i        (halt),
    .failure_i     (failure),
    .causes_i      (causes),
    .shell_counts_i(counts),
    .engine_wr_en_o,
    .engine_wr_offset_o,
    .engine_wr_data_o,
    .engine_rd_en_o,
    .engine_rd_offset_o,
    .engine_rd_data_i
  );

  photic_ring #(
    .Kind(Kind)
  ) u_ring (
    .clk_i,
    .rst_ni,
    .cycle_i           (cycle_o),
    .busy_o            (ring_busy),
    .runnable_i        (runnable),
    .queue_index_o     (queue_index),
    .queue_i           (queue),
    .advance_head_o    (advance_head),
    .advance_tail_o    (advance_tail),
    .halt_o            (halt),
    .failure_o         (failure),
    .causes_o          (causes),
    .command_o         (counts.command),
    .command_failed_o  (counts.command_failed),
    .start_o,
    .submission_o,
    .abort_o,
    .done_i,
    .status_i,
    .detail_i,
    .rd_req_push_o     (ring_rd_push),
    .rd_req_o          (ring_rd_req),
    .rd_data_pop_o     (ring_rd_pop),
    .rd_data_i         (rd_data_o),
    .rd_data_empty_i   (rd_data_empty_o),
    .wr_req_push_o     (ring_wr_push),
    .wr_req_o          (ring_wr_req),
    .wr_data_push_o    (ring_data_push),
    .wr_data_o         (ring_data),
    .wr_clear_error_o  (clear_error),
    .wr_error_i        (wr_error_o),
    .wr_error_address_i(wr_error_address_o),
    .wr_quiet_i        (wr_quiet_o)
  );

  photic_dma_read u_dma_read (
    .clk_i,
    .rst_ni,
    .flush_i,
    .req_push_i   (ring_rd_push || rd_req_push_i),
    .req_i        (rd_req),
    .data_pop_i   (ring_rd_pop || rd_data_pop_i),
    .data_o       (rd_data_o),
    .data_empty_o (rd_data_empty_o),
    .quiet_o      (rd_quiet_o),
    .beat_o       (counts.read_beat),
    .m_axi_arvalid_o,
    .m_axi_arready_i,
    .m_axi_araddr_o,
    .m_axi_arlen_o,
    .m_axi_rvalid_i,
    .m_axi_rready_o,
    .m_axi_rdata_i,
    .m_axi_rresp_i,
    .m_axi_rlast_i
  );

  photic_dma_write u_dma_write (
    .clk_i,
    .rst_ni,
    .flush_i,
    .req_push_i     (ring_wr_push || wr_req_push_i),
    .req_i          (wr_req),
    .req_full_o     (wr_req_full_o),
    .data_push_i    (ring_data_push || wr_data_push_i),
    .data_i         (wr_data),
    .data_full_o    (wr_data_full_o),
    .data_count_o   (wr_data_count_o),
    .clear_error_i  (clear_error),
    .error_o        (wr_error_o),
    .error_address_o(wr_error_address_o),
    .quiet_o        (wr_quiet_o),
    .beat_o         (counts.write_beat),
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
    .m_axi_bresp_i
  );

endmodule
