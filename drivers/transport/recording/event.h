// SPDX-License-Identifier: Apache-2.0
// What a recording consists of: one thing after another that crossed a device's boundary.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace photic::recording {

/// Kinds of events, by the number that stands for them in a file.
enum class EventKind : uint8_t {
  kWrite = 1,        ///< The host wrote a register: offset, value.
  kRead,             ///< The host read a register: offset, value.
  kReset,            ///< The host reset the function.
  kDmaRead,          ///< The device read host memory: address, words, data.
  kDmaReadRefused,   ///< Host memory refused that: address, words.
  kDmaWrite,         ///< The device wrote host memory: address, words, data.
  kDmaWriteRefused,  ///< Host memory refused that: address, words, data.
  kInterrupt,        ///< The device raised a vector: value.
  kSettled,          ///< The device is idle: the registers that changed since it last was.
  kFailed,           ///< The device found a fault in itself (abi::DevicePort::failure): text.
  kStopped,          ///< The device threw: text.
  kEnd,              ///< The device was let go. A recording that ends otherwise was cut off.
};

/// One event. Fields that its kind does not have are 0 or empty.
struct Event {
  EventKind kind = EventKind::kEnd;
  uint64_t number = 0;                                   ///< Events before it.
  uint32_t offset = 0;                                   ///< Of a register, bytes in BAR0.
  uint32_t value = 0;                                    ///< Of a register; a vector's number.
  uint64_t address = 0;                                  ///< Bus address, bytes.
  uint64_t words = 0;                                    ///< 64-bit words accessed.
  std::vector<uint64_t> data;                            ///< `words` of them, if the kind has data.
  std::vector<std::pair<uint32_t, uint32_t>> registers;  ///< Offset and value of those that changed.
  std::string text;
};

/// "a write of 0x3 to QUEUE0_SQ_TAIL", "a DMA read of 8 words at 0x1000000000".
std::string describe(const Event& event);

/// "QUEUE0_SQ_TAIL", "SHELL_CYCLE (high word)"; "the gap at 0x9c" where the contract has no register.
std::string register_name(uint32_t offset);

/// 0x and lower-case digits.
std::string hex(uint64_t value);

}  // namespace photic::recording
