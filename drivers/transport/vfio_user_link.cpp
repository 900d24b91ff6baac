// SPDX-License-Identifier: Apache-2.0
// Matches replies with requests and serves the server's commands.
#include "drivers/transport/vfio_user_link.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace photic::transport::vfio {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr int kTickMs = 50;
// From the end of a process's socket to the end of the process.
constexpr auto kLeaving = milliseconds(1000);
// A process that still builds its device shows no heartbeat.
constexpr auto kStart = milliseconds(30'000);
// What is read of an endpoint that is gone.
constexpr int kLastReads = 256;

}  // namespace

// Time without a sign of life while something waits for the endpoint.
struct Link::Patience {
  explicit Patience(const Link& watched) : link(watched), beat(now()) {}

  uint64_t now() const {
    const uint64_t* counter = link.heartbeat_;
    return counter ? std::atomic_ref(*const_cast<uint64_t*>(counter)).load(std::memory_order_relaxed) : 0;
  }
  bool left() {
    if (const uint64_t seen = now(); seen != beat) {
      beat = seen;
      since = Clock::now();
    }
    return Clock::now() - since < (link.heartbeat_ != nullptr ? link.stall_ : std::max(link.stall_, kStart));
  }

  const Link& link;
  uint64_t beat;
  Clock::time_point since = Clock::now();
};

Link::Link(std::string name, FileDescriptor socket, milliseconds stall, std::unique_ptr<ChildProcess> child)
    : name_(std::move(name)), stall_(stall), child_(std::move(child)), socket_(std::move(socket)) {}

Link::~Link() {
  shutdown(socket_.fd(), SHUT_RDWR);
  if (reader_.joinable()) {
    reader_.join();
  }
}

Message Link::command(Command command, std::vector<std::byte> payload) {
  return vfio::command(next_id_++, command, std::move(payload));
}

void Link::post(Command command, std::vector<std::byte> payload) {
  Message message = this->command(command, std::move(payload));
  message.header.flags |= kNoReply;
  send(message, {});
}

Message Link::request(Command command, std::vector<std::byte> payload, std::span<const int> descriptors) {
  const std::lock_guard lock(request_mutex_);
  const Message message = this->command(command, std::move(payload));
  {
    const std::lock_guard reading(read_mutex_);
    awaited_ = message.header.id;
    reply_.reset();
  }
  send(message, descriptors);
  std::optional<Message> reply = await_reply();
  if (!reply) {
    lost();
  }
  return checked(std::move(*reply), command);
}

// Nothing if the endpoint is gone.
std::optional<Message> Link::await_reply() {
  const std::lock_guard reading(read_mutex_);
  Patience patience(*this);
  while (true) {
    take_messages();
    if (reply_) {
      awaited_.reset();
      return std::exchange(reply_, std::nullopt);
    }
    if (broken_) {
      return std::nullopt;
    }
    pollfd readable{socket_.fd(), POLLIN, 0};
    poll(&readable, 1, kTickMs);
    if (socket_.receive() == Received::kClosed) {
      return std::nullopt;
    }
    if (!patience.left()) {
      throw Error(abi::Status::DEVICE_LOST, "'" + name_ + "' did not answer for " +
                                                std::to_string(stall_.count()) +
                                                " ms and made no progress; reopen it, or raise the URI's "
                                                "stall_ms");
    }
  }
}

Message Link::checked(Message reply, Command command) const {
  if ((reply.header.flags & kError) != 0) {
    throw Error(abi::Status::PROTOCOL_ERROR, "'" + name_ + "' refused vfio-user command " +
                                                 std::to_string(static_cast<int>(command)) + ": " +
                                                 std::strerror(static_cast<int>(reply.header.error)));
  }
  return reply;
}

void Link::send(const Message& message, std::span<const int> descriptors) {
  if (!try_send(message, descriptors)) {
    lost();
  }
}

bool Link::try_send(const Message& message, std::span<const int> descriptors) const {
  const std::lock_guard lock(send_mutex_);
  Patience patience(*this);
  return !dead_ && socket_.send(message, descriptors, [&] {
    socket_.writable();
    return patience.left();
  });
}

