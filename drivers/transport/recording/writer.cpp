// SPDX-License-Identifier: Apache-2.0
// Packs events into blocks and blocks into the file.
#include "drivers/transport/recording/writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>

#include "drivers/transport/error.h"

namespace photic::recording {
namespace {

using transport::Error;

// A piece of work that takes more has several blocks.
constexpr size_t kFullBlock = size_t{1} << 20;
constexpr mode_t kMode = 0644;
// Windows of host memory are whole pages.
constexpr uint64_t kPage = 4096;

std::string in_file(const std::string& path) {
  return "recording '" + path + "': ";
}

}  // namespace

Writer::Writer(const std::string& path)
    : path_(path), file_(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, kMode)) {
  if (!file_) {
    throw Error(abi::Status::NOT_FOUND, in_file(path) + "cannot be opened for writing: " +
                                            std::strerror(errno) + "; name a file that can be written");
  }
  struct stat info {};
  fstat(file_.get(), &info);
  if (!S_ISREG(info.st_mode) && !S_ISCHR(info.st_mode)) {
    throw Error(abi::Status::INVALID_ARGUMENT, in_file(path) + "is no file; name one");
  }
  if (flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    throw Error(abi::Status::BUSY,
                in_file(path) + "another device is being recorded to it; name another file");
  }
  if (S_ISREG(info.st_mode) && ftruncate(file_.get(), 0) != 0) {
    throw Error(abi::Status::NOT_FOUND, in_file(path) + "cannot be emptied: " + std::strerror(errno));
  }
}

void Writer::begin(const Header& header) {
  const Prefix prefix;
  write(std::as_bytes(std::span(&prefix, 1)));
  block_.assign(sizeof(BlockHead), std::byte{0});
  put_number(block_, header.contract);
  put_number(block_, header.kind);
  put_number(block_, header.geometry);
  put_number(block_, header.timed ? 1 : 0);
  put_text(block_, header.uri);
  flush();
}

void Writer::put_kind(EventKind kind) {
  put_run();
  if (block_.empty()) {
    block_.assign(sizeof(BlockHead), std::byte{0});
    put_number(block_, number_);
  }
  block_.push_back(static_cast<std::byte>(kind));
  ++number_;
}

void Writer::put_register(EventKind kind, uint32_t offset, uint32_t value) {
  put_kind(kind);
  put_number(block_, offset / sizeof(uint32_t));
  put_number(block_, value);
}

void Writer::put_access(EventKind kind, uint64_t address, size_t words) {
  if (block_.size() >= kFullBlock) {
    flush();
  }
  if (words > kMostWords && !failure_) {
    failure_ = in_file(path_) + "an access of " + std::to_string(words) + " words is too large to record";
  }
  put_kind(kind);
  put_difference(block_, address - next_address_);
  put_number(block_, words);
  next_address_ = address + sizeof(uint64_t) * words;
}

void Writer::put_run() {
  if (!run_.empty()) {
    run_.swap(ended_run_);
    put_access(EventKind::kDmaRead, run_address_, ended_run_.size());
    put_words(block_, ended_run_);
    ended_run_.clear();
  }
}

void Writer::dma_read(uint64_t address, std::span<const uint64_t> words, bool accepted) {
  const bool goes_on = !run_.empty() && address == run_address_ + sizeof(uint64_t) * run_.size() &&
                       address % kPage != 0;  // the window of the word before
  if (!accepted || words.size() >= kPage / sizeof(uint64_t)) {
    put_access(accepted ? EventKind::kDmaRead : EventKind::kDmaReadRefused, address, words.size());
    put_words(block_, accepted ? words : std::span<const uint64_t>());
    return;
  }
  if (!goes_on) {
    put_run();
    run_address_ = address;
  }
  run_.insert(run_.end(), words.begin(), words.end());
}

void Writer::dma_write(uint64_t address, std::span<const uint64_t> words, bool accepted) {
  put_access(accepted ? EventKind::kDmaWrite : EventKind::kDmaWriteRefused, address, words.size());
  put_words(block_, words);
}

void Writer::interrupt(unsigned vector) {
  put_kind(EventKind::kInterrupt);
  put_number(block_, vector);
}

void Writer::settled(std::span<const uint32_t> registers) {
  registers_.resize(registers.size());
  size_t changed = 0;
  for (size_t i = 0; i < registers.size(); ++i) {
    changed += registers[i] != registers_[i] ? 1 : 0;
  }
  put_kind(EventKind::kSettled);
  put_number(block_, changed);
  for (size_t i = 0, next = 0; i < registers.size(); ++i) {
    if (registers[i] != registers_[i]) {
      put_number(block_, i - next);
      put_difference(block_, uint64_t{registers[i]} - uint64_t{registers_[i]});
      next = i + 1;
      registers_[i] = registers[i];
    }
  }
  flush();
}

void Writer::broke(EventKind kind, const std::string& text) {
  put_kind(kind);
  put_text(block_, text);
  flush();
}

void Writer::end() {
  put_kind(EventKind::kEnd);
  flush();
}

void Writer::flush() {
  BlockHead head;
  const auto payload = std::span<const std::byte>(block_).subspan(sizeof(head));
  head.size = static_cast<uint32_t>(payload.size());
  head.crc =
      static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(payload.data()), payload.size()));
  std::memcpy(block_.data(), &head, sizeof(head));
  write(block_);
  block_.clear();
}

void Writer::write(std::span<const std::byte> bytes) {
  while (!failure_ && !bytes.empty()) {
    const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      failure_ = in_file(path_) + "byte " + std::to_string(written_) +
                 " could not be written: " + (count < 0 ? std::strerror(errno) : "nothing was taken") +
                 "; the run ends here, what came before can be replayed";
      return;
    }
    written_ += static_cast<uint64_t>(count);
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
}

}  // namespace photic::recording
