// SPDX-License-Identifier: Apache-2.0
// Commands, and transfers in between.
#include "sim/server/conversation.h"

#include <algorithm>
#include <cstring>

namespace photic::sim {
namespace {

namespace vfio = transport::vfio;
using vfio::Command;

// What a client may leave unanswered for: register writes that wait for the device, and commands that wait
// for the end of a step.
constexpr size_t kCrowd = 65536;
constexpr size_t kMostWrites = 16 * kCrowd;
constexpr size_t kMostLater = 1024;
constexpr size_t kMostLaterBytes = size_t{4} << 20;

// The count of a reply to DMA_READ or DMA_WRITE, if it is about `address`.
std::optional<uint64_t> count_of(const vfio::Message& reply, uint64_t address) {
  vfio::DmaAccess access;
  constexpr size_t kShort = sizeof(access.address) + sizeof(uint32_t);
  const bool brief = reply.header.command == Command::kDmaWrite && reply.payload.size() == kShort;
  if (!brief && reply.payload.size() < sizeof(access)) {
    return std::nullopt;
  }
  std::memcpy(&access, reply.payload.data(), brief ? kShort : sizeof(access));
  return access.address == address ? std::optional(access.count) : std::nullopt;
}

}  // namespace

Conversation::Conversation(Wire& wire, DeviceHost& host, Face face, std::chrono::milliseconds patience)
    : wire_(wire), host_(host), session_(host, std::move(face)), patience_(patience) {
  host_.reach(this);
}

Conversation::~Conversation() {
  host_.reach(nullptr);
}

bool Conversation::crowded() const {
  return host_.waiting_writes() >= kCrowd;
}

void Conversation::answer_all() {
  while (alive_ && !crowded() && host_.failure() == nullptr) {
    std::optional<Message> message;
    if (!later_.empty()) {
      message = std::move(later_.front());
      later_.pop_front();
      later_bytes_ -= message->payload.size();
    } else if (message = wire_.next(); !message) {
      return;
    }
    answer(std::move(*message));
    if (alive_ && host_.busy()) {
      host_.work();
    }
  }
}

void Conversation::answer(Message message) {
  if ((message.header.flags & vfio::kTypeMask) == vfio::kReply) {
    silent_ = false;  // too late to be of use
    return;
  }
  if (Session::resets(message)) {
    reset_ahead_ = false;
    silent_ = false;
  }
  const std::optional<Answer> answer = session_.handle(std::move(message));
  alive_ = alive_ && (!answer || wire_.send(*answer)) && !session_.over();
}

void Conversation::answer_within(Message message) {
  if (later_.empty() && session_.ready_for(message)) {
    answer(std::move(message));
    alive_ = alive_ && host_.waiting_writes() < kMostWrites;
    return;
  }
  reset_ahead_ = reset_ahead_ || Session::resets(message);
  later_bytes_ += message.payload.size();
  later_.push_back(std::move(message));
  alive_ = alive_ && later_.size() < kMostLater && later_bytes_ < kMostLaterBytes;
}

void Conversation::take_messages_within() {
  while (alive_ && !reply_) {
    std::optional<Message> message = wire_.next();
    if (!message) {
      return;
    }
    if ((message->header.flags & vfio::kTypeMask) != vfio::kReply) {
      answer_within(std::move(*message));
      continue;
    }
    silent_ = false;
    if (message->header.id == id_ && message->header.command == command_) {
      reply_ = std::move(message);
    }
  }
}

std::optional<std::vector<std::byte>> Conversation::ask(Command command, uint64_t address, uint64_t count,
                                                        std::span<const std::byte> data) {
  id_ = static_cast<uint16_t>(id_ + 1);
  command_ = command;
  reply_.reset();
  Message question = vfio::command(id_, command, vfio::payload_of(vfio::DmaAccess{address, count}, data));
  alive_ = alive_ && wire_.send({std::move(question), {}});
  const auto deadline = std::chrono::steady_clock::now() + patience_;
  while (alive_ && !reply_ && !withdrawn_ && !reset_ahead_) {
    take_messages_within();
    if (reply_ || !alive_ || withdrawn_ || reset_ahead_) {
      break;
    }
    alive_ = wire_.wait(deadline);
    if (alive_ && std::chrono::steady_clock::now() >= deadline) {
      take_messages_within();
      silent_ = !reply_;
      break;
    }
  }
  if (!reply_ || withdrawn_ || (reply_->header.flags & vfio::kError) != 0 ||
      count_of(*reply_, address) != count) {
    return std::nullopt;
  }
  return std::move(reply_->payload);
}

size_t Conversation::piece(size_t left) const {
  const uint64_t most = std::min<uint64_t>(session_.limits().transfer, vfio::kMaxTransfer);
  return static_cast<size_t>(std::min<uint64_t>(left, most));
}

bool Conversation::in_pieces(uint64_t address, size_t size,
                             const std::function<bool(uint64_t address, size_t offset, size_t count)>& move) {
  if (asking_) {
    return false;
  }
  asking_ = true;
  withdrawn_ = false;
  bool good = true;
  for (size_t offset = 0; good && offset < size;) {
    const size_t count = piece(size - offset);
    address_ = address + offset;
    good = alive_ && !silent_ && !reset_ahead_ && move(address_, offset, count);
    offset += count;
  }
  asking_ = false;
  return good;
}

bool Conversation::read(uint64_t address, std::span<std::byte> bytes) {
  return in_pieces(address, bytes.size(), [&](uint64_t at, size_t offset, size_t count) {
    const auto payload = ask(Command::kDmaRead, at, count, {});
    if (!payload || payload->size() != sizeof(vfio::DmaAccess) + count) {
      return false;
    }
    std::copy_n(payload->begin() + sizeof(vfio::DmaAccess), count, bytes.begin() + offset);
    return true;
  });
}

bool Conversation::write(uint64_t address, std::span<const std::byte> bytes) {
  return in_pieces(address, bytes.size(), [&](uint64_t at, size_t offset, size_t count) {
    return ask(Command::kDmaWrite, at, count, bytes.subspan(offset, count)).has_value();
  });
}

void Conversation::withdraw(uint64_t address, uint64_t size) {
  withdrawn_ = withdrawn_ || (asking_ && address_ >= address && address_ - address < size);
}

void Conversation::tell_failure(const std::string& text) {
  host_.raise_error();
  if (alive_ && session_.limits().failure_notice) {
    const auto bytes = std::as_bytes(std::span(text.c_str(), text.size() + 1));
    Message notice = vfio::command(0, Command::kPhoticFailure, {bytes.begin(), bytes.end()});
    notice.header.flags |= vfio::kNoReply;
    alive_ = wire_.send({std::move(notice), {}});
  }
}

}  // namespace photic::sim
