// SPDX-License-Identifier: Apache-2.0
// The optical engine: control, loader, sequencer, combiner and scaler.

/// Executes one optical command at a time. Pins and protocol: docs/reference/opu-device.md 4.
module photic_opu_engine #(
  /// Features of the longest vector.
  parameter int unsigned MaxFeatures = photic_spec_pkg::MAX_MIRROR_ROWS * photic_spec_pkg::MAX_MIRROR_COLS,
  /// Pixels of the largest camera region, a multiple of four.
  parameter int unsigned MaxPixels = photic_spec_pkg::MAX_PIXEL_ROWS * photic_spec_pkg::MAX_PIXEL_COLS
) (
  /// Clock, rising edge.
  input  logic                                    clk_i,
  /// Reset, active low, asynchronous.
  input  logic                                    rst_ni,
  /// Strap and the numbers it stands for.
  input  logic [photic_spec_pkg::PRESET_BITS-1:0] preset_i,
  input  photic_spec_pkg::preset_t                geometry_i,

  /// Pulse to execute `submission_i`, level to give up, pulse with the result.
  input  logic                                    start_i,
  input  photic_spec_pkg::submission_t            submission_i,
  input  logic                                    abort_i,
  output logic                                    done_o,
  output logic [photic_link_pkg::STATUS_BITS-1:0] status_o,
  output logic [63:0]                             detail_o,
  /// Level: the DMA engines drop what was asked of them.
  output logic                                    flush_o,

  /// DMA.
  output logic                                    rd_req_push_o,
  output photic_link_pkg::dma_request_t           rd_req_o,
  output logic                                    rd_data_pop_o,
  input  photic_link_pkg::read_word_t             rd_data_i,
  input  logic                                    rd_data_empty_i,
  input  logic                                    rd_quiet_i,
  output logic                                    wr_req_push_o,
  output photic_link_pkg::dma_request_t           wr_req_o,
  input  logic                                    wr_req_full_i,
  output logic                                    wr_data_push_o,
  output logic [photic_link_pkg::WORD_BITS-1:0]   wr_data_o,
  input  logic                                    wr_data_full_i,
  input  logic                                    wr_error_i,
  input  logic [photic_link_pkg::ADDRESS_BITS-1:0] wr_error_address_i,
  input  logic                                    wr_quiet_i,

  /// Events, and the registers that set up the optics.
  output photic_link_pkg::opu_counts_t            counts_o,
  input  logic [photic_spec_pkg::OPU_LASER_POWER_WIDTH-1:0]     laser_power_i,
  input  logic [photic_spec_pkg::OPU_LASER_SHIFT_WIDTH-1:0]     laser_shift_i,
  input  logic [photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH-1:0] adc_bits_i,

  /// Modulator.
  output logic                                    dmd_fill_o,
  output logic                                    dmd_fill_value_o,
  output logic                                    dmd_valid_o,
  output logic [15:0]                             dmd_row_o,
  output logic [15:0]                             dmd_word_o,
  output logic [photic_link_pkg::MIRRORS-1:0]     dmd_data_o,
  output logic                                    dmd_latch_o,
  /// Laser and reference beam.
  output logic                                    laser_on_o,
  output logic [photic_spec_pkg::OPU_LASER_POWER_WIDTH-1:0] laser_power_o,
  output logic [photic_spec_pkg::OPU_LASER_SHIFT_WIDTH-1:0] laser_shift_o,
  output logic                                    ref_on_o,
  output logic [3:0]                              ref_phase_o,
  /// Camera.
  output logic                                    cam_trigger_o,
  output logic [31:0]                             cam_frame_o,
  output logic [15:0]                             cam_first_row_o,
  output logic [15:0]                             cam_rows_o,
  output logic [photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH-1:0] cam_adc_bits_o,
  output logic                                    cam_abort_o,
  input  logic                                    cam_busy_i,
  input  logic                                    cam_valid_i,
  output logic                                    cam_ready_o,
  input  logic [photic_link_pkg::PIXELS*photic_spec_pkg::COUNT_BITS-1:0] cam_data_i,
  input  logic                                    cam_last_i
);

  localparam int unsigned CombinedBits = $clog2(photic_spec_pkg::FIFO_COMBINED + 1);

  logic                    engine_start, read_error, engines_idle;
  logic [photic_link_pkg::ADDRESS_BITS-1:0] read_error_address;
  logic [31:0]             period, mirror_words;
  logic                    loader_idle, sequencer_idle, combiner_idle, scaler_idle;
  logic                    frame_valid, frame_taken;
  photic_link_pkg::frame_t frame, frames_in, frames_out;
  logic                    frames_push, frames_full, frames_pop, frames_empty;
  photic_link_pkg::group_t combined_in, combined_out;
  logic                    combined_push, combined_pop, combined_empty;
  logic [CombinedBits-1:0] combined_count;

  assign cam_first_row_o = submission_i.camera_row;
  assign cam_rows_o      = submission_i.camera_rows;
  assign cam_abort_o     = flush_o;
  assign engines_idle    = loader_idle && sequencer_idle && combiner_idle && scaler_idle && frames_empty && combined_empty
                        && !cam_busy_i;

  assign counts_o.frame        = frames_push;
  assign counts_o.mirror_words = mirror_words;
  assign counts_o.period       = period;
  assign counts_o.exposure     = submission_i.exposure;

  photic_opu_control u_control (
    .clk_i,
    .rst_ni,
    .start_i,
    .submission_i,
    .abort_i,
    .done_o,
    .status_o,
    .detail_o,
    .preset_i,
    .geometry_i,
    .laser_power_i,
    .laser_shift_i,
    .adc_bits_i,
    .laser_power_o,
    .laser_shift_o,
    .adc_bits_o           (cam_adc_bits_o),
    .period_o             (period),
    .mirror_words_o       (mirror_words),
    .engine_start_o       (engine_start),
    .flush_o,
    .engines_idle_i       (engines_idle),
    .rd_quiet_i,
    .wr_quiet_i,
    .read_error_i         (read_error),
    .read_error_address_i (read_error_address),
    .write_error_i        (wr_error_i),
    .write_error_address_i(wr_error_address_i),
    .pixels_read_i        (counts_o.pixels_read),
    .pixels_saturated_i   (counts_o.pixels_saturated)
  );

  photic_loader #(
    .MaxFeatures(MaxFeatures)
  ) u_loader (
    .clk_i,
    .rst_ni,
    .start_i             (engine_start),
    .flush_i             (flush_o),
    .submission_i,
    .geometry_i,
    .idle_o              (loader_idle),
    .read_error_o        (read_error),
    .read_error_address_o(read_error_address),
    .rd_req_push_o,
    .rd_req_o,
    .rd_data_pop_o,
    .rd_data_i,
    .rd_data_empty_i,
    .frame_valid_o       (frame_valid),
    .frame_o             (frame),
    .frame_taken_i       (frame_taken),
    .dmd_fill_o,
    .dmd_fill_value_o,
    .dmd_valid_o,
    .dmd_row_o,
    .dmd_word_o,
    .dmd_data_o
  );

  photic_sequencer u_sequencer (
    .clk_i,
    .rst_ni,
    .start_i        (engine_start),
    .flush_i        (flush_o),
    .idle_o         (sequencer_idle),
    .period_i       (period),
    .settle_cycles_i(geometry_i.settle_cycles),
    .exposure_i     (submission_i.exposure),
    .frame_valid_i  (frame_valid),
    .frame_i        (frame),
    .frame_taken_o  (frame_taken),
    .loader_idle_i  (loader_idle),
    .frames_push_o  (frames_push),
    .frames_o       (frames_in),
    .frames_full_i  (frames_full),
    .dmd_latch_o,
    .laser_on_o,
    .ref_on_o,
    .ref_phase_o,
    .cam_trigger_o,
    .cam_frame_o,
    .cam_busy_i,
    .latch_o        (counts_o.latch),
    .wait_load_o    (counts_o.wait_load)
  );

  photic_fifo #(
    .Width($bits(frames_in)),
    .Depth(photic_spec_pkg::FIFO_FRAMES)
  ) u_frames (
    .clk_i,
    .rst_ni,
    .clear_i(flush_o),
    .push_i (frames_push),
    .data_i (frames_in),
    .full_o (frames_full),
    .pop_i  (frames_pop),
    .data_o (frames_out),
    .empty_o(frames_empty),
    .count_o()
  );

  photic_combiner #(
    .MaxPixels(MaxPixels)
  ) u_combiner (
    .clk_i,
    .rst_ni,
    .flush_i           (flush_o),
    .idle_o            (combiner_idle),
    .outputs_i         (submission_i.outputs),
    .vectors_i         (submission_i.vectors),
    .adc_bits_i        (cam_adc_bits_o),
    .frames_pop_o      (frames_pop),
    .frames_i          (frames_out),
    .frames_empty_i    (frames_empty),
    .cam_valid_i,
    .cam_ready_o,
    .cam_data_i,
    .cam_last_i,
    .combined_push_o   (combined_push),
    .combined_o        (combined_in),
    .combined_count_i  (combined_count),
    .pixels_read_o     (counts_o.pixels_read),
    .pixels_saturated_o(counts_o.pixels_saturated),
    .frame_dark_o      (counts_o.frame_dark),
    .stall_o           (counts_o.stall)
  );

  photic_fifo #(
    .Width($bits(combined_in)),
    .Depth(photic_spec_pkg::FIFO_COMBINED)
  ) u_combined (
    .clk_i,
    .rst_ni,
    .clear_i(flush_o),
    .push_i (combined_push),
    .data_i (combined_in),
    .full_o (),
    .pop_i  (combined_pop),
    .data_o (combined_out),
    .empty_o(combined_empty),
    .count_o(combined_count)
  );

  photic_scaler u_scaler (
    .clk_i,
    .rst_ni,
    .start_i            (engine_start),
    .flush_i            (flush_o),
    .submission_i,
    .idle_o             (scaler_idle),
    .combined_pop_o     (combined_pop),
    .combined_i         (combined_out),
    .combined_empty_i   (combined_empty),
    .wr_req_push_o,
    .wr_req_o,
    .wr_req_full_i,
    .wr_data_push_o,
    .wr_data_o,
    .wr_data_full_i,
    .vector_o           (counts_o.vector_done),
    .outputs_saturated_o(counts_o.outputs_saturated)
  );

endmodule
