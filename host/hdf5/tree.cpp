// SPDX-License-Identifier: Apache-2.0
// Look-ups and small data sets.
#include "host/hdf5/tree.h"

namespace photic::host::hdf5 {

size_t Dataset::size() const {
  return std::visit([](const auto& v) { return v.size(); }, values);
}

Dataset scalar(int64_t value) {
  return {{}, std::vector<int64_t>{value}};
}

Dataset scalar(std::string value) {
  return {{}, std::vector<std::string>{std::move(value)}};
}

Dataset list(std::vector<int64_t> values) {
  return {{values.size()}, std::move(values)};
}

const Group* find_group(const Group& group, std::string_view name) {
  const auto found = group.groups.find(std::string(name));
  return found == group.groups.end() ? nullptr : &found->second;
}

const Dataset* find_dataset(const Group& group, std::string_view name) {
  const auto found = group.datasets.find(std::string(name));
  return found == group.datasets.end() ? nullptr : &found->second;
}

}  // namespace photic::host::hdf5
