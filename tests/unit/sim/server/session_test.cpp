// SPDX-License-Identifier: Apache-2.0
// photic-device's side of vfio-user: commands, refusals, the PCI endpoint.
#include "tests/unit/sim/server/served_device.h"

namespace photic::sim::test {
namespace {

TEST_F(Server, AnswersNothingBeforeTheVersionIsAgreed) {
  EXPECT_EQ(error_of(Command::kDeviceGetInfo, vfio::payload_of(vfio::DeviceInfo{})), EINVAL);
  EXPECT_EQ(error_of(Command::kVersion, {}), EINVAL);
  const std::string bad = "{";
  EXPECT_EQ(error_of(Command::kVersion,
                     vfio::payload_of(vfio::Version{}, std::as_bytes(std::span(bad.c_str(), 2)))),
            EINVAL);
  EXPECT_EQ(error_of(Command::kVersion,
                     vfio::payload_of(vfio::Version{}, std::as_bytes(std::span(bad.c_str(), 1)))),
            EINVAL);
  negotiate();
  EXPECT_EQ(error_of(Command::kVersion, vfio::payload_of(vfio::Version{})), EINVAL);
  EXPECT_EQ(error_of(Command::kDeviceGetInfo, vfio::payload_of(vfio::DeviceInfo{})), 0);
}

std::string json_of(const Answer& answer) {
  return {reinterpret_cast<const char*>(answer.message.payload.data()) + sizeof(vfio::Version)};
}

TEST_F(Server, SaysWhatItServesToWhomItConcerns) {
  const Answer answer = ask(Command::kVersion, version(R"({"capabilities":{"photic":{}}})", {0, 99}));
  EXPECT_EQ(vfio::record_of<vfio::Version>(answer.message.payload)->minor, vfio::kMinor);
  EXPECT_EQ(vfio::json_text(json_of(answer), "target"), "golden:opu?name=\"x\"");
  EXPECT_TRUE(vfio::json_flag(json_of(answer), "timed"));
  EXPECT_FALSE(session.limits().failure_notice);
}

TEST_F(Server, AnswersWithASubsetOfTheCapabilitiesProposed) {
  EXPECT_EQ(json_of(ask(Command::kVersion, version(R"({"capabilities":{"max_msg_fds":2,"unheard":[1]}})"))),
            R"({"capabilities":{"max_msg_fds":8}})");
  EXPECT_EQ(session.limits().descriptors, 2U);
  EXPECT_EQ(session.limits().transfer, vfio::kMaxTransfer);
}

TEST_F(Server, AnswersNothingButTheVersionWithoutCapabilities) {
  EXPECT_EQ(json_of(ask(Command::kVersion, vfio::payload_of(vfio::Version{}))), R"({"capabilities":{}})");
  EXPECT_EQ(session.limits().descriptors, 1U);
}

TEST_F(Server, RefusesCapabilitiesItCannotRead) {
  for (const char* json :
       {"[]", "3", R"({"capabilities":7})", R"({"capabilities":{"max_msg_fds":"8"}})",
        R"({"capabilities":{"max_msg_fds":-1}})", R"({"capabilities":{"max_data_xfer_size":0}})",
        R"({"capabilities":{"max_data_xfer_size":1.5}})", R"({"capabilities":{"pgsizes":null}})",
        R"({"capabilities":{"max_dma_maps":true}})", R"({"capabilities":{"photic":1}})",
        R"({"capabilities":{"photic":{"failure_notice":1}}})"}) {
    EXPECT_EQ(error_of(Command::kVersion, version(json)), EINVAL) << json;
  }
  EXPECT_FALSE(session.over());
  negotiate();
}

TEST_F(Server, HasNothingMoreToSayToAnotherMajorVersion) {
  EXPECT_EQ(error_of(Command::kVersion, vfio::payload_of(vfio::Version{1, 0})), EINVAL);
  EXPECT_TRUE(session.over());
}

TEST_F(Server, SendsNoDescriptorToAClientThatTakesNone) {
  EXPECT_EQ(error_of(Command::kVersion, version(R"({"capabilities":{"max_msg_fds":0}})")), 0);
  vfio::RegionInfo info;
  info.index = vfio::kBar2;
  const Answer answer = ask(Command::kDeviceGetRegionInfo, vfio::payload_of(info));
  EXPECT_TRUE(answer.descriptors.empty());
  EXPECT_EQ(vfio::record_of<vfio::RegionInfo>(answer.message.payload)->flags & vfio::kRegionMappable, 0U);
}

TEST_F(Server, DescribesRegionsAndInterrupts) {
  negotiate();
  for (uint32_t index = 0; index < vfio::kRegions; ++index) {
    vfio::RegionInfo info;
    info.index = index;
    const Answer answer = ask(Command::kDeviceGetRegionInfo, vfio::payload_of(info));
    info = *vfio::record_of<vfio::RegionInfo>(answer.message.payload);
    const uint64_t size = index == 0   ? abi::kBarSize
                          : index == 2 ? abi::kHeartbeatSize
                          : index == 4 ? 4096
                          : index == 7 ? 256
                                       : 0;
    EXPECT_EQ(info.size, size);
    EXPECT_EQ(answer.descriptors, index == 2 ? std::vector<int>{42} : std::vector<int>{});
  }
  vfio::RegionInfo beyond;
  beyond.index = vfio::kRegions;
  EXPECT_EQ(error_of(Command::kDeviceGetRegionInfo, vfio::payload_of(beyond)), EINVAL);
  beyond = {};
  beyond.argsz = 8;
  EXPECT_EQ(error_of(Command::kDeviceGetRegionInfo, vfio::payload_of(beyond)), EINVAL);
  vfio::IrqInfo irq;
  irq.index = vfio::kIrqs;
  EXPECT_EQ(error_of(Command::kDeviceGetIrqInfo, vfio::payload_of(irq)), EINVAL);
}

TEST_F(Server, RefusesAccessesOutsideARegionOrAcrossRegisters) {
  enable();
  EXPECT_EQ(read_error(vfio::kBar0, abi::SHELL_SCRATCH, 4), 0);
  EXPECT_EQ(read_error(vfio::kBar0, abi::SHELL_SCRATCH, 2), EINVAL);
  EXPECT_EQ(read_error(vfio::kBar0, abi::SHELL_SCRATCH + 2, 4), EINVAL);
  EXPECT_EQ(read_error(vfio::kBar0, abi::kBarSize, 4), EINVAL);
  EXPECT_EQ(read_error(vfio::kBar0, abi::kBarSize - 4, 8), EINVAL);
  EXPECT_EQ(read_error(vfio::kBar0, ~uint64_t{3}, 4), EINVAL);
  EXPECT_EQ(read_error(vfio::kBar0, 0, 0), EINVAL);
  EXPECT_EQ(read_error(vfio::kBar0, 0, 0xFFFFFFFC), EINVAL);
  EXPECT_EQ(read_error(1, 0, 4), EINVAL);
  EXPECT_EQ(read_error(1000, 0, 4), EINVAL);
  EXPECT_EQ(write(vfio::kBar2, 0, uint64_t{1}), EINVAL);
  EXPECT_EQ(error_of(Command::kRegionWrite, vfio::payload_of(vfio::RegionAccess{0, vfio::kBar0, 8})), EINVAL);
}

TEST_F(Server, HasRegistersOnlyWhileMemoryAccessIsOn) {
  negotiate();
  EXPECT_EQ(read_error(vfio::kBar0, 0, 4), EIO);
  EXPECT_EQ(write(vfio::kBar0, abi::SHELL_SCRATCH, 1U), EIO);
  write(vfio::kConfig, 4, uint16_t{2});
  EXPECT_EQ(write(vfio::kBar0, abi::SHELL_SCRATCH, 5U), 0);
  EXPECT_EQ(read<uint32_t>(vfio::kBar0, abi::SHELL_SCRATCH), 5U);
}

TEST_F(Server, HandsWritesOverOneAtATime) {
  enable();
  write(vfio::kBar0, abi::SHELL_SCRATCH, 1'000'000U);
  write(vfio::kBar0, abi::SHELL_SCRATCH, 2U);
  EXPECT_TRUE(host.busy());
  EXPECT_EQ(read<uint32_t>(vfio::kBar0, abi::SHELL_SCRATCH), 1'000'000U);
  while (host.busy()) {
    host.work();
  }
  EXPECT_EQ(read<uint32_t>(vfio::kBar0, abi::SHELL_SCRATCH), 2U);
}

TEST_F(Server, DropsWaitingWritesOnReset) {
  enable();
  write(vfio::kBar0, abi::SHELL_SCRATCH, 1'000'000U);
  write(vfio::kBar0, abi::SHELL_SCRATCH, 2U);
  EXPECT_EQ(error_of(Command::kDeviceReset, {}), 0);
  EXPECT_FALSE(host.busy());
  EXPECT_EQ(read<uint32_t>(vfio::kBar0, abi::SHELL_SCRATCH), 0U);
}

TEST_F(Server, MapsMemoryBehindADescriptor) {
  enable();
  EXPECT_FALSE(device->dma_reads(0x100000));
  EXPECT_EQ(map(0x100000, 8192, shared(8192)), 0);
  EXPECT_TRUE(device->dma_reads(0x100000));
  EXPECT_FALSE(device->dma_reads(0x102000));
  EXPECT_EQ(map(0x100000, 8192, shared(8192)), EEXIST);
  EXPECT_EQ(map(0x101000, 4096, {}), EEXIST);
  for (const vfio::DmaMap& wrong :
       {vfio::DmaMap{32, 0, 0, 0x200000, 8192}, vfio::DmaMap{32, 8, 0, 0x200000, 8192},
        vfio::DmaMap{32, 3, 0, 0x200000, 12288}, vfio::DmaMap{32, 3, 4096, 0x200000, 8192},
        vfio::DmaMap{32, 3, 8, 0x200000, 4096}, vfio::DmaMap{32, 3, 0, 0x200008, 8192},
        vfio::DmaMap{32, 3, 0, 0x200000, 0}, vfio::DmaMap{32, 3, 0, ~uint64_t{4095}, 8192},
        vfio::DmaMap{16, 3, 0, 0x200000, 8192}}) {
    EXPECT_EQ(error_of(Command::kDmaMap, vfio::payload_of(wrong), shared(8192)), EINVAL);
  }
  std::vector<FileDescriptor> two = shared(8192);
  two.push_back(std::move(shared(8192)[0]));
  EXPECT_EQ(map(0x200000, 8192, std::move(two)), EINVAL);
  std::vector<FileDescriptor> no_memory;
  no_memory.emplace_back(eventfd(0, EFD_CLOEXEC));
  EXPECT_NE(map(0x200000, 4096, std::move(no_memory)), 0);
  EXPECT_EQ(error_of(Command::kDmaUnmap, vfio::payload_of(vfio::DmaUnmap{24, 0, 0x100000, 4096})), ENOENT);
  EXPECT_EQ(error_of(Command::kDmaUnmap, vfio::payload_of(vfio::DmaUnmap{24, 1, 0x100000, 8192})),
            EOPNOTSUPP);
  EXPECT_EQ(error_of(Command::kDmaUnmap, vfio::payload_of(vfio::DmaUnmap{24, 0, 0x100000, 8192})), 0);
  EXPECT_FALSE(device->dma_reads(0x100000));
}

TEST_F(Server, UnmapsEverythingAtOnce) {
  enable();
  EXPECT_EQ(map(4096, 4096, shared(4096)), 0);
  EXPECT_EQ(map(8192, 4096, {}), 0);
  EXPECT_EQ(error_of(Command::kDmaUnmap, vfio::payload_of(vfio::DmaUnmap{24, 2, 4096, 4096})), EINVAL);
  EXPECT_EQ(error_of(Command::kDmaUnmap, vfio::payload_of(vfio::DmaUnmap{24, 2, 0, 0})), 0);
  EXPECT_FALSE(device->dma_reads(4096));
  EXPECT_EQ(map(4096, 8192, {}), 0);
}

TEST_F(Server, GrantsNoMoreThanTheRightsOfAWindow) {
  enable();
  EXPECT_EQ(map(4096, 4096, shared(4096), vfio::kDmaWritable), 0);
  EXPECT_FALSE(device->dma_reads(4096));
}

TEST_F(Server, MastersTheBusOnlyWhenAllowed) {
  enable(2);
  EXPECT_EQ(map(4096, 4096, shared(4096)), 0);
  EXPECT_FALSE(device->dma_reads(4096));
  write(vfio::kConfig, 4, uint16_t{6});
  EXPECT_TRUE(device->dma_reads(4096));
}

TEST_F(Server, RefusesCommandsItDoesNotKnow) {
  negotiate();
  for (const uint16_t command : {0, 6, 11, 12, 14, 15, 16, 17, 18, 0x5048, 0xFFFF}) {
    EXPECT_EQ(error_of(static_cast<Command>(command), {}), EOPNOTSUPP);
  }
}

TEST_F(Server, RefusesMessagesThatAreNeitherCommandNorReply) {
  negotiate();
  Message odd = vfio::command(1, Command::kDeviceReset, {});
  odd.header.flags = 2;
  EXPECT_EQ(session.handle(std::move(odd))->message.header.error, static_cast<uint32_t>(EINVAL));
}

TEST_F(Server, RefusesACommandWhoseDescriptorsWereLost) {
  negotiate();
  Message crowded = vfio::command(1, Command::kDeviceGetInfo, vfio::payload_of(vfio::DeviceInfo{}));
  crowded.lost_descriptors = true;
  EXPECT_EQ(session.handle(std::move(crowded))->message.header.error, static_cast<uint32_t>(EINVAL));
}

TEST_F(Server, IsSilentWhereNoReplyIsWanted) {
  enable();
  const uint32_t value = 9;
  Message posted = vfio::command(1, Command::kRegionWrite,
                                 vfio::payload_of(vfio::RegionAccess{abi::SHELL_SCRATCH, vfio::kBar0, 4},
                                                  std::as_bytes(std::span(&value, 1))));
  posted.header.flags |= vfio::kNoReply;
  EXPECT_FALSE(session.handle(std::move(posted)).has_value());
  EXPECT_EQ(read<uint32_t>(vfio::kBar0, abi::SHELL_SCRATCH), 9U);
  Message stray = vfio::reply({}, {});
  EXPECT_FALSE(session.handle(std::move(stray)).has_value());
}

TEST_F(Server, ForgetsAClientThatLeft) {
  enable();
  EXPECT_EQ(map(4096, 4096, shared(4096)), 0);
  write(vfio::kBar0, abi::SHELL_SCRATCH, 1U);
  host.drop_client();
  EXPECT_FALSE(device->dma_reads(4096));
  EXPECT_EQ(host.read_register(abi::SHELL_SCRATCH), 0U);
  EXPECT_FALSE(host.endpoint().memory_enabled());
}

TEST_F(Server, SizesItsBarsAndFindsItsCapability) {
  negotiate();
  for (const auto& [bar, size] :
       {std::pair{0U, abi::kBarSize}, {1U, 0U}, {2U, abi::kHeartbeatSize}, {3U, 0U}, {4U, 4096U}, {5U, 0U}}) {
    write(vfio::kConfig, 0x10 + 4 * bar, 0xFFFFFFFFU);
    EXPECT_EQ(~read<uint32_t>(vfio::kConfig, 0x10 + 4 * bar) + 1, size) << bar;
  }
  EXPECT_NE(read<uint16_t>(vfio::kConfig, 6) & 0x10, 0);
  const auto capability = read<uint8_t>(vfio::kConfig, 0x34);
  EXPECT_EQ(read<uint8_t>(vfio::kConfig, capability), 0x11);
  EXPECT_EQ(read<uint16_t>(vfio::kConfig, capability + 2U) & 0x7FF, 4);
  const auto next = read<uint8_t>(vfio::kConfig, capability + 1U);
  EXPECT_EQ(read<uint8_t>(vfio::kConfig, next), 0x13);
  EXPECT_EQ(read<uint8_t>(vfio::kConfig, next + 1U), 0);
  EXPECT_EQ(read<uint16_t>(vfio::kConfig, next + 2U), 0x0306);  // six bytes, function-level reset
  write(vfio::kConfig, 0, 0xFFFFFFFFU);
  EXPECT_EQ(read<uint16_t>(vfio::kConfig, 0), 0x1234);
}

TEST_F(Server, ResetsTheFunctionThroughItsConfigurationSpace) {
  negotiate();
  write(vfio::kConfig, 4, uint16_t{6});
  write(vfio::kBar0, abi::SHELL_SCRATCH, 5U);
  constexpr uint32_t kControl = 0x54;  // of the Advanced Features capability
  write(vfio::kConfig, kControl, uint8_t{0});
  EXPECT_EQ(read<uint32_t>(vfio::kBar0, abi::SHELL_SCRATCH), 5U);
  write(vfio::kConfig, kControl, uint8_t{1});
  EXPECT_EQ(read<uint8_t>(vfio::kConfig, kControl), 0U);
  EXPECT_EQ(read<uint32_t>(vfio::kBar0, abi::SHELL_SCRATCH), 0U);
  EXPECT_TRUE(host.endpoint().bus_master());
}

}  // namespace
}  // namespace photic::sim::test
