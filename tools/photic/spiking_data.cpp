// SPDX-License-Identifier: Apache-2.0
// Data sets by name, archives and recordings by path.
#include "tools/photic/spiking_data.h"

#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vector>

#include "host/base/error.h"
#include "host/data/dataset.h"
#include "host/events/binning.h"
#include "host/events/encoders.h"
#include "host/events/event_error.h"
#include "host/events/nmnist.h"
#include "models/workloads/spiking/constant_input.h"

namespace photic::tools {
namespace {

namespace fs = std::filesystem;
using host::ConfigError;

constexpr uint32_t kImageSteps = 20;
constexpr uint32_t kEventSteps = 300;

class Images : public Samples {
 public:
  Images(host::LabelledImages images, DataSettings settings)
      : images_(std::move(images)), settings_(std::move(settings)) {
    if (settings_.encode.empty()) {
      settings_.encode = "integrate";
    }
    if (settings_.steps == 0) {
      settings_.steps = kImageSteps;
    }
    encode({});
  }
  size_t count() const override { return images_.count(); }
  size_t width() const override { return images_.features; }
  bool images() const override { return true; }
  int32_t payload() const override {
    return settings_.encode == "current" ? 255
           : settings_.encode == "once"  ? static_cast<int32_t>(workloads::kBrightest)
                                         : 1;
  }
  Sample sample(size_t index) const override {
    return {encode({images_.pixels.data() + index * images_.features, images_.features}),
            images_.labels[index]};
  }

 private:
  host::SpikeTrain encode(std::span<const uint8_t> pixels) const {
    const std::string& code = settings_.encode;
    if (code == "integrate") {
      return host::encode_integrate(pixels, settings_.steps);
    }
    if (code == "current") {
      return host::encode_current(std::vector<int32_t>(pixels.begin(), pixels.end()), settings_.steps);
    }
    if (code == "once") {
      return workloads::image_train(pixels, settings_.steps);
    }
    std::vector<double> values;
    for (const uint8_t pixel : pixels) {
      values.push_back(pixel / 255.0);
    }
    if (code == "rate") {
      return host::encode_random_rate(values, settings_.steps, settings_.seed);
    }
    if (code == "regular") {
      return host::encode_regular_rate(values, settings_.steps);
    }
    if (code == "latency") {
      return host::encode_latency(values, settings_.steps);
    }
    throw ConfigError("--encode", "'" + code + "' is no code for images",
                      "give one of: integrate, rate, regular, latency, current, once");
  }

  host::LabelledImages images_;
  DataSettings settings_;
};

host::Binning binning_of(const DataSettings& settings) {
  host::Binning binning{settings.step_microseconds, settings.steps == 0 ? kEventSteps : settings.steps};
  if (settings.encode == "nearest") {
    binning.rounding = host::Binning::Rounding::kNearestEven;
  } else if (!settings.encode.empty() && settings.encode != "floor") {
    throw ConfigError("--encode", "'" + settings.encode + "' is no code for events",
                      "give one of: floor, nearest");
  }
  return binning;
}

constexpr size_t kNmnistWidth = size_t{2} * host::kNmnistSide * host::kNmnistSide;

class Archive : public Samples {
 public:
  Archive(const fs::path& file, const DataSettings& settings)
      : archive_(file),
        list_(archive_.list(settings.list.empty() ? "test100.txt" : settings.list)),
        binning_(binning_of(settings)) {}
  size_t count() const override { return list_.size(); }
  size_t width() const override { return kNmnistWidth; }
  bool images() const override { return false; }
  int32_t payload() const override { return 1; }
  Sample sample(size_t index) const override {
    return {host::bin(archive_.sample(list_[index].id), binning_), list_[index].label};
  }

 private:
  host::NmnistArchive archive_;
  std::vector<host::LabelledSample> list_;
  host::Binning binning_;
};

class Recording : public Samples {
 public:
  Recording(const fs::path& file, const DataSettings& settings)
      : train_(host::bin(host::read_nmnist(file), binning_of(settings))) {}
  size_t count() const override { return 1; }
  size_t width() const override { return kNmnistWidth; }
  bool images() const override { return false; }
  int32_t payload() const override { return 1; }
  Sample sample(size_t) const override { return {train_, std::nullopt}; }

 private:
  host::SpikeTrain train_;
};

bool is_archive(const std::string& name) {
  return name.ends_with(".tar") || name.ends_with(".tar.gz") || name.ends_with(".tgz");
}

fs::path nmnist_archive() {
  const char* folder = std::getenv("PHOTIC_DATA");
  const fs::path file = fs::path(folder == nullptr ? "" : folder) / "nmnist" / "nmnist_small.tar.gz";
  if (!fs::exists(file)) {
    throw host::EventError(
        host::EventError::Kind::kMissing, {file.string()}, "is not there",
        "set PHOTIC_DATA to the folder with nmnist/, or give --data the path of an archive");
  }
  return file;
}

}  // namespace

std::unique_ptr<Samples> open_samples(DataSettings settings) {
  const std::string& data = settings.data;
  if (data == "nmnist") {
    return std::make_unique<Archive>(nmnist_archive(), settings);
  }
  if (is_archive(data)) {
    return std::make_unique<Archive>(data, settings);
  }
  if (data.find('/') != std::string::npos || fs::exists(data)) {
    return std::make_unique<Recording>(data, settings);
  }
  const host::DatasetInfo& info = host::find_dataset(data == "fashion-mnist" ? "fashion" : data);
  return std::make_unique<Images>(host::load_dataset(info).test, std::move(settings));
}

}  // namespace photic::tools
