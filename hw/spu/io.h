// SPDX-License-Identifier: Apache-2.0
// The input/output unit: parser, emission, outputs.
#pragma once

#include <cstdint>

#include "hw/spu/emit.h"
#include "hw/spu/flit_link.h"
#include "hw/spu/input_queue.h"
#include "hw/spu/outputs.h"
#include "hw/spu/parser.h"
#include "hw/spu/router.h"

namespace photic::hw {

/// The unit north of router (0, 0) (docs/reference/spu-device.md 4.2).
class Io : public sc_core::sc_module {
 public:
  /// `router` is router (0, 0).
  Io(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::SpuPreset& preset, Router& router,
     Activity& activity);

  /// Each returns the last cycle in which the unit is busy with it.
  uint64_t scan(uint64_t now);
  uint64_t clear_outputs(uint64_t now) { return outputs_.clear(now); }
  void flush();

  UnitMemory& memory() { return memory_; }
  const UnitMemory& memory() const { return memory_; }
  Parser& parser() { return parser_; }

 private:
  UnitMemory memory_;
  FlitLink receive_;  // from the router
  FlitLink send_;     // to the router
  InputQueue queue_;
  Emit emit_;
  Outputs outputs_;
  Parser parser_;
};

}  // namespace photic::hw
