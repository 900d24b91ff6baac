// SPDX-License-Identifier: Apache-2.0
// Reads fault rules.
#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"
#include "drivers/transport/error.h"
#include "sim/faults/rules.h"

namespace photic::faults {
namespace {

constexpr uint32_t kMostMilliseconds = 60'000;
constexpr uint32_t kMostMicroseconds = 1'000'000;
constexpr uint32_t kWordBits = 64;
constexpr uint32_t kFieldBits = 16;

constexpr std::array kOpcodes{abi::Opcode::NOP,       abi::Opcode::OPU_PROJECT, abi::Opcode::OPU_CALIBRATE,
                              abi::Opcode::SPU_WRITE, abi::Opcode::SPU_READ,    abi::Opcode::SPU_CLEAR,
                              abi::Opcode::SPU_RUN};

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

// "a, b, c" of "a,b,c".
std::string spaced(std::string_view list) {
  std::string result;
  for (const char c : list) {
    result += c;
    result += c == ',' ? " " : "";
  }
  return result;
}

std::string quoted(std::string_view text) {
  std::string result(1, '\'');
  result.append(text);
  result += '\'';
  return result;
}

bool in_list(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    if (list.substr(0, comma) == word) {
      return true;
    }
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

class Parser {
 public:
  explicit Parser(const std::string& text) : text_(text) {}

  std::vector<Rule> rules() {
    std::vector<Rule> found;
    char stop = '+';
    while (stop == '+') {
      found.push_back(rule(&stop));
    }
    return found;
  }

 private:
  [[noreturn]] void fail(size_t at, const std::string& what, const std::string& remedy) const {
    throw transport::Error(abi::Status::INVALID_URI, "fault rules " + quoted(text_.substr(0, 200)) +
                                                         ", position " + std::to_string(at) + ": " + what +
                                                         "; " + remedy);
  }

  // Up to ',' or '+' or the end; steps over it.
  std::string_view part(char* stop) {
    const size_t end = std::min(text_.find_first_of(",+", position_), text_.size());
    const std::string_view found = std::string_view(text_).substr(position_, end - position_);
    *stop = end < text_.size() ? text_[end] : '\0';
    position_ = end + (end < text_.size() ? 1 : 0);
    return found;
  }

  Rule rule(char* stop) {
    const ClassInfo info = fault_class(stop);
    keys_ = info.what == Class::kSlow || info.what == Class::kLoseTrigger ? std::string(info.keys)
            : info.what == Class::kStuckDoorbell ? "queue,command,every,count,chance,seed"
            : info.keys.empty()                  ? std::string(kSelectionKeys)
                                                 : std::string(kSelectionKeys) + "," + std::string(info.keys);
    Rule rule;
    rule.what = info.what;
    std::set<std::string, std::less<>> given;
    while (*stop == ',') {
      const size_t at = position_;
      const std::string_view pair = part(stop);
      const size_t equals = pair.find('=');
      if (equals == std::string_view::npos || equals == 0 || equals + 1 == pair.size()) {
        fail(at, quoted(pair) + " is not key=value", "write class,key=value,key=value and '+' between rules");
      }
      const std::string key(pair.substr(0, equals));
      if (!in_list(keys_, key)) {
        fail(at, std::string(info.name) + " has no key " + quoted(key), "its keys are " + spaced(keys_));
      }
      if (!given.insert(key).second) {
        fail(at, "key " + quoted(key) + " is given twice", "give it once");
      }
      set(rule, key, std::string(pair.substr(equals + 1)), at + equals + 1);
    }
    // Who asks for a pattern or a chance wants it to go on.
    if (!given.contains("count") && (given.contains("every") || given.contains("chance"))) {
      rule.count = kAll;
    }
    if (given.contains("by") && given.contains("ms")) {
      fail(position_, "an interrupt is late by completions or by time, not both", "give 'by' or 'ms'");
    }
    if (rule.what == Class::kCorruptedCompletion && rule.bit.value_or(0) >= kFieldBits) {
      fail(position_, "a completion's fields have " + std::to_string(kFieldBits) + " bits",
           "use a bit from 0 to " + std::to_string(kFieldBits - 1));
    }
    return rule;
  }

  ClassInfo fault_class(char* stop) {
    const size_t at = position_;
    const std::string_view word = part(stop);
    std::string known;
    for (const ClassInfo& info : classes()) {
      if (info.name == word) {
        return info;
      }
      known += (known.empty() ? "" : ", ") + std::string(info.name);
    }
    fail(at, word.empty() ? "a fault is missing" : "unknown fault " + quoted(word), "use one of: " + known);
  }

  void set(Rule& rule, const std::string& key, const std::string& value, size_t at) const {
    constexpr uint64_t kMost32 = std::numeric_limits<uint32_t>::max();
    const auto number = [&](uint64_t least, uint64_t most) {
      return parse_number(key, value, at, least, most);
    };
    if (key == "queue") {
      rule.queue = static_cast<uint32_t>(number(0, abi::kQueues - 1));
    } else if (key == "opcode") {
      rule.opcode = parse_opcode(value, at);
    } else if (key == "after") {
      rule.after = number(0, kAll);
    } else if (key == "command") {
      rule.command = number(0, kAll);
    } else if (key == "every") {
      rule.every = number(1, kAll);
    } else if (key == "count") {
      rule.count = value == "all" ? kAll : number(1, kAll);
    } else if (key == "chance") {
      rule.chance = parse_chance(value, at);
    } else if (key == "seed") {
      rule.seed = number(0, kAll);
    } else if (key == "at") {
      rule.at = choice<Moment>(
          key, value, at,
          {{"fetch", Moment::kFetch}, {"data", Moment::kData}, {"completion", Moment::kCompletion}});
    } else if (key == "field") {
      rule.field = choice<Part>(key, value, at,
                                {{"command", Part::kCommand},
                                 {"status", Part::kStatus},
                                 {"phase", Part::kPhase},
                                 {"all", Part::kAll}});
    } else if (key == "word") {
      rule.word = number(0, kMost32);
    } else if (key == "bit") {
      rule.bit = static_cast<uint32_t>(number(0, kWordBits - 1));
    } else if (key == "by") {
      rule.by = number(1, kMost32);
    } else if (key == "ms") {
      rule.ms = static_cast<uint32_t>(number(1, kMostMilliseconds));
    } else if (key == "us") {
      rule.us = static_cast<uint32_t>(number(1, kMostMicroseconds));
    } else {
      rule.frame = static_cast<uint32_t>(number(0, kMost32));
    }
  }

  uint64_t parse_number(const std::string& key, const std::string& value, size_t at, uint64_t least,
                        uint64_t most) const {
    uint64_t result = 0;
    const char* end = value.data() + value.size();
    const auto [rest, problem] = std::from_chars(value.data(), end, result);
    if (problem != std::errc() || rest != end || result < least || result > most) {
      fail(at, quoted(key) + " cannot be " + quoted(value),
           "use a decimal number from " + std::to_string(least) + " to " + std::to_string(most) +
               (key == "count" ? ", or all" : ""));
    }
    return result;
  }

  double parse_chance(const std::string& value, size_t at) const {
    double result = 0;
    const char* end = value.data() + value.size();
    const auto [rest, problem] = std::from_chars(value.data(), end, result, std::chars_format::fixed);
    if (problem != std::errc() || rest != end || !(result >= 0 && result <= 1)) {
      fail(at, "'chance' cannot be " + quoted(value), "use a number from 0 to 1, as 0.25");
    }
    return result;
  }

  abi::Opcode parse_opcode(const std::string& value, size_t at) const {
    std::string known;
    for (const abi::Opcode opcode : kOpcodes) {
      const std::string word = lower(abi::name(opcode));
      if (word == value) {
        return opcode;
      }
      known += (known.empty() ? "" : ", ") + word;
    }
    fail(at, "unknown opcode " + quoted(value), "use one of: " + known);
  }

  template <typename Value>
  Value choice(const std::string& key, const std::string& value, size_t at,
               const std::vector<std::pair<std::string_view, Value>>& allowed) const {
    std::string known;
    for (const auto& [word, meaning] : allowed) {
      if (word == value) {
        return meaning;
      }
      known += (known.empty() ? "" : ", ") + std::string(word);
    }
    fail(at, quoted(key) + " cannot be " + quoted(value), "use one of: " + known);
  }

  const std::string& text_;
  size_t position_ = 0;
  std::string keys_;  // of the rule at hand
};

}  // namespace

std::vector<Rule> parse_rules(const std::string& text) {
  return Parser(text).rules();
}

}  // namespace photic::faults
