// SPDX-License-Identifier: Apache-2.0
// Configuration space and MSI-X by the PCI Local Bus Specification 3.0, sections 6.1, 6.2 and 6.8.2;
// function-level reset by the engineering change notice "Advanced Capabilities for Conventional PCI" (2006).
#include "sim/server/pci_endpoint.h"

#include <algorithm>
#include <cstring>

#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"

namespace photic::sim {
namespace {

// Offsets in the header of type 0.
constexpr uint32_t kVendor = 0x00;
constexpr uint32_t kDevice = 0x02;
constexpr uint32_t kCommand = 0x04;
constexpr uint32_t kStatus = 0x06;
constexpr uint32_t kRevision = 0x08;
constexpr uint32_t kClassInterface = 0x09;
constexpr uint32_t kBars = 0x10;
constexpr uint32_t kCapabilities = 0x34;
constexpr uint32_t kInterruptLine = 0x3C;

constexpr uint16_t kCommandMemory = 1U << 1;
constexpr uint16_t kCommandBusMaster = 1U << 2;
constexpr uint16_t kCommandNoIntx = 1U << 10;
constexpr uint16_t kStatusCapabilities = 1U << 4;

// 0x1234 is the vendor number emulated devices share; "PH" the device.
constexpr uint16_t kVendorId = 0x1234;
constexpr uint16_t kDeviceId = 0x5048;
constexpr uint8_t kClassProcessingAccelerator = 0x12;

// MSI-X capability.
constexpr uint32_t kMsixCapability = 0x40;
constexpr uint8_t kMsixId = 0x11;
constexpr uint32_t kMsixControl = kMsixCapability + 2;
constexpr uint32_t kMsixTable = kMsixCapability + 4;
constexpr uint32_t kMsixPending = kMsixCapability + 8;
constexpr uint16_t kMsixEnable = 1U << 15;
constexpr uint16_t kMsixFunctionMask = 1U << 14;
constexpr uint32_t kMsixBar = 4;
constexpr uint32_t kPendingOffset = PciEndpoint::kMsixBarSize / 2;
constexpr uint32_t kEntrySize = 16;
constexpr uint32_t kEntryControl = 12;
constexpr uint32_t kEntryMask = 1;

// Advanced Features capability.
constexpr uint32_t kFeaturesCapability = 0x50;
constexpr uint8_t kFeaturesId = 0x13;
constexpr uint8_t kFeaturesLength = 6;
constexpr uint32_t kFeatures = kFeaturesCapability + 3;
constexpr uint32_t kFeaturesControl = kFeaturesCapability + 4;
constexpr uint8_t kFeatureTransactionsPending = 1U << 0;
constexpr uint8_t kFeatureReset = 1U << 1;
constexpr std::byte kInitiateReset{1};

static_assert(PciEndpoint::kVectors == abi::kQueues + 1, "one vector a cause of SHELL_IRQ_ENABLE");

template <typename T>
T get(std::span<const std::byte> bytes, uint32_t offset) {
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof(value));
  return value;
}

template <typename T>
void put(std::span<std::byte> bytes, uint32_t offset, T value) {
  std::memcpy(bytes.data() + offset, &value, sizeof(value));
}

}  // namespace

PciEndpoint::PciEndpoint() {
  put<uint16_t>(writable_, kCommand, kCommandMemory | kCommandBusMaster | kCommandNoIntx);
  put<uint32_t>(writable_, kBars + 4 * 0, ~(abi::kBarSize - 1));
  put<uint32_t>(writable_, kBars + 4 * 2, ~(abi::kHeartbeatSize - 1));
  put<uint32_t>(writable_, kBars + 4 * kMsixBar, ~(kMsixBarSize - 1));
  put<uint8_t>(writable_, kInterruptLine, 0xFF);
  put<uint16_t>(writable_, kMsixControl, kMsixEnable | kMsixFunctionMask);
  reset();
}

