// SPDX-License-Identifier: Apache-2.0
// Runs one optical command from validation to status.
`include "photic_assert.svh"

/// Checks a command, starts the engines, waits for them, and ends them when told to abort.
///
/// Protocol: docs/reference/opu-device.md 4.1. `submission_i` must be stable from `start_i` until `done_o`.
module photic_opu_control (
  /// Clock, rising edge.
  input  logic                                        clk_i,
  /// Reset, active low, asynchronous.
  input  logic                                        rst_ni,

  /// Pulse: execute `submission_i`. `abort_i`: give up.
  input  logic                                        start_i,
  input  photic_spec_pkg::submission_t                submission_i,
  input  logic                                        abort_i,
  /// Pulse with the result.
  output logic                                        done_o,
  output logic [photic_link_pkg::STATUS_BITS-1:0]     status_o,
  output logic [63:0]                                 detail_o,

  /// Set-up of device and optics. The registers are taken over at `start_i`.
  input  logic [photic_spec_pkg::PRESET_BITS-1:0]     preset_i,
  input  photic_spec_pkg::preset_t                    geometry_i,
  input  logic [photic_spec_pkg::OPU_LASER_POWER_WIDTH-1:0]     laser_power_i,
  input  logic [photic_spec_pkg::OPU_LASER_SHIFT_WIDTH-1:0]     laser_shift_i,
  input  logic [photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH-1:0] adc_bits_i,
  /// The set-up of the command in progress.
  output logic [photic_spec_pkg::OPU_LASER_POWER_WIDTH-1:0]     laser_power_o,
  output logic [photic_spec_pkg::OPU_LASER_SHIFT_WIDTH-1:0]     laser_shift_o,
  output logic [photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH-1:0] adc_bits_o,
  output logic [31:0]                                 period_o,
  output logic [31:0]                                 mirror_words_o,

  /// Pulse: engines, begin. Level: engines, drop everything.
  output logic                                        engine_start_o,
  output logic                                        flush_o,
  /// Loader, sequencer, combiner, scaler, the queues between them and the camera are at rest.
  input  logic                                        engines_idle_i,
  input  logic                                        rd_quiet_i,
  input  logic                                        wr_quiet_i,
  /// Failures of this command.
  input  logic                                        read_error_i,
  input  logic [photic_link_pkg::ADDRESS_BITS-1:0]    read_error_address_i,
  input  logic                                        write_error_i,
  input  logic [photic_link_pkg::ADDRESS_BITS-1:0]    write_error_address_i,
  /// Pixels combined in this cycle, and those of them at full scale.
  input  logic [2:0]                                  pixels_read_i,
  input  logic [2:0]                                  pixels_saturated_i
);

  localparam int unsigned StatusBits = photic_link_pkg::STATUS_BITS;
  // Cycles the camera and the queues need at least to come to rest after a flush.
  localparam int unsigned FlushCycles = 3;
  localparam int unsigned TimerBits = $clog2(photic_spec_pkg::CHECK_CYCLES + FlushCycles + 1);

  typedef enum logic [2:0] {
    StIdle,
    StCheck,
    StStart,
    StRun,
    StFlush
  } state_e;

  // The set-up a calibration is good for.
  typedef struct packed {
    logic [3:0]  scheme;
    logic [31:0] features;
    logic [15:0] mirror_row;
    logic [15:0] mirror_col;
    logic [15:0] mirror_rows;
    logic [15:0] mirror_cols;
    logic [15:0] macro;
    logic [15:0] grid_cols;
    logic        square;
    logic [15:0] camera_row;
    logic [15:0] camera_rows;
    logic [31:0] outputs;
    logic [31:0] exposure;
    logic [photic_spec_pkg::OPU_LASER_POWER_WIDTH-1:0]     laser_power;
    logic [photic_spec_pkg::OPU_LASER_SHIFT_WIDTH-1:0]     laser_shift;
    logic [photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH-1:0] adc_bits;
  } tag_t;

  state_e                state_q;
  logic [TimerBits-1:0]  timer_q;
  tag_t                  tag, tag_q;
  logic                  tag_valid_q, calibrate, saturated, finished;
  logic [StatusBits-1:0] check_status, run_status, status_q;
  logic [63:0]           run_detail, detail_q, pixels_q, saturated_q;
  logic                  done_q, engine_start_q, flush_q;
  logic [photic_spec_pkg::OPU_LASER_POWER_WIDTH-1:0]     laser_power_q;
  logic [photic_spec_pkg::OPU_LASER_SHIFT_WIDTH-1:0]     laser_shift_q;
  logic [photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH-1:0] adc_bits_q;

  assign calibrate       = submission_i.opcode == photic_spec_pkg::OPCODE_OPU_CALIBRATE;
  assign tag.scheme      = submission_i.recovery_scheme;
  assign tag.features    = submission_i.features;
  assign tag.mirror_row  = submission_i.mirror_row;
  assign tag.mirror_col  = submission_i.mirror_col;
  assign tag.mirror_rows = submission_i.mirror_rows;
  assign tag.mirror_cols = submission_i.mirror_cols;
  assign tag.macro       = submission_i.macro;
  assign tag.grid_cols   = submission_i.grid_cols;
  assign tag.square      = submission_i.layout[photic_spec_pkg::LAYOUT_SQUARE_BIT];
  assign tag.camera_row  = submission_i.camera_row;
  assign tag.camera_rows = submission_i.camera_rows;
  assign tag.outputs     = submission_i.outputs;
  assign tag.exposure    = submission_i.exposure;
  assign tag.laser_power = laser_power_q;
  assign tag.laser_shift = laser_shift_q;
  assign tag.adc_bits    = adc_bits_q;

  assign finished  = engines_idle_i && rd_quiet_i && wr_quiet_i;
  assign saturated = submission_i.flags[photic_spec_pkg::SUBMIT_STRICT_BIT]
                  && (saturated_q << photic_spec_pkg::SATURATION_SHARE) > pixels_q;

  always_comb begin
    run_status = photic_spec_pkg::STATUS_OK;
    run_detail = saturated_q;
    if (read_error_i) begin
      run_status = photic_spec_pkg::STATUS_DMA_READ_ERROR;
      run_detail = read_error_address_i;
    end else if (write_error_i) begin
      run_status = photic_spec_pkg::STATUS_DMA_WRITE_ERROR;
      run_detail = write_error_address_i;
    end else if (saturated) begin
      run_status = photic_spec_pkg::STATUS_SATURATED;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q        <= StIdle;
      timer_q        <= '0;
      tag_q          <= '0;
      tag_valid_q    <= 1'b0;
      status_q       <= photic_spec_pkg::STATUS_OK;
      detail_q       <= '0;
      pixels_q       <= '0;
      saturated_q    <= '0;
      done_q         <= 1'b0;
      engine_start_q <= 1'b0;
      flush_q        <= 1'b0;
      laser_power_q  <= '0;
      laser_shift_q  <= '0;
      adc_bits_q     <= '0;
    end else begin
      done_q         <= 1'b0;
      engine_start_q <= 1'b0;
      pixels_q       <= pixels_q + 64'(pixels_read_i);
      saturated_q    <= saturated_q + 64'(pixels_saturated_i);
      unique case (state_q)
        StIdle: begin
          if (start_i) begin
            laser_power_q <= laser_power_i;
            laser_shift_q <= laser_shift_i;
            adc_bits_q    <= adc_bits_i;
            timer_q       <= '0;
            state_q       <= StCheck;
          end
        end
        StCheck: begin
          timer_q <= timer_q + 1'b1;
          if (timer_q == TimerBits'(photic_spec_pkg::CHECK_CYCLES - 1)) begin
            pixels_q    <= '0;
            saturated_q <= '0;
            if (check_status != photic_spec_pkg::STATUS_OK) begin
              done_q   <= 1'b1;
              status_q <= check_status;
              detail_q <= '0;
              state_q  <= StIdle;
            end else begin
              engine_start_q <= 1'b1;
              if (calibrate) tag_valid_q <= 1'b0;
              state_q <= StStart;
            end
          end
        end
        StStart: state_q <= StRun;
        StRun: begin
          if (finished) begin
            done_q   <= 1'b1;
            status_q <= run_status;
            detail_q <= run_detail;
            if (calibrate) begin
              tag_valid_q <= run_status == photic_spec_pkg::STATUS_OK
                          || run_status == photic_spec_pkg::STATUS_SATURATED;
              tag_q       <= tag;
            end
            state_q <= StIdle;
          end else if (abort_i) begin
            flush_q <= 1'b1;
            timer_q <= '0;
            state_q <= StFlush;
          end
        end
        StFlush: begin
          if (timer_q < TimerBits'(FlushCycles)) begin
            timer_q <= timer_q + 1'b1;
          end else if (rd_quiet_i && wr_quiet_i) begin
            flush_q  <= 1'b0;
            done_q   <= 1'b1;
            status_q <= photic_spec_pkg::STATUS_TIMEOUT;
            detail_q <= saturated_q;
            state_q  <= StIdle;
          end
        end
        default: state_q <= StIdle;
      endcase
    end
  end

  assign done_o         = done_q;
  assign status_o       = status_q;
  assign detail_o       = detail_q;
  assign engine_start_o = engine_start_q;
  assign flush_o        = flush_q;
  assign laser_power_o  = laser_power_q;
  assign laser_shift_o  = laser_shift_q;
  assign adc_bits_o     = adc_bits_q;

  photic_opu_check u_check (
    .clk_i,
    .en_i          (state_q == StCheck),
    .submission_i,
    .preset_i,
    .geometry_i,
    .adc_bits_i    (adc_bits_q),
    .calibrated_i  (tag_valid_q && tag == tag_q),
    .status_o      (check_status),
    .period_o,
    .mirror_words_o
  );

  `PHOTIC_ASSERT(StartOnlyWhenIdle, !start_i || state_q == StIdle)

endmodule
