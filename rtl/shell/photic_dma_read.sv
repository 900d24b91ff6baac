// SPDX-License-Identifier: Apache-2.0
// Reads stretches of host memory in AXI4 bursts.
`include "photic_assert.svh"

/// Turns read requests into bursts and queues the words that come back, in order.
///
/// A burst is issued only when the data queue is sure to hold it, so `m_axi_rready_o` is always 1. Bursts end at multiples
/// of READ_BURST_BEATS words and so never cross a 4 KiB boundary. Protocol: docs/reference/opu-device.md 3.2.
module photic_dma_read (
  /// Clock, rising edge.
  input  logic                                clk_i,
  /// Reset, active low, asynchronous.
  input  logic                                rst_ni,
  /// Drops requests and data; bursts on the bus are waited for.
  input  logic                                flush_i,

  /// Takes a request of at least one word; the user never has more than READ_REQUESTS waiting.
  input  logic                                req_push_i,
  input  photic_link_pkg::dma_request_t       req_i,

  /// Takes the oldest word.
  input  logic                                data_pop_i,
  output photic_link_pkg::read_word_t         data_o,
  output logic                                data_empty_o,

  /// Nothing is requested, on the bus or queued.
  output logic                                quiet_o,
  /// A beat arrived in this cycle.
  output logic                                beat_o,

  /// AXI4 manager, read channels.
  output logic                                m_axi_arvalid_o,
  input  logic                                m_axi_arready_i,
  output logic [photic_link_pkg::ADDRESS_BITS-1:0] m_axi_araddr_o,
  output logic [photic_link_pkg::AXI_LEN_BITS-1:0] m_axi_arlen_o,
  input  logic                                m_axi_rvalid_i,
  output logic                                m_axi_rready_o,
  input  logic [photic_link_pkg::WORD_BITS-1:0] m_axi_rdata_i,
  input  logic [1:0]                          m_axi_rresp_i,
  input  logic                                m_axi_rlast_i
);

  localparam int unsigned BeatBits = $clog2(photic_spec_pkg::READ_BURST_BEATS);
  localparam int unsigned OffsetBits = $clog2(photic_link_pkg::WORD_BYTES);
  localparam int unsigned CountBits = $clog2(photic_spec_pkg::FIFO_READ_DATA + 1);
  localparam int unsigned FlightBits = $clog2(photic_spec_pkg::READS_IN_FLIGHT + 1);

  photic_link_pkg::dma_request_t req;
  logic                          req_empty, req_pop, refused;
  photic_link_pkg::read_word_t   arriving;
  logic [CountBits-1:0]          queued;

  logic                  active_q;
  logic [63:0]           address_q;
  logic [31:0]           left_q;
  logic [FlightBits-1:0] bursts_q;
  logic [CountBits-1:0]  pending_q;
  logic                  ar_valid_q;
  logic [63:0]           ar_addr_q;
  logic [BeatBits-1:0]   ar_len_q;

  logic [BeatBits:0] to_boundary, burst;
  logic              room, issue;

  assign to_boundary = (BeatBits + 1)'(photic_spec_pkg::READ_BURST_BEATS)
                     - {1'b0, address_q[OffsetBits +: BeatBits]};
  assign burst       = (left_q < 32'(to_boundary)) ? left_q[BeatBits:0] : to_boundary;
  assign room        = 32'(pending_q) + 32'(queued) + 32'(burst) <= photic_spec_pkg::FIFO_READ_DATA;
  assign issue       = active_q && !flush_i && (!ar_valid_q || m_axi_arready_i)
                     && bursts_q < FlightBits'(photic_spec_pkg::READS_IN_FLIGHT) && room;
  assign req_pop     = !active_q && !req_empty && !flush_i;

  assign refused        = m_axi_rresp_i != photic_link_pkg::AXI_OKAY;
  assign arriving.error = refused;
  assign arriving.data  = refused ? '0 : m_axi_rdata_i;

  assign m_axi_rready_o  = 1'b1;
  assign m_axi_arvalid_o = ar_valid_q;
  assign m_axi_araddr_o  = ar_addr_q;
  assign m_axi_arlen_o   = photic_link_pkg::AXI_LEN_BITS'(ar_len_q);
  assign beat_o          = m_axi_rvalid_i;
  assign quiet_o         = !active_q && req_empty && !ar_valid_q && pending_q == '0 && data_empty_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q   <= 1'b0;
      address_q  <= '0;
      left_q     <= '0;
      bursts_q   <= '0;
      pending_q  <= '0;
      ar_valid_q <= 1'b0;
      ar_addr_q  <= '0;
      ar_len_q   <= '0;
    end else begin
      if (flush_i) begin
        active_q <= 1'b0;
      end else if (req_pop) begin
        active_q  <= 1'b1;
        address_q <= req.address;
        left_q    <= req.words;
      end
      if (issue) begin
        ar_valid_q <= 1'b1;
        ar_addr_q  <= address_q;
        ar_len_q   <= BeatBits'(burst - 1'b1);
        address_q  <= address_q + 64'({burst, OffsetBits'(0)});
        left_q     <= left_q - 32'(burst);
        if (left_q == 32'(burst)) active_q <= 1'b0;
      end else if (m_axi_arready_i) begin
        ar_valid_q <= 1'b0;
      end
      pending_q <= pending_q + (issue ? CountBits'(burst) : '0) - CountBits'(m_axi_rvalid_i);
      bursts_q  <= bursts_q + FlightBits'(issue) - FlightBits'(m_axi_rvalid_i && m_axi_rlast_i);
    end
  end

  photic_fifo #(
    .Width($bits(req)),
    .Depth(photic_link_pkg::READ_REQUESTS)
  ) u_requests (
    .clk_i,
    .rst_ni,
    .clear_i(flush_i),
    .push_i (req_push_i),
    .data_i (req_i),
    .full_o (),
    .pop_i  (req_pop),
    .data_o (req),
    .empty_o(req_empty),
    .count_o()
  );

  photic_fifo #(
    .Width($bits(arriving)),
    .Depth(photic_spec_pkg::FIFO_READ_DATA)
  ) u_data (
    .clk_i,
    .rst_ni,
    .clear_i(flush_i),
    .push_i (m_axi_rvalid_i),
    .data_i (arriving),
    .full_o (),
    .pop_i  (data_pop_i),
    .data_o (data_o),
    .empty_o(data_empty_o),
    .count_o(queued)
  );

  `PHOTIC_ASSERT_STABLE(ArStable, m_axi_arvalid_o, m_axi_arready_i, {m_axi_araddr_o, m_axi_arlen_o})
  `PHOTIC_ASSERT(BeatExpected, !m_axi_rvalid_i || pending_q != '0)
  `PHOTIC_ASSERT(RequestHasWords, !req_push_i || req_i.words != '0)

endmodule
