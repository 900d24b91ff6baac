// SPDX-License-Identifier: Apache-2.0
// Sends what neurons or sources emit to all entries of their fan-out, and scans the fan-out tables.
`include "photic_assert.svh"

/// The emission engine of a core or of the input/output unit, with its POINTER and FANOUT memories.
///
/// One flit a cycle while the router has room. A memory word is on its output one cycle after `..._rd_i`. Protocol:
/// docs/reference/spu-device.md 5.4 and 5.5.
module photic_spu_emit #(
  /// Words of the POINTER region: neurons, or sources.
  parameter int unsigned Pointers = 16,
  /// Words of the FANOUT region.
  parameter int unsigned FanoutWords = 16,
  /// In the input/output unit, entries to the host are at fault.
  parameter bit InIo = 1'b0,
  /// What entries may lead to.
  parameter int unsigned Cols = 2,
  parameter int unsigned Rows = 2,
  parameter int unsigned Axons = 16,
  parameter int unsigned Outputs = 16,
  localparam int unsigned PointerBits = (Pointers > 1) ? $clog2(Pointers) : 1,
  localparam int unsigned FanoutBits = (FanoutWords > 1) ? $clog2(FanoutWords) : 1
) (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,
  /// Level: drop everything.
  input  logic        flush_i,
  /// Constant: place of the core; 0 in the input/output unit.
  input  logic [4:0]  x_i,
  input  logic [4:0]  y_i,

  /// Pulse: scan the tables of pointers below `pointers_i`.
  input  logic        scan_i,
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] pointers_i,
  output logic        idle_o,
  output photic_spu_pkg::spu_fault_t fault_o,

  /// What to send.
  input  logic        queue_empty_i,
  input  logic [PointerBits-1:0] queue_index_i,
  input  logic [photic_spu_pkg::PAYLOAD_BITS-1:0] queue_payload_i,
  output logic        queue_pop_o,

  /// Link to the router.
  output logic        link_valid_o,
  output logic [photic_spu_pkg::FLIT_BITS-1:0] link_o,
  input  logic        credit_i,

  /// Memory accesses of the host.
  input  logic        pointer_wr_i,
  input  logic        pointer_rd_i,
  input  logic        fanout_wr_i,
  input  logic        fanout_rd_i,
  input  logic [photic_spu_pkg::PLACE_BITS-1:0] bus_word_i,
  input  logic [63:0] bus_data_i,
  output logic [63:0] pointer_o,
  output logic [63:0] fanout_o,

  /// In this cycle: a table was read for a flit, a flit was sent, work was done, a flit waited for room.
  output logic        table_read_o,
  output logic        flit_o,
  output logic        work_o,
  output logic        stall_o
);

  localparam int unsigned EntryBits = photic_spec_pkg::SPU_POINTER_BASE_WIDTH + 1;
  localparam int unsigned CountBits = photic_spec_pkg::SPU_POINTER_COUNT_WIDTH;
  localparam int unsigned UsedBits = $clog2(photic_spec_pkg::FIFO_SPU_ROUTER + 1);
  localparam int unsigned SizeBits = photic_spu_pkg::SIZE_BITS;

  typedef enum logic [1:0] {
    StIdle,
    StPointer,
    StSend
  } state_e;

  state_e                       state_q;
  logic                         scanning_q, link_valid_q;
  logic [SizeBits-1:0]          next_q;
  logic [PointerBits-1:0]       index_q;
  logic [photic_spu_pkg::PAYLOAD_BITS-1:0] payload_q;
  logic [EntryBits-1:0]         entry_q, entry_next, bound;
  logic [CountBits-1:0]         left_q;
  logic [UsedBits-1:0]          used_q;
  logic [photic_spu_pkg::FLIT_BITS-1:0] link_q;

  photic_spec_pkg::spu_pointer_t pointer;
  photic_spec_pkg::spu_fanout_t  entry;
  photic_spec_pkg::spu_flit_t    flit;
  logic [63:0]                   pointer_word, fanout_word;
  logic pop, scan_next, advance, last, room, pointer_bad, entry_bad, pointer_rd, fanout_rd, unused;
  logic [PointerBits-1:0]        pointer_address;
  logic [FanoutBits-1:0]         fanout_address;

  assign pointer      = pointer_word;
  assign entry        = entry_q[0] ? fanout_word[63:32] : fanout_word[31:0];
  assign pointer_o    = pointer_word;
  assign fanout_o     = fanout_word;
  assign unused       = ^{bus_word_i, pointer.reserved, entry.reserved};

  assign room       = used_q < UsedBits'(photic_spec_pkg::FIFO_SPU_ROUTER);
  assign pop        = state_q == StIdle && !scanning_q && !queue_empty_i && !flush_i;
  assign scan_next  = state_q == StIdle && scanning_q && next_q < pointers_i && !flush_i;
  assign advance    = state_q == StSend && (scanning_q || room) && !flush_i;
  assign last       = left_q == CountBits'(1);
  assign entry_next = entry_q + 1'b1;
  assign bound      = EntryBits'(pointer.base) + EntryBits'(pointer.count);
  assign pointer_bad = bound > EntryBits'(2 * FanoutWords);

  // A core counts from itself, the input/output unit from router (0, 0).
  always_comb begin
    logic signed [6:0] x, y, dx, dy;
    x  = $signed({2'b00, x_i});
    y  = $signed({2'b00, y_i});
    dx = $signed({{2{entry.dx[4]}}, entry.dx});
    dy = $signed({{2{entry.dy[4]}}, entry.dy});
    if (entry.host) begin
      entry_bad = InIo || x + dx != 7'sd0 || y + dy != -7'sd1 || 32'(entry.axon) >= Outputs;
    end else begin
      entry_bad = x + dx < 7'sd0 || x + dx >= $signed(7'(Cols)) || y + dy < 7'sd0 || y + dy >= $signed(7'(Rows))
               || 32'(entry.axon) >= Axons;
    end
  end

  always_comb begin
    fault_o = '0;
    if (scanning_q && state_q == StPointer && pointer_bad) begin
      fault_o.valid  = 1'b1;
      fault_o.region = photic_spec_pkg::SPU_REGION_POINTER;
      fault_o.word   = photic_spu_pkg::PLACE_BITS'(next_q) - 1'b1;
    end else if (scanning_q && state_q == StSend && entry_bad) begin
      fault_o.valid  = 1'b1;
      fault_o.region = photic_spec_pkg::SPU_REGION_FANOUT;
      fault_o.word   = photic_spu_pkg::PLACE_BITS'(entry_q[EntryBits-1:1]);
    end
  end

  always_comb begin
    flit         = '0;
    flit.type_   = (payload_q == photic_spu_pkg::PAYLOAD_BITS'(1)) ? photic_spec_pkg::SPU_PACKET_SPIKE
                                                                  : photic_spec_pkg::SPU_PACKET_GRADED;
    flit.dx      = entry.dx;
    flit.dy      = entry.dy;
    flit.axon    = entry.axon;
    flit.payload = payload_q;
    flit.source  = photic_spec_pkg::SPU_FLIT_SOURCE_WIDTH'(index_q);
    flit.parity  = (^flit) ^ entry.poison;
  end

  assign pointer_rd      = pop || scan_next || pointer_rd_i;
  assign pointer_address = pointer_rd_i ? bus_word_i[PointerBits-1:0]
                         : scanning_q ? next_q[PointerBits-1:0] : queue_index_i;
  assign fanout_rd       = fanout_rd_i
                        || (state_q == StPointer && pointer.count != '0 && !(scanning_q && pointer_bad) && !flush_i)
                        || (advance && !last && !entry_next[0]);
  assign fanout_address  = fanout_rd_i ? bus_word_i[FanoutBits-1:0]
                         : (state_q == StPointer) ? pointer.base[1 +: FanoutBits] : entry_next[1 +: FanoutBits];

  assign queue_pop_o  = pop;
  assign idle_o       = state_q == StIdle && queue_empty_i && !scanning_q;
  assign link_valid_o = link_valid_q;
  assign link_o       = link_q;
  assign table_read_o = !scanning_q && (pop || (fanout_rd && !fanout_rd_i));
  assign flit_o       = advance && !scanning_q;
  assign work_o       = !scanning_q && !flush_i && (pop || state_q != StIdle);
  assign stall_o      = state_q == StSend && !scanning_q && !room && !flush_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q      <= StIdle;
      scanning_q   <= 1'b0;
      next_q       <= '0;
      index_q      <= '0;
      payload_q    <= '0;
      entry_q      <= '0;
      left_q       <= '0;
      used_q       <= '0;
      link_valid_q <= 1'b0;
      link_q       <= '0;
    end else if (flush_i) begin
      state_q      <= StIdle;
      scanning_q   <= 1'b0;
      used_q       <= '0;
      link_valid_q <= 1'b0;
    end else begin
      link_valid_q <= flit_o;
      if (flit_o) link_q <= flit;
      if (flit_o && !credit_i) used_q <= used_q + 1'b1;
      if (credit_i && !flit_o) used_q <= used_q - 1'b1;
      case (state_q)
        StIdle: begin
          if (scanning_q) begin
            if (scan_next) begin
              next_q  <= next_q + 1'b1;
              state_q <= StPointer;
            end else begin
              scanning_q <= 1'b0;
            end
          end else if (pop) begin
            index_q   <= queue_index_i;
            payload_q <= queue_payload_i;
            state_q   <= StPointer;
          end
        end
        StPointer: begin
          entry_q <= EntryBits'(pointer.base);
          left_q  <= pointer.count;
          state_q <= (pointer.count == '0 || (scanning_q && pointer_bad)) ? StIdle : StSend;
        end
        StSend: begin
          if (advance) begin
            entry_q <= entry_next;
            left_q  <= left_q - 1'b1;
            if (last) state_q <= StIdle;
          end
        end
        default: state_q <= StIdle;
      endcase
      if (scan_i) begin
        scanning_q <= 1'b1;
        next_q     <= '0;
      end
    end
  end

  photic_ram #(
    .Depth   (Pointers),
    .Lanes   (1),
    .LaneBits(64)
  ) u_pointers (
    .clk_i,
    .wr_en_i   (pointer_wr_i),
    .wr_lanes_i(1'b1),
    .wr_addr_i (bus_word_i[PointerBits-1:0]),
    .wr_data_i (bus_data_i),
    .rd_en_i   (pointer_rd),
    .rd_addr_i (pointer_address),
    .rd_data_o (pointer_word)
  );

  photic_ram #(
    .Depth   (FanoutWords),
    .Lanes   (1),
    .LaneBits(64)
  ) u_fanouts (
    .clk_i,
    .wr_en_i   (fanout_wr_i),
    .wr_lanes_i(1'b1),
    .wr_addr_i (bus_word_i[FanoutBits-1:0]),
    .wr_data_i (bus_data_i),
    .rd_en_i   (fanout_rd),
    .rd_addr_i (fanout_address),
    .rd_data_o (fanout_word)
  );

  `PHOTIC_ASSERT(CreditsWithinQueue, flush_i || !(credit_i && used_q == '0))
  `PHOTIC_ASSERT(ScanOnlyWhenIdle, !scan_i || flush_i || idle_o)
  `PHOTIC_ASSERT(HostOnlyWhenIdle, !(pointer_rd_i || pointer_wr_i || fanout_rd_i || fanout_wr_i) || flush_i || idle_o)

endmodule
