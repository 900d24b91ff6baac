// SPDX-License-Identifier: Apache-2.0
// Assertions of the modules: checked in every cycle of a simulation, absent from synthesis, whose tools do not parse them.
`ifndef PHOTIC_ASSERT_SVH
`define PHOTIC_ASSERT_SVH

`ifdef SYNTHESIS
`define PHOTIC_ASSERT(NAME, PROPERTY)
`define PHOTIC_ASSERT_STABLE(NAME, VALID, READY, PAYLOAD)
`else
/// PROPERTY holds at every rising edge outside reset.
`define PHOTIC_ASSERT(NAME, PROPERTY) \
  NAME: assert property (@(posedge clk_i) disable iff (!rst_ni) (PROPERTY)) \
  else $error("%m does not hold");
/// A stream that waits keeps its valid and its payload.
`define PHOTIC_ASSERT_STABLE(NAME, VALID, READY, PAYLOAD) \
  NAME: assert property (@(posedge clk_i) disable iff (!rst_ni) \
    (VALID) && !(READY) |=> (VALID) && $stable(PAYLOAD)) \
  else $error("%m does not hold");
`endif

`endif
