// SPDX-License-Identifier: Apache-2.0
// Both ways to a function and its memory, and what is said when the kernel refuses: against made-up answers.
#include "drivers/transport/vfio/opening.h"

#include <linux/vfio.h>

#include <algorithm>
#include <cerrno>

#include "drivers/transport/vfio/iommufd_uapi.h"
#include "drivers/transport/vfio/region.h"
#include "tests/vfio/made_up_machine.h"

namespace photic::test {
namespace {

using namespace transport::vfio_pci;

constexpr uint64_t kAddress = uint64_t{1} << 36;
alignas(65536) std::array<std::byte, 131072> memory{};

class Opened : public testing::Test {
 protected:
  Opening open(Interface interface) {
    return open_function(machine.kernel(), find_place(machine.kernel(), kCard), interface);
  }
  Outcome opening(Interface interface) {
    return outcome_of([&] { open(interface); });
  }
  bool did(const std::string& call) const {
    return std::find(machine.calls.begin(), machine.calls.end(), call) != machine.calls.end();
  }

  MadeUpMachine machine;
};

TEST_F(Opened, ByItsGroupWhereThereIsNothingElse) {
  const Opening opening = open(Interface::kAny);
  EXPECT_EQ(opening.interface, Interface::kGroup);
  EXPECT_TRUE(opening.device);
  EXPECT_TRUE(did("open vfio/vfio") && did("open vfio/7"));
}

TEST_F(Opened, ByItsOwnFileWhereThereIsOne) {
  machine.add_cdev();
  const Opening opening = open(Interface::kAny);
  EXPECT_EQ(opening.interface, Interface::kCdev);
  EXPECT_FALSE(did("open vfio/7"));
  const std::vector<std::string> expected{
      "open vfio/devices/vfio3", "open iommu", "bind", "allocate", "attach", "ranges"};
  EXPECT_EQ(machine.calls, expected);
  EXPECT_EQ(open(Interface::kGroup).interface, Interface::kGroup);
}

TEST_F(Opened, ByItsGroupWhereThereIsNoIommufd) {
  machine.add_cdev(false);
  EXPECT_EQ(open(Interface::kAny).interface, Interface::kGroup);
}

TEST_F(Opened, WithBarsThatAreMappedWhereTheKernelLetsThem) {
  const Opening opening = open(Interface::kGroup);
  const auto mapped = [&](size_t window) {
    return Region(machine.kernel(), opening.device.get(), kCard, 0, window).mapped();
  };
  machine.sizes[0] = 8192;
  EXPECT_TRUE(mapped(4096));
  EXPECT_FALSE(mapped(0));
  EXPECT_FALSE(mapped(16384));
  machine.excepted = 4096;
  EXPECT_FALSE(mapped(4096));
  machine.excepted = 0;
  machine.mappable = false;
  EXPECT_FALSE(mapped(4096));
}

TEST_F(Opened, SaysThatTheKernelHasNoFileForTheFunction) {
  const Outcome outcome = opening(Interface::kCdev);
  EXPECT_EQ(outcome.status, abi::Status::UNSUPPORTED);
  EXPECT_TRUE(outcome.says("CONFIG_VFIO_DEVICE_CDEV")) << outcome.text;
}

TEST_F(Opened, NotWithoutTheRightFiles) {
  machine.open_errors["vfio/vfio"] = ENODEV;
  Outcome outcome = opening(Interface::kGroup);
  EXPECT_EQ(outcome.status, abi::Status::NOT_FOUND);
  EXPECT_TRUE(outcome.says("vfio/vfio: No such device") && outcome.says("modprobe vfio")) << outcome.text;
  machine.open_errors = {{"vfio/7", EACCES}};
  outcome = opening(Interface::kGroup);
  EXPECT_EQ(outcome.status, abi::Status::NOT_FOUND);
  EXPECT_TRUE(outcome.says("Permission denied; as root: chown $USER " + machine.kernel().dev + "/vfio/7"))
      << outcome.text;
  machine.open_errors = {{"vfio/7", EBUSY}};
  outcome = opening(Interface::kGroup);
  EXPECT_EQ(outcome.status, abi::Status::BUSY);
  EXPECT_TRUE(outcome.says(kCard) && outcome.says("fuser -v " + machine.kernel().dev + "/vfio/7"))
      << outcome.text;
  machine.add_cdev();
  machine.open_errors = {{"iommu", EACCES}};
  outcome = opening(Interface::kCdev);
  EXPECT_TRUE(outcome.says("chown $USER " + machine.kernel().dev + "/iommu")) << outcome.text;
}

TEST_F(Opened, NotBesideKernelDriversOfItsGroup) {
  machine.add_function("0000:3b:00.1", "nvme", "7");
  machine.viable = false;
  Outcome outcome = opening(Interface::kGroup);
  EXPECT_EQ(outcome.status, abi::Status::BUSY);
  EXPECT_TRUE(outcome.says("IOMMU group 7") && outcome.says("0000:3b:00.1 (nvme)")) << outcome.text;
  machine.viable = true;
  machine.add_cdev();
  for (const int error : {EBUSY, EPERM}) {
    machine.refusals[VFIO_GROUP_SET_CONTAINER] = {error};
    EXPECT_TRUE(opening(Interface::kGroup).says("0000:3b:00.1 (nvme)"));
    machine.refusals[uapi::kBindIommufd] = {error};
    EXPECT_TRUE(opening(Interface::kCdev).says("0000:3b:00.1 (nvme)"));
  }
}

TEST_F(Opened, NotTwice) {
  machine.add_cdev();
  for (const int error : {EBUSY, EINVAL}) {
    machine.refusals[uapi::kBindIommufd] = {error};
    const Outcome outcome = opening(Interface::kCdev);
    EXPECT_EQ(outcome.status, abi::Status::BUSY);
    EXPECT_TRUE(outcome.says("another process") && outcome.says("devices/vfio3")) << outcome.text;
  }
  machine.refusals[VFIO_GROUP_GET_DEVICE_FD] = {EBUSY};
  EXPECT_EQ(opening(Interface::kGroup).status, abi::Status::BUSY);
}

TEST_F(Opened, NotWhereInterruptsAreNotKeptApart) {
  machine.refusals[VFIO_SET_IOMMU] = {EPERM};
  Outcome outcome = opening(Interface::kGroup);
  EXPECT_EQ(outcome.status, abi::Status::UNSUPPORTED);
  EXPECT_TRUE(outcome.says("/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts"))
      << outcome.text;
  machine.add_cdev();
  machine.refusals[uapi::kBindIommufd] = {EPERM};
  outcome = opening(Interface::kCdev);
  EXPECT_TRUE(outcome.says("/sys/module/iommufd/parameters/allow_unsafe_interrupts")) << outcome.text;
}

TEST_F(Opened, NotWithAnotherKindOfIommu) {
  machine.type1 = false;
  const Outcome outcome = opening(Interface::kGroup);
  EXPECT_EQ(outcome.status, abi::Status::UNSUPPORTED);
  EXPECT_TRUE(outcome.says("modprobe vfio_iommu_type1")) << outcome.text;
}

TEST_F(Opened, WithMemoryThatIsMappedUnmappedAndNeverLeftBehind) {
  machine.add_cdev();
  for (const Interface interface : {Interface::kGroup, Interface::kCdev}) {
    Opening opening = open(interface);
    opening.iommu->map(kAddress, 8192, memory.data());
    opening.iommu->map(2 * kAddress, 4096, memory.data());
    EXPECT_EQ(machine.windows, (std::map<uint64_t, uint64_t>{{kAddress, 8192}, {2 * kAddress, 4096}}));
    opening.iommu->unmap(kAddress, 8192);
    EXPECT_EQ(machine.windows.size(), 1U);
    EXPECT_EQ(outcome_of([&] { opening.iommu->unmap(kAddress, 8192); }).status, abi::Status::INTERNAL);
    opening = {};
    EXPECT_TRUE(machine.windows.empty());
  }
}

TEST_F(Opened, WithTheAddressesThatTheIommuAllows) {
  machine.add_cdev();
  machine.ranges.clear();
  for (uint64_t first = 0; first < 10; ++first) {  // more than the first question has room for
    machine.ranges.push_back({first << 32, (first << 32) + 0xFFFFFFF});
  }
  for (const Interface interface : {Interface::kGroup, Interface::kCdev}) {
    const Opening opening = open(interface);
    ASSERT_EQ(opening.iommu->ranges().size(), 10U);
    EXPECT_EQ(opening.iommu->ranges()[9].last, (uint64_t{9} << 32) + 0xFFFFFFF);
    opening.iommu->map(uint64_t{9} << 32, 4096, memory.data());
    Outcome outcome =
        outcome_of([&] { opening.iommu->map((uint64_t{9} << 32) + 0xFFFF000, 8192, memory.data()); });
    EXPECT_EQ(outcome.status, abi::Status::UNSUPPORTED);
    EXPECT_TRUE(outcome.says("0x90ffff000 to 0x910000fff") && outcome.says("0x900000000 to 0x90fffffff"))
        << outcome.text;
    outcome = outcome_of([&] { opening.iommu->map(0 - uint64_t{4096}, 8192, memory.data()); });
    EXPECT_EQ(outcome.status, abi::Status::UNSUPPORTED);
  }
}

TEST_F(Opened, WithWholePagesOfTheIommuOnly) {
  machine.page_sizes = 65536;
  const Opening opening = open(Interface::kGroup);
  for (const auto& [address, size, offset] : {std::tuple{kAddress + 4096, 65536, 0},
                                              {kAddress, 4096, 0},
                                              {kAddress, 65536, 4096},
                                              {kAddress, 0, 0}}) {
    const Outcome outcome =
        outcome_of([&] { opening.iommu->map(address, static_cast<uint64_t>(size), memory.data() + offset); });
    EXPECT_EQ(outcome.status, abi::Status::INVALID_ARGUMENT);
    EXPECT_TRUE(outcome.says("65536 bytes")) << outcome.text;
  }
  opening.iommu->map(kAddress, 65536, memory.data());
  EXPECT_EQ(machine.windows.size(), 1U);
}

TEST_F(Opened, ExplainsWhatCannotBeMapped) {
  const Opening opening = open(Interface::kGroup);
  const auto mapping = [&](int error) {
    machine.refusals[VFIO_IOMMU_MAP_DMA] = {error};
    return outcome_of([&] { opening.iommu->map(kAddress, 4096, memory.data()); });
  };
  EXPECT_EQ(mapping(ENOMEM).status, abi::Status::OUT_OF_MEMORY);
  EXPECT_TRUE(mapping(ENOMEM).says("locked memory") && mapping(ENOMEM).says("ulimit -l"));
  EXPECT_EQ(mapping(ENOSPC).status, abi::Status::OUT_OF_MEMORY);
  EXPECT_TRUE(mapping(ENOSPC).says("dma_entry_limit"));
  EXPECT_EQ(mapping(EFAULT).status, abi::Status::INVALID_ARGUMENT);
  EXPECT_TRUE(mapping(EFAULT).says("cannot be pinned"));
  EXPECT_EQ(mapping(EEXIST).status, abi::Status::INTERNAL);
  EXPECT_EQ(opening.iommu->windows(), 0U);
}

TEST_F(Opened, SaysWhenTheKernelUnmapsTooLittle) {
  const Opening opening = open(Interface::kGroup);
  opening.iommu->map(kAddress, 8192, memory.data());
  machine.missing = 4096;
  const Outcome outcome = outcome_of([&] { opening.iommu->unmap(kAddress, 8192); });
  EXPECT_EQ(outcome.status, abi::Status::INTERNAL);
  EXPECT_TRUE(outcome.says("4096 of 8192")) << outcome.text;
}

}  // namespace
}  // namespace photic::test
