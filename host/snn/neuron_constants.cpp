// SPDX-License-Identifier: Apache-2.0
// NIR's neurons as the device's: k = dt / tau, and what a step keeps is 1 - k or exp(-k) by convention.
#include <algorithm>
#include <cmath>

#include "host/snn/discretise.h"
#include "host/snn/snn_error.h"

namespace photic::host::snn {
namespace {

using Kind = SnnError::Kind;
namespace spiking = reference::spiking;

class Reader {
 public:
  Reader(const std::string& node, size_t size, const std::vector<double>& bias,
         const DiscretiseOptions& options)
      : node_(node), options_(options), bias_(bias) {
    if (bias_.empty()) {
      bias_.assign(size, 0);
    }
    result_.neurons.resize(size);
    result_.gain.assign(size, 1);
  }

  void operator()(const graph::Integrator& n) {
    integrate(n.r);
    listen();
  }
  void operator()(const graph::LeakyIntegrator& n) {
    leak(n.tau, "tau", n.r, n.v_leak);
    listen();
  }
  void operator()(const graph::IntegrateFire& n) {
    integrate(n.r);
    fire(n.v_threshold, n.v_reset);
  }
  void operator()(const graph::LeakyIntegrateFire& n) {
    leak(n.tau, "tau", n.r, n.v_leak);
    fire(n.v_threshold, n.v_reset);
  }
  void operator()(const graph::CurrentLeakyIntegrator& n) {
    charge(n.tau_syn, n.tau_mem, n.r, n.v_leak, n.w_in);
    listen();
  }
  void operator()(const graph::CurrentLeakyIntegrateFire& n) {
    charge(n.tau_syn, n.tau_mem, n.r, n.v_leak, n.w_in);
    fire(n.v_threshold, n.v_reset);
  }
  void operator()(const graph::Threshold& n) {
    each([&](FloatNeuron& f, size_t i) {
      f.voltage_keep = 0;
      f.bias = bias_[i];
      f.threshold = n.threshold.values[i];
      f.modes.reset = Reset::kToValue;
      f.modes.fires_at_threshold = false;
    });
  }
  template <typename Other>
  void operator()(const Other&) {
    throw SnnError(Kind::kUnsupported, node_, "", "is no neuron", "check the graph");
  }

  NeuronConstants take() {
    const auto& first = result_.neurons.front();
    if (std::all_of(result_.neurons.begin(), result_.neurons.end(),
                    [&](const FloatNeuron& f) { return f == first; })) {
      result_.neurons.resize(1);
    }
    return std::move(result_);
  }

 private:
  template <typename Body>
  void each(const Body& body) {
    for (size_t i = 0; i < result_.neurons.size(); ++i) {
      body(result_.neurons[i], i);
    }
  }

  double dt(const char* parameter) const {
    if (!options_.dt) {
      throw SnnError(Kind::kTimeStep, node_, parameter, "needs the length of a step, and none is given",
                     "give dt in seconds");
    }
    return *options_.dt;
  }

  /// dt / tau.
  double rate(double tau, const char* parameter) const {
    const double k = dt(parameter) / tau;
    if (options_.convention.decay == spiking::Decay::kEuler && k > 1 + 1e-12) {
      throw SnnError(
          Kind::kTimeStep, node_, parameter,
          "is " + std::to_string(tau) + " s, shorter than a step of " + std::to_string(*options_.dt) + " s",
          "give a shorter dt, or a convention that decays exponentially");
    }
    return k;
  }

  double kept(double k) const {
    return options_.convention.decay == spiking::Decay::kEuler ? std::max(0.0, 1 - k) : std::exp(-k);
  }

  void integrate(const graph::Tensor& r) {
    const bool current = options_.convention.integration == spiking::Integration::kPerSecond;
    const double step = current ? dt("r") : 1;
    each([&](FloatNeuron& f, size_t i) {
      f.voltage_keep = 1;
      result_.gain[i] = r.values[i] * step;
      f.bias = bias_[i] * result_.gain[i];
    });
  }

  void leak(const graph::Tensor& tau, const char* name, const graph::Tensor& r, const graph::Tensor& v_leak) {
    each([&](FloatNeuron& f, size_t i) {
      const double k = rate(tau.values[i], name);
      f.voltage_keep = kept(k);
      result_.gain[i] = k * r.values[i];
      f.bias = bias_[i] * result_.gain[i] + (1 - f.voltage_keep) * v_leak.values[i];
    });
  }

  void charge(const graph::Tensor& tau_syn, const graph::Tensor& tau_mem, const graph::Tensor& r,
              const graph::Tensor& v_leak, const graph::Tensor& w_in) {
    each([&](FloatNeuron& f, size_t i) {
      const double k_syn = rate(tau_syn.values[i], "tau_syn");
      const double k_mem = rate(tau_mem.values[i], "tau_mem");
      f.current_keep = kept(k_syn);
      f.voltage_keep = kept(k_mem);
      result_.gain[i] = k_syn * w_in.values[i] * k_mem * r.values[i];
      f.bias = (1 - f.voltage_keep) * v_leak.values[i];
      if (bias_[i] != 0) {  // what the synapse settles at
        f.bias += bias_[i] * result_.gain[i] / (1 - f.current_keep);
      }
    });
    result_.late = options_.convention.current == spiking::CurrentSeen::kPrevious;
  }

  void fire(const graph::Tensor& threshold, const graph::Tensor& reset) {
    const spiking::Convention& convention = options_.convention;
    if (convention.many_spikes || convention.floor_at_threshold) {
      throw SnnError(
          Kind::kUnsupported, node_, "",
          "would have to fire many times in a step, or to keep v above a floor: the device does neither",
          "choose a convention without many_spikes and floor_at_threshold");
    }
    each([&](FloatNeuron& f, size_t i) {
      f.threshold = threshold.values[i];
      f.reset_voltage = reset.values[i];
      f.modes.reset = convention.reset == spiking::Reset::kToValue ? Reset::kToValue : Reset::kSubtract;
      f.modes.fires_at_threshold = convention.comparison == spiking::Comparison::kGreaterOrEqual;
    });
  }

  void listen() {
    each([](FloatNeuron& f, size_t) {
      f.modes.never_fires = true;
      f.modes.emission = Emission::kGradedEveryStep;
      f.modes.reset = Reset::kNone;
      f.threshold = 0;
    });
  }

  const std::string& node_;
  const DiscretiseOptions& options_;
  std::vector<double> bias_;
  NeuronConstants result_;
};

}  // namespace

NeuronConstants neuron_constants(const std::string& node, const graph::NodeKind& kind, size_t size,
                                 const std::vector<double>& bias, const DiscretiseOptions& options) {
  Reader reader(node, size, bias, options);
  std::visit(reader, kind);
  return reader.take();
}

}  // namespace photic::host::snn
