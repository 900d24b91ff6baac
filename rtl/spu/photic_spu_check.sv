// SPDX-License-Identifier: Apache-2.0
// Decides whether a command can be executed, and compares widths with the specification.

/// Validation of SPU_WRITE, SPU_READ, SPU_CLEAR and SPU_RUN (docs/reference/spu-device.md 2.1).
///
/// Latency: inputs must be stable for two cycles with `en_i`, then the outputs are valid and stay.
module photic_spu_check #(
  parameter int unsigned Cores = 4,
  parameter int unsigned Neurons = 16,
  parameter int unsigned Axons = 64,
  parameter int unsigned SynapseWords = 128,
  parameter int unsigned Slots = 4,
  parameter int unsigned Walks = 4,
  parameter int unsigned FanoutWords = 64,
  parameter int unsigned IoFanoutWords = 128,
  parameter int unsigned Inputs = 64,
  parameter int unsigned Outputs = 64
) (
  /// Clock, rising edge.
  input  logic                                    clk_i,
  /// Moves the pipeline.
  input  logic                                    en_i,
  input  photic_spec_pkg::submission_t            submission_i,
  /// OK or the first check that failed.
  output logic [photic_link_pkg::STATUS_BITS-1:0] status_o,
  /// Words that a memory command moves.
  output logic [31:0]                             total_o
);

  localparam logic [7:0] IRQ = 8'(1 << photic_spec_pkg::SUBMIT_IRQ_BIT);
  localparam logic [7:0] STRICT = 8'(1 << photic_spec_pkg::SUBMIT_STRICT_BIT);
  localparam logic [7:0] KNOWN_CLEAR =
    8'((1 << photic_spec_pkg::SPU_CLEAR_STATE_BIT) | (1 << photic_spec_pkg::SPU_CLEAR_COUNTERS_BIT));
  localparam logic [7:0] KNOWN_CONTROL =
    8'((1 << photic_spec_pkg::SPU_CONTROL_CLEAR_FIRST_BIT) | (1 << photic_spec_pkg::SPU_CONTROL_TRACE_BIT));
  localparam int unsigned AlignBits = $clog2(photic_link_pkg::WORD_BYTES);

