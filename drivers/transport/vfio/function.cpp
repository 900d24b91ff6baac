// SPDX-License-Identifier: Apache-2.0
// Takes a function, resets it, hands it back.
#include "drivers/transport/vfio/function.h"

#include <linux/pci_regs.h>
#include <linux/vfio.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "drivers/transport/error.h"

namespace photic::transport::vfio_pci {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint16_t kAllOnes = 0xFFFF;
constexpr auto kPause = std::chrono::milliseconds(10);

Opening open_checked(const Kernel& kernel, const std::string& address, Interface interface) {
  const Place place = find_place(kernel, address);
  check_place(kernel, place);
  return open_function(kernel, place, interface);
}

}  // namespace

Function::Function(const Kernel& kernel, const std::string& address, const Wish& wish)
    : kernel_(kernel), address_(address), opening_(open_checked(kernel, address, wish.interface)) {
  vfio_device_info info{};
  info.argsz = sizeof(info);
  const int result = kernel_.control(opening_.device.get(), VFIO_DEVICE_GET_INFO, &info);
  if (result < 0 || (info.flags & VFIO_DEVICE_FLAGS_PCI) == 0 ||
      info.num_regions <= VFIO_PCI_CONFIG_REGION_INDEX) {
    throw Error(abi::Status::UNSUPPORTED,
                "PCI function " + address_ + ": the kernel does not offer it as a PCI device" +
                    (result < 0 ? std::string(": ") + std::strerror(-result) : "") + "; bind it to vfio-pci");
  }
  can_reset_ = (info.flags & VFIO_DEVICE_FLAGS_RESET) != 0;
  config_ =
      std::make_unique<Region>(kernel_, opening_.device.get(), address_, VFIO_PCI_CONFIG_REGION_INDEX, 0);
  if (!answers()) {
    throw Error(
        abi::Status::DEVICE_LOST,
        "PCI function " + address_ +
            " reads as all ones: it is gone, without power, or its link is down; check the card, then echo 1 "
            "> /sys/bus/pci/devices/" +
            address_ + "/remove and echo 1 > /sys/bus/pci/rescan");
  }
  command_before_ = config_->read16(PCI_COMMAND);
  enable();
  for (unsigned bar = 0; bar < bars_.size(); ++bar) {
    bars_[bar] = std::make_unique<Region>(kernel_, opening_.device.get(), address_,
                                          VFIO_PCI_BAR0_REGION_INDEX + bar, wish.windows[bar]);
  }
  interrupts_ = std::make_unique<Interrupts>(kernel_, opening_.device.get(), address_, wish.vectors);
}

Function::~Function() {
  interrupts_.reset();
  try {
    config_->write16(PCI_COMMAND, command_before_);
  } catch (const Error&) {
    // The function is gone; nothing is left to be restored.
  }
  for (auto& bar : bars_) {
    bar.reset();
  }
  opening_.iommu->clear();
}

void Function::enable() const {
  config_->write16(PCI_COMMAND, static_cast<uint16_t>(config_->read16(PCI_COMMAND) | PCI_COMMAND_MEMORY |
                                                      PCI_COMMAND_MASTER));
}

bool Function::answers() const noexcept {
  try {
    return config_->read16(PCI_VENDOR_ID) != kAllOnes || config_->read16(PCI_COMMAND) != kAllOnes;
  } catch (const std::exception&) {
    return false;
  }
}

void Function::reset(std::chrono::milliseconds limit) {
  if (!can_reset_) {
    throw Error(
        abi::Status::UNSUPPORTED,
        "PCI function " + address_ +
            " has no function-level reset, and the kernel knows no other way to reset it alone; power the "
            "machine off and on, or correct the card's PCI Express capability");
  }
  const auto deadline = Clock::now() + limit;
  int result = kernel_.control(opening_.device.get(), VFIO_DEVICE_RESET, nullptr);
  // Somebody else, such as the power management, has the function for a moment.
  while (result == -EAGAIN && Clock::now() < deadline) {
    std::this_thread::sleep_for(kPause);
    result = kernel_.control(opening_.device.get(), VFIO_DEVICE_RESET, nullptr);
  }
  while (result == 0 && !answers()) {
    if (Clock::now() >= deadline) {
      result = -ETIMEDOUT;
    } else {
      std::this_thread::sleep_for(kPause);
    }
  }
  if (result < 0) {
    throw Error(abi::Status::DEVICE_LOST,
                "PCI function " + address_ + " does not come back from its reset: " + std::strerror(-result) +
                    "; dmesg says more; reopen it, or power the "
                    "machine off and on");
  }
  enable();
  interrupts_->drain();
}

}  // namespace photic::transport::vfio_pci
