// SPDX-License-Identifier: Apache-2.0
// A piece of work for either kind of device whose outputs are known from the golden one.
#pragma once

#include <cstdint>
#include <vector>

#include "drivers/api/photic.hpp"
#include "tests/conformance/driver/spu_program.h"

namespace photic::test {

inline constexpr std::chrono::seconds kFence{60};  // against hangs, never reached

/// Uses one queue of a device. Submits the same work as often as asked.
class Work {
 public:
  virtual ~Work() = default;
  /// Brings the device, which was reset, into the state in which it can work.
  virtual void prepare() = 0;
  /// Forgets the outputs and submits.
  virtual Event start() = 0;
  virtual std::vector<std::byte> outputs() const = 0;
};

/// Two vectors on the tiny OPU, from frame `frame` on.
class OpuWork final : public Work {
 public:
  OpuWork(const Device& device, const Queue& queue);
  void prepare() override {}
  Event start() override;
  std::vector<std::byte> outputs() const override;
  void begin_at_frame(uint32_t frame) { desc_.frame = frame; }

 private:
  Queue queue_;
  Buffer source_;
  Buffer destination_;
  photic_opu_project_desc desc_;
};

/// Three steps of the small program on the tiny SPU.
class SpuWork final : public Work {
 public:
  SpuWork(const Device& device, const Queue& queue);
  void prepare() override;
  Event start() override;
  std::vector<std::byte> outputs() const override;

 private:
  const SmallProgram program_;
  Queue queue_;
  Buffer source_;
  Buffer destination_;
};

}  // namespace photic::test