`ifndef SYNTHESIS
  if (photic_spu_pkg::COUNTERS != 32'(photic_spec_pkg::SPU_COUNTER_CYCLES_STALL) + 1) $error("COUNTERS: as SPU_COUNTER");
  if (2 ** photic_spu_pkg::COUNTER_INDEX_BITS != photic_spu_pkg::COUNTERS) $error("COUNTER_INDEX_BITS number COUNTERS");
  if (photic_spu_pkg::COUNTER_BITS != photic_spec_pkg::SPU_COUNTER_BITS) $error("COUNTER_BITS: as SPU_COUNTER");
  if (photic_spu_pkg::VALUE_BITS != photic_spec_pkg::SPU_VALUE_BITS) $error("VALUE_BITS: as SPU_VALUE");
  if (photic_spu_pkg::SUM_BITS != photic_spec_pkg::SPU_ACCUMULATOR_BITS) $error("SUM_BITS: as SPU_ACCUMULATOR");
  if (photic_spu_pkg::PAYLOAD_BITS != photic_spec_pkg::SPU_PAYLOAD_BITS) $error("PAYLOAD_BITS: as SPU_PAYLOAD");
  if (photic_spu_pkg::PLACE_BITS != photic_spec_pkg::SPU_PLACE_WORD_WIDTH) $error("PLACE_BITS: as SPU_PLACE");
  if (photic_spu_pkg::UNIT_BITS != photic_spec_pkg::SPU_PLACE_CORE_WIDTH) $error("UNIT_BITS: as SPU_PLACE");
  if (photic_spu_pkg::FLIT_BITS != $bits(photic_spec_pkg::spu_flit_t)) $error("FLIT_BITS: as SPU_FLIT");
  if (photic_spu_pkg::PULSES_BITS != $bits(photic_spu_pkg::spu_pulses_t)) $error("PULSES_BITS: as spu_pulses_t");
  if (photic_spu_pkg::BUS_BITS != $bits(photic_spu_pkg::spu_bus_t)) $error("BUS_BITS: as spu_bus_t");
  if (photic_spu_pkg::FAULT_BITS != $bits(photic_spu_pkg::spu_fault_t)) $error("FAULT_BITS: as spu_fault_t");
  if ($bits(photic_spu_pkg::spu_regions_t) != 32'(photic_spec_pkg::SPU_REGION_COUNTER) + 1) $error("spu_regions_t: as SPU_REGION");
  if (photic_spec_pkg::SPU_MEMORY_CYCLES != 3) $error("the memory bus takes three cycles");
`endif

  photic_spec_pkg::spu_memory_t memory;
  photic_spec_pkg::spu_run_t    run;
  logic                         write, read, moves, is_run, io, none, bits, values, states;
  logic [31:0]                  region_words;

  assign memory = submission_i;
  assign run    = submission_i;
  assign write  = submission_i.opcode == photic_spec_pkg::OPCODE_SPU_WRITE;
  assign read   = submission_i.opcode == photic_spec_pkg::OPCODE_SPU_READ;
  assign moves  = write || read;
  assign is_run = submission_i.opcode == photic_spec_pkg::OPCODE_SPU_RUN;
  assign io     = 32'(memory.core) == Cores;
  assign none   = run.record == photic_spec_pkg::SPU_RECORD_NONE;
  assign bits   = run.record == photic_spec_pkg::SPU_RECORD_BITS;
  assign values = run.record == photic_spec_pkg::SPU_RECORD_I32;
  assign states = run.record == photic_spec_pkg::SPU_RECORD_STATES;

  // 0 for a region that the unit does not have.
  always_comb begin
    case (memory.region)
      photic_spec_pkg::SPU_REGION_CONFIG:      region_words = 1;
      photic_spec_pkg::SPU_REGION_AXON:        region_words = io ? 0 : Axons;
      photic_spec_pkg::SPU_REGION_SYNAPSE:     region_words = io ? 0 : SynapseWords;
      photic_spec_pkg::SPU_REGION_WALK:        region_words = io ? 0 : Walks;
      photic_spec_pkg::SPU_REGION_NEURON:      region_words = io ? 0 : 4 * Neurons;
      photic_spec_pkg::SPU_REGION_POINTER:     region_words = io ? Inputs : Neurons;
      photic_spec_pkg::SPU_REGION_FANOUT:      region_words = io ? IoFanoutWords : FanoutWords;
      photic_spec_pkg::SPU_REGION_STATE:       region_words = io ? 0 : 2 * Neurons;
      photic_spec_pkg::SPU_REGION_ACCUMULATOR: region_words = io ? Outputs : Slots * Neurons;
      photic_spec_pkg::SPU_REGION_COUNTER:     region_words = photic_spu_pkg::COUNTERS;
      default:                                 region_words = 0;
    endcase
  end

  logic memory_field_bad, run_field_bad, memory_region_bad, run_region_bad, address_bad;

  assign memory_field_bad =
       (memory.flags & ~IRQ) != '0
    || {memory.reserved0, memory.reserved1, memory.reserved2, memory.reserved3} != '0
    || (moves ? memory.cores == '0 || memory.words == '0 || memory.clear != '0
                || (write ? memory.destination != '0 : memory.source != '0)
              : memory.clear == '0 || (memory.clear & ~KNOWN_CLEAR) != '0
                || {memory.source, memory.destination, memory.core, memory.cores, memory.region, memory.word, memory.words}
                   != '0);

  assign memory_region_bad = moves && ((32'(memory.core) + 32'(memory.cores) > Cores && !(io && memory.cores == 16'd1))
                                       || region_words == '0
                                       || 33'(memory.word) + 33'(memory.words) > 33'(region_words)
                                       || (write && memory.region == photic_spec_pkg::SPU_REGION_COUNTER));

  assign run_field_bad =
       (run.flags & ~(IRQ | STRICT)) != '0
    || (run.control & ~KNOWN_CONTROL) != '0
    || run.reserved != '0
    || run.steps == '0
    || !(none || bits || values || states)
    || (none ? run.destination != '0 || run.period != '0 || run.outputs != '0 : run.period == '0)
    || ((bits || values) && (run.outputs == '0 || 32'(run.outputs) > Outputs))
    || (states ? run.outputs != '0 || run.probe_neurons == '0
               : {run.probe_core, run.probe_neuron, run.probe_neurons} != '0)
    || (run.trace != '0 && !run.control[photic_spec_pkg::SPU_CONTROL_TRACE_BIT])
    || (run.source != '0 && run.source_words == '0);

  assign run_region_bad = states && (32'(run.probe_core) >= Cores
                                     || 32'(run.probe_neuron) + 32'(run.probe_neurons) > Neurons);

  assign address_bad = is_run ? {run.source[AlignBits-1:0], run.destination[AlignBits-1:0], run.trace[AlignBits-1:0]} != '0
                              : {memory.source[AlignBits-1:0], memory.destination[AlignBits-1:0]} != '0;

  // Stage 1: one verdict a kind. Stage 2: the first failure.
  logic        field_bad_q, region_bad_q, address_bad_q;
  logic [31:0] total_q;
  logic [photic_link_pkg::STATUS_BITS-1:0] status_q;

  always_ff @(posedge clk_i) begin
    if (en_i) begin
      field_bad_q   <= is_run ? run_field_bad : memory_field_bad;
      region_bad_q  <= is_run ? run_region_bad : memory_region_bad;
      address_bad_q <= address_bad;
      total_q       <= memory.words * 32'(memory.cores);
      status_q      <= photic_spec_pkg::STATUS_OK;
      if (field_bad_q) status_q <= photic_spec_pkg::STATUS_INVALID_FIELD;
      else if (region_bad_q) status_q <= photic_spec_pkg::STATUS_INVALID_REGION;
      else if (address_bad_q) status_q <= photic_spec_pkg::STATUS_INVALID_ADDRESS;
    end
  end

  assign status_o = status_q;
  assign total_o  = total_q;

endmodule
