// SPDX-License-Identifier: Apache-2.0
// A vfio-user device as a transport: its regions, its interrupts and the memory it may use.
#include "drivers/transport/vfio_user_client.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <utility>

#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"
#include "drivers/transport/child_process.h"
#include "drivers/transport/error.h"
#include "drivers/transport/vfio_user_link.h"

namespace photic::transport {
namespace {

using std::chrono::milliseconds;
using vfio::Command;
using vfio::Message;

// Queues and the error cause: SHELL_IRQ_ENABLE.
constexpr uint32_t kVectors = abi::kQueues + 1;
constexpr auto kSpin = std::chrono::microseconds(60);
// PCI configuration space: the command register, with memory access and bus mastering on.
constexpr uint64_t kConfigCommand = 4;
constexpr uint16_t kMemoryAndBusMaster = 0x6;

struct UnmapHeartbeat {
  void operator()(uint64_t* page) const { munmap(page, abi::kHeartbeatSize); }
};

class VfioUserClient : public Transport {
 public:
  VfioUserClient(const Uri& uri, const DriverOptions& options, FileDescriptor socket,
                 std::unique_ptr<ChildProcess> child)
      : link_(uri.text, std::move(socket), milliseconds(options.stall_ms), std::move(child)) {
    description_.target = uri.text;
    description_.spin = kSpin;
    description_.any_memory = true;
    negotiate();
    find_regions();
    find_interrupts();
    const uint16_t command = kMemoryAndBusMaster;
    link_.request(Command::kRegionWrite,
                  vfio::payload_of(vfio::RegionAccess{kConfigCommand, vfio::kConfig, sizeof(command)},
                                   std::as_bytes(std::span(&command, 1))));
  }

  const Description& description() const override { return description_; }

  uint32_t read32(uint32_t offset) override {
    const Message reply = link_.request(
        Command::kRegionRead, vfio::payload_of(vfio::RegionAccess{offset, vfio::kBar0, sizeof(uint32_t)}));
    uint32_t value = 0;
    if (reply.payload.size() != sizeof(vfio::RegionAccess) + sizeof(value)) {
      link_.broke("answered a register read with " + std::to_string(reply.payload.size()) + " bytes");
    }
    std::memcpy(&value, reply.payload.data() + sizeof(vfio::RegionAccess), sizeof(value));
    return value;
  }

  void write32(uint32_t offset, uint32_t value) override {
    link_.post(Command::kRegionWrite, vfio::payload_of(vfio::RegionAccess{offset, vfio::kBar0, sizeof(value)},
                                                       std::as_bytes(std::span(&value, 1))));
  }

  void doorbell(uint32_t offset, uint32_t value, bool) override { write32(offset, value); }

  void map(const DmaMapping& mapping) override {
    const bool shared = mapping.fd >= 0;
    const vfio::DmaMap map{sizeof(map), vfio::kDmaReadable | vfio::kDmaWritable,
                           shared ? mapping.fd_offset : 0, mapping.address, mapping.size};
    if (shared) {
      link_.request(Command::kDmaMap, vfio::payload_of(map), std::span(&mapping.fd, 1));
      return;
    }
    if (!link_.serve(mapping.address, mapping.size, mapping.memory)) {
      throw Error(abi::Status::INTERNAL, "bus window " + std::to_string(mapping.address) +
                                             " overlaps another or is not page-aligned");
    }
    try {
      link_.request(Command::kDmaMap, vfio::payload_of(map));
    } catch (const Error&) {
      link_.withdraw(mapping.address, mapping.size);
      throw;
    }
  }

  void unmap(uint64_t address, uint64_t size) override {
    try {
      link_.request(Command::kDmaUnmap,
                    vfio::payload_of(vfio::DmaUnmap{sizeof(vfio::DmaUnmap), 0, address, size}));
    } catch (const Error&) {
      link_.withdraw(address, size);
      throw;
    }
    link_.withdraw(address, size);
  }

