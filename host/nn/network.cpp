// SPDX-License-Identifier: Apache-2.0
// Building a network and walking it both ways.
#include "host/nn/network.h"

#include "host/base/error.h"
#include "host/nn/batch_norm.h"
#include "host/nn/dropout.h"
#include "host/nn/linear.h"

namespace photic::host {
namespace {

void check(const NetworkConfig& config) {
  size_t previous = config.inputs;
  double parameters = 0;
  std::vector<size_t> widths = config.hidden;
  widths.push_back(config.classes);
  for (const size_t width : widths) {
    parameters += static_cast<double>(previous) * static_cast<double>(width);
    previous = width;
    if (width == 0 || config.inputs == 0) {
      throw ConfigError("network", "a layer has width 0", "give every layer at least one unit");
    }
  }
  if (parameters > 2147483648.0) {
    throw ConfigError("network", "more than 2^31 weights", "use narrower layers");
  }
}

}  // namespace

Network::Network(const NetworkConfig& config, uint64_t seed) : config_(config) {
  check(config);
  size_t inputs = config.inputs;
  for (size_t i = 0; i < config.hidden.size(); ++i) {
    const size_t width = config.hidden[i];
    Block block;
    block.push_back(std::make_unique<Linear>(inputs, width, initial_gain(config.activation), seed, i));
    if (config.batch_norm) {
      block.push_back(std::make_unique<BatchNorm>(width));
    }
    block.push_back(make_activation(config.activation, width));
    if (config.dropout != 0.0f) {
      block.push_back(std::make_unique<Dropout>(width, config.dropout, i));
    }
    blocks_.push_back(std::move(block));
    inputs = width;
  }
  Block last;
  last.push_back(std::make_unique<Linear>(inputs, config.classes, 1.0f, seed, config.hidden.size()));
  blocks_.push_back(std::move(last));
  for (const Block& block : blocks_) {
    outputs_.emplace_back(block.size());
  }
  name_parts();
}

void Network::name_parts() {
  for (size_t b = 0; b < blocks_.size(); ++b) {
    for (size_t l = 0; l < blocks_[b].size(); ++l) {
      const std::string prefix = "block" + std::to_string(b) + "." + std::to_string(l) + ".";
      for (Parameter* parameter : blocks_[b][l]->parameters()) {
        parameter->name = prefix + parameter->name;
      }
      for (Buffer* buffer : blocks_[b][l]->buffers()) {
        buffer->name = prefix + buffer->name;
      }
    }
  }
}

ConstMatrixRef Network::forward(ConstMatrixRef batch, const Pass& pass) {
  if (batch.cols != config_.inputs) {
    throw ConfigError("network",
                      "batch has " + std::to_string(batch.cols) + " columns, the network takes " +
                          std::to_string(config_.inputs),
                      "build the network for this data set");
  }
  batch_ = batch;
  pass_ = pass;
  ConstMatrixRef in = batch;
  for (size_t b = 0; b < blocks_.size(); ++b) {
    for (size_t l = 0; l < blocks_[b].size(); ++l) {
      Matrix& out = outputs_[b][l];
      out.resize(batch.rows, blocks_[b][l]->output_width());
      blocks_[b][l]->forward(in, out, pass);
      in = out.ref();
    }
  }
  return in;
}

void Network::propagate(size_t block, ConstMatrixRef grad_out, MatrixRef grad_in, bool with_parameters) {
  Block& layers = blocks_[block];
  scratch_.resize(std::max(scratch_.size(), layers.size()));
  ConstMatrixRef gradient = grad_out;
  for (size_t l = layers.size(); l-- > 0;) {
    const ConstMatrixRef in = l > 0       ? outputs_[block][l - 1].ref()
                              : block > 0 ? outputs_[block - 1].back().ref()
                                          : batch_;
    if (with_parameters) {
      layers[l]->parameter_gradient(in, gradient);
    }
    if (l == 0 && grad_in.empty()) {
      return;
    }
    if (l > 0) {
      scratch_[l].resize(in.rows, in.cols);
    }
    const MatrixRef next = l > 0 ? scratch_[l].ref() : grad_in;
    layers[l]->input_gradient(in, outputs_[block][l], gradient, next, pass_);
    gradient = next;
  }
}

void Network::block_gradient(size_t block, ConstMatrixRef grad_out, MatrixRef grad_in) {
  propagate(block, grad_out, grad_in, true);
}

void Network::block_input_gradient(size_t block, ConstMatrixRef grad_out, MatrixRef grad_in) {
  propagate(block, grad_out, grad_in, false);
}

std::vector<Parameter*> Network::parameters(size_t block) {
  std::vector<Parameter*> all;
  for (const auto& layer : blocks_[block]) {
    for (Parameter* parameter : layer->parameters()) {
      all.push_back(parameter);
    }
  }
  return all;
}

std::vector<Parameter*> Network::parameters() {
  std::vector<Parameter*> all;
  for (size_t b = 0; b < blocks_.size(); ++b) {
    for (Parameter* parameter : parameters(b)) {
      all.push_back(parameter);
    }
  }
  return all;
}

std::vector<Buffer*> Network::buffers() {
  std::vector<Buffer*> all;
  for (const Block& block : blocks_) {
    for (const auto& layer : block) {
      for (Buffer* buffer : layer->buffers()) {
        all.push_back(buffer);
      }
    }
  }
  return all;
}

size_t Network::parameter_count() {
  size_t count = 0;
  for (const Parameter* parameter : parameters()) {
    count += parameter->value.size();
  }
  return count;
}

}  // namespace photic::host
