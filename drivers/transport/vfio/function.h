// SPDX-License-Identifier: Apache-2.0
// A PCI function held through VFIO: its regions, memory, interrupts and reset. Nothing here knows what device
// it is.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>

#include "drivers/transport/vfio/interrupts.h"
#include "drivers/transport/vfio/opening.h"
#include "drivers/transport/vfio/region.h"

namespace photic::transport::vfio_pci {

/// What is wanted of a function.
struct Wish {
  Interface interface = Interface::kAny;
  std::array<size_t, 6> windows{};  ///< Bytes of each BAR to be mapped.
  unsigned vectors = 0;             ///< Interrupt vectors to be switched on.
};

/// Opening switches on memory access and bus mastering. The destructor hands the function back: interrupts
/// off, the command register as it was, nothing mapped. A process that is killed leaves that to the kernel.
class Function {
 public:
  /// Throws Error as find_place, check_place, open_function say; DEVICE_LOST if the function does not answer.
  Function(const Kernel& kernel, const std::string& address, const Wish& wish);
  ~Function();
  Function(const Function&) = delete;
  Function& operator=(const Function&) = delete;

  const std::string& address() const { return address_; }
  Interface interface() const { return opening_.interface; }

  const Region& bar(unsigned index) const { return *bars_.at(index); }
  const Region& config() const { return *config_; }
  Iommu& memory() { return *opening_.iommu; }
  Interrupts& interrupts() { return *interrupts_; }
  const Interrupts& interrupts() const { return *interrupts_; }

  /// The configuration space can be read and is not all ones, which is what a bus without a function reads
  /// as.
  bool answers() const noexcept;

  bool can_reset() const { return can_reset_; }
  /// Resets the function and waits until it answers. Memory access and bus mastering are on afterwards,
  /// windows and vectors as before. The kernel itself waits up to a minute for a slow function. Throws Error:
  /// UNSUPPORTED without `can_reset`, DEVICE_LOST if the function does not answer within `limit`.
  void reset(std::chrono::milliseconds limit);

 private:
  void enable() const;

  const Kernel& kernel_;
  const std::string address_;
  Opening opening_;
  bool can_reset_ = false;
  std::unique_ptr<Region> config_;
  std::array<std::unique_ptr<Region>, 6> bars_;
  uint16_t command_before_ = 0;
  std::unique_ptr<Interrupts> interrupts_;
};

}  // namespace photic::transport::vfio_pci
