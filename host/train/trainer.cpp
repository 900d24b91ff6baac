// SPDX-License-Identifier: Apache-2.0
// The step: forward, error, submit; last layer and next batch meanwhile; wait, hidden layers.
#include "host/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "host/base/error.h"
#include "host/tensor/elementwise.h"

namespace photic::host {
namespace {

bool is_dfa(Method method) {
  return method == Method::kFloatDfa || method == Method::kOpticalDfa;
}

NetworkConfig network_for(const TrainConfig& config, const Dataset& data) {
  check(config);
  if (config.network.inputs != data.train.features || config.network.classes != data.classes) {
    throw ConfigError("network",
                      "takes " + std::to_string(config.network.inputs) + " inputs and gives " +
                          std::to_string(config.network.classes) + " classes, the data set " + data.name +
                          " has " + std::to_string(data.train.features) + " and " +
                          std::to_string(data.classes),
                      "build the network for this data set");
  }
  return config.network;
}

}  // namespace

Trainer::Trainer(const TrainConfig& config, const Dataset& data, std::unique_ptr<Feedback> feedback)
    : config_(config),
      data_(data),
      network_(network_for(config, data), config.seed),
      optimizer_(config.optimizer, network_.parameters()),
      feedback_(std::move(feedback)) {
  const size_t hidden =
      std::accumulate(config.network.hidden.begin(), config.network.hidden.end(), size_t{0});
  if (is_dfa(config.method) && (!feedback_ || feedback_->outputs() != hidden)) {
    throw ConfigError("feedback",
                      "does not give the " + std::to_string(hidden) + " values the hidden layers need",
                      "make a projector with one output for each hidden unit");
  }
}

uint64_t Trainer::steps_per_epoch() const {
  return (data_.train.count() + config_.batch - 1) / config_.batch;
}

void Trainer::load_batch(uint64_t step) {
  if (loaded_step_ == step) {
    return;
  }
  const uint64_t epoch = step / steps_per_epoch();
  if (order_epoch_ != epoch) {
    order_ = epoch_order(data_.train.count(), config_.seed, epoch);
    order_epoch_ = epoch;
  }
  const size_t first = (step % steps_per_epoch()) * config_.batch;
  const size_t count = std::min<size_t>(config_.batch, order_.size() - first);
  gather(data_.train, std::span(order_).subspan(first, count), data_.mean, data_.deviation, pixels_[step % 2],
         labels_[step % 2]);
  loaded_step_ = step;
}

/// Running statistics, and the last block's parameters with the optimizer's state of them.
std::vector<Matrix*> Trainer::changed_before_feedback() {
  std::vector<Matrix*> changed;
  for (Buffer* buffer : network_.buffers()) {
    changed.push_back(&buffer->value);
  }
  const std::vector<Parameter*> last = network_.parameters(network_.block_count() - 1);
  for (Parameter* parameter : last) {
    changed.push_back(&parameter->value);
  }
  const std::vector<Buffer*> state = optimizer_.state();
  const size_t parameters = optimizer_.parameters().size();
  for (size_t i = 0; i < state.size(); ++i) {
    if (i % parameters >= parameters - last.size()) {
      changed.push_back(&state[i]->value);
    }
  }
  return changed;
}

StepResult Trainer::step() {
  StepResult result;
  if (!is_dfa(config_.method)) {
    run_step(result);
    return result;
  }
  const std::vector<Matrix*> changed = changed_before_feedback();
  const EpochSums epoch = epoch_;
  before_.resize(changed.size());
  for (size_t i = 0; i < changed.size(); ++i) {
    before_[i] = *changed[i];
  }
  try {
    run_step(result);
  } catch (...) {
    for (size_t i = 0; i < changed.size(); ++i) {
      *changed[i] = before_[i];
    }
    epoch_ = epoch;
    throw;
  }
  return result;
}

void Trainer::run_step(StepResult& result) {
  load_batch(step_);
  if (step_ % steps_per_epoch() == 0) {
    epoch_ = {};
  }
  const ConstMatrixRef batch = pixels_[step_ % 2].ref();
  const Pass pass{true, config_.seed, step_};
  const ConstMatrixRef logits = network_.forward(batch, pass);
  result.samples = batch.rows;
  errors_.resize(batch.rows, logits.cols);
  gradient_.resize(batch.rows, logits.cols);
  result.sums = softmax_cross_entropy(logits, labels_[step_ % 2], errors_);
  scale(errors_, 1.0f / static_cast<float>(batch.rows), gradient_);
  const float rate = learning_rate(config_.optimizer, step_, total_steps());

  if (config_.method == Method::kBackprop) {
    learn_backprop(gradient_, rate);
  } else if (config_.method == Method::kShallow) {
    learn_last(gradient_, rate);
  } else {
    feedback_->submit(errors_, step_);
    const bool probe = config_.probe_every != 0 && step_ % config_.probe_every == 0;
    const std::vector<Matrix> truth = probe ? true_gradients(gradient_) : std::vector<Matrix>();
    learn_last(gradient_, rate);
    if (step_ + 1 < total_steps()) {
      load_batch(step_ + 1);
    }
    learn_hidden(batch.rows, rate, truth, result);
  }
  ++step_;
  epoch_.loss += result.sums.loss;
  epoch_.correct += static_cast<double>(result.sums.correct);
  epoch_.samples += static_cast<double>(result.samples);
}

void Trainer::learn_backprop(ConstMatrixRef gradient, float rate) {
  const std::vector<Matrix> truth = true_gradients(gradient);
  for (size_t b = 0; b < network_.block_count(); ++b) {
    network_.block_gradient(b, b < truth.size() ? truth[b].ref() : gradient, {});
  }
  optimizer_.update(0, optimizer_.parameters().size(), rate, step_);
}

void Trainer::learn_last(ConstMatrixRef gradient, float rate) {
  const size_t last = network_.block_count() - 1;
  network_.block_gradient(last, gradient, {});
  update_block(last, rate);
}

void Trainer::learn_hidden(size_t batch, float rate, const std::vector<Matrix>& truth, StepResult& result) {
  projection_.resize(batch, feedback_->outputs());
  feedback_->wait(projection_);
  size_t first = 0;
  for (size_t b = 0; b + 1 < network_.block_count(); ++b) {
    const size_t width = network_.block_width(b);
    const float factor =
        config_.feedback_gain / (std::sqrt(static_cast<float>(width)) * static_cast<float>(batch));
    block_feedback_.resize(batch, width);
    scale(projection_.ref().columns(first, width), factor, block_feedback_);
    if (!truth.empty()) {
      result.alignment.push_back(cosine(block_feedback_, truth[b]));
    }
    network_.block_gradient(b, block_feedback_, {});
    update_block(b, rate);
    first += width;
  }
}

std::vector<Matrix> Trainer::true_gradients(ConstMatrixRef gradient) {
  std::vector<Matrix> truth(network_.block_count() - 1);
  ConstMatrixRef out = gradient;
  for (size_t b = network_.block_count() - 1; b > 0; --b) {
    truth[b - 1].resize(gradient.rows, network_.block_width(b - 1));
    network_.block_input_gradient(b, out, truth[b - 1]);
    out = truth[b - 1].ref();
  }
  return truth;
}

void Trainer::update_block(size_t block, float rate) {
  size_t first = 0;
  for (size_t b = 0; b < block; ++b) {
    first += network_.parameters(b).size();
  }
  optimizer_.update(first, network_.parameters(block).size(), rate, step_);
}

void Trainer::resume(uint64_t steps_done, const EpochSums& epoch) {
  if (steps_done > total_steps()) {
    throw ConfigError(
        "resume",
        "step " + std::to_string(steps_done) + " is past the last, " + std::to_string(total_steps()),
        "resume with the settings the checkpoint was made with");
  }
  step_ = steps_done;
  epoch_ = epoch;
}

Evaluation Trainer::evaluate() {
  constexpr size_t kBatch = 500;
  const size_t count = data_.test.count();
  Matrix pixels, errors;
  std::vector<uint8_t> labels;
  std::vector<uint32_t> order;
  LossSums total;
  for (size_t first = 0; first < count; first += kBatch) {
    order.resize(std::min(kBatch, count - first));
    std::iota(order.begin(), order.end(), static_cast<uint32_t>(first));
    gather(data_.test, order, data_.mean, data_.deviation, pixels, labels);
    const ConstMatrixRef logits = network_.forward(pixels, {});
    errors.resize(logits.rows, logits.cols);
    const LossSums sums = softmax_cross_entropy(logits, labels, errors);
    total.loss += sums.loss;
    total.correct += sums.correct;
  }
  return {total.loss / static_cast<double>(count),
          static_cast<double>(total.correct) / static_cast<double>(count)};
}

}  // namespace photic::host
