// SPDX-License-Identifier: Apache-2.0
// Where a PCI function stands in this machine: its driver, its IOMMU group, its files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drivers/transport/vfio/kernel.h"

namespace photic::transport::vfio_pci {

struct Neighbour {
  std::string address;
  std::string driver;  ///< Empty: none.
};

struct Place {
  std::string address;  ///< As in sysfs: "0000:3b:00.0".
  std::string driver;   ///< Bound to; empty: to none.
  std::string group;    ///< Number of the IOMMU group; empty: no IOMMU stands before the function.
  std::vector<Neighbour> neighbours;  ///< The group's other functions.
  std::string cdev;  ///< "vfio0": the function's own VFIO device, kernels from 6.6; else empty.

  /// Neighbours that a kernel driver uses, as "0000:3b:00.1 (nvme)", separated by commas.
  std::string busy_neighbours() const;
};

/// Reads sysfs. Throws Error(NOT_FOUND) if there is no such function.
Place find_place(const Kernel& kernel, const std::string& address);

/// Throws Error unless the function is bound to a VFIO driver (NOT_FOUND, with the commands that bind it) and
/// behind an IOMMU (UNSUPPORTED).
void check_place(const Kernel& kernel, const Place& place);

/// The shell commands, to be run by root, that give the function to vfio-pci.
std::string binding_commands(const Place& place);

}  // namespace photic::transport::vfio_pci
