// SPDX-License-Identifier: Apache-2.0
// The optical processing unit: everything between the host bus and the optical bench.
`include "photic_assert.svh"

/// A PCI-like function with its registers, rings, DMA and interrupt pulses, in front of modulator, laser and camera.
///
/// Nothing moves while `busy_o` is low except register accesses. Micro-architecture: docs/reference/opu-device.md.
module photic_opu_top #(
  /// Features of the longest vector; with fewer than the strapped geometry has mirrors, longer vectors are not supported.
  parameter int unsigned MaxFeatures = photic_spec_pkg::MAX_MIRROR_ROWS * photic_spec_pkg::MAX_MIRROR_COLS,
  /// Pixels of the largest camera region, a multiple of four, in the same sense.
  parameter int unsigned MaxPixels = photic_spec_pkg::MAX_PIXEL_ROWS * photic_spec_pkg::MAX_PIXEL_COLS,
  localparam int unsigned OffsetBits = $bits(photic_spec_pkg::SHELL_BASE)
) (
  /// Clock, rising edge.
  input  logic                                    clk_i,
  /// Reset, active low, asynchronous; a rising clock edge during reset takes over the strap.
  input  logic                                    rst_ni,
  /// Strap: geometry preset, constant outside reset.
  input  logic [photic_spec_pkg::PRESET_BITS-1:0] preset_i,
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
  input  logic [1:0]                              m_axi_bresp_i,

  /// Modulator: set all mirrors, write 16 of a row (bit 0 leftmost), show what was written.
  output logic                                    dmd_fill_o,
  output logic                                    dmd_fill_value_o,
  output logic                                    dmd_valid_o,
  output logic [15:0]                             dmd_row_o,
  output logic [15:0]                             dmd_word_o,
  output logic [photic_link_pkg::MIRRORS-1:0]     dmd_data_o,
  output logic                                    dmd_latch_o,
  /// Laser, and phase of the reference beam in twelfths of a turn.
  output logic                                    laser_on_o,
  output logic [photic_spec_pkg::OPU_LASER_POWER_WIDTH-1:0] laser_power_o,
  output logic [photic_spec_pkg::OPU_LASER_SHIFT_WIDTH-1:0] laser_shift_o,
  output logic                                    ref_on_o,
  output logic [3:0]                              ref_phase_o,
  /// Camera: trigger with frame number and region, beats of four pixels.
  output logic                                    cam_trigger_o,
  output logic [31:0]                             cam_frame_o,
  output logic [15:0]                             cam_first_row_o,
  output logic [15:0]                             cam_rows_o,
  output logic [photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH-1:0] cam_adc_bits_o,
  output logic                                    cam_abort_o,
  input  logic                                    cam_busy_i,
  input  logic                                    cam_valid_i,
  output logic                                    cam_ready_o,
  input  logic [photic_link_pkg::PIXELS*photic_spec_pkg::COUNT_BITS-1:0] cam_data_i,
  input  logic                                    cam_last_i
);

  photic_spec_pkg::preset_t      geometry_q;
  photic_spec_pkg::submission_t  submission;
  photic_link_pkg::opu_counts_t  counts;
  photic_link_pkg::dma_request_t rd_req, wr_req;
  photic_link_pkg::read_word_t   rd_data;
  logic                          start, abort, done, flush;
  logic [photic_link_pkg::STATUS_BITS-1:0] status;
  logic [63:0]                   detail, wr_data, wr_error_address;
  logic                          rd_req_push, rd_data_pop, rd_data_empty, rd_quiet;
  logic                          wr_req_push, wr_req_full, wr_data_push, wr_data_full, wr_error, wr_quiet;
  logic [photic_spec_pkg::OPU_LASER_POWER_WIDTH-1:0]     laser_power;
  logic [photic_spec_pkg::OPU_LASER_SHIFT_WIDTH-1:0]     laser_shift;
  logic [photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH-1:0] adc_bits;
  logic                          unused_ids;
  logic                          reg_wr_en, reg_rd_en;
  logic [OffsetBits-1:0]         reg_wr_offset, reg_rd_offset;
  logic [31:0]                   reg_wr_data, reg_rd_data;

  always_ff @(posedge clk_i) begin
    if (!busy_o) geometry_q <= photic_spec_pkg::preset(preset_i);
  end

  // One id: responses cannot be out of order.
  assign m_axi_arid_o    = 1'b0;
  assign m_axi_arsize_o  = photic_link_pkg::AXI_SIZE;
  assign m_axi_arburst_o = photic_link_pkg::AXI_INCR;
  assign m_axi_awid_o    = 1'b0;
  assign m_axi_awsize_o  = photic_link_pkg::AXI_SIZE;
  assign m_axi_awburst_o = photic_link_pkg::AXI_INCR;
  assign m_axi_wstrb_o   = '1;
  assign unused_ids      = ^{m_axi_rid_i, m_axi_bid_i};

  photic_link_check u_link_check ();

  photic_shell #(
    .Kind(photic_spec_pkg::DEVICE_KIND_OPU)
  ) u_shell (
    .clk_i,
    .rst_ni,
    .preset_i          (photic_spec_pkg::SHELL_GEOMETRY_PRESET_WIDTH'(preset_i)),
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
    .flush_i           (flush),
    .rd_req_push_i     (rd_req_push),
    .rd_req_i          (rd_req),
    .rd_data_pop_i     (rd_data_pop),
    .rd_data_o         (rd_data),
    .rd_data_empty_o   (rd_data_empty),
    .rd_quiet_o        (rd_quiet),
    .wr_req_push_i     (wr_req_push),
    .wr_req_i          (wr_req),
    .wr_req_full_o     (wr_req_full),
    .wr_data_push_i    (wr_data_push),
    .wr_data_i         (wr_data),
    .wr_data_full_o    (wr_data_full),
    .wr_data_count_o   (),
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

  photic_opu_registers u_registers (
    .clk_i,
    .rst_ni,
    .wr_en_i      (reg_wr_en),
    .wr_offset_i  (reg_wr_offset),
    .wr_data_i    (reg_wr_data),
    .rd_en_i      (reg_rd_en),
    .rd_offset_i  (reg_rd_offset),
    .rd_data_o    (reg_rd_data),
    .geometry_i   (geometry_q),
    .counts_i     (counts),
    .laser_power_o(laser_power),
    .laser_shift_o(laser_shift),
    .adc_bits_o   (adc_bits)
  );

  photic_opu_engine #(
    .MaxFeatures(MaxFeatures),
    .MaxPixels  (MaxPixels)
  ) u_engine (
    .clk_i,
    .rst_ni,
    .preset_i,
    .geometry_i        (geometry_q),
    .start_i           (start),
    .submission_i      (submission),
    .abort_i           (abort),
    .done_o            (done),
    .status_o          (status),
    .detail_o          (detail),
    .flush_o           (flush),
    .rd_req_push_o     (rd_req_push),
    .rd_req_o          (rd_req),
    .rd_data_pop_o     (rd_data_pop),
    .rd_data_i         (rd_data),
    .rd_data_empty_i   (rd_data_empty),
    .rd_quiet_i        (rd_quiet),
    .wr_req_push_o     (wr_req_push),
    .wr_req_o          (wr_req),
    .wr_req_full_i     (wr_req_full),
    .wr_data_push_o    (wr_data_push),
    .wr_data_o         (wr_data),
    .wr_data_full_i    (wr_data_full),
    .wr_error_i        (wr_error),
    .wr_error_address_i(wr_error_address),
    .wr_quiet_i        (wr_quiet),
    .counts_o          (counts),
    .laser_power_i     (laser_power),
    .laser_shift_i     (laser_shift),
    .adc_bits_i        (adc_bits),
    .dmd_fill_o,
    .dmd_fill_value_o,
    .dmd_valid_o,
    .dmd_row_o,
    .dmd_word_o,
    .dmd_data_o,
    .dmd_latch_o,
    .laser_on_o,
    .laser_power_o,
    .laser_shift_o,
    .ref_on_o,
    .ref_phase_o,
    .cam_trigger_o,
    .cam_frame_o,
    .cam_first_row_o,
    .cam_rows_o,
    .cam_adc_bits_o,
    .cam_abort_o,
    .cam_busy_i,
    .cam_valid_i,
    .cam_ready_o,
    .cam_data_i,
    .cam_last_i
  );

  // AXI4: a burst stays inside 4 KiB.
  `PHOTIC_ASSERT(ReadBurstInPage, !m_axi_arvalid_o || 32'(m_axi_araddr_o[11:3]) + 32'(m_axi_arlen_o) < 512)
  `PHOTIC_ASSERT(WriteBurstInPage, !m_axi_awvalid_o || 32'(m_axi_awaddr_o[11:3]) + 32'(m_axi_awlen_o) < 512)
  `PHOTIC_ASSERT(IdleBusIsQuiet, busy_o || !(m_axi_arvalid_o || m_axi_awvalid_o || m_axi_wvalid_o))

endmodule
