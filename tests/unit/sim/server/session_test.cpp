// SPDX-License-Identifier: Apache-2.0
// photic-device's side of vfio-user: framing, commands, refusals, the PCI endpoint.
#include "sim/server/session.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "drivers/abi/registers.h"

namespace photic::sim {
namespace {

namespace vfio = transport::vfio;
using transport::FileDescriptor;
using vfio::Command;
using vfio::Message;

// Holds what was written; a write of n to SCRATCH makes n cycles of work.
class ScratchDevice : public abi::DevicePort {
 public:
  ScratchDevice(abi::DmaPort& dma, abi::InterruptPort& interrupts) : dma_(dma), interrupts_(interrupts) {}
  uint32_t read(uint32_t offset) override { return offset == abi::SHELL_SCRATCH ? scratch_ : 0; }
  void write(uint32_t offset, uint32_t value) override {
    if (offset == abi::SHELL_SCRATCH) {
      scratch_ = value;
      work_ = value;
    } else if (offset == abi::SHELL_IRQ_RAISE) {
      interrupts_.raise(value);
    }
  }
  abi::Activity advance(uint64_t budget) override {
    work_ -= std::min<uint64_t>(work_, budget);
    ++progress_;
    return work_ > 0 ? abi::Activity::kWorking : abi::Activity::kIdle;
  }
  void reset() override { scratch_ = work_ = 0; }
  const std::atomic<uint64_t>& progress() const override { return progress_; }
  bool dma_reads(uint64_t address) {
    uint64_t word = 0;
    return dma_.read(address, &word, 1);
  }

 private:
  abi::DmaPort& dma_;
  abi::InterruptPort& interrupts_;
  uint32_t scratch_ = 0;
  uint64_t work_ = 0;
  std::atomic<uint64_t> progress_{0};
};

class Server : public testing::Test {
 protected:
  Server()
      : host([this](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
          auto made = std::make_unique<ScratchDevice>(dma, interrupts);
          device = made.get();
          return made;
        }),
        session(host, 42, "golden:opu?name=\"x\"", true) {}

  void negotiate() { EXPECT_EQ(error_of(Command::kVersion, vfio::payload_of(vfio::Version{})), 0); }
  void enable(uint16_t command = 6) {
    negotiate();
    write(vfio::kConfig, 4, command);
  }

  Answer ask(Command command, std::vector<std::byte> payload, std::vector<FileDescriptor> descriptors = {}) {
    Message message = vfio::command(7, command, std::move(payload));
    message.descriptors = std::move(descriptors);
    auto answer = session.handle(std::move(message));
    EXPECT_TRUE(answer.has_value());
    EXPECT_EQ(answer->message.header.id, 7);
    EXPECT_EQ(answer->message.header.command, command);
    EXPECT_EQ(answer->message.header.flags & vfio::kTypeMask, vfio::kReply);
    EXPECT_EQ(answer->message.header.size, sizeof(vfio::Header) + answer->message.payload.size());
    return std::move(*answer);
  }

  int error_of(Command command, std::vector<std::byte> payload,
               std::vector<FileDescriptor> descriptors = {}) {
    const Answer answer = ask(command, std::move(payload), std::move(descriptors));
    const bool error = (answer.message.header.flags & vfio::kError) != 0;
    EXPECT_TRUE(!error || answer.message.payload.empty());
    return error ? static_cast<int>(answer.message.header.error) : 0;
  }

  template <typename T>
  int write(uint32_t region, uint64_t offset, T value) {
    return error_of(Command::kRegionWrite, vfio::payload_of(vfio::RegionAccess{offset, region, sizeof(T)},
                                                            std::as_bytes(std::span(&value, 1))));
  }

  template <typename T>
  T read(uint32_t region, uint64_t offset) {
    const Answer answer =
        ask(Command::kRegionRead, vfio::payload_of(vfio::RegionAccess{offset, region, sizeof(T)}));
    T value{};
    EXPECT_EQ(answer.message.payload.size(), sizeof(vfio::RegionAccess) + sizeof(T));
    if (answer.message.payload.size() == sizeof(vfio::RegionAccess) + sizeof(T)) {
      std::memcpy(&value, answer.message.payload.data() + sizeof(vfio::RegionAccess), sizeof(T));
    }
    return value;
  }

  int read_error(uint32_t region, uint64_t offset, uint32_t count) {
    return error_of(Command::kRegionRead, vfio::payload_of(vfio::RegionAccess{offset, region, count}));
  }

