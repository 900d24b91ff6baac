// SPDX-License-Identifier: Apache-2.0
// Every word is taken apart where it is used.
#include "tests/unit/golden/slow_spu.h"

#include "drivers/abi/numerics.h"

namespace photic::golden {

using abi::SpuAxon;
using abi::SpuCounter;
using abi::SpuRegion;

SlowSpu::SlowSpu(const abi::SpuPreset& preset, uint32_t seed) : preset_(preset), seed_(seed) {
  for (uint32_t unit = 0; unit <= preset.cores(); ++unit) {
    for (uint32_t r = 0; r <= static_cast<uint32_t>(SpuRegion::COUNTER); ++r) {
      const auto name = static_cast<SpuRegion>(r);
      words_[{unit, name}].resize(preset.region_words(name, unit == preset.cores()));
    }
  }
}

uint64_t SlowSpu::field(uint32_t unit, SpuRegion region, uint64_t word, abi::WordField field) const {
  return field.get(words_.at({unit, region}).at(word));
}

int64_t SlowSpu::limited(int64_t value, uint32_t bits, uint32_t core) {
  const int64_t most = (int64_t{1} << (bits - 1)) - 1;
  if (value > most || value < -most - 1) {
    counter(core, SpuCounter::SATURATIONS) += 1;
    return value > most ? most : -most - 1;
  }
  return value;
}

int64_t SlowSpu::decayed(int64_t x, int64_t d, uint64_t rounding, uint64_t random) const {
  const int64_t product = x * (4096 - d);
  if (rounding == 0) {
    return product / 4096;
  }
  const int64_t numerator = rounding == 2 ? product + static_cast<int64_t>(random) : product;
  const int64_t quotient = numerator / 4096;
  return quotient * 4096 > numerator ? quotient - 1 : quotient;
}

void SlowSpu::update(uint32_t core, uint32_t n, uint32_t step) {
  const auto& neuron = words_[{core, SpuRegion::NEURON}];
  const uint64_t w0 = neuron[4 * n];
  const uint64_t w1 = neuron[4 * n + 1];
  const uint64_t w2 = neuron[4 * n + 2];
  auto& state = words_[{core, SpuRegion::STATE}];
  using N0 = abi::SpuNeuron0;
  using N1 = abi::SpuNeuron1;
  using N2 = abi::SpuNeuron2;

  uint64_t p = step % (1u << 24);
  uint64_t q = ((uint64_t{core} << 16) + n) % (1u << 24);
  for (uint64_t j = 0; j < abi::kSpuRandomRounds; ++j) {
    const uint64_t key = (j % 2 == 0 ? seed_ % (1u << 24) : seed_ >> 8) + j * abi::kSpuRandomConstant;
    p = (((p >> 8 | p << 16) % (1u << 24) + q) % (1u << 24)) ^ (key % (1u << 24));
    q = (q << 3 | q >> 21) % (1u << 24) ^ p;
  }
  const uint64_t rounding = N0::kRounding.get(w0);
  auto& slot = words_[{core, SpuRegion::ACCUMULATOR}][step % preset_.slots * preset_.neurons + n];
  const auto sum = static_cast<int32_t>(slot);
  slot = 0;
  int64_t input = abi::WordField{0, 24}.get_signed(static_cast<uint32_t>(sum));
  if (N0::kWrap.get(w0) == 0) {
    input = limited(sum, 24, core);
  }
  const int64_t u = limited(decayed(abi::SpuState0::kCurrent.get_signed(state[2 * n]),
                                    static_cast<int64_t>(N0::kCurrentDecay.get(w0)), rounding, p % 4096) +
                                64 * input,
                            24, core);
  int64_t x = limited(decayed(abi::SpuState0::kVoltage.get_signed(state[2 * n]),
                              static_cast<int64_t>(N0::kVoltageDecay.get(w0)), rounding, p / 4096) +
                          u + N1::kBias.get_signed(w1) * (int64_t{1} << N0::kBiasExponent.get(w0)),
                      24, core);
  int64_t a = decayed(abi::SpuState1::kAdaptation.get_signed(state[2 * n + 1]),
                      static_cast<int64_t>(N0::kAdaptationDecay.get(w0)), rounding, q % 4096);
  const int64_t level = 64 * N1::kThreshold.get_signed(w1) + a;
  uint64_t refractory = abi::SpuState0::kRefractory.get(state[2 * n]);
  bool z = false;
  if (refractory > 0) {
    refractory -= 1;
    x = N0::kHold.get(w0) != 0 ? N2::kVRest.get_signed(w2) : x;
  } else {
    z = N0::kReadout.get(w0) == 0 && (x > level || (x == level && N0::kAtThreshold.get(w0) != 0));
  }
  int64_t v = x;
  if (z) {
    const uint64_t reset = N0::kReset.get(w0);
    v = reset == 0 ? N1::kVReset.get_signed(w1) : reset == 1 ? limited(x - level, 24, core) : x;
    refractory = N0::kRefractory.get(w0);
    a = limited(a + N2::kAdaptationStep.get_signed(w2), 24, core);
  }
  const uint64_t mode = N0::kEmit.get(w0);
  const int64_t shifted = x >> N0::kGradedShift.get(w0);
  const bool emitted = mode == 3 ? shifted != 0 : mode != 0 && z;
  if (emitted) {
    const int64_t payload = mode == 1 ? 1 : limited(shifted, 16, core);
    packets_.push_back({core, n, static_cast<int32_t>(payload)});
  }
  counter(core, SpuCounter::SPIKES) += z || (mode == 3 && emitted) ? 1 : 0;
  counter(core, SpuCounter::UPDATES) += 1;

  const auto bits24 = [](int64_t value) { return static_cast<uint64_t>(value) & 0xFFFFFF; };
  state[2 * n] = bits24(u) | bits24(v) << 24 | refractory << 48;
  state[2 * n + 1] = bits24(a);
  const uint64_t word =
      (bits24(u) ^ bits24(v) << 8 ^ bits24(a) << 4 ^ refractory << 26 ^ (z ? 1u << 25 : 0)) & 0xFFFF'FFFF;
  uint64_t& signature = counter(core, SpuCounter::SIGNATURE);
  const bool out = signature >> 31 != 0;
  signature = ((signature << 1) & 0xFFFF'FFFF) ^ (out ? abi::kSpuSignaturePolynomial : 0) ^ word;
}

void SlowSpu::step(uint32_t step) {
  packets_.clear();
  for (uint32_t core = 0; core < preset_.cores(); ++core) {
    const uint64_t neurons = field(core, SpuRegion::CONFIG, 0, abi::SpuConfig::kNeurons);
    for (uint32_t n = 0; n < neurons; ++n) {
      update(core, n, step);
    }
  }
  for (const Packet& packet : packets_) {
    emit(packet.core, packet.neuron, packet.payload, step + 1);
  }
}

void SlowSpu::clear_neurons() {
  for (uint32_t core = 0; core < preset_.cores(); ++core) {
    const uint64_t neurons = field(core, SpuRegion::CONFIG, 0, abi::SpuConfig::kNeurons);
    for (uint64_t n = 0; n < neurons; ++n) {
      words_[{core, SpuRegion::STATE}][2 * n] = 0;
      words_[{core, SpuRegion::STATE}][2 * n + 1] = 0;
      for (uint64_t s = 0; s < preset_.slots; ++s) {
        words_[{core, SpuRegion::ACCUMULATOR}][s * preset_.neurons + n] = 0;
      }
    }
  }
}

void SlowSpu::input(uint32_t source, int32_t payload, uint32_t step) {
  counter(preset_.cores(), SpuCounter::SPIKES) += 1;
  emit(preset_.cores(), source, payload, step);
}

void SlowSpu::emit(uint32_t unit, uint32_t source, int32_t payload, uint32_t base_step) {
  const uint64_t base = field(unit, SpuRegion::POINTER, source, abi::SpuPointer::kBase);
  const uint64_t count = field(unit, SpuRegion::POINTER, source, abi::SpuPointer::kCount);
  counter(unit, SpuCounter::TABLE_READS) += 1;
  for (uint64_t e = base; e < base + count; ++e) {
    counter(unit, SpuCounter::TABLE_READS) += e == base || e % 2 == 0 ? 1 : 0;
    counter(unit, SpuCounter::FLITS_OUT) += 1;
    const auto half = static_cast<uint32_t>(words_[{unit, SpuRegion::FANOUT}][e / 2] >> (e % 2 * 32));
    const auto entry = abi::SpuFanout::unpack_half(half);
    const bool io = unit == preset_.cores();
    int32_t x = io ? 0 : static_cast<int32_t>(unit % preset_.mesh_cols);
    int32_t y = io ? 0 : static_cast<int32_t>(unit / preset_.mesh_cols);
    const auto hop = [&](int32_t& at, int32_t way) {
      const auto router = static_cast<uint32_t>(y) * preset_.mesh_cols + static_cast<uint32_t>(x);
      counter(router, SpuCounter::HOPS) += 1;
      at += way > 0 ? 1 : -1;
    };
    for (int32_t dx = entry.dx; dx != 0; dx += dx > 0 ? -1 : 1) {
      hop(x, dx);
    }
    for (int32_t dy = entry.dy; dy != 0; dy += dy > 0 ? -1 : 1) {
      hop(y, dy);
    }
    const uint32_t target =
        y < 0 ? preset_.cores() : static_cast<uint32_t>(y) * preset_.mesh_cols + static_cast<uint32_t>(x);
    counter(target, SpuCounter::FLITS_IN) += 1;
    counter(target, SpuCounter::TABLE_READS) += y < 0 ? 0 : 1;
    if (entry.poison) {
      counter(target, SpuCounter::PARITY_ERRORS) += 1;
    } else {
      arrive(target, entry.axon, payload, base_step);
    }
  }
}

void SlowSpu::arrive(uint32_t unit, uint32_t axon, int32_t payload, uint32_t base_step) {
  if (axon >= field(unit, SpuRegion::CONFIG, 0, abi::SpuConfig::kAxons)) {
    counter(unit, SpuCounter::DROPS) += 1;
    return;
  }
  if (unit == preset_.cores()) {
    auto& output = words_[{unit, SpuRegion::ACCUMULATOR}][axon];
    output = static_cast<uint64_t>(
        int64_t{static_cast<int32_t>(static_cast<uint32_t>(output) + static_cast<uint32_t>(payload))});
    counter(unit, SpuCounter::SYNAPTIC_OPS) += 1;
    return;
  }
  const auto get = [&](abi::WordField f) { return field(unit, SpuRegion::AXON, axon, f); };
  const auto& synapses = words_[{unit, SpuRegion::SYNAPSE}];
  const uint64_t format = get(SpuAxon::kFormat);
  const uint64_t extent = get(SpuAxon::kExtent);
  const uint64_t bits = uint64_t{1} << get(SpuAxon::kBits);
  const uint64_t time = uint64_t{base_step} + get(SpuAxon::kDelay);
  const int64_t exponent = SpuAxon::kExponent.get_signed(words_[{unit, SpuRegion::AXON}][axon]);
  if (format == 1) {
    for (uint64_t k = 0; k < extent; ++k) {
      const auto half = static_cast<uint32_t>(synapses[get(SpuAxon::kBase) + k / 2] >> (k % 2 * 32));
      const auto synapse = abi::SpuSynapse::unpack_half(half);
      add(unit, synapse.target, time + synapse.delay, payload,
          weight(unit, axon, synapse.weight % (1u << bits)), exponent);
    }
    counter(unit, SpuCounter::SYNAPSE_READS) += (extent + 1) / 2;
    return;
  }
  const auto row = [&](uint64_t target, int64_t word, uint64_t n) {
    for (uint64_t i = 0; i < n; ++i) {
      int64_t w = 1;
      if (format != 3) {
        const uint64_t stored = synapses[static_cast<uint64_t>(word) + i * bits / 64] >> (i * bits % 64);
        w = weight(unit, axon, stored % (uint64_t{1} << bits));
      }
      add(unit, target + i, time, payload, w, exponent);
    }
    counter(unit, SpuCounter::SYNAPSE_READS) += format == 3 ? 0 : (n * bits + 63) / 64;
  };
  if (format == 0) {
    if (extent != 0) {
      row(get(SpuAxon::kTarget), static_cast<int64_t>(get(SpuAxon::kBase)), extent);
    }
    return;
  }
  counter(unit, SpuCounter::TABLE_READS) += 1;
  const auto walk = abi::SpuWalk::unpack(words_[{unit, SpuRegion::WALK}][get(SpuAxon::kWalk)]);
  for (uint64_t i = 0; i < extent >> 7; ++i) {
    for (uint64_t j = 0; j < ((extent >> 3) & 15); ++j) {
      row(get(SpuAxon::kTarget) + i * walk.target_y + j * walk.target_x,
          static_cast<int64_t>(get(SpuAxon::kBase)) -
              static_cast<int64_t>(i * walk.kernel_y + j * walk.kernel_x),
          walk.count);
    }
  }
}

int64_t SlowSpu::weight(uint32_t core, uint32_t axon, uint64_t stored) const {
  const int bits = 1 << field(core, SpuRegion::AXON, axon, SpuAxon::kBits);
  const auto c = static_cast<int64_t>(stored);
  const int64_t range = int64_t{1} << bits;
  int64_t w = 0;
  switch (field(core, SpuRegion::AXON, axon, SpuAxon::kCode)) {
    case 0:
      w = c >= range / 2 ? c - range : c;
      break;
    case 1:
      w = c;
      break;
    case 2:
      w = -c;
      break;
    default:
      w = 2 * c + 1 - range;
  }
  return field(core, SpuRegion::AXON, axon, SpuAxon::kAlign) != 0 ? w * (256 >> bits) : w;
}

void SlowSpu::add(uint32_t core, uint64_t target, uint64_t step, int64_t payload, int64_t weight,
                  int64_t exponent) {
  const int64_t product = payload * weight;
  const int64_t scaled = exponent < 0 ? product >> -exponent : product * (int64_t{1} << exponent);
  const int64_t c = limited(scaled, 24, core);
  auto& sum = words_[{core, SpuRegion::ACCUMULATOR}][step % preset_.slots * preset_.neurons + target];
  sum = static_cast<uint64_t>(
      int64_t{static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(c))});
  counter(core, SpuCounter::SYNAPTIC_OPS) += 1;
}

}  // namespace photic::golden
