// SPDX-License-Identifier: Apache-2.0
// The COUNTER words of a core or of the input/output unit.

/// Counts what happens in a cycle at its end and shows the word `index_i`. See SPU_COUNTER.
module photic_spu_counters (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,
  /// All words to 0; wins.
  input  logic        clear_i,
  input  photic_spu_pkg::spu_events_t events_i,
  /// New values of the neuron that is updated in this cycle.
  input  logic [31:0] signature_word_i,
  input  logic [photic_spu_pkg::COUNTER_INDEX_BITS-1:0] index_i,
  output logic [photic_spu_pkg::COUNTER_BITS-1:0] word_o
);

  localparam int unsigned Bits = photic_spu_pkg::COUNTER_BITS;

  logic [Bits-1:0] spikes_q, synaptic_ops_q, flits_in_q, flits_out_q, updates_q, saturations_q, drops_q, parity_errors_q;
  logic [Bits-1:0] synapse_reads_q, hops_q, table_reads_q, deliver_q, sweep_q, emit_q, stall_q;
  logic [31:0]     signature_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      spikes_q        <= '0;
      synaptic_ops_q  <= '0;
      flits_in_q      <= '0;
      flits_out_q     <= '0;
      updates_q       <= '0;
      saturations_q   <= '0;
      drops_q         <= '0;
      parity_errors_q <= '0;
      synapse_reads_q <= '0;
      hops_q          <= '0;
      table_reads_q   <= '0;
      deliver_q       <= '0;
      sweep_q         <= '0;
      emit_q          <= '0;
      stall_q         <= '0;
      signature_q     <= '0;
    end else if (clear_i) begin
      spikes_q        <= '0;
      synaptic_ops_q  <= '0;
      flits_in_q      <= '0;
      flits_out_q     <= '0;
      updates_q       <= '0;
      saturations_q   <= '0;
      drops_q         <= '0;
      parity_errors_q <= '0;
      synapse_reads_q <= '0;
      hops_q          <= '0;
      table_reads_q   <= '0;
      deliver_q       <= '0;
      sweep_q         <= '0;
      emit_q          <= '0;
      stall_q         <= '0;
      signature_q     <= '0;
    end else if (|events_i) begin
      spikes_q        <= spikes_q + Bits'(events_i.spike);
      synaptic_ops_q  <= synaptic_ops_q + Bits'(events_i.synaptic_ops);
      flits_in_q      <= flits_in_q + Bits'(events_i.flit_in);
      flits_out_q     <= flits_out_q + Bits'(events_i.flit_out);
      saturations_q   <= saturations_q + Bits'(events_i.saturations);
      drops_q         <= drops_q + Bits'(events_i.drops);
      parity_errors_q <= parity_errors_q + Bits'(events_i.parity_error);
      synapse_reads_q <= synapse_reads_q + Bits'(events_i.synapse_reads);
      hops_q          <= hops_q + Bits'(events_i.hops);
      table_reads_q   <= table_reads_q + Bits'(events_i.table_reads);
      deliver_q       <= deliver_q + Bits'(events_i.deliver);
      sweep_q         <= sweep_q + Bits'(events_i.sweep);
      emit_q          <= emit_q + Bits'(events_i.emit);
      stall_q         <= stall_q + Bits'(events_i.stall);
      if (events_i.update) begin
        updates_q   <= updates_q + 1'b1;
        signature_q <= {signature_q[30:0], 1'b0} ^ (signature_q[31] ? 32'(photic_spec_pkg::SPU_SIGNATURE_POLYNOMIAL) : '0)
                     ^ signature_word_i;
      end
    end
  end

  always_comb begin
    case (8'(index_i))
      photic_spec_pkg::SPU_COUNTER_SPIKES:         word_o = spikes_q;
      photic_spec_pkg::SPU_COUNTER_SYNAPTIC_OPS:   word_o = synaptic_ops_q;
      photic_spec_pkg::SPU_COUNTER_FLITS_IN:       word_o = flits_in_q;
      photic_spec_pkg::SPU_COUNTER_FLITS_OUT:      word_o = flits_out_q;
      photic_spec_pkg::SPU_COUNTER_UPDATES:        word_o = updates_q;
      photic_spec_pkg::SPU_COUNTER_SATURATIONS:    word_o = saturations_q;
      photic_spec_pkg::SPU_COUNTER_DROPS:          word_o = drops_q;
      photic_spec_pkg::SPU_COUNTER_PARITY_ERRORS:  word_o = parity_errors_q;
      photic_spec_pkg::SPU_COUNTER_SYNAPSE_READS:  word_o = synapse_reads_q;
      photic_spec_pkg::SPU_COUNTER_HOPS:           word_o = hops_q;
      photic_spec_pkg::SPU_COUNTER_SIGNATURE:      word_o = Bits'(signature_q);
      photic_spec_pkg::SPU_COUNTER_TABLE_READS:    word_o = table_reads_q;
      photic_spec_pkg::SPU_COUNTER_CYCLES_DELIVER: word_o = deliver_q;
      photic_spec_pkg::SPU_COUNTER_CYCLES_SWEEP:   word_o = sweep_q;
      photic_spec_pkg::SPU_COUNTER_CYCLES_EMIT:    word_o = emit_q;
      default:                                     word_o = stall_q;
    endcase
  end

endmodule
