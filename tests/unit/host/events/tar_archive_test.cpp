// SPDX-License-Identifier: Apache-2.0
// The tar walk on good archives and on every kind of bad one.
#include "host/events/tar_archive.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/unit/host/events/archives.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

using Kind = EventError::Kind;
using test::Bytes;

Bytes content(size_t size) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<uint8_t>(i * 7 + 1);
  }
  return bytes;
}

Bytes good() {
  return test::tar({test::tar_entry("folder/", {}, '5'), test::tar_entry("folder/a", content(513)),
                    test::tar_entry("folder/empty", {}), test::tar_entry("b", content(512))});
}

Bytes read(const TarArchive& archive, const std::string& path) {
  const auto bytes = archive.file(path);
  return {bytes.begin(), bytes.end()};
}

TEST(TarArchive, GivesEachFilesBytesAndPassesOverFolders) {
  const TarArchive archive = TarArchive::parse(good(), "good");
  EXPECT_EQ(archive.files(), (std::vector<std::string>{"b", "folder/a", "folder/empty"}));
  EXPECT_EQ(read(archive, "folder/a"), content(513));
  EXPECT_EQ(read(archive, "b"), content(512));
  EXPECT_TRUE(archive.file("folder/empty").empty());
}

TEST(TarArchive, JoinsAPrefixToANameAndFillsTheNameField) {
  const std::string full(100, 'n');
  Bytes bytes = test::tar_header(full, 0, '0', "some/folder");
  bytes.resize(bytes.size() + 1024);
  EXPECT_EQ(TarArchive::parse(bytes, "long").files(), std::vector<std::string>{"some/folder/" + full});
}

TEST(TarArchive, TakesNoPrefixFromAGnuHeaderWhichKeepsTimesThere) {
  Bytes bytes = test::tar_header("a", 0, '0', "14000000000");
  bytes[262] = ' ';  // "ustar " is GNU's mark, "ustar" and a NUL is POSIX's
  test::seal(bytes);
  bytes.resize(bytes.size() + 1024);
  EXPECT_EQ(TarArchive::parse(bytes, "gnu").files(), std::vector<std::string>{"a"});
}

TEST(TarArchive, TakesTheLaterOfTwoFilesOfOneName) {
  const Bytes bytes = test::tar({test::tar_entry("a", content(3)), test::tar_entry("a", content(2))});
  EXPECT_EQ(read(TarArchive::parse(bytes, "twice"), "a"), content(2));
}

TEST(TarArchive, RejectsAnArchiveCutAnywhere) {
  for (size_t length = 0; length < good().size(); ++length) {
    Bytes bytes = good();
    bytes.resize(length);
    const EventError error = test::error_of([&] { TarArchive::parse(bytes, "cut"); });
    EXPECT_EQ(error.kind(), Kind::kTruncated) << length;
    EXPECT_EQ(error.place().byte, length);
  }
}

TEST(TarArchive, RejectsAHeaderWithAnyBitOfItsNameOrSizeFlipped) {
  for (const size_t at : {0u, 99u, 124u, 134u, 156u, 345u}) {
    Bytes bytes = good();
    bytes[at] ^= 1;
    EXPECT_EQ(test::error_of([&] { TarArchive::parse(bytes, "bad"); }).kind(), Kind::kCorrupt) << at;
  }
}

TEST(TarArchive, RejectsASizeThatIsNoOctalNumberOrBeyondTheArchive) {
  const auto with_size = [](const std::string& digits) {
    Bytes header = test::tar_header("a", 0);
    std::copy(digits.begin(), digits.end(), header.begin() + 124);
    test::seal(header);
    return test::tar({header});
  };
  for (const char* digits : {"8", "\x80", "zzzzzzzzzzzz", "            "}) {
    EXPECT_EQ(test::error_of([&] { TarArchive::parse(with_size(digits), "bad"); }).kind(), Kind::kCorrupt);
  }
  EXPECT_EQ(test::error_of([&] { TarArchive::parse(with_size("777777777777"), "bad"); }).kind(),
            Kind::kTruncated);
}

TEST(TarArchive, RejectsLongNamesItWouldOtherwiseGetWrong) {
  const Bytes bytes = test::tar({test::tar_entry("././@LongLink", content(120), 'L')});
  EXPECT_EQ(test::error_of([&] { TarArchive::parse(bytes, "gnu"); }).kind(), Kind::kUnsupported);
}

TEST(TarArchive, NamesTheArchiveAndTheFileItDoesNotHold) {
  const EventError error = test::error_of([] { TarArchive::parse(good(), "x.tar").file("c"); });
  EXPECT_EQ(error.kind(), Kind::kMissing);
  EXPECT_NE(std::string(error.what()).find("x.tar"), std::string::npos);
  EXPECT_NE(std::string(error.what()).find("'c'"), std::string::npos);
}

class TarFile : public testing::Test {
 protected:
  std::filesystem::path put(const Bytes& bytes) {
    test::write_file(path_, bytes);
    return path_;
  }

  std::filesystem::path put_gzip(const Bytes& bytes) {
    const gzFile file = gzopen(path_.c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return path_;
  }

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "archive";
};

TEST_F(TarFile, ReadsPlainAndGzipAlike) {
  EXPECT_EQ(read(TarArchive::read(put(good())), "folder/a"), content(513));
  EXPECT_EQ(read(TarArchive::read(put_gzip(good())), "folder/a"), content(513));
}

TEST_F(TarFile, RejectsAGzipStreamCutOrDamaged) {
  const std::string whole = test::read_file(put_gzip(good()));
  for (size_t length = 3; length < whole.size(); ++length) {
    const Bytes bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    const Kind kind = test::error_of([&] { TarArchive::read(put(bytes)); }).kind();
    EXPECT_TRUE(kind == Kind::kTruncated || kind == Kind::kCorrupt) << length;
  }
  Bytes bytes(whole.begin(), whole.end());
  bytes[bytes.size() - 8] ^= 1;  // first byte of the CRC
  EXPECT_EQ(test::error_of([&] { TarArchive::read(put(bytes)); }).kind(), Kind::kCorrupt);
}

TEST_F(TarFile, SaysWhenAFileIsMissing) {
  EXPECT_EQ(test::error_of([&] { TarArchive::read(folder_.path() / "nothing"); }).kind(), Kind::kMissing);
}

}  // namespace
}  // namespace photic::host
