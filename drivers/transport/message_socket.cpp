// SPDX-License-Identifier: Apache-2.0
// Sends and receives bytes and descriptors.
#include "drivers/transport/message_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

namespace photic::transport::vfio {
namespace {

constexpr int kTickMs = 50;
constexpr size_t kChunk = 16384;

union ControlBuffer {
  cmsghdr align;
  std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> bytes;
};

// A peer that hands over its own end would never be seen to leave; no message has use for a socket.
bool is_socket(int fd) {
  struct stat info {};
  return fstat(fd, &info) == 0 && S_ISSOCK(info.st_mode);
}

}  // namespace

MessageSocket::MessageSocket(FileDescriptor socket) : socket_(std::move(socket)) {
  fcntl(fd(), F_SETFL, fcntl(fd(), F_GETFL) | O_NONBLOCK);
}

bool MessageSocket::send(const Message& message, std::span<const int> descriptors,
                         const std::function<bool()>& wait) {
  Header header = message.header;
  std::array<iovec, 2> parts{iovec{&header, sizeof(header)},
                             iovec{const_cast<std::byte*>(message.payload.data()), message.payload.size()}};
  ControlBuffer control{};
  msghdr packet{};
  packet.msg_iov = parts.data();
  packet.msg_iovlen = parts.size();
  if (!descriptors.empty()) {
    packet.msg_control = control.bytes.data();
    packet.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* rights = CMSG_FIRSTHDR(&packet);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size_bytes());
  }
  while (parts[0].iov_len + parts[1].iov_len > 0) {
    const ssize_t sent = sendmsg(fd(), &packet, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) {
        continue;
      }
      if (errno != EAGAIN || !wait()) {
        return false;
      }
      continue;
    }
    // Descriptors travel with the first byte.
    packet.msg_control = nullptr;
    packet.msg_controllen = 0;
    auto left = static_cast<size_t>(sent);
    for (iovec& part : parts) {
      const size_t taken = std::min(left, part.iov_len);
      part.iov_base = static_cast<std::byte*>(part.iov_base) + taken;
      part.iov_len -= taken;
      left -= taken;
    }
  }
  return true;
}

void MessageSocket::writable() const {
  pollfd state{fd(), POLLOUT, 0};
  poll(&state, 1, kTickMs);
}

Received MessageSocket::receive() {
  std::array<std::byte, kChunk> bytes;
  ControlBuffer control{};
  iovec part{bytes.data(), bytes.size()};
  msghdr packet{};
  packet.msg_iov = &part;
  packet.msg_iovlen = 1;
  packet.msg_control = control.bytes.data();
  packet.msg_controllen = control.bytes.size();
  const ssize_t count = recvmsg(fd(), &packet, MSG_CMSG_CLOEXEC);
  if (count < 0) {
    return errno == EAGAIN || errno == EINTR ? Received::kNothing : Received::kClosed;
  }
  std::vector<FileDescriptor> descriptors;
  bool lost = (packet.msg_flags & MSG_CTRUNC) != 0;
  for (cmsghdr* item = CMSG_FIRSTHDR(&packet); item; item = CMSG_NXTHDR(&packet, item)) {
    if (item->cmsg_level == SOL_SOCKET && item->cmsg_type == SCM_RIGHTS) {
      const size_t entries = (item->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (size_t i = 0; i < entries; ++i) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(item) + i * sizeof(int), sizeof(fd));
        descriptors.emplace_back(fd);
        lost = lost || is_socket(fd);
      }
    }
  }
  if (count == 0) {
    return Received::kClosed;
  }
  framer_.feed(std::span(bytes).first(static_cast<size_t>(count)), std::move(descriptors), lost);
  return Received::kBytes;
}

bool MessageSocket::hung_up() const {
  pollfd state{fd(), POLLRDHUP, 0};
  return poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

}  // namespace photic::transport::vfio
