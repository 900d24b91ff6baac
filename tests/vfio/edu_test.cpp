// SPDX-License-Identifier: Apache-2.0
// A function held through VFIO, against QEMU's `edu` device (QEMU docs/specs/edu.rst) behind an emulated
// IOMMU.
#include <linux/pci_regs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>

#include "tests/vfio/guest.h"

namespace photic::test {
namespace {

using namespace std::chrono_literals;
using transport::vfio_pci::Interface;
using transport::vfio_pci::InterruptKind;
using Clock = std::chrono::steady_clock;

constexpr auto kLimit = 20s;  // a fence against hangs, never reached

namespace edu {
constexpr uint16_t kVendor = 0x1234;
constexpr uint16_t kDevice = 0x11E8;
constexpr size_t kWindow = 0x1000;
constexpr uint64_t kIdentity = 0x00;
constexpr uint8_t kIdentityByte = 0xED;
constexpr uint64_t kLiveness = 0x04;
constexpr uint64_t kFactorial = 0x08;
constexpr uint64_t kStatus = 0x20;
constexpr uint32_t kComputing = 1;
constexpr uint64_t kRaise = 0x60;
constexpr uint64_t kAcknowledge = 0x64;
constexpr uint64_t kDmaSource = 0x80;
constexpr uint64_t kDmaDestination = 0x88;
constexpr uint64_t kDmaCount = 0x90;
constexpr uint64_t kDmaCommand = 0x98;
constexpr uint64_t kDmaRun = 1;
constexpr uint64_t kDmaToHost = 2;
constexpr uint64_t kBuffer = 0x40000;
// It has 28 address bits. Its DMA of a whole page ends QEMU 7.2; half a page is as good.
constexpr uint64_t kBusAddress = 0x100000;
constexpr uint64_t kBytes = 2048;
}  // namespace edu

class Edu : public testing::TestWithParam<Interface> {
 protected:
  void SetUp() override {
    if (GetParam() == Interface::kCdev && access("/dev/iommu", F_OK) != 0) {
      GTEST_SKIP() << "this kernel has no iommufd";
    }
  }

  static Wish wish() {
    Wish wish;
    wish.interface = GetParam();
    wish.windows[0] = edu::kWindow;
    wish.vectors = 5;
    return wish;
  }

  void open() { function = std::make_unique<Function>(running_kernel(), address, wish()); }
  const transport::vfio_pci::Region& bar() const { return function->bar(0); }

  void await(const std::function<bool()>& done) const {
    const auto deadline = Clock::now() + kLimit;
    while (!done() && Clock::now() < deadline) {
      std::this_thread::sleep_for(1ms);
    }
    ASSERT_TRUE(done());
  }

  void dma(uint64_t source, uint64_t destination, uint64_t direction) const {
    bar().write64(edu::kDmaSource, source);
    bar().write64(edu::kDmaDestination, destination);
    bar().write64(edu::kDmaCount, edu::kBytes);
    bar().write64(edu::kDmaCommand, edu::kDmaRun | direction);
    await([&] { return (bar().read64(edu::kDmaCommand) & edu::kDmaRun) == 0; });
  }

