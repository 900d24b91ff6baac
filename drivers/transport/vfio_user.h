// SPDX-License-Identifier: Apache-2.0
// The part of the vfio-user protocol (version 0.1, QEMU docs/interop/vfio-user.rst) that Photic speaks:
// records, limits, framing. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "drivers/transport/file_descriptor.h"

namespace photic::transport::vfio {

inline constexpr uint16_t kMajor = 0;
inline constexpr uint16_t kMinor = 1;

enum class Command : uint16_t {
  kVersion = 1,
  kDmaMap = 2,
  kDmaUnmap = 3,
  kDeviceGetInfo = 4,
  kDeviceGetRegionInfo = 5,
  kDeviceGetRegionIoFds = 6,
  kDeviceGetIrqInfo = 7,
  kDeviceSetIrqs = 8,
  kRegionRead = 9,
  kRegionWrite = 10,
  kDmaRead = 11,
  kDmaWrite = 12,
  kDeviceReset = 13,
  /// Photic's own, server to client, to clients that offered it: the device found a fault in itself. The
  /// payload is a text, NUL-terminated; no reply is expected.
  kPhoticFailure = 0x5048,
};

/// Opens every message. `size` counts the header too; replies carry the command's id.
struct Header {
  uint16_t id = 0;
  Command command{};
  uint32_t size = 0;
  uint32_t flags = 0;
  uint32_t error = 0;  ///< An errno value, in replies with kError.
};
static_assert(sizeof(Header) == 16);

inline constexpr uint32_t kTypeMask = 0xF;
inline constexpr uint32_t kCommand = 0;
inline constexpr uint32_t kReply = 1;
inline constexpr uint32_t kNoReply = 1U << 4;
inline constexpr uint32_t kError = 1U << 5;

struct Version {
  uint16_t major = kMajor;
  uint16_t minor = kMinor;  ///< Followed by NUL-terminated JSON.
};

struct DmaMap {
  uint32_t argsz = sizeof(DmaMap);
  uint32_t flags = 0;
  uint64_t offset = 0;
  uint64_t address = 0;
  uint64_t size = 0;
};
inline constexpr uint32_t kDmaReadable = 1;
inline constexpr uint32_t kDmaWritable = 2;

struct DmaUnmap {
  uint32_t argsz = sizeof(DmaUnmap);
  uint32_t flags = 0;
  uint64_t address = 0;
  uint64_t size = 0;
};
inline constexpr uint32_t kDmaUnmapAll = 2;

struct DeviceInfo {
  uint32_t argsz = sizeof(DeviceInfo);
  uint32_t flags = 0;
  uint32_t regions = 0;
  uint32_t irqs = 0;
};
inline constexpr uint32_t kDeviceResets = 1;
inline constexpr uint32_t kDevicePci = 2;

struct RegionInfo {
  uint32_t argsz = sizeof(RegionInfo);
  uint32_t flags = 0;
  uint32_t index = 0;
  uint32_t cap_offset = 0;
  uint64_t size = 0;
  uint64_t offset = 0;
};
inline constexpr uint32_t kRegionReadable = 1;
inline constexpr uint32_t kRegionWritable = 2;
inline constexpr uint32_t kRegionMappable = 4;

/// Regions and interrupt types of a PCI function.
enum Region : uint32_t { kBar0 = 0, kBar2 = 2, kBar4 = 4, kConfig = 7, kRegions = 9 };
enum Irq : uint32_t { kIntx = 0, kMsi = 1, kMsix = 2, kErrorIrq = 3, kRequestIrq = 4, kIrqs = 5 };

struct IrqInfo {
  uint32_t argsz = sizeof(IrqInfo);
  uint32_t flags = 0;
  uint32_t index = 0;
  uint32_t count = 0;
};
inline constexpr uint32_t kIrqEventfd = 1;
inline constexpr uint32_t kIrqMaskable = 2;

struct IrqSet {
  uint32_t argsz = sizeof(IrqSet);
  uint32_t flags = 0;
  uint32_t index = 0;
  uint32_t start = 0;
  uint32_t count = 0;
};
inline constexpr uint32_t kIrqDataNone = 1;
inline constexpr uint32_t kIrqDataBool = 2;
inline constexpr uint32_t kIrqDataEventfd = 4;
inline constexpr uint32_t kIrqActionMask = 8;
inline constexpr uint32_t kIrqActionUnmask = 16;
inline constexpr uint32_t kIrqActionTrigger = 32;

struct RegionAccess {
  uint64_t offset = 0;
  uint32_t region = 0;
  uint32_t count = 0;  ///< Followed by so many bytes where data moves.
};

/// DMA_READ and DMA_WRITE, server to client. The specification gives the reply to a DMA_WRITE a `count` of
/// four bytes, libvfio-user one of eight: a receiver takes either.
struct DmaAccess {
  uint64_t address = 0;
  uint64_t count = 0;  ///< Followed by so many bytes where data moves.
};

/// Largest `count` of a transfer of data, most windows and most descriptors in one message where a peer has
/// not stated its own: the specification's defaults.
inline constexpr uint32_t kMaxTransfer = 1048576;
inline constexpr uint32_t kMaxWindows = 65535;
inline constexpr uint32_t kDefaultDescriptors = 1;
inline constexpr uint32_t kPageSize = 4096;

/// Largest message, and most descriptors of one, that are received.
inline constexpr uint32_t kMaxMessage = kMaxTransfer + 4096;
inline constexpr size_t kMaxDescriptors = 8;

struct Message {
  Header header;
  std::vector<std::byte> payload;
  std::vector<FileDescriptor> descriptors;
  bool lost_descriptors = false;  ///< It came with too many or useless ones; none of them was kept.
};

/// The record at the start of a payload, or nothing if the payload is too short.
template <typename Record>
std::optional<Record> record_of(std::span<const std::byte> payload) {
  Record record;
  if (payload.size() < sizeof(record)) {
    return std::nullopt;
  }
  std::memcpy(&record, payload.data(), sizeof(record));
  return record;
}

template <typename Record>
std::vector<std::byte> payload_of(const Record& record, std::span<const std::byte> data = {}) {
  std::vector<std::byte> payload(sizeof(record) + data.size());
  std::memcpy(payload.data(), &record, sizeof(record));
  std::copy(data.begin(), data.end(), payload.begin() + sizeof(record));
  return payload;
}

/// A message with its header filled in.
Message command(uint16_t id, Command command, std::vector<std::byte> payload);
Message reply(const Header& to, std::vector<std::byte> payload);
/// `error` is an errno value. An error reply has no payload.
Message refusal(const Header& to, uint32_t error);

/// Cuts a byte stream into messages.
class Framer {
 public:
  /// Bytes as one read gave them. A read ends with the bytes its descriptors came with, so they belong to the
  /// message that holds its last byte. `lost` says that they are not to
  /// be kept: too many, or of no use.
  void feed(std::span<const std::byte> bytes, std::vector<FileDescriptor> descriptors, bool lost = false);
  /// The next whole message. Nothing if more bytes are needed or the stream is broken.
  std::optional<Message> next();
  /// A header stated a size that no message has: nothing after it can be understood. Its header, to refuse it
  /// with.
  const std::optional<Header>& broken() const { return broken_; }
  /// Bytes that `next` has not handed out.
  size_t waiting() const { return bytes_.size() - begin_; }
  /// Descriptors that `next` has not handed out: so many that a well-behaved peer has sent enough.
  bool crowded() const { return descriptors_ > kMostKept / 2; }

 private:
  static constexpr size_t kMostKept = 8 * kMaxDescriptors;
  struct Arrival {
    uint64_t last_byte;  ///< Counted from the start of the stream.
    std::vector<FileDescriptor> descriptors;
    bool lost;
  };

  std::vector<std::byte> bytes_;
  size_t begin_ = 0;       // of the next message, in bytes_
  uint64_t consumed_ = 0;  // bytes of all messages handed out
  uint64_t received_ = 0;  // bytes of the stream so far
  std::deque<Arrival> arrivals_;
  size_t descriptors_ = 0;  // in arrivals_
  std::optional<Header> broken_;
};

/// The value of the first string member called `key` in a JSON text; empty if there is none.
std::string json_text(std::string_view json, std::string_view key);
/// Whether a member called `key` is `true`.
bool json_flag(std::string_view json, std::string_view key);

}  // namespace photic::transport::vfio
