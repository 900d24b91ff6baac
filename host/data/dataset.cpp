// SPDX-License-Identifier: Apache-2.0
// Loading with verification, and batches.
#include "host/data/dataset.h"

#include <algorithm>
#include <numeric>

#include "host/base/random.h"
#include "host/data/idx.h"
#include "host/data/sha256.h"
#include "host/tensor/parallel.h"

namespace photic::host {
namespace {

/// The bytes of an IDX file are hashed as they stood: header rebuilt from the dimensions, then the values.
std::string idx_sha256(const IdxArray& array) {
  std::vector<uint8_t> bytes = {0, 0, 8, static_cast<uint8_t>(array.dims.size())};
  for (const uint32_t dim : array.dims) {
    for (const int shift : {24, 16, 8, 0}) {
      bytes.push_back(static_cast<uint8_t>(dim >> shift));
    }
  }
  bytes.insert(bytes.end(), array.values.begin(), array.values.end());
  return sha256(bytes);
}

IdxArray read_verified(const std::filesystem::path& file, size_t dimensions, std::string_view expected) {
  IdxArray array = read_idx(file, dimensions);
  if (!expected.empty()) {
    const std::string actual = idx_sha256(array);
    if (actual != expected) {
      throw DataError(DataError::Kind::kChecksum, file.string(), 0,
                      "SHA-256 is " + actual + ", expected " + std::string(expected), "fetch the file again");
    }
  }
  return array;
}

}  // namespace

LabelledImages load_images(const std::filesystem::path& images, const std::filesystem::path& labels,
                           size_t classes, std::string_view images_sha256, std::string_view labels_sha256) {
  IdxArray pixels = read_verified(images, 3, images_sha256);
  IdxArray names = read_verified(labels, 1, labels_sha256);
  if (pixels.dims[0] != names.dims[0]) {
    throw DataError(
        DataError::Kind::kWrongShape, labels.string(), 4,
        "has " + std::to_string(names.dims[0]) + " labels for " + std::to_string(pixels.dims[0]) + " images",
        "use labels and images of the same set");
  }
  const auto largest = std::max_element(names.values.begin(), names.values.end());
  if (*largest >= classes) {
    throw DataError(DataError::Kind::kWrongShape, labels.string(),
                    8 + static_cast<uint64_t>(largest - names.values.begin()),
                    "label " + std::to_string(*largest) + " is not below " + std::to_string(classes),
                    "use the labels of this data set");
  }
  return {size_t{pixels.dims[1]} * pixels.dims[2], std::move(pixels.values), std::move(names.values)};
}

Dataset load_dataset(const DatasetInfo& info, const std::filesystem::path& folder) {
  const auto path = [&](size_t i) {
    const std::filesystem::path found = find_file(folder, info.files[i]);
    return found.empty() ? folder / info.files[i].name : found;
  };
  const auto part = [&](size_t i) {
    return load_images(path(i), path(i + 1), info.classes, info.files[i].sha256, info.files[i + 1].sha256);
  };
  Dataset set{std::string(info.name), info.classes, info.mean, info.deviation, part(0), part(2)};
  if (set.train.features != set.test.features) {
    throw DataError(DataError::Kind::kWrongShape, folder.string(), 0,
                    "training and test images differ in size", "use the files of one data set");
  }
  return set;
}

Dataset load_dataset(const DatasetInfo& info) {
  const std::filesystem::path folder = locate(info);
  if (folder.empty()) {
    std::string searched;
    for (const std::filesystem::path& candidate : search_folders(info)) {
      searched += (searched.empty() ? "" : ", ") + candidate.string();
    }
    throw DataError(DataError::Kind::kMissing, "data set " + std::string(info.name), 0,
                    "not found in any of: " + searched, std::string(info.install_hint));
  }
  return load_dataset(info, folder);
}

std::vector<uint32_t> epoch_order(size_t count, uint64_t seed, uint64_t epoch) {
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  const RandomStream random(seed, Purpose::kShuffle, epoch);
  for (size_t i = count; i-- > 1;) {
    std::swap(order[i], order[random.below(i + 1, i)]);
  }
  return order;
}

void gather(const LabelledImages& images, std::span<const uint32_t> order, float mean, float deviation,
            Matrix& pixels, std::vector<uint8_t>& labels) {
  pixels.resize(order.size(), images.features);
  labels.resize(order.size());
  const float factor = 1.0f / (255.0f * deviation);
  const float offset = -mean / deviation;
  parallel_ranges(order.size(), 32, [&](size_t first, size_t last) {
    for (size_t i = first; i < last; ++i) {
      const uint8_t* source = images.pixels.data() + size_t{order[i]} * images.features;
      for (size_t k = 0; k < images.features; ++k) {
        pixels(i, k) = static_cast<float>(source[k]) * factor + offset;
      }
      labels[i] = images.labels[order[i]];
    }
  });
}

}  // namespace photic::host
