// SPDX-License-Identifier: Apache-2.0
// REGION_READ and REGION_WRITE.
#include <algorithm>
#include <array>
#include <cstring>

#include "drivers/abi/registers.h"
#include "sim/server/session.h"

namespace photic::sim {

namespace vfio = transport::vfio;

uint64_t Session::region_size(uint32_t region) {
  switch (region) {
    case vfio::kBar0:
      return abi::kBarSize;
    case vfio::kBar2:
      return abi::kHeartbeatSize;
    case vfio::kBar4:
      return PciEndpoint::kMsixBarSize;
    case vfio::kConfig:
      return PciEndpoint::kConfigSize;
    default:
      return 0;
  }
}

// An access inside its region; BAR0 in whole aligned registers.
vfio::RegionAccess Session::access(std::span<const std::byte> payload) {
  const auto access = need<vfio::RegionAccess>(payload);
  const uint64_t size = region_size(access.region);
  if (access.count == 0 || access.count > vfio::kMaxTransfer || access.offset >= size ||
      access.count > size - access.offset) {
    throw Refusal{EINVAL};
  }
  if (access.region == vfio::kBar0 &&
      (access.offset % sizeof(uint32_t) != 0 || access.count % sizeof(uint32_t) != 0)) {
    throw Refusal{EINVAL};
  }
  return access;
}

Session::Bytes Session::read_region(std::span<const std::byte> payload) {
  const vfio::RegionAccess what = access(payload);
  Bytes data(what.count);
  const auto offset = static_cast<uint32_t>(what.offset);
  if (what.region == vfio::kConfig) {
    host_.endpoint().read_config(offset, data);
  } else if (!host_.endpoint().memory_enabled()) {
    throw Refusal{EIO};
  } else if (what.region == vfio::kBar4) {
    host_.endpoint().read_msix(offset, data);
  } else if (what.region == vfio::kBar0) {
    for (uint32_t i = 0; i < what.count; i += sizeof(uint32_t)) {
      const uint32_t value = host_.read_register(offset + i);
      std::memcpy(data.data() + i, &value, sizeof(value));
    }
  } else {
    std::array<std::byte, abi::kHeartbeatSize> page{};
    const uint64_t beat = host_.progress().load(std::memory_order_relaxed);
    std::memcpy(page.data() + abi::kHeartbeatOffset, &beat, sizeof(beat));
    std::copy_n(page.begin() + offset, data.size(), data.begin());
  }
  return vfio::payload_of(what, data);
}

Session::Bytes Session::write_region(std::span<const std::byte> payload) {
  const vfio::RegionAccess what = access(payload);
  const auto data = payload.subspan(sizeof(what));
  if (data.size() != what.count || what.region == vfio::kBar2) {
    throw Refusal{EINVAL};
  }
  const auto offset = static_cast<uint32_t>(what.offset);
  if (what.region == vfio::kConfig) {
    host_.endpoint().write_config(offset, data);
    host_.flush_interrupts();
    if (PciEndpoint::asks_for_reset(offset, data)) {
      host_.reset();
    }
  } else if (!host_.endpoint().memory_enabled()) {
    throw Refusal{EIO};
  } else if (what.region == vfio::kBar4) {
    host_.endpoint().write_msix(offset, data);
    host_.flush_interrupts();
  } else {
    for (uint32_t i = 0; i < what.count; i += sizeof(uint32_t)) {
      uint32_t value = 0;
      std::memcpy(&value, data.data() + i, sizeof(value));
      host_.write_register(offset + i, value);
    }
  }
  return vfio::payload_of(what);
}

}  // namespace photic::sim
