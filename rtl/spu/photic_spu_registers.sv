// SPDX-License-Identifier: Apache-2.0
// The spiking unit's block of registers: geometry, seed and counters.

/// Behind photic_csr: a write acts at the edge, a read is answered in the same cycle; offsets of other blocks read 0.
/// Counts what blocks report, each event at the end of the cycle it happened in.
module photic_spu_registers #(
  /// Geometry preset.
  parameter int unsigned Preset = 0,
  localparam int unsigned OffsetBits = $bits(photic_spec_pkg::SHELL_BASE)
) (
  /// Clock, rising edge.
  input  logic                        clk_i,
  /// Reset, active low, asynchronous.
  input  logic                        rst_ni,

  /// Accesses.
  input  logic                        wr_en_i,
  input  logic [OffsetBits-1:0]       wr_offset_i,
  input  logic [31:0]                 wr_data_i,
  input  logic                        rd_en_i,
  input  logic [OffsetBits-1:0]       rd_offset_i,
  output logic [31:0]                 rd_data_o,

  /// What happened in this cycle.
  input  photic_spu_pkg::spu_counts_t counts_i,
  /// SPU_SEED.
  output logic [31:0]                 seed_o
);

  logic [31:0] seed_q;
  logic [63:0] steps_q, events_q, scans_q, cycles_scan_q, cycles_clear_q, cycles_input_q, cycles_step_q, cycles_record_q;
  logic [63:0] cycles_memory_q;

  assign seed_o = seed_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) seed_q <= photic_spec_pkg::SPU_SEED_RESET;
    else if (wr_en_i && wr_offset_i == photic_spec_pkg::SPU_SEED) seed_q <= wr_data_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      steps_q         <= '0;
      events_q        <= '0;
      scans_q         <= '0;
      cycles_scan_q   <= '0;
      cycles_clear_q  <= '0;
      cycles_input_q  <= '0;
      cycles_step_q   <= '0;
      cycles_record_q <= '0;
      cycles_memory_q <= '0;
    end else if (|counts_i) begin
      steps_q         <= steps_q + 64'(counts_i.step);
      events_q        <= events_q + 64'(counts_i.event_sent);
      scans_q         <= scans_q + 64'(counts_i.scan);
      cycles_scan_q   <= cycles_scan_q + 64'(counts_i.cycle_scan);
      cycles_clear_q  <= cycles_clear_q + 64'(counts_i.cycle_clear);
      cycles_input_q  <= cycles_input_q + 64'(counts_i.cycle_input);
      cycles_step_q   <= cycles_step_q + 64'(counts_i.cycle_step);
      cycles_record_q <= cycles_record_q + 64'(counts_i.cycle_record);
      cycles_memory_q <= cycles_memory_q + 64'(counts_i.cycle_memory);
    end
  end

  always_comb begin
    rd_data_o = '0;
    if (rd_en_i) begin
      case (rd_offset_i)
        photic_spec_pkg::SPU_MESH: begin
          rd_data_o[photic_spec_pkg::SPU_MESH_COLS_LSB +: photic_spec_pkg::SPU_MESH_COLS_WIDTH] =
            photic_spec_pkg::SPU_MESH_COLS_WIDTH'(photic_spec_pkg::spu_mesh_cols(Preset));
          rd_data_o[photic_spec_pkg::SPU_MESH_ROWS_LSB +: photic_spec_pkg::SPU_MESH_ROWS_WIDTH] =
            photic_spec_pkg::SPU_MESH_ROWS_WIDTH'(photic_spec_pkg::spu_mesh_rows(Preset));
          rd_data_o[photic_spec_pkg::SPU_MESH_LANES_LSB +: photic_spec_pkg::SPU_MESH_LANES_WIDTH] =
            photic_spec_pkg::SPU_MESH_LANES_WIDTH'(photic_spec_pkg::spu_lanes(Preset));
          rd_data_o[photic_spec_pkg::SPU_MESH_SLOTS_LSB +: photic_spec_pkg::SPU_MESH_SLOTS_WIDTH] =
            photic_spec_pkg::SPU_MESH_SLOTS_WIDTH'(photic_spec_pkg::spu_slots(Preset));
        end
        photic_spec_pkg::SPU_CORE: begin
          rd_data_o[photic_spec_pkg::SPU_CORE_NEURONS_LSB +: photic_spec_pkg::SPU_CORE_NEURONS_WIDTH] =
            photic_spec_pkg::SPU_CORE_NEURONS_WIDTH'(photic_spec_pkg::spu_neurons(Preset));
          rd_data_o[photic_spec_pkg::SPU_CORE_AXONS_LSB +: photic_spec_pkg::SPU_CORE_AXONS_WIDTH] =
            photic_spec_pkg::SPU_CORE_AXONS_WIDTH'(photic_spec_pkg::spu_axons(Preset));
        end
        photic_spec_pkg::SPU_MEMORY: begin
          rd_data_o[photic_spec_pkg::SPU_MEMORY_SYNAPSE_WORDS_LSB +: photic_spec_pkg::SPU_MEMORY_SYNAPSE_WORDS_WIDTH] =
            photic_spec_pkg::SPU_MEMORY_SYNAPSE_WORDS_WIDTH'(photic_spec_pkg::spu_synapse_words(Preset));
          rd_data_o[photic_spec_pkg::SPU_MEMORY_WALKS_LSB +: photic_spec_pkg::SPU_MEMORY_WALKS_WIDTH] =
            photic_spec_pkg::SPU_MEMORY_WALKS_WIDTH'(photic_spec_pkg::spu_walks(Preset));
        end
        photic_spec_pkg::SPU_FANOUT: begin
          rd_data_o[photic_spec_pkg::SPU_FANOUT_WORDS_LSB +: photic_spec_pkg::SPU_FANOUT_WORDS_WIDTH] =
            photic_spec_pkg::SPU_FANOUT_WORDS_WIDTH'(photic_spec_pkg::spu_fanout_words(Preset));
          rd_data_o[photic_spec_pkg::SPU_FANOUT_IO_WORDS_LSB +: photic_spec_pkg::SPU_FANOUT_IO_WORDS_WIDTH] =
            photic_spec_pkg::SPU_FANOUT_IO_WORDS_WIDTH'(photic_spec_pkg::spu_io_fanout_words(Preset));
        end
        photic_spec_pkg::SPU_IO: begin
          rd_data_o[photic_spec_pkg::SPU_IO_INPUTS_LSB +: photic_spec_pkg::SPU_IO_INPUTS_WIDTH] =
            photic_spec_pkg::SPU_IO_INPUTS_WIDTH'(photic_spec_pkg::spu_inputs(Preset));
          rd_data_o[photic_spec_pkg::SPU_IO_OUTPUTS_LSB +: photic_spec_pkg::SPU_IO_OUTPUTS_WIDTH] =
            photic_spec_pkg::SPU_IO_OUTPUTS_WIDTH'(photic_spec_pkg::spu_outputs(Preset));
        end
        photic_spec_pkg::SPU_SEED:             rd_data_o = seed_q;
        photic_spec_pkg::SPU_STEPS:            rd_data_o = steps_q[31:0];
        photic_spec_pkg::SPU_STEPS_HI:         rd_data_o = steps_q[63:32];
        photic_spec_pkg::SPU_EVENTS:           rd_data_o = events_q[31:0];
        photic_spec_pkg::SPU_EVENTS_HI:        rd_data_o = events_q[63:32];
        photic_spec_pkg::SPU_SCANS:            rd_data_o = scans_q[31:0];
        photic_spec_pkg::SPU_SCANS_HI:         rd_data_o = scans_q[63:32];
        photic_spec_pkg::SPU_CYCLES_SCAN:      rd_data_o = cycles_scan_q[31:0];
        photic_spec_pkg::SPU_CYCLES_SCAN_HI:   rd_data_o = cycles_scan_q[63:32];
        photic_spec_pkg::SPU_CYCLES_CLEAR:     rd_data_o = cycles_clear_q[31:0];
        photic_spec_pkg::SPU_CYCLES_CLEAR_HI:  rd_data_o = cycles_clear_q[63:32];
        photic_spec_pkg::SPU_CYCLES_INPUT:     rd_data_o = cycles_input_q[31:0];
        photic_spec_pkg::SPU_CYCLES_INPUT_HI:  rd_data_o = cycles_input_q[63:32];
        photic_spec_pkg::SPU_CYCLES_STEP:      rd_data_o = cycles_step_q[31:0];
        photic_spec_pkg::SPU_CYCLES_STEP_HI:   rd_data_o = cycles_step_q[63:32];
        photic_spec_pkg::SPU_CYCLES_RECORD:    rd_data_o = cycles_record_q[31:0];
        photic_spec_pkg::SPU_CYCLES_RECORD_HI: rd_data_o = cycles_record_q[63:32];
        photic_spec_pkg::SPU_CYCLES_MEMORY:    rd_data_o = cycles_memory_q[31:0];
        photic_spec_pkg::SPU_CYCLES_MEMORY_HI: rd_data_o = cycles_memory_q[63:32];
        default: ;
      endcase
    end
  end

endmodule
