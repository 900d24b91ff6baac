// SPDX-License-Identifier: Apache-2.0
// Decides whether a command can be executed.

/// Validation of OPU_PROJECT and OPU_CALIBRATE (docs/reference/opu-device.md 2.1), and the products other blocks need.
///
/// Latency: inputs must be stable for three cycles with `en_i`, then the outputs are valid and stay.
module photic_opu_check (
  /// Clock, rising edge.
  input  logic                                        clk_i,
  /// Moves the pipeline.
  input  logic                                        en_i,
  input  photic_spec_pkg::submission_t                submission_i,
  input  logic [photic_spec_pkg::PRESET_BITS-1:0]     preset_i,
  input  photic_spec_pkg::preset_t                    geometry_i,
  input  logic [photic_spec_pkg::OPU_CAMERA_ADC_BITS_WIDTH-1:0] adc_bits_i,
  /// There is a calibration for exactly this set-up.
  input  logic                                        calibrated_i,

  /// OK or the first check that failed.
  output logic [photic_link_pkg::STATUS_BITS-1:0]     status_o,
  /// Period of the preset's mode for these regions, in cycles.
  output logic [31:0]                                 period_o,
  /// Mirror words of a frame.
  output logic [31:0]                                 mirror_words_o
);

  localparam logic [7:0] KNOWN_FLAGS =
    8'((1 << photic_spec_pkg::SUBMIT_IRQ_BIT) | (1 << photic_spec_pkg::SUBMIT_STRICT_BIT));
  localparam logic [7:0] KNOWN_LAYOUT = 8'((1 << photic_spec_pkg::LAYOUT_SQUARE_BIT)
    | (1 << photic_spec_pkg::LAYOUT_OUTSIDE_LIT_BIT) | (1 << photic_spec_pkg::LAYOUT_REAL_ONLY_BIT));
  localparam logic [3:0] MAGNITUDE_BITS = 4'd7;
  localparam int unsigned AlignBits = $clog2(photic_link_pkg::WORD_BYTES);

  logic [7:0]  scheme, format, output_format;
  logic        project, square, calibrates, planes_bad, common_bad, project_bad, calibrate_bad;

  assign scheme        = 8'(submission_i.recovery_scheme);
  assign format        = 8'(submission_i.input_format);
  assign output_format = 8'(submission_i.recovery_output_format);
  assign project       = submission_i.opcode == photic_spec_pkg::OPCODE_OPU_PROJECT;
  assign square        = submission_i.layout[photic_spec_pkg::LAYOUT_SQUARE_BIT];
  assign calibrates    = photic_spec_pkg::scheme_calibrates(scheme);

  always_comb begin
    case (format)
      photic_spec_pkg::INPUT_FORMAT_U1, photic_spec_pkg::INPUT_FORMAT_T2:
        planes_bad = submission_i.input_planes != 4'd1;
      photic_spec_pkg::INPUT_FORMAT_U8:
        planes_bad = submission_i.input_planes == '0 || submission_i.input_planes > MAGNITUDE_BITS + 4'd1;
      photic_spec_pkg::INPUT_FORMAT_I8:
        planes_bad = submission_i.input_planes == '0 || submission_i.input_planes > MAGNITUDE_BITS;
      default: planes_bad = 1'b1;
    endcase
  end

  assign common_bad = (submission_i.flags & ~KNOWN_FLAGS) != '0
                   || (submission_i.layout & ~KNOWN_LAYOUT) != '0
                   || planes_bad
                   || !photic_spec_pkg::scheme_valid(scheme)
                   || photic_spec_pkg::output_format_bits(output_format) == '0
                   || submission_i.features == '0
                   || submission_i.vectors == '0
                   || submission_i.macro == '0
                   || square == (submission_i.grid_cols == '0)
                   || (submission_i.layout[photic_spec_pkg::LAYOUT_OUTSIDE_LIT_BIT] && calibrates);

  assign project_bad = submission_i.scale == '0
                    || submission_i.shift > 8'(photic_spec_pkg::SHIFT_MAX)
                    || (scheme == photic_spec_pkg::SCHEME_INTENSITY && format != photic_spec_pkg::INPUT_FORMAT_U1)
                    || (scheme != photic_spec_pkg::SCHEME_INTENSITY
                        && output_format == photic_spec_pkg::OUTPUT_FORMAT_U8);

  assign calibrate_bad = !calibrates
                      || format != photic_spec_pkg::INPUT_FORMAT_U1
                      || submission_i.recovery_output_format != '0
                      || submission_i.scale != '0
                      || submission_i.shift != '0
                      || submission_i.source != '0
                      || submission_i.destination != '0
                      || (submission_i.vectors & (submission_i.vectors - 1'b1)) != '0
                      || 32'(submission_i.vectors) > photic_spec_pkg::CALIBRATION_FRAMES_MAX;

  // Stage 1: products.
  logic        field_bad_q;
  logic [47:0] feature_mirrors_q;
  logic [31:0] region_mirrors_q, grid_width_q, grid_mirrors_q, camera_pixels_q, mirror_words_q;
  logic [15:0] words_a_row;
  assign words_a_row = 16'((32'(geometry_i.mirror_cols) + photic_link_pkg::MIRRORS - 1) >> $clog2(photic_link_pkg::MIRRORS));

  always_ff @(posedge clk_i) begin
    if (en_i) begin
      field_bad_q       <= common_bad || (project ? project_bad : calibrate_bad);
      feature_mirrors_q <= 48'(submission_i.features) * 48'(submission_i.macro);
      region_mirrors_q  <= 32'(submission_i.mirror_rows) * 32'(submission_i.mirror_cols);
      grid_width_q      <= 32'(submission_i.grid_cols) * 32'(submission_i.macro);
      grid_mirrors_q    <= 32'(submission_i.grid_cols) * 32'(submission_i.mirror_rows);
      camera_pixels_q   <= 32'(submission_i.camera_rows) * 32'(geometry_i.pixel_cols);
      mirror_words_q    <= 32'(submission_i.mirror_rows) * 32'(words_a_row);
    end
  end

  // Stage 2: one verdict a kind.
  logic        fields_bad_q, mirrors_bad_q, camera_bad_q, exposure_bad_q, address_bad_q, uncalibrated_q;
  logic [31:0] period_q;

  always_ff @(posedge clk_i) begin
    if (en_i) begin
      fields_bad_q   <= field_bad_q;
      mirrors_bad_q  <= submission_i.mirror_rows == '0
                     || submission_i.mirror_cols == '0
                     || 17'(submission_i.mirror_row) + 17'(submission_i.mirror_rows) > 17'(geometry_i.mirror_rows)
                     || 17'(submission_i.mirror_col) + 17'(submission_i.mirror_cols) > 17'(geometry_i.mirror_cols)
                     || (square ? grid_width_q != 32'(submission_i.mirror_cols)
                                  || feature_mirrors_q > 48'(grid_mirrors_q)
                                : feature_mirrors_q > 48'(region_mirrors_q));
      camera_bad_q   <= submission_i.camera_rows == '0
                     || 17'(submission_i.camera_row) + 17'(submission_i.camera_rows) > 17'(geometry_i.pixel_rows)
                     || submission_i.outputs == '0
                     || submission_i.outputs > camera_pixels_q
                     || submission_i.outputs <= camera_pixels_q - 32'(geometry_i.pixel_cols);
      exposure_bad_q <= submission_i.exposure == '0
                     || submission_i.exposure > photic_spec_pkg::EXPOSURE_MAX
                     || !(adc_bits_i == 4'd8 || adc_bits_i == 4'd10 || adc_bits_i == 4'd12);
      address_bad_q  <= project && (submission_i.source[AlignBits-1:0] != '0
                                    || submission_i.destination[AlignBits-1:0] != '0);
      uncalibrated_q <= project && calibrates && !calibrated_i
                     && (format == photic_spec_pkg::INPUT_FORMAT_U1 || format == photic_spec_pkg::INPUT_FORMAT_U8);
      period_q       <= photic_spec_pkg::mode_period(preset_i, region_mirrors_q, submission_i.outputs);
    end
  end

  // Stage 3: the first failure.
  logic [photic_link_pkg::STATUS_BITS-1:0] status_q;

  always_ff @(posedge clk_i) begin
    if (en_i) begin
      status_q <= photic_spec_pkg::STATUS_OK;
      if (fields_bad_q) status_q <= photic_spec_pkg::STATUS_INVALID_FIELD;
      else if (mirrors_bad_q) status_q <= photic_spec_pkg::STATUS_INVALID_MIRRORS;
      else if (camera_bad_q) status_q <= photic_spec_pkg::STATUS_INVALID_CAMERA;
      else if (exposure_bad_q) status_q <= photic_spec_pkg::STATUS_INVALID_EXPOSURE;
      else if (address_bad_q) status_q <= photic_spec_pkg::STATUS_INVALID_ADDRESS;
      else if (uncalibrated_q) status_q <= photic_spec_pkg::STATUS_NOT_CALIBRATED;
    end
  end

  assign status_o       = status_q;
  assign period_o       = period_q;
  assign mirror_words_o = mirror_words_q;

endmodule
