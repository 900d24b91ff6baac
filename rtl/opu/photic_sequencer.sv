// SPDX-License-Identifier: Apache-2.0
// Latches mirrors, exposes them, triggers the camera.
`include "photic_assert.svh"

/// Takes loaded frames one after another and times them: latch, settle, laser, trigger.
///
/// Latches are at least `period_i` cycles apart; the laser is on for exactly `exposure_i` cycles. Protocol:
/// docs/reference/opu-device.md 4.3.
module photic_sequencer (
  /// Clock, rising edge.
  input  logic                          clk_i,
  /// Reset, active low, asynchronous.
  input  logic                          rst_ni,
  /// Pulse: a command begins.
  input  logic                          start_i,
  /// Level: drop everything.
  input  logic                          flush_i,
  output logic                          idle_o,

  /// Cycles between latches, of settling and of light.
  input  logic [31:0]                   period_i,
  input  logic [31:0]                   settle_cycles_i,
  input  logic [31:0]                   exposure_i,

  /// The loaded frame; `frame_taken_o` is a pulse.
  input  logic                          frame_valid_i,
  input  photic_link_pkg::frame_t       frame_i,
  output logic                          frame_taken_o,
  input  logic                          loader_idle_i,

  /// Exposed frames, in order.
  output logic                          frames_push_o,
  output photic_link_pkg::frame_t       frames_o,
  input  logic                          frames_full_i,

  /// Optics.
  output logic                          dmd_latch_o,
  output logic                          laser_on_o,
  output logic                          ref_on_o,
  output logic [3:0]                    ref_phase_o,
  output logic                          cam_trigger_o,
  output logic [31:0]                   cam_frame_o,
  input  logic                          cam_busy_i,

  /// A frame is latched in this cycle; a loaded frame is missed in this cycle.
  output logic                          latch_o,
  output logic                          wait_load_o
);

  typedef enum logic [2:0] {
    StIdle,
    StSettle,
    StExpose,
    StTrigger,
    StAck
  } state_e;

  state_e                  state_q;
  photic_link_pkg::frame_t frame_q;
  logic                    first_q, taken_q, laser_q, trigger_q, ref_on_q, due;
  logic [3:0]              ref_phase_q;
  logic [31:0]             since_q, timer_q, number_q;

  assign due         = first_q || since_q >= period_i;
  assign latch_o     = state_q == StIdle && !flush_i && frame_valid_i && !taken_q && due;
  assign wait_load_o = state_q == StIdle && !flush_i && !first_q && since_q >= period_i && !frame_valid_i && !loader_idle_i;
  assign idle_o      = state_q == StIdle;

  assign frames_push_o = state_q == StTrigger && !flush_i && !cam_busy_i && !frames_full_i;
  assign frames_o      = frame_q;

  assign frame_taken_o = taken_q;
  assign dmd_latch_o   = taken_q;
  assign laser_on_o    = laser_q;
  assign ref_on_o      = ref_on_q;
  assign ref_phase_o   = ref_phase_q;
  assign cam_trigger_o = trigger_q;
  assign cam_frame_o   = number_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q     <= StIdle;
      frame_q     <= '0;
      first_q     <= 1'b0;
      taken_q     <= 1'b0;
      laser_q     <= 1'b0;
      trigger_q   <= 1'b0;
      ref_on_q    <= 1'b0;
      ref_phase_q <= '0;
      since_q     <= '0;
      timer_q     <= '0;
      number_q    <= '0;
    end else begin
      taken_q   <= 1'b0;
      trigger_q <= 1'b0;
      if (since_q != '1) since_q <= since_q + 1'b1;
      if (start_i) first_q <= 1'b1;
      if (flush_i) begin
        laser_q <= 1'b0;
        state_q <= StIdle;
      end else begin
        unique case (state_q)
          StIdle: begin
            if (latch_o) begin
              taken_q     <= 1'b1;
              frame_q     <= frame_i;
              first_q     <= 1'b0;
              since_q     <= 32'd1;
              timer_q     <= '0;
              ref_on_q    <= !frame_i.blocked;
              ref_phase_q <= frame_i.phase;
              state_q     <= StSettle;
            end
          end
          StSettle: begin
            timer_q <= timer_q + 1'b1;
            if (timer_q == settle_cycles_i - 1'b1) begin
              laser_q <= 1'b1;
              timer_q <= '0;
              state_q <= StExpose;
            end
          end
          StExpose: begin
            timer_q <= timer_q + 1'b1;
            if (timer_q == exposure_i - 1'b1) begin
              laser_q <= 1'b0;
              state_q <= StTrigger;
            end
          end
          StTrigger: begin
            if (frames_push_o) begin
              trigger_q <= 1'b1;
              number_q  <= frame_q.number;
              state_q   <= StAck;
            end
          end
          StAck: begin
            if (cam_busy_i) state_q <= StIdle;
          end
          default: state_q <= StIdle;
        endcase
      end
    end
  end

  `PHOTIC_ASSERT(LightOnlyWhileExposing, !laser_on_o || state_q == StExpose || flush_i)

endmodule
