// SPDX-License-Identifier: Apache-2.0
// Which words a request of control is for.

/// The stretch of a memory command, of a record of states or of a trace, and the size of a record. No state.
module photic_spu_stretch #(
  /// Words that a step appends to a trace.
  parameter int unsigned TraceWords = 80
) (
  input  photic_spec_pkg::submission_t submission_i,
  /// Words that a memory command moves.
  input  logic [31:0] total_i,
  /// A record of states that goes to `destination_i`, or a trace that goes to `trace_at_i`; else a memory command.
  input  logic        record_i,
  input  logic        trace_i,
  input  logic [63:0] destination_i,
  input  logic [63:0] trace_at_i,
  output photic_spu_pkg::spu_stretch_t stretch_o,
  /// Words of a record of this run.
  output logic [31:0] record_words_o
);

  localparam int unsigned PlaceBits = photic_spu_pkg::PLACE_BITS;

  photic_spec_pkg::spu_memory_t memory;
  photic_spec_pkg::spu_run_t    run;

  assign memory = submission_i;
  assign run    = submission_i;

  always_comb begin
    case (run.record)
      photic_spec_pkg::SPU_RECORD_BITS: record_words_o = (32'(run.outputs) + 32'd63) >> 6;
      photic_spec_pkg::SPU_RECORD_I32:  record_words_o = (32'(run.outputs) + 32'd1) >> 1;
      default:                          record_words_o = 32'(run.probe_neurons) << 1;
    endcase
  end

  always_comb begin
    stretch_o.address = memory.destination;
    stretch_o.unit    = memory.core;
    stretch_o.region  = memory.region;
    stretch_o.word    = memory.word[PlaceBits-1:0];
    stretch_o.words   = memory.words;
    stretch_o.total   = total_i;
    if (record_i) begin
      stretch_o.address = destination_i;
      stretch_o.unit    = run.probe_core;
      stretch_o.region  = photic_spec_pkg::SPU_REGION_STATE;
      stretch_o.word    = PlaceBits'(run.probe_neuron) << 1;
      stretch_o.words   = record_words_o;
      stretch_o.total   = record_words_o;
    end else if (trace_i) begin
      stretch_o.address = trace_at_i;
      stretch_o.unit    = '0;
      stretch_o.region  = photic_spec_pkg::SPU_REGION_COUNTER;
      stretch_o.word    = '0;
      stretch_o.words   = photic_spu_pkg::COUNTERS;
      stretch_o.total   = TraceWords;
    end
  end

endmodule
