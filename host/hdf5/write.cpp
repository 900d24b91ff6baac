// SPDX-License-Identifier: Apache-2.0
// The library builds the file in memory; write_atomically puts it in its place.
#include <algorithm>

#include "host/base/atomic_file.h"
#include "host/hdf5/errors.h"
#include "host/hdf5/hdf5.h"
#include "host/hdf5/library.h"

namespace photic::host::hdf5 {
namespace {

using Kind = Hdf5Error::Kind;

/// Chunks of compressed arrays hold at most this many values: 1 MiB, what the library's chunk cache holds.
constexpr hsize_t kChunkValues = hsize_t{1} << 17;
constexpr unsigned kGzipLevel = 4;

class Writer {
 public:
  explicit Writer(std::string file) : file_(std::move(file)) {}

  static std::string member(std::string path, const std::string& name) {
    path += '/';
    path += name;
    return path;
  }

  void members(hid_t parent, const Group& group, const std::string& path) {
    for (const auto& [name, dataset] : group.datasets) {
      check_name(name, path);
      put(parent, name, dataset, member(path, name));
    }
    for (const auto& [name, inner] : group.groups) {
      check_name(name, path);
      if (group.datasets.contains(name)) {
        unsupported(member(path, name), "is a group and a data set");
      }
      const Handle creation = made(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, path);
      H5Pset_obj_track_times(creation.get(), false);
      const Handle made_group =
          made(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), H5Gclose,
               member(path, name));
      members(made_group.get(), inner, member(path, name));
    }
  }

  Handle made(hid_t id, herr_t (*close)(hid_t), const std::string& path) const {
    if (id < 0) {
      throw IoError(file_ + ", object '" + path + "'", "cannot be made: " + last_reason(),
                    "free some memory");
    }
    return {id, close};
  }

 private:
  [[noreturn]] void unsupported(const std::string& path, const std::string& what) const {
    throw Hdf5Error(Kind::kUnsupported, file_, path, what, "rename or change it");
  }

  void check_name(const std::string& name, const std::string& path) const {
    if (name.empty() || name == "." || name.find('/') != std::string::npos ||
        name.find('\0') != std::string::npos) {
      unsupported(path, "has a member named '" + name + "', which HDF5 cannot name");
    }
  }

  void put(hid_t parent, const std::string& name, const Dataset& dataset, const std::string& path) const {
    const std::vector<hsize_t> extents(dataset.shape.begin(), dataset.shape.end());
    const Handle space =
        made(extents.empty() ? H5Screate(H5S_SCALAR)
                             : H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr),
             H5Sclose, path);
    const Handle creation = made(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, path);
    H5Pset_obj_track_times(creation.get(), false);
    if (dataset.compressed && !extents.empty() && dataset.size() > 0) {
      const std::vector<hsize_t> chunk = chunk_of(extents);
      H5Pset_chunk(creation.get(), static_cast<int>(chunk.size()), chunk.data());
      H5Pset_deflate(creation.get(), kGzipLevel);
    }
    const Handle text = made(H5Tcopy(H5T_C_S1), H5Tclose, path);
    H5Tset_size(text.get(), H5T_VARIABLE);
    H5Tset_cset(text.get(), H5T_CSET_UTF8);
    const hid_t stored[] = {H5T_STD_I64LE, H5T_IEEE_F64LE, text.get()};
    const hid_t held[] = {H5T_NATIVE_INT64, H5T_NATIVE_DOUBLE, text.get()};
    const size_t type = dataset.values.index();
    const Handle made_dataset = made(
        H5Dcreate2(parent, name.c_str(), stored[type], space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
        H5Dclose, path);
    if (dataset.size() == 0) {
      return;
    }
    std::vector<const char*> texts;
    if (const auto* strings = std::get_if<2>(&dataset.values)) {
      for (const std::string& value : *strings) {
        if (value.find('\0') != std::string::npos) {
          unsupported(path, "holds a string with a null byte");
        }
        texts.push_back(value.c_str());
      }
    }
    const void* data = type == 0   ? static_cast<const void*>(std::get<0>(dataset.values).data())
                       : type == 1 ? static_cast<const void*>(std::get<1>(dataset.values).data())
                                   : static_cast<const void*>(texts.data());
    if (H5Dwrite(made_dataset.get(), held[type], H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0) {
      throw IoError(file_ + ", object '" + path + "'", "cannot be written: " + last_reason(),
                    "free some memory");
    }
  }

  /// The largest extents, halved until a chunk is small enough.
  static std::vector<hsize_t> chunk_of(std::vector<hsize_t> extents) {
    const auto values = [&] {
      hsize_t product = 1;
      for (const hsize_t extent : extents) {
        product *= extent;
      }
      return product;
    };
    while (values() > kChunkValues) {
      auto largest = std::max_element(extents.begin(), extents.end());
      *largest = (*largest + 1) / 2;
    }
    return extents;
  }

  std::string file_;
};

}  // namespace

void write(const std::filesystem::path& file, const Group& root) {
  std::vector<uint8_t> image;
  {
    const std::lock_guard<std::mutex> lock(library_mutex());
    H5E_auto2_t report = nullptr;
    void* report_data = nullptr;
    H5Eget_auto2(H5E_DEFAULT, &report, &report_data);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    const auto restore = [&] { H5Eset_auto2(H5E_DEFAULT, report, report_data); };
    try {
      Writer writer(file.string());
      const Handle access = writer.made(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "/");
      H5Pset_fapl_core(access.get(), size_t{1} << 20, false);
      const Handle creation = writer.made(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "/");
      H5Pset_obj_track_times(creation.get(), false);
      const Handle opened = writer.made(
          H5Fcreate(file.filename().c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose, "/");
      writer.members(opened.get(), root, "");
      H5Fflush(opened.get(), H5F_SCOPE_GLOBAL);
      const ssize_t size = H5Fget_file_image(opened.get(), nullptr, 0);
      image.resize(size > 0 ? static_cast<size_t>(size) : 0);
      if (size <= 0 || H5Fget_file_image(opened.get(), image.data(), image.size()) != size) {
        throw IoError(file.string(), "cannot be made: " + last_reason(), "free some memory");
      }
    } catch (...) {
      restore();
      throw;
    }
    restore();
  }
  write_atomically(file, {image});
}

}  // namespace photic::host::hdf5
