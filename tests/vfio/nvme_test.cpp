// SPDX-License-Identifier: Apache-2.0
// What `edu` lacks, on QEMU's NVMe controller (NVM Express base specification 1.4): MSI-X, function-level
// reset, and a device that fetches commands from a ring at the bus addresses the driver uses.
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

#include "drivers/transport/vfio/vfio_transport.h"
#include "tests/vfio/guest.h"

namespace photic::test {
namespace {

using namespace std::chrono_literals;
using transport::vfio_pci::InterruptKind;
using Clock = std::chrono::steady_clock;

constexpr auto kLimit = 20s;  // a fence against hangs, never reached

namespace nvme {
constexpr size_t kWindow = 0x1000;
constexpr uint64_t kCapabilities = 0x00;
constexpr uint64_t kConfiguration = 0x14;
constexpr uint32_t kEntrySizes = 0x460000;  // 64 and 16 bytes
constexpr uint32_t kEnable = 1;
constexpr uint64_t kStatus = 0x1C;
constexpr uint32_t kReady = 1;
constexpr uint64_t kAdminSizes = 0x24;
constexpr uint64_t kSubmissions = 0x28;
constexpr uint64_t kCompletions = 0x30;
constexpr uint64_t kTail = 0x1000;
constexpr uint32_t kIdentify = 0x06;
constexpr uint32_t kController = 1;
constexpr uint32_t kEntries = 4;
}  // namespace nvme

// As the driver gives them out: above 64 GiB.
constexpr uint64_t kBusAddress = uint64_t{1} << 36;
constexpr size_t kPage = 4096;

class Nvme : public testing::Test {
 protected:
  static Wish wish() {
    Wish wish;
    wish.windows[0] = nvme::kWindow;
    wish.vectors = 5;
    return wish;
  }

  void start() const {
    bar.write32(nvme::kAdminSizes, (nvme::kEntries - 1) << 16 | (nvme::kEntries - 1));
    bar.write64(nvme::kSubmissions, kBusAddress);
    bar.write64(nvme::kCompletions, kBusAddress + kPage);
    bar.write32(nvme::kConfiguration, nvme::kEntrySizes | nvme::kEnable);
    const auto deadline = Clock::now() + kLimit;
    const auto ready = [&] { return (bar.read32(nvme::kStatus) & nvme::kReady) != 0; };
    while (!ready() && Clock::now() < deadline) {
      std::this_thread::sleep_for(1ms);
    }
    ASSERT_TRUE(ready());
  }

  // Asks the controller who it is; it answers into the third page.
  void identify(const Pages& memory) const {
    std::array<uint32_t, 16> command{};
    command[0] = nvme::kIdentify;
    const uint64_t data = kBusAddress + 2 * kPage;
    std::memcpy(&command[6], &data, sizeof(data));
    command[10] = nvme::kController;
    std::memcpy(memory.memory(), command.data(), sizeof(command));
    bar.write32(nvme::kTail, 1);
  }

  Function function{running_kernel(), address_of("NVME"), wish()};
  const transport::vfio_pci::Region& bar = function.bar(0);
};

TEST_F(Nvme, FetchesACommandFromARingAnswersByDmaAndInterruptsByMsix) {
  EXPECT_EQ(function.interrupts().kind(), InterruptKind::kMsix);
  ASSERT_EQ(function.interrupts().vectors(), 5U);
  EXPECT_TRUE(bar.mapped());
  const Pages memory(3 * kPage);  // submissions, completions, data
  function.memory().map(kBusAddress, memory.size(), memory.memory());
  start();
  identify(memory);
  EXPECT_EQ(function.interrupts().wait(Clock::now() + kLimit), 1U);
  const auto* completion = reinterpret_cast<const uint32_t*>(memory.bytes() + kPage);
  EXPECT_EQ(completion[3], 0x10000U) << "phase 1, status 0, command 0";
  const std::string serial(reinterpret_cast<const char*>(memory.bytes() + 2 * kPage + 4), 6);
  EXPECT_EQ(serial, "photic");
}

TEST_F(Nvme, IsResetByFunctionWithInterruptsAndMemoryAsBefore) {
  ASSERT_TRUE(function.can_reset());
  const Pages memory(3 * kPage);
  function.memory().map(kBusAddress, memory.size(), memory.memory());
  start();
  function.reset(5s);
  EXPECT_EQ(bar.read32(nvme::kConfiguration), 0U);
  EXPECT_TRUE(function.answers());
  start();
  identify(memory);
  EXPECT_EQ(function.interrupts().wait(Clock::now() + kLimit), 1U);
}

TEST(NvmeTransport, CarriesRegistersMemoryAndResetOfAFunctionThatIsNoPhoticDevice) {
  const transport::Uri uri = transport::parse_uri("vfio:" + address_of("NVME"));
  const auto transport = transport::connect_vfio(uri, {});
  EXPECT_EQ(transport->description().target, uri.text);
  EXPECT_TRUE(transport->description().any_memory);
  EXPECT_NE(transport->read32(static_cast<uint32_t>(nvme::kCapabilities)), 0U);
  const Pages memory(kPage);
  transport->map({kBusAddress, memory.size(), memory.memory(), -1, 0});
  transport->write32(static_cast<uint32_t>(nvme::kConfiguration), nvme::kEntrySizes);
  EXPECT_EQ(transport->read32(static_cast<uint32_t>(nvme::kConfiguration)), nvme::kEntrySizes);
  transport->reset();
  EXPECT_EQ(transport->read32(static_cast<uint32_t>(nvme::kConfiguration)), 0U);
  EXPECT_EQ(transport->wait(Clock::now(), false), 0U);
  transport->unmap(kBusAddress, memory.size());
  EXPECT_FALSE(transport->death());
}

}  // namespace
}  // namespace photic::test
