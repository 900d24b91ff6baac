// SPDX-License-Identifier: Apache-2.0
// The IDX reader on good files and on every kind of bad one.
#include "host/data/idx.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

using Kind = DataError::Kind;
using Bytes = std::vector<uint8_t>;

/// Two images of 2 x 3.
Bytes good() {
  Bytes bytes = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3};
  for (uint8_t i = 0; i < 12; ++i) {
    bytes.push_back(static_cast<uint8_t>(10 * i));
  }
  return bytes;
}

class Idx : public testing::Test {
 protected:
  std::filesystem::path put(const Bytes& bytes) {
    test::write_file(folder_.path() / "file", bytes);
    return folder_.path() / "file";
  }

  std::filesystem::path put_gzip(const Bytes& bytes) {
    const std::filesystem::path path = folder_.path() / "file.gz";
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return path;
  }

  /// Reads expecting an error; returns its kind and keeps its offset and text.
  Kind error_of(const std::filesystem::path& path, size_t dimensions = 3) {
    try {
      read_idx(path, dimensions);
    } catch (const DataError& error) {
      offset_ = error.offset();
      text_ = error.what();
      return error.kind();
    }
    ADD_FAILURE() << "no error";
    return Kind::kMissing;
  }

  test::TemporaryFolder folder_;
  uint64_t offset_ = 0;
  std::string text_;
};

TEST_F(Idx, ReadsDimensionsAndValues) {
  const IdxArray array = read_idx(put(good()), 3);
  EXPECT_EQ(array.dims, (std::vector<uint32_t>{2, 2, 3}));
  ASSERT_EQ(array.values.size(), 12u);
  EXPECT_EQ(array.values[11], 110);
}

TEST_F(Idx, ReadsGzipAlike) {
  EXPECT_EQ(read_idx(put_gzip(good()), 3).values, read_idx(put(good()), 3).values);
}

TEST_F(Idx, RejectsAFileCutAnywhereAndSaysWhere) {
  for (size_t length = 0; length < good().size(); ++length) {
    Bytes bytes = good();
    bytes.resize(length);
    EXPECT_EQ(error_of(put(bytes)), Kind::kTruncated) << length;
    EXPECT_EQ(offset_, length);
    EXPECT_NE(text_.find("expected"), std::string::npos);
  }
}

TEST_F(Idx, RejectsAGzipFileCutAnywhere) {
  const std::string whole = test::read_file(put_gzip(good()));
  for (size_t length = 3; length < whole.size(); ++length) {
    const Kind kind =
        error_of(put(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))));
    EXPECT_TRUE(kind == Kind::kTruncated || kind == Kind::kCorrupt) << length << ' ' << text_;
  }
}

TEST_F(Idx, RejectsAGzipFileWhoseChecksumIsWrong) {
  const std::string whole = test::read_file(put_gzip(good()));
  Bytes bytes(whole.begin(), whole.end());
  bytes[bytes.size() - 8] ^= 1;  // first byte of the CRC
  EXPECT_EQ(error_of(put(bytes)), Kind::kCorrupt);
}

TEST_F(Idx, RejectsAForeignMagicNumber) {
  Bytes bytes = good();
  bytes[0] = 1;
  EXPECT_EQ(error_of(put(bytes)), Kind::kCorrupt);
}

TEST_F(Idx, RejectsValuesThatAreNotBytes) {
  Bytes bytes = good();
  bytes[2] = 0x0D;
  EXPECT_EQ(error_of(put(bytes)), Kind::kWrongType);
}

TEST_F(Idx, RejectsAnotherNumberOfDimensions) {
  EXPECT_EQ(error_of(put(good()), 1), Kind::kWrongShape);
}

TEST_F(Idx, RejectsAnEmptyDimension) {
  Bytes bytes = good();
  bytes[11] = 0;
  EXPECT_EQ(error_of(put(bytes)), Kind::kWrongShape);
}

TEST_F(Idx, RejectsAbsurdDimensionsBeforeAllocating) {
  Bytes bytes = good();
  for (size_t i = 4; i < 16; ++i) {
    bytes[i] = 0xFF;
  }
  EXPECT_EQ(error_of(put(bytes)), Kind::kTooLarge);
}

TEST_F(Idx, RejectsBytesAfterTheEnd) {
  Bytes bytes = good();
  bytes.push_back(0);
  EXPECT_EQ(error_of(put(bytes)), Kind::kTrailingBytes);
}

TEST_F(Idx, SaysWhenAFileIsMissing) {
  EXPECT_EQ(error_of(folder_.path() / "nothing"), Kind::kMissing);
}

}  // namespace
}  // namespace photic::host
