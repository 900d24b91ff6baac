// SPDX-License-Identifier: Apache-2.0
// The two ways to a function's VFIO device: by its IOMMU group, or by its own file and iommufd.
#pragma once

#include <cstdint>
#include <memory>

#include "drivers/transport/file_descriptor.h"
#include "drivers/transport/vfio/iommu.h"
#include "drivers/transport/vfio/place.h"

namespace photic::transport::vfio_pci {

enum class Interface : uint8_t {
  kAny,    ///< The function's own file if it and /dev/iommu may be opened, else the group.
  kGroup,  ///< /dev/vfio/vfio and /dev/vfio/<group>
  kCdev,   ///< /dev/vfio/devices/<vfioN> and /dev/iommu: kernels from 6.6 that have them.
};

/// An open function. The device's descriptor is closed before the address space is given back.
struct Opening {
  Interface interface = Interface::kGroup;
  std::unique_ptr<Iommu> iommu;
  FileDescriptor device;
};

/// Opens a checked place. Throws Error naming function, file, cause and remedy: NOT_FOUND for a file that is
/// not there or may not be opened, BUSY if somebody else holds the function or its group, UNSUPPORTED for
/// what the kernel or the machine cannot do.
Opening open_function(const Kernel& kernel, const Place& place, Interface interface);

}  // namespace photic::transport::vfio_pci
