// SPDX-License-Identifier: Apache-2.0
// ReLU and tanh layers.
#include "host/nn/activation.h"

#include "host/base/error.h"
#include "host/tensor/elementwise.h"

namespace photic::host {
namespace {

class Relu : public Layer {
 public:
  explicit Relu(size_t width) : width_(width) {}
  size_t output_width() const override { return width_; }
  void forward(ConstMatrixRef in, MatrixRef out, const Pass&) override { relu(in, out); }
  void input_gradient(ConstMatrixRef, ConstMatrixRef out, ConstMatrixRef grad_out, MatrixRef grad_in,
                      const Pass&) override {
    relu_gradient(out, grad_out, grad_in);
  }

 private:
  size_t width_;
};

class Tanh : public Layer {
 public:
  explicit Tanh(size_t width) : width_(width) {}
  size_t output_width() const override { return width_; }
  void forward(ConstMatrixRef in, MatrixRef out, const Pass&) override { host::tanh(in, out); }
  void input_gradient(ConstMatrixRef, ConstMatrixRef out, ConstMatrixRef grad_out, MatrixRef grad_in,
                      const Pass&) override {
    tanh_gradient(out, grad_out, grad_in);
  }

 private:
  size_t width_;
};

}  // namespace

Activation activation_from_name(std::string_view name) {
  if (name == "relu") {
    return Activation::kRelu;
  }
  if (name == "tanh") {
    return Activation::kTanh;
  }
  throw ConfigError("activation", "'" + std::string(name) + "' is not known", "use relu or tanh");
}

std::string_view activation_name(Activation activation) {
  return activation == Activation::kRelu ? "relu" : "tanh";
}

float initial_gain(Activation activation) {
  return activation == Activation::kRelu ? 1.41421356f : 1.0f;
}

std::unique_ptr<Layer> make_activation(Activation activation, size_t width) {
  if (activation == Activation::kRelu) {
    return std::make_unique<Relu>(width);
  }
  return std::make_unique<Tanh>(width);
}

}  // namespace photic::host
