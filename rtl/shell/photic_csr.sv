// SPDX-License-Identifier: Apache-2.0
// Register file of the device behind an AXI4-Lite subordinate.
`include "photic_assert.svh"

/// The registers that every device has (registers.toml), interrupt causes included, and the way to those of the engine.
///
/// An access is accepted in the cycle it is offered in, acts at the edge that ends it, and is answered in the next cycle,
/// always with OKAY. Writes with partial strobes, to gaps and to read-only registers are dropped; gaps read 0. Offsets that
/// are not the shell's are left to the engine's block, which answers 0 for those it does not have.
module photic_csr #(
  /// Reported in SHELL_KIND.
  parameter photic_spec_pkg::device_kind_e Kind = photic_spec_pkg::DEVICE_KIND_OPU,
  /// Bits of an offset in BAR0.
  localparam int unsigned OffsetBits = $bits(photic_spec_pkg::SHELL_BASE)
) (
  /// Clock, rising edge.
  input  logic                                          clk_i,
  /// Reset, active low, asynchronous.
  input  logic                                          rst_ni,

  /// AXI4-Lite subordinate.
  input  logic                                          s_axil_awvalid_i,
  output logic                                          s_axil_awready_o,
  input  logic [OffsetBits-1:0]                         s_axil_awaddr_i,
  input  logic                                          s_axil_wvalid_i,
  output logic                                          s_axil_wready_o,
  input  logic [31:0]                                   s_axil_wdata_i,
  input  logic [3:0]                                    s_axil_wstrb_i,
  output logic                                          s_axil_bvalid_o,
  input  logic                                          s_axil_bready_i,
  output logic [1:0]                                    s_axil_bresp_o,
  input  logic                                          s_axil_arvalid_i,
  output logic                                          s_axil_arready_o,
  input  logic [OffsetBits-1:0]                         s_axil_araddr_i,
  output logic                                          s_axil_rvalid_o,
  input  logic                                          s_axil_rready_i,
  output logic [31:0]                                   s_axil_rdata_o,
  output logic [1:0]                                    s_axil_rresp_o,

  /// Interrupt vectors, pulses of one cycle.
  output logic [photic_link_pkg::VECTORS-1:0]           irq_o,

  /// Geometry preset, reported in SHELL_GEOMETRY.
  input  logic [photic_spec_pkg::SHELL_GEOMETRY_PRESET_WIDTH-1:0] preset_i,

  /// The device is busy: `cycle_o` (SHELL_CYCLE) moves.
  input  logic                                          busy_i,
  output logic [63:0]                                   cycle_o,

  /// Queues that can run, the one selected by `queue_index_i`, and what the ring engine did to that one in this cycle.
  output logic [photic_spec_pkg::QUEUES-1:0]            runnable_o,
  input  logic [photic_link_pkg::QUEUE_BITS-1:0]        queue_index_i,
  output photic_link_pkg::queue_t                       queue_o,
  input  logic                                          advance_head_i,
  input  logic                                          advance_tail_i,
  /// The selected queue halts because of `failure_i`.
  input  logic                                          halt_i,
  input  photic_link_pkg::failure_t                     failure_i,
  /// Interrupt causes of this cycle.
  input  logic [photic_link_pkg::VECTORS-1:0]           causes_i,

  /// Events to count.
  input  photic_link_pkg::shell_counts_t                shell_counts_i,

  /// Registers of the engine: a write, which acts at the edge; a read, answered in the same cycle.
  output logic                                          engine_wr_en_o,
  output logic [OffsetBits-1:0]                         engine_wr_offset_o,
  output logic [31:0]                                   engine_wr_data_o,
  output logic                                          engine_rd_en_o,
  output logic [OffsetBits-1:0]                         engine_rd_offset_o,
  input  logic [31:0]                                   engine_rd_data_i
);

  localparam int unsigned Queues = photic_spec_pkg::QUEUES;
  localparam int unsigned Vectors = photic_link_pkg::VECTORS;
  localparam int unsigned StrideBits = $clog2(photic_spec_pkg::QUEUE_STRIDE);
  localparam int unsigned QueueBits = $bits(queue_o);

  logic                  write, wr_en, read;
  logic [OffsetBits-1:0] wr_offset, rd_offset, wr_in_queues, rd_in_queues;
  logic [31:0]           wr_data, rd_value, rd_counter;
  logic                  b_valid_q, r_valid_q;
  logic [31:0]           r_data_q;

  logic                  enable_q, error_valid_q;
  logic [31:0]           scratch_q;
  logic [Vectors-1:0]    irq_status_q, irq_enable_q, irq_q, causes, raised, irq_clear;
  logic [63:0]           cycle_q;
  logic                  error_clear;
  photic_link_pkg::failure_t error_q;

  logic [Queues-1:0]           queue_runnable;
  logic [Queues*QueueBits-1:0] queues;
  logic [Queues*32-1:0]        queues_rd_data;

  // --- AXI4-Lite -------------------------------------------------------------------------------------------------------

  assign write            = s_axil_awvalid_i && s_axil_wvalid_i && (!b_valid_q || s_axil_bready_i);
  assign read             = s_axil_arvalid_i && (!r_valid_q || s_axil_rready_i);
  assign wr_en            = write && (&s_axil_wstrb_i);
  assign wr_offset        = {s_axil_awaddr_i[OffsetBits-1:2], 2'b00};
  assign rd_offset        = {s_axil_araddr_i[OffsetBits-1:2], 2'b00};
  assign wr_data          = s_axil_wdata_i;
  assign s_axil_awready_o = write;
  assign s_axil_wready_o  = write;
  assign s_axil_bvalid_o  = b_valid_q;
  assign s_axil_bresp_o   = photic_link_pkg::AXI_OKAY;
  assign s_axil_arready_o = read;
  assign s_axil_rvalid_o  = r_valid_q;
  assign s_axil_rdata_o   = r_data_q;
  assign s_axil_rresp_o   = photic_link_pkg::AXI_OKAY;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      b_valid_q <= 1'b0;
      r_valid_q <= 1'b0;
      r_data_q  <= '0;
    end else begin
      b_valid_q <= write || (b_valid_q && !s_axil_bready_i);
      r_valid_q <= read || (r_valid_q && !s_axil_rready_i);
      if (read) r_data_q <= rd_value;
    end
  end

  // --- Shell registers -------------------------------------------------------------------------------------------------

  assign raised      = (wr_en && wr_offset == photic_spec_pkg::SHELL_IRQ_RAISE) ? wr_data[Vectors-1:0] : '0;
  assign causes      = causes_i | raised;
  assign irq_clear   = (wr_en && wr_offset == photic_spec_pkg::SHELL_IRQ_STATUS) ? wr_data[Vectors-1:0] : '0;
  assign error_clear = wr_en && wr_offset == photic_spec_pkg::SHELL_ERROR
                     && wr_data[photic_spec_pkg::SHELL_ERROR_VALID_LSB];

  assign irq_o      = irq_q;
  assign cycle_o    = cycle_q;
  assign runnable_o = enable_q ? queue_runnable : '0;

  assign engine_wr_en_o     = wr_en;
  assign engine_wr_offset_o = wr_offset;
  assign engine_wr_data_o   = wr_data;
  assign engine_rd_en_o     = read;
  assign engine_rd_offset_o = rd_offset;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      enable_q      <= 1'b0;
      scratch_q     <= '0;
      irq_status_q  <= '0;
      irq_enable_q  <= '0;
      irq_q         <= '0;
      cycle_q       <= '0;
      error_valid_q <= 1'b0;
      error_q       <= '0;
    end else begin
      irq_status_q <= (irq_status_q & ~irq_clear) | causes;
      irq_q        <= causes & irq_enable_q;
      if (busy_i) cycle_q <= cycle_q + 1'b1;
      if (halt_i && (error_clear || !error_valid_q)) begin
        error_valid_q <= 1'b1;
        error_q       <= failure_i;
      end else if (error_clear) begin
        error_valid_q <= 1'b0;
        error_q       <= '0;
      end
      if (wr_en) begin
        case (wr_offset)
          photic_spec_pkg::SHELL_CONTROL:    enable_q <= wr_data[photic_spec_pkg::SHELL_CONTROL_ENABLE_LSB];
          photic_spec_pkg::SHELL_SCRATCH:    scratch_q <= wr_data;
          photic_spec_pkg::SHELL_IRQ_ENABLE: irq_enable_q <= wr_data[Vectors-1:0];
          default: ;
        endcase
      end
    end
  end

  // --- Queues ----------------------------------------------------------------------------------------------------------

  assign wr_in_queues = wr_offset - photic_spec_pkg::QUEUE_BASE;
  assign rd_in_queues = rd_offset - photic_spec_pkg::QUEUE_BASE;
  assign queue_o      = queues[32'(queue_index_i)*QueueBits +: QueueBits];

  for (genvar q = 0; q < Queues; q++) begin : gen_queue
    logic selected;
    assign selected = queue_index_i == photic_link_pkg::QUEUE_BITS'(q);
    photic_queue u_queue (
      .clk_i,
      .rst_ni,
      .wr_en_i       (wr_en && wr_in_queues[OffsetBits-1:StrideBits] == (OffsetBits - StrideBits)'(q)),
      .wr_offset_i   ({{OffsetBits - StrideBits{1'b0}}, wr_in_queues[StrideBits-1:0]}),
      .wr_data_i     (wr_data),
      .rd_offset_i   ({{OffsetBits - StrideBits{1'b0}}, rd_in_queues[StrideBits-1:0]}),
      .rd_data_o     (queues_rd_data[q*32 +: 32]),
      .advance_head_i(advance_head_i && selected),
      .advance_tail_i(advance_tail_i && selected),
      .halt_i        (halt_i && selected),
      .runnable_o    (queue_runnable[q]),
      .queue_o       (queues[q*QueueBits +: QueueBits])
    );
  end

  photic_counters u_counters (
    .clk_i,
    .rst_ni,
    .shell_i    (shell_counts_i),
    .rd_offset_i(rd_offset),
    .rd_data_o  (rd_counter)
  );

  // --- Reading ---------------------------------------------------------------------------------------------------------

  always_comb begin
    rd_value = '0;
    if (read) begin
      case (rd_offset)
        photic_spec_pkg::SHELL_MAGIC:            rd_value = photic_spec_pkg::SHELL_MAGIC_RESET;
        photic_spec_pkg::SHELL_CONTRACT:         rd_value = photic_spec_pkg::SHELL_CONTRACT_RESET;
        photic_spec_pkg::SHELL_VERSION:          rd_value = photic_spec_pkg::SHELL_VERSION_RESET;
        photic_spec_pkg::SHELL_KIND:             rd_value = 32'(Kind);
        photic_spec_pkg::SHELL_GEOMETRY:         rd_value = 32'(preset_i);
        photic_spec_pkg::SHELL_CLOCK:            rd_value = photic_spec_pkg::SHELL_CLOCK_RESET;
        photic_spec_pkg::SHELL_LIMITS:           rd_value = photic_spec_pkg::SHELL_LIMITS_RESET;
        photic_spec_pkg::SHELL_CONTROL:          rd_value[photic_spec_pkg::SHELL_CONTROL_ENABLE_LSB] = enable_q;
        photic_spec_pkg::SHELL_STATUS:           rd_value[photic_spec_pkg::SHELL_STATUS_BUSY_LSB] = busy_i;
        photic_spec_pkg::SHELL_SCRATCH:          rd_value = scratch_q;
        photic_spec_pkg::SHELL_IRQ_STATUS:       rd_value = 32'(irq_status_q);
        photic_spec_pkg::SHELL_IRQ_ENABLE:       rd_value = 32'(irq_enable_q);
        photic_spec_pkg::SHELL_CYCLE:            rd_value = cycle_q[31:0];
        photic_spec_pkg::SHELL_CYCLE_HI:         rd_value = cycle_q[63:32];
        photic_spec_pkg::SHELL_ERROR: begin
          rd_value[photic_spec_pkg::SHELL_ERROR_STATUS_LSB +: photic_spec_pkg::SHELL_ERROR_STATUS_WIDTH] = error_q.status;
          rd_value[photic_spec_pkg::SHELL_ERROR_QUEUE_LSB +: photic_spec_pkg::SHELL_ERROR_QUEUE_WIDTH] =
            photic_spec_pkg::SHELL_ERROR_QUEUE_WIDTH'(error_q.index);
          rd_value[photic_spec_pkg::SHELL_ERROR_VALID_LSB] = error_valid_q;
        end
        photic_spec_pkg::SHELL_ERROR_ADDRESS:    rd_value = error_q.address[31:0];
        photic_spec_pkg::SHELL_ERROR_ADDRESS_HI: rd_value = error_q.address[63:32];
        default: begin
          rd_value = rd_counter | engine_rd_data_i;
          for (int unsigned q = 0; q < Queues; q++) begin
            if (rd_in_queues[OffsetBits-1:StrideBits] == (OffsetBits - StrideBits)'(q)) rd_value = queues_rd_data[q*32 +: 32];
          end
        end
      endcase
    end
  end

  `PHOTIC_ASSERT_STABLE(BStable, s_axil_bvalid_o, s_axil_bready_i, s_axil_bresp_o)
  `PHOTIC_ASSERT_STABLE(RStable, s_axil_rvalid_o, s_axil_rready_i, {s_axil_rdata_o, s_axil_rresp_o})

endmodule
