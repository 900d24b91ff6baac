// SPDX-License-Identifier: Apache-2.0
// The list of fault classes.
#include "sim/faults/rules.h"

#include <algorithm>

namespace photic::faults {

const std::vector<ClassInfo>& classes() {
  static const std::vector<ClassInfo> list{
      {Class::kLostInterrupt, "lost_interrupt", ""},
      {Class::kLateInterrupt, "late_interrupt", "by,ms"},
      {Class::kStuckDoorbell, "stuck_doorbell", ""},
      {Class::kHang, "hang", "at"},
      {Class::kVanish, "vanish", "at"},
      {Class::kSlow, "slow", "us"},
      {Class::kDmaReadError, "dma_read_error", "word"},
      {Class::kDmaWriteError, "dma_write_error", "word"},
      {Class::kRingReadError, "ring_read_error", ""},
      {Class::kRingWriteError, "ring_write_error", ""},
      {Class::kCorruptedCompletion, "corrupted_completion", "field,bit"},
      {Class::kDuplicatedCompletion, "duplicated_completion", ""},
      {Class::kFlipMemory, "flip_memory", "word,bit"},
      {Class::kFlipLink, "flip_link", "word"},
      {Class::kFlipOutput, "flip_output", "word,bit"},
      {Class::kLoseTrigger, "lose_trigger", "frame"},
  };
  return list;
}

std::string_view name(Class what) {
  return std::find_if(classes().begin(), classes().end(),
                      [&](const ClassInfo& info) { return info.what == what; })
      ->name;
}

std::string with_device_options(const std::vector<Rule>& rules, const std::string& uri) {
  std::string text = uri;
  for (const Rule& rule : rules) {
    if (rule.what == Class::kLoseTrigger) {
      text += text.find('?') == std::string::npos ? '?' : '&';
      text += "lose_trigger=" + std::to_string(rule.frame);
    }
  }
  return text;
}

}  // namespace photic::faults
