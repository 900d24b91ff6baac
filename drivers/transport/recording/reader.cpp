// SPDX-License-Identifier: Apache-2.0
// Checks blocks and unpacks events.
#include "drivers/transport/recording/reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "drivers/abi/contract.h"
#include "drivers/abi/registers.h"
#include "drivers/transport/error.h"

namespace photic::recording {
namespace {

using transport::Error;
using transport::FileDescriptor;

constexpr uint64_t kLargest32 = std::numeric_limits<uint32_t>::max();

FileDescriptor open_file(const std::string& path) {
  FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    throw Error(abi::Status::NOT_FOUND,
                "recording '" + path + "' cannot be opened: " + std::strerror(errno) + "; check the path");
  }
  return file;
}

}  // namespace

Reader::Reader(const std::string& path) : Reader(open_file(path), path) {}

Reader::Reader(FileDescriptor file, const std::string& path) : path_(path), file_(std::move(file)) {
  struct stat info {};
  if (fstat(file_.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    refuse(0, "it is no file");
  }
  size_ = static_cast<uint64_t>(info.st_size);
  read_header();
}

void Reader::refuse(uint64_t position, const std::string& what) const {
  throw Error(abi::Status::INVALID_ARGUMENT,
              "recording '" + path_ + "', byte " + std::to_string(position) + ": " + what);
}

size_t Reader::read(void* to, size_t count) {
  size_t done = 0;
  while (done < count) {
    const ssize_t got =
        pread(file_.get(), static_cast<char*>(to) + done, count - done, static_cast<off_t>(position_ + done));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      refuse(position_ + done, std::string("it cannot be read: ") + std::strerror(errno));
    }
    if (got == 0) {
      break;
    }
    done += static_cast<size_t>(got);
  }
  position_ += done;
  return done;
}

Reader::Block Reader::read_block() {
  const uint64_t start = position_;
  BlockHead head;
  const size_t count = read(&head, sizeof(head));
  if (count == 0) {
    return Block::kNone;
  }
  if (count < sizeof(head) || head.size > size_ - std::min(size_, position_)) {
    refuse(start, "the file is torn in the midst of a block");
  }
  block_.resize(head.size);
  if (read(block_.data(), block_.size()) != block_.size()) {
    refuse(start, "the file became shorter while it was read");
  }
  if (crc32_z(0, reinterpret_cast<const Bytef*>(block_.data()), block_.size()) != head.crc) {
    refuse(start, "the block of " + std::to_string(head.size) + " bytes is damaged: its checksum is wrong");
  }
  block_position_ = start + sizeof(head);
  unpacker_ = Unpacker(block_);
  return Block::kWhole;
}

void Reader::read_header() {
  Prefix prefix;
  const Prefix wanted;
  if (read(&prefix, sizeof(prefix)) != sizeof(prefix) || prefix.magic != wanted.magic) {
    refuse(0, "it is no recording");
  }
  if (prefix.version != kVersion) {
    throw Error(abi::Status::UNSUPPORTED, "recording '" + path_ + "' is of format version " +
                                              std::to_string(prefix.version) +
                                              ", this program reads version " + std::to_string(kVersion) +
                                              "; use a program that fits it");
  }
  try {
    if (read_block() == Block::kNone) {
      refuse(position_, "the file is torn before it says of what it is");
    }
    header_.contract = static_cast<uint32_t>(unpacker_.number(kLargest32, "the contract hash"));
    if (header_.contract != abi::kContractHash) {
      throw Error(abi::Status::CONTRACT_MISMATCH,
                  "recording '" + path_ + "' is of a device built from specification " +
                      hex(header_.contract) + ", this program from " + hex(abi::kContractHash) +
                      "; replay it with the program it was made by, or record anew");
    }
    header_.kind = static_cast<uint32_t>(unpacker_.number(kLargest32, "the kind of device"));
    header_.geometry = static_cast<uint32_t>(unpacker_.number(kLargest32, "the geometry"));
    header_.timed = unpacker_.number(1, "the mark of a clock") != 0;
    header_.uri = unpacker_.text();
    if (!unpacker_.at_end()) {
      throw Malformed(unpacker_.offset(), "something follows the device's URI");
    }
  } catch (const Malformed& error) {
    refuse(block_position_ + error.offset(), error.what());
  }
  offsets_ = register_offsets(header_.kind);
  registers_.assign(offsets_.size(), 0);
}

