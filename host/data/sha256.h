// SPDX-License-Identifier: Apache-2.0
// SHA-256 of bytes in memory, as lower-case hexadecimal.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace photic::host {

/// 64 hexadecimal digits (FIPS 180-4).
std::string sha256(std::span<const uint8_t> bytes);

}  // namespace photic::host
