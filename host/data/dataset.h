// SPDX-License-Identifier: Apache-2.0
// Labelled images in memory and the batches drawn from them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "host/data/registry.h"
#include "host/tensor/matrix.h"

namespace photic::host {

/// Images as bytes, one row an image, with one label each.
struct LabelledImages {
  size_t features = 0;
  std::vector<uint8_t> pixels;  // count() * features
  std::vector<uint8_t> labels;

  size_t count() const { return labels.size(); }
};

/// A data set ready to train on.
struct Dataset {
  std::string name;
  size_t classes = 0;
  float mean = 0;
  float deviation = 1;
  LabelledImages train;
  LabelledImages test;
};

/// Loads and verifies `info` from the first folder that has it. Throws DataError kMissing naming the folders
/// searched, or kChecksum if a file is not the registry's.
Dataset load_dataset(const DatasetInfo& info);

/// As above from one folder.
Dataset load_dataset(const DatasetInfo& info, const std::filesystem::path& folder);

/// Joins an image array (count, height, width) and its labels (count); throws DataError kWrongShape if the
/// counts differ or a label is not below `classes`. With a non-empty `sha256` pair the files' contents must
/// match.
LabelledImages load_images(const std::filesystem::path& images, const std::filesystem::path& labels,
                           size_t classes, std::string_view images_sha256 = {},
                           std::string_view labels_sha256 = {});

/// Order in which epoch `epoch` visits `count` samples: a permutation, a pure function of its arguments
/// (Fisher-Yates).
std::vector<uint32_t> epoch_order(size_t count, uint64_t seed, uint64_t epoch);

/// Gathers the samples `order` of `images` into `pixels` (order.size(), features), each pixel p as
/// (p / 255 - mean) / deviation, and their labels.
void gather(const LabelledImages& images, std::span<const uint32_t> order, float mean, float deviation,
            Matrix& pixels, std::vector<uint8_t>& labels);

}  // namespace photic::host
