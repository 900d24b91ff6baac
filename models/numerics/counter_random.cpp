// SPDX-License-Identifier: Apache-2.0
// AES rounds in portable C++, with tables computed at compile time, and the ARS generator on top.
#include "models/numerics/counter_random.h"

#include <array>
#include <cstddef>

namespace photic::numerics {
namespace {

constexpr uint8_t double_in_field(uint8_t a) {
  return static_cast<uint8_t>((a << 1) ^ ((a & 0x80) != 0 ? 0x1B : 0));
}

constexpr uint8_t rotate_left(uint8_t value, int by) {
  return static_cast<uint8_t>((value << by) | (value >> (8 - by)));
}

// FIPS 197, 5.1.1: inverse in GF(2^8), then an affine map. p runs over powers of 3, q over powers of 1/3.
constexpr std::array<uint8_t, 256> make_substitution() {
  std::array<uint8_t, 256> box{};
  uint8_t p = 1;
  uint8_t q = 1;
  do {
    p = static_cast<uint8_t>(p ^ double_in_field(p));
    q = static_cast<uint8_t>(q ^ (q << 1));
    q = static_cast<uint8_t>(q ^ (q << 2));
    q = static_cast<uint8_t>(q ^ (q << 4));
    if ((q & 0x80) != 0) {
      q ^= 0x09;
    }
    const int mixed =
        q ^ rotate_left(q, 1) ^ rotate_left(q, 2) ^ rotate_left(q, 3) ^ rotate_left(q, 4) ^ 0x63;
    box[p] = static_cast<uint8_t>(mixed);
  } while (p != 1);
  box[0] = 0x63;
  return box;
}

constexpr std::array<uint8_t, 256> kSubstitution = make_substitution();

// Column of MixColumns times a substituted byte in row 0, byte 0 lowest; other rows are rotations of it.
constexpr std::array<uint32_t, 256> make_column_table() {
  std::array<uint32_t, 256> table{};
  for (size_t i = 0; i < 256; ++i) {
    const uint32_t s = kSubstitution[i];
    const uint32_t s2 = double_in_field(kSubstitution[i]);
    table[i] = s2 | (s << 8) | (s << 16) | ((s2 ^ s) << 24);
  }
  return table;
}

constexpr std::array<uint32_t, 256> kColumn = make_column_table();

constexpr uint32_t rotate_left(uint32_t value, unsigned by) {
  return by == 0 ? value : (value << by) | (value >> (32 - by));
}

// Byte `index` of the state, in memory order: column index / 4, row index % 4.
constexpr uint8_t state_byte(Block128 state, unsigned index) {
  return static_cast<uint8_t>(index < 8 ? state.lo >> (8 * index) : state.hi >> (8 * (index - 8)));
}

constexpr Block128 from_columns(const std::array<uint32_t, 4>& column) {
  return {column[0] | (uint64_t{column[1]} << 32), column[2] | (uint64_t{column[3]} << 32)};
}

}  // namespace

Block128 aes_round(Block128 state, Block128 key) {
  std::array<uint32_t, 4> column{};
  for (unsigned c = 0; c < 4; ++c) {
    for (unsigned row = 0; row < 4; ++row) {
      const uint8_t byte = state_byte(state, 4 * ((c + row) % 4) + row);  // ShiftRows
      column[c] ^= rotate_left(kColumn[byte], 8 * row);
    }
  }
  return from_columns(column) ^ key;
}

Block128 aes_last_round(Block128 state, Block128 key) {
  std::array<uint32_t, 4> column{};
  for (unsigned c = 0; c < 4; ++c) {
    for (unsigned row = 0; row < 4; ++row) {
      const uint8_t byte = state_byte(state, 4 * ((c + row) % 4) + row);
      column[c] |= uint32_t{kSubstitution[byte]} << (8 * row);
    }
  }
  return from_columns(column) ^ key;
}

Block128 ars(Block128 counter, Block128 key, unsigned rounds) {
  Block128 state = counter ^ key;
  for (unsigned round = 1; round <= rounds; ++round) {
    key.lo += kArsWeylLo;
    key.hi += kArsWeylHi;
    state = round < rounds ? aes_round(state, key) : aes_last_round(state, key);
  }
  return state;
}

Block128 stream_key(uint64_t seed, Purpose purpose) {
  return ars({seed, purpose}, {}, 10);
}

uint64_t CounterRandom::below(uint64_t bound, uint64_t index, uint64_t lane) const {
  __extension__ using Wide = unsigned __int128;
  return static_cast<uint64_t>((static_cast<Wide>(bits(index, lane)) * bound) >> 64);
}

}  // namespace photic::numerics