void PciEndpoint::reset() {
  config_ = {};
  put<uint16_t>(config_, kVendor, kVendorId);
  put<uint16_t>(config_, kDevice, kDeviceId);
  put<uint16_t>(config_, kStatus, kStatusCapabilities);
  put<uint8_t>(config_, kRevision,
               static_cast<uint8_t>(abi::SHELL_VERSION_MAJOR.get(abi::SHELL_VERSION_RESET)));
  put<uint8_t>(config_, kClassInterface + 2, kClassProcessingAccelerator);
  put<uint8_t>(config_, kCapabilities, kMsixCapability);
  put<uint8_t>(config_, kMsixCapability, kMsixId);
  put<uint8_t>(config_, kMsixCapability + 1, kFeaturesCapability);
  put<uint16_t>(config_, kMsixControl, kVectors - 1);
  put<uint32_t>(config_, kMsixTable, kMsixBar);
  put<uint32_t>(config_, kMsixPending, kPendingOffset | kMsixBar);
  put<uint8_t>(config_, kFeaturesCapability, kFeaturesId);
  put<uint8_t>(config_, kFeaturesCapability + 2, kFeaturesLength);
  put<uint8_t>(config_, kFeatures, kFeatureTransactionsPending | kFeatureReset);
  msix_ = {};
  for (unsigned v = 0; v < kVectors; ++v) {
    put<uint32_t>(msix_, v * kEntrySize + kEntryControl, kEntryMask);
  }
}

void PciEndpoint::read_config(uint32_t offset, std::span<std::byte> data) const {
  std::copy_n(config_.begin() + offset, data.size(), data.begin());
}

void PciEndpoint::write_config(uint32_t offset, std::span<const std::byte> data) {
  for (size_t i = 0; i < data.size(); ++i) {
    const std::byte mask = writable_[offset + i];
    config_[offset + i] = (config_[offset + i] & ~mask) | (data[i] & mask);
  }
}

bool PciEndpoint::asks_for_reset(uint32_t offset, std::span<const std::byte> data) {
  return offset <= kFeaturesControl && kFeaturesControl - offset < data.size() &&
         (data[kFeaturesControl - offset] & kInitiateReset) != std::byte{0};
}

void PciEndpoint::read_msix(uint32_t offset, std::span<std::byte> data) const {
  std::copy_n(msix_.begin() + offset, data.size(), data.begin());
}

void PciEndpoint::write_msix(uint32_t offset, std::span<const std::byte> data) {
  for (size_t i = 0; i < data.size(); ++i) {
    const uint32_t at = offset + static_cast<uint32_t>(i);
    if (at >= kVectors * kEntrySize) {
      continue;  // pending bits and the rest are read-only
    }
    const bool control = at % kEntrySize >= kEntryControl;
    const std::byte mask = !control                           ? std::byte{0xFF}
                           : at % kEntrySize == kEntryControl ? std::byte{kEntryMask}
                                                              : std::byte{0};
    msix_[at] = data[i] & mask;
  }
}

bool PciEndpoint::memory_enabled() const {
  return (get<uint16_t>(config_, kCommand) & kCommandMemory) != 0;
}
bool PciEndpoint::bus_master() const {
  return (get<uint16_t>(config_, kCommand) & kCommandBusMaster) != 0;
}

void PciEndpoint::enable_vector(unsigned vector) {
  put<uint16_t>(config_, kMsixControl, get<uint16_t>(config_, kMsixControl) | kMsixEnable);
  mask_vector(vector, false);
}

void PciEndpoint::mask_vector(unsigned vector, bool masked) {
  put<uint32_t>(msix_, vector * kEntrySize + kEntryControl, masked ? kEntryMask : 0);
}

void PciEndpoint::disable_msix() {
  put<uint16_t>(config_, kMsixControl,
                get<uint16_t>(config_, kMsixControl) & static_cast<uint16_t>(~kMsixEnable));
}

bool PciEndpoint::masked(unsigned vector) const {
  const auto control = get<uint16_t>(config_, kMsixControl);
  return (control & kMsixEnable) == 0 || (control & kMsixFunctionMask) != 0 || !bus_master() ||
         (get<uint32_t>(msix_, vector * kEntrySize + kEntryControl) & kEntryMask) != 0;
}

bool PciEndpoint::raise(unsigned vector) {
  if (vector >= kVectors) {
    return false;
  }
  const bool send = !masked(vector);
  if (!send) {
    put<uint32_t>(msix_, kPendingOffset, get<uint32_t>(msix_, kPendingOffset) | 1U << vector);
  }
  return send;
}

uint32_t PciEndpoint::take_deliverable() {
  uint32_t pending = get<uint32_t>(msix_, kPendingOffset);
  uint32_t sent = 0;
  for (unsigned v = 0; v < kVectors; ++v) {
    if ((pending >> v & 1U) != 0 && !masked(v)) {
      sent |= 1U << v;
    }
  }
  put<uint32_t>(msix_, kPendingOffset, pending & ~sent);
  return sent;
}

}  // namespace photic::sim
