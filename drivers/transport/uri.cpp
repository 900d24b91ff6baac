// SPDX-License-Identifier: Apache-2.0
// Parses device URIs.
#include "drivers/transport/uri.h"

#include <algorithm>
#include <charconv>

#include "drivers/transport/error.h"

namespace photic::transport {
namespace {

constexpr const char* kForms =
    "golden:opu, systemc:opu, rtl:opu, check:<a>,<b>:opu (or spu), remote:<socket path>, vfio:<PCI address> "
    "or replay:<file>, options as ?key=value&key=value, before it record:<file>: or fault:<rules>:";
constexpr size_t kMaxLength = 4096;

std::string join(const std::vector<std::string>& words) {
  std::string list;
  for (const auto& word : words) {
    list += (list.empty() ? "" : ", ") + word;
  }
  return list;
}

// Walks over the text and keeps the position for error messages.
class Cursor {
 public:
  explicit Cursor(const std::string& text) : text_(text) {}

  size_t position() const { return position_; }
  std::string rest() const { return text_.substr(position_); }

  // Everything up to one of `stops` or the end; steps over the stop.
  std::string until(std::string_view stops, char* stop) {
    const size_t end = std::min(text_.find_first_of(stops, position_), text_.size());
    std::string part = text_.substr(position_, end - position_);
    *stop = end < text_.size() ? text_[end] : '\0';
    position_ = end + (end < text_.size() ? 1 : 0);
    return part;
  }

  [[noreturn]] void fail(size_t at, const std::string& what, const std::string& remedy) const {
    throw Error(abi::Status::INVALID_URI, "device URI '" + text_.substr(0, 200) + "', position " +
                                              std::to_string(at) + ": " + what + "; " + remedy);
  }

 private:
  const std::string& text_;
  size_t position_ = 0;
};

bool is_target(const std::string& name) {
  return name == "golden" || name == "systemc" || name == "rtl";
}

void check_target(const Cursor& cursor, size_t at, const std::string& name) {
  if (!is_target(name)) {
    cursor.fail(at, name.empty() ? "a target is missing" : "unknown target '" + name + "'",
                "use golden, systemc or rtl");
  }
}

std::string parse_kind(Cursor& cursor, char* stop) {
  const size_t at = cursor.position();
  std::string kind = cursor.until("?", stop);
  if (kind != "opu" && kind != "spu") {
    cursor.fail(at, kind.empty() ? "the kind of device is missing" : "unknown kind of device '" + kind + "'",
                "use opu or spu");
  }
  return kind;
}

void parse_options(Cursor& cursor, Uri& uri) {
  char stop = '&';
  while (stop == '&') {
    const size_t at = cursor.position();
    const std::string pair = cursor.until("&", &stop);
    const size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size()) {
      cursor.fail(at, "'" + pair + "' is not key=value", "write ?key=value&key=value");
    }
    const std::string key = pair.substr(0, equals);
    for (const auto& [earlier, value] : uri.options) {
      if (earlier == key) {
        cursor.fail(at, "option '" + key + "' is given twice", "give it once");
      }
    }
    uri.options.emplace_back(key, pair.substr(equals + 1));
  }
}

// The text with %XX undone.
std::string decoded(const Cursor& cursor, size_t at, const std::string& text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    unsigned value = 0;
    const char* digits = text.data() + i + 1;
    const char* end = text.data() + std::min(i + 3, text.size());
    const auto [rest, problem] = std::from_chars(digits, end, value, 16);
    if (problem != std::errc() || rest != digits + 2 || value == 0) {
      cursor.fail(at + i, "'%' is not followed by two hexadecimal digits of a character",
                  "write %25 for a '%', %3A for a ':', %3F for a '?'");
    }
    plain += static_cast<char>(value);
    i += 2;
  }
  return plain;
}

// domain:bus:device.function, in hexadecimal digits.
bool is_pci_address(const std::string& text) {
  constexpr std::string_view kShape = "xxxx:xx:xx.x";
  bool matches = text.size() == kShape.size();
  for (size_t i = 0; matches && i < kShape.size(); ++i) {
    matches = kShape[i] == 'x' ? std::string_view("0123456789abcdef").find(text[i]) != std::string::npos
                               : text[i] == kShape[i];
  }
  return matches;
}

void parse_check(Cursor& cursor, Uri& uri, char* stop) {
  for (const char separator : {',', ':'}) {
    const size_t at = cursor.position();
    uri.targets.push_back(cursor.until(",:?", stop));
    check_target(cursor, at, uri.targets.back());
    if (*stop != separator) {
      cursor.fail(cursor.position(), std::string("a '") + separator + "' is missing",
                  "write check:rtl,systemc:opu");
    }
  }
  if (uri.targets[0] == uri.targets[1]) {
    cursor.fail(cursor.position(), "both targets are '" + uri.targets[0] + "'", "name two different ones");
  }
  uri.kind = parse_kind(cursor, stop);
}

