// SPDX-License-Identifier: Apache-2.0
// Fetches input vectors and loads them into the mirrors, frame by frame.
`include "photic_assert.svh"

/// Turns a command into frames: fetches each bit plane of each vector, formats it, loads the modulator, offers the frame.
///
/// One frame is loaded while its predecessor is exposed and read out. Protocol: docs/reference/opu-device.md 4.2.
module photic_loader #(
  /// Features of the longest vector: one a mirror.
  parameter int unsigned MaxFeatures = photic_spec_pkg::MAX_MIRROR_ROWS * photic_spec_pkg::MAX_MIRROR_COLS
) (
  /// Clock, rising edge.
  input  logic                               clk_i,
  /// Reset, active low, asynchronous.
  input  logic                               rst_ni,
  /// Pulse: begin with `submission_i`, which stays stable.
  input  logic                               start_i,
  /// Level: drop everything.
  input  logic                               flush_i,
  input  photic_spec_pkg::submission_t       submission_i,
  input  photic_spec_pkg::preset_t           geometry_i,
  output logic                               idle_o,
  /// A word of the input could not be read; address of the first one.
  output logic                               read_error_o,
  output logic [photic_link_pkg::ADDRESS_BITS-1:0] read_error_address_o,

  /// Read DMA.
  output logic                               rd_req_push_o,
  output photic_link_pkg::dma_request_t      rd_req_o,
  output logic                               rd_data_pop_o,
  input  photic_link_pkg::read_word_t        rd_data_i,
  input  logic                               rd_data_empty_i,

  /// The loaded frame, offered until `frame_taken_i` is seen.
  output logic                               frame_valid_o,
  output photic_link_pkg::frame_t            frame_o,
  input  logic                               frame_taken_i,

  /// Modulator: set all mirrors, or sixteen.
  output logic                               dmd_fill_o,
  output logic                               dmd_fill_value_o,
  output logic                               dmd_valid_o,
  output logic [15:0]                        dmd_row_o,
  output logic [15:0]                        dmd_word_o,
  output logic [photic_link_pkg::MIRRORS-1:0] dmd_data_o
);

  localparam int unsigned Mirrors = photic_link_pkg::MIRRORS;
  localparam int unsigned MirrorShift = $clog2(Mirrors);
  localparam int unsigned WordBits = photic_link_pkg::WORD_BITS;
  localparam int unsigned WordShift = $clog2(photic_link_pkg::WORD_BYTES);
  localparam int unsigned WordBitShift = $clog2(WordBits);
  localparam int unsigned CoefficientBits = photic_spec_pkg::COEFFICIENT_BITS;
  // The walk passes every mirror of the array and may overshoot by a word.
  localparam int unsigned FeatureBits = $clog2(MaxFeatures + Mirrors + 1);
  // Plane bits lie in two banks of half words, so that a window may begin anywhere: bank = feature[5], line = feature >> 6.
  localparam int unsigned BankBits = WordBits / 2;
  localparam int unsigned BankShift = WordBitShift - 1;
  localparam int unsigned LaneBits = WordBits / 8;
  localparam int unsigned Lanes = BankBits / LaneBits;
  localparam int unsigned LaneShift = $clog2(LaneBits);
  localparam int unsigned Lines = (MaxFeatures + WordBits - 1) / WordBits;
  localparam int unsigned LineBits = (Lines > 1) ? $clog2(Lines) : 1;
  localparam int unsigned SetupBits = $clog2(photic_spec_pkg::ROW_SETUP_CYCLES + 1);

  typedef enum logic [2:0] {
    StIdle,
    StRequest,
    StFetch,
    StFill,
    StRow,
    StWords,
    StReady
  } state_e;

  state_e                 state_q;
  logic [15:0]            vector_q, row_q, word_q, shown_q, repeat_q;
  logic [31:0]            number_q, index_q;
  logic [1:0]             step_q;
  logic [2:0]             plane_q;
  logic                   negative_q, failed_q, frame_valid_q;
  logic [63:0]            address_q, error_address_q;
  logic [SetupBits-1:0]   setup_q;
  logic [FeatureBits-1:0] feature_q, row_feature_q;

  // --- The command -----------------------------------------------------------------------------------------------------

  logic                  calibrate, square, signed_input, last_step, last_plane, last_vector, outside, row_done;
  logic [7:0]            scheme, format;
  logic [31:0]           vector_words;
  logic [15:0]           words_a_row;
  photic_spec_pkg::step_t step;

  assign calibrate    = submission_i.opcode == photic_spec_pkg::OPCODE_OPU_CALIBRATE;
  assign square       = submission_i.layout[photic_spec_pkg::LAYOUT_SQUARE_BIT];
  assign scheme       = 8'(submission_i.recovery_scheme);
  assign format       = 8'(submission_i.input_format);
  assign signed_input = format == photic_spec_pkg::INPUT_FORMAT_T2 || format == photic_spec_pkg::INPUT_FORMAT_I8;
  assign step         = calibrate ? photic_spec_pkg::scheme_calibration(scheme)
                                  : photic_spec_pkg::scheme_step(scheme, step_q);
  assign outside      = (step.outside == photic_spec_pkg::OUTSIDE_FLAG)
                      ? submission_i.layout[photic_spec_pkg::LAYOUT_OUTSIDE_LIT_BIT]
                      : step.outside == photic_spec_pkg::OUTSIDE_LIT;
  assign words_a_row  = 16'((32'(geometry_i.mirror_cols) + Mirrors - 1) >> MirrorShift);
  assign last_step    = calibrate || 3'(step_q) + 3'd1 == photic_spec_pkg::scheme_steps(scheme);
  assign last_plane   = calibrate || (4'(plane_q) + 4'd1 == submission_i.input_planes && (negative_q || !signed_input));
  assign last_vector  = vector_q + 16'd1 == submission_i.vectors;
  assign row_done     = word_q + 16'd1 == words_a_row;

  // Words of a vector: its bits rounded up.
  always_comb begin
    case (format)
      photic_spec_pkg::INPUT_FORMAT_U1: vector_words = (submission_i.features + 32'd63) >> WordBitShift;
      photic_spec_pkg::INPUT_FORMAT_T2: vector_words = (submission_i.features + 32'd31) >> BankShift;
      default:                          vector_words = (submission_i.features + 32'd7) >> LaneShift;
    endcase
  end

  // --- Plane bits of a fetched word ------------------------------------------------------------------------------------

  logic [WordBits-1:0]  bits;
  logic [2*Lanes-1:0]   lanes;
  logic [LineBits-1:0]  wr_line;
  logic [7:0]           entry, magnitude;
  logic                 store;

  assign store = state_q == StFetch && !rd_data_empty_i && !flush_i;

  always_comb begin
    bits      = '0;
    lanes     = '0;
    wr_line   = '0;
    entry     = '0;
    magnitude = '0;
    if (store) begin
      case (format)
        photic_spec_pkg::INPUT_FORMAT_U1: begin
          bits    = rd_data_i.data;
          lanes   = '1;
          wr_line = LineBits'(index_q);
        end
        photic_spec_pkg::INPUT_FORMAT_T2: begin
          for (int unsigned i = 0; i < BankBits; i++) begin
            bits[i] = rd_data_i.data[2*i] && rd_data_i.data[2*i+1] == negative_q;
          end
          bits[WordBits-1:BankBits] = bits[BankBits-1:0];
          lanes   = index_q[0] ? {{Lanes{1'b1}}, {Lanes{1'b0}}} : {{Lanes{1'b0}}, {Lanes{1'b1}}};
          wr_line = LineBits'(index_q >> 1);
        end
        default: begin
          for (int unsigned i = 0; i < LaneBits; i++) begin
            entry     = rd_data_i.data[i*8 +: 8];
            magnitude = (signed_input && entry[7]) ? -entry : entry;
            bits[i]   = magnitude[plane_q] && (!signed_input || entry[7] == negative_q);
          end
          for (int unsigned lane = 0; lane < 2 * Lanes; lane++) begin
            bits[lane*LaneBits +: LaneBits] = bits[LaneBits-1:0];
            lanes[lane] = index_q[LaneShift-1:0] == LaneShift'(lane);
          end
          wr_line = LineBits'(index_q >> LaneShift);
        end
      endcase
    end
  end

  // --- Feature window --------------------------------------------------------------------------------------------------

  logic [FeatureBits-1:0] window_feature, next_feature, walked_feature;
  logic [15:0]            walked_shown;
  logic [LineBits-1:0]    low_line, high_line;
  logic [BankBits-1:0]    low_bank, high_bank;
  logic [Mirrors-1:0]     window, mirrors;
  logic                   read;

  // The window of the next word is read while this one is formatted.
  assign read           = state_q == StRow || state_q == StWords;
  assign window_feature = (state_q == StWords) ? walked_feature : feature_q;
  assign high_line      = LineBits'(window_feature >> WordBitShift);
  assign low_line       = LineBits'((window_feature >> WordBitShift) + FeatureBits'(window_feature[BankShift]));

  always_comb begin
    window = '0;
    if (state_q == StWords) begin
      window = Mirrors'((feature_q[BankShift] ? {low_bank, high_bank} : {high_bank, low_bank}) >> feature_q[BankShift-1:0]);
    end
  end

  photic_ram #(
    .Depth(Lines),
    .Lanes(Lanes),
    .LaneBits(LaneBits)
  ) u_low_bank (
    .clk_i,
    .wr_en_i   (store),
    .wr_lanes_i(lanes[0 +: Lanes]),
    .wr_addr_i (wr_line),
    .wr_data_i (bits[0 +: BankBits]),
    .rd_en_i   (read),
    .rd_addr_i (low_line),
    .rd_data_o (low_bank)
  );

  photic_ram #(
    .Depth(Lines),
    .Lanes(Lanes),
    .LaneBits(LaneBits)
  ) u_high_bank (
    .clk_i,
    .wr_en_i   (store),
    .wr_lanes_i(lanes[Lanes +: Lanes]),
    .wr_addr_i (wr_line),
    .wr_data_i (bits[BankBits +: BankBits]),
    .rd_en_i   (read),
    .rd_addr_i (high_line),
    .rd_data_o (high_bank)
  );

  photic_formatter #(
    .FeatureBits(FeatureBits)
  ) u_formatter (
    .column_i      (16'(word_q << MirrorShift)),
    .columns_i     (geometry_i.mirror_cols),
    .region_begin_i(17'(submission_i.mirror_col)),
    .region_end_i  (17'(submission_i.mirror_col) + 17'(submission_i.mirror_cols)),
    .feature_i     (feature_q),
    .shown_i       (shown_q),
    .macro_i       (submission_i.macro),
    .features_i    (submission_i.features),
    .window_i      (window),
    .mode_i        (step.features),
    .outside_i     (outside),
    .mirrors_o     (mirrors),
    .feature_o     (walked_feature),
    .shown_o       (walked_shown)
  );

  // A square goes back to the row's first feature until its side is done; a line just goes on.
  assign next_feature = (row_done && square && repeat_q + 16'd1 != submission_i.macro) ? row_feature_q : walked_feature;

  // --- The offered frame -----------------------------------------------------------------------------------------------

  logic signed [CoefficientBits-1:0] step_re, step_im, weight_re, weight_im, calibration_weight, calibration;
  logic                              first_frame;
  photic_spec_pkg::step_t            calibration_step;

  // Of a calibration step only the weight matters to a projection.
  assign calibration_step   = photic_spec_pkg::scheme_calibration(scheme);
  assign step_re            = calibrate ? CoefficientBits'(1) : CoefficientBits'($signed(step.re));
  assign step_im            = calibrate ? '0 : CoefficientBits'($signed(step.im));
  assign weight_re          = step_re <<< plane_q;
  assign weight_im          = step_im <<< plane_q;
  assign calibration_weight = CoefficientBits'($signed(calibration_step.re));
  // Plane weights of an unsigned vector add up to 2^planes - 1, those of a signed one to 0.
  assign calibration        = (calibration_weight <<< submission_i.input_planes) - calibration_weight;
  assign first_frame        = calibrate ? vector_q == '0 : step_q == '0 && plane_q == '0 && !negative_q;

  assign frame_o.number      = number_q;
  assign frame_o.blocked     = step.blocked;
  assign frame_o.phase       = step.phase;
  assign frame_o.re          = negative_q ? -weight_re : weight_re;
  assign frame_o.im          = negative_q ? -weight_im : weight_im;
  assign frame_o.first       = first_frame;
  assign frame_o.last        = calibrate ? last_vector : last_step && last_plane;
  assign frame_o.calibrating = calibrate;
  assign frame_o.calibration = (first_frame && !calibrate && !signed_input) ? calibration : '0;

  assign frame_valid_o        = frame_valid_q;
  assign idle_o               = state_q == StIdle;
  assign read_error_o         = failed_q;
  assign read_error_address_o = error_address_q;
  assign rd_req_push_o        = state_q == StRequest && !flush_i;
  assign rd_req_o.address     = address_q;
  assign rd_req_o.words       = vector_words;
  assign rd_data_pop_o        = store;

  // --- Sequence --------------------------------------------------------------------------------------------------------

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q         <= StIdle;
      vector_q        <= '0;
      row_q           <= '0;
      word_q          <= '0;
      shown_q         <= '0;
      repeat_q        <= '0;
      number_q        <= '0;
      index_q         <= '0;
      step_q          <= '0;
      plane_q         <= '0;
      negative_q      <= 1'b0;
      failed_q        <= 1'b0;
      frame_valid_q   <= 1'b0;
      address_q       <= '0;
      error_address_q <= '0;
      setup_q         <= '0;
      feature_q       <= '0;
      row_feature_q   <= '0;
      dmd_fill_o       <= 1'b0;
      dmd_fill_value_o <= 1'b0;
      dmd_valid_o      <= 1'b0;
      dmd_row_o        <= '0;
      dmd_word_o       <= '0;
      dmd_data_o       <= '0;
    end else begin
      dmd_fill_o  <= 1'b0;
      dmd_valid_o <= 1'b0;
      if (flush_i) begin
        frame_valid_q <= 1'b0;
        state_q       <= StIdle;
      end else begin
        unique case (state_q)
          StIdle: begin
            if (start_i) begin
              vector_q   <= '0;
              plane_q    <= '0;
              negative_q <= 1'b0;
              step_q     <= '0;
              number_q   <= submission_i.frame;
              address_q  <= submission_i.source;
              failed_q   <= 1'b0;
              state_q    <= calibrate ? StFill : StRequest;
            end
          end
          StRequest: begin
            index_q <= '0;
            state_q <= StFetch;
          end
          StFetch: begin
            if (store) begin
              index_q <= index_q + 1'b1;
              if (rd_data_i.error && !failed_q) begin
                failed_q        <= 1'b1;
                error_address_q <= address_q + (64'(index_q) << WordShift);
              end
              if (index_q + 1'b1 == vector_words) state_q <= (failed_q || rd_data_i.error) ? StIdle : StFill;
            end
          end
          StFill: begin
            dmd_fill_o       <= 1'b1;
            dmd_fill_value_o <= outside;
            row_q            <= submission_i.mirror_row;
            feature_q        <= '0;
            row_feature_q    <= '0;
            shown_q          <= '0;
            repeat_q         <= '0;
            setup_q          <= '0;
            state_q          <= StRow;
          end
          StRow: begin
            setup_q <= setup_q + 1'b1;
            if (setup_q == SetupBits'(photic_spec_pkg::ROW_SETUP_CYCLES - 1)) begin
              word_q  <= '0;
              state_q <= StWords;
            end
          end
          StWords: begin
            dmd_valid_o <= 1'b1;
            dmd_row_o   <= row_q;
            dmd_word_o  <= word_q;
            dmd_data_o  <= mirrors;
            word_q      <= word_q + 1'b1;
            feature_q   <= next_feature;
            shown_q     <= walked_shown;
            if (row_done) begin
              setup_q       <= '0;
              row_q         <= row_q + 1'b1;
              row_feature_q <= next_feature;
              repeat_q      <= (repeat_q + 16'd1 == submission_i.macro) ? '0 : repeat_q + 1'b1;
              state_q       <= (row_q + 16'd1 == submission_i.mirror_row + submission_i.mirror_rows) ? StReady : StRow;
            end
          end
          StReady: begin
            frame_valid_q <= 1'b1;
            if (frame_taken_i) begin
              frame_valid_q <= 1'b0;
              number_q      <= number_q + 1'b1;
              step_q        <= step_q + 1'b1;
              state_q       <= StFill;
              if (last_step) begin
                step_q  <= '0;
                plane_q <= plane_q + 1'b1;
                if (!calibrate) state_q <= StRequest;
                if (4'(plane_q) + 4'd1 == submission_i.input_planes) begin
                  plane_q    <= '0;
                  negative_q <= signed_input && !negative_q;
                end
                if (last_plane) begin
                  vector_q  <= vector_q + 1'b1;
                  address_q <= address_q + (64'(vector_words) << WordShift);
                  if (last_vector) state_q <= StIdle;
                end
              end
            end
          end
          default: state_q <= StIdle;
        endcase
      end
    end
  end

  `PHOTIC_ASSERT(VectorFits, !store || 32'(wr_line) < Lines)
  `PHOTIC_ASSERT_STABLE(FrameStable, frame_valid_o, frame_taken_i || flush_i, frame_o)

endmodule
