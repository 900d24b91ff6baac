// SPDX-License-Identifier: Apache-2.0
// The outputs of the device: sums of the payloads that arrive for them.
`include "photic_assert.svh"

/// Takes packets out of the receive queue and adds their payloads; is read and cleared by control, cleared and accessed by
/// the host.
///
/// Latency: an addition is stored at the end of the next cycle; `data_o` shows a word in the cycle after it was asked for.
/// Protocol: docs/reference/spu-device.md 4.2.
module photic_spu_outputs #(
  parameter int unsigned Outputs = 64,
  localparam int unsigned OutputBits = (Outputs > 1) ? $clog2(Outputs) : 1
) (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,
  /// Level: drop everything.
  input  logic        flush_i,
  /// Pulse: outputs in use to 0, one a cycle from the next one on.
  input  logic        clear_i,
  /// Outputs in use.
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] outputs_i,
  output logic        idle_o,
  output photic_spu_pkg::spu_fault_t fault_o,

  /// Packets.
  input  logic        empty_i,
  input  photic_spec_pkg::spu_flit_t flit_i,
  output logic        pop_o,

  /// Control reads an output, and sets one to 0.
  input  logic        record_rd_i,
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] record_rd_output_i,
  input  logic        record_clear_i,
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] record_clear_output_i,

  /// Memory accesses of the host.
  input  logic        bus_wr_i,
  input  logic        bus_rd_i,
  input  logic [photic_spu_pkg::PLACE_BITS-1:0] bus_word_i,
  input  logic [photic_spu_pkg::SUM_BITS-1:0] bus_data_i,
  output logic [photic_spu_pkg::SUM_BITS-1:0] data_o,

  /// In this cycle: a value was added, a packet dropped, a parity wrong.
  output logic        added_o,
  output logic        drop_o,
  output logic        parity_error_o
);

  localparam int unsigned SumBits = photic_spu_pkg::SUM_BITS;
  localparam int unsigned SizeBits = photic_spu_pkg::SIZE_BITS;
  localparam int unsigned PayloadBits = photic_spu_pkg::PAYLOAD_BITS;

  logic                   pop, parity_bad, unwanted, taken, add_q, written_q, clearing_q, unused;
  logic [OutputBits-1:0]  output_q, written_output_q, wr_address;
  logic [PayloadBits-1:0] payload_q;
  logic [SumBits-1:0]     stored, base, sum, written_data_q;
  logic [SizeBits-1:0]    next_q;

  assign pop        = !empty_i && !flush_i;
  assign parity_bad = pop && (^flit_i);
  assign unwanted   = pop && !parity_bad
                   && (SizeBits'(flit_i.axon) >= outputs_i
                       || !(flit_i.type_ == photic_spec_pkg::SPU_PACKET_SPIKE
                            || flit_i.type_ == photic_spec_pkg::SPU_PACKET_GRADED));
  assign taken      = pop && !parity_bad && !unwanted;
  assign unused     = ^{bus_word_i, record_rd_output_i, record_clear_output_i, flit_i};

  always_comb begin
    fault_o        = '0;
    fault_o.valid  = parity_bad;
    fault_o.link   = 1'b1;
    fault_o.region = photic_spec_pkg::SPU_REGION_AXON;
    fault_o.word   = photic_spu_pkg::PLACE_BITS'(flit_i.axon);
  end

  // The memory gives the old word when it is read and written in one cycle.
  assign base       = (written_q && written_output_q == output_q) ? written_data_q : stored;
  assign sum        = base + {{SumBits - PayloadBits{payload_q[PayloadBits-1]}}, payload_q};
  assign wr_address = add_q ? output_q : record_clear_i ? record_clear_output_i[OutputBits-1:0]
                    : clearing_q ? next_q[OutputBits-1:0] : bus_word_i[OutputBits-1:0];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      add_q            <= 1'b0;
      output_q         <= '0;
      payload_q        <= '0;
      written_q        <= 1'b0;
      written_output_q <= '0;
      written_data_q   <= '0;
      clearing_q       <= 1'b0;
      next_q           <= '0;
    end else if (flush_i) begin
      add_q      <= 1'b0;
      written_q  <= 1'b0;
      clearing_q <= 1'b0;
    end else begin
      add_q     <= taken;
      written_q <= add_q;
      if (taken) begin
        output_q  <= flit_i.axon[OutputBits-1:0];
        payload_q <= flit_i.payload;
      end
      if (add_q) begin
        written_output_q <= output_q;
        written_data_q   <= sum;
      end
      if (clearing_q) begin
        next_q <= next_q + 1'b1;
        if (next_q == outputs_i - 1'b1) clearing_q <= 1'b0;
      end
      if (clear_i && outputs_i != '0) begin
        clearing_q <= 1'b1;
        next_q     <= '0;
      end
    end
  end

  photic_ram #(
    .Depth   (Outputs),
    .Lanes   (1),
    .LaneBits(SumBits)
  ) u_sums (
    .clk_i,
    .wr_en_i   ((add_q || record_clear_i || clearing_q || bus_wr_i) && !flush_i),
    .wr_lanes_i(1'b1),
    .wr_addr_i (wr_address),
    .wr_data_i (add_q ? sum : bus_wr_i ? bus_data_i : '0),
    .rd_en_i   (taken || record_rd_i || bus_rd_i),
    .rd_addr_i (taken ? flit_i.axon[OutputBits-1:0]
                : record_rd_i ? record_rd_output_i[OutputBits-1:0] : bus_word_i[OutputBits-1:0]),
    .rd_data_o (stored)
  );

  assign data_o         = stored;
  assign pop_o          = pop;
  assign idle_o         = !add_q && !clearing_q;
  assign added_o        = add_q && !flush_i;
  assign drop_o         = unwanted;
  assign parity_error_o = parity_bad;

  `PHOTIC_ASSERT(OneWriter, flush_i || 3'(add_q) + 3'(record_clear_i) + 3'(clearing_q) + 3'(bus_wr_i) <= 3'd1)
  `PHOTIC_ASSERT(OneReader, flush_i || 3'(taken) + 3'(record_rd_i) + 3'(bus_rd_i) <= 3'd1)

endmodule
