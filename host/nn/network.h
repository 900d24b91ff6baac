// SPDX-License-Identifier: Apache-2.0
// A multilayer perceptron as a chain of blocks, the grain at which feedback is given.
#pragma once

#include <memory>
#include <vector>

#include "host/nn/activation.h"
#include "host/nn/layer.h"

namespace photic::host {

/// Shape and parts of a network.
struct NetworkConfig {
  size_t inputs = 784;
  std::vector<size_t> hidden = {1024, 1024};
  size_t classes = 10;
  Activation activation = Activation::kTanh;
  bool batch_norm = false;  // between the linear layer and the activation of every hidden block
  float dropout = 0.0f;     // after the activation of every hidden block

  bool operator==(const NetworkConfig&) const = default;
};

/// Hidden blocks (linear, batch norm?, activation, dropout?) and one output block (linear).
///
/// A method of learning supplies d loss / d output of a block; within a block gradients are exact.
class Network {
 public:
  /// Throws ConfigError if a width is 0 or the network has more than 2^31 parameters.
  Network(const NetworkConfig& config, uint64_t seed);

  const NetworkConfig& config() const { return config_; }
  size_t block_count() const { return blocks_.size(); }
  size_t block_width(size_t block) const { return blocks_[block].back()->output_width(); }

  /// Runs all blocks on `batch` (rows, inputs), which must outlive the gradients. Returns the logits, valid
  /// until the next call.
  ConstMatrixRef forward(ConstMatrixRef batch, const Pass& pass);

  /// Output of `block` in the last `forward`.
  ConstMatrixRef block_output(size_t block) const { return outputs_[block].back(); }

  /// Sets the parameter gradients of `block` from d loss / d its output. With `grad_in` not empty, also
  /// d loss / d its input (rows, input width).
  void block_gradient(size_t block, ConstMatrixRef grad_out, MatrixRef grad_in);

  /// d loss / d input of `block` alone; parameter gradients stay as they are.
  void block_input_gradient(size_t block, ConstMatrixRef grad_out, MatrixRef grad_in);

  /// Parameters of one block, or of all, in a fixed order, named "block<b>.<layer>.<name>".
  std::vector<Parameter*> parameters(size_t block);
  std::vector<Parameter*> parameters();
  std::vector<Buffer*> buffers();
  size_t parameter_count();

 private:
  using Block = std::vector<std::unique_ptr<Layer>>;

  void propagate(size_t block, ConstMatrixRef grad_out, MatrixRef grad_in, bool with_parameters);
  void name_parts();

  NetworkConfig config_;
  std::vector<Block> blocks_;
  std::vector<std::vector<Matrix>> outputs_;  // [block][layer]
  std::vector<Matrix> scratch_;               // gradients between the layers of one block
  ConstMatrixRef batch_;
  Pass pass_;
};

}  // namespace photic::host
