// SPDX-License-Identifier: Apache-2.0
// Reads sysfs.
#include "drivers/transport/vfio/place.h"

#include <algorithm>
#include <filesystem>

#include "drivers/transport/error.h"

namespace photic::transport::vfio_pci {
namespace {

namespace fs = std::filesystem;

// The last part of what a symbolic link points to; empty if there is none.
std::string link_name(const fs::path& link) {
  std::error_code problem;
  const fs::path target = fs::read_symlink(link, problem);
  return problem ? std::string() : target.filename().string();
}

// Names in a folder, sorted; none if there is no such folder.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code problem;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool is_vfio_driver(const std::string& driver) {
  return driver.find("vfio") != std::string::npos;
}

// Drivers that leave DMA to others: the kernel lets a group be used beside them.
bool leaves_group_usable(const std::string& driver) {
  return driver.empty() || is_vfio_driver(driver) || driver == "pci-stub" || driver == "pcieport";
}

fs::path devices(const Kernel& kernel) {
  return fs::path(kernel.sysfs) / "bus/pci/devices";
}

}  // namespace

std::string Place::busy_neighbours() const {
  std::string list;
  for (const Neighbour& neighbour : neighbours) {
    if (!leaves_group_usable(neighbour.driver)) {
      list += (list.empty() ? "" : ", ") + neighbour.address + " (" + neighbour.driver + ")";
    }
  }
  return list;
}

Place find_place(const Kernel& kernel, const std::string& address) {
  const fs::path folder = devices(kernel) / address;
  std::error_code problem;
  if (!fs::exists(folder, problem)) {
    throw Error(abi::Status::NOT_FOUND,
                "PCI function " + address + ": there is no " + folder.string() +
                    "; lspci -D lists the functions of this machine, and writing 1 to " + kernel.sysfs +
                    "/bus/pci/rescan finds one that was plugged in");
  }
  Place place;
  place.address = address;
  place.driver = link_name(folder / "driver");
  place.group = link_name(folder / "iommu_group");
  if (!place.group.empty()) {
    for (const std::string& other : names_in(folder / "iommu_group/devices")) {
      if (other != address) {
        place.neighbours.push_back({other, link_name(devices(kernel) / other / "driver")});
      }
    }
  }
  const std::vector<std::string> cdevs = names_in(folder / "vfio-dev");
  place.cdev = cdevs.empty() ? std::string() : cdevs.front();
  return place;
}

std::string binding_commands(const Place& place) {
  const std::string folder = "/sys/bus/pci/devices/" + place.address;
  return "modprobe vfio-pci; echo vfio-pci > " + folder + "/driver_override; " +
         (place.driver.empty() ? "" : "echo " + place.address + " > " + folder + "/driver/unbind; ") +
         "echo " + place.address + " > /sys/bus/pci/drivers_probe";
}

void check_place(const Kernel& kernel, const Place& place) {
  if (place.group.empty()) {
    throw Error(
        abi::Status::UNSUPPORTED,
        "PCI function " + place.address + ": no IOMMU stands before it (there is no " +
            (devices(kernel) / place.address / "iommu_group").string() +
            "); switch VT-d or AMD-Vi on in the firmware and boot with intel_iommu=on or amd_iommu=on");
  }
  if (!is_vfio_driver(place.driver)) {
    throw Error(abi::Status::NOT_FOUND,
                "PCI function " + place.address + " is bound to " +
                    (place.driver.empty() ? "no driver" : "the driver " + place.driver) +
                    ", not to vfio-pci; as root: " + binding_commands(place));
  }
}

}  // namespace photic::transport::vfio_pci
