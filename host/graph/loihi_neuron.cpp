// SPDX-License-Identifier: Apache-2.0
// Ranges, and the few conversions.
#include "host/graph/loihi_neuron.h"

#include <stdexcept>

namespace photic::host {
namespace {

constexpr int64_t kDecayOne = 4096;
constexpr int64_t kMaxThreshold = (int64_t{1} << 17) - 1;  // vThMant has 17 bits
constexpr int64_t kMaxRefractory = 64;
constexpr int64_t kMinExponent = -8, kMaxExponent = 7;
// A weight unit is 2^6 voltage units: a bias of one weight unit has exponent 6.
constexpr uint8_t kBiasExponent = 6, kMaxBiasExponent = 7;
constexpr int64_t kMinBias = -4096, kMaxBias = 4095;  // 13 bits
constexpr int64_t kMinWeight = -(int64_t{1} << 23),
                  kMaxWeight = -kMinWeight - 1;  // the accumulator's 24 bits

void within(const std::string& name, int64_t value, int64_t least, int64_t most, const OutOfRange& fail) {
  if (value < least || value > most) {
    fail(name, value, "give " + std::to_string(least) + " to " + std::to_string(most));
    throw std::logic_error("an error handler returned");
  }
}

}  // namespace

snn::NeuronModel loihi_neuron(const LoihiConstants& constants, const OutOfRange& fail) {
  within("iDecay", constants.i_decay, 0, kDecayOne, fail);
  within("vDecay", constants.v_decay, 0, kDecayOne, fail);
  within("vThMant", constants.v_th_mant, 0, kMaxThreshold, fail);
  within("refDelay", constants.refractory, 1, kMaxRefractory, fail);
  snn::NeuronModel model;
  model.current_decay = static_cast<int32_t>(constants.i_decay);
  model.voltage_decay = static_cast<int32_t>(constants.v_decay);
  model.threshold = static_cast<int32_t>(constants.v_th_mant);
  // Loihi counts the step of the spike itself.
  model.refractory_steps = static_cast<uint8_t>(constants.refractory - 1);
  if (constants.bias != 0) {
    int64_t mantissa = constants.bias;
    model.bias_exponent = kBiasExponent;
    if ((mantissa < kMinBias || mantissa > kMaxBias) && mantissa % 2 == 0) {
      mantissa /= 2;
      model.bias_exponent = kMaxBiasExponent;
    }
    within("bias", mantissa, kMinBias, kMaxBias, fail);
    model.bias_mantissa = static_cast<int32_t>(mantissa);
  }
  return model;
}

std::vector<int32_t> shift_weights(const std::vector<int64_t>& weights, int64_t exponent,
                                   const OutOfRange& fail) {
  within("wgtExp", exponent, kMinExponent, kMaxExponent, fail);
  std::vector<int32_t> shifted;
  shifted.reserve(weights.size());
  for (const int64_t weight : weights) {
    within("weight", weight, kMinWeight, kMaxWeight, fail);
    const int64_t unit = int64_t{1} << (exponent < 0 ? -exponent : 0);
    if (weight % unit != 0) {
      fail("weight", weight,
           "give multiples of " + std::to_string(unit) + " with wgtExp " + std::to_string(exponent));
      throw std::logic_error("an error handler returned");
    }
    const int64_t effective = exponent < 0 ? weight / unit : weight * (int64_t{1} << exponent);
    within("weight", effective, kMinWeight, kMaxWeight, fail);
    shifted.push_back(static_cast<int32_t>(effective));
  }
  return shifted;
}

}  // namespace photic::host
