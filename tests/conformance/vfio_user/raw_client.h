// SPDX-License-Identifier: Apache-2.0
// A vfio-user client of nothing but the specification: bytes at offsets, over a socket. It shares no
// declaration with the code under test, so that a misreading there is not repeated here.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace photic::test {

/// Little-endian bytes in the making.
class Bytes : public std::vector<uint8_t> {
 public:
  Bytes& u16(uint16_t value) { return put(&value, sizeof(value)); }
  Bytes& u32(uint32_t value) { return put(&value, sizeof(value)); }
  Bytes& u64(uint64_t value) { return put(&value, sizeof(value)); }
  Bytes& all(const std::vector<uint8_t>& bytes) { return put(bytes.data(), bytes.size()); }
  Bytes& text(const std::string& with_nul) { return put(with_nul.c_str(), with_nul.size() + 1); }

 private:
  Bytes& put(const void* from, size_t count);
};

template <typename T>
T at(const std::vector<uint8_t>& bytes, size_t offset) {
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof(value));
  return value;
}

/// Message command IDs.
enum RawCommand : uint16_t {
  kRawVersion = 1,
  kRawDmaMap = 2,
  kRawDmaUnmap = 3,
  kRawGetInfo = 4,
  kRawGetRegionInfo = 5,
  kRawGetRegionIoFds = 6,
  kRawGetIrqInfo = 7,
  kRawSetIrqs = 8,
  kRawRegionRead = 9,
  kRawRegionWrite = 10,
  kRawDmaRead = 11,
  kRawDmaWrite = 12,
  kRawReset = 13,
};

/// A message with its header taken apart.
struct RawMessage {
  uint16_t id = 0;
  uint16_t command = 0;
  uint32_t size = 0;
  uint32_t flags = 0;
  uint32_t error = 0;
  std::vector<uint8_t> data;
  std::vector<int> descriptors;  // closed with the client

  bool is_reply() const { return (flags & 0xF) == 1; }
  bool failed() const { return (flags & 0x20) != 0; }
};

/// One connection. What is not as the specification has it fails the test that called.
class RawClient {
 public:
  explicit RawClient(const std::string& path);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  int fd() const { return socket_; }
  /// The bytes of a message.
  static Bytes message(uint16_t id, uint16_t command, const std::vector<uint8_t>& data, uint32_t flags = 0);
  /// Sends bytes as they are, descriptors with the first.
  void send(const std::vector<uint8_t>& bytes, const std::vector<int>& descriptors = {}) const;
  /// The next message, whatever it is. Nothing if the server closed the connection.
  std::optional<RawMessage> receive();
  bool closed() { return !receive().has_value(); }

  /// Sends a command and gives its reply; what the server asks meanwhile is answered.
  RawMessage ask(uint16_t command, const std::vector<uint8_t>& data,
                 const std::vector<int>& descriptors = {});
  /// The errno of a command's reply, 0 if it succeeded.
  uint32_t error(uint16_t command, const std::vector<uint8_t>& data,
                 const std::vector<int>& descriptors = {});

  void negotiate(const std::string& capabilities = "{}");
  /// Memory access and bus mastering on.
  void enable() { config_write(4, Bytes().u16(6)); }

  std::vector<uint8_t> region_read(uint32_t region, uint64_t offset, uint32_t count);
  uint32_t region_error(uint32_t region, uint64_t offset, uint32_t count);
  uint32_t region_write(uint32_t region, uint64_t offset, const std::vector<uint8_t>& data);
  void config_write(uint64_t offset, const std::vector<uint8_t>& data) { region_write(7, offset, data); }
  uint32_t read32(uint32_t offset) { return at<uint32_t>(region_read(0, offset, 4), 0); }
  /// Posted: no reply is asked for.
  void write32(uint32_t offset, uint32_t value) const;

  uint32_t map(uint64_t address, uint64_t size, const std::vector<int>& descriptors = {}, uint32_t flags = 3,
               uint64_t offset = 0);
  uint32_t unmap(uint64_t address, uint64_t size, uint32_t flags = 0);

  /// Answers one command of the server; by default from `memory`. False sends no reply.
  std::function<bool(const RawMessage&, Bytes& reply_data, uint32_t& error)> on_command;
  bool serve(const RawMessage& command, Bytes& data, uint32_t& error);
  /// Memory behind messages, by its bus address.
  std::map<uint64_t, std::vector<uint8_t>> memory;
  /// What the server asked for so far.
  std::vector<RawMessage> questions;

  /// Serves the server's commands until `done`.
  void serve_until(const std::function<bool()>& done);

 private:
  bool fill(size_t bytes);
  void answer(const RawMessage& command);

  int socket_ = -1;
  uint16_t next_id_ = 100;
  std::vector<uint8_t> unread_;
  std::vector<int> descriptors_;
  std::vector<int> to_close_;
};

}  // namespace photic::test