bool Link::serve(uint64_t address, uint64_t size, void* memory) {
  if (!memory_.map(address, size, memory, true, true)) {
    return false;
  }
  const std::lock_guard lock(reader_mutex_);
  if (!reader_.joinable()) {
    reader_ = std::thread([this] { read_along(); });
  }
  return true;
}

void Link::withdraw(uint64_t address, uint64_t size) {
  memory_.unmap(address, size);
}

void Link::read_along() {
  while (true) {
    pollfd readable{socket_.fd(), POLLIN, 0};
    poll(&readable, 1, -1);
    const std::lock_guard reading(read_mutex_);
    const bool closed = socket_.receive() == Received::kClosed;
    take_messages();
    if (closed || broken_) {
      return;
    }
  }
}

void Link::take_messages() const {
  while (std::optional<Message> message = socket_.framer().next()) {
    if ((message->header.flags & kTypeMask) != kReply) {
      answer(*message);
    } else if (awaited_ == message->header.id) {
      reply_ = std::move(message);
    }
    // Anything else is a late reply to a request that was given up.
  }
  broken_ = broken_ || socket_.framer().broken().has_value();
}

void Link::answer(const Message& message) const {
  if (message.header.command == Command::kPhoticFailure) {
    const auto* text = reinterpret_cast<const char*>(message.payload.data());
    failure_.assign(text, strnlen(text, message.payload.size()));
    return;
  }
  const Message reply = answer_dma(message);
  if ((message.header.flags & kNoReply) == 0 && !try_send(reply, {})) {
    dead_ = true;
  }
}

Message Link::answer_dma(const Message& message) const {
  const auto access = record_of<DmaAccess>(message.payload);
  const bool write = message.header.command == Command::kDmaWrite;
  if (!write && message.header.command != Command::kDmaRead) {
    return refusal(message.header, EOPNOTSUPP);
  }
  if (access && access->count > kMaxTransfer) {
    return refusal(message.header, E2BIG);
  }
  const size_t expected = sizeof(DmaAccess) + (access && write ? access->count : 0);
  if (!access || access->count == 0 || access->count % sizeof(uint64_t) != 0 ||
      message.payload.size() != expected) {
    return refusal(message.header, EINVAL);
  }
  std::vector<uint64_t> words(access->count / sizeof(uint64_t));
  if (write) {
    std::memcpy(words.data(), message.payload.data() + sizeof(DmaAccess), access->count);
    return memory_.write(access->address, words.data(), words.size())
               ? reply(message.header, payload_of(*access))
               : refusal(message.header, EFAULT);
  }
  return memory_.read(access->address, words.data(), words.size())
             ? reply(message.header, payload_of(*access, std::as_bytes(std::span(words))))
             : refusal(message.header, EFAULT);
}

void Link::broke(const std::string& what) const {
  throw Error(abi::Status::PROTOCOL_ERROR,
              "'" + name_ + "': the endpoint " + what + "; it is defective or no vfio-user server");
}

void Link::lost() const {
  dead_ = true;
  throw *death();
}

std::optional<Error> Link::death() const {
  if (!hung_up() && !broken_) {
    return std::nullopt;
  }
  const std::lock_guard lock(death_mutex_);
  dead_ = true;
  if (!death_) {
    death_ = post_mortem();
  }
  return death_;
}

// Its last message, its process, or its silence say what became of it.
Error Link::post_mortem() const {
  std::string failure;
  {
    const std::lock_guard reading(read_mutex_);
    for (int i = 0; i < kLastReads && socket_.receive() == Received::kBytes; ++i) {
    }
    take_messages();
    failure = failure_;
  }
  const bool ended = child_ && child_->wait(kLeaving);
  if (!failure.empty() || (ended && child_->status() == abi::Status::CHECK_FAILED)) {
    return {abi::Status::CHECK_FAILED,
            child_ ? child_->story() : "'" + name_ + "' found a fault in itself: " + failure};
  }
  if (broken_) {
    return {abi::Status::PROTOCOL_ERROR, "'" + name_ +
                                             "': the endpoint sent a message of impossible size; it is "
                                             "defective or no vfio-user server"};
  }
  return {abi::Status::DEVICE_LOST, child_ ? child_->story()
                                           : "the process behind '" + name_ +
                                                 "' closed its socket; start it again and reopen the device"};
}

}  // namespace photic::transport::vfio
