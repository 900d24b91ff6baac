// SPDX-License-Identifier: Apache-2.0
// What an HDF5 file holds, as plain values: groups of groups and data sets. Links are names in a tree;
// attributes, references and compound types are not represented.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace photic::host::hdf5 {

/// An array in row-major order, or a scalar where `shape` is empty. There are as many values as the product
/// of the shape. Every integer type is read as int64 (booleans too), every floating type as double.
struct Dataset {
  using Values = std::variant<std::vector<int64_t>, std::vector<double>, std::vector<std::string>>;

  std::vector<size_t> shape;
  Values values;
  bool compressed = false;  // stored with gzip

  size_t size() const;
  bool operator==(const Dataset&) const = default;
};

/// A scalar or a list.
Dataset scalar(int64_t value);
Dataset scalar(std::string value);
Dataset list(std::vector<int64_t> values);

struct Group {
  std::map<std::string, Group> groups;
  std::map<std::string, Dataset> datasets;

  bool operator==(const Group&) const = default;
};

/// The member of that name; nullptr if there is none.
const Group* find_group(const Group& group, std::string_view name);
const Dataset* find_dataset(const Group& group, std::string_view name);

}  // namespace photic::host::hdf5
