// SPDX-License-Identifier: Apache-2.0
// The IDX header is 00 00 <type> <dimension count>, then big-endian 32-bit sizes, then the values.
#include "host/data/idx.h"

#include <zlib.h>

#include <memory>
#include <span>

namespace photic::host {
namespace {

constexpr uint8_t kUnsignedByte = 0x08;
const char* const kFetchAgain = "fetch the file again";

/// A byte stream over a plain or gzip file that knows how far it has come.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& file)
      : name_(file.string()), gz_(gzopen(name_.c_str(), "rb")) {
    if (!gz_) {
      fail(DataError::Kind::kMissing, "cannot be opened", "check the path and its permissions");
    }
  }

  /// Fills `bytes` or throws.
  void read(std::span<uint8_t> bytes, const char* what) {
    size_t done = 0;
    while (done < bytes.size()) {
      const auto want = static_cast<unsigned>(std::min<size_t>(bytes.size() - done, 1u << 24));
      const int got = gzread(gz_.get(), bytes.data() + done, want);
      if (got <= 0) {
        int code = Z_OK;
        const std::string text = gzerror(gz_.get(), &code);
        offset_ += done;
        if (code != Z_OK && code != Z_BUF_ERROR) {
          fail(DataError::Kind::kCorrupt, "the gzip stream is damaged (" + text + ")", kFetchAgain);
        }
        fail(DataError::Kind::kTruncated,
             "ends inside " + std::string(what) + ": expected " + std::to_string(bytes.size()) +
                 " bytes, got " + std::to_string(done),
             kFetchAgain);
      }
      done += static_cast<size_t>(got);
    }
    offset_ += done;
  }

  /// Throws unless the stream ends here, checksum of a gzip file included.
  void expect_end() {
    uint8_t extra = 0;
    const int got = gzread(gz_.get(), &extra, 1);
    if (got > 0) {
      fail(DataError::Kind::kTrailingBytes, "has bytes after the last value", kFetchAgain);
    }
    int code = Z_OK;
    gzerror(gz_.get(), &code);
    if (got < 0 || code == Z_BUF_ERROR) {
      fail(DataError::Kind::kCorrupt, "the gzip stream ends without a valid checksum", kFetchAgain);
    }
  }

  [[noreturn]] void fail(DataError::Kind kind, const std::string& what, const std::string& remedy) const {
    throw DataError(kind, name_, offset_, what, remedy);
  }

 private:
  struct Close {
    void operator()(gzFile_s* file) const { gzclose(file); }
  };
  std::string name_;
  std::unique_ptr<gzFile_s, Close> gz_;
  uint64_t offset_ = 0;
};

uint32_t big_endian(const uint8_t* b) {
  return (uint32_t{b[0]} << 24) | (uint32_t{b[1]} << 16) | (uint32_t{b[2]} << 8) | uint32_t{b[3]};
}

}  // namespace

IdxArray read_idx(const std::filesystem::path& file, size_t dimensions) {
  Reader reader(file);
  uint8_t magic[4];
  reader.read(magic, "the magic number");
  if (magic[0] != 0 || magic[1] != 0) {
    reader.fail(DataError::Kind::kCorrupt, "does not start with the IDX magic number 00 00",
                "give an IDX file");
  }
  if (magic[2] != kUnsignedByte) {
    reader.fail(DataError::Kind::kWrongType,
                "holds values of IDX type " + std::to_string(magic[2]) + ", expected 8",
                "give a file of unsigned bytes");
  }
  if (magic[3] != dimensions) {
    reader.fail(DataError::Kind::kWrongShape,
                "has " + std::to_string(magic[3]) + " dimensions, expected " + std::to_string(dimensions),
                "check that images and labels are not swapped");
  }
  IdxArray array;
  uint64_t bytes = 1;
  for (size_t d = 0; d < dimensions; ++d) {
    uint8_t word[4];
    reader.read(word, "the dimensions");
    array.dims.push_back(big_endian(word));
    if (array.dims.back() == 0) {
      reader.fail(DataError::Kind::kWrongShape, "dimension " + std::to_string(d) + " is 0", kFetchAgain);
    }
    // Both factors are below 2^32 and the product was at most 2^30 before: no overflow.
    bytes *= array.dims.back();
    if (bytes > kMaxIdxBytes) {
      reader.fail(DataError::Kind::kTooLarge,
                  "claims more than " + std::to_string(kMaxIdxBytes) + " bytes of values", kFetchAgain);
    }
  }
  array.values.resize(bytes);
  reader.read(array.values, "the values");
  reader.expect_end();
  return array;
}

}  // namespace photic::host
