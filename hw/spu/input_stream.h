// SPDX-License-Identifier: Apache-2.0
// The input stream of a run as control sees it.
#pragma once

#include <cstdint>
#include <systemc>

#include "drivers/abi/descriptors.h"
#include "hw/base/command.h"

namespace photic::hw {

/// What is left of the stream, and what was wrong with it. Changes show in the next cycle.
class InputStream : public virtual sc_core::sc_interface {
 public:
  /// No failure so far.
  virtual void forget() = 0;
  /// A stream of `words` words at bus address `address` begins.
  virtual void open(uint64_t address, uint32_t words) = 0;
  /// The input failed at `address`, unless it failed before.
  virtual void fail(abi::Status status, uint64_t address) = 0;
  /// One word less to come: control took it.
  virtual void drop() = 0;
  /// Words still to come.
  virtual uint32_t left() const = 0;
  /// Bus address of the first word that the parser did not take.
  virtual uint64_t position() const = 0;
  /// The first failure; status OK: none.
  virtual const CommandResult& failure() const = 0;
};

}  // namespace photic::hw
