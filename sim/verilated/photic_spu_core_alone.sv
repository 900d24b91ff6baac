// SPDX-License-Identifier: Apache-2.0
// A core with the sizes of a preset, to be compiled on its own: see photic_spu_core_proxy.sv.

/// photic_spu_core of preset PHOTIC_SPU_PRESET.
module photic_spu_core_alone #(
  parameter int unsigned Preset = 32'(`PHOTIC_SPU_PRESET)
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [4:0]  x_i,
  input  logic [4:0]  y_i,
  input  logic [photic_spu_pkg::UNIT_BITS-1:0] unit_i,
  input  logic [photic_spu_pkg::LOCAL-1:0] open_i,
  input  logic        north_unit_i,
  input  logic [photic_spu_pkg::PULSES_BITS-1:0] pulses_i,
  input  logic [31:0] step_i,
  input  logic [31:0] base_i,
  input  logic [31:0] seed_i,
  output logic        idle_o,
  output logic [photic_spu_pkg::FAULT_BITS-1:0] fault_o,
  output logic        saturated_o,
  input  logic [photic_spu_pkg::BUS_BITS-1:0] bus_i,
  input  logic [63:0] bus_data_i,
  output logic [63:0] answer_o,
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

  photic_spu_core #(
    .Cols        (photic_spec_pkg::spu_mesh_cols(Preset)),
    .Rows        (photic_spec_pkg::spu_mesh_rows(Preset)),
    .Neurons     (photic_spec_pkg::spu_neurons(Preset)),
    .Axons       (photic_spec_pkg::spu_axons(Preset)),
    .SynapseWords(photic_spec_pkg::spu_synapse_words(Preset)),
    .Lanes       (photic_spec_pkg::spu_lanes(Preset)),
    .Slots       (photic_spec_pkg::spu_slots(Preset)),
    .Walks       (photic_spec_pkg::spu_walks(Preset)),
    .FanoutWords (photic_spec_pkg::spu_fanout_words(Preset)),
    .Outputs     (photic_spec_pkg::spu_outputs(Preset))
  ) u_core (.*);

endmodule
