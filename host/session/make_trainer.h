// SPDX-License-Identifier: Apache-2.0
// A trainer with the feedback its settings ask for.
#pragma once

#include <memory>

#include "host/recovery/recovery.h"
#include "host/train/trainer.h"

namespace photic::host {

/// The feedback of `config`'s method: none, float, or ternary through the device it names, whose failures
/// `policy` is about. Throws as open_projector.
std::unique_ptr<Feedback> make_feedback(const TrainConfig& config, RetryPolicy policy = {});

/// A trainer at step 0. `data` must outlive it.
std::unique_ptr<Trainer> make_trainer(const TrainConfig& config, const Dataset& data,
                                      RetryPolicy policy = {});

}  // namespace photic::host
