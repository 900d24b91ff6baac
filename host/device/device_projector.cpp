// SPDX-License-Identifier: Apache-2.0
// Batches in, scaled float projections out.
#include "host/device/device_projector.h"

#include "host/base/error.h"
#include "host/tensor/parallel.h"

namespace photic::host {

DeviceProjector::DeviceProjector(const std::string& uri, size_t classes, uint32_t outputs, uint32_t most_rows)
    : link_(uri, static_cast<uint32_t>(classes), outputs, most_rows), tuning_(tune_opu(link_)) {}

Ticket DeviceProjector::submit(const TernaryBatch& errors, uint64_t step) {
  // Every step has its own frame numbers, whether or not the batch is full.
  const uint64_t frame = tuning_.frames + step * kFramesPerVector * link_.most_vectors();
  link_.submit(errors, tuning_.arrangement, static_cast<uint32_t>(frame));
  pending_rows_ = errors.rows;
  return {next_ticket_++};
}

void DeviceProjector::wait(Ticket ticket, MatrixRef projection) {
  if (ticket.id + 1 != next_ticket_ || projection.rows != pending_rows_ || projection.cols != outputs()) {
    throw ConfigError("device " + link_.uri(), "was asked for a batch that is not outstanding",
                      "wait for the last submitted batch");
  }
  link_.wait();
  vectors_ += pending_rows_;
  saturated_ += link_.saturated();
  const auto factor = static_cast<float>(tuning_.scale);
  parallel_ranges(projection.rows, 16, [&](size_t first, size_t last) {
    for (size_t r = first; r < last; ++r) {
      const auto outputs = link_.outputs_of(r);
      for (size_t c = 0; c < outputs.size(); ++c) {
        projection(r, c) = factor * static_cast<float>(outputs[c]);
      }
    }
  });
}

ProjectorReport DeviceProjector::report() const {
  const photic_capabilities& capabilities = link_.capabilities();
  ProjectorReport report;
  report.device = link_.uri();
  report.vectors = vectors_;
  report.frames = link_.counter("OPU_FRAMES");
  report.saturated_values = saturated_;
  const uint64_t cycles = capabilities.timed != 0 ? link_.busy_cycles() : link_.counter("OPU_PERIOD_CYCLES");
  report.device_seconds = static_cast<double>(cycles) / (1e3 * capabilities.clock_khz);
  report.energy_joules = report.device_seconds * 1e-3 * PHOTIC_BOARD_MILLIWATTS;
  return report;
}

}  // namespace photic::host
