// SPDX-License-Identifier: Apache-2.0
// The neuron equation in two stages.

/// Updates one neuron a cycle: current and voltage in the first stage, adaptation, threshold and reset in the second.
///
/// Latency: inputs in one cycle, `valid_o` and the results two cycles later. `saturations_o` belongs to the same neuron.
/// Meaning: docs/reference/spu-device.md 2.6.
module photic_spu_neuron (
  /// Clock, rising edge.
  input  logic        clk_i,
  /// Reset, active low, asynchronous.
  input  logic        rst_ni,
  /// Level: drop what is under way.
  input  logic        flush_i,

  /// A neuron: its words, its state, its accumulator, its random bits.
  input  logic        valid_i,
  input  photic_spec_pkg::spu_neuron0_t modes_i,
  input  photic_spec_pkg::spu_neuron1_t levels_i,
  input  photic_spec_pkg::spu_neuron2_t rest_i,
  input  photic_spec_pkg::spu_state0_t state_i,
  input  logic [photic_spu_pkg::VALUE_BITS-1:0] adaptation_i,
  input  logic [photic_spu_pkg::SUM_BITS-1:0] sum_i,
  input  logic [photic_spec_pkg::SPU_DECAY_SHIFT-1:0] random_current_i,
  input  logic [photic_spec_pkg::SPU_DECAY_SHIFT-1:0] random_voltage_i,
  input  logic [photic_spec_pkg::SPU_DECAY_SHIFT-1:0] random_adaptation_i,

  /// The new state, what is emitted, whether it counts as a spike, and values clipped.
  output logic        valid_o,
  output photic_spec_pkg::spu_state0_t state_o,
  output logic [photic_spu_pkg::VALUE_BITS-1:0] adaptation_o,
  output logic        fired_o,
  output logic        spike_o,
  output logic        emit_o,
  output logic [photic_spu_pkg::PAYLOAD_BITS-1:0] payload_o,
  output logic [2:0]  saturations_o
);

  localparam int unsigned Bits = photic_spu_pkg::VALUE_BITS;
  localparam int unsigned SumBits = photic_spu_pkg::SUM_BITS;
  localparam int unsigned PayloadBits = photic_spu_pkg::PAYLOAD_BITS;
  localparam int unsigned DecayBits = photic_spec_pkg::SPU_DECAY_SHIFT + 1;
  localparam int unsigned Shift = photic_spec_pkg::SPU_DECAY_SHIFT;
  localparam int unsigned LevelShift = photic_spec_pkg::SPU_THRESHOLD_SHIFT;
  // Wide enough for any sum of the equation.
  localparam int unsigned WideBits = 40;
  localparam logic signed [WideBits-1:0] HIGH = (WideBits'(1) << (Bits - 1)) - WideBits'(1);
  localparam logic signed [WideBits-1:0] LOW = -(WideBits'(1) << (Bits - 1));
  localparam logic signed [WideBits-1:0] PAYLOAD_HIGH = (WideBits'(1) << (PayloadBits - 1)) - WideBits'(1);
  localparam logic signed [WideBits-1:0] PAYLOAD_LOW = -(WideBits'(1) << (PayloadBits - 1));

  function automatic logic signed [WideBits-1:0] wide(input logic [Bits-1:0] value);
    wide = $signed({{WideBits - Bits{value[Bits-1]}}, value});
  endfunction

  function automatic logic outside(input logic signed [WideBits-1:0] value);
    outside = value > HIGH || value < LOW;
  endfunction

  function automatic logic [Bits-1:0] clip(input logic signed [WideBits-1:0] value);
    clip = (value > HIGH) ? HIGH[Bits-1:0] : (value < LOW) ? LOW[Bits-1:0] : value[Bits-1:0];
  endfunction

  // What is left of `value` after a decay.
  function automatic logic signed [WideBits-1:0] decayed(input logic [Bits-1:0] value, input logic [DecayBits-1:0] decay,
                                                         input logic [1:0] rounding, input logic [Shift-1:0] random);
    logic signed [WideBits-1:0] product, keep;
    logic                       negate;
    keep    = $signed(WideBits'(photic_spec_pkg::SPU_DECAY_ONE)) - $signed(WideBits'(decay));
    negate  = rounding == photic_spec_pkg::SPU_ROUNDING_TOWARD_ZERO && value[Bits-1];
    product = wide(value) * keep;
    if (negate) product = -product;
    if (rounding == photic_spec_pkg::SPU_ROUNDING_STOCHASTIC) product = product + $signed(WideBits'(random));
    product = product >>> Shift;
    decayed = negate ? -product : product;
  endfunction

  // --- First stage ------------------------------------------------------------------------------------------------------

  logic [Bits-1:0] input_value, current, voltage;
  logic [2:0]      first_saturations;

  always_comb begin
    logic signed [WideBits-1:0] sum, next_current, next_voltage, bias;
    input_value       = '0;
    current           = '0;
    voltage           = '0;
    first_saturations = '0;
    sum               = '0;
    next_current      = '0;
    next_voltage      = '0;
    bias              = '0;
    if (valid_i) begin
      sum          = $signed({{WideBits - SumBits{sum_i[SumBits-1]}}, sum_i});
      input_value  = modes_i.wrap ? sum_i[Bits-1:0] : clip(sum);
      next_current = decayed(state_i.current, modes_i.current_decay, modes_i.rounding, random_current_i)
                   + (wide(input_value) <<< LevelShift);
      current      = clip(next_current);
      bias         = $signed({{WideBits - photic_spec_pkg::SPU_NEURON1_BIAS_WIDTH
                               {levels_i.bias[photic_spec_pkg::SPU_NEURON1_BIAS_WIDTH-1]}}, levels_i.bias});
      next_voltage = decayed(state_i.voltage, modes_i.voltage_decay, modes_i.rounding, random_voltage_i)
                   + wide(current) + (bias <<< modes_i.bias_exponent);
      voltage      = clip(next_voltage);
      first_saturations = 3'(!modes_i.wrap && outside(sum)) + 3'(outside(next_current)) + 3'(outside(next_voltage));
    end
  end

  logic                          valid_q;
  photic_spec_pkg::spu_neuron0_t modes_q;
  logic [Bits-1:0]               threshold_q, v_reset_q, v_rest_q, step_q, current_q, voltage_q, adaptation_q;
  logic [5:0]                    refractory_q;
  logic [Shift-1:0]              random_q;
  logic [2:0]                    first_saturations_q;
  logic                          unused;

  assign unused = ^{modes_q.wrap, modes_q.bias_exponent, modes_q.current_decay, modes_q.voltage_decay, modes_q.plastic,
                    levels_i.reserved, rest_i.reserved, state_i.reserved};

  // --- Second stage -----------------------------------------------------------------------------------------------------

  logic [Bits-1:0]        next_v, next_a, chosen;
  logic [5:0]             refractory;
  logic                   fired, emitted;
  logic [PayloadBits-1:0] payload;
  logic [2:0]             saturations;

  always_comb begin
    logic signed [WideBits-1:0] level, margin, shifted, a, after_spike, adapted;
    logic                       resting, every_step;
    next_v      = '0;
    next_a      = '0;
    chosen      = voltage_q;
    refractory  = '0;
    fired       = 1'b0;
    emitted     = 1'b0;
    payload     = '0;
    saturations = first_saturations_q;
    level       = '0;
    margin      = '0;
    shifted     = '0;
    a           = '0;
    after_spike = '0;
    adapted     = '0;
    resting     = 1'b0;
    every_step  = 1'b0;
    if (valid_q) begin
      a       = decayed(adaptation_q, modes_q.adaptation_decay, modes_q.rounding, random_q);
      resting = refractory_q != '0;
      if (resting && modes_q.hold) chosen = v_rest_q;
      level  = (wide(threshold_q) <<< LevelShift) + a;
      margin = wide(chosen) - level;
      fired  = !resting && !modes_q.readout && (modes_q.at_threshold ? margin >= 0 : margin > 0);

      after_spike = wide(chosen);
      if (fired && modes_q.reset == photic_spec_pkg::SPU_RESET_TO_VALUE) after_spike = wide(v_reset_q);
      if (fired && modes_q.reset == photic_spec_pkg::SPU_RESET_SUBTRACT) after_spike = margin;
      adapted    = fired ? a + wide(step_q) : a;
      next_v     = clip(after_spike);
      next_a     = clip(adapted);
      refractory = fired ? modes_q.refractory : resting ? refractory_q - 1'b1 : '0;

      shifted    = wide(chosen) >>> modes_q.graded_shift;
      every_step = modes_q.emit == photic_spec_pkg::SPU_EMIT_EVERY_STEP;
      if (modes_q.emit == photic_spec_pkg::SPU_EMIT_SPIKE) payload = PayloadBits'(1);
      else payload = (shifted > PAYLOAD_HIGH) ? PAYLOAD_HIGH[PayloadBits-1:0]
                   : (shifted < PAYLOAD_LOW) ? PAYLOAD_LOW[PayloadBits-1:0] : shifted[PayloadBits-1:0];
      emitted = every_step ? payload != '0 : fired && modes_q.emit != photic_spec_pkg::SPU_EMIT_NOTHING;

      saturations = saturations + 3'(outside(after_spike)) + 3'(outside(adapted))
                  + 3'(emitted && modes_q.emit != photic_spec_pkg::SPU_EMIT_SPIKE
                       && (shifted > PAYLOAD_HIGH || shifted < PAYLOAD_LOW));
    end
  end

  logic                          valid_end_q, fired_q, spike_q, emit_q;
  photic_spec_pkg::spu_state0_t  state_end_q;
  logic [Bits-1:0]               adaptation_end_q;
  logic [PayloadBits-1:0]        payload_q;
  logic [2:0]                    saturations_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q     <= 1'b0;
      valid_end_q <= 1'b0;
    end else begin
      valid_q     <= valid_i && !flush_i;
      valid_end_q <= valid_q && !flush_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      modes_q             <= modes_i;
      threshold_q         <= levels_i.threshold;
      v_reset_q           <= levels_i.v_reset;
      v_rest_q            <= rest_i.v_rest;
      step_q              <= rest_i.adaptation_step;
      current_q           <= current;
      voltage_q           <= voltage;
      adaptation_q        <= adaptation_i;
      refractory_q        <= state_i.refractory;
      random_q            <= random_adaptation_i;
      first_saturations_q <= first_saturations;
    end
    if (valid_q) begin
      state_end_q            <= '0;
      state_end_q.current    <= current_q;
      state_end_q.voltage    <= next_v;
      state_end_q.refractory <= refractory;
      adaptation_end_q       <= next_a;
      fired_q                <= fired;
      spike_q                <= fired || (emitted && modes_q.emit == photic_spec_pkg::SPU_EMIT_EVERY_STEP);
      emit_q                 <= emitted;
      payload_q              <= payload;
      saturations_q          <= saturations;
    end
  end

  assign valid_o       = valid_end_q;
  assign state_o       = state_end_q;
  assign adaptation_o  = adaptation_end_q;
  assign fired_o       = fired_q;
  assign spike_o       = spike_q;
  assign emit_o        = emit_q;
  assign payload_o     = payload_q;
  assign saturations_o = saturations_q;

endmodule
