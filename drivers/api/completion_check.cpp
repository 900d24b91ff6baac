// SPDX-License-Identifier: Apache-2.0
// Judges completions.
#include "drivers/api/completion_check.h"

namespace photic::api {
namespace {

// From here on only the driver gives a status.
constexpr uint16_t kFirstOfDriver = 0x100;

bool reported_by_devices(abi::Status status) {
  return status == abi::Status::OK ||
         (static_cast<uint16_t>(status) < kFirstOfDriver && abi::name(status) != "UNKNOWN");
}

}  // namespace

std::string fault_of(const abi::Completion& completion, uint32_t entries, uint32_t tail) {
  const bool unread = completion.command == kUnreadCommand;
  if ((completion.phase & ~1U) != 0) {
    return "has phase " + std::to_string(completion.phase);
  }
  if (!reported_by_devices(completion.status) || (unread && completion.status == abi::Status::OK)) {
    return "has status " + std::to_string(static_cast<uint16_t>(completion.status)) +
           ", which no device reports" + (unread ? " of a ring it could not read" : "");
  }
  if (!unread && completion.command >= entries) {
    return "names command " + std::to_string(completion.command) + " of a ring of " + std::to_string(entries);
  }
  if (completion.sq_head >= entries) {
    return "has sq_head " + std::to_string(completion.sq_head) + " in a ring of " + std::to_string(entries);
  }
  // A device has fetched what it completes, and nothing the doorbell did not tell it of.
  const uint32_t mask = entries - 1;
  const uint32_t first = unread ? completion.sq_head : completion.command + 1U;
  if (((completion.sq_head - first) & mask) > ((tail - first) & mask)) {
    return "has sq_head " + std::to_string(completion.sq_head) + ", which is not between its command " +
           std::to_string(completion.command) + " and the doorbell " + std::to_string(tail);
  }
  if (completion.end < completion.start) {
    return "ends in cycle " + std::to_string(completion.end) + ", before it starts in " +
           std::to_string(completion.start);
  }
  return {};
}

}  // namespace photic::api
