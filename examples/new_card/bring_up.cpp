// SPDX-License-Identifier: Apache-2.0
// Brings the new card up in the order of docs/howto/new-card.md, one line a step. Exit code 0 if every step
// does what it must.
#include <chrono>
#include <cstdio>
#include <functional>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/registers.h"
#include "drivers/api/device.h"
#include "examples/new_card/card_transport.h"

namespace photic::new_card {
namespace {

using namespace std::chrono_literals;
using transport::Clock;

constexpr auto kLimit = 10s;

bool step(const char* name, bool good) {
  std::printf("%-60s %s\n", name, good ? "ok" : "WRONG");
  return good;
}

// The registers alone, by hand: no ring, no memory.
bool registers_work(CardTransport& card) {
  bool good = step("MAGIC is no bus without a card", card.read32(abi::SHELL_MAGIC) != 0);
  card.reset();
  card.write32(abi::SHELL_SCRATCH, 0x12345678);
  good &= step("SCRATCH holds what was written", card.read32(abi::SHELL_SCRATCH) == 0x12345678);
  card.write32(abi::SHELL_IRQ_ENABLE, abi::SHELL_IRQ_ENABLE_QUEUE.set(0xF));
  card.write32(abi::SHELL_IRQ_RAISE, abi::SHELL_IRQ_RAISE_QUEUE.set(0b0100));
  good &= step("IRQ_RAISE reaches the host as the vector of its bit",
               card.wait(Clock::now() + kLimit, false) == 0b0100);
  card.reset();
  good &= step("a reset clears what was set",
               card.read32(abi::SHELL_SCRATCH) == 0 && card.read32(abi::SHELL_IRQ_STATUS) == 0);
  return good;
}

// The driver on top: a ring, a command, an event.
bool commands_work(const std::shared_ptr<api::Device>& device) {
  const auto queue = device->create_queue(16);
  abi::Submission nop;
  nop.opcode = abi::Opcode::NOP;
  const std::vector<abi::Submission> batch(8, nop);
  const auto events = device->submit(*queue, batch, {}, true);
  const bool ended = device->wait_until(
      [&] { return events.back()->is_done() && events.back()->succeeded(); }, Clock::now() + kLimit);
  return step("eight NOPs go through a ring and come back", ended) && device->destroy_queue(queue);
}

bool removal_is_noticed(const std::shared_ptr<api::Device>& device, Card& card) {
  card.pull_out();
  const auto end = Clock::now() + kLimit;
  while (!device->loss() && Clock::now() < end) {
    device->poll();
  }
  return step("a card that is pulled out is a lost device, not a hang", device->loss().has_value());
}

int bring_up() {
  const auto card = std::make_shared<Card>(transport::parse_uri("golden:opu?geometry=tiny&seed=7&noise=off"));
  auto transport = std::make_unique<CardTransport>("new-card:0", 10s, card);
  bool good = registers_work(*transport);
  const auto device = api::Device::open(std::move(transport), 10s);
  good &= step("the driver knows its contract", device->identity().queues == abi::kQueues);
  good &= commands_work(device);
  good &= removal_is_noticed(device, *card);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace photic::new_card

int main() {
  try {
    return photic::new_card::bring_up();
  } catch (const photic::transport::Error& error) {
    std::printf("%s\n", error.what());
    return 1;
  }
}
