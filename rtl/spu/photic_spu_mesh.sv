// SPDX-License-Identifier: Apache-2.0
// The cores of a mesh, the input/output unit north of the first one, and the wires between them.

/// Core number y Cols + x has its east neighbour at x + 1 and its south neighbour at y + 1. Number Cols x Rows is the
/// input/output unit. Protocol: docs/reference/spu-device.md 1 and 5.
module photic_spu_mesh #(
  parameter int unsigned Cols = 2,
  parameter int unsigned Rows = 2,
  parameter int unsigned Neurons = 16,
  parameter int unsigned Axons = 64,
  parameter int unsigned SynapseWords = 128,
  parameter int unsigned Lanes = 2,
  parameter int unsigned Slots = 4,
  parameter int unsigned Walks = 4,
  parameter int unsigned FanoutWords = 64,
  parameter int unsigned IoFanoutWords = 128,
  parameter int unsigned Inputs = 64,
  parameter int unsigned Outputs = 64
) (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,

  /// Control: see photic_spu_control.
  input  photic_spu_pkg::spu_pulses_t pulses_i,
  input  logic [31:0] step_i,
  input  logic [31:0] base_i,
  input  logic [31:0] seed_i,
  output logic        quiet_o,
  output logic        saturated_o,
  output logic        any_fault_o,
  input  logic [photic_spu_pkg::UNIT_BITS-1:0] fault_unit_i,
  output photic_spu_pkg::spu_fault_t fault_o,
  input  photic_spu_pkg::spu_bus_t bus_i,
  input  logic [63:0] bus_data_i,
  output logic [63:0] answer_o,

  /// Input stream: see photic_spu_parser.
  input  logic        open_i,
  input  logic [31:0] words_i,
  input  logic [63:0] address_i,
  input  logic        skip_i,
  input  logic        excess_i,
  output logic [31:0] left_o,
  input  logic        inputs_i,
  output logic        failed_o,
  output logic [photic_link_pkg::STATUS_BITS-1:0] status_o,
  output logic [63:0] failed_address_o,
  output logic        rd_data_pop_o,
  input  photic_link_pkg::read_word_t rd_data_i,
  input  logic        rd_data_empty_i,
  output logic        event_o,

  /// Records: see photic_spu_outputs.
  input  logic        record_rd_i,
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] record_rd_output_i,
  input  logic        record_clear_i,
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] record_clear_output_i,
  output logic [photic_spu_pkg::SUM_BITS-1:0] record_o
);

  localparam int unsigned Cores = Cols * Rows;
  localparam int unsigned FlitBits = photic_spu_pkg::FLIT_BITS;
  localparam int unsigned FaultBits = photic_spu_pkg::FAULT_BITS;
  localparam int unsigned UnitBits = photic_spu_pkg::UNIT_BITS;
  localparam int unsigned North = photic_spu_pkg::NORTH;
  localparam int unsigned East = photic_spu_pkg::EAST;
  localparam int unsigned South = photic_spu_pkg::SOUTH;
  localparam int unsigned West = photic_spu_pkg::WEST;

  logic [Cores-1:0]           idle, saturated, faulty;
  logic                       io_idle, io_valid, io_credit, io_link_valid, io_link_credit;
  logic [FlitBits-1:0]        io_link, io_received;
  logic [63:0]                io_answer;
  photic_spu_pkg::spu_fault_t io_fault;

  for (genvar c = 0; c < Cores; c++) begin : gen_core
    localparam int unsigned X = c % Cols;
    localparam int unsigned Y = c / Cols;

    logic [photic_spu_pkg::LOCAL-1:0] valid_in, valid_out, credit_in, credit_out;
    logic [FlitBits-1:0]        n_in, e_in, s_in, w_in;
    // At the edges of the mesh nobody listens.
    /* verilator lint_off UNUSEDSIGNAL */
    logic [FlitBits-1:0]        n_out, e_out, s_out, w_out;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [63:0]          answer, answers;
    logic [FaultBits-1:0] fault, faults;

    // What comes in from a side left that neighbour on the opposite one; so do credits.
    if (Y > 0) begin : gen_north
      assign n_in             = gen_core[c-Cols].s_out;
      assign valid_in[North]  = gen_core[c-Cols].valid_out[South];
      assign credit_in[North] = gen_core[c-Cols].credit_out[South];
    end else if (c == 0) begin : gen_io
      assign n_in             = io_link;
      assign valid_in[North]  = io_link_valid;
      assign credit_in[North] = io_credit;
      assign io_received      = n_out;
      assign io_valid         = valid_out[North];
      assign io_link_credit   = credit_out[North];
    end else begin : gen_north_edge
      assign n_in             = '0;
      assign valid_in[North]  = 1'b0;
      assign credit_in[North] = 1'b0;
    end
    if (X < Cols - 1) begin : gen_east
      assign e_in            = gen_core[c+1].w_out;
      assign valid_in[East]  = gen_core[c+1].valid_out[West];
      assign credit_in[East] = gen_core[c+1].credit_out[West];
    end else begin : gen_east_edge
      assign e_in            = '0;
      assign valid_in[East]  = 1'b0;
      assign credit_in[East] = 1'b0;
    end
    if (Y < Rows - 1) begin : gen_south
      assign s_in             = gen_core[c+Cols].n_out;
      assign valid_in[South]  = gen_core[c+Cols].valid_out[North];
      assign credit_in[South] = gen_core[c+Cols].credit_out[North];
    end else begin : gen_south_edge
      assign s_in             = '0;
      assign valid_in[South]  = 1'b0;
      assign credit_in[South] = 1'b0;
    end
    if (X > 0) begin : gen_west
      assign w_in            = gen_core[c-1].e_out;
      assign valid_in[West]  = gen_core[c-1].valid_out[East];
      assign credit_in[West] = gen_core[c-1].credit_out[East];
    end else begin : gen_west_edge
      assign w_in            = '0;
      assign valid_in[West]  = 1'b0;
      assign credit_in[West] = 1'b0;
    end

    photic_spu_core #(
      .Cols        (Cols),
      .Rows        (Rows),
      .Neurons     (Neurons),
      .Axons       (Axons),
      .SynapseWords(SynapseWords),
      .Lanes       (Lanes),
      .Slots       (Slots),
      .Walks       (Walks),
      .FanoutWords (FanoutWords),
      .Outputs     (Outputs)
    ) u_core (
      .clk_i,
      .rst_ni,
      .x_i         (5'(X)),
      .y_i         (5'(Y)),
      .unit_i      (UnitBits'(c)),
      .open_i      ({X > 0, Y < Rows - 1, X < Cols - 1, Y > 0 || c == 0}),
      .north_unit_i(c == 0),
      .pulses_i,
      .step_i,
      .base_i,
      .seed_i,
      .idle_o      (idle[c]),
      .fault_o     (fault),
      .saturated_o (saturated[c]),
      .bus_i,
      .bus_data_i,
      .answer_o    (answer),
      .link_valid_i(valid_in),
      .link_n_i    (n_in),
      .link_e_i    (e_in),
      .link_s_i    (s_in),
      .link_w_i    (w_in),
      .credit_o    (credit_out),
      .link_valid_o(valid_out),
      .link_n_o    (n_out),
      .link_e_o    (e_out),
      .link_s_o    (s_out),
      .link_w_o    (w_out),
      .credit_i    (credit_in)
    );

    // Its first field is `valid`.
    assign faulty[c] = fault[FaultBits-1];
    if (c == 0) begin : gen_first
      assign answers = answer;
      assign faults  = fault;
    end else begin : gen_next
      assign answers = gen_core[c-1].answers | answer;
      assign faults  = (fault_unit_i == UnitBits'(c)) ? fault : gen_core[c-1].faults;
    end
  end

  photic_spu_io #(
    .Cols       (Cols),
    .Rows       (Rows),
    .Axons      (Axons),
    .Inputs     (Inputs),
    .Outputs    (Outputs),
    .FanoutWords(IoFanoutWords)
  ) u_io (
    .clk_i,
    .rst_ni,
    .pulses_i,
    .idle_o      (io_idle),
    .fault_o     (io_fault),
    .open_i,
    .words_i,
    .address_i,
    .skip_i,
    .excess_i,
    .left_o,
    .inputs_i,
    .failed_o,
    .status_o,
    .failed_address_o,
    .rd_data_pop_o,
    .rd_data_i,
    .rd_data_empty_i,
    .event_o,
    .record_rd_i,
    .record_rd_output_i,
    .record_clear_i,
    .record_clear_output_i,
    .record_o,
    .bus_i,
    .bus_data_i,
    .answer_o    (io_answer),
    .link_valid_i(io_valid),
    .link_i      (io_received),
    .credit_o    (io_credit),
    .link_valid_o(io_link_valid),
    .link_o      (io_link),
    .credit_i    (io_link_credit)
  );

  assign quiet_o     = io_idle && (&idle);
  assign saturated_o = |saturated;
  assign any_fault_o = io_fault.valid || (|faulty);
  assign fault_o     = (fault_unit_i == UnitBits'(Cores)) ? io_fault : gen_core[Cores-1].faults;
  assign answer_o    = gen_core[Cores-1].answers | io_answer;

endmodule
