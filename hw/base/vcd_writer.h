// SPDX-License-Identifier: Apache-2.0
// Waveforms of channels, which can start in the middle of a run.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "hw/base/channel.h"

namespace photic::hw {

/// Writes a value change dump (IEEE 1364-2005, 18.2) of channels, one scope a module, and of the cycle
/// counter.
class VcdWriter {
 public:
  /// Opens `path` and declares `channels`; `period_ps` is the clock period.
  VcdWriter(const std::string& path, uint64_t period_ps, const std::vector<Channel*>& channels);

  /// Whether everything could be written so far.
  bool good() const { return file_.good(); }

  /// Values of `channels` after the edge that begins clock period `time`, in which SHELL_CYCLE is `cycle`.
  void change(uint64_t time, uint64_t cycle, const std::vector<Channel*>& channels);

 private:
  struct Variable {
    std::string code;
    unsigned bits = 0;
    uint64_t value = 0;
    bool known = false;
  };
  class Declaration;
  class Update;

  void write(Variable& variable, uint64_t value);

  std::ofstream file_;
  uint64_t period_ps_;
  std::vector<Variable> variables_;
  std::unordered_map<const Channel*, size_t> first_variable_;
  size_t cycle_variable_ = 0;
};

}  // namespace photic::hw
