// SPDX-License-Identifier: Apache-2.0
// Decodes, checks and carries out vfio-user commands.
#include "sim/server/session.h"

#include <cerrno>
#include <nlohmann/json.hpp>

#include "drivers/abi/registers.h"

namespace photic::sim {
namespace {

namespace vfio = transport::vfio;
using vfio::Command;

// The record at the start of a payload; argsz, where a record has it, must cover the record.
template <typename Record, typename Refusal>
Record need(std::span<const std::byte> payload) {
  const auto record = vfio::record_of<Record>(payload);
  if (!record) {
    throw Refusal{EINVAL};
  }
  if constexpr (requires { record->argsz; }) {
    if (record->argsz < sizeof(Record)) {
      throw Refusal{EINVAL};
    }
  }
  return *record;
}

uint64_t region_size(uint32_t region) {
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

}  // namespace

std::optional<Answer> Session::handle(vfio::Message message) {
  const vfio::Header header = message.header;
  if ((header.flags & vfio::kTypeMask) != 0) {
    return std::nullopt;
  }
  Answer answer;
  try {
    answer.message = vfio::reply(header, dispatch(message, answer));
  } catch (const Refusal& refusal) {
    answer.message = vfio::refusal(header, static_cast<uint32_t>(refusal.error));
    answer.descriptors.clear();
  }
  if ((header.flags & vfio::kNoReply) != 0) {
    return std::nullopt;
  }
  return answer;
}

Session::Bytes Session::dispatch(vfio::Message& message, Answer& answer) {
  if (!negotiated_ && message.header.command != Command::kVersion) {
    throw Refusal{EINVAL};
  }
  switch (message.header.command) {
    case Command::kVersion:
      return negotiate(message.payload);
    case Command::kDmaMap:
      return map(message);
    case Command::kDmaUnmap:
      return unmap(message.payload);
    case Command::kDeviceGetInfo:
      need<vfio::DeviceInfo, Refusal>(message.payload);
      return vfio::payload_of(vfio::DeviceInfo{
          sizeof(vfio::DeviceInfo), vfio::kDeviceResets | vfio::kDevicePci, vfio::kRegions, vfio::kIrqs});
    case Command::kDeviceGetRegionInfo:
      return region_info(message.payload, answer);
    case Command::kDeviceGetIrqInfo:
      return irq_info(message.payload);
    case Command::kDeviceSetIrqs:
      return set_irqs(message);
    case Command::kRegionRead:
      return read_region(message.payload);
    case Command::kRegionWrite:
      return write_region(message.payload);
    case Command::kDeviceReset:
      host_.reset();
      return {};
    default:
      throw Refusal{EOPNOTSUPP};
  }
}

Session::Bytes Session::negotiate(std::span<const std::byte> payload) {
  const auto version = need<vfio::Version, Refusal>(payload);
  if (negotiated_ || version.major != vfio::kMajor) {
    throw Refusal{EINVAL};
  }
  const auto rest = payload.subspan(sizeof(version));
  if (!rest.empty()) {
    const auto* text = reinterpret_cast<const char*>(rest.data());
    if (rest.back() != std::byte{0} ||
        nlohmann::json::parse(text, text + rest.size() - 1, nullptr, false).is_discarded()) {
      throw Refusal{EINVAL};
    }
  }
  negotiated_ = true;
  const nlohmann::json offer{{"capabilities",
                              {{"max_msg_fds", vfio::kMaxDescriptors},
                               {"max_data_xfer_size", vfio::kMaxTransfer},
                               {"photic", {{"target", target_}, {"timed", timed_}}}}}};
  const std::string text = offer.dump();
  return vfio::payload_of(vfio::Version{vfio::kMajor, std::min(version.minor, vfio::kMinor)},
                          std::as_bytes(std::span(text.c_str(), text.size() + 1)));
}

Session::Bytes Session::region_info(std::span<const std::byte> payload, Answer& answer) const {
  const auto question = need<vfio::RegionInfo, Refusal>(payload);
  if (question.index >= vfio::kRegions) {
    throw Refusal{EINVAL};
  }
  vfio::RegionInfo info;
  info.index = question.index;
  info.size = region_size(question.index);
  if (question.index == vfio::kBar2) {
    info.flags = vfio::kRegionReadable | vfio::kRegionMappable;
    answer.descriptors = {heartbeat_};
  } else if (info.size > 0) {
    info.flags = vfio::kRegionReadable | vfio::kRegionWritable;
  }
  return vfio::payload_of(info);
}

Session::Bytes Session::irq_info(std::span<const std::byte> payload) const {
  const auto question = need<vfio::IrqInfo, Refusal>(payload);
  if (question.index >= vfio::kIrqs) {
    throw Refusal{EINVAL};
  }
  vfio::IrqInfo info;
  info.index = question.index;
  if (question.index == vfio::kMsix) {
    info.flags = vfio::kIrqEventfd | vfio::kIrqNoResize;
    info.count = PciEndpoint::kVectors;
  }
  return vfio::payload_of(info);
}

Session::Bytes Session::map(vfio::Message& message) {
  const auto map = need<vfio::DmaMap, Refusal>(message.payload);
  const uint32_t rights = vfio::kDmaReadable | vfio::kDmaWritable;
  if ((map.flags & ~rights) != 0 || (map.flags & rights) == 0) {
    throw Refusal{EINVAL};
  }
  if (message.descriptors.empty()) {
    throw Refusal{EOPNOTSUPP};  // memory behind a descriptor only
  }
  if (message.descriptors.size() != 1) {
    throw Refusal{EINVAL};
  }
  const int error = host_.map(message.descriptors[0], map.offset, map.address, map.size,
                              (map.flags & vfio::kDmaReadable) != 0, (map.flags & vfio::kDmaWritable) != 0);
  if (error != 0) {
    throw Refusal{error};
  }
  return {};
}

Session::Bytes Session::unmap(std::span<const std::byte> payload) {
  const auto unmap = need<vfio::DmaUnmap, Refusal>(payload);
  const int error = unmap.flags != 0 ? EOPNOTSUPP : host_.unmap(unmap.address, unmap.size);
  if (error != 0) {
    throw Refusal{error};
  }
  return vfio::payload_of(unmap);
}

Session::Bytes Session::set_irqs(vfio::Message& message) {
  const auto set = need<vfio::IrqSet, Refusal>(message.payload);
  if (set.index != vfio::kMsix || set.start > PciEndpoint::kVectors ||
      set.count > PciEndpoint::kVectors - set.start) {
    throw Refusal{EINVAL};
  }
  const auto data = std::span(message.payload).subspan(sizeof(set));
  switch (set.flags) {
    case vfio::kIrqDataEventfd | vfio::kIrqActionTrigger:
      if (!message.descriptors.empty() && message.descriptors.size() != set.count) {
        throw Refusal{EINVAL};
      }
      for (uint32_t i = 0; i < set.count; ++i) {
        host_.set_interrupt(set.start + i, message.descriptors.empty() ? transport::FileDescriptor()
                                                                       : std::move(message.descriptors[i]));
      }
      return {};
    case vfio::kIrqDataNone | vfio::kIrqActionTrigger:
      for (uint32_t i = 0; i < set.count; ++i) {
        host_.raise(set.start + i);
      }
      if (set.count == 0) {
        for (unsigned v = 0; v < PciEndpoint::kVectors; ++v) {
          host_.set_interrupt(v, transport::FileDescriptor());
        }
        host_.endpoint().disable_msix();
      }
      return {};
    case vfio::kIrqDataBool | vfio::kIrqActionTrigger:
      if (data.size() != set.count) {
        throw Refusal{EINVAL};
      }
      for (uint32_t i = 0; i < set.count; ++i) {
        if (data[i] != std::byte{0}) {
          host_.raise(set.start + i);
        }
      }
      return {};
    default:
      throw Refusal{EINVAL};
  }
}

// An access inside its region; BAR0 in whole aligned registers.
vfio::RegionAccess Session::access(std::span<const std::byte> payload) {
  const auto access = need<vfio::RegionAccess, Refusal>(payload);
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
