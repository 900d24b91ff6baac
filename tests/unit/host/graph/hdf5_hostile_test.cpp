// SPDX-License-Identifier: Apache-2.0
// Files that reach outside themselves, go in circles or ask for more than there is; children that die.
#include <gtest/gtest.h>
#include <hdf5.h>

#include <csignal>

#include "host/hdf5/child.h"
#include "host/hdf5/hdf5.h"
#include "tests/unit/host/support.h"

namespace photic::host::hdf5 {
namespace {

using Kind = Hdf5Error::Kind;

class HostileHdf5 : public testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "file.h5"; }

  /// What reading says of a file that `fill` made.
  template <typename Fill>
  Kind refusal(Fill fill, const Limits& limits = {}) {
    const hid_t file = H5Fcreate(path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    fill(file);
    H5Fclose(file);
    return refusal_of_file(limits);
  }

  Kind refusal_of_file(const Limits& limits = {}) {
    try {
      read(path(), limits);
    } catch (const Hdf5Error& error) {
      object_ = error.object();
      EXPECT_EQ(error.file(), path().string());
      return error.kind();
    }
    ADD_FAILURE() << "no error";
    return Kind::kNotHdf5;
  }

  test::TemporaryFolder folder_;
  std::string object_;
};

/// A data set of doubles with the storage `creation` asks for; `most` may be larger than `shape`.
void make_dataset(hid_t file, const char* name, const std::vector<hsize_t>& shape, hid_t creation,
                  const hsize_t* most = nullptr) {
  const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), most);
  H5Dclose(H5Dcreate2(file, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
  H5Sclose(space);
}

TEST_F(HostileHdf5, LinksAreNotFollowed) {
  EXPECT_EQ(refusal([](hid_t file) { H5Lcreate_soft("/elsewhere", file, "soft", H5P_DEFAULT, H5P_DEFAULT); }),
            Kind::kUnsupported);
  EXPECT_EQ(object_, "/soft");
  EXPECT_EQ(refusal([](hid_t file) {
              H5Lcreate_external("/etc/passwd", "/", file, "external", H5P_DEFAULT, H5P_DEFAULT);
            }),
            Kind::kUnsupported);
  EXPECT_EQ(object_, "/external");
}

TEST_F(HostileHdf5, CirclesOfHardLinksEnd) {
  EXPECT_EQ(refusal([](hid_t file) {
              const hid_t group = H5Gcreate2(file, "a", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
              H5Lcreate_hard(file, "/", group, "up", H5P_DEFAULT, H5P_DEFAULT);
              H5Gclose(group);
            }),
            Kind::kUnsupported);
  EXPECT_EQ(object_, "/a/up");
}

TEST_F(HostileHdf5, StorageOutsideTheFileIsNotRead) {
  EXPECT_EQ(refusal([](hid_t file) {
              const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
              H5Pset_external(creation, "/etc/passwd", 0, 64);
              make_dataset(file, "stolen", {8}, creation);
              H5Pclose(creation);
            }),
            Kind::kUnsupported);
  EXPECT_EQ(object_, "/stolen");
  EXPECT_EQ(refusal([](hid_t file) {
              const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
              const hsize_t extent = 8;
              const hid_t space = H5Screate_simple(1, &extent, nullptr);
              H5Pset_virtual(creation, space, "other.h5", "data", space);
              make_dataset(file, "virtual", {8}, creation);
              H5Sclose(space);
              H5Pclose(creation);
            }),
            Kind::kUnsupported);
}

TEST_F(HostileHdf5, TypesWithoutAMeaningAreRefused) {
  EXPECT_EQ(refusal([](hid_t file) {
              const hid_t compound = H5Tcreate(H5T_COMPOUND, 8);
              H5Tinsert(compound, "x", 0, H5T_NATIVE_INT);
              H5Tcommit2(file, "type", compound, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
              H5Tclose(compound);
            }),
            Kind::kUnsupported);
  EXPECT_EQ(object_, "/type");
  EXPECT_EQ(refusal([](hid_t file) {
              const hid_t space = H5Screate(H5S_SCALAR);
              const hid_t compound = H5Tcreate(H5T_COMPOUND, 8);
              H5Tinsert(compound, "x", 0, H5T_NATIVE_INT);
              H5Dclose(H5Dcreate2(file, "pair", compound, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
              H5Tclose(compound);
              H5Sclose(space);
            }),
            Kind::kUnsupported);
  EXPECT_EQ(refusal([](hid_t file) {
              const hid_t space = H5Screate(H5S_SCALAR);
              const hid_t set =
                  H5Dcreate2(file, "big", H5T_STD_U64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
              const uint64_t value = UINT64_MAX;
              H5Dwrite(set, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value);
              H5Dclose(set);
              H5Sclose(space);
            }),
            Kind::kUnsupported);
}

TEST_F(HostileHdf5, ClaimsOfSizeAreCheckedBeforeTheyAreBelieved) {
  // Nothing is stored for any of these: late allocation makes them small files.
  EXPECT_EQ(refusal([](hid_t file) { make_dataset(file, "vast", {hsize_t{1} << 40}, H5P_DEFAULT); }),
            Kind::kTooLarge);
  EXPECT_EQ(object_, "/vast");
  EXPECT_EQ(refusal([](hid_t file) {
              const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
              const hsize_t chunk = hsize_t{1} << 28;
              H5Pset_chunk(creation, 1, &chunk);
              H5Pset_deflate(creation, 1);
              const hsize_t unlimited = H5S_UNLIMITED;
              make_dataset(file, "chunky", {4}, creation, &unlimited);
              H5Pclose(creation);
            }),
            Kind::kTooLarge);
  EXPECT_EQ(refusal([](hid_t file) { make_dataset(file, "many", {4096}, H5P_DEFAULT); }, {.bytes = 4096}),
            Kind::kTooLarge);
}

TEST_F(HostileHdf5, DepthAndNumberOfObjectsAreBounded) {
  const auto nest = [](int depth) {
    return [depth](hid_t file) {
      std::string path;
      for (int i = 0; i < depth; ++i) {
        path += "/g";
        H5Gclose(H5Gcreate2(file, path.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
      }
    };
  };
  EXPECT_EQ(refusal(nest(33)), Kind::kTooLarge);
  EXPECT_EQ(
      refusal(
          [](hid_t file) {
            for (int i = 0; i < 20; ++i) {
              H5Gclose(H5Gcreate2(file, std::to_string(i).c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
            }
          },
          {.objects = 19}),
      Kind::kTooLarge);
  EXPECT_EQ(refusal(
                [](hid_t file) {
                  // A few groups, each twice in the one before: two to the depth paths.
                  hid_t group = H5Gcreate2(file, "0", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
                  for (int i = 1; i < 25; ++i) {
                    const hid_t next = H5Gcreate2(group, "a", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
                    H5Lcreate_hard(group, "a", group, "b", H5P_DEFAULT, H5P_DEFAULT);
                    H5Gclose(group);
                    group = next;
                  }
                  H5Gclose(group);
                },
                {.objects = 1000}),
            Kind::kTooLarge);
}

TEST_F(HostileHdf5, OtherFilesAreRecognised) {
  test::write_file(path(), {'P', 'K', 3, 4, 5, 6, 7, 8, 9});
  EXPECT_EQ(refusal_of_file(), Kind::kNotHdf5);
  test::write_file(path(), {});
  EXPECT_EQ(refusal_of_file(), Kind::kNotHdf5);
  test::write_file(path(), std::vector<uint8_t>(100));
  EXPECT_EQ(refusal_of_file({.file_bytes = 99}), Kind::kTooLarge);
}

/// What the parent learns of a child that does `work`.
std::string end_of(const std::function<void(const Child::Put&)>& work, unsigned seconds = 30) {
  Child child("file", uint64_t{64} << 20, seconds, work);
  uint8_t bytes[4];
  try {
    child.get(bytes);
  } catch (const Child::Ended& ended) {
    return ended.what;
  }
  return std::string(bytes, bytes + sizeof bytes);
}

TEST(ReadingProcess, SendsWhatItFinds) {
  EXPECT_EQ(end_of([](const Child::Put& put) {
              put(std::vector<uint8_t>{'f', 'i'}), put(std::vector<uint8_t>{'n', 'd'});
            }),
            "find");
}

TEST(ReadingProcess, MayCrash) {
  EXPECT_EQ(end_of([](const Child::Put&) { std::raise(SIGSEGV); }),
            "the reading process was ended: Segmentation fault");
  EXPECT_EQ(end_of([](const Child::Put&) { std::abort(); }), "the reading process was ended: Aborted");
  EXPECT_EQ(end_of([](const Child::Put&) {}), "the reading process broke off");
  EXPECT_EQ(end_of([](const Child::Put&) { throw 1; }), "the reading process broke off");
}

TEST(ReadingProcess, MayHang) {
  const std::string busy = end_of(
      [](const Child::Put&) {
        const volatile bool forever = true;
        while (forever) {
        }
      },
      1);
  EXPECT_TRUE(busy == "reading it takes too long" || busy.starts_with("the reading process was ended"))
      << busy;
  EXPECT_EQ(end_of([](const Child::Put&) { pause(); }, 1), "reading it takes too long");
}

TEST(ReadingProcess, HasNoFileButThePipe) {
  const std::filesystem::path null = "/dev/null";
  const std::ifstream kept_open(null);
  EXPECT_EQ(end_of([](const Child::Put& put) {
              size_t open = 0;
              for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
                open += std::filesystem::read_symlink(entry.path()).string().starts_with("pipe:") ? 100 : 1;
              }
              // Standard input, output and error, the folder that is being listed, the pipe.
              const std::string text = std::to_string(1000 + open);
              put({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
            }),
            "1104");
}

TEST(ReadingProcess, IsGoneWhenItsParentLosesInterest) {
  // Destroyed while the child waits for ever: the destructor returns.
  const Child child("file", uint64_t{64} << 20, 30, [](const Child::Put&) { pause(); });
}

}  // namespace
}  // namespace photic::host::hdf5
