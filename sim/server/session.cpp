// SPDX-License-Identifier: Apache-2.0
// Decodes, checks and carries out vfio-user commands; those on interrupts and regions have files of their
// own.
#include "sim/server/session.h"

#include <algorithm>

#include "drivers/abi/registers.h"

namespace photic::sim {

namespace vfio = transport::vfio;
using vfio::Command;

std::optional<Answer> Session::handle(vfio::Message message) {
  const vfio::Header header = message.header;
  if ((header.flags & vfio::kTypeMask) == vfio::kReply) {
    return std::nullopt;
  }
  Answer answer;
  try {
    if ((header.flags & vfio::kTypeMask) != vfio::kCommand || message.lost_descriptors) {
      throw Refusal{EINVAL};
    }
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

bool Session::resets(const vfio::Message& message) {
  if (message.header.command == Command::kDeviceReset) {
    return true;
  }
  const auto access = vfio::record_of<vfio::RegionAccess>(message.payload);
  return message.header.command == Command::kRegionWrite && access && access->region == vfio::kConfig &&
         access->offset < PciEndpoint::kConfigSize &&
         PciEndpoint::asks_for_reset(static_cast<uint32_t>(access->offset),
                                     std::span(message.payload).subspan(sizeof(*access)));
}

bool Session::ready_for(const vfio::Message& message) const {
  if (resets(message)) {
    return !host_.occupied();
  }
  switch (message.header.command) {
    case Command::kRegionRead: {
      const auto access = vfio::record_of<vfio::RegionAccess>(message.payload);
      return host_.answers() || !access || access->region != vfio::kBar0;
    }
    default:
      return true;
  }
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
      need<vfio::DeviceInfo>(message.payload);
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
  const auto version = need<vfio::Version>(payload);
  if (!negotiated_ && version.major != vfio::kMajor) {
    over_ = true;
    throw Refusal{EINVAL};
  }
  const auto limits = read_capabilities(payload.subspan(sizeof(version)), face_.target, face_.timed);
  if (negotiated_ || !limits) {
    throw Refusal{EINVAL};
  }
  negotiated_ = true;
  limits_ = *limits;
  const std::string& text = limits_.reply;
  return vfio::payload_of(vfio::Version{vfio::kMajor, std::min(version.minor, vfio::kMinor)},
                          std::as_bytes(std::span(text.c_str(), text.size() + 1)));
}

Session::Bytes Session::region_info(std::span<const std::byte> payload, Answer& answer) const {
  const auto question = need<vfio::RegionInfo>(payload);
  if (question.index >= vfio::kRegions) {
    throw Refusal{EINVAL};
  }
  vfio::RegionInfo info;
  info.index = question.index;
  info.size = region_size(question.index);
  if (question.index == vfio::kBar2) {
    info.flags = vfio::kRegionReadable;
    if (limits_.descriptors > 0) {
      info.flags |= vfio::kRegionMappable;
      answer.descriptors = {face_.heartbeat};
    }
  } else if (info.size > 0) {
    info.flags = vfio::kRegionReadable | vfio::kRegionWritable;
  }
  return vfio::payload_of(info);
}

Session::Bytes Session::map(vfio::Message& message) {
  const auto map = need<vfio::DmaMap>(message.payload);
  const uint32_t rights = vfio::kDmaReadable | vfio::kDmaWritable;
  if ((map.flags & ~rights) != 0 || (map.flags & rights) == 0 || message.descriptors.size() > 1) {
    throw Refusal{EINVAL};
  }
  const transport::FileDescriptor memory =
      message.descriptors.empty() ? transport::FileDescriptor() : std::move(message.descriptors[0]);
  const int error =
      host_.map(memory, map.offset, map.address, map.size, (map.flags & vfio::kDmaReadable) != 0,
                (map.flags & vfio::kDmaWritable) != 0, vfio::kMaxWindows);
  if (error != 0) {
    throw Refusal{error};
  }
  return {};
}

Session::Bytes Session::unmap(std::span<const std::byte> payload) {
  const auto unmap = need<vfio::DmaUnmap>(payload);
  if (unmap.flags == vfio::kDmaUnmapAll) {
    if (unmap.address != 0 || unmap.size != 0) {
      throw Refusal{EINVAL};
    }
    host_.unmap_all();
    return vfio::payload_of(unmap);
  }
  const int error = unmap.flags != 0 ? EOPNOTSUPP : host_.unmap(unmap.address, unmap.size);
  if (error != 0) {
    throw Refusal{error};
  }
  return vfio::payload_of(unmap);
}

}  // namespace photic::sim
