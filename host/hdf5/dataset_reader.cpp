// SPDX-License-Identifier: Apache-2.0
// Shape, storage and type are judged before a byte of the values is read.
#include "host/hdf5/dataset_reader.h"

#include <algorithm>
#include <cstring>

#include "host/hdf5/codec.h"
#include "host/hdf5/library.h"

namespace photic::host::hdf5 {
namespace {

using Kind = Hdf5Error::Kind;

[[noreturn]] void corrupt() {
  throw ReadFailure{Kind::kCorrupt, "cannot be read: " + last_reason()};
}

[[noreturn]] void unsupported(const std::string& what) {
  throw ReadFailure{Kind::kUnsupported, what};
}

Handle checked(hid_t id, herr_t (*close)(hid_t)) {
  if (id < 0) {
    corrupt();
  }
  return {id, close};
}

void expect(herr_t status) {
  if (status < 0) {
    corrupt();
  }
}

/// `count` elements of `size` bytes fit the limit; gives their bytes.
uint64_t bytes_within(uint64_t count, uint64_t size, const Limits& limits) {
  if (size != 0 && count > limits.bytes / size) {
    throw ReadFailure{Kind::kTooLarge,
                      "claims more than " + std::to_string(limits.bytes) + " bytes of values"};
  }
  return count * size;
}

std::vector<size_t> shape_of(hid_t dataset, const Limits& limits) {
  const Handle space = checked(H5Dget_space(dataset), H5Sclose);
  if (H5Sget_simple_extent_type(space.get()) == H5S_NULL) {
    return {0};
  }
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 0 || static_cast<size_t>(rank) > kMaxRank) {
    corrupt();
  }
  std::vector<hsize_t> extents(static_cast<size_t>(rank));
  expect(H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr));
  uint64_t count = 1;
  for (const hsize_t extent : extents) {
    count = extent == 0 ? 0 : bytes_within(count, extent, limits);
  }
  return {extents.begin(), extents.end()};
}

/// True if stored with gzip. Refuses storage outside the file and filters that are not gzip's companions.
bool check_storage(hid_t dataset, const Limits& limits) {
  const Handle creation = checked(H5Dget_create_plist(dataset), H5Pclose);
  const H5D_layout_t layout = H5Pget_layout(creation.get());
  if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED) {
    unsupported("is a virtual data set");
  }
  if (H5Pget_external_count(creation.get()) != 0) {
    unsupported("keeps its values in another file");
  }
  if (layout != H5D_CHUNKED) {
    return false;
  }
  std::vector<hsize_t> chunk(kMaxRank);
  const int rank = H5Pget_chunk(creation.get(), static_cast<int>(kMaxRank), chunk.data());
  uint64_t elements = 1;
  for (int i = 0; i < rank; ++i) {
    elements = bytes_within(elements, chunk[static_cast<size_t>(i)], limits);
  }
  const Handle type = checked(H5Dget_type(dataset), H5Tclose);
  bytes_within(elements, H5Tget_size(type.get()), limits);
  bool compressed = false;
  const int filters = H5Pget_nfilters(creation.get());
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0, configuration = 0;
    size_t parameters = 0;
    const H5Z_filter_t filter = H5Pget_filter2(creation.get(), static_cast<unsigned>(i), &flags, &parameters,
                                               nullptr, 0, nullptr, &configuration);
    compressed = compressed || filter == H5Z_FILTER_DEFLATE;
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32) {
      unsupported("is compressed by filter " + std::to_string(filter) + ", only gzip is read");
    }
  }
  return compressed;
}

std::vector<int64_t> read_integers(hid_t dataset, hid_t type, size_t count) {
  if (H5Tget_size(type) > sizeof(int64_t)) {
    unsupported("holds integers of more than 64 bits");
  }
  std::vector<int64_t> values(count);
  const bool is_unsigned = H5Tget_sign(type) == H5T_SGN_NONE;
  // uint64 arrives in the same bytes and is out of range exactly where these are negative.
  expect(H5Dread(dataset, is_unsigned ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                 values.data()));
  if (is_unsigned && std::any_of(values.begin(), values.end(), [](int64_t v) { return v < 0; })) {
    unsupported("holds an integer above 2^63 - 1");
  }
  return values;
}

