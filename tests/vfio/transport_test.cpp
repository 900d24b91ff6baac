// SPDX-License-Identifier: Apache-2.0
// A Photic card's transport against a made-up kernel: what it promises the driver, and how it ends.
#include <linux/pci_regs.h>
#include <linux/vfio.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "drivers/abi/registers.h"
#include "drivers/transport/vfio/vfio_transport.h"
#include "tests/vfio/made_up_machine.h"

namespace photic::test {
namespace {

using namespace std::chrono_literals;
using transport::Clock;
using transport::Transport;

constexpr auto kLimit = 60s;  // a fence against hangs, never reached
constexpr uint64_t kAddress = uint64_t{1} << 36;
alignas(4096) std::array<std::byte, 4096> memory{};

class Card : public testing::Test {
 protected:
  std::unique_ptr<Transport> open(uint64_t stall_ms = 50) {
    transport::DriverOptions options;
    options.stall_ms = stall_ms;
    return transport::connect_vfio(transport::parse_uri("vfio:" + std::string(kCard)), options,
                                   machine.kernel());
  }
  Outcome opening() {
    return outcome_of([&] { open(); });
  }
  uint16_t& command() { return machine.word<uint16_t>(VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND); }
  uint32_t& scratch() { return machine.word<uint32_t>(0, abi::SHELL_SCRATCH); }

