// SPDX-License-Identifier: Apache-2.0
// The loop around Trainer::step.
#include "host/report/training_run.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "host/base/error.h"
#include "host/checkpoint/checkpoint.h"
#include "host/recovery/failures.h"

namespace photic::host {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Json device_json(const Feedback* feedback) {
  if (feedback == nullptr) {
    return nullptr;
  }
  const ProjectorReport report = feedback->report();
  return {{"name", report.device},
          {"vectors", report.vectors},
          {"frames", report.frames},
          {"saturated_values", report.saturated_values},
          {"device_seconds", report.device_seconds},
          {"energy_joules", report.energy_joules}};
}

/// One training under way and where its events go.
class Run {
 public:
  Run(Trainer& trainer, RunFolder& folder, const RunOptions& options, const EventSink& sink)
      : trainer_(trainer),
        folder_(folder),
        options_(options),
        sink_(sink),
        first_step_(trainer.steps_done()) {}

  bool to_end() {
    sink_({{"event", "start"},
           {"step", trainer_.steps_done()},
           {"steps", trainer_.total_steps()},
           {"parameters", trainer_.network().parameter_count()},
           {"config", to_json(trainer_.config())}});
    tell_failures();  // of opening the device
    while (!trainer_.finished()) {
      one_step();
      if (options_.stop != nullptr && *options_.stop && !trainer_.finished()) {
        checkpoint();
        sink_(
            {{"event", "interrupted"}, {"step", trainer_.steps_done()}, {"folder", folder_.path().string()}});
        return false;
      }
    }
    finish();
    return true;
  }

 private:
  void one_step() {
    const StepResult result = step();
    tell_failures();
    const uint64_t done = trainer_.steps_done();
    if (!result.alignment.empty()) {
      record({{"event", "alignment"}, {"step", done}, {"cosine", result.alignment}});
    }
    if (done % std::max<uint64_t>(options_.progress_every, 1) == 0) {
      progress(done);
    }
    if (done % trainer_.steps_per_epoch() == 0) {
      end_epoch(done);
    } else if (options_.checkpoint_every != 0 && done % options_.checkpoint_every == 0) {
      checkpoint();
    }
  }

  StepResult step() {
    try {
      return trainer_.step();
    } catch (const DeviceError&) {
      checkpoint();
      sink_({{"event", "device-lost"}, {"step", trainer_.steps_done()}, {"folder", folder_.path().string()}});
      throw;
    }
  }

  /// Events for failures survived since the last call.
  void tell_failures() {
    if (trainer_.feedback() == nullptr) {
      return;
    }
    const DeviceFailures failures = trainer_.feedback()->report().failures;
    for (; told_ < failures.list.size(); ++told_) {
      const DeviceFailure& failure = failures.list[told_];
      sink_({{"event", "device-failure"},
             {"step", trainer_.steps_done()},
             {"status", failure.status},
             {"text", failure.text},
             {"retry", failure.retry}});
    }
  }

  void progress(uint64_t done) {
    const double seconds = seconds_since(start_);
    const double rate = static_cast<double>(done - first_step_) / std::max(seconds, 1e-9);
    const EpochSums& sums = trainer_.epoch_sums();
    sink_({{"event", "progress"},
           {"step", done},
           {"steps", trainer_.total_steps()},
           {"epoch", (done - 1) / trainer_.steps_per_epoch() + 1},
           {"loss", sums.loss / sums.samples},
           {"samples_per_second", rate * trainer_.config().batch},
           {"remaining_seconds", static_cast<double>(trainer_.total_steps() - done) / std::max(rate, 1e-9)}});
  }

  void end_epoch(uint64_t done) {
    last_ = trainer_.evaluate();
    const EpochSums& sums = trainer_.epoch_sums();
    record({{"event", "epoch"},
            {"step", done},
            {"epoch", done / trainer_.steps_per_epoch()},
            {"epochs", trainer_.config().epochs},
            {"train_loss", sums.loss / sums.samples},
            {"train_accuracy", sums.correct / sums.samples},
            {"test_loss", last_.loss},
            {"test_accuracy", last_.accuracy}});
    checkpoint();
  }

  void finish() {
    if (first_step_ == trainer_.total_steps()) {
      last_ = trainer_.evaluate();  // resumed after its end: no epoch has set it
    }
    const TrainConfig& config = trainer_.config();
    Json result = {{"event", "result"},
                   {"step", trainer_.steps_done()},
                   {"method", method_name(config.method)},
                   {"data", config.data},
                   {"seed", config.seed},
                   {"test_accuracy", last_.accuracy},
                   {"test_loss", last_.loss},
                   {"device", device_json(trainer_.feedback())},
                   {"wall_seconds", seconds_since(start_)},
                   {"folder", folder_.path().string()}};
    if (trainer_.feedback() != nullptr) {
      if (const DeviceFailures failures = trainer_.feedback()->report().failures; !failures.empty()) {
        result["device_failures"] = to_json(failures);
      }
    }
    sink_(result);
    result.erase("event");
    folder_.write_result(result);
  }

  void checkpoint() {
    folder_.sync_metrics();
    save_checkpoint(folder_.checkpoint(), trainer_);
    sink_(
        {{"event", "checkpoint"}, {"step", trainer_.steps_done()}, {"file", folder_.checkpoint().string()}});
  }

  void record(const Json& event) {
    folder_.add_metrics(event);
    sink_(event);
  }

  Trainer& trainer_;
  RunFolder& folder_;
  const RunOptions& options_;
  const EventSink& sink_;
  uint64_t first_step_;
  size_t told_ = 0;  // failures
  Clock::time_point start_ = Clock::now();
  Evaluation last_;
};

}  // namespace

bool run_training(Trainer& trainer, RunFolder& folder, const RunOptions& options, const EventSink& sink) {
  return Run(trainer, folder, options, sink).to_end();
}

}  // namespace photic::host
