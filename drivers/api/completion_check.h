// SPDX-License-Identifier: Apache-2.0
// Whether a completion can be what the contract says a device writes.
#pragma once

#include <cstdint>
#include <string>

#include "drivers/abi/descriptors.h"

namespace photic::api {

/// The command id of a device that could not read its submission.
constexpr uint16_t kUnreadCommand = 0xFFFF;

/// What is wrong with a completion in a ring of `entries` whose doorbell was last rung with `tail`; empty if
/// nothing is. Whether its command is in flight is not asked.
std::string fault_of(const abi::Completion& completion, uint32_t entries, uint32_t tail);

}  // namespace photic::api
