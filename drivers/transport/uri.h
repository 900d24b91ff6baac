// SPDX-License-Identifier: Apache-2.0
// Device URIs: which target, which kind of device, with which options.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace photic::transport {

/// What a URI names.
enum class UriForm : uint8_t {
  kSimulated,  ///< `golden:opu?...`, `systemc:spu?...`, `rtl:opu?...`
  kCheck,      ///< `check:rtl,systemc:spu?...`
  kRemote,     ///< `remote:/path.sock?...`
  kVfio,       ///< `vfio:0000:3b:00.0?...`
  kReplay,     ///< `replay:<file>?...`
  kRecord,     ///< `record:<file>:<uri>`
  kFault,      ///< `fault:<rules>:<uri>`
};

/// A parsed device URI. Record and fault wrap another one, which has the options.
struct Uri {
  std::string text;  ///< As given.
  UriForm form = UriForm::kSimulated;
  std::vector<std::string> targets;  ///< One for a simulated target, two for a check, none for others.
  std::string kind;                  ///< "opu" or "spu"; empty for a device that says itself what it is.
  std::string path;   ///< Socket of a remote device, address of a PCI function, file of a recording.
  std::string rules;  ///< Of a fault (docs/reference/faults.md).
  std::vector<std::pair<std::string, std::string>> options;  ///< In the order given; no key twice.
  std::shared_ptr<const Uri> inner;                          ///< What is recorded or made to fail.

  /// The device inside all wrappers; this one if it is none.
  const Uri& device() const { return inner ? inner->device() : *this; }
};

/// Throws Error(INVALID_URI) naming the position and the remedy. A ':', '%' or '?' in a file name or a
/// socket's path is written %3A, %25, %3F. Rules are split off, not judged.
Uri parse_uri(const std::string& text);

/// Typed access to a URI's options that remembers which keys exist, so that a misspelt one is refused with
/// the list of known ones.
class OptionReader {
 public:
  explicit OptionReader(const Uri& uri) : uri_(uri) {}

  /// The option's value, or `fallback`. All throw Error(INVALID_URI) naming the key and what is allowed.
  std::string text(const std::string& key, const std::string& fallback);
  std::string choice(const std::string& key, const std::vector<std::string>& allowed,
                     const std::string& fallback);
  uint64_t number(const std::string& key, uint64_t least, uint64_t most, uint64_t fallback);
  bool flag(const std::string& key, bool fallback);

  /// Declares a key that somebody else reads.
  void ignore(const std::string& key) { known_.insert(key); }

  /// Whether a key was asked for or declared, and all such keys as a list.
  bool knows(const std::string& key) const { return known_.contains(key); }
  std::string known() const;

  /// Refuses every option that was never asked for.
  void finish() const;

 private:
  const std::string* find(const std::string& key);
  [[noreturn]] void refuse(const std::string& key, const std::string& value, const std::string& remedy) const;

  const Uri& uri_;
  std::set<std::string> known_;
};

/// Options the driver itself reads from any URI.
struct DriverOptions {
  uint64_t stall_ms = 10000;  ///< A device without progress for so long is lost.
  bool process = false;       ///< Run the target in a process of its own even where it could run in this one.
};

/// Reads the driver's options from the device inside all wrappers; leaves the others alone.
DriverOptions driver_options(const Uri& uri);

/// Tells `reader` that the driver's keys are known.
void ignore_driver_options(OptionReader& reader);

}  // namespace photic::transport
