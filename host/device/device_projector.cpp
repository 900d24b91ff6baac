// SPDX-License-Identifier: Apache-2.0
// Batches in, scaled float projections out.
#include "host/device/device_projector.h"

#include "host/base/error.h"
#include "host/tensor/parallel.h"

namespace photic::host {

namespace {

/// Runs `body`; a failure of the driver becomes a DeviceError that names the device.
template <typename Body>
void naming(const std::string& uri, const Body& body) {
  try {
    body();
  } catch (const photic::Error& error) {
    throw DeviceError("device " + uri, error.what(), "check the URI with 'photic device describe'");
  }
}

}  // namespace

DeviceProjector::DeviceProjector(const std::string& uri, size_t classes, uint32_t outputs, uint32_t most_rows,
                                 RetryPolicy policy)
    : uri_(uri), recovery_(policy) {
  naming(uri_, [&] {
    recovery_.run([&] { set_up(classes, outputs, most_rows); },
                  [&](Remedy wanted) { return link_ ? link_->revive(wanted) : Remedy::kReopen; });
  });
}

void DeviceProjector::set_up(size_t classes, uint32_t outputs, uint32_t most_rows) {
  if (!link_) {
    link_.emplace(uri_, static_cast<uint32_t>(classes), outputs, most_rows);
  }
  busy_before_tuning_ = link_->busy_cycles();
  const uint64_t periods = link_->counter("OPU_PERIOD_CYCLES");
  tuning_ = tune_opu(*link_);
  tuning_cycles_ = link_->counter("OPU_PERIOD_CYCLES") - periods;
}

Ticket DeviceProjector::submit(const TernaryBatch& errors, uint64_t step) {
  // Every step has its own frame numbers, whether or not the batch is full.
  const uint64_t frame = tuning_.frames + step * kFramesPerVector * link_->most_vectors();
  pending_ = errors;
  pending_frame_ = static_cast<uint32_t>(frame);
  try {
    link_->submit(pending_, tuning_.arrangement, pending_frame_);
    sent_ = true;
  } catch (const photic::Error&) {
    sent_ = false;  // found again, and dealt with, by wait
  }
  return {next_ticket_++};
}

/// Sends the pending batch unless it is on its way, and waits for it.
void DeviceProjector::project() {
  if (!sent_) {
    link_->submit(pending_, tuning_.arrangement, pending_frame_);
  }
  sent_ = false;
  link_->wait();
}

void DeviceProjector::wait(Ticket ticket, MatrixRef projection) {
  if (ticket.id + 1 != next_ticket_ || projection.rows != pending_.rows || projection.cols != outputs()) {
    throw ConfigError("device " + uri_, "was asked for a batch that is not outstanding",
                      "wait for the last submitted batch");
  }
  naming(uri_,
         [&] { recovery_.run([&] { project(); }, [&](Remedy wanted) { return link_->revive(wanted); }); });
  vectors_ += pending_.rows;
  saturated_ += link_->saturated();
  const auto factor = static_cast<float>(tuning_.scale);
  parallel_ranges(projection.rows, 16, [&](size_t first, size_t last) {
    for (size_t r = first; r < last; ++r) {
      const auto outputs = link_->outputs_of(r);
      for (size_t c = 0; c < outputs.size(); ++c) {
        projection(r, c) = factor * static_cast<float>(outputs[c]);
      }
    }
  });
}

ProjectorReport DeviceProjector::report() const {
  const photic_capabilities& capabilities = link_->capabilities();
  ProjectorReport report;
  report.device = uri_;
  report.vectors = vectors_;
  const uint64_t frames = kFramesPerVector * vectors_;
  report.frames = tuning_.frames + frames;
  report.saturated_values = saturated_;
  const uint64_t cycles = capabilities.timed != 0 ? link_->busy_cycles() - busy_before_tuning_
                                                  : tuning_cycles_ + tuning_.frame_cycles * frames;
  report.device_seconds = static_cast<double>(cycles) / (1e3 * capabilities.clock_khz);
  report.energy_joules = report.device_seconds * 1e-3 * PHOTIC_BOARD_MILLIWATTS;
  report.failures = recovery_.failures();
  return report;
}

}  // namespace photic::host
