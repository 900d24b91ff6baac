// SPDX-License-Identifier: Apache-2.0
// Compares the widths of photic_link_pkg with the specification while a design is elaborated.

/// Elaboration stops unless the link records fit the specification. Has no logic.
module photic_link_check;

`ifndef SYNTHESIS
  if (photic_link_pkg::VECTORS != photic_spec_pkg::QUEUES + 1) $error("VECTORS: one a queue and one for errors");
  if (photic_link_pkg::QUEUE_BITS != $clog2(photic_spec_pkg::QUEUES)) $error("QUEUE_BITS must number the queues");
  if (2 ** photic_link_pkg::QUEUE_BITS != photic_spec_pkg::QUEUES) $error("queues are scheduled modulo a power of two");
  if (photic_link_pkg::INDEX_BITS != photic_spec_pkg::QUEUE_SQ_TAIL_INDEX_WIDTH) $error("INDEX_BITS: as QUEUE_SQ_TAIL");
  if (photic_link_pkg::STATUS_BITS != photic_spec_pkg::SHELL_ERROR_STATUS_WIDTH) $error("STATUS_BITS: as SHELL_ERROR");
  if (photic_link_pkg::COEFFICIENT_BITS != photic_spec_pkg::COEFFICIENT_BITS) $error("COEFFICIENT_BITS: as the format");
  if (photic_link_pkg::SUM_BITS != photic_spec_pkg::ACCUMULATOR_BITS) $error("SUM_BITS: as the format ACCUMULATOR");
`endif

endmodule
