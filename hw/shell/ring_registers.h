// SPDX-License-Identifier: Apache-2.0
// What the ring engine and the register file share.
#pragma once

#include <array>
#include <cstdint>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"
#include "hw/base/register.h"

namespace photic::hw {

/// The state of one queue. Indices count modulo `size()`.
struct QueueRegisters {
  QueueRegisters(ClockDomain& clock, unsigned number);

  Register<uint32_t> control;
  Register<bool> halted;
  Register<uint64_t> sq_base;  ///< as written
  Register<uint64_t> cq_base;  ///< as written
  Register<uint16_t> sq_tail;  ///< as written
  Register<uint16_t> cq_head;  ///< as written
  Register<uint16_t> sq_head;
  Register<uint16_t> cq_tail;
  Register<bool> phase;

  bool enabled() const;
  uint32_t size() const;
  uint16_t wrap(uint32_t index) const { return static_cast<uint16_t>(index & (size() - 1)); }
  /// Bus addresses of the entries at sq_head and cq_tail.
  uint64_t submission_address() const;
  uint64_t completion_address() const;
  /// There is something to fetch and room to answer.
  bool runnable() const;
};

/// The part of the register file that the ring engine works with.
class RingRegisters : public virtual sc_core::sc_interface {
 public:
  virtual QueueRegisters& queue(unsigned number) = 0;
  virtual const QueueRegisters& queue(unsigned number) const = 0;
  /// SHELL_CONTROL.ENABLE
  virtual bool enabled() const = 0;
  /// Interrupt causes of this cycle, bits as in SHELL_IRQ_STATUS.
  virtual void raise(uint32_t causes) = 0;
  /// SHELL_ERROR takes a ring failure unless it holds one.
  virtual void fail(abi::Status status, unsigned queue, uint64_t address) = 0;
};

}  // namespace photic::hw
