// SPDX-License-Identifier: Apache-2.0
// Variable-length numbers and the suppression of zero bytes.
#include "drivers/transport/recording/packing.h"

#include <algorithm>
#include <bit>
#include <cstring>

static_assert(std::endian::native == std::endian::little,
              "words are little endian and are moved as they are");

namespace photic::recording {
namespace {

constexpr size_t kWord = sizeof(uint64_t);
constexpr size_t kLongestRun = 0xFF;
constexpr uint8_t kNone = 0x00;
constexpr uint8_t kAll = 0xFF;

// Bit i is set where byte i of the word is not zero.
uint8_t bytes_used(uint64_t word) {
  constexpr uint64_t kLow7 = 0x7F7F7F7F7F7F7F7F;
  constexpr uint64_t kGather = 0x0102040810204080;  // moves bit 0 of byte i to bit 56 + i
  const uint64_t high = (((word & kLow7) + kLow7) | word) & ~kLow7;
  return static_cast<uint8_t>((high >> 7) * kGather >> 56);
}

void put_byte(Bytes& bytes, size_t value) {
  bytes.push_back(static_cast<std::byte>(value));
}

void put_whole(Bytes& bytes, std::span<const uint64_t> words) {
  const auto raw = std::as_bytes(words);
  bytes.insert(bytes.end(), raw.begin(), raw.end());
}

}  // namespace

void put_number(Bytes& bytes, uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    put_byte(bytes, (value & 0x7F) | 0x80);
  }
  put_byte(bytes, value);
}

void put_difference(Bytes& bytes, uint64_t difference) {
  put_number(bytes, difference << 1 ^ (difference >> 63 != 0 ? ~uint64_t{0} : 0));
}

void put_text(Bytes& bytes, const std::string& text) {
  put_number(bytes, text.size());
  const auto raw = std::as_bytes(std::span(text));
  bytes.insert(bytes.end(), raw.begin(), raw.end());
}

void put_words(Bytes& bytes, std::span<const uint64_t> words) {
  for (size_t i = 0; i < words.size();) {
    const uint8_t used = bytes_used(words[i]);
    put_byte(bytes, used);
    if (used != kNone && used != kAll) {
      for (uint64_t rest = words[i]; rest != 0; rest >>= 8) {
        if ((rest & 0xFF) != 0) {
          put_byte(bytes, rest & 0xFF);
        }
      }
      ++i;
      continue;
    }
    if (used == kAll) {
      put_whole(bytes, words.subspan(i, 1));
    }
    const auto first = words.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    const auto last = first + static_cast<std::ptrdiff_t>(std::min(kLongestRun, words.size() - i - 1));
    const auto end = std::find_if(first, last, [&](uint64_t word) { return bytes_used(word) != used; });
    const auto run = static_cast<size_t>(end - first);
    put_byte(bytes, run);
    if (used == kAll) {
      put_whole(bytes, words.subspan(i + 1, run));
    }
    i += 1 + run;
  }
}

std::span<const std::byte> Unpacker::take(size_t count) {
  if (count > bytes_.size() - offset_) {
    throw Malformed(offset_, "the bytes end in the midst of an event");
  }
  const auto taken = bytes_.subspan(offset_, count);
  offset_ += count;
  return taken;
}

uint8_t Unpacker::byte() {
  return static_cast<uint8_t>(take(1)[0]);
}

uint64_t Unpacker::number() {
  const size_t start = offset_;
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const uint64_t next = byte();
    if (shift == 63 && next > 1) {
      break;
    }
    value |= (next & 0x7F) << shift;
    if (next < 0x80) {
      return value;
    }
  }
  throw Malformed(start, "a number has more than 64 bits");
}

uint64_t Unpacker::number(uint64_t most, const char* what) {
  const size_t start = offset_;
  const uint64_t value = number();
  if (value > most) {
    throw Malformed(
        start, std::string(what) + " is " + std::to_string(value) + ", more than " + std::to_string(most));
  }
  return value;
}

uint64_t Unpacker::difference() {
  const uint64_t value = number();
  return value >> 1 ^ ((value & 1) != 0 ? ~uint64_t{0} : 0);
}

std::string Unpacker::text() {
  const auto raw = take(number(bytes_.size(), "the length of a text"));
  return {reinterpret_cast<const char*>(raw.data()), raw.size()};
}

void Unpacker::words(uint64_t count, std::vector<uint64_t>& words) {
  words.clear();
  while (words.size() < count) {
    const size_t start = offset_;
    const uint8_t used = byte();
    uint64_t word = 0;
    const auto bytes = take(static_cast<size_t>(std::popcount(used)));
    for (size_t i = 0, next = 0; i < kWord; ++i) {
      if ((used >> i & 1U) != 0) {
        word |= static_cast<uint64_t>(bytes[next++]) << (8 * i);
      }
    }
    words.push_back(word);
    if (used != kNone && used != kAll) {
      continue;
    }
    const size_t run = byte();
    if (run > count - words.size()) {
      throw Malformed(start, "a run of words leaves the access");
    }
    words.resize(words.size() + run);
    if (used == kAll && run > 0) {
      const auto raw = take(run * kWord);
      std::memcpy(words.data() + words.size() - run, raw.data(), raw.size());
    }
  }
}

}  // namespace photic::recording