  MadeUpMachine machine;
};

TEST_F(Card, HasRegistersAndAHeartbeatWhetherItsBarsCanBeMappedOrNot) {
  for (const bool mappable : {true, false}) {
    machine.mappable = mappable;
    const auto card = open();
    EXPECT_TRUE(card->description().any_memory && card->description().timed);
    EXPECT_EQ(card->description().target, "vfio:" + std::string(kCard));
    card->write32(abi::SHELL_SCRATCH, 0x1234);
    EXPECT_EQ(scratch(), 0x1234U);
    scratch() = 0x5678;
    EXPECT_EQ(card->read32(abi::SHELL_SCRATCH), 0x5678U);
    card->doorbell(abi::QUEUE_SQ_TAIL(1), 3, true);
    EXPECT_EQ(machine.word<uint32_t>(0, abi::QUEUE_SQ_TAIL(1)), 3U);
    machine.word<uint64_t>(2, abi::kHeartbeatOffset) = uint64_t{1} << 40;
    EXPECT_EQ(card->heartbeat(), uint64_t{1} << 40);
  }
}

TEST_F(Card, IsReachedThroughTheKernelWhereThePageMayNotBeMapped) {
  machine.sizes[0] = 8192;
  machine.excepted = 4096;
  const auto card = open();
  card->write32(abi::SHELL_SCRATCH, 0x1234);
  EXPECT_EQ(scratch(), 0x1234U);
}

TEST_F(Card, MastersTheBusWhileItIsOpenAndIsHandedBackAsItWas) {
  const uint16_t before = command();
  auto card = open();
  EXPECT_EQ(command(), before | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
  EXPECT_EQ(machine.events(VFIO_PCI_MSIX_IRQ_INDEX), 5U);
  card->map({kAddress, memory.size(), memory.data(), -1, 0});
  EXPECT_EQ(machine.windows.size(), 1U);
  card.reset();
  EXPECT_EQ(command(), before);
  EXPECT_TRUE(machine.windows.empty());
  EXPECT_EQ(std::count(machine.calls.begin(), machine.calls.end(), "unmap"), 1);
  for (const uint32_t index : {VFIO_PCI_MSIX_IRQ_INDEX, VFIO_PCI_REQ_IRQ_INDEX, VFIO_PCI_ERR_IRQ_INDEX}) {
    EXPECT_EQ(machine.events(index), 0U);
  }
}

TEST_F(Card, TellsWhichVectorsWereRaised) {
  const auto card = open();
  EXPECT_EQ(card->wait(Clock::now(), false), 0U);
  ASSERT_TRUE(machine.raise(VFIO_PCI_MSIX_IRQ_INDEX, 0) && machine.raise(VFIO_PCI_MSIX_IRQ_INDEX, 4));
  EXPECT_EQ(card->wait(Clock::now() + kLimit, true), 0b10001U);
  EXPECT_EQ(card->wait(Clock::now(), false), 0U);
}

TEST_F(Card, TakesMsiForMsixAndOneMessageForSeveralCauses) {
  machine.vectors[VFIO_PCI_MSIX_IRQ_INDEX] = 0;
  machine.vectors[VFIO_PCI_MSI_IRQ_INDEX] = 8;
  machine.granted = 2;
  const auto card = open();
  ASSERT_EQ(machine.events(VFIO_PCI_MSI_IRQ_INDEX), 2U);
  machine.raise(VFIO_PCI_MSI_IRQ_INDEX, 1);
  EXPECT_EQ(card->wait(Clock::now() + kLimit, false), 0b01010U);
  machine.raise(VFIO_PCI_MSI_IRQ_INDEX, 0);
  EXPECT_EQ(card->wait(Clock::now() + kLimit, false), 0b10101U);
}

TEST_F(Card, IsPolledWithoutAnyMessage) {
  machine.vectors[VFIO_PCI_MSIX_IRQ_INDEX] = machine.vectors[VFIO_PCI_MSI_IRQ_INDEX] = 0;
  const auto card = open();
  EXPECT_EQ(card->wait(Clock::now() + kLimit, false), 0U);  // and long before the limit
  EXPECT_FALSE(card->death());
}

TEST_F(Card, CountsItsWorkWhereItHasNoHeartbeat) {
  machine.sizes[2] = 0;
  const auto card = open();
  const uint64_t before = card->heartbeat();
  machine.word<uint32_t>(0, abi::SHELL_DMA_READ_BEATS) += 3;
  EXPECT_EQ(card->heartbeat(), before + 3);
  machine.word<uint32_t>(0, abi::SHELL_COMMANDS) += 1;
  EXPECT_EQ(card->heartbeat(), before + 4);
}

TEST_F(Card, IsResetWithItsMasteringOnAndOldInterruptsForgotten) {
  const auto card = open(60'000);
  machine.raise(VFIO_PCI_MSIX_IRQ_INDEX, 2);
  machine.refusals[VFIO_DEVICE_RESET] = {EAGAIN, EAGAIN};
  machine.on_reset = [this] { command() = 0; };
  card->reset();
  EXPECT_EQ(std::count(machine.calls.begin(), machine.calls.end(), "reset"), 3);
  EXPECT_NE(command() & PCI_COMMAND_MASTER, 0);
  EXPECT_EQ(card->wait(Clock::now(), false), 0U);
  EXPECT_FALSE(card->death());
}

TEST_F(Card, IsLostIfItDoesNotComeBackFromAReset) {
  for (const bool configuration_too : {true, false}) {
    MadeUpMachine fresh;
    const auto card = transport::connect_vfio(transport::parse_uri("vfio:" + std::string(kCard)),
                                              transport::DriverOptions{50, false}, fresh.kernel());
    fresh.on_reset = [&] {
      if (configuration_too) {
        fresh.pull_out();
      }
      fresh.word<uint32_t>(0, abi::SHELL_MAGIC) = 0xFFFFFFFF;
    };
    const Outcome outcome = outcome_of([&] { card->reset(); });
    EXPECT_EQ(outcome.status, abi::Status::DEVICE_LOST);
    EXPECT_TRUE(outcome.says("reset")) << outcome.text;
  }
  const auto card = open();
  machine.refusals[VFIO_DEVICE_RESET] = {EIO};
  EXPECT_EQ(outcome_of([&] { card->reset(); }).status, abi::Status::DEVICE_LOST);
}

TEST_F(Card, IsLostWhenItIsPulledOut) {
  const auto card = open();
  scratch() = 0xFFFFFFFF;
  EXPECT_EQ(card->read32(abi::SHELL_SCRATCH), 0xFFFFFFFFU);  // a value like others, while MAGIC is there
  EXPECT_FALSE(card->death());
  machine.pull_out();
  const Outcome outcome = outcome_of([&] { card->read32(abi::SHELL_STATUS); });
  EXPECT_EQ(outcome.status, abi::Status::DEVICE_LOST);
  EXPECT_TRUE(outcome.says("all ones")) << outcome.text;
  ASSERT_TRUE(card->death());
  EXPECT_EQ(card->death()->status(), abi::Status::DEVICE_LOST);
  EXPECT_EQ(outcome_of([&] { card->write32(abi::SHELL_SCRATCH, 1); }).status, abi::Status::DEVICE_LOST);
  EXPECT_EQ(outcome_of([&] { card->reset(); }).status, abi::Status::DEVICE_LOST);
}

TEST_F(Card, IsFoundGoneByWhoeverAsksForItsDeath) {
  const auto card = open();
  machine.pull_out();
  std::optional<transport::Error> death;
  for (const auto end = Clock::now() + kLimit; !death && Clock::now() < end;) {
    death = card->death();
  }
  ASSERT_TRUE(death);
  EXPECT_EQ(death->status(), abi::Status::DEVICE_LOST);
}

TEST_F(Card, IsLostWhenTheKernelWantsItBackOrItsBusFails) {
  for (const auto& [index, words] : {std::pair{VFIO_PCI_REQ_IRQ_INDEX, "wants it back"},
                                     std::pair{VFIO_PCI_ERR_IRQ_INDEX, "cannot be corrected"}}) {
    const auto card = open();
    EXPECT_FALSE(card->death());
    ASSERT_TRUE(machine.raise(index, 0));
    EXPECT_EQ(card->wait(Clock::now() + kLimit, false), 0U);
    const auto death = card->death();
    ASSERT_TRUE(death);
    EXPECT_EQ(death->status(), abi::Status::DEVICE_LOST);
    EXPECT_NE(std::string(death->what()).find(words), std::string::npos) << death->what();
    EXPECT_EQ(outcome_of([&] { card->read32(abi::SHELL_STATUS); }).status, abi::Status::DEVICE_LOST);
  }
}

TEST_F(Card, IsRefusedWithoutAReset) {
  machine.resets = false;
  EXPECT_EQ(opening().status, abi::Status::UNSUPPORTED);
  EXPECT_TRUE(opening().says("function-level reset"));
}

TEST_F(Card, IsRefusedWithoutItsRegisters) {
  machine.sizes[0] = 2048;
  EXPECT_EQ(opening().status, abi::Status::PROTOCOL_ERROR);
  EXPECT_TRUE(opening().says("BAR0 of 2048 bytes"));
}

TEST_F(Card, IsRefusedWhenItIsNotOnTheBus) {
  const uint16_t before = command();
  machine.word<uint32_t>(0, abi::SHELL_MAGIC) = 0xFFFFFFFF;
  EXPECT_EQ(opening().status, abi::Status::DEVICE_LOST);
  EXPECT_EQ(command(), before);
  machine.pull_out();
  const Outcome outcome = opening();
  EXPECT_EQ(outcome.status, abi::Status::DEVICE_LOST);
  EXPECT_TRUE(outcome.says("all ones") && outcome.says("/sys/bus/pci/rescan")) << outcome.text;
}

}  // namespace
}  // namespace photic::test
