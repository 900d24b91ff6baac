// SPDX-License-Identifier: Apache-2.0
// Reads while it writes: a client may be stuck in a write of its own.
#include "sim/server/socket_wire.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace photic::sim {
namespace {

namespace vfio = transport::vfio;
using Clock = std::chrono::steady_clock;

// What is read of a client that does not read itself.
constexpr size_t kMostUnread = size_t{4} << 20;
constexpr auto kTick = std::chrono::milliseconds(50);

int milliseconds_until(Clock::time_point deadline) {
  if (deadline == Clock::time_point::max()) {
    return -1;
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 60'000));
}

}  // namespace

SocketWire::SocketWire(transport::FileDescriptor socket, std::chrono::milliseconds patience)
    : socket_(std::move(socket)), patience_(patience) {}

bool SocketWire::send(const Answer& answer) {
  const auto deadline = Clock::now() + patience_;
  return socket_.send(answer.message, answer.descriptors, [&] {
    const bool room = !closed_ && socket_.framer().waiting() < kMostUnread && !socket_.framer().crowded();
    pollfd state{socket_.fd(), static_cast<short>(room ? POLLIN | POLLOUT : POLLOUT), 0};
    poll(&state, 1, static_cast<int>(kTick.count()));
    if ((state.revents & POLLIN) != 0) {
      closed_ = socket_.receive() == vfio::Received::kClosed;
    }
    return !closed_ && Clock::now() < deadline;
  });
}

std::optional<vfio::Message> SocketWire::next() {
  if (broken_) {
    return std::nullopt;
  }
  std::optional<vfio::Message> message = socket_.framer().next();
  if (const auto& header = socket_.framer().broken()) {
    broken_ = true;
    send({vfio::refusal(*header, EMSGSIZE), {}});
  }
  return message;
}

bool SocketWire::wait(Clock::time_point deadline) {
  if (closed_ || broken_) {
    return false;
  }
  pollfd readable{socket_.fd(), POLLIN, 0};
  if (poll(&readable, 1, milliseconds_until(deadline)) > 0) {
    closed_ = socket_.receive() == vfio::Received::kClosed;
  }
  return !closed_;
}

}  // namespace photic::sim
