// SPDX-License-Identifier: Apache-2.0
// What can be made to fail, and when: `fault:<rules>:<uri>` (docs/reference/faults.md).
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/abi/descriptors.h"

namespace photic::faults {

enum class Class : uint8_t {
  kLostInterrupt,
  kLateInterrupt,
  kStuckDoorbell,
  kHang,
  kVanish,
  kSlow,
  kDmaReadError,
  kDmaWriteError,
  kRingReadError,
  kRingWriteError,
  kCorruptedCompletion,
  kDuplicatedCompletion,
  kFlipMemory,
  kFlipLink,
  kFlipOutput,
  kLoseTrigger,
};

/// Where in a command's life it strikes.
enum class Moment : uint8_t { kFetch, kData, kCompletion };

/// What of a completion is corrupted.
enum class Part : uint8_t { kCommand, kStatus, kPhase, kAll };

inline constexpr uint64_t kAll = std::numeric_limits<uint64_t>::max();

/// One fault. Members that its class does not have keep their defaults.
struct Rule {
  Class what = Class::kHang;

  // Which commands (doorbells, for kStuckDoorbell) are hit.
  std::optional<uint32_t> queue;
  std::optional<abi::Opcode> opcode;
  uint64_t after = 0;            ///< Commands the device fetches before the rule looks at any.
  uint64_t command = 0;          ///< The first that may be hit, counted among those that match.
  uint64_t every = 1;            ///< From there on every so many.
  uint64_t count = 1;            ///< At most so many; kAll has no bound.
  std::optional<double> chance;  ///< Of each of them, from 0 to 1.
  uint64_t seed = 0;             ///< Names all draws.

  // How it fails.
  Moment at = Moment::kFetch;
  uint64_t word = 0;            ///< Of the operand, or entry of a fan-out memory.
  std::optional<uint32_t> bit;  ///< Drawn for a completion, 0 elsewhere, if not given.
  Part field = Part::kCommand;
  uint64_t by = 1;             ///< Completions an interrupt is late by.
  std::optional<uint32_t> ms;  ///< Instead: milliseconds.
  uint32_t us = 1000;          ///< Delay of a step.
  uint32_t frame = 0;          ///< Frame whose trigger is lost.
};

/// What a user may write of a class.
struct ClassInfo {
  Class what;
  std::string_view name;
  std::string_view keys;  ///< Comma-separated.
};

inline constexpr std::string_view kSelectionKeys = "queue,opcode,after,command,every,count,chance,seed";

/// Every class, in the order of the document.
const std::vector<ClassInfo>& classes();
std::string_view name(Class what);

/// Parses `rule ('+' rule)*` with `rule = class (',' key '=' value)*`. Throws
/// transport::Error(INVALID_URI) naming rules, position and remedy.
std::vector<Rule> parse_rules(const std::string& text);

/// The same device with what the rules want of the device itself: `uri` with options appended.
std::string with_device_options(const std::vector<Rule>& rules, const std::string& uri);

}  // namespace photic::faults
