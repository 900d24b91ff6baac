// SPDX-License-Identifier: Apache-2.0
// Runs a training to its end, with checkpoints and a report on the way.
#pragma once

#include <atomic>
#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "host/report/run_folder.h"
#include "host/train/trainer.h"

namespace photic::host {

/// Receives a run's events, each an object with an "event": "start", "progress" (every few steps),
/// "alignment", "epoch", "checkpoint", "device-failure" (survived), "result", "interrupted" or "device-lost".
using EventSink = std::function<void(const nlohmann::json&)>;

struct RunOptions {
  uint64_t checkpoint_every = 0;            // steps; 0: at the end of every epoch only
  uint64_t progress_every = 20;             // steps, at least 1
  const std::atomic<bool>* stop = nullptr;  // looked at after every step
};

/// Trains until the end or until `*stop`; either way the folder then holds a checkpoint of the last step
/// done. So it does when the device failed for good, which ends in DeviceError. Returns true if the training
/// is finished, and then result.json is written: seed, accuracy, loss, device counters, device time and
/// energy, wall-clock seconds of this call, and, if the device failed in this call and was brought back,
/// "device_failures". Failures survived change nothing else.
bool run_training(Trainer& trainer, RunFolder& folder, const RunOptions& options, const EventSink& sink);

}  // namespace photic::host
