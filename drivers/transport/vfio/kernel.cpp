// SPDX-License-Identifier: Apache-2.0
// The running kernel.
#include "drivers/transport/vfio/kernel.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include <cerrno>

namespace photic::transport::vfio_pci {

const Kernel& running_kernel() {
  static const Kernel kernel{"/sys", "/dev",
                             [](const std::string& path) {
                               const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
                               return fd < 0 ? -errno : fd;
                             },
                             [](int fd, unsigned long request, void* argument) {
                               int result = 0;
                               do {
                                 result = ::ioctl(fd, request, argument);
                               } while (result < 0 && errno == EINTR);
                               return result < 0 ? -errno : result;
                             }};
  return kernel;
}

}  // namespace photic::transport::vfio_pci
