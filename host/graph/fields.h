// SPDX-License-Identifier: Apache-2.0
// The members of one group of a network's file, by name and type.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host/graph/graph_file_error.h"
#include "host/hdf5/tree.h"
#include "models/graph/graph.h"

namespace photic::host {

/// Largest size, stride, count a file may name.
inline constexpr int64_t kLargestSize = int64_t{1} << 30;

/// Every getter throws GraphFileError naming file, node and parameter.
class Fields {
 public:
  /// Parameters of `group` are called `prefix` + name in errors. The group must outlive this.
  Fields(const hdf5::Group& group, std::string file, std::string node, std::string prefix = "")
      : group_(group), file_(std::move(file)), node_(std::move(node)), prefix_(std::move(prefix)) {}

  bool has(const std::string& name) const;
  /// Throws for a member that is not listed.
  void expect_only(const std::vector<std::string>& names) const;

  /// A group inside; the first must be there.
  const hdf5::Group& group(const std::string& name) const;
  const hdf5::Dataset& dataset(const std::string& name) const;

  /// One string, a scalar or the only element.
  std::string text(const std::string& name) const;
  /// Integers, or floating values that are whole.
  std::vector<int64_t> integers(const std::string& name) const;
  int64_t integer(const std::string& name) const;
  /// Within [least, kLargestSize].
  std::vector<size_t> sizes(const std::string& name, int64_t least) const;
  size_t size(const std::string& name, int64_t least) const;
  /// One size for both or two, (y, x).
  std::pair<size_t, size_t> size_pair(const std::string& name, int64_t least) const;
  /// Numbers of any type.
  graph::Tensor tensor(const std::string& name) const;

  [[noreturn]] void fail(GraphFileError::Kind kind, const std::string& name, const std::string& what,
                         const std::string& remedy) const;

  const std::string& file() const { return file_; }
  const std::string& node() const { return node_; }

 private:
  const hdf5::Group& group_;
  std::string file_, node_, prefix_;
};

}  // namespace photic::host