  ScratchDevice* device = nullptr;
  DeviceHost host;
  Session session;
};

TEST_F(Server, AnswersNothingBeforeTheVersionIsAgreed) {
  EXPECT_EQ(error_of(Command::kDeviceGetInfo, vfio::payload_of(vfio::DeviceInfo{})), EINVAL);
  EXPECT_EQ(error_of(Command::kVersion, vfio::payload_of(vfio::Version{1, 0})), EINVAL);
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

TEST_F(Server, SaysWhatItServes) {
  const Answer answer = ask(Command::kVersion, vfio::payload_of(vfio::Version{0, 99}));
  const auto version = vfio::record_of<vfio::Version>(answer.message.payload);
  EXPECT_EQ(version->minor, vfio::kMinor);
  const std::string json(reinterpret_cast<const char*>(answer.message.payload.data()) +
                         sizeof(vfio::Version));
  EXPECT_EQ(vfio::json_text(json, "target"), "golden:opu?name=\"x\"");
  EXPECT_TRUE(vfio::json_flag(json, "timed"));
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
  const auto memory = [] {
    FileDescriptor fd(memfd_create("test", MFD_CLOEXEC));
    EXPECT_EQ(ftruncate(fd.get(), 8192), 0);
    std::vector<FileDescriptor> list;
    list.push_back(std::move(fd));
    return list;
  };
  vfio::DmaMap map{sizeof(map), 3, 0, 0x100000, 8192};
  EXPECT_EQ(error_of(Command::kDmaMap, vfio::payload_of(map)), EOPNOTSUPP);
  EXPECT_FALSE(device->dma_reads(0x100000));
  EXPECT_EQ(error_of(Command::kDmaMap, vfio::payload_of(map), memory()), 0);
  EXPECT_TRUE(device->dma_reads(0x100000));
  EXPECT_FALSE(device->dma_reads(0x102000));
  EXPECT_EQ(error_of(Command::kDmaMap, vfio::payload_of(map), memory()), EEXIST);
  for (const vfio::DmaMap& wrong :
       {vfio::DmaMap{32, 0, 0, 0x200000, 8192}, vfio::DmaMap{32, 8, 0, 0x200000, 8192},
        vfio::DmaMap{32, 3, 0, 0x200000, 12288}, vfio::DmaMap{32, 3, 4096, 0x200000, 8192},
        vfio::DmaMap{32, 3, 0, 0x200008, 8192}, vfio::DmaMap{32, 3, 0, 0x200000, 0},
        vfio::DmaMap{32, 3, 0, ~uint64_t{4095}, 8192}, vfio::DmaMap{16, 3, 0, 0x200000, 8192}}) {
    EXPECT_EQ(error_of(Command::kDmaMap, vfio::payload_of(wrong), memory()), EINVAL);
  }
  EXPECT_EQ(error_of(Command::kDmaUnmap, vfio::payload_of(vfio::DmaUnmap{24, 0, 0x100000, 4096})), ENOENT);
  EXPECT_EQ(error_of(Command::kDmaUnmap, vfio::payload_of(vfio::DmaUnmap{24, 0, 0x100000, 8192})), 0);
  EXPECT_FALSE(device->dma_reads(0x100000));
}

TEST_F(Server, MastersTheBusOnlyWhenAllowed) {
  enable(2);
  std::vector<FileDescriptor> memory;
  memory.emplace_back(memfd_create("test", MFD_CLOEXEC));
  ASSERT_EQ(ftruncate(memory[0].get(), 4096), 0);
  EXPECT_EQ(
      error_of(Command::kDmaMap, vfio::payload_of(vfio::DmaMap{32, 3, 0, 4096, 4096}), std::move(memory)), 0);
  EXPECT_FALSE(device->dma_reads(4096));
  write(vfio::kConfig, 4, uint16_t{6});
  EXPECT_TRUE(device->dma_reads(4096));
}

class Interrupts : public Server {
 protected:
  Interrupts() : event(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  void assign(uint32_t vector) {
    std::vector<FileDescriptor> list;
    list.emplace_back(dup(event.get()));
    EXPECT_EQ(error_of(Command::kDeviceSetIrqs,
                       vfio::payload_of(vfio::IrqSet{20, 36, vfio::kMsix, vector, 1}), std::move(list)),
              0);
  }
  uint64_t taken() {
    uint64_t count = 0;
    return ::read(event.get(), &count, sizeof(count)) == sizeof(count) ? count : 0;
  }
  FileDescriptor event;
};

TEST_F(Interrupts, ReachTheClientsEvent) {
  enable();
  assign(3);
  write(vfio::kBar0, abi::SHELL_IRQ_RAISE, 3U);
  EXPECT_EQ(taken(), 1U);
  write(vfio::kBar0, abi::SHELL_IRQ_RAISE, 2U);
  EXPECT_EQ(taken(), 0U);
}

TEST_F(Interrupts, WaitWhileMaskedInTheTable) {
  enable();
  assign(1);
  constexpr uint64_t kVectorControl = 16 + 12;
  write(vfio::kBar4, kVectorControl, 1U);
  write(vfio::kBar0, abi::SHELL_IRQ_RAISE, 1U);
  EXPECT_EQ(taken(), 0U);
  EXPECT_EQ(read<uint32_t>(vfio::kBar4, 2048), 2U);
  write(vfio::kBar4, kVectorControl, 0U);
  EXPECT_EQ(taken(), 1U);
  EXPECT_EQ(read<uint32_t>(vfio::kBar4, 2048), 0U);
}

TEST_F(Interrupts, OfNonsensicalSetsAreRefused) {
  enable();
  for (const vfio::IrqSet& wrong :
       {vfio::IrqSet{20, 36, vfio::kMsix, 5, 1}, vfio::IrqSet{20, 36, vfio::kMsix, 0, 6},
        vfio::IrqSet{20, 36, vfio::kMsix, 1, 0xFFFFFFFF}, vfio::IrqSet{20, 36, 0, 0, 1},
        vfio::IrqSet{20, 7, vfio::kMsix, 0, 1}, vfio::IrqSet{20, 34, vfio::kMsix, 0, 2},
        vfio::IrqSet{4, 36, vfio::kMsix, 0, 1}}) {
    EXPECT_EQ(error_of(Command::kDeviceSetIrqs, vfio::payload_of(wrong)), EINVAL);
  }
}

TEST_F(Server, RefusesCommandsItDoesNotKnow) {
  negotiate();
  for (const uint16_t command : {0, 6, 11, 12, 14, 16, 0xFFFF}) {
    EXPECT_EQ(error_of(static_cast<Command>(command), {}), EOPNOTSUPP);
  }
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
  std::vector<FileDescriptor> memory;
  memory.emplace_back(memfd_create("test", MFD_CLOEXEC));
  ASSERT_EQ(ftruncate(memory[0].get(), 4096), 0);
  EXPECT_EQ(
      error_of(Command::kDmaMap, vfio::payload_of(vfio::DmaMap{32, 3, 0, 4096, 4096}), std::move(memory)), 0);
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
  write(vfio::kConfig, 0, 0xFFFFFFFFU);
  EXPECT_EQ(read<uint16_t>(vfio::kConfig, 0), 0x1234);
}

std::vector<std::byte> wire(const Message& message) {
  return vfio::payload_of(message.header, message.payload);
}

TEST(Framing, CutsMessagesAtEveryPlace) {
  const Message first = vfio::command(1, Command::kRegionRead, vfio::payload_of(vfio::RegionAccess{8, 0, 4}));
  const Message second = vfio::command(2, Command::kDeviceReset, {});
  std::vector<std::byte> stream = wire(first);
  const std::vector<std::byte> rest = wire(second);
  stream.insert(stream.end(), rest.begin(), rest.end());
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    vfio::Framer framer;
    std::vector<uint16_t> seen;
    for (const auto part : {std::span(stream).first(cut), std::span(stream).subspan(cut)}) {
      framer.feed(part, {});
      while (const auto message = framer.next()) {
        seen.push_back(message->header.id);
      }
    }
    EXPECT_EQ(seen, (std::vector<uint16_t>{1, 2})) << cut;
  }
}

TEST(Framing, GivesDescriptorsToTheMessageTheyCameWith) {
  const std::vector<std::byte> posted =
      wire(vfio::command(1, Command::kRegionWrite, std::vector<std::byte>(20)));
  std::vector<std::byte> read = posted;
  const std::vector<std::byte> carrier = wire(vfio::command(2, Command::kDmaMap, std::vector<std::byte>(32)));
  read.insert(read.end(), carrier.begin(), carrier.end());
  std::vector<FileDescriptor> descriptors;
  descriptors.emplace_back(eventfd(0, EFD_CLOEXEC));
  vfio::Framer framer;
  framer.feed(read, std::move(descriptors));
  framer.feed(posted, {});
  EXPECT_EQ(framer.next()->descriptors.size(), 0U);
  EXPECT_EQ(framer.next()->descriptors.size(), 1U);
  EXPECT_EQ(framer.next()->descriptors.size(), 0U);
}

TEST(Framing, BreaksOnImpossibleSizes) {
  for (const uint32_t size : {0U, 15U, vfio::kMaxMessage + 1, 0xFFFFFFFFU}) {
    vfio::Framer framer;
    vfio::Header header;
    header.size = size;
    framer.feed(std::as_bytes(std::span(&header, 1)), {});
    EXPECT_FALSE(framer.next().has_value());
    EXPECT_TRUE(framer.broken().has_value()) << size;
  }
}

}  // namespace
}  // namespace photic::sim
