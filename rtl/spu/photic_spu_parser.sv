// SPDX-License-Identifier: Apache-2.0
// Reads the input stream and queues its events.
`include "photic_assert.svh"

/// The parser of the input/output unit: one step of the stream a pulse, the first failure kept for the command.
///
/// Protocol: docs/reference/spu-device.md 4.2.
module photic_spu_parser #(
  /// Bits of a source.
  parameter int unsigned SourceBits = 6
) (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,
  /// Level: drop everything.
  input  logic        flush_i,

  /// Control begins a run with a stream of so many words, drops one of its words, or reports the rest as too much.
  input  logic        open_i,
  input  logic [31:0] words_i,
  input  logic [63:0] address_i,
  input  logic        skip_i,
  input  logic        excess_i,
  output logic [31:0] left_o,
  /// Pulse: the events of one step.
  input  logic        inputs_i,
  /// Sources in use.
  input  logic [photic_spu_pkg::SIZE_BITS-1:0] sources_i,
  output logic        idle_o,
  /// First failure of the command.
  output logic        failed_o,
  output logic [photic_link_pkg::STATUS_BITS-1:0] status_o,
  output logic [63:0] failed_address_o,

  /// Words of the stream.
  output logic        rd_data_pop_o,
  input  photic_link_pkg::read_word_t rd_data_i,
  input  logic        rd_data_empty_i,

  /// Events, taken unless full.
  output logic        push_o,
  output logic [SourceBits-1:0] source_o,
  output logic [photic_spu_pkg::PAYLOAD_BITS-1:0] payload_o,
  input  logic        full_i
);

  localparam int unsigned WordShift = $clog2(photic_link_pkg::WORD_BYTES);

  typedef enum logic [2:0] {
    StIdle,
    StHeader,
    StWord,
    StFirst,
    StSecond
  } state_e;

  state_e                       state_q;
  logic [31:0]                  left_q, events_q;
  logic [63:0]                  position_q, word_q, word_address, failed_address_q, fail_address;
  logic                         failed_q, fail, pop, take, last, unused;
  logic [photic_link_pkg::STATUS_BITS-1:0] status_q, fail_status;
  photic_spec_pkg::spu_events_t header;
  photic_spec_pkg::spu_event_t  event_word;

  assign header       = rd_data_i.data;
  assign event_word   = (state_q == StSecond) ? word_q[63:32] : word_q[31:0];
  // Of the word taken last.
  assign word_address = position_q - (64'd1 << WordShift);
  assign pop          = (state_q == StHeader || state_q == StWord) && left_q != '0 && !rd_data_empty_i && !flush_i;
  assign last         = events_q == 32'd1;
  assign take         = (state_q == StFirst || state_q == StSecond) && event_word.source < sources_i && !full_i && !flush_i;
  assign unused       = ^event_word.source;

  always_comb begin
    fail         = 1'b0;
    fail_status  = photic_spec_pkg::STATUS_INVALID_EVENTS;
    fail_address = position_q;
    case (state_q)
      StHeader, StWord: begin
        if (left_q == '0) begin
          fail = 1'b1;
        end else if (pop) begin
          if (rd_data_i.error) begin
            fail        = 1'b1;
            fail_status = photic_spec_pkg::STATUS_DMA_READ_ERROR;
          end else if (state_q == StHeader && header.reserved != '0) begin
            fail = 1'b1;
          end
        end
      end
      StFirst: begin
        fail_address = word_address;
        fail         = event_word.source >= sources_i || (take && last && word_q[63:32] != '0);
      end
      StSecond: begin
        fail_address = word_address;
        fail         = event_word.source >= sources_i;
      end
      default: fail = excess_i;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q          <= StIdle;
      left_q           <= '0;
      events_q         <= '0;
      position_q       <= '0;
      word_q           <= '0;
      failed_q         <= 1'b0;
      failed_address_q <= '0;
      status_q         <= photic_spec_pkg::STATUS_OK;
    end else if (flush_i) begin
      state_q  <= StIdle;
      left_q   <= '0;
      failed_q <= 1'b0;
    end else begin
      case (state_q)
        StIdle: begin
          if (inputs_i) state_q <= StHeader;
          if (skip_i) left_q <= left_q - 1'b1;
        end
        StHeader: begin
          if (pop) begin
            events_q <= header.count;
            state_q  <= (header.count == '0) ? StIdle : StWord;
          end
        end
        StWord: begin
          if (pop) begin
            word_q  <= rd_data_i.data;
            state_q <= StFirst;
          end
        end
        StFirst, StSecond: begin
          if (take) begin
            events_q <= events_q - 1'b1;
            state_q  <= last ? StIdle : (state_q == StFirst) ? StSecond : StWord;
          end
        end
        default: state_q <= StIdle;
      endcase
      if (pop) begin
        left_q     <= left_q - 1'b1;
        position_q <= position_q + (64'd1 << WordShift);
      end
      if (fail) begin
        state_q <= StIdle;
        if (!failed_q) begin
          failed_q         <= 1'b1;
          status_q         <= fail_status;
          failed_address_q <= fail_address;
        end
      end
      if (open_i) begin
        left_q     <= words_i;
        position_q <= address_i;
        failed_q   <= 1'b0;
      end
    end
  end

  assign left_o           = left_q;
  assign idle_o           = state_q == StIdle;
  assign failed_o         = failed_q;
  assign status_o         = status_q;
  assign failed_address_o = failed_address_q;
  assign rd_data_pop_o    = pop;
  assign push_o           = take;
  assign source_o         = event_word.source[SourceBits-1:0];
  assign payload_o        = event_word.payload;

  `PHOTIC_ASSERT(InputsOnlyWhenIdle, !inputs_i || flush_i || state_q == StIdle)
  `PHOTIC_ASSERT(ControlOnlyWhenIdle, !(open_i || skip_i || excess_i) || state_q == StIdle)

endmodule
