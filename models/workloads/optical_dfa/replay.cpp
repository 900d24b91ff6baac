// SPDX-License-Identifier: Apache-2.0
// Comparison of answers, byte for byte.
#include "models/workloads/optical_dfa/replay.h"

#include "host/device/open_projector.h"
#include "host/tensor/matrix.h"

namespace photic::workloads {
namespace {

host::Matrix project(host::Projector& projector, const Sample& sample) {
  host::Matrix projection(sample.errors.rows, projector.outputs());
  projector.wait(projector.submit(sample.errors, sample.step), projection);
  return projection;
}

uint64_t differing_bytes(const host::Matrix& a, const host::Matrix& b) {
  const auto* left = reinterpret_cast<const unsigned char*>(a.data());
  const auto* right = reinterpret_cast<const unsigned char*>(b.data());
  uint64_t count = 0;
  for (size_t i = 0; i < a.size() * sizeof(float); ++i) {
    count += left[i] != right[i] ? 1 : 0;
  }
  return count;
}

}  // namespace

ReplayResult replay(const std::vector<Sample>& samples, const std::string& device, uint32_t batch,
                    uint64_t seed) {
  ReplayResult result;
  if (samples.empty()) {
    return result;
  }
  const auto outputs = static_cast<uint32_t>(samples.front().projection.cols());
  const auto projector = host::open_projector(device, samples.front().errors.classes, outputs, batch, seed);
  for (const Sample& sample : samples) {
    const host::Matrix actual = project(*projector, sample);
    result.vectors += sample.errors.rows;
    result.bytes += actual.size() * sizeof(float);
    result.differing_bytes += differing_bytes(sample.projection, actual);
  }
  result.cost = projector->report();
  return result;
}

}  // namespace photic::workloads
