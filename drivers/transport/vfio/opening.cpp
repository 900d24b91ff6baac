// SPDX-License-Identifier: Apache-2.0
// Opens the files and says what keeps them closed.
#include "drivers/transport/vfio/opening.h"

#include <linux/vfio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "drivers/transport/error.h"
#include "drivers/transport/vfio/iommufd_uapi.h"

namespace photic::transport::vfio_pci {
namespace {

class Opener {
 public:
  Opener(const Kernel& kernel, const Place& place) : kernel_(kernel), place_(place) {}

  std::string container_file() const { return kernel_.dev + "/vfio/vfio"; }
  std::string group_file() const { return kernel_.dev + "/vfio/" + place_.group; }
  std::string cdev_file() const { return kernel_.dev + "/vfio/devices/" + place_.cdev; }
  std::string iommu_file() const { return kernel_.dev + "/iommu"; }

  bool cdev_may_be_opened() const {
    return !place_.cdev.empty() && access(cdev_file().c_str(), R_OK | W_OK) == 0 &&
           access(iommu_file().c_str(), R_OK | W_OK) == 0;
  }

  Opening by_group() const {
    FileDescriptor container = open(container_file(), "modprobe vfio");
    const int version = kernel_.control(container.get(), VFIO_GET_API_VERSION, nullptr);
    const int type1 = kernel_.control(container.get(), VFIO_CHECK_EXTENSION, number(VFIO_TYPE1v2_IOMMU));
    if (version != VFIO_API_VERSION || type1 != 1) {
      fail(abi::Status::UNSUPPORTED, container_file(),
           "the kernel offers VFIO version " + std::to_string(version) + " without a type 1 IOMMU, version 2",
           "modprobe vfio_iommu_type1");
    }
    FileDescriptor group = open(group_file(), binding_commands(place_));
    vfio_group_status status{};
    status.argsz = sizeof(status);
    must(kernel_.control(group.get(), VFIO_GROUP_GET_STATUS, &status), group_file(),
         "the group has no status");
    if ((status.flags & VFIO_GROUP_FLAGS_VIABLE) == 0) {
      not_viable(group_file());
    }
    int fd = container.get();
    const int joined = kernel_.control(group.get(), VFIO_GROUP_SET_CONTAINER, &fd);
    if (joined == -EBUSY || joined == -EPERM) {
      not_viable(group_file());
    }
    must(joined, group_file(), "the group joins no container");
    set_iommu(container);
    std::string address = place_.address;
    const int device = kernel_.control(group.get(), VFIO_GROUP_GET_DEVICE_FD, address.data());
    if (device == -EBUSY) {
      held(group_file());
    }
    must(device, group_file(), "the group does not give the function");
    Opening opening;
    opening.interface = Interface::kGroup;
    opening.device.reset(device);
    opening.iommu = make_container_iommu(kernel_, place_.address, std::move(container), std::move(group));
    return opening;
  }

  Opening by_cdev() const {
    if (place_.cdev.empty()) {
      fail(abi::Status::UNSUPPORTED, kernel_.dev + "/vfio/devices",
           "the function has no VFIO file of its own",
           "open its group, or use a kernel from 6.6 with CONFIG_VFIO_DEVICE_CDEV");
    }
    Opening opening;
    opening.interface = Interface::kCdev;
    opening.device = open(cdev_file(), "use a kernel with CONFIG_VFIO_DEVICE_CDEV");
    FileDescriptor iommufd = open(iommu_file(), "modprobe iommufd");
    uapi::BindIommufd bind;
    bind.iommufd = iommufd.get();
    const int bound = kernel_.control(opening.device.get(), uapi::kBindIommufd, &bind);
    // A group that a kernel driver uses is refused with EPERM, as are interrupts that are not kept apart.
    if ((bound == -EBUSY || bound == -EPERM) && !place_.busy_neighbours().empty()) {
      not_viable(cdev_file());
    }
    // A second opener of the file is told EINVAL, an opener beside the group's EBUSY.
    if (bound == -EBUSY || bound == -EINVAL) {
      held(cdev_file());
    }
    if (bound == -EPERM) {
      unsafe(cdev_file(), "iommufd");
    }
    must(bound, cdev_file(), "the function does not bind to " + iommu_file());
    opening.iommu = make_iommufd_iommu(kernel_, place_.address, std::move(iommufd), opening.device.get());
    return opening;
  }

 private:
  static void* number(unsigned long value) { return reinterpret_cast<void*>(value); }

  [[noreturn]] void fail(abi::Status status, const std::string& file, const std::string& what,
                         const std::string& remedy) const {
    throw Error(status, "PCI function " + place_.address + ", " + file + ": " + what + "; " + remedy);
  }

  void must(int result, const std::string& file, const std::string& what) const {
    if (result < 0) {
      fail(abi::Status::UNSUPPORTED, file, what + ": " + std::strerror(-result),
           "the kernel's log (dmesg) says why");
    }
  }

  FileDescriptor open(const std::string& file, const std::string& if_absent) const {
    const int fd = kernel_.open(file);
    if (fd >= 0) {
      return FileDescriptor(fd);
    }
    if (fd == -EBUSY) {
      held(file);
    }
    const bool forbidden = fd == -EACCES || fd == -EPERM;
    fail(abi::Status::NOT_FOUND, file, std::strerror(-fd),
         forbidden ? "as root: chown $USER " + file + " (a udev rule makes it last)"
                   : "as root: " + if_absent);
  }

  [[noreturn]] void held(const std::string& file) const {
    fail(abi::Status::BUSY, file,
         std::string("another process holds the function (") + std::strerror(EBUSY) + ")",
         "end it; fuser -v " + file + " names it");
  }

  [[noreturn]] void not_viable(const std::string& file) const {
    const std::string others = place_.busy_neighbours();
    if (others.empty()) {
      held(file);
    }
    fail(abi::Status::BUSY, file,
         "IOMMU group " + place_.group +
             " cannot be used: kernel drivers hold other functions of it: " + others,
         "give those to vfio-pci too, or put the card into a slot of its own group");
  }

  [[noreturn]] void unsafe(const std::string& file, const std::string& module) const {
    fail(abi::Status::UNSUPPORTED, file,
         "the machine cannot keep this function's interrupts apart (no interrupt remapping)",
         "switch it on in the firmware; or, if the card is trusted, as root: echo 1 > /sys/module/" + module +
             "/parameters/allow_unsafe_interrupts");
  }

  void set_iommu(const FileDescriptor& container) const {
    const int result = kernel_.control(container.get(), VFIO_SET_IOMMU, number(VFIO_TYPE1v2_IOMMU));
    if (result == -EPERM) {
      unsafe(container_file(), "vfio_iommu_type1");
    }
    must(result, container_file(), "the container takes no type 1 IOMMU");
  }

  const Kernel& kernel_;
  const Place& place_;
};

}  // namespace

Opening open_function(const Kernel& kernel, const Place& place, Interface interface) {
  const Opener opener(kernel, place);
  const bool cdev =
      interface == Interface::kCdev || (interface == Interface::kAny && opener.cdev_may_be_opened());
  return cdev ? opener.by_cdev() : opener.by_group();
}

}  // namespace photic::transport::vfio_pci
