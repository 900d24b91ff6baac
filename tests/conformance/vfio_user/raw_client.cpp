// SPDX-License-Identifier: Apache-2.0
// Bytes in and out of a socket.
#include "tests/conformance/vfio_user/raw_client.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

namespace photic::test {
namespace {

constexpr size_t kHeader = 16;
constexpr int kFenceMs = 60'000;  // against hangs, never reached
constexpr size_t kMostDescriptors = 16;

}  // namespace

Bytes& Bytes::put(const void* from, size_t count) {
  const size_t before = size();
  resize(before + count);
  if (count > 0) {
    std::memcpy(data() + before, from, count);
  }
  return *this;
}

RawClient::RawClient(const std::string& path) : socket_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    throw std::runtime_error("no server at " + path);
  }
  on_command = [this](const RawMessage& command, Bytes& data, uint32_t& error) {
    return serve(command, data, error);
  };
}

RawClient::~RawClient() {
  close(socket_);
  std::for_each(to_close_.begin(), to_close_.end(), close);
}

Bytes RawClient::message(uint16_t id, uint16_t command, const std::vector<uint8_t>& data, uint32_t flags) {
  Bytes bytes;
  bytes.u16(id).u16(command).u32(static_cast<uint32_t>(kHeader + data.size())).u32(flags).u32(0).all(data);
  return bytes;
}

void RawClient::send(const std::vector<uint8_t>& bytes, const std::vector<int>& descriptors) const {
  std::vector<char> control(CMSG_SPACE(descriptors.size() * sizeof(int)));
  iovec part{const_cast<uint8_t*>(bytes.data()), bytes.size()};
  msghdr packet{};
  packet.msg_iov = &part;
  packet.msg_iovlen = 1;
  if (!descriptors.empty()) {
    packet.msg_control = control.data();
    packet.msg_controllen = control.size();
    cmsghdr* rights = CMSG_FIRSTHDR(&packet);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
    std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size() * sizeof(int));
  }
  while (part.iov_len > 0) {
    const ssize_t sent = sendmsg(socket_, &packet, MSG_NOSIGNAL);
    if (sent < 0) {
      return;  // the server is gone, which whoever receives will find
    }
    packet.msg_controllen = 0;
    part.iov_base = static_cast<uint8_t*>(part.iov_base) + sent;
    part.iov_len -= static_cast<size_t>(sent);
  }
}

// Reads until so many bytes are there. False if the server closed the connection before.
bool RawClient::fill(size_t bytes) {
  while (unread_.size() < bytes) {
    pollfd readable{socket_, POLLIN, 0};
    if (poll(&readable, 1, kFenceMs) <= 0) {
      throw std::runtime_error("the server neither answers nor closes");
    }
    std::array<uint8_t, 65536> chunk{};
    std::array<char, CMSG_SPACE(kMostDescriptors * sizeof(int))> control{};
    iovec part{chunk.data(), chunk.size()};
    msghdr packet{};
    packet.msg_iov = &part;
    packet.msg_iovlen = 1;
    packet.msg_control = control.data();
    packet.msg_controllen = control.size();
    const ssize_t count = recvmsg(socket_, &packet, MSG_CMSG_CLOEXEC);
    if (count <= 0) {
      return false;
    }
    for (cmsghdr* item = CMSG_FIRSTHDR(&packet); item != nullptr; item = CMSG_NXTHDR(&packet, item)) {
      for (size_t i = 0; i < (item->cmsg_len - CMSG_LEN(0)) / sizeof(int); ++i) {
        descriptors_.push_back(
            at<int>({CMSG_DATA(item), CMSG_DATA(item) + item->cmsg_len - CMSG_LEN(0)}, i * sizeof(int)));
        to_close_.push_back(descriptors_.back());
      }
    }
    unread_.insert(unread_.end(), chunk.begin(), chunk.begin() + count);
  }
  return true;
}

std::optional<RawMessage> RawClient::receive() {
  if (!fill(kHeader)) {
    return std::nullopt;
  }
  RawMessage message{at<uint16_t>(unread_, 0),
                     at<uint16_t>(unread_, 2),
                     at<uint32_t>(unread_, 4),
                     at<uint32_t>(unread_, 8),
                     at<uint32_t>(unread_, 12),
                     {},
                     {}};
  EXPECT_GE(message.size, kHeader);
  if (!fill(message.size)) {
    return std::nullopt;
  }
  message.data.assign(unread_.begin() + kHeader, unread_.begin() + message.size);
  unread_.erase(unread_.begin(), unread_.begin() + message.size);
  message.descriptors.swap(descriptors_);
  return message;
}

