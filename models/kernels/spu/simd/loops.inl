// SPDX-License-Identifier: Apache-2.0
// The loops in vectors of sixteen numbers, compiled once for each instruction set. Included inside an
// anonymous namespace, so that no code made for one processor can be linked into another's path; builtins,
// not std functions, for the same reason.

#define PHOTIC_INLINE inline __attribute__((always_inline))

using Lanes = int32_t __attribute__((vector_size(64)));
using Bits = uint32_t __attribute__((vector_size(64)));

constexpr Lanes kLaneNumbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
constexpr uint32_t kLanes = 16;

template <typename Vector>
PHOTIC_INLINE void load(Vector& into, const void* from) {
  __builtin_memcpy(&into, from, sizeof(Vector));
}
template <typename Vector>
PHOTIC_INLINE void store(const Vector& from, void* to) {
  __builtin_memcpy(to, &from, sizeof(Vector));
}

// All ones in the lanes of `flags` that have `bit`.
PHOTIC_INLINE void mask_of(Lanes& mask, const Lanes& flags, int32_t bit) {
  mask = (flags & bit) != 0;
}

// Limits x and counts the lanes that this changes, among those of `among`.
PHOTIC_INLINE void limit(Lanes& x, int32_t low, int32_t high, const Lanes& among, Lanes& changes) {
  const Lanes over = x > high;
  const Lanes under = x < low;
  x = over ? Lanes{} + high : under ? Lanes{} + low : x;
  changes -= (over | under) & among;
}

PHOTIC_INLINE uint32_t total(const Lanes& x) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < kLanes; ++i) {
    sum += static_cast<uint32_t>(x[i]);
  }
  return sum;
}

enum class RowKind : uint8_t { kSignedBytes, kScaled, kShifted, kClipped };

// Sixteen bytes as numbers. Compilers know this loop; of __builtin_convertvector gcc 12 makes single moves.
template <typename Byte>
PHOTIC_INLINE void widen(Bits& into, const Byte* from) {
  int32_t wide[kLanes];
  for (uint32_t i = 0; i < kLanes; ++i) {
    wide[i] = from[i];
  }
  load(into, wide);
}

// An addend in every lane.
struct AddendLanes {
  Bits flip;
  Bits scale;
  Bits offset;
  int32_t right;
  uint32_t left;
};

// Adds to sixteen accumulators; lanes not `used` get 0.
template <RowKind kKind>
PHOTIC_INLINE void add_lanes(const uint8_t* stored, const AddendLanes& addend, const Lanes& used,
                             Lanes& clipped, int32_t* accumulators) {
  Bits value;
  if constexpr (kKind == RowKind::kSignedBytes) {
    widen(value, reinterpret_cast<const int8_t*>(stored));
  } else {
    widen(value, stored);
    value = (value ^ addend.flip) * addend.scale + addend.offset;
  }
  if constexpr (kKind == RowKind::kShifted) {
    value = reinterpret_cast<Bits>(reinterpret_cast<Lanes>(value) >> addend.right);
  }
  if constexpr (kKind == RowKind::kClipped) {
    Lanes product = reinterpret_cast<Lanes>(value << addend.left);
    limit(product, kValueMin, kValueMax, used, clipped);
    value = reinterpret_cast<Bits>(product);
  }
  Bits sum;
  load(sum, accumulators);
  sum += value & reinterpret_cast<Bits>(used);
  store(sum, accumulators);
}

template <RowKind kKind>
uint32_t add_row_as(const uint8_t* stored, uint32_t n, const Addend& addend, int32_t* accumulators) {
  const AddendLanes lanes = {Bits{} + addend.flip, Bits{} + static_cast<uint32_t>(addend.scale),
                             Bits{} + static_cast<uint32_t>(addend.offset),
                             static_cast<int32_t>(addend.right), addend.left};
  const Lanes all = ~Lanes{};
  Lanes clipped = {};
  uint32_t at = 0;
  for (; at + kLanes <= n; at += kLanes) {
    add_lanes<kKind>(stored + at, lanes, all, clipped, accumulators + at);
  }
  if (at < n) {
    add_lanes<kKind>(stored + at, lanes, kLaneNumbers < static_cast<int32_t>(n - at), clipped,
                     accumulators + at);
  }
  return kKind == RowKind::kClipped ? total(clipped) : 0;
}

uint32_t add_row(const uint8_t* stored, uint32_t n, const Addend& addend, int32_t* accumulators) {
  if (addend.clips) {
    return add_row_as<RowKind::kClipped>(stored, n, addend, accumulators);
  }
  if (addend.right != 0) {
    return add_row_as<RowKind::kShifted>(stored, n, addend, accumulators);
  }
  if (addend.flip == 0x80 && addend.scale == 1 && addend.offset == -0x80) {
    return add_row_as<RowKind::kSignedBytes>(stored, n, addend, accumulators);
  }
  return add_row_as<RowKind::kScaled>(stored, n, addend, accumulators);
}