bool Reader::next(Event& event) {
  if (!damage_.empty()) {
    throw Error(abi::Status::INVALID_ARGUMENT, damage_);
  }
  try {
    while (unpacker_.at_end()) {
      if (read_block() == Block::kNone) {
        if (!ended_) {
          refuse(position_, "the file is torn");
        }
        return false;
      }
      begin_block();
    }
    decode(event);
    return true;
  } catch (const Malformed& error) {
    damage_ = "recording '" + path_ + "', byte " + std::to_string(block_position_ + error.offset()) + ": " +
              error.what();
  } catch (const Error& error) {
    damage_ = error.what();
  }
  damage_ += "; events before number " + std::to_string(number_) + " are whole";
  throw Error(abi::Status::INVALID_ARGUMENT, damage_);
}

void Reader::begin_block() {
  if (ended_) {
    throw Malformed(0, "a block follows the end of the recording");
  }
  if (const uint64_t first = unpacker_.number(); first != number_) {
    throw Malformed(0, "a block of event " + std::to_string(first) + " stands where event " +
                           std::to_string(number_) + " belongs");
  }
  if (unpacker_.at_end()) {
    throw Malformed(0, "a block has no events");
  }
}

void Reader::decode(Event& event) {
  const size_t start = unpacker_.offset();
  if (ended_) {
    throw Malformed(start, "an event follows the end of the recording");
  }
  event = {static_cast<EventKind>(unpacker_.byte()), number_, 0, 0, 0, 0, std::move(event.data), {}, {}};
  event.data.clear();
  switch (event.kind) {
    case EventKind::kWrite:
    case EventKind::kRead:
      event.offset = static_cast<uint32_t>(
          sizeof(uint32_t) * unpacker_.number(abi::kBarSize / sizeof(uint32_t) - 1, "a register's number"));
      event.value = static_cast<uint32_t>(unpacker_.number(kLargest32, "a register's value"));
      break;
    case EventKind::kDmaRead:
    case EventKind::kDmaReadRefused:
    case EventKind::kDmaWrite:
    case EventKind::kDmaWriteRefused:
      event.address = next_address_ + unpacker_.difference();
      event.words = unpacker_.number(kMostWords, "the number of an access's words");
      if (event.words == 0) {
        throw Malformed(start, "an access has no words");
      }
      if (event.kind != EventKind::kDmaReadRefused) {
        unpacker_.words(event.words, event.data);
      }
      next_address_ = event.address + sizeof(uint64_t) * event.words;
      break;
    case EventKind::kInterrupt:
      event.value = static_cast<uint32_t>(unpacker_.number(kLargest32, "an interrupt's vector"));
      break;
    case EventKind::kSettled:
      decode_registers(event);
      break;
    case EventKind::kFailed:
    case EventKind::kStopped:
      event.text = unpacker_.text();
      break;
    case EventKind::kReset:
      break;
    case EventKind::kEnd:
      ended_ = true;
      break;
    default:
      throw Malformed(start, "an event is of no known kind");
  }
  ++number_;
}

void Reader::decode_registers(Event& event) {
  const uint64_t changed = unpacker_.number(offsets_.size(), "the number of changed registers");
  uint64_t index = 0;
  for (uint64_t i = 0; i < changed; ++i, ++index) {
    const size_t start = unpacker_.offset();
    const uint64_t skipped = unpacker_.number();
    if (index >= offsets_.size() || skipped >= offsets_.size() - index) {
      throw Malformed(start, "a changed register is none of the device's");
    }
    index += skipped;
    registers_[index] += static_cast<uint32_t>(unpacker_.difference());
    event.registers.emplace_back(offsets_[index], registers_[index]);
  }
}

}  // namespace photic::recording
