// SPDX-License-Identifier: Apache-2.0
// Walks over the words of a stretch and puts accesses on the memory bus.

/// The bus end of photic_spu_control: the next word of a unit, after its last one the first of the next unit.
///
/// Timing: an access is on the bus one cycle after it was asked for, a word read is among the answers SPU_MEMORY_CYCLES
/// after (docs/reference/spu-device.md 5.6).
module photic_spu_walker (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,
  /// Level: forgets reads under way.
  input  logic        flush_i,

  /// Goes to the first word of the stretch, which stays the same until the last word.
  input  photic_spu_pkg::spu_stretch_t stretch_i,
  input  logic        start_i,
  /// Reads the word and goes on. Goes on, and writes the word.
  input  logic        read_i,
  input  logic        next_i,
  input  logic        write_i,
  input  logic [63:0] data_i,
  /// Words to go.
  output logic [31:0] left_o,
  /// Reads whose answer did not come before this cycle; one comes in this cycle.
  output logic [2:0]  flying_o,
  output logic        arriving_o,

  /// The bus.
  output photic_spu_pkg::spu_bus_t bus_o,
  output logic [63:0] bus_data_o
);

  localparam int unsigned Flight = photic_spec_pkg::SPU_MEMORY_CYCLES;
  localparam int unsigned PlaceBits = photic_spu_pkg::PLACE_BITS;

  logic [31:0]                          left_q, index_q;
  logic [photic_spu_pkg::UNIT_BITS-1:0] unit_q;
  logic [Flight-1:0]                    flight_q;
  logic                                 last;
  photic_spu_pkg::spu_bus_t             bus_q;
  logic [63:0]                          data_q;

  assign last       = index_q == stretch_i.words - 1'b1;
  assign left_o     = left_q;
  assign flying_o   = 3'(flight_q[0]) + 3'(flight_q[1]) + 3'(flight_q[2]);
  assign arriving_o = flight_q[Flight-1];
  assign bus_o      = bus_q;
  assign bus_data_o = data_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      left_q   <= '0;
      index_q  <= '0;
      unit_q   <= '0;
      flight_q <= '0;
      bus_q    <= '0;
      data_q   <= '0;
    end else begin
      flight_q    <= flush_i ? '0 : {flight_q[Flight-2:0], read_i};
      bus_q.read  <= read_i;
      bus_q.write <= write_i;
      if (write_i) data_q <= data_i;
      if (start_i) begin
        unit_q  <= stretch_i.unit;
        index_q <= '0;
        left_q  <= stretch_i.total;
      end else if (read_i || next_i) begin
        left_q       <= left_q - 1'b1;
        bus_q.unit   <= unit_q;
        bus_q.region <= stretch_i.region;
        bus_q.word   <= stretch_i.word + index_q[PlaceBits-1:0];
        index_q      <= last ? '0 : index_q + 1'b1;
        if (last) unit_q <= unit_q + 1'b1;
      end
    end
  end

endmodule
