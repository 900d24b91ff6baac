// SPDX-License-Identifier: Apache-2.0
// The transport of the new card: everything the driver asks of a way to a device.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "drivers/transport/transport.h"
#include "examples/new_card/card.h"

namespace photic::new_card {

class CardTransport : public transport::Transport {
 public:
  /// `name` stands in error texts. Throws Error(DEVICE_LOST) if no card answers.
  CardTransport(std::string name, std::chrono::milliseconds stall, std::shared_ptr<Card> card);

  const transport::Description& description() const override { return description_; }
  uint32_t read32(uint32_t offset) override;
  void write32(uint32_t offset, uint32_t value) override;
  void doorbell(uint32_t offset, uint32_t value, bool caller_waits) override;
  void map(const transport::DmaMapping& mapping) override;
  void unmap(uint64_t address, uint64_t size) override;
  uint32_t wait(transport::Clock::time_point deadline, bool help) override;
  uint64_t heartbeat() const override;
  void reset() override;
  std::optional<transport::Error> death() const override;

 private:
  bool gone() const;
  [[noreturn]] void lost(const std::string& what) const;

  transport::Description description_;
  const std::chrono::milliseconds stall_;
  std::shared_ptr<Card> card_;
  mutable std::atomic<bool> gone_{false};
};

}  // namespace photic::new_card