bool RawClient::serve(const RawMessage& command, Bytes& data, uint32_t& error) {
  const auto address = at<uint64_t>(command.data, 0);
  const auto count = at<uint64_t>(command.data, 8);
  auto window = memory.upper_bound(address);
  if (window == memory.begin()) {
    error = EFAULT;
    return true;
  }
  --window;
  std::vector<uint8_t>& bytes = window->second;
  const uint64_t offset = address - window->first;
  if (offset + count > bytes.size()) {
    error = EFAULT;
    return true;
  }
  data.u64(address).u64(count);
  const auto begin = bytes.begin() + static_cast<ptrdiff_t>(offset);
  if (command.command == kRawDmaRead) {
    data.insert(data.end(), begin, begin + static_cast<ptrdiff_t>(count));
  } else {
    EXPECT_EQ(command.data.size(), 16 + count);
    std::copy(command.data.begin() + 16, command.data.end(), begin);
  }
  return true;
}

void RawClient::answer(const RawMessage& command) {
  questions.push_back(command);
  EXPECT_EQ(command.flags & 0xF, 0U);
  Bytes data;
  uint32_t error = 0;
  if (!on_command(command, data, error)) {
    return;
  }
  Bytes reply = message(command.id, command.command, data, error != 0 ? 0x21 : 1);
  std::memcpy(reply.data() + 12, &error, sizeof(error));
  send(reply);
}

RawMessage RawClient::ask(uint16_t command, const std::vector<uint8_t>& data,
                          const std::vector<int>& descriptors) {
  const uint16_t id = next_id_++;
  send(message(id, command, data), descriptors);
  while (std::optional<RawMessage> found = receive()) {
    if (!found->is_reply()) {
      answer(*found);
      continue;
    }
    EXPECT_EQ(found->id, id);
    EXPECT_EQ(found->command, command);
    EXPECT_EQ(found->flags & ~0x21U, 0U);
    EXPECT_EQ(found->failed(), found->error != 0);
    if (found->failed()) {
      EXPECT_EQ(found->size, kHeader) << "an error reply has no payload";
      EXPECT_TRUE(found->descriptors.empty());
    }
    return *found;
  }
  throw std::runtime_error("the server closed the connection");
}

uint32_t RawClient::error(uint16_t command, const std::vector<uint8_t>& data,
                          const std::vector<int>& descriptors) {
  return ask(command, data, descriptors).error;
}

void RawClient::negotiate(const std::string& capabilities) {
  EXPECT_EQ(error(kRawVersion, Bytes().u16(0).u16(1).text("{\"capabilities\":" + capabilities + "}")), 0U);
}

std::vector<uint8_t> RawClient::region_read(uint32_t region, uint64_t offset, uint32_t count) {
  const RawMessage reply = ask(kRawRegionRead, Bytes().u64(offset).u32(region).u32(count));
  EXPECT_EQ(reply.error, 0U) << "region " << region << " at " << offset;
  EXPECT_EQ(reply.data.size(), 16U + count);
  EXPECT_EQ(at<uint64_t>(reply.data, 0), offset);
  EXPECT_EQ(at<uint32_t>(reply.data, 8), region);
  EXPECT_EQ(at<uint32_t>(reply.data, 12), count);
  return {reply.data.begin() + 16, reply.data.end()};
}

uint32_t RawClient::region_error(uint32_t region, uint64_t offset, uint32_t count) {
  return error(kRawRegionRead, Bytes().u64(offset).u32(region).u32(count));
}

uint32_t RawClient::region_write(uint32_t region, uint64_t offset, const std::vector<uint8_t>& data) {
  const auto count = static_cast<uint32_t>(data.size());
  const RawMessage reply = ask(kRawRegionWrite, Bytes().u64(offset).u32(region).u32(count).all(data));
  if (!reply.failed()) {
    EXPECT_EQ(reply.data, Bytes().u64(offset).u32(region).u32(count));
  }
  return reply.error;
}

void RawClient::write32(uint32_t offset, uint32_t value) const {
  send(message(1, kRawRegionWrite, Bytes().u64(offset).u32(0).u32(4).u32(value), 0x10));
}

uint32_t RawClient::map(uint64_t address, uint64_t size, const std::vector<int>& descriptors, uint32_t flags,
                        uint64_t offset) {
  const RawMessage reply =
      ask(kRawDmaMap, Bytes().u32(32).u32(flags).u64(offset).u64(address).u64(size), descriptors);
  EXPECT_TRUE(reply.data.empty());
  return reply.error;
}

uint32_t RawClient::unmap(uint64_t address, uint64_t size, uint32_t flags) {
  const Bytes request = Bytes().u32(24).u32(flags).u64(address).u64(size);
  const RawMessage reply = ask(kRawDmaUnmap, request);
  if (!reply.failed()) {
    EXPECT_EQ(reply.data, request);
  }
  return reply.error;
}

void RawClient::serve_until(const std::function<bool()>& done) {
  while (!done()) {
    const std::optional<RawMessage> found = receive();
    if (!found) {
      throw std::runtime_error("the server closed the connection");
    }
    if (!found->is_reply()) {
      answer(*found);
    }
  }
}

}  // namespace photic::test
