// SPDX-License-Identifier: Apache-2.0
// The vfio-user client.
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
#include <mutex>
#include <utility>

#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"
#include "drivers/transport/child_process.h"
#include "drivers/transport/error.h"
#include "drivers/transport/message_socket.h"

namespace photic::transport {
namespace {

using std::chrono::milliseconds;
using vfio::Command;
using vfio::Message;

// Queues and the error cause: SHELL_IRQ_ENABLE.
constexpr uint32_t kVectors = abi::kQueues + 1;
constexpr auto kSpin = std::chrono::microseconds(60);
constexpr int kTickMs = 50;
// From the end of a process's socket to the end of the process.
constexpr auto kLeaving = milliseconds(1000);
// A process that still builds its device shows no heartbeat.
constexpr auto kStart = std::chrono::milliseconds(30'000);
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
      : stall_(options.stall_ms), child_(std::move(child)), socket_(std::move(socket)) {
    description_.target = uri.text;
    description_.spin = kSpin;
    negotiate();
    find_regions();
    find_interrupts();
    const uint16_t command = kMemoryAndBusMaster;
    access(Command::kRegionWrite, {kConfigCommand, vfio::kConfig, sizeof(command)},
           std::as_bytes(std::span(&command, 1)));
  }

  ~VfioUserClient() override {
    shutdown(socket_.fd(), SHUT_RDWR);
    child_.reset();
  }

  const Description& description() const override { return description_; }

  uint32_t read32(uint32_t offset) override {
    const Message reply = access(Command::kRegionRead, {offset, vfio::kBar0, sizeof(uint32_t)}, {});
    uint32_t value = 0;
    if (reply.payload.size() != sizeof(vfio::RegionAccess) + sizeof(value)) {
      broke("answered a register read with " + std::to_string(reply.payload.size()) + " bytes");
    }
    std::memcpy(&value, reply.payload.data() + sizeof(vfio::RegionAccess), sizeof(value));
    return value;
  }

  void write32(uint32_t offset, uint32_t value) override {
    Message message = vfio::command(next_id_++, Command::kRegionWrite,
                                    vfio::payload_of(vfio::RegionAccess{offset, vfio::kBar0, sizeof(value)},
                                                     std::as_bytes(std::span(&value, 1))));
    message.header.flags |= vfio::kNoReply;
    send(message, {});
  }

  void doorbell(uint32_t offset, uint32_t value, bool) override { write32(offset, value); }

  void map(const DmaMapping& mapping) override {
    const vfio::DmaMap map{sizeof(map), vfio::kDmaReadable | vfio::kDmaWritable, mapping.fd_offset,
                           mapping.address, mapping.size};
    const std::array descriptors{mapping.fd};
    request(Command::kDmaMap, vfio::payload_of(map), descriptors);
  }

  void unmap(uint64_t address, uint64_t size) override {
    request(Command::kDmaUnmap, vfio::payload_of(vfio::DmaUnmap{sizeof(vfio::DmaUnmap), 0, address, size}),
            {});
  }

  uint32_t wait(Clock::time_point deadline, bool) override {
    std::array<pollfd, kVectors + 1> watched{};
    for (uint32_t v = 0; v < kVectors; ++v) {
      watched[v] = {interrupts_[v].get(), POLLIN, 0};
    }
    watched[kVectors] = {socket_.fd(), POLLRDHUP, 0};
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

  void reset() override { request(Command::kDeviceReset, {}, {}); }

  std::optional<Error> death() const override {
    if (!dead_ && !socket_.hung_up()) {
      return std::nullopt;
    }
    const std::lock_guard lock(death_mutex_);
    dead_ = true;
    if (!death_ && child_) {
      const bool found_fault = child_->wait(kLeaving) && child_->status() == abi::Status::CHECK_FAILED;
      death_ = Error(found_fault ? abi::Status::CHECK_FAILED : abi::Status::DEVICE_LOST, child_->story());
    } else if (!death_) {
      death_ =
          Error(abi::Status::DEVICE_LOST, "the process behind '" + description_.target +
                                              "' closed its socket; start it again and reopen the device");
    }
    return death_;
  }

 private:
  [[noreturn]] void broke(const std::string& what) const {
    throw Error(abi::Status::PROTOCOL_ERROR, "'" + description_.target + "': the endpoint " + what +
                                                 "; it is defective or no vfio-user server");
  }

  [[noreturn]] void lost() const {
    dead_ = true;
    throw *death();
  }

  // Time without a sign of life while something waits for the endpoint.
  struct Patience {
    const VfioUserClient& client;
    uint64_t beat;
    Clock::time_point since = Clock::now();

    bool left() {
      if (const uint64_t now = client.heartbeat_page_ ? client.heartbeat() : 0; now != beat) {
        beat = now;
        since = Clock::now();
      }
      return Clock::now() - since <
             (client.heartbeat_page_ ? client.stall_ : std::max(client.stall_, kStart));
    }
    static bool tick(void* self) { return static_cast<Patience*>(self)->left(); }
  };

  Patience patience() const { return {*this, heartbeat_page_ ? heartbeat() : 0}; }

  void send(const Message& message, std::span<const int> descriptors) {
    const std::lock_guard lock(send_mutex_);
    Patience patient = patience();
    if (dead_ || !socket_.send(message, descriptors, Patience::tick, &patient)) {
      lost();
    }
  }

  // One request at a time waits for its reply; posted writes go past it.
  Message request(Command command, std::vector<std::byte> payload, std::span<const int> descriptors) {
    const std::lock_guard lock(request_mutex_);
    const Message message = vfio::command(next_id_++, command, std::move(payload));
    send(message, descriptors);
    Patience patient = patience();
    while (true) {
      while (std::optional<Message> reply = socket_.framer().next()) {
        if ((reply->header.flags & vfio::kTypeMask) != vfio::kReply ||
            reply->header.id != message.header.id) {
          continue;  // a late reply to a request that was given up
        }
        if ((reply->header.flags & vfio::kError) != 0) {
          throw Error(abi::Status::PROTOCOL_ERROR, "'" + description_.target +
                                                       "' refused vfio-user command " +
                                                       std::to_string(static_cast<int>(command)) + ": " +
                                                       std::strerror(static_cast<int>(reply->header.error)));
        }
        return std::move(*reply);
      }
      if (socket_.framer().broken()) {
        broke("sent a message of impossible size");
      }
      pollfd readable{socket_.fd(), POLLIN, 0};
      poll(&readable, 1, kTickMs);
      if (socket_.receive() == vfio::Received::kClosed) {
        lost();
      }
      if (!patient.left()) {
        throw Error(abi::Status::DEVICE_LOST,
                    "'" + description_.target + "' did not answer for " + std::to_string(stall_.count()) +
                        " ms and made no progress; reopen it, or raise the URI's stall_ms");
      }
    }
  }

  Message access(Command command, const vfio::RegionAccess& what, std::span<const std::byte> data) {
    return request(command, vfio::payload_of(what, data), {});
  }

  template <typename Record>
  Record ask(Command command, const Record& question, std::vector<FileDescriptor>* descriptors = nullptr) {
    Message reply = request(command, vfio::payload_of(question), {});
    const auto record = vfio::record_of<Record>(reply.payload);
    if (!record) {
      broke("sent too short a reply to command " + std::to_string(static_cast<int>(command)));
    }
    if (descriptors) {
      *descriptors = std::move(reply.descriptors);
    }
    return *record;
  }

  void negotiate() {
    const std::string offer = R"({"capabilities":{"max_msg_fds":)" + std::to_string(vfio::kMaxDescriptors) +
                              R"(,"max_data_xfer_size":)" + std::to_string(vfio::kMaxTransfer) +
                              R"(,"photic":{}}})";
    Message reply;
    try {
      reply = request(
          Command::kVersion,
          vfio::payload_of(vfio::Version{}, std::as_bytes(std::span(offer.c_str(), offer.size() + 1))), {});
    } catch (const Error&) {
      // A process that refuses its URI leaves before it answers, and says why.
      if (child_ && child_->wait(milliseconds(200))) {
        throw Error(child_->status(), child_->story());
      }
      throw;
    }
    const auto version = vfio::record_of<vfio::Version>(reply.payload);
    if (!version || version->major != vfio::kMajor) {
      broke("speaks another version of vfio-user");
    }
    const std::string_view json(reinterpret_cast<const char*>(reply.payload.data()) + sizeof(vfio::Version),
                                reply.payload.size() - sizeof(vfio::Version));
    description_.timed = vfio::json_flag(json, "timed");
    if (const std::string target = vfio::json_text(json, "target"); !target.empty()) {
      description_.target = target;
    }
  }

  void find_regions() {
    const auto device = ask(Command::kDeviceGetInfo, vfio::DeviceInfo{});
    if ((device.flags & vfio::kDevicePci) == 0 || (device.flags & vfio::kDeviceResets) == 0 ||
        device.regions <= vfio::kConfig || device.irqs <= vfio::kMsix) {
      broke("has no PCI function that can be reset");
    }
    vfio::RegionInfo region;
    region.index = vfio::kBar0;
    region = ask(Command::kDeviceGetRegionInfo, region);
    if (region.size < abi::kBarSize) {
      broke("has a BAR0 of " + std::to_string(region.size) + " bytes");
    }
    region = {};
    region.index = vfio::kBar2;
    std::vector<FileDescriptor> descriptors;
    region = ask(Command::kDeviceGetRegionInfo, region, &descriptors);
    if (region.size < abi::kHeartbeatSize || (region.flags & vfio::kRegionMappable) == 0 ||
        descriptors.size() != 1) {
      broke("does not share its heartbeat page");
    }
    void* page = mmap(nullptr, abi::kHeartbeatSize, PROT_READ, MAP_SHARED, descriptors[0].get(),
                      static_cast<off_t>(region.offset));
    if (page == MAP_FAILED) {
      throw Error(abi::Status::OUT_OF_MEMORY,
                  std::string("the heartbeat page cannot be mapped: ") + std::strerror(errno));
    }
    heartbeat_page_.reset(static_cast<uint64_t*>(page));
  }

  void find_interrupts() {
    vfio::IrqInfo info;
    info.index = vfio::kMsix;
    info = ask(Command::kDeviceGetIrqInfo, info);
    if (info.count < kVectors || (info.flags & vfio::kIrqEventfd) == 0) {
      broke("has " + std::to_string(info.count) + " interrupt vectors of " + std::to_string(kVectors));
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
    request(Command::kDeviceSetIrqs, vfio::payload_of(set), descriptors);
  }

  Description description_;
  const milliseconds stall_;
  std::unique_ptr<ChildProcess> child_;
  mutable std::mutex death_mutex_;
  mutable std::optional<Error> death_;
  mutable std::atomic<bool> dead_{false};
  std::mutex request_mutex_;
  std::mutex send_mutex_;
  std::atomic<uint16_t> next_id_{1};
  vfio::MessageSocket socket_;
  std::unique_ptr<uint64_t, UnmapHeartbeat> heartbeat_page_;  // read only; null until found
  std::array<FileDescriptor, kVectors> interrupts_;
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
