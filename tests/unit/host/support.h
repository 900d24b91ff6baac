// SPDX-License-Identifier: Apache-2.0
// What the host's tests share: a temporary folder, random matrices, a small problem to learn.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "host/base/error.h"
#include "host/base/random.h"
#include "host/data/dataset.h"
#include "host/dfa/exact_device.h"
#include "host/train/trainer.h"

namespace photic::host::test {

/// A folder of its own for one test, removed with it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "photic-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline void write_file(const std::filesystem::path& path, const std::vector<uint8_t>& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Standard normal entries, a function of (rows, cols, seed).
inline Matrix random_matrix(size_t rows, size_t cols, uint64_t seed) {
  Matrix matrix(rows, cols);
  const RandomStream random(seed, Purpose::kInit, 99);
  for (size_t i = 0; i < matrix.size(); ++i) {
    matrix.data()[i] = random.normal(i);
  }
  return matrix;
}

/// Images of 36 pixels in four classes. A class is the XOR of two hidden bits for each of two pixel groups,
/// so no linear read-out of the pixels separates the classes.
inline LabelledImages toy_images(size_t count, uint64_t seed) {
  constexpr size_t kFeatures = 36;
  LabelledImages images{kFeatures, {}, {}};
  for (size_t i = 0; i < count; ++i) {
    const RandomStream random(seed, Purpose::kShuffle, i);
    const auto bits = static_cast<unsigned>(random.below(16, 1000));
    for (size_t k = 0; k < kFeatures; ++k) {
      const bool lit = ((bits >> (k % 4)) & 1u) != 0;
      const float value = (lit ? 190.0f : 65.0f) + 25.0f * random.normal(k);
      images.pixels.push_back(static_cast<uint8_t>(std::min(255.0f, std::max(0.0f, value))));
    }
    const unsigned first = (bits ^ (bits >> 1)) & 1u;
    const unsigned second = ((bits >> 2) ^ (bits >> 3)) & 1u;
    images.labels.push_back(static_cast<uint8_t>(2 * first + second));
  }
  return images;
}

inline Dataset toy_dataset() {
  return {"toy", 4, 0.5f, 0.26f, toy_images(600, 1), toy_images(200, 2)};
}

/// Settings that learn the toy problem in a second.
inline TrainConfig toy_config(Method method) {
  TrainConfig config;
  config.data = "toy";
  config.method = method;
  config.network.inputs = 36;
  config.network.classes = 4;
  config.network.hidden = {48, 40};
  config.optimizer.learning_rate = 0.01f;
  config.epochs = 12;
  config.batch = 32;
  config.seed = 5;
  config.probe_every = 10;
  return config;
}

/// A trainer whose device, if its method needs one, is the exact one its settings name.
inline std::unique_ptr<Trainer> make_trainer(const TrainConfig& config, const Dataset& data) {
  uint32_t hidden = 0;
  for (const size_t width : config.network.hidden) {
    hidden += static_cast<uint32_t>(width);
  }
  std::unique_ptr<Feedback> feedback;
  if (config.method == Method::kFloatDfa) {
    feedback = std::make_unique<FloatFeedback>(config.network.classes, hidden, config.seed);
  } else if (config.method == Method::kOpticalDfa) {
    feedback = std::make_unique<TernaryFeedback>(
        open_exact_device(config.device, config.network.classes, hidden, config.seed), config.ternariser,
        config.centre, config.seed);
  }
  return std::make_unique<Trainer>(config, data, std::move(feedback));
}

/// Feedback that fails once, when it is waited for the nth time (from 1), and is itself again afterwards.
class FeedbackThatFails : public Feedback {
 public:
  FeedbackThatFails(std::unique_ptr<Feedback> inner, uint64_t at) : inner_(std::move(inner)), at_(at) {}
  uint32_t outputs() const override { return inner_->outputs(); }
  void submit(ConstMatrixRef errors, uint64_t step) override { inner_->submit(errors, step); }
  void wait(MatrixRef projection) override {
    inner_->wait(projection);
    if (++waits_ == at_) {
      projection.row(0)[0] = 1e9f;
      throw DeviceError("device test", "is lost", "expect it");
    }
  }
  ProjectorReport report() const override { return inner_->report(); }

 private:
  std::unique_ptr<Feedback> inner_;
  uint64_t at_;
  uint64_t waits_ = 0;
};

/// As make_trainer, its feedback failing at the `at`th step it runs.
inline std::unique_ptr<Trainer> make_failing_trainer(const TrainConfig& config, const Dataset& data,
                                                     uint64_t at) {
  uint32_t hidden = 0;
  for (const size_t width : config.network.hidden) {
    hidden += static_cast<uint32_t>(width);
  }
  auto inner = std::make_unique<TernaryFeedback>(
      open_exact_device(config.device, config.network.classes, hidden, config.seed), config.ternariser,
      config.centre, config.seed);
  return std::make_unique<Trainer>(config, data, std::make_unique<FeedbackThatFails>(std::move(inner), at));
}

}  // namespace photic::host::test
