// SPDX-License-Identifier: Apache-2.0
// The kernel as this folder uses it: two file systems and two calls, so that a test can put its own in their
// place.
#pragma once

#include <functional>
#include <string>

namespace photic::transport::vfio_pci {

struct Kernel {
  std::string sysfs = "/sys";
  std::string dev = "/dev";
  /// Opens for reading and writing, closed on exec. A descriptor, or a negated errno.
  std::function<int(const std::string& path)> open;
  /// As ioctl(2), but a failure is a negated errno.
  std::function<int(int fd, unsigned long request, void* argument)> control;
};

/// The kernel this process runs on.
const Kernel& running_kernel();

}  // namespace photic::transport::vfio_pci
