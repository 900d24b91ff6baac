// SPDX-License-Identifier: Apache-2.0
// Samples of N-MNIST, made and real.
#include "host/events/nmnist.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "host/events/binning.h"
#include "tests/unit/host/events/archives.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

using Kind = EventError::Kind;
using test::Bytes;

const std::vector<CameraEvent> kEvents = {{3, 33, 1, 7}, {0, 0, 0, 0x12345}, {33, 1, 1, 0x7FFFFF}};

TEST(Nmnist, ReadsFortyBitsAnEvent) {
  const Bytes bytes = {3, 33, 0x80, 0, 7, 0, 0, 0x01, 0x23, 0x45, 33, 1, 0xFF, 0xFF, 0xFF};
  EXPECT_EQ(parse_nmnist(bytes, "sample"), (EventRecording{34, 34, kEvents}));
  EXPECT_TRUE(parse_nmnist({}, "empty").events.empty());
}

TEST(Nmnist, RejectsASampleCutInsideAnEventAndSaysWhich) {
  for (size_t length = 1; length < 15; ++length) {
    Bytes bytes = test::encoded(kEvents);
    bytes.resize(length);
    if (length % 5 == 0) {
      EXPECT_EQ(parse_nmnist(bytes, "s").events.size(), length / 5);
      continue;
    }
    const EventError error = test::error_of([&] { parse_nmnist(bytes, "s.bs2"); });
    EXPECT_EQ(error.kind(), Kind::kTruncated);
    EXPECT_EQ(error.place().file, "s.bs2");
    EXPECT_EQ(error.place().event, length / 5);
    EXPECT_EQ(error.place().byte, length / 5 * 5);
  }
}

TEST(Nmnist, RejectsAnEventBeforeTheOneBefore) {
  const Bytes bytes = test::encoded({{1, 1, 0, 9}, {1, 1, 0, 9}, {1, 1, 0, 8}});
  const EventError error = test::error_of([&] { parse_nmnist(bytes, "s"); });
  EXPECT_EQ(error.kind(), Kind::kOutOfOrder);
  EXPECT_EQ(error.place().event, 2u);
  EXPECT_EQ(error.place().byte, 10u);
  EXPECT_NE(std::string(error.what()).find("s at byte 10 (event 2): is at 8 us, after one at 9 us"),
            std::string::npos);
}

TEST(Nmnist, RejectsAPixelOutsideTheCamera) {
  for (const CameraEvent& event : {CameraEvent{34, 0, 0, 0}, CameraEvent{0, 34, 0, 0}}) {
    EXPECT_EQ(test::error_of([&] { parse_nmnist(test::encoded(event), "s"); }).kind(), Kind::kOutOfRange);
  }
}

class NmnistFiles : public testing::Test {
 protected:
  NmnistArchive archive(const std::string& list) {
    const auto path = folder_.path() / "set.tar";
    test::write_file(path, test::tar({test::tar_entry("set/7.bs2", test::encoded(kEvents)),
                                      test::tar_entry("set/some.txt", {list.begin(), list.end()})}));
    return NmnistArchive(path);
  }

  test::TemporaryFolder folder_;
};

TEST_F(NmnistFiles, ReadsAListAndTheSamplesItNames) {
  const NmnistArchive set = archive("#sample #class\r\n7\t3\r\n 8 9\n\n");
  EXPECT_EQ(set.list("some.txt"), (std::vector<LabelledSample>{{7, 3}, {8, 9}}));
  EXPECT_EQ(set.sample(7).events, kEvents);
}

TEST_F(NmnistFiles, RejectsALineThatIsNotANumberAndADigit) {
  for (const char* line : {"7", "seven 3", "7 x", "7 10", "7 3 1", "-7 3", "7\t99999999999", "7.5 3"}) {
    const EventError error = test::error_of([&] { archive(std::string("1 1\n") + line).list("some.txt"); });
    EXPECT_EQ(error.kind(), Kind::kCorrupt) << line;
    EXPECT_EQ(error.place().byte, 4u) << line;
  }
}

TEST_F(NmnistFiles, NamesTheListOrSampleThatIsNotThere) {
  EXPECT_EQ(test::error_of([&] { archive("").list("other.txt"); }).kind(), Kind::kMissing);
  const EventError error = test::error_of([&] { archive("").sample(8); });
  EXPECT_EQ(error.kind(), Kind::kMissing);
  EXPECT_NE(std::string(error.what()).find("8.bs2"), std::string::npos);
}

TEST_F(NmnistFiles, ReadsASampleOfItsOwn) {
  test::write_file(folder_.path() / "7.bs2", test::encoded(kEvents));
  EXPECT_EQ(read_nmnist(folder_.path() / "7.bs2").events, kEvents);
  EXPECT_EQ(test::error_of([&] { read_nmnist(folder_.path() / "8.bs2"); }).kind(), Kind::kMissing);
}

TEST(NmnistData, HasAHundredTestSamplesOfThePublishedMeanNumberOfEvents) {
  const char* data = std::getenv("PHOTIC_DATA");
  const auto file = std::filesystem::path(data == nullptr ? "" : data) / "nmnist" / "nmnist_small.tar.gz";
  if (!std::filesystem::exists(file)) {
    GTEST_SKIP() << "skipped: no data";
  }
  const NmnistArchive archive(file);
  EXPECT_EQ(archive.list("train1K.txt").size(), 1000u);
  const std::vector<LabelledSample> samples = archive.list("test100.txt");
  ASSERT_EQ(samples.size(), 100u);
  EXPECT_EQ(samples[0], (LabelledSample{60001, 7}));
  size_t events = 0;
  for (const LabelledSample& sample : samples) {
    events += bin(archive.sample(sample.id), kLoihiBinning).events.size();
  }
  EXPECT_NEAR(static_cast<double>(events) / 100, 3826.8, 0.05);
}

}  // namespace
}  // namespace photic::host
