// SPDX-License-Identifier: Apache-2.0
// Turns packets into additions to accumulators, and scans axons, walks and synapses.
`include "photic_assert.svh"

/// The delivery engine of a core with its AXON, SYNAPSE and WALK memories: packet, axon, rows, groups of synapses.
///
/// One group of lanes a cycle. The memories keep the word read last on their outputs, so an axon and its walk stay there
/// while their rows are worked on. Protocol: docs/reference/spu-device.md 5.2.
module photic_spu_deliver #(
  parameter int unsigned Neurons = 16,
  parameter int unsigned Axons = 64,
  parameter int unsigned SynapseWords = 128,
  parameter int unsigned Walks = 4,
  parameter int unsigned Lanes = 2,
  parameter int unsigned Slots = 4,
  localparam int unsigned Groups = Slots * Neurons / Lanes,
  localparam int unsigned GroupBits = (Groups > 1) ? $clog2(Groups) : 1,
  localparam int unsigned SlotBits = (Slots > 1) ? $clog2(Slots) : 1
) (
  /// Clock, rising edge.
  input  logic       clk_i,
  /// Reset, active low, asynchronous.
  input  logic       rst_ni,
  /// Level: drop everything.
  input  logic       flush_i,

  /// Pulse: scan. What is in use. Base step of what is delivered.
  input  logic       scan_i,
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] neurons_i,
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] axons_i,
  input  logic [SlotBits-1:0] base_i,
  /// The accumulators are not to be touched.
  input  logic       hold_i,
  /// Nothing to do, but for what waits in the queue.
  output logic       idle_o,
  output photic_spu_pkg::spu_fault_t fault_o,

  /// Packets.
  input  logic       empty_i,
  input  photic_spec_pkg::spu_flit_t flit_i,
  output logic       pop_o,

  /// To the accumulators: see photic_spu_accumulators.
  output logic [Lanes-1:0] add_o,
  output logic [GroupBits-1:0] add_group_o,
  output logic [63:0] add_word_o,
  output logic       add_single_o,
  output logic [1:0] bits_o,
  output logic [1:0] code_o,
  output logic       align_o,
  output logic       weight_one_o,
  output logic [3:0] exponent_o,
  output logic [photic_spu_pkg::PAYLOAD_BITS-1:0] payload_o,

  /// Memory accesses of the host.
  input  logic       axon_wr_i,
  input  logic       axon_rd_i,
  input  logic       synapse_wr_i,
  input  logic       synapse_rd_i,
  input  logic       walk_wr_i,
  input  logic       walk_rd_i,
  input  logic [photic_spu_pkg::PLACE_BITS-1:0] bus_word_i,
  input  logic [63:0] bus_data_i,
  output logic [63:0] axon_word_o,
  output logic [63:0] synapse_word_o,
  output logic [63:0] walk_word_o,

  /// In this cycle: a flit was taken, a packet, row or synapse dropped, a parity wrong, synapse words asked for, an axon or
  /// walk read for a flit, work done.
  output logic       drop_o,
  output logic       parity_error_o,
  output logic [8:0] synapse_reads_o,
  output logic       table_read_o,
  output logic       work_o
);

  localparam int unsigned AxonBits = (Axons > 1) ? $clog2(Axons) : 1;
  localparam int unsigned SynapseBits = (SynapseWords > 1) ? $clog2(SynapseWords) : 1;
  localparam int unsigned WalkBits = (Walks > 1) ? $clog2(Walks) : 1;
  localparam int unsigned LaneShift = $clog2(Lanes);
  localparam int unsigned SlotGroups = Neurons / Lanes;
  localparam int unsigned SizeBits = photic_spu_pkg::SIZE_BITS;
  // Fifteen rows and columns of the longest distances do not wrap.
  localparam int unsigned TargetBits = 15;
  localparam int unsigned BaseBits = 22;
  localparam int unsigned CountBits = photic_spec_pkg::SPU_AXON_EXTENT_WIDTH;

  typedef enum logic [2:0] {
    StPop,
    StAxon,
    StWalks,
    StRow,
    StBody
  } state_e;

  state_e                       state_q;
  logic                         scanning_q, added_q;
  logic [SizeBits-1:0]          next_q;
  photic_spec_pkg::spu_flit_t   flit_q;
  logic [3:0]                   row_q, col_q;
  logic [TargetBits-1:0]        target_q, line_target_q;
  logic signed [BaseBits-1:0]   base_q, line_base_q;
  logic [CountBits-1:0]         group_q;
  logic [SynapseBits-1:0]       ahead_q;

  photic_spec_pkg::spu_axon_t    axon;
  photic_spec_pkg::spu_walk_t    walk;
  photic_spec_pkg::spu_synapse_t synapse;
  logic [63:0]                   axon_word, walk_word, synapse_word;
  logic                          walk_read, synapse_read;
  logic [SynapseBits-1:0]        synapse_address;

  // --- The packet and its axon ------------------------------------------------------------------------------------------

  logic pop, scan_next, sparse, pool, walks, axon_bad, no_row, parity_bad, unwanted;
  logic [SizeBits-1:0] axon_index;

  assign axon       = axon_word;
  assign walk       = walk_word;
  assign sparse     = axon.format == photic_spec_pkg::SPU_SYNAPSE_FORMAT_SPARSE;
  assign pool       = axon.format == photic_spec_pkg::SPU_SYNAPSE_FORMAT_POOL;
  assign walks      = pool || axon.format == photic_spec_pkg::SPU_SYNAPSE_FORMAT_WALK;
  assign pop        = state_q == StPop && !scanning_q && !empty_i && !hold_i && !flush_i;
  assign scan_next  = state_q == StPop && scanning_q && next_q < axons_i && !flush_i;
  assign axon_index = scanning_q ? next_q - 1'b1 : SizeBits'(flit_q.axon);

  always_comb begin
    axon_bad   = 1'b0;
    no_row     = 1'b0;
    parity_bad = 1'b0;
    unwanted   = 1'b0;
    if (state_q == StAxon) begin
      axon_bad = axon.plastic || 32'(axon.delay) >= Slots
              || (walks ? axon.extent[10:7] == '0 || axon.extent[6:3] == '0 || axon.extent[2:0] != '0
                          || 32'(axon.walk) >= Walks
                        : axon.walk != '0)
              || (sparse && axon.target != '0)
              || (pool && axon.base != '0);
      no_row     = !walks && axon.extent == '0;
      parity_bad = !scanning_q && (^flit_q);
      unwanted   = !scanning_q && (SizeBits'(flit_q.axon) >= axons_i
                                   || !(flit_q.type_ == photic_spec_pkg::SPU_PACKET_SPIKE
                                        || flit_q.type_ == photic_spec_pkg::SPU_PACKET_GRADED));
    end
  end

  // --- The row ----------------------------------------------------------------------------------------------------------

  logic                 row_bad, row_end, row_skip, row_last, row_start;
  logic [8:0]           row_words;
  logic [CountBits-1:0] count, first, groups_last;

  assign count    = walks ? walk.count : axon.extent;
  assign first    = CountBits'(target_q) & CountBits'(Lanes - 1);
  assign row_last = !walks || (row_q == axon.extent[10:7] - 4'd1 && col_q == axon.extent[6:3] - 4'd1);

  photic_spu_row #(
    .Lanes       (Lanes),
    .SynapseWords(SynapseWords),
    .TargetBits  (TargetBits),
    .BaseBits    (BaseBits)
  ) u_row (
    .valid_i  (state_q == StRow),
    .format_i (axon.format),
    .bits_i   (axon.bits),
    .count_i  (count),
    .target_i (target_q),
    .base_i   (base_q),
    .neurons_i,
    .bad_o    (row_bad),
    .words_o  (row_words)
  );

  // A row that starts inside a group is one group; synapses of their own target are a group each.
  assign groups_last = sparse ? count - 1'b1
                     : (first != '0) ? '0 : CountBits'((12'(count) + 12'(Lanes - 1)) >> LaneShift) - 1'b1;
  assign row_skip    = row_bad || (scanning_q && !sparse);
  assign row_start   = state_q == StRow && !row_skip && !flush_i;
  assign row_end     = (state_q == StRow && row_skip) || (state_q == StBody && group_q == groups_last);

  // --- Groups of the row ------------------------------------------------------------------------------------------------

  logic                synapse_bad, used_up, unused;
  logic [Lanes-1:0]    lanes;
  logic [SlotBits-1:0] slot;
  logic [12:0]         position;
  logic [TargetBits:0] member;

  assign synapse = group_q[0] ? synapse_word[63:32] : synapse_word[31:0];
  assign unused  = ^{bus_word_i, synapse.reserved, walk.reserved, flit_q.dx, flit_q.dy, flit_q.delay, flit_q.source,
                     flit_q.sequence_};

  always_comb begin
    lanes        = '0;
    slot         = '0;
    synapse_bad  = 1'b0;
    used_up      = 1'b0;
    position     = '0;
    member       = '0;
    add_group_o  = '0;
    add_word_o   = '0;
    add_single_o = sparse;
    if (state_q == StBody) begin
      slot = base_i + SlotBits'(axon.delay);
      if (sparse) begin
        synapse_bad = SizeBits'(synapse.target) >= neurons_i || 32'(synapse.delay) + 32'(axon.delay) >= Slots;
        slot        = slot + SlotBits'(synapse.delay);
        used_up     = group_q[0];
        member      = (TargetBits + 1)'(synapse.target);
        lanes       = synapse_bad ? '0 : Lanes'(1) << (member & (TargetBits + 1)'(Lanes - 1));
        add_word_o  = 64'(synapse.weight);
      end else begin
        // Bit of the synapse word at which the group begins; the next group begins a word if that is its end.
        position   = 13'(14'(group_q) << LaneShift << axon.bits) & 13'd63;
        used_up    = ((position + (13'(Lanes) << axon.bits)) & 13'd63) == '0;
        member     = (TargetBits + 1)'(target_q) + ((TargetBits + 1)'(group_q) << LaneShift);
        add_word_o = (first != '0) ? synapse_word << (6'(first) << axon.bits) : synapse_word >> position[5:0];
        for (int unsigned l = 0; l < Lanes; l++) begin
          lanes[l] = 32'(first) < 32'(l) + 1
                  && (32'(group_q) << LaneShift) + 32'(l) < 32'(first) + 32'(count);
        end
      end
      if (scanning_q || flush_i) lanes = '0;
      add_group_o = GroupBits'((32'(slot) & (Slots - 1)) * SlotGroups + (32'(member) >> LaneShift));
    end
  end

  assign add_o        = lanes;
  assign bits_o       = axon.bits;
  assign code_o       = axon.code;
  assign align_o      = axon.align && !pool;
  assign weight_one_o = pool;
  assign exponent_o   = axon.exponent;
  assign payload_o    = flit_q.payload;

  // --- Faults, counts ---------------------------------------------------------------------------------------------------

  always_comb begin
    fault_o = '0;
    case (state_q)
      StAxon: begin
        fault_o.valid  = parity_bad || (scanning_q && axon_bad);
        fault_o.link   = parity_bad;
        fault_o.region = photic_spec_pkg::SPU_REGION_AXON;
        fault_o.word   = photic_spu_pkg::PLACE_BITS'(axon_index);
      end
      StRow: begin
        fault_o.valid  = scanning_q && row_bad;
        fault_o.region = photic_spec_pkg::SPU_REGION_AXON;
        fault_o.word   = photic_spu_pkg::PLACE_BITS'(axon_index);
      end
      StBody: begin
        fault_o.valid  = scanning_q && synapse_bad;
        fault_o.region = photic_spec_pkg::SPU_REGION_SYNAPSE;
        fault_o.word   = photic_spu_pkg::PLACE_BITS'(base_q[BaseBits-2:0]) + photic_spu_pkg::PLACE_BITS'(group_q[CountBits-1:1]);
      end
      default: ;
    endcase
  end

  assign pop_o           = pop;
  assign idle_o          = state_q == StPop && !scanning_q && !added_q;
  assign parity_error_o  = parity_bad && !flush_i;
  assign drop_o          = !scanning_q && !flush_i && ((state_q == StAxon && !parity_bad && (unwanted || axon_bad))
                                                       || (state_q == StRow && row_bad)
                                                       || (state_q == StBody && synapse_bad));
  assign synapse_reads_o = (row_start && !scanning_q) ? row_words : '0;
  assign table_read_o    = pop || (!scanning_q && walk_read);
  assign work_o          = !scanning_q && !flush_i && (pop || state_q != StPop);

  // --- State ------------------------------------------------------------------------------------------------------------

  assign walk_read       = state_q == StAxon && !parity_bad && !unwanted && !axon_bad && walks && !flush_i;
  assign synapse_read    = !pool && (row_start || (state_q == StBody && used_up && !row_end && !flush_i));
  assign synapse_address = (state_q == StRow) ? base_q[SynapseBits-1:0] : ahead_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q       <= StPop;
      scanning_q    <= 1'b0;
      added_q       <= 1'b0;
      next_q        <= '0;
      flit_q        <= '0;
      row_q         <= '0;
      col_q         <= '0;
      target_q      <= '0;
      line_target_q <= '0;
      base_q        <= '0;
      line_base_q   <= '0;
      group_q       <= '0;
      ahead_q       <= '0;
    end else if (flush_i) begin
      state_q    <= StPop;
      scanning_q <= 1'b0;
      added_q    <= 1'b0;
    end else begin
      added_q <= state_q == StBody && !scanning_q;
      case (state_q)
        StPop: begin
          if (scan_next) begin
            next_q  <= next_q + 1'b1;
            state_q <= StAxon;
          end else if (scanning_q) begin
            scanning_q <= 1'b0;
          end else if (pop) begin
            flit_q  <= flit_i;
            state_q <= StAxon;
          end
        end
        StAxon: begin
          row_q         <= '0;
          col_q         <= '0;
          target_q      <= TargetBits'(axon.target);
          line_target_q <= TargetBits'(axon.target);
          base_q        <= $signed(BaseBits'(axon.base));
          line_base_q   <= $signed(BaseBits'(axon.base));
          if (parity_bad || unwanted || axon_bad || no_row) state_q <= StPop;
          else state_q <= walks ? StWalks : StRow;
        end
        StWalks: state_q <= StRow;
        StRow, StBody: begin
          if (synapse_read) ahead_q <= synapse_address + 1'b1;
          group_q <= (state_q == StRow) ? '0 : group_q + 1'b1;
          if (row_end) begin
            state_q <= row_last ? StPop : StRow;
            if (col_q == axon.extent[6:3] - 4'd1) begin
              col_q         <= '0;
              row_q         <= row_q + 1'b1;
              target_q      <= line_target_q + TargetBits'(walk.target_y);
              line_target_q <= line_target_q + TargetBits'(walk.target_y);
              base_q        <= line_base_q - $signed(BaseBits'(walk.kernel_y));
              line_base_q   <= line_base_q - $signed(BaseBits'(walk.kernel_y));
            end else begin
              col_q    <= col_q + 1'b1;
              target_q <= target_q + TargetBits'(walk.target_x);
              base_q   <= base_q - $signed(BaseBits'(walk.kernel_x));
            end
          end else begin
            state_q <= StBody;
          end
        end
        default: state_q <= StPop;
      endcase
      if (scan_i) begin
        scanning_q <= 1'b1;
        next_q     <= '0;
      end
    end
  end

  photic_ram #(
    .Depth   (Axons),
    .Lanes   (1),
    .LaneBits(64)
  ) u_axons (
    .clk_i,
    .wr_en_i   (axon_wr_i),
    .wr_lanes_i(1'b1),
    .wr_addr_i (bus_word_i[AxonBits-1:0]),
    .wr_data_i (bus_data_i),
    .rd_en_i   (pop || scan_next || axon_rd_i),
    .rd_addr_i (axon_rd_i ? bus_word_i[AxonBits-1:0] : scanning_q ? next_q[AxonBits-1:0] : flit_i.axon[AxonBits-1:0]),
    .rd_data_o (axon_word)
  );

  photic_ram #(
    .Depth   (SynapseWords),
    .Lanes   (1),
    .LaneBits(64)
  ) u_synapses (
    .clk_i,
    .wr_en_i   (synapse_wr_i),
    .wr_lanes_i(1'b1),
    .wr_addr_i (bus_word_i[SynapseBits-1:0]),
    .wr_data_i (bus_data_i),
    .rd_en_i   (synapse_read || synapse_rd_i),
    .rd_addr_i (synapse_rd_i ? bus_word_i[SynapseBits-1:0] : synapse_address),
    .rd_data_o (synapse_word)
  );

  photic_ram #(
    .Depth   (Walks),
    .Lanes   (1),
    .LaneBits(64)
  ) u_walks (
    .clk_i,
    .wr_en_i   (walk_wr_i),
    .wr_lanes_i(1'b1),
    .wr_addr_i (bus_word_i[WalkBits-1:0]),
    .wr_data_i (bus_data_i),
    .rd_en_i   (walk_read || walk_rd_i),
    .rd_addr_i (walk_rd_i ? bus_word_i[WalkBits-1:0] : axon.walk[WalkBits-1:0]),
    .rd_data_o (walk_word)
  );

  assign axon_word_o    = axon_word;
  assign synapse_word_o = synapse_word;
  assign walk_word_o    = walk_word;

  `PHOTIC_ASSERT(ScanOnlyWhenIdle, !scan_i || flush_i || idle_o)
  `PHOTIC_ASSERT(HoldOnlyBetweenPackets, !hold_i || flush_i || idle_o)
  `PHOTIC_ASSERT(GroupWithinRow, state_q != StBody || group_q <= groups_last)

endmodule
