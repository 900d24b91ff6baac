// SPDX-License-Identifier: Apache-2.0
// Events in words.
#include "drivers/transport/recording/event.h"

#include <array>
#include <cstdio>

#include "drivers/abi/registers.h"

namespace photic::recording {
namespace {

std::string access(const char* what, const Event& event) {
  return std::string(what) + " of " + std::to_string(event.words) + " words at " + hex(event.address);
}

}  // namespace

std::string hex(uint64_t value) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(value));
  return text.data();
}

std::string register_name(uint32_t offset) {
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    if (offset == info.offset || (info.wide && offset == info.offset + 4)) {
      return std::string(info.name) + (offset == info.offset ? "" : " (high word)");
    }
  }
  return "the gap at " + hex(offset);
}

std::string describe(const Event& event) {
  switch (event.kind) {
    case EventKind::kWrite:
      return "a write of " + hex(event.value) + " to " + register_name(event.offset);
    case EventKind::kRead:
      return "a read of " + register_name(event.offset);
    case EventKind::kReset:
      return "a reset";
    case EventKind::kDmaRead:
      return access("a DMA read", event);
    case EventKind::kDmaReadRefused:
      return access("a refused DMA read", event);
    case EventKind::kDmaWrite:
      return access("a DMA write", event);
    case EventKind::kDmaWriteRefused:
      return access("a refused DMA write", event);
    case EventKind::kInterrupt:
      return "interrupt " + std::to_string(event.value);
    case EventKind::kSettled:
      return "the end of the work";
    case EventKind::kFailed:
      return "a failure: " + event.text;
    case EventKind::kStopped:
      return "the end of the device: " + event.text;
    case EventKind::kEnd:
      return "the end of the recording";
  }
  return "an unknown event";
}

}  // namespace photic::recording