  const std::string address = address_of("EDU");
  std::unique_ptr<Function> function;
};

INSTANTIATE_TEST_SUITE_P(By, Edu, testing::Values(Interface::kGroup, Interface::kCdev),
                         [](const auto& by) { return by.param == Interface::kGroup ? "Group" : "Cdev"; });

TEST_P(Edu, IsIdentifiedInItsConfigurationSpaceAndInItsMappedBar) {
  open();
  EXPECT_EQ(function->config().read16(PCI_VENDOR_ID), edu::kVendor);
  EXPECT_EQ(function->config().read16(PCI_DEVICE_ID), edu::kDevice);
  EXPECT_TRUE(bar().mapped());
  EXPECT_EQ(bar().size(), 1U << 20);
  EXPECT_EQ(static_cast<uint8_t>(bar().read32(edu::kIdentity)), edu::kIdentityByte);
  EXPECT_EQ(function->bar(2).size(), 0U);
  EXPECT_TRUE(function->answers());
}

TEST_P(Edu, ComputesThroughItsMappedBar) {
  open();
  for (const uint32_t value : {0x00000000U, 0x12345678U, 0xFFFF0000U}) {
    bar().write32(edu::kLiveness, value);
    EXPECT_EQ(bar().read32(edu::kLiveness), ~value);
  }
  bar().write32(edu::kFactorial, 10);
  await([&] { return (bar().read32(edu::kStatus) & edu::kComputing) == 0; });
  EXPECT_EQ(bar().read32(edu::kFactorial), 3628800U);
}

TEST_P(Edu, ComputesWithoutAMappedBar) {
  Wish unmapped;
  unmapped.interface = GetParam();
  function = std::make_unique<Function>(running_kernel(), address, unmapped);
  EXPECT_FALSE(bar().mapped());
  EXPECT_EQ(static_cast<uint8_t>(bar().read32(edu::kIdentity)), edu::kIdentityByte);
  bar().write32(edu::kLiveness, 0x0F0F0F0F);
  EXPECT_EQ(bar().read32(edu::kLiveness), 0xF0F0F0F0U);
}

TEST_P(Edu, MastersTheBusWhileItIsHeldAndNoLonger) {
  const uint16_t before = command_register(address);
  open();
  const uint16_t held = function->config().read16(PCI_COMMAND);
  EXPECT_EQ(held & (PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER), PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
  EXPECT_NE(command_register(address) & PCI_COMMAND_MASTER, 0);
  function.reset();
  EXPECT_EQ(command_register(address), before);
  open();
  EXPECT_EQ(static_cast<uint8_t>(bar().read32(edu::kIdentity)), edu::kIdentityByte);
}

TEST_P(Edu, ReadsAndWritesHostMemoryAtTheBusAddressChosen) {
  open();
  const Pages memory(8192);
  std::iota(memory.bytes(), memory.bytes() + edu::kBytes, uint8_t{3});
  function->memory().map(edu::kBusAddress, memory.size(), memory.memory());
  EXPECT_EQ(function->memory().windows(), 1U);
  dma(edu::kBusAddress, edu::kBuffer, 0);
  dma(edu::kBuffer, edu::kBusAddress + 4096, edu::kDmaToHost);
  EXPECT_TRUE(std::equal(memory.bytes(), memory.bytes() + edu::kBytes, memory.bytes() + 4096));
  function->memory().unmap(edu::kBusAddress, memory.size());
  EXPECT_EQ(function->memory().windows(), 0U);
}

TEST_P(Edu, CannotWriteWhatIsNotMapped) {
  open();
  const Pages memory(8192);
  function->memory().map(edu::kBusAddress, memory.size(), memory.memory());
  std::fill_n(memory.bytes(), edu::kBytes, uint8_t{0x5A});
  dma(edu::kBusAddress, edu::kBuffer, 0);
  std::fill_n(memory.bytes(), memory.size(), uint8_t{0x11});
  function->memory().unmap(edu::kBusAddress, memory.size());
  dma(edu::kBuffer, edu::kBusAddress, edu::kDmaToHost);
  EXPECT_TRUE(
      std::all_of(memory.bytes(), memory.bytes() + memory.size(), [](uint8_t b) { return b == 0x11; }));
  // It lives on, and so does the address.
  function->memory().map(edu::kBusAddress, memory.size(), memory.memory());
  dma(edu::kBuffer, edu::kBusAddress, edu::kDmaToHost);
  EXPECT_TRUE(std::all_of(memory.bytes(), memory.bytes() + edu::kBytes, [](uint8_t b) { return b == 0x5A; }));
}

TEST_P(Edu, RefusesWindowsThatTheIommuCannotHold) {
  open();
  const Pages memory(8192);
  transport::vfio_pci::Iommu& iommu = function->memory();
  ASSERT_FALSE(iommu.ranges().empty());
  const uint64_t beyond = (iommu.ranges().back().last + 1) & ~uint64_t{4095};
  Outcome outcome = outcome_of([&] { iommu.map(beyond, 4096, memory.memory()); });
  EXPECT_EQ(outcome.status, abi::Status::UNSUPPORTED);
  EXPECT_NE(outcome.text.find("the IOMMU lets this function use 0x0 to "), std::string::npos) << outcome.text;
  outcome = outcome_of([&] { iommu.map(edu::kBusAddress + 8, 4096, memory.memory()); });
  EXPECT_EQ(outcome.status, abi::Status::INVALID_ARGUMENT) << outcome.text;
  iommu.map(edu::kBusAddress, 8192, memory.memory());
  outcome = outcome_of([&] { iommu.map(edu::kBusAddress + 4096, 4096, memory.memory()); });
  EXPECT_EQ(outcome.status, abi::Status::INTERNAL) << outcome.text;
  EXPECT_EQ(iommu.windows(), 1U);
}

TEST_P(Edu, InterruptsByMessage) {
  open();
  EXPECT_EQ(function->interrupts().kind(), InterruptKind::kMsi);
  ASSERT_EQ(function->interrupts().vectors(), 1U);
  EXPECT_EQ(function->interrupts().wait(Clock::now()), 0U);
  for (int round = 0; round < 3; ++round) {
    bar().write32(edu::kRaise, 1);
    EXPECT_EQ(function->interrupts().wait(Clock::now() + kLimit), 1U);
    bar().write32(edu::kAcknowledge, 1);
    EXPECT_EQ(function->interrupts().wait(Clock::now()), 0U);
  }
}

TEST_P(Edu, SaysThatItHasNoReset) {
  open();
  ASSERT_FALSE(function->can_reset());
  const Outcome outcome = outcome_of([&] { function->reset(1s); });
  EXPECT_EQ(outcome.status, abi::Status::UNSUPPORTED);
  EXPECT_NE(outcome.text.find("no function-level reset"), std::string::npos) << outcome.text;
}

TEST_P(Edu, IsAskedBackWhenTheKernelWantsIt) {
  open();
  EXPECT_EQ(function->interrupts().notice(), std::nullopt);
  std::thread unbinding([this] {
    std::ofstream("/sys/bus/pci/devices/" + address + "/driver/unbind")
        << address;  // returns once it is handed back
  });
  function->interrupts().wait(Clock::now() + kLimit);
  const auto notice = function->interrupts().notice();
  function.reset();
  unbinding.join();
  ASSERT_TRUE(notice);
  EXPECT_NE(notice->find("wants it back"), std::string::npos);
  const Outcome outcome = outcome_of([this] { open(); });
  EXPECT_EQ(outcome.status, abi::Status::NOT_FOUND);
  const size_t commands = outcome.text.find("as root: ");
  ASSERT_NE(commands, std::string::npos) << outcome.text;
  EXPECT_EQ(std::system(outcome.text.substr(commands + 9).c_str()), 0);
  open();
}

}  // namespace
}  // namespace photic::test