void add_constant(int32_t value, uint32_t n, int32_t* accumulators) {
  for (uint32_t i = 0; i < n; ++i) {
    accumulators[i] =
        static_cast<int32_t>(static_cast<uint32_t>(accumulators[i]) + static_cast<uint32_t>(value));
  }
}

template <uint32_t kBits>
void unpack_as(const uint64_t* words, uint32_t n, uint8_t* out) {
  constexpr uint32_t kPerByte = 8 / kBits;
  const auto* const bytes = reinterpret_cast<const uint8_t*>(words);
  const uint32_t count = (n * kBits + 63) / 64 * 8;
  for (uint32_t i = 0; i < count; ++i) {
    for (uint32_t j = 0; j < kPerByte; ++j) {
      out[kPerByte * i + j] = static_cast<uint8_t>((bytes[i] >> (kBits * j)) & ((1u << kBits) - 1));
    }
  }
}

void unpack(const uint64_t* words, uint32_t n, uint32_t bits, uint8_t* out) {
  if (bits == 4) {
    unpack_as<4>(words, n, out);
  } else if (bits == 2) {
    unpack_as<2>(words, n, out);
  } else {
    unpack_as<1>(words, n, out);
  }
}

// (x keep + r) >> 12 of the magnitude or of x itself, in 32 bits: x is split at bit 12.
PHOTIC_INLINE void decay_lanes(Lanes& x, const int32_t* keep_from, const Lanes& toward_zero, const Lanes& r) {
  Lanes keep;
  load(keep, keep_from);
  const Lanes negative = (x < 0) & toward_zero;
  const Lanes m = (x ^ negative) - negative;
  const Lanes kept = (m >> 12) * keep + (((m & 0xFFF) * keep + r) >> 12);
  x = (kept ^ negative) - negative;
}

struct RandomLanes {
  Lanes current;
  Lanes voltage;
  Lanes adaptation;
};

PHOTIC_INLINE void random_lanes(RandomLanes& out, const RandomKey& key, uint32_t first, const Lanes& among) {
  constexpr uint32_t kMask = (1u << 24) - 1;
  Bits p = Bits{} + (key.step & kMask);
  Bits q = (reinterpret_cast<Bits>(kLaneNumbers) + ((key.core << 16) + first)) & kMask;
  for (uint32_t round = 0; round < abi::kSpuRandomRounds; ++round) {
    const uint32_t mixed = (round % 2 == 0 ? key.seed : key.seed >> 8) + round * abi::kSpuRandomConstant;
    p = ((((p >> 8) | (p << 16)) + q) ^ mixed) & kMask;
    q = (((q << 3) | (q >> 21)) ^ p) & kMask;
  }
  out.current = reinterpret_cast<Lanes>(p & 0xFFF) & among;
  out.voltage = reinterpret_cast<Lanes>(p >> 12) & among;
  out.adaptation = reinterpret_cast<Lanes>(q & 0xFFF) & among;
}

// Counts of a sweep, a lane each.
struct SweepCounts {
  Lanes spikes;
  Lanes saturations;
};

