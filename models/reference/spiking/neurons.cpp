// SPDX-License-Identifier: Apache-2.0
// All six kinds are one affine recurrence, with or without a current before it and a threshold after.
#include "models/reference/spiking/neurons.h"

#include <algorithm>
#include <cmath>

#include "models/reference/spiking/error.h"

namespace photic::reference::spiking {
namespace {

using graph::Tensor;

/// Reads the parameters of one node.
struct Reader {
  const std::string& node;
  const graph::Shape& shape;
  std::optional<double> dt;
  const Convention& convention;

  std::vector<double> values(const Tensor& parameter, const char* field) const {
    if (parameter.values.size() != graph::elements(shape)) {
      throw ReferenceError(node, field,
                           "has " + std::to_string(parameter.values.size()) +
                               " values for neurons of shape " + graph::to_string(shape),
                           "resolve the graph, which gives every neuron its own");
    }
    return parameter.values;
  }

  double step(const char* field) const {
    if (!dt) {
      throw ReferenceError(node, field, "needs the length of a step", "give dt in seconds");
    }
    return *dt;
  }

  /// dt / tau of every element.
  std::vector<double> rates(const Tensor& tau, const char* field) const {
    std::vector<double> rates = values(tau, field);
    const double seconds = step(field);
    for (double& value : rates) {
      if (!(value > 0)) {
        throw ReferenceError(node, field, "is " + std::to_string(value) + " s",
                             "time constants are positive");
      }
      if (convention.decay == Decay::kEuler && value < seconds * (1 - 1e-12)) {
        throw ReferenceError(
            node, field,
            "is " + std::to_string(value) + " s, shorter than a step of " + std::to_string(seconds) + " s",
            "give a shorter dt or exponential decay");
      }
      value = seconds / value;
    }
    return rates;
  }

  double kept(double rate) const { return convention.decay == Decay::kEuler ? 1 - rate : std::exp(-rate); }
};

}  // namespace

Neurons Neurons::make(const std::string& node, const graph::NodeKind& kind, const graph::Shape& shape,
                      std::optional<double> dt, const Convention& convention) {
  const Reader reader{node, shape, dt, convention};
  const size_t size = graph::elements(shape);
  Neurons neurons;
  neurons.convention_ = convention;

  const auto integrate = [&](const Tensor& r) {
    const double per_step = convention.integration == Integration::kPerSecond ? reader.step("r") : 1;
    neurons.membrane_ = {std::vector<double>(size, 1), std::vector<double>(size, 0), reader.values(r, "r")};
    for (double& gain : neurons.membrane_.gain) {
      gain *= per_step;
    }
  };
  const auto leak = [&](const Tensor& tau, const char* field, const Tensor& r, const Tensor& v_leak) {
    Membrane& m = neurons.membrane_;
    const std::vector<double> rates = reader.rates(tau, field);
    m = {std::vector<double>(size), reader.values(v_leak, "v_leak"), reader.values(r, "r")};
    for (size_t i = 0; i < size; ++i) {
      m.keep[i] = reader.kept(rates[i]);
      m.rest[i] *= 1 - m.keep[i];
      m.gain[i] *= rates[i];
    }
  };
  const auto filter = [&](const Tensor& tau_syn, const Tensor& w_in) {
    const std::vector<double> rates = reader.rates(tau_syn, "tau_syn");
    Synapse synapse{std::vector<double>(size), reader.values(w_in, "w_in")};
    for (size_t i = 0; i < size; ++i) {
      synapse.keep[i] = reader.kept(rates[i]);
      synapse.gain[i] *= rates[i];
    }
    neurons.synapse_ = std::move(synapse);
  };
  const auto fire = [&](const Tensor& v_threshold, const Tensor& v_reset) {
    neurons.spikes_ = true;
    neurons.threshold_ = reader.values(v_threshold, "v_threshold");
    neurons.reset_value_ = reader.values(v_reset, "v_reset");
    if ((convention.many_spikes || convention.floor_at_threshold) &&
        *std::min_element(neurons.threshold_.begin(), neurons.threshold_.end()) <= 0) {
      throw ReferenceError(node, "v_threshold", "is not positive",
                           "many_spikes and floor_at_threshold need positive thresholds");
    }
  };

  if (const auto* i = std::get_if<graph::Integrator>(&kind)) {
    integrate(i->r);
  } else if (const auto* inf = std::get_if<graph::IntegrateFire>(&kind)) {
    integrate(inf->r);
    fire(inf->v_threshold, inf->v_reset);
  } else if (const auto* li = std::get_if<graph::LeakyIntegrator>(&kind)) {
    leak(li->tau, "tau", li->r, li->v_leak);
  } else if (const auto* lif = std::get_if<graph::LeakyIntegrateFire>(&kind)) {
    leak(lif->tau, "tau", lif->r, lif->v_leak);
    fire(lif->v_threshold, lif->v_reset);
  } else if (const auto* cli = std::get_if<graph::CurrentLeakyIntegrator>(&kind)) {
    filter(cli->tau_syn, cli->w_in);
    leak(cli->tau_mem, "tau_mem", cli->r, cli->v_leak);
  } else if (const auto* clif = std::get_if<graph::CurrentLeakyIntegrateFire>(&kind)) {
    filter(clif->tau_syn, clif->w_in);
    leak(clif->tau_mem, "tau_mem", clif->r, clif->v_leak);
    fire(clif->v_threshold, clif->v_reset);
  } else {
    throw ReferenceError(node, "", "a " + std::string(graph::kind_name(kind)) + " is not a neuron",
                         "give an integrator or a spiking neuron");
  }
  neurons.voltage_.assign(size, 0);
  neurons.current_.assign(neurons.synapse_ ? size : 0, 0);
  return neurons;
}

void Neurons::reset() {
  std::fill(voltage_.begin(), voltage_.end(), 0);
  std::fill(current_.begin(), current_.end(), 0);
}

double Neurons::fire(size_t element, double& v, double before) const {
  const double threshold = threshold_[element];
  const auto above = [&](double value) {
    return convention_.comparison == Comparison::kGreater ? value > threshold : value >= threshold;
  };
  double spikes = 0;
  if (convention_.reset == Reset::kSubtractPending) {
    const double pending = above(before) ? 1 : 0;
    spikes = above(v - pending * threshold) ? 1 : 0;
    v -= spikes * threshold;
  } else if (above(v)) {
    // The most spikes that leave the neuron silent: v - (n - 1) threshold still fires.
    spikes = !convention_.many_spikes                         ? 1
             : convention_.comparison == Comparison::kGreater ? std::ceil(v / threshold) - 1
                                                              : std::floor(v / threshold);
    v = convention_.reset == Reset::kToValue ? reset_value_[element] : v - spikes * threshold;
  }
  if (convention_.floor_at_threshold) {
    v = std::max(v, -threshold);
  }
  return spikes;
}

void Neurons::step(std::span<const double> x, std::span<double> y) {
  for (size_t i = 0; i < voltage_.size(); ++i) {
    double drive = x[i];
    if (synapse_) {
      const double current = synapse_->keep[i] * current_[i] + synapse_->gain[i] * x[i];
      drive = convention_.current == CurrentSeen::kNew ? current : current_[i];
      current_[i] = current;
    }
    const double before = voltage_[i];
    double v = membrane_.keep[i] * before + membrane_.rest[i] + membrane_.gain[i] * drive;
    y[i] = spikes_ ? fire(i, v, before) : v;
    voltage_[i] = v;
  }
}

}  // namespace photic::reference::spiking
