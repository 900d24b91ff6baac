// SPDX-License-Identifier: Apache-2.0
// Writes stretches of host memory in AXI4 bursts.
`include "photic_assert.svh"

/// Turns write requests and a queue of words into bursts.
///
/// A burst starts only when all its words are queued, so the W channel never waits for the device. Bursts end at multiples
/// of READ_BURST_BEATS words and so never cross a 4 KiB boundary. Protocol: docs/reference/opu-device.md 3.3.
module photic_dma_write (
  /// Clock, rising edge.
  input  logic                                clk_i,
  /// Reset, active low, asynchronous.
  input  logic                                rst_ni,
  /// Drops requests and data, but ends the burst that has started.
  input  logic                                flush_i,

  /// Takes a request of at least one word unless full.
  input  logic                                req_push_i,
  input  photic_link_pkg::dma_request_t       req_i,
  output logic                                req_full_o,

  /// Takes a word unless full. Words belong to requests in order.
  input  logic                                data_push_i,
  input  logic [photic_link_pkg::WORD_BITS-1:0] data_i,
  output logic                                data_full_o,
  /// Words queued at the start of the cycle.
  output logic [$clog2(photic_spec_pkg::FIFO_WRITE_DATA + 1)-1:0] data_count_o,

  /// Forgets `error_o`.
  input  logic                                clear_error_i,
  /// A burst was refused since the last clear; `error_address_o` is the start of the first such burst.
  output logic                                error_o,
  output logic [photic_link_pkg::ADDRESS_BITS-1:0] error_address_o,

  /// Nothing is requested or on the bus, and every burst was answered.
  output logic                                quiet_o,
  /// A beat left in this cycle.
  output logic                                beat_o,

  /// AXI4 manager, write channels.
  output logic                                m_axi_awvalid_o,
  input  logic                                m_axi_awready_i,
  output logic [photic_link_pkg::ADDRESS_BITS-1:0] m_axi_awaddr_o,
  output logic [photic_link_pkg::AXI_LEN_BITS-1:0] m_axi_awlen_o,
  output logic                                m_axi_wvalid_o,
  input  logic                                m_axi_wready_i,
  output logic [photic_link_pkg::WORD_BITS-1:0] m_axi_wdata_o,
  output logic                                m_axi_wlast_o,
  input  logic                                m_axi_bvalid_i,
  output logic                                m_axi_bready_o,
  input  logic [1:0]                          m_axi_bresp_i
);

  localparam int unsigned BeatBits = $clog2(photic_spec_pkg::READ_BURST_BEATS);
  localparam int unsigned OffsetBits = $clog2(photic_link_pkg::WORD_BYTES);
  localparam int unsigned CountBits = $clog2(photic_spec_pkg::FIFO_WRITE_DATA + 1);
  localparam int unsigned FlightBits = $clog2(photic_spec_pkg::WRITES_IN_FLIGHT + 1);

  photic_link_pkg::dma_request_t req;
  logic                          req_empty, req_pop;
  logic [63:0]                   word, oldest;
  logic [CountBits-1:0]          queued;
  logic                          clear;

  logic                  active_q;
  logic [63:0]           address_q;
  logic [31:0]           left_q;
  logic [BeatBits:0]     beats_q;
  logic [FlightBits-1:0] outstanding_q;
  logic                  aw_valid_q, w_valid_q, w_last_q;
  logic [63:0]           aw_addr_q, w_data_q;
  logic [BeatBits-1:0]   aw_len_q;
  logic                  error_q;
  logic [63:0]           error_address_q;

  logic [BeatBits:0] to_boundary, burst;
  logic              start, send;

  assign to_boundary = (BeatBits + 1)'(photic_spec_pkg::READ_BURST_BEATS)
                     - {1'b0, address_q[OffsetBits +: BeatBits]};
  assign burst       = (left_q < 32'(to_boundary)) ? left_q[BeatBits:0] : to_boundary;
  assign start       = active_q && !flush_i && beats_q == '0 && (!aw_valid_q || m_axi_awready_i)
                     && outstanding_q < FlightBits'(photic_spec_pkg::WRITES_IN_FLIGHT)
                     && 32'(queued) >= 32'(burst);
  assign send        = beats_q != '0 && (!w_valid_q || m_axi_wready_i);
  assign req_pop     = !active_q && !req_empty && !flush_i;
  assign clear       = flush_i && beats_q == '0;

  assign m_axi_bready_o  = 1'b1;
  assign m_axi_awvalid_o = aw_valid_q;
  assign m_axi_awaddr_o  = aw_addr_q;
  assign m_axi_awlen_o   = photic_link_pkg::AXI_LEN_BITS'(aw_len_q);
  assign m_axi_wvalid_o  = w_valid_q;
  assign m_axi_wdata_o   = w_data_q;
  assign m_axi_wlast_o   = w_last_q;
  assign error_o         = error_q;
  assign error_address_o = error_address_q;
  assign beat_o          = w_valid_q && m_axi_wready_i;
  assign quiet_o         = !active_q && req_empty && beats_q == '0 && !w_valid_q && !aw_valid_q
                         && outstanding_q == '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q        <= 1'b0;
      address_q       <= '0;
      left_q          <= '0;
      beats_q         <= '0;
      outstanding_q   <= '0;
      aw_valid_q      <= 1'b0;
      aw_addr_q       <= '0;
      aw_len_q        <= '0;
      w_valid_q       <= 1'b0;
      w_data_q        <= '0;
      w_last_q        <= 1'b0;
      error_q         <= 1'b0;
      error_address_q <= '0;
    end else begin
      if (clear) begin
        active_q <= 1'b0;
      end else if (req_pop) begin
        active_q  <= 1'b1;
        address_q <= req.address;
        left_q    <= req.words;
      end
      if (start) begin
        aw_valid_q <= 1'b1;
        aw_addr_q  <= address_q;
        aw_len_q   <= BeatBits'(burst - 1'b1);
        beats_q    <= burst;
        address_q  <= address_q + 64'({burst, OffsetBits'(0)});
        left_q     <= left_q - 32'(burst);
        if (left_q == 32'(burst)) active_q <= 1'b0;
      end else if (m_axi_awready_i) begin
        aw_valid_q <= 1'b0;
      end
      if (send) begin
        w_valid_q <= 1'b1;
        w_data_q  <= word;
        w_last_q  <= beats_q == (BeatBits + 1)'(1);
        beats_q   <= beats_q - 1'b1;
      end else if (m_axi_wready_i) begin
        w_valid_q <= 1'b0;
      end
      outstanding_q <= outstanding_q + FlightBits'(start) - FlightBits'(m_axi_bvalid_i);
      if (m_axi_bvalid_i && m_axi_bresp_i != photic_link_pkg::AXI_OKAY && (clear_error_i || !error_q)) begin
        error_q         <= 1'b1;
        error_address_q <= oldest;
      end else if (clear_error_i) begin
        error_q <= 1'b0;
      end
    end
  end

  assign data_count_o = queued;

  photic_fifo #(
    .Width($bits(req)),
    .Depth(photic_link_pkg::WRITE_REQUESTS)
  ) u_requests (
    .clk_i,
    .rst_ni,
    .clear_i(clear),
    .push_i (req_push_i),
    .data_i (req_i),
    .full_o (req_full_o),
    .pop_i  (req_pop),
    .data_o (req),
    .empty_o(req_empty),
    .count_o()
  );

  photic_fifo #(
    .Width(photic_link_pkg::WORD_BITS),
    .Depth(photic_spec_pkg::FIFO_WRITE_DATA)
  ) u_data (
    .clk_i,
    .rst_ni,
    .clear_i(clear),
    .push_i (data_push_i),
    .data_i (data_i),
    .full_o (data_full_o),
    .pop_i  (send),
    .data_o (word),
    .empty_o(),
    .count_o(queued)
  );

  // Start addresses of the bursts whose response is due, oldest first.
  photic_fifo #(
    .Width(photic_link_pkg::ADDRESS_BITS),
    .Depth(photic_spec_pkg::WRITES_IN_FLIGHT)
  ) u_outstanding (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_i (start),
    .data_i (address_q),
    .full_o (),
    .pop_i  (m_axi_bvalid_i),
    .data_o (oldest),
    .empty_o(),
    .count_o()
  );

  `PHOTIC_ASSERT_STABLE(AwStable, m_axi_awvalid_o, m_axi_awready_i, {m_axi_awaddr_o, m_axi_awlen_o})
  `PHOTIC_ASSERT_STABLE(WStable, m_axi_wvalid_o, m_axi_wready_i, {m_axi_wdata_o, m_axi_wlast_o})
  `PHOTIC_ASSERT(RequestHasWords, !req_push_i || req_i.words != '0)

endmodule