// One block. Lanes that are not `active` change nothing.
PHOTIC_INLINE void sweep_block(NeuronBlock& block, const Lanes& active, const RandomLanes& random,
                               int32_t* accumulators, uint32_t* signature_words, SweepCounts& counts,
                               Lanes& emitted, Lanes& payload) {
  Lanes flags;
  load(flags, block.flags);
  Lanes toward_zero;
  mask_of(toward_zero, flags, kTowardZero);
  Lanes wrap;
  mask_of(wrap, flags, kWrap);

  Lanes stored;
  load(stored, accumulators);
  store(Lanes(active ? Lanes{} : stored), accumulators);
  Lanes input = stored;
  limit(input, kValueMin, kValueMax, active & ~wrap, counts.saturations);
  input = wrap ? reinterpret_cast<Lanes>(reinterpret_cast<Bits>(stored) << 8) >> 8 : input;

  Lanes old_u;
  load(old_u, block.current);
  Lanes u = old_u;
  decay_lanes(u, block.current_keep, toward_zero, random.current);
  u += input * 64;
  limit(u, kValueMin, kValueMax, active, counts.saturations);

  Lanes old_v;
  load(old_v, block.voltage);
  Lanes x = old_v;
  decay_lanes(x, block.voltage_keep, toward_zero, random.voltage);
  Lanes bias;
  load(bias, block.bias);
  x += u + bias;
  limit(x, kValueMin, kValueMax, active, counts.saturations);

  Lanes old_a;
  load(old_a, block.adaptation);
  Lanes a = old_a;
  decay_lanes(a, block.adaptation_keep, toward_zero, random.adaptation);

  Lanes threshold;
  load(threshold, block.threshold);
  Lanes above = x - threshold - a;
  Lanes at_threshold;
  mask_of(at_threshold, flags, kAtThreshold);
  Lanes readout;
  mask_of(readout, flags, kReadout);
  Lanes old_refractory;
  load(old_refractory, block.refractory);
  const Lanes resting = old_refractory > 0;
  const Lanes fired = active & ~resting & ~readout & (above - at_threshold > 0);

  Lanes hold;
  mask_of(hold, flags, kHold);
  Lanes v_rest;
  load(v_rest, block.v_rest);
  x = (resting & hold) ? v_rest : x;

  Lanes to_value;
  mask_of(to_value, flags, kToValue);
  Lanes subtract;
  mask_of(subtract, flags, kSubtract);
  Lanes v_reset;
  load(v_reset, block.v_reset);
  limit(above, kValueMin, kValueMax, fired & subtract, counts.saturations);
  const Lanes v = (fired & to_value) ? v_reset : (fired & subtract) ? above : x;

  Lanes refractory_steps;
  load(refractory_steps, block.refractory_steps);
  const Lanes refractory = fired ? refractory_steps : old_refractory + resting;
  Lanes adaptation_step;
  load(adaptation_step, block.adaptation_step);
  Lanes raised = a + adaptation_step;
  limit(raised, kValueMin, kValueMax, fired, counts.saturations);
  a = fired ? raised : a;

  Lanes shift;
  load(shift, block.graded_shift);
  Lanes emit_one;
  mask_of(emit_one, flags, kEmitOne);
  Lanes emit_fired;
  mask_of(emit_fired, flags, kEmitFired);
  Lanes emit_every;
  mask_of(emit_every, flags, kEmitEvery);
  const Lanes graded = x >> shift;
  const Lanes high = graded > kPayloadMax;
  const Lanes low = graded < kPayloadMin;
  payload = emit_one ? Lanes{} + 1 : high ? Lanes{} + kPayloadMax : low ? Lanes{} + kPayloadMin : graded;
  emitted = (fired & emit_fired) | (active & emit_every & (payload != 0));
  counts.saturations -= (high | low) & ~emit_one & emitted;
  counts.spikes -= fired | (emit_every & emitted);

  store(Lanes(active ? u : old_u), block.current);
  store(Lanes(active ? v : old_v), block.voltage);
  store(Lanes(active ? a : old_a), block.adaptation);
  store(Lanes(active ? refractory : old_refractory), block.refractory);
  const Bits word = (reinterpret_cast<Bits>(u) & 0xFFFFFFu) ^ (reinterpret_cast<Bits>(v) << 8) ^
                    ((reinterpret_cast<Bits>(a) & 0xFFFFFFu) << 4) ^
                    (reinterpret_cast<Bits>(refractory) << 26) ^ (reinterpret_cast<Bits>(fired & 1) << 25);
  store(word, signature_words);
}

SweepResult sweep(NeuronBlock* blocks, uint32_t n, bool stochastic, const RandomKey& key,
                  int32_t* accumulators, uint32_t* signature_words, Emission* emissions) {
  SweepCounts counts = {};
  SweepResult result;
  for (uint32_t first = 0; first < n; first += kLanes) {
    NeuronBlock& block = blocks[first / kLanes];
    const Lanes active = kLaneNumbers < static_cast<int32_t>(n - first);
    RandomLanes random = {};
    if (stochastic) {
      Lanes flags;
      load(flags, block.flags);
      Lanes among;
      mask_of(among, flags, kStochastic);
      random_lanes(random, key, first, among);
    }
    Lanes emitted;
    Lanes payload;
    sweep_block(block, active, random, accumulators + first, signature_words + first, counts, emitted,
                payload);
    uint64_t halves[8];
    store(emitted, halves);
    if ((halves[0] | halves[1] | halves[2] | halves[3] | halves[4] | halves[5] | halves[6] | halves[7]) ==
        0) {
      continue;
    }
    for (uint32_t i = 0; i < kLanes; ++i) {
      emissions[result.emissions] = {first + i, payload[i]};
      result.emissions += static_cast<uint32_t>(emitted[i] & 1);
    }
  }
  result.spikes = total(counts.spikes);
  result.saturations = total(counts.saturations);
  return result;
}

#undef PHOTIC_INLINE
