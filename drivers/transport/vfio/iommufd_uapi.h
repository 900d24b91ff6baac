// SPDX-License-Identifier: Apache-2.0
// The part of the kernel's iommufd interface that Debian 12's headers are too old for. Source: Linux 6.6,
// include/uapi/linux/iommufd.h and include/uapi/linux/vfio.h (VFIO_DEVICE_BIND_IOMMUFD and its neighbour).
#pragma once

#include <sys/ioctl.h>

#include <cstdint>

namespace photic::transport::vfio_pci::uapi {

struct BindIommufd {
  uint32_t argsz = sizeof(BindIommufd);
  uint32_t flags = 0;
  int32_t iommufd = -1;
  uint32_t device_id = 0;  ///< Out.
};

struct AttachIommufdTable {
  uint32_t argsz = sizeof(AttachIommufdTable);
  uint32_t flags = 0;
  uint32_t table_id = 0;
};

struct AllocateAddressSpace {
  uint32_t size = sizeof(AllocateAddressSpace);
  uint32_t flags = 0;
  uint32_t id = 0;  ///< Out.
};

struct Range {
  uint64_t first;
  uint64_t last;
};

struct AllowedRanges {
  uint32_t size = sizeof(AllowedRanges);
  uint32_t id = 0;
  uint32_t count = 0;  ///< In: room; out: how many there are. EMSGSIZE if the room is too small.
  uint32_t reserved = 0;
  uint64_t ranges = 0;     ///< Pointer to Range.
  uint64_t alignment = 0;  ///< Out.
};

inline constexpr uint32_t kFixedAddress = 1;
inline constexpr uint32_t kWriteable = 2;
inline constexpr uint32_t kReadable = 4;

struct MapPages {
  uint32_t size = sizeof(MapPages);
  uint32_t flags = 0;
  uint32_t id = 0;
  uint32_t reserved = 0;
  uint64_t memory = 0;
  uint64_t length = 0;
  uint64_t address = 0;
};

struct UnmapPages {
  uint32_t size = sizeof(UnmapPages);
  uint32_t id = 0;
  uint64_t address = 0;
  uint64_t length = 0;  ///< Out: what was unmapped.
};

static_assert(sizeof(BindIommufd) == 16 && sizeof(AttachIommufdTable) == 12 &&
              sizeof(AllocateAddressSpace) == 12);
static_assert(sizeof(AllowedRanges) == 32 && sizeof(MapPages) == 40 && sizeof(UnmapPages) == 24);

inline constexpr unsigned long kBindIommufd = _IO(';', 100 + 18);
inline constexpr unsigned long kAttachIommufdTable = _IO(';', 100 + 19);
inline constexpr unsigned long kAllocateAddressSpace = _IO(';', 0x81);
inline constexpr unsigned long kAllowedRanges = _IO(';', 0x84);
inline constexpr unsigned long kMapPages = _IO(';', 0x85);
inline constexpr unsigned long kUnmapPages = _IO(';', 0x86);

}  // namespace photic::transport::vfio_pci::uapi
