// SPDX-License-Identifier: Apache-2.0
// A unit's end of the memory bus.

/// Decodes accesses that are meant for this unit and answers reads.
///
/// Timing: an access is decoded in the cycle it is on the bus, a word read is on its memory's output in the next cycle and
/// in `answer_o` in the one after; `answer_o` is 0 otherwise (docs/reference/spu-device.md 5.6).
module photic_spu_select (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,
  /// Level: accesses are dropped.
  input  logic        flush_i,
  /// Constant: this unit.
  input  logic [photic_spu_pkg::UNIT_BITS-1:0] unit_i,
  input  photic_spu_pkg::spu_bus_t bus_i,

  /// Accesses to a memory.
  output photic_spu_pkg::spu_regions_t wr_o,
  output photic_spu_pkg::spu_regions_t rd_o,
  /// Lowest bits of the word read in the last cycle.
  output logic [photic_spu_pkg::COUNTER_INDEX_BITS-1:0] low_o,

  /// What the memories show.
  input  logic [63:0] config_i,
  input  logic [63:0] axon_i,
  input  logic [63:0] synapse_i,
  input  logic [63:0] walk_i,
  input  logic [63:0] neuron_i,
  input  logic [63:0] pointer_i,
  input  logic [63:0] fanout_i,
  input  logic [63:0] state_i,
  input  logic [63:0] accumulator_i,
  input  logic [63:0] counter_i,
  output logic [63:0] answer_o
);

  localparam int unsigned Regions = $bits(wr_o);
  localparam int unsigned LowBits = photic_spu_pkg::COUNTER_INDEX_BITS;

  logic               selected, read_q;
  logic [Regions-1:0] one_hot;
  logic [LowBits-1:0] low_q;
  logic [photic_spu_pkg::REGION_BITS-1:0] region_q;
  logic [63:0]        word, answer_q;

  assign selected = (bus_i.write || bus_i.read) && bus_i.unit == unit_i && !flush_i;
  assign one_hot  = selected ? Regions'(1) << bus_i.region : '0;
  assign wr_o     = bus_i.write ? one_hot : '0;
  assign rd_o     = bus_i.read ? one_hot : '0;
  assign low_o    = low_q;
  assign answer_o = answer_q;

  always_comb begin
    word = '0;
    if (read_q) begin
      case (region_q)
        photic_spec_pkg::SPU_REGION_CONFIG:      word = config_i;
        photic_spec_pkg::SPU_REGION_AXON:        word = axon_i;
        photic_spec_pkg::SPU_REGION_SYNAPSE:     word = synapse_i;
        photic_spec_pkg::SPU_REGION_WALK:        word = walk_i;
        photic_spec_pkg::SPU_REGION_NEURON:      word = neuron_i;
        photic_spec_pkg::SPU_REGION_POINTER:     word = pointer_i;
        photic_spec_pkg::SPU_REGION_FANOUT:      word = fanout_i;
        photic_spec_pkg::SPU_REGION_STATE:       word = state_i;
        photic_spec_pkg::SPU_REGION_ACCUMULATOR: word = accumulator_i;
        photic_spec_pkg::SPU_REGION_COUNTER:     word = counter_i;
        default:                                 word = '0;
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_q   <= 1'b0;
      region_q <= '0;
      low_q    <= '0;
      answer_q <= '0;
    end else begin
      read_q   <= selected && bus_i.read;
      answer_q <= word;
      if (selected) begin
        region_q <= bus_i.region;
        low_q    <= bus_i.word[LowBits-1:0];
      end
    end
  end

endmodule
