// SPDX-License-Identifier: Apache-2.0
// Look-ups with the reason why they fail.
#include "host/graph/fields.h"

#include <algorithm>
#include <cmath>

namespace photic::host {
namespace {

using Kind = GraphFileError::Kind;

/// Doubles up to here are exact integers.
constexpr double kExact = 9007199254740992.0;

}  // namespace

bool Fields::has(const std::string& name) const {
  return hdf5::find_dataset(group_, name) != nullptr || hdf5::find_group(group_, name) != nullptr;
}

void Fields::expect_only(const std::vector<std::string>& names) const {
  const auto check = [&](const auto& members) {
    for (const auto& member : members) {
      if (std::find(names.begin(), names.end(), member.first) == names.end()) {
        fail(Kind::kUnknown, member.first, "is not a parameter of this node",
             "remove it: NIR 1.0 has no such parameter");
      }
    }
  };
  check(group_.datasets);
  check(group_.groups);
}

const hdf5::Group& Fields::group(const std::string& name) const {
  const hdf5::Group* found = hdf5::find_group(group_, name);
  if (found == nullptr) {
    fail(has(name) ? Kind::kWrongType : Kind::kMissing, name, has(name) ? "is not a group" : "is missing",
         "write it as a group");
  }
  return *found;
}

const hdf5::Dataset& Fields::dataset(const std::string& name) const {
  const hdf5::Dataset* found = hdf5::find_dataset(group_, name);
  if (found == nullptr) {
    fail(has(name) ? Kind::kWrongType : Kind::kMissing, name, has(name) ? "is a group" : "is missing",
         "write it as a data set");
  }
  return *found;
}

std::string Fields::text(const std::string& name) const {
  const auto* values = std::get_if<std::vector<std::string>>(&dataset(name).values);
  if (values == nullptr || values->size() != 1) {
    fail(Kind::kWrongType, name, "is not one string", "write it as a string");
  }
  return values->front();
}

std::vector<int64_t> Fields::integers(const std::string& name) const {
  const auto& held = dataset(name).values;
  if (const auto* integers = std::get_if<std::vector<int64_t>>(&held)) {
    return *integers;
  }
  const auto* reals = std::get_if<std::vector<double>>(&held);
  if (reals == nullptr) {
    fail(Kind::kWrongType, name, "is text, not a number", "write it as integers");
  }
  std::vector<int64_t> whole;
  for (const double value : *reals) {
    if (!(std::abs(value) <= kExact) || value != std::floor(value)) {
      fail(Kind::kWrongType, name, "holds " + std::to_string(value) + ", not an integer",
           "write it as integers");
    }
    whole.push_back(static_cast<int64_t>(value));
  }
  return whole;
}

int64_t Fields::integer(const std::string& name) const {
  const std::vector<int64_t> values = integers(name);
  if (values.size() != 1) {
    fail(Kind::kWrongShape, name, "holds " + std::to_string(values.size()) + " values, expected one",
         "write one number");
  }
  return values[0];
}

std::vector<size_t> Fields::sizes(const std::string& name, int64_t least) const {
  std::vector<size_t> found;
  for (const int64_t value : integers(name)) {
    if (value < least || value > kLargestSize) {
      fail(Kind::kOutOfRange, name, "holds " + std::to_string(value),
           "give " + std::to_string(least) + " to " + std::to_string(kLargestSize));
    }
    found.push_back(static_cast<size_t>(value));
  }
  return found;
}

size_t Fields::size(const std::string& name, int64_t least) const {
  const std::vector<size_t> found = sizes(name, least);
  if (found.size() != 1) {
    fail(Kind::kWrongShape, name, "holds " + std::to_string(found.size()) + " values, expected one",
         "write one number");
  }
  return found[0];
}

std::pair<size_t, size_t> Fields::size_pair(const std::string& name, int64_t least) const {
  const std::vector<size_t> found = sizes(name, least);
  if (found.empty() || found.size() > 2) {
    fail(Kind::kWrongShape, name, "holds " + std::to_string(found.size()) + " values, expected one or two",
         "write one number, or one for y and one for x");
  }
  return {found.front(), found.back()};
}

graph::Tensor Fields::tensor(const std::string& name) const {
  const hdf5::Dataset& held = dataset(name);
  if (const auto* reals = std::get_if<std::vector<double>>(&held.values)) {
    return {held.shape, *reals};
  }
  const auto* integers = std::get_if<std::vector<int64_t>>(&held.values);
  if (integers == nullptr) {
    fail(Kind::kWrongType, name, "is text, not numbers", "write it as numbers");
  }
  return {held.shape, {integers->begin(), integers->end()}};
}

void Fields::fail(GraphFileError::Kind kind, const std::string& name, const std::string& what,
                  const std::string& remedy) const {
  throw GraphFileError(kind, file_, node_, prefix_ + name, what, remedy);
}

}  // namespace photic::host