/// The numbers behind an enumeration's names: how booleans are stored.
std::vector<int64_t> read_enumeration(hid_t dataset, hid_t type, size_t count) {
  const Handle native = checked(H5Tget_native_type(type, H5T_DIR_ASCEND), H5Tclose);
  const Handle base = checked(H5Tget_super(native.get()), H5Tclose);
  const size_t size = H5Tget_size(native.get());
  if (size == 0 || size > sizeof(int64_t) || H5Tget_class(base.get()) != H5T_INTEGER) {
    unsupported("is an enumeration of something else than integers");
  }
  std::vector<int64_t> values(count);
  expect(H5Dread(dataset, native.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
  expect(H5Tconvert(base.get(), H5T_NATIVE_INT64, count, values.data(), nullptr, H5P_DEFAULT));
  return values;
}

std::vector<double> read_reals(hid_t dataset, size_t count) {
  std::vector<double> values(count);
  expect(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
  return values;
}

std::vector<std::string> read_fixed_strings(hid_t dataset, hid_t type, size_t count, const Limits& limits) {
  const size_t size = H5Tget_size(type);
  std::vector<char> raw(bytes_within(count, size + sizeof(std::string), limits));
  expect(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()));
  const H5T_str_t padding = H5Tget_strpad(type);
  std::vector<std::string> values;
  for (size_t i = 0; i < count; ++i) {
    const char* begin = raw.data() + i * size;
    size_t length = padding == H5T_STR_NULLTERM ? strnlen(begin, size) : size;
    const char fill = padding == H5T_STR_SPACEPAD ? ' ' : '\0';
    while (length > 0 && begin[length - 1] == fill) {
      --length;
    }
    values.emplace_back(begin, length);
  }
  return values;
}

std::vector<std::string> read_variable_strings(hid_t dataset, hid_t type, size_t count) {
  const Handle memory_type = checked(H5Tcopy(H5T_C_S1), H5Tclose);
  expect(H5Tset_size(memory_type.get(), H5T_VARIABLE));
  expect(H5Tset_cset(memory_type.get(), H5Tget_cset(type)));
  std::vector<char*> raw(count, nullptr);
  expect(H5Dread(dataset, memory_type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()));
  std::vector<std::string> values;
  for (const char* text : raw) {
    values.emplace_back(text == nullptr ? "" : text);
  }
  const Handle space = checked(H5Dget_space(dataset), H5Sclose);
  H5Dvlen_reclaim(memory_type.get(), space.get(), H5P_DEFAULT, raw.data());
  return values;
}

}  // namespace

Dataset read_dataset(hid_t dataset, const Limits& limits) {
  Dataset result;
  result.shape = shape_of(dataset, limits);
  result.compressed = check_storage(dataset, limits);
  size_t count = 1;
  for (const size_t extent : result.shape) {
    count *= extent;
  }
  const Handle type = checked(H5Dget_type(dataset), H5Tclose);
  bytes_within(count, sizeof(int64_t), limits);
  switch (H5Tget_class(type.get())) {
    case H5T_INTEGER:
      result.values = read_integers(dataset, type.get(), count);
      break;
    case H5T_ENUM:
      result.values = read_enumeration(dataset, type.get(), count);
      break;
    case H5T_FLOAT:
      result.values = read_reals(dataset, count);
      break;
    case H5T_STRING:
      bytes_within(count, sizeof(std::string), limits);
      result.values = H5Tis_variable_str(type.get()) > 0
                          ? read_variable_strings(dataset, type.get(), count)
                          : read_fixed_strings(dataset, type.get(), count, limits);
      break;
    default:
      unsupported("holds neither numbers nor strings");
  }
  return result;
}

}  // namespace photic::host::hdf5
