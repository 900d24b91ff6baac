// SPDX-License-Identifier: Apache-2.0
// VFIO's answers of growing length and the chains of capabilities behind them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "drivers/transport/vfio/kernel.h"

namespace photic::transport::vfio_pci {

/// Asks with a record that begins with its own size (`argsz`), which `answer` holds; asks again with more
/// room if the kernel has more to say. False if the kernel refuses.
bool grow_and_ask(const Kernel& kernel, int fd, unsigned long request, std::vector<std::byte>& answer);

/// The capability `id` of the chain that begins at `offset`, with its header, up to the end of the answer;
/// empty if there is none. A chain that leaves the answer or turns back ends there.
std::span<const std::byte> find_capability(std::span<const std::byte> answer, uint32_t offset, uint16_t id);

/// The pairs of numbers that a capability lists behind its header, a count and a reserved word: ranges of
/// addresses are first and last, areas of a region offset and size.
std::vector<std::array<uint64_t, 2>> pairs_of(std::span<const std::byte> capability);

}  // namespace photic::transport::vfio_pci
