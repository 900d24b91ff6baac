// SPDX-License-Identifier: Apache-2.0
// The safetensors reader and writer, on good files and on broken ones.
#include "host/checkpoint/safetensors.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <cstring>

#include "host/base/atomic_file.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

using Kind = CheckpointError::Kind;
using Bytes = std::vector<uint8_t>;

/// A file of `header` as it stands and `data_bytes` bytes of data.
Bytes file_of(const std::string& header, size_t data_bytes) {
  std::string text(8, '\0');
  const uint64_t length = header.size();
  std::memcpy(text.data(), &length, 8);
  text += header + std::string(data_bytes, 'x');
  return {text.begin(), text.end()};
}

Kind error_of(const Bytes& bytes) {
  try {
    parse_safetensors(bytes, "test");
  } catch (const CheckpointError& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no error";
  return Kind::kMissing;
}

TensorFile sample() {
  TensorFile file;
  file.tensors["a"] = {"F32", {2, 3}, Bytes(24, 1)};
  file.tensors["empty"] = {"F64", {0, 5}, {}};
  file.tensors["scalar"] = {"U64", {}, Bytes(8, 2)};
  file.metadata = {{"key", "value with \"quotes\" and \n newlines"}};
  return file;
}

TEST(Safetensors, ReadsWhatItWrote) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "file.safetensors";
  write_safetensors(path, sample());
  const TensorFile read = read_safetensors(path);
  EXPECT_EQ(read.tensors, sample().tensors);
  EXPECT_EQ(read.metadata, sample().metadata);
  uint64_t header = 0;
  std::memcpy(&header, test::read_file(path).data(), 8);
  EXPECT_EQ(header % 8, 0u) << "the data starts aligned";
}

TEST(Safetensors, ReadsAFileOfAnotherWriter) {
  const TensorFile file =
      parse_safetensors(file_of(R"({"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},)"
                                R"("a":{"dtype":"I32","shape":[1,1],"data_offsets":[0,4]}}   )",
                                8),
                        "test");
  EXPECT_EQ(file.tensors.at("b").dtype, "BF16");
  EXPECT_EQ(file.tensors.at("a").bytes.size(), 4u);
}

TEST(Safetensors, RejectsAFileCutAnywhere) {
  const test::TemporaryFolder folder;
  write_safetensors(folder.path() / "file", sample());
  const std::string whole = test::read_file(folder.path() / "file");
  for (size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THROW(
        parse_safetensors(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)), "test"),
        CheckpointError)
        << length;
  }
}

TEST(Safetensors, EndsWithATypedErrorOrAFileWhateverByteIsDamaged) {
  const test::TemporaryFolder folder;
  write_safetensors(folder.path() / "file", sample());
  const std::string whole = test::read_file(folder.path() / "file");
  int rejected = 0;
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const int flip : {0x01, 0x20, 0x80, 0xFF}) {
      Bytes bytes(whole.begin(), whole.end());
      bytes[at] = static_cast<uint8_t>(bytes[at] ^ flip);
      try {
        parse_safetensors(bytes, "test");
      } catch (const CheckpointError&) {
        ++rejected;
      }
    }
  }
  EXPECT_GT(rejected, 300);
}

TEST(Safetensors, RejectsAbsurdHeaderSizes) {
  EXPECT_EQ(error_of(Bytes(8, 0xFF)), Kind::kHeaderSize);
  EXPECT_EQ(error_of(file_of("", 4)), Kind::kHeaderSize);
  Bytes longer = file_of("{}", 0);
  longer[0] = 200;
  EXPECT_EQ(error_of(longer), Kind::kTruncated);
}

TEST(Safetensors, RejectsHeadersThatAreNotWhatTheFormatAsksFor) {
  const char* const headers[] = {
      "not json",
      "[]",
      "\"text\"",
      R"({"a":3})",
      R"({"a":{"dtype":"F32","shape":[1]}})",
      R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}})",
      R"({"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}})",
      R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})",
      R"({"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}})",
      R"({"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}})",
      R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}})",
      R"({"a":{"dtype":"F32","shape":[1],"data_offsets":["0",4]}})",
      R"({"__metadata__":{"k":1}})",
      R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
      R"({"a":[[[[[[]]]]]]})",
  };
  for (const char* header : headers) {
    EXPECT_EQ(error_of(file_of(header, 4)), Kind::kHeader) << header;
  }
}

TEST(Safetensors, RejectsTensorsThatOverlapLeaveHolesOrReachOutside) {
  const auto two = [](const std::string& first, const std::string& second) {
    return R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)" + first +
           R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + second + "}}";
  };
  EXPECT_EQ(error_of(file_of(two("[0,4]", "[2,6]"), 8)), Kind::kOffsets) << "overlap";
  EXPECT_EQ(error_of(file_of(two("[0,4]", "[0,4]"), 4)), Kind::kOffsets) << "the same bytes twice";
  EXPECT_EQ(error_of(file_of(two("[0,4]", "[5,9]"), 9)), Kind::kOffsets) << "hole";
  EXPECT_EQ(error_of(file_of(two("[0,4]", "[4,8]"), 7)), Kind::kOffsets) << "outside";
  EXPECT_EQ(error_of(file_of(two("[0,4]", "[4,8]"), 9)), Kind::kOffsets) << "left over";
  EXPECT_EQ(error_of(file_of(two("[4,0]", "[4,8]"), 8)), Kind::kOffsets) << "backwards";
}

TEST(Safetensors, RejectsShapesAndTypesThatContradictTheBytes) {
  EXPECT_EQ(error_of(file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4)), Kind::kShape);
  EXPECT_EQ(error_of(file_of(R"({"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}})", 4)), Kind::kDtype);
  EXPECT_EQ(
      error_of(file_of(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,0]}})", 0)),
      Kind::kShape)
      << "4 * 2^66 bytes would be 0 in 64 bits";
}

TEST(Safetensors, RefusesToWriteATensorThatContradictsItself) {
  const test::TemporaryFolder folder;
  TensorFile file;
  file.tensors["a"] = {"F32", {2}, Bytes(4)};
  EXPECT_THROW(write_safetensors(folder.path() / "file", file), CheckpointError);
  file.tensors["a"] = {"F99", {2}, Bytes(8)};
  EXPECT_THROW(write_safetensors(folder.path() / "file", file), CheckpointError);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Safetensors, SaysWhenAFileIsMissing) {
  try {
    read_safetensors("/nowhere/file.safetensors");
    FAIL();
  } catch (const CheckpointError& error) {
    EXPECT_EQ(error.kind(), Kind::kMissing);
  }
}

/// Makes every write beyond `bytes` of a file fail, as a full disk would.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    ::signal(SIGXFSZ, old_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

TEST(WriteAtomically, KeepsTheOldFileAndLeavesNoOtherWhenThereIsNoRoom) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "file";
  write_atomically(path, "the old contents");
  {
    const FileSizeLimit limit(1000);
    try {
      write_atomically(path, std::string(5000, 'x'));
      ADD_FAILURE() << "no error";
    } catch (const IoError& error) {
      EXPECT_NE(std::string(error.what()).find("free some space"), std::string::npos) << error.what();
    }
  }
  EXPECT_EQ(test::read_file(path), "the old contents");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(WriteAtomically, SaysWhenTheFolderIsMissing) {
  EXPECT_THROW(write_atomically("/nowhere/at/all", "text"), IoError);
}

}  // namespace
}  // namespace photic::host
