// SPDX-License-Identifier: Apache-2.0
// Saves a training run so that it can go on as if it had never stopped.
#pragma once

#include <filesystem>

#include "host/checkpoint/safetensors.h"
#include "host/train/trainer.h"

namespace photic::host {

/// Writes parameters, running statistics, optimizer state, step, epoch sums and settings, atomically.
void save_checkpoint(const std::filesystem::path& path, Trainer& trainer);

/// The settings a checkpoint was made with, from which a trainer for it is built. Throws CheckpointError.
TrainConfig checkpoint_config(const TensorFile& file, const std::string& where);

/// Puts `trainer` where the checkpoint was made: from here on it gives the bits an uninterrupted run would
/// have. Everything is checked before anything is changed. Throws CheckpointError if a tensor is absent,
/// unexpected, or not of the shape and type the trainer has, or the settings differ.
void restore_checkpoint(const TensorFile& file, const std::string& where, Trainer& trainer);

/// Puts a checkpoint's parameters and running statistics into `network`, which has its shape; what else the
/// file holds belongs to training. Throws CheckpointError as restore_checkpoint, `network` then being
/// unchanged.
void restore_network(const TensorFile& file, const std::string& where, Network& network);

}  // namespace photic::host