void parse_device(Cursor& cursor, const std::string& scheme, Uri& uri) {
  char stop = '\0';
  const size_t at = cursor.position();
  if (scheme == "remote") {
    uri.form = UriForm::kRemote;
    uri.path = decoded(cursor, at, cursor.until("?", &stop));
    if (uri.path.empty() || uri.path[0] != '/') {
      cursor.fail(at, "the socket's path is missing or relative", "write remote:/absolute/path.sock");
    }
  } else if (scheme == "vfio") {
    uri.form = UriForm::kVfio;
    uri.path = cursor.until("?", &stop);
    if (!is_pci_address(uri.path)) {
      cursor.fail(at, "'" + uri.path + "' is no address of a PCI function", "write vfio:0000:3b:00.0");
    }
  } else if (scheme == "replay") {
    uri.form = UriForm::kReplay;
    uri.path = decoded(cursor, at, cursor.until("?", &stop));
    if (uri.path.empty()) {
      cursor.fail(at, "the recording's file is missing", "write replay:run.recording");
    }
  } else if (scheme == "check") {
    uri.form = UriForm::kCheck;
    parse_check(cursor, uri, &stop);
  } else {
    check_target(cursor, at - scheme.size() - 1, scheme);
    uri.targets.push_back(scheme);
    uri.kind = parse_kind(cursor, &stop);
  }
  if (stop == '?') {
    parse_options(cursor, uri);
  }
}

Uri parse(Cursor& cursor) {
  Uri uri;
  char stop = '\0';
  const size_t at = cursor.position();
  uri.text = cursor.rest();
  const std::string scheme = cursor.until(":?", &stop);
  if (stop != ':') {
    cursor.fail(at + scheme.size(), scheme.empty() ? "the URI is empty" : "no ':' follows the target",
                std::string("use ") + kForms);
  }
  if (scheme != "record" && scheme != "fault") {
    parse_device(cursor, scheme, uri);
    return uri;
  }
  const bool recorded = scheme == "record";
  uri.form = recorded ? UriForm::kRecord : UriForm::kFault;
  const size_t start = cursor.position();
  const std::string part = cursor.until(":?", &stop);
  if (part.empty() || stop != ':') {
    cursor.fail(start,
                part.empty() ? (recorded ? "the recording's file is missing" : "the rules are missing")
                             : "no ':' and no device follow '" + part + "'",
                recorded ? "write record:run.recording:golden:opu" : "write fault:hang,command=3:golden:opu");
  }
  if (recorded) {
    uri.path = decoded(cursor, start, part);
  } else {
    uri.rules = part;
  }
  uri.inner = std::make_shared<const Uri>(parse(cursor));
  uri.kind = uri.inner->kind;
  return uri;
}

}  // namespace

Uri parse_uri(const std::string& text) {
  Cursor cursor(text);
  if (text.size() > kMaxLength) {
    cursor.fail(kMaxLength, "the URI is longer than 4096 characters", "shorten it");
  }
  if (const size_t nul = text.find('\0'); nul != std::string::npos) {
    cursor.fail(nul, "the URI contains a NUL character", "remove it");
  }
  return parse(cursor);
}

const std::string* OptionReader::find(const std::string& key) {
  known_.insert(key);
  for (const auto& [name, value] : uri_.options) {
    if (name == key) {
      return &value;
    }
  }
  return nullptr;
}

void OptionReader::refuse(const std::string& key, const std::string& value, const std::string& remedy) const {
  throw Error(abi::Status::INVALID_URI, "device URI '" + uri_.text.substr(0, 200) + "': option '" + key +
                                            "' cannot be '" + value + "'; " + remedy);
}

std::string OptionReader::text(const std::string& key, const std::string& fallback) {
  const std::string* value = find(key);
  return value ? *value : fallback;
}

std::string OptionReader::choice(const std::string& key, const std::vector<std::string>& allowed,
                                 const std::string& fallback) {
  std::string value = text(key, fallback);
  if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
    refuse(key, value, "use one of: " + join(allowed));
  }
  return value;
}

uint64_t OptionReader::number(const std::string& key, uint64_t least, uint64_t most, uint64_t fallback) {
  const std::string* value = find(key);
  if (!value) {
    return fallback;
  }
  uint64_t result = 0;
  const char* end = value->data() + value->size();
  const auto [rest, problem] = std::from_chars(value->data(), end, result);
  if (problem != std::errc() || rest != end || result < least || result > most) {
    refuse(key, *value, "use a decimal number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return result;
}

bool OptionReader::flag(const std::string& key, bool fallback) {
  return number(key, 0, 1, fallback ? 1 : 0) != 0;
}

std::string OptionReader::known() const {
  return join({known_.begin(), known_.end()});
}

void OptionReader::finish() const {
  for (const auto& [key, value] : uri_.options) {
    if (!known_.contains(key)) {
      throw Error(abi::Status::INVALID_URI,
                  "device URI '" + uri_.text.substr(0, 200) + "': unknown option '" + key + "'" +
                      (uri_.kind.empty() ? "" : " of an " + uri_.kind) + "; known ones: " + known());
    }
  }
}

DriverOptions driver_options(const Uri& uri) {
  const Uri& device = uri.device();
  OptionReader reader(device);
  DriverOptions options;
  options.stall_ms = reader.number("stall_ms", 10, 86'400'000, options.stall_ms);
  options.process = reader.flag("process", options.process);
  if (device.form == UriForm::kRemote || device.form == UriForm::kVfio || device.form == UriForm::kReplay) {
    reader.finish();
  }
  return options;
}

void ignore_driver_options(OptionReader& reader) {
  reader.ignore("stall_ms");
  reader.ignore("process");
}

}  // namespace photic::transport
