// SPDX-License-Identifier: Apache-2.0
// Framing of vfio-user messages.
#include "drivers/transport/vfio_user.h"

#include <algorithm>
#include <iterator>

namespace photic::transport::vfio {
namespace {

Message message(Header header, std::vector<std::byte> payload) {
  header.size = static_cast<uint32_t>(sizeof(Header) + payload.size());
  return {header, std::move(payload), {}, false};
}

// What follows `"key":` and white space, or nothing.
std::string_view json_value(std::string_view json, std::string_view key) {
  const std::string quoted = '"' + std::string(key) + '"';
  size_t at = json.find(quoted);
  if (at == std::string_view::npos) {
    return {};
  }
  json.remove_prefix(at + quoted.size());
  at = json.find_first_not_of(" \t\r\n");
  if (at == std::string_view::npos || json[at] != ':') {
    return {};
  }
  at = json.find_first_not_of(" \t\r\n", at + 1);
  return at == std::string_view::npos ? std::string_view{} : json.substr(at);
}

}  // namespace

Message command(uint16_t id, Command command, std::vector<std::byte> payload) {
  return message({id, command, 0, 0, 0}, std::move(payload));
}

Message reply(const Header& to, std::vector<std::byte> payload) {
  return message({to.id, to.command, 0, kReply, 0}, std::move(payload));
}

Message refusal(const Header& to, uint32_t error) {
  return message({to.id, to.command, 0, kReply | kError, error}, {});
}

void Framer::feed(std::span<const std::byte> bytes, std::vector<FileDescriptor> descriptors, bool lost) {
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<ptrdiff_t>(begin_));
  begin_ = 0;
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  received_ += bytes.size();
  lost = lost || descriptors_ + descriptors.size() > kMostKept;
  if (lost) {
    descriptors.clear();
  }
  if (lost || !descriptors.empty()) {
    descriptors_ += descriptors.size();
    arrivals_.push_back({received_ - 1, std::move(descriptors), lost});
  }
}

std::optional<Message> Framer::next() {
  const std::span<const std::byte> rest = std::span(bytes_).subspan(begin_);
  const auto header = record_of<Header>(rest);
  if (broken_ || !header) {
    return std::nullopt;
  }
  if (header->size < sizeof(Header) || header->size > kMaxMessage) {
    broken_ = header;
    arrivals_.clear();
    return std::nullopt;
  }
  if (rest.size() < header->size) {
    return std::nullopt;
  }
  Message message{*header, {rest.begin() + sizeof(Header), rest.begin() + header->size}, {}, false};
  begin_ += header->size;
  consumed_ += header->size;
  while (!arrivals_.empty() && arrivals_.front().last_byte < consumed_) {
    Arrival arrival = std::move(arrivals_.front());
    arrivals_.pop_front();
    descriptors_ -= arrival.descriptors.size();
    message.lost_descriptors = message.lost_descriptors || arrival.lost;
    std::move(arrival.descriptors.begin(), arrival.descriptors.end(),
              std::back_inserter(message.descriptors));
  }
  if (message.lost_descriptors || message.descriptors.size() > kMaxDescriptors) {
    message.descriptors.clear();
    message.lost_descriptors = true;
  }
  return message;
}

std::string json_text(std::string_view json, std::string_view key) {
  const std::string_view value = json_value(json, key);
  std::string text;
  if (value.empty() || value[0] != '"') {
    return text;
  }
  for (size_t i = 1; i < value.size() && value[i] != '"'; ++i) {
    i += value[i] == '\\' && i + 1 < value.size() ? 1 : 0;
    text += value[i];
  }
  return text;
}

bool json_flag(std::string_view json, std::string_view key) {
  return json_value(json, key).substr(0, 4) == "true";
}

}  // namespace photic::transport::vfio