  uint32_t wait(Clock::time_point deadline, bool) override {
    std::array<pollfd, kVectors + 1> watched{};
    for (uint32_t v = 0; v < kVectors; ++v) {
      watched[v] = {interrupts_[v].get(), POLLIN, 0};
    }
    watched[kVectors] = {link_.fd(), POLLRDHUP, 0};
    const auto left = std::max(deadline - Clock::now(), Clock::duration::zero());
    const timespec limit{std::chrono::duration_cast<std::chrono::seconds>(left).count(),
                         std::chrono::duration_cast<std::chrono::nanoseconds>(left).count() % 1'000'000'000};
    uint32_t vectors = 0;
    if (ppoll(watched.data(), watched.size(), &limit, nullptr) > 0) {
      for (uint32_t v = 0; v < kVectors; ++v) {
        uint64_t count = 0;
        if ((watched[v].revents & POLLIN) != 0 &&
            read(interrupts_[v].get(), &count, sizeof(count)) == sizeof(count)) {
          vectors |= 1U << v;
        }
      }
    }
    return vectors;
  }

  uint64_t heartbeat() const override {
    return std::atomic_ref(heartbeat_page_.get()[abi::kHeartbeatOffset / sizeof(uint64_t)])
        .load(std::memory_order_relaxed);
  }

  void reset() override { link_.request(Command::kDeviceReset, {}); }
  std::optional<Error> death() const override { return link_.death(); }

 private:
  template <typename Record>
  Record ask(Command command, const Record& question, std::vector<FileDescriptor>* descriptors = nullptr) {
    Message reply = link_.request(command, vfio::payload_of(question));
    const auto record = vfio::record_of<Record>(reply.payload);
    if (!record) {
      link_.broke("sent too short a reply to command " + std::to_string(static_cast<int>(command)));
    }
    if (descriptors) {
      *descriptors = std::move(reply.descriptors);
    }
    return *record;
  }

  void negotiate() {
    const std::string offer = R"({"capabilities":{"max_msg_fds":)" + std::to_string(vfio::kMaxDescriptors) +
                              R"(,"max_data_xfer_size":)" + std::to_string(vfio::kMaxTransfer) +
                              R"(,"photic":{"failure_notice":true}}})";
    Message reply;
    try {
      reply = link_.request(
          Command::kVersion,
          vfio::payload_of(vfio::Version{}, std::as_bytes(std::span(offer.c_str(), offer.size() + 1))));
    } catch (const Error&) {
      // A process that refuses its URI leaves before it answers, and says why.
      if (ChildProcess* child = link_.child(); child && child->wait(milliseconds(200))) {
        throw Error(child->status(), child->story());
      }
      throw;
    }
    const auto version = vfio::record_of<vfio::Version>(reply.payload);
    if (!version || version->major != vfio::kMajor) {
      link_.broke("speaks another version of vfio-user");
    }
    const std::string_view json(reinterpret_cast<const char*>(reply.payload.data()) + sizeof(vfio::Version),
                                reply.payload.size() - sizeof(vfio::Version));
    description_.timed = vfio::json_flag(json, "timed");
    if (const std::string target = vfio::json_text(json, "target"); !target.empty()) {
      description_.target = target;
      link_.rename(target);
    }
  }

  void find_regions() {
    const auto device = ask(Command::kDeviceGetInfo, vfio::DeviceInfo{});
    if ((device.flags & vfio::kDevicePci) == 0 || (device.flags & vfio::kDeviceResets) == 0 ||
        device.regions <= vfio::kConfig || device.irqs <= vfio::kMsix) {
      link_.broke("has no PCI function that can be reset");
    }
    vfio::RegionInfo region;
    region.index = vfio::kBar0;
    region = ask(Command::kDeviceGetRegionInfo, region);
    if (region.size < abi::kBarSize) {
      link_.broke("has a BAR0 of " + std::to_string(region.size) + " bytes");
    }
    region = {};
    region.index = vfio::kBar2;
    std::vector<FileDescriptor> descriptors;
    region = ask(Command::kDeviceGetRegionInfo, region, &descriptors);
    if (region.size < abi::kHeartbeatSize || (region.flags & vfio::kRegionMappable) == 0 ||
        descriptors.size() != 1) {
      link_.broke("does not share its heartbeat page");
    }
    void* page = mmap(nullptr, abi::kHeartbeatSize, PROT_READ, MAP_SHARED, descriptors[0].get(),
                      static_cast<off_t>(region.offset));
    if (page == MAP_FAILED) {
      throw Error(abi::Status::OUT_OF_MEMORY,
                  std::string("the heartbeat page cannot be mapped: ") + std::strerror(errno));
    }
    heartbeat_page_.reset(static_cast<uint64_t*>(page));
    link_.watch(heartbeat_page_.get() + abi::kHeartbeatOffset / sizeof(uint64_t));
  }

  void find_interrupts() {
    vfio::IrqInfo info;
    info.index = vfio::kMsix;
    info = ask(Command::kDeviceGetIrqInfo, info);
    if (info.count < kVectors || (info.flags & vfio::kIrqEventfd) == 0) {
      link_.broke("has " + std::to_string(info.count) + " interrupt vectors of " + std::to_string(kVectors));
    }
    std::array<int, kVectors> descriptors{};
    for (uint32_t v = 0; v < kVectors; ++v) {
      interrupts_[v].reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
      if (!interrupts_[v]) {
        throw Error(abi::Status::OUT_OF_MEMORY,
                    std::string("no descriptor for an interrupt: ") + std::strerror(errno));
      }
      descriptors[v] = interrupts_[v].get();
    }
    const vfio::IrqSet set{sizeof(set), vfio::kIrqDataEventfd | vfio::kIrqActionTrigger, vfio::kMsix, 0,
                           kVectors};
    link_.request(Command::kDeviceSetIrqs, vfio::payload_of(set), descriptors);
  }

  Description description_;
  std::unique_ptr<uint64_t, UnmapHeartbeat> heartbeat_page_;  // read only; null until found
  std::array<FileDescriptor, kVectors> interrupts_;
  vfio::Link link_;
};

}  // namespace

std::unique_ptr<Transport> connect_process(const Uri& uri, const DriverOptions& options) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw Error(abi::Status::OUT_OF_MEMORY,
                std::string("no socket for photic-device: ") + std::strerror(errno));
  }
  FileDescriptor ours(ends[0]);
  std::unique_ptr<ChildProcess> child;
  {
    // Gone from this process once the child has it, so that the child's end is seen.
    const FileDescriptor theirs(ends[1]);
    child = std::make_unique<ChildProcess>(uri.text, theirs);
  }
  return std::make_unique<VfioUserClient>(uri, options, std::move(ours), std::move(child));
}

std::unique_ptr<Transport> connect_remote(const Uri& uri, const DriverOptions& options) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (uri.path.size() >= sizeof(address.sun_path)) {
    throw Error(abi::Status::INVALID_URI, "socket path '" + uri.path + "' is longer than " +
                                              std::to_string(sizeof(address.sun_path) - 1) +
                                              " characters; use a shorter one");
  }
  std::memcpy(address.sun_path, uri.path.c_str(), uri.path.size() + 1);
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    throw Error(abi::Status::NOT_FOUND, "socket '" + uri.path + "': " + std::strerror(errno) +
                                            "; start photic-device --uri <target> --socket " + uri.path);
  }
  return std::make_unique<VfioUserClient>(uri, options, std::move(socket), nullptr);
}

}  // namespace photic::transport
