// SPDX-License-Identifier: Apache-2.0
// The register file: BAR0 as the host sees it.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"
#include "hw/base/clocked_module.h"
#include "hw/base/register.h"
#include "hw/shell/ring_registers.h"

namespace photic::hw {

/// Control and status registers (docs/reference/opu-device.md 3.1). An access takes one cycle: `read` gives
/// the values of the present cycle, `offer` a write that acts at its end, after what the blocks do in it. To
/// be constructed after them. The registers of every kind of device; OpuCsr and SpuCsr add those of theirs.
class Csr : public ClockedModule, public RingRegisters {
 public:
  Pulse<uint32_t> irq;  ///< vectors to send, a bit each

  /// Shows `value` in the wide register at `offset`.
  void show(uint32_t offset, const std::function<uint64_t()>& value);
  /// Shows `value` in the register at `offset`.
  void show_word(uint32_t offset, std::function<uint32_t()> value);

  /// The register at `offset`, a multiple of 4 inside BAR0; gaps read as 0.
  uint32_t read(uint32_t offset) const;
  /// Writes at the coming edge; writes to gaps and read-only registers are dropped.
  void offer(uint32_t offset, uint32_t value) { write_ = Write{offset, value}; }

  QueueRegisters& queue(unsigned number) override { return queues_[number]; }
  const QueueRegisters& queue(unsigned number) const override { return queues_[number]; }
  bool enabled() const override;
  void raise(uint32_t causes) override { causes_ |= causes; }
  void fail(abi::Status status, unsigned queue, uint64_t address) override;

  void on_clock() override;
  void on_reset() override;
  uint64_t quiet_cycles() const override { return kQuietForever; }

 protected:
  /// `preset`: index of the geometry.
  Csr(const sc_core::sc_module_name& name, ClockDomain& clock, abi::DeviceKind kind, uint32_t preset);

  /// The register at `offset` always reads as `value`.
  void constant(uint32_t offset, uint32_t value);
  /// The register at `offset` keeps the bits of `mask` in `value`.
  void storage(uint32_t offset, Register<uint32_t>& value, uint32_t mask);

 private:
  struct Write {
    uint32_t offset;
    uint32_t value;
  };
  /// What an offset does when read and written; empty functions read 0 and drop writes.
  struct Action {
    std::function<uint32_t()> read;
    std::function<void(uint32_t)> write;
  };
  struct Failure {
    abi::Status status;
    unsigned queue;
    uint64_t address;
  };

  Action& at(uint32_t offset) { return actions_[offset / sizeof(uint32_t)]; }
  void build_identity(abi::DeviceKind kind, uint32_t preset);
  void build_control();
  void build_queue(unsigned number);
  void half(uint32_t offset, Register<uint64_t>& value, unsigned shift);
  void index(uint32_t offset, Register<uint16_t>& value, bool writable);
  void write_queue_control(QueueRegisters& queue, uint32_t value);

  std::vector<Action> actions_;
  std::deque<QueueRegisters> queues_;
  Register<uint32_t> control_;
  Register<uint32_t> scratch_;
  Register<uint32_t> irq_status_;
  Register<uint32_t> irq_enable_;
  Register<uint32_t> error_;
  Register<uint64_t> error_address_;
  std::optional<Write> write_;
  uint32_t causes_ = 0;             // of this cycle
  uint32_t cleared_ = 0;            // of IRQ_STATUS in this cycle
  std::optional<Failure> failure_;  // of this cycle
};

}  // namespace photic::hw
