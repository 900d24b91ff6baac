// SPDX-License-Identifier: Apache-2.0
// Every command of vfio-user and every way to get it wrong, as the specification has the answers.
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "drivers/abi/contract.h"
#include "drivers/abi/registers.h"
#include "tests/conformance/vfio_user/device_process.h"
#include "tests/conformance/vfio_user/raw_client.h"

namespace photic::test {
namespace {

class Commands : public Served {
 protected:
  RawClient client{process.path()};
};

INSTANTIATE_TEST_SUITE_P(Targets, Commands, testing::ValuesIn(served_targets()), name_of_served);

// A descriptor of so much memory.
class SharedMemory {
 public:
  explicit SharedMemory(off_t size) : fd_(memfd_create("test", MFD_CLOEXEC)) {
    EXPECT_EQ(ftruncate(fd_, size), 0);
  }
  ~SharedMemory() { close(fd_); }
  int fd() const { return fd_; }

 private:
  int fd_;
};

nlohmann::json capabilities_in(const RawMessage& reply) {
  return nlohmann::json::parse(reply.data.begin() + 4, reply.data.end() - 1)["capabilities"];
}

TEST_P(Commands, AgreeOnTheVersionFirst) {
  EXPECT_EQ(client.error(kRawGetInfo, Bytes().u32(16).u32(0).u32(0).u32(0)), uint32_t{EINVAL});
  EXPECT_EQ(client.error(kRawVersion, Bytes().u16(0)), uint32_t{EINVAL});
  EXPECT_EQ(client.error(kRawVersion, Bytes().u16(0).u16(1).text("{")), uint32_t{EINVAL});
  const RawMessage reply = client.ask(
      kRawVersion,
      Bytes().u16(0).u16(7).text(
          R"({"capabilities":{"max_msg_fds":8,"max_data_xfer_size":4096,"max_dma_maps":9,"pgsizes":4096,
              "migration":{"pgsize":4096},"twin_socket":{"supported":true},"write_multiple":true,"x":{"y":[]}}})"));
  ASSERT_EQ(reply.error, 0U);
  EXPECT_EQ(at<uint16_t>(reply.data, 0), 0);
  EXPECT_EQ(at<uint16_t>(reply.data, 2), 1);
  EXPECT_EQ(reply.data.back(), 0);
  const nlohmann::json found = capabilities_in(reply);
  EXPECT_EQ(found.size(), 4U) << found;
  EXPECT_GE(found["max_msg_fds"], 1);
  EXPECT_EQ(found["max_data_xfer_size"], 1048576);
  EXPECT_EQ(found["max_dma_maps"], 65535);
  EXPECT_EQ(found["pgsizes"], 4096);
  EXPECT_EQ(client.error(kRawVersion, Bytes().u16(0).u16(1)), uint32_t{EINVAL});
}

TEST_P(Commands, NeedNoVersionData) {
  const RawMessage reply = client.ask(kRawVersion, Bytes().u16(0).u16(0));
  EXPECT_EQ(at<uint16_t>(reply.data, 2), 0) << "not above the version proposed";
  EXPECT_TRUE(capabilities_in(reply).empty());
}

TEST_P(Commands, EndWithAnotherMajorVersion) {
  EXPECT_EQ(client.error(kRawVersion, Bytes().u16(1).u16(0)), uint32_t{EINVAL});
  EXPECT_TRUE(client.closed());
}

TEST_P(Commands, DescribeAPciFunction) {
  client.negotiate();
  const RawMessage info = client.ask(kRawGetInfo, Bytes().u32(64).u32(0).u32(0).u32(0));
  EXPECT_EQ(info.data, Bytes().u32(16).u32(3).u32(9).u32(5));
  EXPECT_EQ(client.error(kRawGetInfo, Bytes().u32(15).u32(0).u32(0).u32(0)), uint32_t{EINVAL});
  EXPECT_EQ(client.error(kRawGetInfo, Bytes().u32(16)), uint32_t{EINVAL});
  const std::map<uint32_t, std::pair<uint32_t, uint64_t>> regions{
      {0, {3, abi::kBarSize}}, {2, {5, abi::kHeartbeatSize}}, {4, {3, 4096}}, {7, {3, 256}}};
  for (uint32_t index = 0; index < 9; ++index) {
    const Bytes question = Bytes().u32(200).u32(0).u32(index).u32(0).u64(0).u64(0);
    const RawMessage reply = client.ask(kRawGetRegionInfo, question);
    const auto found = regions.find(index);
    const auto [flags, size] = found == regions.end() ? std::pair{0U, uint64_t{0}} : found->second;
    EXPECT_EQ(reply.data, Bytes().u32(32).u32(flags).u32(index).u32(0).u64(size).u64(0)) << index;
    EXPECT_EQ(reply.descriptors.size(), (flags & 4) != 0 ? 1U : 0U) << index;
  }
  EXPECT_EQ(client.error(kRawGetRegionInfo, Bytes().u32(31).u32(0).u32(0).u32(0).u64(0).u64(0)),
            uint32_t{EINVAL});
  EXPECT_EQ(client.error(kRawGetRegionInfo, Bytes().u32(32).u32(0).u32(9).u32(0).u64(0).u64(0)),
            uint32_t{EINVAL});
}

TEST_P(Commands, ShareAHeartbeatThatNobodyCanSpoil) {
  client.negotiate();
  const RawMessage reply = client.ask(kRawGetRegionInfo, Bytes().u32(32).u32(0).u32(2).u32(0).u64(0).u64(0));
  ASSERT_EQ(reply.descriptors.size(), 1U);
  const int fd = reply.descriptors[0];
  void* page = mmap(nullptr, abi::kHeartbeatSize, PROT_READ, MAP_SHARED, fd, 0);
  ASSERT_NE(page, MAP_FAILED);
  munmap(page, abi::kHeartbeatSize);
  EXPECT_NE(ftruncate(fd, 0), 0);
  const char byte = 1;
  EXPECT_NE(pwrite(fd, &byte, 1, 0), 1);
  EXPECT_EQ(mmap(nullptr, abi::kHeartbeatSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
}

TEST_P(Commands, AccessRegionsWithinBounds) {
  client.negotiate();
  EXPECT_EQ(client.region_error(0, 0, 4), uint32_t{EIO});
  EXPECT_EQ(client.region_write(0, abi::SHELL_SCRATCH, Bytes().u32(1)), uint32_t{EIO});
  client.enable();
  EXPECT_EQ(client.read32(abi::SHELL_MAGIC), abi::SHELL_MAGIC_RESET);
  EXPECT_EQ(client.region_read(0, abi::SHELL_MAGIC, 8).size(), 8U);
  EXPECT_EQ(client.region_write(0, abi::SHELL_SCRATCH, Bytes().u32(0x12345678)), 0U);
  EXPECT_EQ(client.read32(abi::SHELL_SCRATCH), 0x12345678U);
  for (const auto& [region, offset, count] :
       std::vector<std::tuple<uint32_t, uint64_t, uint32_t>>{{0, 2, 4},
                                                             {0, 0, 2},
                                                             {0, 0, 0},
                                                             {0, abi::kBarSize, 4},
                                                             {0, abi::kBarSize - 4, 8},
                                                             {0, ~uint64_t{3}, 8},
                                                             {0, 0, 1048577},
                                                             {0, 0, 0xFFFFFFFF},
                                                             {1, 0, 4},
                                                             {8, 0, 4},
                                                             {9, 0, 4},
                                                             {7, 256, 1},
                                                             {7, 255, 2},
                                                             {4, 4096, 4}}) {
    EXPECT_EQ(client.region_error(region, offset, count), uint32_t{EINVAL}) << region << ' ' << offset;
  }
  EXPECT_EQ(client.region_write(2, 0, Bytes().u64(1)), uint32_t{EINVAL});
  // More and less data than `count` says.
  EXPECT_EQ(client.error(kRawRegionWrite, Bytes().u64(abi::SHELL_SCRATCH).u32(0).u32(8).u32(1)),
            uint32_t{EINVAL});
  EXPECT_EQ(client.error(kRawRegionWrite, Bytes().u64(abi::SHELL_SCRATCH).u32(0).u32(4).u32(1).u32(2)),
            uint32_t{EINVAL});
  EXPECT_EQ(client.error(kRawRegionRead, Bytes().u64(0).u32(0)), uint32_t{EINVAL});
  EXPECT_EQ(client.read32(abi::SHELL_SCRATCH), 0x12345678U);
}

TEST_P(Commands, ReachConfigurationSpaceByteByByte) {
  client.negotiate();
  std::vector<uint8_t> whole = client.region_read(7, 0, 256);
  for (uint32_t i = 0; i < 256; i += 13) {
    EXPECT_EQ(client.region_read(7, i, 1)[0], whole[i]);
  }
  EXPECT_EQ(client.region_write(7, 4, {6}), 0U);
  EXPECT_EQ(client.region_read(7, 4, 2), (std::vector<uint8_t>{6, 0}));
  for (uint32_t bar = 0; bar < 6; ++bar) {
    EXPECT_EQ(client.region_write(7, 0x10 + 4 * bar, Bytes().u32(~0U)), 0U);
    const auto size = ~at<uint32_t>(client.region_read(7, 0x10 + 4 * bar, 4), 0) + 1;
    EXPECT_EQ(size, bar == 0 ? abi::kBarSize : bar == 2 || bar == 4 ? 4096U : 0U) << bar;
  }
}

TEST_P(Commands, MapSharedMemory) {
  client.negotiate();
  const SharedMemory memory(16384);
  const std::vector<int> one{memory.fd()};
  EXPECT_EQ(client.map(0x10000, 8192, one), 0U);
  EXPECT_EQ(client.map(0x12000, 4096, one, 1, 12288), 0U);
  for (const auto& [address, size] : std::vector<std::pair<uint64_t, uint64_t>>{
           {0x10000, 8192}, {0x11000, 4096}, {0xF000, 8192}, {0xF000, 0x4000}, {0x12000, 4096}}) {
    EXPECT_EQ(client.map(address, size, one), uint32_t{EEXIST}) << address;
    EXPECT_EQ(client.map(address, size), uint32_t{EEXIST}) << address;
  }
  EXPECT_EQ(client.map(0x20000, 20480, one), uint32_t{EINVAL});
  EXPECT_EQ(client.map(0x20000, 8192, one, 3, 12288), uint32_t{EINVAL});
  EXPECT_EQ(client.map(0x20000, 4096, one, 3, ~uint64_t{4095}), uint32_t{EINVAL});
  EXPECT_EQ(client.map(0x20000, 4096, one, 3, 100), uint32_t{EINVAL});
  EXPECT_EQ(client.map(0x20010, 4096, one), uint32_t{EINVAL});
  EXPECT_EQ(client.map(0x20000, 100, one), uint32_t{EINVAL});
  EXPECT_EQ(client.map(0x20000, 0, one), uint32_t{EINVAL});
  EXPECT_EQ(client.map(~uint64_t{4095}, 8192, one), uint32_t{EINVAL});
  EXPECT_EQ(client.map(0x20000, 4096, one, 0), uint32_t{EINVAL});
  EXPECT_EQ(client.map(0x20000, 4096, one, 4 | 3), uint32_t{EINVAL});
  EXPECT_EQ(client.map(0x20000, 4096, {memory.fd(), memory.fd()}), uint32_t{EINVAL});
  EXPECT_EQ(client.error(kRawDmaMap, Bytes().u32(31).u32(3).u64(0).u64(0x20000).u64(4096), one),
            uint32_t{EINVAL});
  EXPECT_EQ(client.error(kRawDmaMap, Bytes().u32(32).u32(3)), uint32_t{EINVAL});
  const int event = eventfd(0, EFD_CLOEXEC);
  EXPECT_NE(client.map(0x20000, 4096, {event}), 0U);
  close(event);
  EXPECT_EQ(client.map(0x20000, 4096, one), 0U);
}

TEST_P(Commands, UnmapExactlyWhatWasMapped) {
  client.negotiate();
  const SharedMemory memory(8192);
  EXPECT_EQ(client.map(0x10000, 8192, {memory.fd()}), 0U);
  EXPECT_EQ(client.map(0x20000, 8192), 0U);
  for (const uint64_t base : {0x10000U, 0x20000U}) {
    EXPECT_EQ(client.unmap(base, 4096), uint32_t{ENOENT});
    EXPECT_EQ(client.unmap(base + 4096, 4096), uint32_t{ENOENT});
    EXPECT_EQ(client.unmap(base, 12288), uint32_t{ENOENT});
    EXPECT_EQ(client.unmap(base, 8192, 1), uint32_t{EOPNOTSUPP}) << "dirty pages are not tracked";
    EXPECT_EQ(client.unmap(base, 8192), 0U);
    EXPECT_EQ(client.unmap(base, 8192), uint32_t{ENOENT});
  }
  EXPECT_EQ(client.map(0x10000, 8192, {memory.fd()}), 0U);
  EXPECT_EQ(client.map(0x20000, 8192), 0U);
  EXPECT_EQ(client.unmap(0x10000, 8192, 2), uint32_t{EINVAL});
  EXPECT_EQ(client.unmap(0, 0, 2), 0U);
  EXPECT_EQ(client.unmap(0x10000, 8192), uint32_t{ENOENT});
  EXPECT_EQ(client.error(kRawDmaUnmap, Bytes().u32(24).u32(0)), uint32_t{EINVAL});
}

TEST_P(Commands, ResetTheDeviceAndNothingElse) {
  client.negotiate();
  client.enable();
  EXPECT_EQ(client.map(0x10000, 4096), 0U);
  client.write32(abi::SHELL_SCRATCH, 5);
  EXPECT_EQ(client.error(kRawReset, {}), 0U);
  EXPECT_EQ(client.read32(abi::SHELL_SCRATCH), 0U);
  EXPECT_EQ(client.map(0x10000, 4096), uint32_t{EEXIST});
}

TEST_P(Commands, OfAnotherKindAreNotSupported) {
  client.negotiate();
  // The server's own, migration, dirty pages, coalesced writes, file descriptors for regions; and nonsense.
  for (const uint16_t command : {0, 6, 11, 12, 14, 15, 16, 17, 18, 19, 0x5048, 0xFFFF}) {
    EXPECT_EQ(client.error(command, Bytes().u64(0).u64(0).u64(0)), uint32_t{EOPNOTSUPP}) << command;
    EXPECT_EQ(client.error(command, {}), uint32_t{EOPNOTSUPP}) << command;
  }
}

TEST_P(Commands, WithoutReplyAreCarriedOutInTheirOrder) {
  client.negotiate();
  client.enable();
  for (uint32_t value = 1; value <= 100; ++value) {
    client.write32(abi::SHELL_SCRATCH, value);
  }
  // Refused in silence.
  client.send(RawClient::message(1, 99, {}, 0x10));
  client.send(RawClient::message(1, kRawRegionWrite, Bytes().u64(0), 0x10));
  EXPECT_EQ(client.read32(abi::SHELL_SCRATCH), 100U);
}

}  // namespace
}  // namespace photic::test
