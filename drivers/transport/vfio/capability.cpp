// SPDX-License-Identifier: Apache-2.0
// Walks VFIO's capability chains.
#include "drivers/transport/vfio/capability.h"

#include <linux/vfio.h>

#include <algorithm>
#include <cstring>

namespace photic::transport::vfio_pci {
namespace {

// No answer of VFIO's is longer: a kernel that asks for more is not believed.
constexpr uint32_t kLongest = 1U << 20;

}  // namespace

bool grow_and_ask(const Kernel& kernel, int fd, unsigned long request, std::vector<std::byte>& answer) {
  const std::vector<std::byte> question = answer;
  for (int attempt = 0; attempt < 3; ++attempt) {
    auto room = static_cast<uint32_t>(answer.size());
    std::memcpy(answer.data(), &room, sizeof(room));
    if (kernel.control(fd, request, answer.data()) < 0) {
      return false;
    }
    uint32_t needed = 0;
    std::memcpy(&needed, answer.data(), sizeof(needed));
    if (needed <= room || needed > kLongest) {
      break;
    }
    answer = question;
    answer.resize(needed);
  }
  return true;
}

std::span<const std::byte> find_capability(std::span<const std::byte> answer, uint32_t offset, uint16_t id) {
  uint32_t least = 1;
  while (offset >= least && uint64_t{offset} + sizeof(vfio_info_cap_header) <= answer.size()) {
    vfio_info_cap_header header{};
    std::memcpy(&header, answer.data() + offset, sizeof(header));
    if (header.id == id) {
      return answer.subspan(offset);
    }
    least = offset + 1;
    offset = header.next;
  }
  return {};
}

std::vector<std::array<uint64_t, 2>> pairs_of(std::span<const std::byte> capability) {
  struct {
    vfio_info_cap_header header;
    uint32_t count;
    uint32_t reserved;
  } head{};
  std::vector<std::array<uint64_t, 2>> pairs;
  if (capability.size() < sizeof(head)) {
    return pairs;
  }
  std::memcpy(&head, capability.data(), sizeof(head));
  pairs.resize(std::min<size_t>(head.count, (capability.size() - sizeof(head)) / sizeof(pairs[0])));
  if (!pairs.empty()) {
    std::memcpy(pairs.data(), capability.data() + sizeof(head), pairs.size() * sizeof(pairs[0]));
  }
  return pairs;
}

}  // namespace photic::transport::vfio_pci
