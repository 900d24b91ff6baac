// SPDX-License-Identifier: Apache-2.0
// Walks over the neurons of a core: updates, scans or clears them.
`include "photic_assert.svh"

/// The sweep engine of a core with its NEURON and STATE memories.
///
/// A neuron a cycle: read, two stages of photic_spu_neuron, write; what it emits is handed over with the write. Protocol:
/// docs/reference/spu-device.md 5.3.
module photic_spu_sweep #(
  parameter int unsigned Neurons = 16,
  parameter int unsigned Slots = 4,
  parameter int unsigned Lanes = 2,
  localparam int unsigned NeuronBits = (Neurons > 1) ? $clog2(Neurons) : 1,
  localparam int unsigned Numbers = Slots * Neurons,
  localparam int unsigned NumberBits = (Numbers > 1) ? $clog2(Numbers) : 1,
  localparam int unsigned Groups = Numbers / Lanes,
  localparam int unsigned GroupBits = (Groups > 1) ? $clog2(Groups) : 1,
  localparam int unsigned SlotBits = (Slots > 1) ? $clog2(Slots) : 1
) (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,
  /// Level: drop everything.
  input  logic        flush_i,

  /// Pulses: update all neurons in step `step_i`, check their words, clear their state and accumulators.
  input  logic        sweep_i,
  input  logic        scan_i,
  input  logic        clear_i,
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] neurons_i,
  input  logic [photic_spu_pkg::UNIT_BITS-1:0] core_i,
  input  logic [31:0] step_i,
  input  logic [31:0] seed_i,
  /// Neurons are being updated.
  output logic        active_o,
  output logic        idle_o,
  output photic_spu_pkg::spu_fault_t fault_o,

  /// Accumulators: see photic_spu_accumulators.
  output logic        sum_rd_o,
  output logic [NumberBits-1:0] sum_rd_number_o,
  input  logic [photic_spu_pkg::SUM_BITS-1:0] sum_i,
  output logic        sum_clear_o,
  output logic [NumberBits-1:0] sum_clear_number_o,
  output logic [Lanes-1:0] group_clear_o,
  output logic [GroupBits-1:0] group_clear_group_o,

  /// A neuron was updated: what it emits and what is to be counted.
  output logic        update_o,
  output logic [31:0] signature_word_o,
  output logic        spike_o,
  output logic [2:0]  saturations_o,
  output logic        emit_o,
  output logic [NeuronBits-1:0] emit_index_o,
  output logic [photic_spu_pkg::PAYLOAD_BITS-1:0] emit_payload_o,

  /// Memory accesses of the host; a word read comes one cycle later and stays.
  input  logic        neuron_wr_i,
  input  logic        neuron_rd_i,
  input  logic        state_wr_i,
  input  logic        state_rd_i,
  input  logic [photic_spu_pkg::PLACE_BITS-1:0] bus_word_i,
  input  logic [63:0] bus_data_i,
  output logic [63:0] neuron_o,
  output logic [63:0] state_o
);

  localparam int unsigned SizeBits = photic_spu_pkg::SIZE_BITS;
  localparam int unsigned Bits = photic_spu_pkg::VALUE_BITS;
  localparam int unsigned State0Bits = photic_spec_pkg::SPU_STATE0_RESERVED_LSB;
  localparam int unsigned LaneShift = $clog2(Lanes);
  localparam int unsigned SlotGroups = Neurons / Lanes;
  // Stages after the one that reads.
  localparam int unsigned Stages = 3;

  typedef enum logic [1:0] {
    StIdle,
    StSweep,
    StScan,
    StClear
  } state_e;

  state_e                state_q;
  logic [SizeBits-1:0]   next_q, clear_groups, group_q;
  logic [SlotBits-1:0]   slot, slot_q;
  logic                  slots_left_q, start, reading, read_q, last;
  logic [NeuronBits-1:0] index_1_q, index_2_q, index_3_q;
  logic [1:0]            bus_select_q;

  assign slot         = step_i[SlotBits-1:0] & SlotBits'(Slots - 1);
  assign start        = (sweep_i || scan_i || clear_i) && neurons_i != '0;
  assign clear_groups = SizeBits'((17'(neurons_i) + 17'(Lanes - 1)) >> LaneShift);
  assign active_o     = state_q == StSweep;
  assign idle_o       = state_q == StIdle;
  assign reading      = (state_q == StSweep || state_q == StScan) && next_q < neurons_i && !flush_i;

  always_comb begin
    case (state_q)
      StSweep: last = next_q == neurons_i + SizeBits'(Stages - 1);
      StScan:  last = next_q == neurons_i;
      StClear: last = next_q >= neurons_i - 1'b1
                      && !(slots_left_q && !(32'(slot_q) == Slots - 1 && group_q == clear_groups - 1'b1));
      default: last = 1'b0;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q      <= StIdle;
      next_q       <= '0;
      group_q      <= '0;
      slot_q       <= '0;
      slots_left_q <= 1'b0;
      read_q       <= 1'b0;
    end else if (flush_i) begin
      state_q <= StIdle;
      read_q  <= 1'b0;
    end else begin
      read_q <= reading;
      if (state_q != StIdle) next_q <= next_q + 1'b1;
      if (state_q == StClear && slots_left_q) begin
        group_q <= group_q + 1'b1;
        if (group_q == clear_groups - 1'b1) begin
          group_q <= '0;
          slot_q  <= slot_q + 1'b1;
          if (32'(slot_q) == Slots - 1) slots_left_q <= 1'b0;
        end
      end
      if (last) state_q <= StIdle;
      if (start) begin
        state_q      <= sweep_i ? StSweep : scan_i ? StScan : StClear;
        next_q       <= '0;
        group_q      <= '0;
        slot_q       <= '0;
        slots_left_q <= 1'b1;
      end
    end
  end

  // --- Memories ---------------------------------------------------------------------------------------------------------

  logic [3*64-1:0]       words;
  logic [63:0]           word_0, word_1, word_2;
  logic [State0Bits-1:0] state_0;
  logic [Bits-1:0]       state_1;
  logic                  valid_1, write_back, clear_state, unused;
  logic [NeuronBits-1:0] read_address, state_wr_address;

  photic_spec_pkg::spu_state0_t next_state;
  logic [Bits-1:0]              next_adaptation;

  assign word_0       = words[63:0];
  assign word_1       = words[127:64];
  assign word_2       = words[191:128];
  assign unused       = ^{bus_word_i, next_state.reserved};
  assign clear_state  = state_q == StClear && next_q < neurons_i && !flush_i;
  assign read_address = neuron_rd_i ? bus_word_i[2 +: NeuronBits]
                      : state_rd_i ? bus_word_i[1 +: NeuronBits] : next_q[NeuronBits-1:0];
  assign state_wr_address = write_back ? index_3_q : clear_state ? next_q[NeuronBits-1:0] : bus_word_i[1 +: NeuronBits];

  always_ff @(posedge clk_i) begin
    if (neuron_rd_i || state_rd_i) bus_select_q <= bus_word_i[1:0];
    index_1_q <= next_q[NeuronBits-1:0];
    index_2_q <= index_1_q;
    index_3_q <= index_2_q;
  end

  always_comb begin
    case (bus_select_q)
      2'd0:    neuron_o = word_0;
      2'd1:    neuron_o = word_1;
      2'd2:    neuron_o = word_2;
      default: neuron_o = '0;
    endcase
  end
  assign state_o = bus_select_q[0] ? 64'(state_1) : 64'(state_0);

  photic_ram #(
    .Depth   (Neurons),
    .Lanes   (3),
    .LaneBits(64)
  ) u_neurons (
    .clk_i,
    .wr_en_i   (neuron_wr_i),
    .wr_lanes_i({bus_word_i[1:0] == 2'd2, bus_word_i[1:0] == 2'd1, bus_word_i[1:0] == 2'd0}),
    .wr_addr_i (bus_word_i[2 +: NeuronBits]),
    .wr_data_i ({3{bus_data_i}}),
    .rd_en_i   (reading || neuron_rd_i),
    .rd_addr_i (read_address),
    .rd_data_o (words)
  );

  photic_ram #(
    .Depth   (Neurons),
    .Lanes   (1),
    .LaneBits(State0Bits)
  ) u_state_0 (
    .clk_i,
    .wr_en_i   (write_back || clear_state || (state_wr_i && !bus_word_i[0])),
    .wr_lanes_i(1'b1),
    .wr_addr_i (state_wr_address),
    .wr_data_i (write_back ? next_state[State0Bits-1:0] : clear_state ? '0 : bus_data_i[State0Bits-1:0]),
    .rd_en_i   (reading || state_rd_i),
    .rd_addr_i (read_address),
    .rd_data_o (state_0)
  );

  photic_ram #(
    .Depth   (Neurons),
    .Lanes   (1),
    .LaneBits(Bits)
  ) u_state_1 (
    .clk_i,
    .wr_en_i   (write_back || clear_state || (state_wr_i && bus_word_i[0])),
    .wr_lanes_i(1'b1),
    .wr_addr_i (state_wr_address),
    .wr_data_i (write_back ? next_adaptation : clear_state ? '0 : bus_data_i[Bits-1:0]),
    .rd_en_i   (reading || state_rd_i),
    .rd_addr_i (read_address),
    .rd_data_o (state_1)
  );

  assign sum_rd_o            = reading && state_q == StSweep;
  assign sum_rd_number_o     = NumberBits'(32'(slot) * Neurons + 32'(next_q));
  assign sum_clear_o         = valid_1;
  assign sum_clear_number_o  = NumberBits'(32'(slot) * Neurons + 32'(index_1_q));
  assign group_clear_group_o = GroupBits'(32'(slot_q) * SlotGroups + 32'(group_q));

  // Of the last group only the neurons that are in use.
  always_comb begin
    for (int unsigned l = 0; l < Lanes; l++) begin
      group_clear_o[l] = state_q == StClear && slots_left_q && !flush_i && 32'(group_q) * Lanes + l < 32'(neurons_i);
    end
  end

  // --- Scan -------------------------------------------------------------------------------------------------------------

  photic_spec_pkg::spu_neuron0_t modes;

  assign modes = word_0;

  always_comb begin
    fault_o = '0;
    if (state_q == StScan && read_q) begin
      fault_o.valid  = 32'(modes.current_decay) > photic_spec_pkg::SPU_DECAY_ONE
                    || 32'(modes.voltage_decay) > photic_spec_pkg::SPU_DECAY_ONE
                    || 32'(modes.adaptation_decay) > photic_spec_pkg::SPU_DECAY_ONE
                    || modes.rounding == 2'd3 || modes.reset == 2'd3 || modes.plastic;
      fault_o.region = photic_spec_pkg::SPU_REGION_NEURON;
      fault_o.word   = photic_spu_pkg::PLACE_BITS'({index_1_q, 2'b00});
    end
  end

  // --- Update -----------------------------------------------------------------------------------------------------------

  logic [photic_spec_pkg::SPU_DECAY_SHIFT-1:0] random_current, random_voltage, random_adaptation;
  logic                                        updated, fired, spike, emitted;
  logic [2:0]                                  saturations;
  logic [photic_spu_pkg::PAYLOAD_BITS-1:0]     payload;

  assign valid_1 = state_q == StSweep && read_q && !flush_i;

  // The mixer takes a neuron one cycle before its words are read.
  photic_spu_random u_random (
    .clk_i,
    .en_i        (sweep_i || reading),
    .seed_i,
    .step_i      (step_i[Bits-1:0]),
    .core_i,
    .index_i     (sweep_i ? '0 : next_q + 1'b1),
    .current_o   (random_current),
    .voltage_o   (random_voltage),
    .adaptation_o(random_adaptation)
  );

  photic_spu_neuron u_neuron (
    .clk_i,
    .rst_ni,
    .flush_i,
    .valid_i            (valid_1),
    .modes_i            (modes),
    .levels_i           (word_1),
    .rest_i             (word_2),
    .state_i            (64'(state_0)),
    .adaptation_i       (state_1),
    .sum_i,
    .random_current_i   (random_current),
    .random_voltage_i   (random_voltage),
    .random_adaptation_i(random_adaptation),
    .valid_o            (updated),
    .state_o            (next_state),
    .adaptation_o       (next_adaptation),
    .fired_o            (fired),
    .spike_o            (spike),
    .emit_o             (emitted),
    .payload_o          (payload),
    .saturations_o      (saturations)
  );

  assign write_back     = updated && !flush_i;
  assign update_o       = write_back;
  assign spike_o        = write_back && spike;
  assign saturations_o  = write_back ? saturations : '0;
  assign emit_o         = write_back && emitted;
  assign emit_index_o   = index_3_q;
  assign emit_payload_o = payload;

  // New values as the signature sees them.
  assign signature_word_o = {8'd0, next_state.current} ^ {next_state.voltage, 8'd0} ^ {4'd0, next_adaptation, 4'd0}
                          ^ {next_state.refractory, 26'd0} ^ {6'd0, fired, 25'd0};

  `PHOTIC_ASSERT(StartOnlyWhenIdle, !(sweep_i || scan_i || clear_i) || flush_i || idle_o)
  `PHOTIC_ASSERT(LastWriteIsActive, !updated || flush_i || state_q == StSweep)

endmodule
