// SPDX-License-Identifier: Apache-2.0
// Each function keeps the promise of drivers/transport/transport.h that stands in front of it.
#include "examples/new_card/card_transport.h"

#include <poll.h>

#include <algorithm>
#include <thread>

#include "drivers/abi/registers.h"

namespace photic::new_card {

using transport::Clock;
using transport::Error;

namespace {

constexpr uint32_t kAllOnes = ~uint32_t{0};

}  // namespace

CardTransport::CardTransport(std::string name, std::chrono::milliseconds stall, std::shared_ptr<Card> card)
    : stall_(stall), card_(std::move(card)) {
  description_.target = std::move(name);
  description_.any_memory = true;  // its kernel driver pins whatever it is given
  if (gone()) {
    lost("does not answer");
  }
}

// Answered from the present state, whatever the card is doing. A card that has left its bus reads as all
// ones; MAGIC never does.
uint32_t CardTransport::read32(uint32_t offset) {
  const uint32_t value = card_->peek(offset);
  if (value == kAllOnes && gone()) {
    lost("reads as all ones");
  }
  return value;
}

// Posted, in order. What the program stored in memory before is there when the write arrives: on a bus, a
// barrier.
void CardTransport::write32(uint32_t offset, uint32_t value) {
  if (gone_) {
    lost("is gone");
  }
  card_->poke(offset, value);
}

// A write like any other, for a card that works by itself.
void CardTransport::doorbell(uint32_t offset, uint32_t value, bool) {
  write32(offset, value);
}

// From here on the card reaches the window; every refusal says why.
void CardTransport::map(const transport::DmaMapping& mapping) {
  if (!card_->attach(mapping.address, mapping.size, mapping.memory)) {
    throw Error(abi::Status::INTERNAL, "'" + description_.target + "': the window at bus address " +
                                           std::to_string(mapping.address) + " overlaps another");
  }
}

// Once it returned, the card does not touch the window any more.
void CardTransport::unmap(uint64_t address, uint64_t size) {
  card_->detach(address, size);
}

// Ends at the deadline, at a vector, or at the death of the card; a vector is reported once.
uint32_t CardTransport::wait(Clock::time_point deadline, bool) {
  std::array<pollfd, Card::kVectors> watched{};
  for (unsigned v = 0; v < watched.size(); ++v) {
    watched[v] = {card_->event(v), POLLIN, 0};
  }
  const auto left =
      std::max<std::chrono::nanoseconds>(deadline - Clock::now(), std::chrono::nanoseconds::zero());
  const timespec limit{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
  uint32_t vectors = 0;
  if (ppoll(watched.data(), watched.size(), &limit, nullptr) > 0) {
    for (unsigned v = 0; v < watched.size(); ++v) {
      uint64_t count = 0;
      if ((watched[v].revents & POLLIN) != 0 && read(watched[v].fd, &count, sizeof(count)) == sizeof(count)) {
        vectors |= 1U << v;
      }
    }
  }
  return vectors;
}

// Moves while the card makes progress, and only then; never throws, never blocks.
uint64_t CardTransport::heartbeat() const {
  return card_->beat();
}

// Drops writes not yet taken; bounded by the stall time.
void CardTransport::reset() {
  card_->restart();
  const auto deadline = Clock::now() + stall_;
  while (gone()) {
    if (Clock::now() >= deadline) {
      lost("does not come back from its reset");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

// Nothing while the card lives. The driver asks at every turn, so it must be cheap.
std::optional<Error> CardTransport::death() const {
  if (!gone()) {
    return std::nullopt;
  }
  return Error(abi::Status::DEVICE_LOST,
               "'" + description_.target + "' has left its bus; check the card and open it again");
}

bool CardTransport::gone() const {
  gone_ = card_->peek(abi::SHELL_MAGIC) == kAllOnes;
  return gone_;
}

void CardTransport::lost(const std::string& what) const {
  throw Error(abi::Status::DEVICE_LOST,
              "'" + description_.target + "' " + what + "; check the card and open it again");
}

}  // namespace photic::new_card
