// SPDX-License-Identifier: Apache-2.0
// A core of the mesh: router, delivery, accumulators, sweep, spike queue, emission.
`include "photic_assert.svh"

/// Everything of one core but its neighbours. Its place is an input, so that all cores of a mesh are one design.
///
/// Protocol: docs/reference/spu-device.md 5. Bit d of a vector of links belongs to direction d of photic_spu_pkg.
module photic_spu_core #(
  parameter int unsigned Cols = 2,
  parameter int unsigned Rows = 2,
  parameter int unsigned Neurons = 16,
  parameter int unsigned Axons = 64,
  parameter int unsigned SynapseWords = 128,
  parameter int unsigned Lanes = 2,
  parameter int unsigned Slots = 4,
  parameter int unsigned Walks = 4,
  parameter int unsigned FanoutWords = 64,
  parameter int unsigned Outputs = 64
) (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,

  /// Constants: place, number, outputs that lead somewhere, whether north of it is the input/output unit.
  input  logic [4:0]  x_i,
  input  logic [4:0]  y_i,
  input  logic [photic_spu_pkg::UNIT_BITS-1:0] unit_i,
  input  logic [photic_spu_pkg::LOCAL-1:0] open_i,
  input  logic        north_unit_i,

  /// Control. Records are plain vectors here: Verilator cannot make a library of a module with records as ports.
  input  logic [photic_spu_pkg::PULSES_BITS-1:0] pulses_i,
  /// Step that is swept, base step of deliveries, seed.
  input  logic [31:0] step_i,
  input  logic [31:0] base_i,
  input  logic [31:0] seed_i,
  output logic        idle_o,
  output logic [photic_spu_pkg::FAULT_BITS-1:0] fault_o,
  /// A value was clipped since the last `forget`.
  output logic        saturated_o,

  /// Memory bus.
  input  logic [photic_spu_pkg::BUS_BITS-1:0] bus_i,
  input  logic [63:0] bus_data_i,
  output logic [63:0] answer_o,

  /// Links to the neighbours.
  input  logic [photic_spu_pkg::LOCAL-1:0] link_valid_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] link_n_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] link_e_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] link_s_i,
  input  logic [photic_spu_pkg::FLIT_BITS-1:0] link_w_i,
  output logic [photic_spu_pkg::LOCAL-1:0] credit_o,
  output logic [photic_spu_pkg::LOCAL-1:0] link_valid_o,
  output logic [photic_spu_pkg::FLIT_BITS-1:0] link_n_o,
  output logic [photic_spu_pkg::FLIT_BITS-1:0] link_e_o,
  output logic [photic_spu_pkg::FLIT_BITS-1:0] link_s_o,
  output logic [photic_spu_pkg::FLIT_BITS-1:0] link_w_o,
  input  logic [photic_spu_pkg::LOCAL-1:0] credit_i
);

  localparam int unsigned FlitBits = photic_spu_pkg::FLIT_BITS;
  localparam int unsigned SizeBits = photic_spu_pkg::SIZE_BITS;
  localparam int unsigned PayloadBits = photic_spu_pkg::PAYLOAD_BITS;
  localparam int unsigned SumBits = photic_spu_pkg::SUM_BITS;
  localparam int unsigned NeuronBits = (Neurons > 1) ? $clog2(Neurons) : 1;
  localparam int unsigned Numbers = Slots * Neurons;
  localparam int unsigned NumberBits = (Numbers > 1) ? $clog2(Numbers) : 1;
  localparam int unsigned GroupBits = (Numbers / Lanes > 1) ? $clog2(Numbers / Lanes) : 1;
  localparam int unsigned SlotBits = (Slots > 1) ? $clog2(Slots) : 1;

  photic_spu_pkg::spu_pulses_t pulses;
  photic_spu_pkg::spu_bus_t    bus;
  logic                        flush;

  assign pulses = pulses_i;
  assign bus    = bus_i;
  assign flush  = pulses.flush;

  // --- Memory bus and configuration -------------------------------------------------------------------------------------

  photic_spu_pkg::spu_regions_t wr, rd;
  logic [photic_spu_pkg::COUNTER_INDEX_BITS-1:0] low;
  logic [63:0]                axon_word, synapse_word, walk_word, neuron_word, pointer_word, fanout_word, state_word;
  logic [SumBits-1:0]         sum;
  logic [photic_spu_pkg::COUNTER_BITS-1:0] counter;
  logic [SizeBits-1:0]        config_neurons_q, config_axons_q, neurons, axons;
  logic                       config_good, scan;

  assign config_good = 32'(config_neurons_q) <= Neurons && 32'(config_axons_q) <= Axons;
  assign neurons     = config_good ? config_neurons_q : '0;
  assign axons       = config_good ? config_axons_q : '0;
  assign scan        = pulses.scan && config_good;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      config_neurons_q <= '0;
      config_axons_q   <= '0;
    end else if (wr.setup) begin
      config_neurons_q <= bus_data_i[photic_spec_pkg::SPU_CONFIG_NEURONS_LSB +: SizeBits];
      config_axons_q   <= bus_data_i[photic_spec_pkg::SPU_CONFIG_AXONS_LSB +: SizeBits];
    end
  end

  photic_spu_select u_select (
    .clk_i,
    .rst_ni,
    .flush_i      (flush),
    .unit_i,
    .bus_i        (bus),
    .wr_o         (wr),
    .rd_o         (rd),
    .low_o        (low),
    .config_i     (64'({config_axons_q, config_neurons_q})),
    .axon_i       (axon_word),
    .synapse_i    (synapse_word),
    .walk_i       (walk_word),
    .neuron_i     (neuron_word),
    .pointer_i    (pointer_word),
    .fanout_i     (fanout_word),
    .state_i      (state_word),
    .accumulator_i({{64 - SumBits{sum[SumBits-1]}}, sum}),
    .counter_i    (64'(counter)),
    .answer_o
  );

  // --- Router and its queue to the core ---------------------------------------------------------------------------------

  logic [photic_spu_pkg::PORTS-1:0] router_credit, router_valid;
  logic [FlitBits-1:0]              to_core, from_core, received;
  logic                             router_idle, from_core_valid, receive_empty, receive_pop, receive_credit_q;
  logic [2:0]                       router_drops, hops;

  assign credit_o     = router_credit[photic_spu_pkg::LOCAL-1:0];
  assign link_valid_o = router_valid[photic_spu_pkg::LOCAL-1:0];

  photic_spu_router u_router (
    .clk_i,
    .rst_ni,
    .flush_i     (flush),
    .open_i,
    .north_unit_i,
    .link_valid_i({from_core_valid, link_valid_i}),
    .link_n_i,
    .link_e_i,
    .link_s_i,
    .link_w_i,
    .link_l_i    (from_core),
    .credit_o    (router_credit),
    .link_valid_o(router_valid),
    .link_n_o,
    .link_e_o,
    .link_s_o,
    .link_w_o,
    .link_l_o    (to_core),
    .credit_i    ({receive_credit_q, credit_i}),
    .idle_o      (router_idle),
    .drops_o     (router_drops),
    .hops_o      (hops)
  );

  photic_fifo #(
    .Width(FlitBits),
    .Depth(photic_spec_pkg::FIFO_SPU_RECEIVE)
  ) u_receive (
    .clk_i,
    .rst_ni,
    .clear_i(flush),
    .push_i (router_valid[photic_spu_pkg::LOCAL]),
    .data_i (to_core),
    .full_o (),
    .pop_i  (receive_pop),
    .data_o (received),
    .empty_o(receive_empty),
    .count_o()
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) receive_credit_q <= 1'b0;
    else receive_credit_q <= receive_pop;
  end

  // --- Delivery, accumulators, sweep ------------------------------------------------------------------------------------

  logic                       deliver_idle, deliver_drop, parity_error, deliver_table, deliver_work;
  logic [8:0]                 synapse_reads;
  logic [Lanes-1:0]           add;
  logic [Lanes-1:0]           group_clear;
  logic [GroupBits-1:0]       add_group, clear_group;
  logic [63:0]                add_word;
  logic                       add_single, align, weight_one;
  logic [1:0]                 bits, code;
  logic [3:0]                 exponent, added, clipped;
  logic [PayloadBits-1:0]     payload, emit_payload;
  logic                       sweep_active, sweep_idle, sum_rd, sum_clear, update, spike, emitted;
  logic [NumberBits-1:0]      sum_rd_number, sum_clear_number;
  logic [31:0]                signature_word;
  logic [2:0]                 sweep_saturations;
  logic [NeuronBits-1:0]      emit_index;
  photic_spu_pkg::spu_fault_t config_fault, deliver_fault, sweep_fault, emit_fault;

  photic_spu_deliver #(
    .Neurons     (Neurons),
    .Axons       (Axons),
    .SynapseWords(SynapseWords),
    .Walks       (Walks),
    .Lanes       (Lanes),
    .Slots       (Slots)
  ) u_deliver (
    .clk_i,
    .rst_ni,
    .flush_i        (flush),
    .scan_i         (scan),
    .neurons_i      (neurons),
    .axons_i        (axons),
    .base_i         (base_i[SlotBits-1:0]),
    .hold_i         (sweep_active),
    .idle_o         (deliver_idle),
    .fault_o        (deliver_fault),
    .empty_i        (receive_empty),
    .flit_i         (received),
    .pop_o          (receive_pop),
    .add_o          (add),
    .add_group_o    (add_group),
    .add_word_o     (add_word),
    .add_single_o   (add_single),
    .bits_o         (bits),
    .code_o         (code),
    .align_o        (align),
    .weight_one_o   (weight_one),
    .exponent_o     (exponent),
    .payload_o      (payload),
    .axon_wr_i      (wr.axon),
    .axon_rd_i      (rd.axon),
    .synapse_wr_i   (wr.synapse),
    .synapse_rd_i   (rd.synapse),
    .walk_wr_i      (wr.walk),
    .walk_rd_i      (rd.walk),
    .bus_word_i     (bus.word),
    .bus_data_i,
    .axon_word_o    (axon_word),
    .synapse_word_o (synapse_word),
    .walk_word_o    (walk_word),
    .drop_o         (deliver_drop),
    .parity_error_o (parity_error),
    .synapse_reads_o(synapse_reads),
    .table_read_o   (deliver_table),
    .work_o         (deliver_work)
  );

  photic_spu_accumulators #(
    .Neurons(Neurons),
    .Slots  (Slots),
    .Lanes  (Lanes)
  ) u_accumulators (
    .clk_i,
    .rst_ni,
    .flush_i             (flush),
    .add_i               (add),
    .add_group_i         (add_group),
    .add_word_i          (add_word),
    .add_single_i        (add_single),
    .bits_i              (bits),
    .code_i              (code),
    .align_i             (align),
    .pool_i              (weight_one),
    .exponent_i          (exponent),
    .payload_i           (payload),
    .added_o             (added),
    .clipped_o           (clipped),
    .sweep_rd_i          (sum_rd),
    .sweep_rd_number_i   (sum_rd_number),
    .sweep_clear_i       (sum_clear),
    .sweep_clear_number_i(sum_clear_number),
    .clear_i             (group_clear),
    .clear_group_i       (clear_group),
    .bus_wr_i            (wr.accumulator),
    .bus_rd_i            (rd.accumulator),
    .bus_word_i          (bus.word),
    .bus_data_i          (bus_data_i[SumBits-1:0]),
    .data_o              (sum)
  );

  photic_spu_sweep #(
    .Neurons(Neurons),
    .Slots  (Slots),
    .Lanes  (Lanes)
  ) u_sweep (
    .clk_i,
    .rst_ni,
    .flush_i            (flush),
    .sweep_i            (pulses.sweep),
    .scan_i             (scan),
    .clear_i            (pulses.clear_neurons),
    .neurons_i          (neurons),
    .core_i             (unit_i),
    .step_i,
    .seed_i,
    .active_o           (sweep_active),
    .idle_o             (sweep_idle),
    .fault_o            (sweep_fault),
    .sum_rd_o           (sum_rd),
    .sum_rd_number_o    (sum_rd_number),
    .sum_i              (sum),
    .sum_clear_o        (sum_clear),
    .sum_clear_number_o (sum_clear_number),
    .group_clear_o      (group_clear),
    .group_clear_group_o(clear_group),
    .update_o           (update),
    .signature_word_o   (signature_word),
    .spike_o            (spike),
    .saturations_o      (sweep_saturations),
    .emit_o             (emitted),
    .emit_index_o       (emit_index),
    .emit_payload_o     (emit_payload),
    .neuron_wr_i        (wr.neuron),
    .neuron_rd_i        (rd.neuron),
    .state_wr_i         (wr.state),
    .state_rd_i         (rd.state),
    .bus_word_i         (bus.word),
    .bus_data_i,
    .neuron_o           (neuron_word),
    .state_o            (state_word)
  );

  // --- Spike queue and emission -----------------------------------------------------------------------------------------

  logic                   spikes_empty, spikes_pop, emit_idle, emit_table, emit_flit, emit_work, emit_stall;
  logic [NeuronBits-1:0]  spike_index;
  logic [PayloadBits-1:0] spike_payload;

  photic_fifo #(
    .Width(NeuronBits + PayloadBits),
    .Depth(Neurons)
  ) u_spikes (
    .clk_i,
    .rst_ni,
    .clear_i(flush),
    .push_i (emitted),
    .data_i ({emit_index, emit_payload}),
    .full_o (),
    .pop_i  (spikes_pop),
    .data_o ({spike_index, spike_payload}),
    .empty_o(spikes_empty),
    .count_o()
  );

  photic_spu_emit #(
    .Pointers   (Neurons),
    .FanoutWords(FanoutWords),
    .InIo       (1'b0),
    .Cols       (Cols),
    .Rows       (Rows),
    .Axons      (Axons),
    .Outputs    (Outputs)
  ) u_emit (
    .clk_i,
    .rst_ni,
    .flush_i        (flush),
    .x_i,
    .y_i,
    .scan_i         (scan),
    .pointers_i     (neurons),
    .idle_o         (emit_idle),
    .fault_o        (emit_fault),
    .queue_empty_i  (spikes_empty),
    .queue_index_i  (spike_index),
    .queue_payload_i(spike_payload),
    .queue_pop_o    (spikes_pop),
    .link_valid_o   (from_core_valid),
    .link_o         (from_core),
    .credit_i       (router_credit[photic_spu_pkg::LOCAL]),
    .pointer_wr_i   (wr.pointer),
    .pointer_rd_i   (rd.pointer),
    .fanout_wr_i    (wr.fanout),
    .fanout_rd_i    (rd.fanout),
    .bus_word_i     (bus.word),
    .bus_data_i,
    .pointer_o      (pointer_word),
    .fanout_o       (fanout_word),
    .table_read_o   (emit_table),
    .flit_o         (emit_flit),
    .work_o         (emit_work),
    .stall_o        (emit_stall)
  );

  // --- Faults, counters, idleness ---------------------------------------------------------------------------------------

  photic_spu_pkg::spu_events_t events;
  logic                        saturated_q;

  always_comb begin
    config_fault        = '0;
    config_fault.valid  = pulses.scan && !config_good;
    config_fault.region = photic_spec_pkg::SPU_REGION_CONFIG;
  end

  photic_spu_fault u_fault (
    .clk_i,
    .rst_ni,
    .flush_i (flush),
    .forget_i(pulses.forget),
    .a_i     (config_fault),
    .b_i     (deliver_fault),
    .c_i     (sweep_fault),
    .d_i     (emit_fault),
    .fault_o
  );

  always_comb begin
    events               = '0;
    events.spike         = spike;
    events.synaptic_ops  = added;
    events.flit_in       = receive_pop;
    events.flit_out      = emit_flit;
    events.update        = update;
    events.saturations   = 5'(clipped) + 5'(sweep_saturations);
    events.drops         = 4'(router_drops) + 4'(deliver_drop);
    events.parity_error  = parity_error;
    events.synapse_reads = synapse_reads;
    events.hops          = hops;
    events.table_reads   = 2'(deliver_table) + 2'(emit_table);
    events.deliver       = deliver_work;
    events.sweep         = sweep_active && !flush;
    events.emit          = emit_work;
    events.stall         = emit_stall;
  end

  photic_spu_counters u_counters (
    .clk_i,
    .rst_ni,
    .clear_i         (pulses.clear_counters),
    .events_i        (events),
    .signature_word_i(signature_word),
    .index_i         (low),
    .word_o          (counter)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) saturated_q <= 1'b0;
    else if (flush || pulses.forget) saturated_q <= 1'b0;
    else if (events.saturations != '0) saturated_q <= 1'b1;
  end

  assign saturated_o = saturated_q;
  assign idle_o      = router_idle && receive_empty && deliver_idle && sweep_idle && emit_idle;

  `PHOTIC_ASSERT(HostOnlyWhenIdle, (wr == '0 && rd == '0) || idle_o)

endmodule
