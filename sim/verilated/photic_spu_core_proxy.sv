// SPDX-License-Identifier: Apache-2.0
// Stands in for photic_spu_core where a mesh is too large to be compiled core by core.

/// Same name, parameters and ports as rtl/spu/photic_spu_core.sv, which runs beside it as a model of its own: one compiled
/// core serves all of a mesh. All outputs of a core depend on its registers alone, so the outputs that the model has after
/// an edge, registered here at that edge, are those of the module. A core at rest is not called.
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
  /* verilator no_inline_module */

  // `place` is {north_unit, open, y, x}, `taken` {credit, link_valid} of the inputs, `given` {awake, saturated, idle,
  // credit, link_valid} of the outputs.
  import "DPI-C" function chandle photic_spu_core_model(input int unsigned index, input int unsigned place);
  import "DPI-C" function void photic_spu_core_clock(
    input chandle core, input bit reset_n, input int unsigned pulses, input int unsigned step, input int unsigned base,
    input int unsigned seed, input longint unsigned bus, input longint unsigned bus_data, input int unsigned taken,
    input longint unsigned n_in, input longint unsigned e_in, input longint unsigned s_in, input longint unsigned w_in,
    output int unsigned given, output longint unsigned fault, output longint unsigned answer,
    output longint unsigned n_out, output longint unsigned e_out, output longint unsigned s_out,
    output longint unsigned w_out);

  chandle      model;
  logic        awake_q, called;
  int unsigned given;
  longint unsigned fault, answer, n_out, e_out, s_out, w_out;
  photic_spu_pkg::spu_bus_t bus;

  assign bus    = bus_i;
  assign called = awake_q || pulses_i != '0 || link_valid_i != '0 || credit_i != '0
               || ((bus.read || bus.write) && bus.unit == unit_i);

  initial model = photic_spu_core_model(32'(unit_i), {17'd0, north_unit_i, open_i, y_i, x_i});

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni || called) begin
      photic_spu_core_clock(model, rst_ni, 32'(pulses_i), step_i, base_i, seed_i, 64'(bus_i), bus_data_i,
                            {24'd0, credit_i, link_valid_i}, link_n_i, link_e_i, link_s_i, link_w_i,
                            given, fault, answer, n_out, e_out, s_out, w_out);
      link_valid_o <= given[3:0];
      credit_o     <= given[7:4];
      idle_o       <= given[8];
      saturated_o  <= given[9];
      awake_q      <= given[10];
      fault_o      <= fault[photic_spu_pkg::FAULT_BITS-1:0];
      answer_o     <= answer;
      link_n_o     <= n_out;
      link_e_o     <= e_out;
      link_s_o     <= s_out;
      link_w_o     <= w_out;
    end
  end

endmodule
