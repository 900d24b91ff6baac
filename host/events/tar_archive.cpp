// SPDX-License-Identifier: Apache-2.0
// A tar archive is blocks of 512 bytes: a header, then the file's bytes padded to whole blocks; two blocks of
// zeros end it.
#include "host/events/tar_archive.h"

#include <zlib.h>

#include <algorithm>
#include <memory>

namespace photic::host {
namespace {

using Kind = EventError::Kind;

constexpr size_t kBlock = 512;
const char* const kFetchAgain = "fetch the archive again";

/// Fields of a header block: offset, length.
struct Field {
  size_t offset, length;
};
constexpr Field kName{0, 100}, kSize{124, 12}, kChecksum{148, 8}, kMagic{257, 6}, kPrefix{345, 155};
constexpr size_t kType = 156;

/// A header block, with its place in the archive for messages.
class Header {
 public:
  Header(std::span<const uint8_t> block, const std::string& archive, uint64_t offset)
      : block_(block), archive_(archive), offset_(offset) {}

  bool is_zero() const {
    return std::all_of(block_.begin(), block_.end(), [](uint8_t byte) { return byte == 0; });
  }

  char type() const { return static_cast<char>(block_[kType]); }

  /// Up to the first NUL or the field's end.
  std::string text(Field field) const {
    const auto bytes = block_.subspan(field.offset, field.length);
    return {bytes.begin(), std::find(bytes.begin(), bytes.end(), uint8_t{0})};
  }

  /// Octal digits, spaces before, a space or NUL after.
  uint64_t number(Field field, const char* what) const {
    size_t at = field.offset;
    const size_t end = field.offset + field.length;
    while (at < end && block_[at] == ' ') {
      ++at;
    }
    uint64_t value = 0;
    bool digits = false;
    for (; at < end && block_[at] >= '0' && block_[at] <= '7'; ++at) {
      value = value * 8 + (block_[at] - '0');  // 12 digits at most: 36 bits
      digits = true;
    }
    if (!digits || (at < end && block_[at] != 0 && block_[at] != ' ')) {
      fail(Kind::kCorrupt, std::string("the header's ") + what + " is not an octal number", kFetchAgain);
    }
    return value;
  }

  void check_sum() const {
    uint64_t sum = 0;
    for (size_t i = 0; i < kBlock; ++i) {
      const bool in_checksum = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.length;
      sum += in_checksum ? uint64_t{' '} : block_[i];
    }
    if (sum != number(kChecksum, "checksum")) {
      fail(Kind::kCorrupt, "a header's checksum is wrong", kFetchAgain);
    }
  }

  [[noreturn]] void fail(Kind kind, const std::string& what, const std::string& remedy) const {
    throw EventError(kind, {archive_, offset_}, what, remedy);
  }

 private:
  std::span<const uint8_t> block_;
  const std::string& archive_;
  uint64_t offset_;
};

}  // namespace

TarArchive TarArchive::read(const std::filesystem::path& file) {
  const std::string name = file.string();
  struct Close {
    void operator()(gzFile_s* gz) const { gzclose(gz); }
  };
  const std::unique_ptr<gzFile_s, Close> gz(gzopen(name.c_str(), "rb"));
  if (!gz) {
    throw EventError(Kind::kMissing, {name}, "cannot be opened", "check the path and its permissions");
  }
  std::vector<uint8_t> bytes;
  for (;;) {
    constexpr unsigned kChunk = 1u << 20;
    const size_t done = bytes.size();
    bytes.resize(done + kChunk);
    const int got = gzread(gz.get(), bytes.data() + done, kChunk);
    bytes.resize(done + static_cast<size_t>(std::max(got, 0)));
    int code = Z_OK;
    gzerror(gz.get(), &code);
    if (got < 0) {
      throw EventError(Kind::kCorrupt, {name, bytes.size()}, "the gzip stream is damaged", kFetchAgain);
    }
    if (code == Z_BUF_ERROR) {
      throw EventError(Kind::kTruncated, {name, bytes.size()}, "the gzip stream ends early", kFetchAgain);
    }
    if (got == 0) {
      return parse(std::move(bytes), name);
    }
    if (bytes.size() > kMaxArchiveBytes) {
      throw EventError(Kind::kTooLarge, {name, bytes.size()},
                       "holds more than " + std::to_string(kMaxArchiveBytes) + " bytes", "split the archive");
    }
  }
}

TarArchive TarArchive::parse(std::vector<uint8_t> bytes, const std::string& name) {
  TarArchive archive;
  archive.name_ = name;
  archive.bytes_ = std::move(bytes);
  const std::span<const uint8_t> all = archive.bytes_;
  const auto truncated = [&](const std::string& what) -> EventError {
    return {Kind::kTruncated, {name, all.size()}, "ends inside " + what, kFetchAgain};
  };
  for (size_t at = 0, zeros = 0; zeros < 2;) {
    if (all.size() - at < kBlock) {
      throw truncated(zeros == 0 ? "a header, or without the blocks that end an archive" : "its last block");
    }
    const Header header(all.subspan(at, kBlock), name, at);
    at += kBlock;
    if (header.is_zero()) {
      ++zeros;
      continue;
    }
    zeros = 0;
    header.check_sum();
    const uint64_t size = header.number(kSize, "size");
    const uint64_t padded = (size + kBlock - 1) / kBlock * kBlock;
    if (padded > all.size() - at) {
      throw truncated("'" + header.text(kName) + "', a file of " + std::to_string(size) + " bytes");
    }
    const char type = header.type();
    if (type == 'L' || type == 'K') {
      header.fail(Kind::kUnsupported, "has a GNU long name", "pack the archive with tar --format=ustar");
    }
    if (type == '0' || type == '\0') {
      const std::string prefix = header.text(kMagic) == "ustar" ? header.text(kPrefix) : "";
      archive.files_[prefix.empty() ? header.text(kName) : prefix + "/" + header.text(kName)] = {
          at, static_cast<size_t>(size)};
    }
    at += padded;
  }
  return archive;
}

std::vector<std::string> TarArchive::files() const {
  std::vector<std::string> names;
  names.reserve(files_.size());
  for (const auto& [name, extent] : files_) {
    names.push_back(name);
  }
  return names;
}

std::span<const uint8_t> TarArchive::file(const std::string& path) const {
  const auto found = files_.find(path);
  if (found == files_.end()) {
    throw EventError(Kind::kMissing, {name_}, "holds no file '" + path + "'", "list the archive with tar -t");
  }
  return std::span<const uint8_t>(bytes_).subspan(found->second.begin, found->second.size);
}

}  // namespace photic::host
