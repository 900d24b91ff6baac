// SPDX-License-Identifier: Apache-2.0
// Trees to files and back, and files that another library would write.
#include "host/hdf5/hdf5.h"

#include <gtest/gtest.h>
#include <hdf5.h>

#include <thread>

#include "tests/unit/host/support.h"

namespace photic::host::hdf5 {
namespace {

class Hdf5 : public testing::Test {
 protected:
  std::filesystem::path path(const std::string& name = "file.h5") const { return folder_.path() / name; }

  /// Lets `fill` make a file with the library.
  template <typename Fill>
  void make(Fill fill) const {
    const hid_t file = H5Fcreate(path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    fill(file);
    H5Fclose(file);
  }

  test::TemporaryFolder folder_;
};

void put(hid_t file, const char* name, hid_t type, const std::vector<hsize_t>& shape, const void* data,
         hid_t memory) {
  const hid_t space = shape.empty() ? H5Screate(H5S_SCALAR)
                                    : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
  const hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
  H5Dclose(set);
  H5Sclose(space);
}

Group sample() {
  Group root;
  root.datasets["version"] = scalar(std::string("1.0"));
  root.datasets["names"] = {{2, 2}, std::vector<std::string>{"a", "", "\xC3\xA4", "d.e"}};
  Group& inner = root.groups["a.b"];
  inner.datasets["empty"] = {{0, 3}, std::vector<double>{}};
  inner.datasets["count"] = scalar(int64_t{-7});
  inner.groups["nothing"] = {};
  Dataset large{{700, 401}, std::vector<double>(700 * 401), true};
  for (size_t i = 0; i < large.size(); ++i) {
    std::get<1>(large.values)[i] = 0.1 * static_cast<double>(i % 1013);
  }
  inner.datasets["large"] = large;
  inner.datasets["sizes"] = {{3}, std::vector<int64_t>{1, INT64_MIN, INT64_MAX}, true};
  return root;
}

TEST_F(Hdf5, ReadsBackWhatItWrote) {
  write(path(), sample());
  EXPECT_EQ(read(path()), sample());
}

TEST_F(Hdf5, WritesTheSameBytesForTheSameTree) {
  write(path("one"), sample());
  write(path("two"), sample());
  EXPECT_EQ(test::read_file(path("one")), test::read_file(path("two")));
}

TEST_F(Hdf5, CompressesWhereItIsAskedTo) {
  write(path(), sample());
  EXPECT_LT(std::filesystem::file_size(path()), 700u * 401u * 4u);
}

TEST_F(Hdf5, ReadsEveryNumberAsTheWidestOfItsKind) {
  make([](hid_t file) {
    const float single = 0.1f;
    const int32_t minus = -3;
    const uint8_t byte = 200;
    put(file, "single", H5T_IEEE_F32BE, {}, &single, H5T_NATIVE_FLOAT);
    put(file, "minus", H5T_STD_I16BE, {}, &minus, H5T_NATIVE_INT32);
    put(file, "byte", H5T_STD_U8LE, {}, &byte, H5T_NATIVE_UINT8);
  });
  const Group root = read(path());
  EXPECT_EQ(std::get<1>(root.datasets.at("single").values), std::vector<double>{0.1f});
  EXPECT_EQ(std::get<0>(root.datasets.at("minus").values), std::vector<int64_t>{-3});
  EXPECT_EQ(std::get<0>(root.datasets.at("byte").values), std::vector<int64_t>{200});
}

TEST_F(Hdf5, ReadsBooleansAsNumbers) {
  make([](hid_t file) {
    const hid_t boolean = H5Tenum_create(H5T_NATIVE_INT8);
    const int8_t no = 0, yes = 1;
    H5Tenum_insert(boolean, "FALSE", &no);
    H5Tenum_insert(boolean, "TRUE", &yes);
    const int8_t values[] = {1, 0, 1};
    put(file, "flags", boolean, {3}, values, boolean);
    H5Tclose(boolean);
  });
  EXPECT_EQ(std::get<0>(read(path()).datasets.at("flags").values), (std::vector<int64_t>{1, 0, 1}));
}

TEST_F(Hdf5, ReadsStringsOfFixedLengthWithoutTheirPadding) {
  make([](hid_t file) {
    const auto fixed = [&](const char* name, H5T_str_t padding, const char* data) {
      const hid_t type = H5Tcopy(H5T_C_S1);
      H5Tset_size(type, 6);
      H5Tset_strpad(type, padding);
      put(file, name, type, {1}, data, type);
      H5Tclose(type);
    };
    fixed("null", H5T_STR_NULLPAD, "dense\0");
    fixed("space", H5T_STR_SPACEPAD, "conv  ");
    fixed("term", H5T_STR_NULLTERM, "ab\0xyz");
  });
  const Group root = read(path());
  EXPECT_EQ(std::get<2>(root.datasets.at("null").values), std::vector<std::string>{"dense"});
  EXPECT_EQ(std::get<2>(root.datasets.at("space").values), std::vector<std::string>{"conv"});
  EXPECT_EQ(std::get<2>(root.datasets.at("term").values), std::vector<std::string>{"ab"});
}

TEST_F(Hdf5, ReadsFromManyThreadsAtOnce) {
  write(path(), sample());
  std::vector<std::thread> threads;
  std::vector<int> equal(4, 0);
  for (size_t i = 0; i < equal.size(); ++i) {
    threads.emplace_back([&, i] {
      write(path("of" + std::to_string(i)), sample());
      equal[i] = read(path()) == sample() && read(path("of" + std::to_string(i))) == sample();
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(equal, std::vector<int>(4, 1));
}

TEST_F(Hdf5, SaysWhenAFileIsMissingOrNoFile) {
  EXPECT_THROW(read(path("nothing")), IoError);
  EXPECT_THROW(read(folder_.path()), IoError);
}

TEST_F(Hdf5, RefusesToWriteWhatHdf5CannotName) {
  for (const char* name : {"", ".", "a/b"}) {
    Group root;
    root.groups[name] = {};
    EXPECT_THROW(write(path(), root), Hdf5Error) << name;
    root = {};
    root.datasets[name] = scalar(int64_t{1});
    EXPECT_THROW(write(path(), root), Hdf5Error) << name;
  }
  Group root;
  root.datasets["text"] = scalar(std::string("a\0b", 3));
  EXPECT_THROW(write(path(), root), Hdf5Error);
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(Hdf5, KeepsTheOldFileWhenTheNewCannotBeWritten) {
  write(path(), sample());
  Group bad = sample();
  bad.groups["a/b"] = {};
  EXPECT_THROW(write(path(), bad), Hdf5Error);
  EXPECT_EQ(read(path()), sample());
  EXPECT_THROW(write(path("no/such/folder"), sample()), IoError);
}

}  // namespace
}  // namespace photic::host::hdf5
