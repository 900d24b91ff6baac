// SPDX-License-Identifier: Apache-2.0
// Two devices, the same images, and what differs.
#include "models/workloads/spiking/replay.h"

#include <vector>

#include "host/snn/snn_error.h"

namespace photic::workloads {
namespace {

constexpr size_t kUntimedCounters = static_cast<size_t>(abi::SpuCounter::CYCLES_DELIVER);

uint64_t differing_bytes(const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
  const auto* left = reinterpret_cast<const unsigned char*>(a.data());
  const auto* right = reinterpret_cast<const unsigned char*>(b.data());
  uint64_t count = 0;
  for (size_t i = 0; i < a.size() * sizeof(int32_t); ++i) {
    count += left[i] != right[i] ? 1 : 0;
  }
  return count;
}

void compare_counters(SpikingReplay& replay, host::snn::Runner& expected, host::snn::Runner& actual) {
  const std::vector<host::snn::UnitCounters> left = expected.counters();
  const std::vector<host::snn::UnitCounters> right = actual.counters();
  for (size_t unit = 0; unit < left.size(); ++unit) {
    for (size_t counter = 0; counter < kUntimedCounters; ++counter, ++replay.counters) {
      replay.differing_counters += left[unit][counter] != right[unit][counter] ? 1 : 0;
    }
  }
}

}  // namespace

double SpikingReplay::cycles_an_image() const {
  return images > 1 ? static_cast<double>(cycles) / static_cast<double>(images - 1)
                    : static_cast<double>(first_cycles);
}

SpikingReplay replay(const std::string& device, const std::string& other, const SpikingClassifier& classifier,
                     const host::LabelledImages& images, size_t count,
                     const std::function<bool(size_t)>& progress) {
  using host::snn::SnnError;
  host::snn::Runner expected(device, classifier.program);
  host::snn::Runner actual(other, classifier.program);
  host::snn::RunOptions options;
  options.record = host::snn::RunOptions::Record::kSteps;
  SpikingReplay replay;
  for (const host::SpikeTrain& train : first_images(images, count, classifier.steps)) {
    const host::snn::RunResult left = expected.run({&train, 1}, options);
    const host::snn::RunResult right = actual.run({&train, 1}, options);
    replay.bytes += right.values.size() * sizeof(int32_t);
    replay.differing_bytes += differing_bytes(left.values, right.values);
    (replay.images == 0 ? replay.first_cycles : replay.cycles) += right.cycles;
    ++replay.images;
    if (progress && !progress(replay.images)) {
      throw SnnError(SnnError::Kind::kCancelled, "network", "",
                     "the replay was stopped after " + std::to_string(replay.images) + " images",
                     "run it again");
    }
  }
  compare_counters(replay, expected, actual);
  return replay;
}

}  // namespace photic::workloads
