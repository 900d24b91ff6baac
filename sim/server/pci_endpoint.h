// SPDX-License-Identifier: Apache-2.0
// The PCI endpoint of every simulated device: configuration space and MSI-X table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace photic::sim {

/// Configuration space (256 bytes, MSI-X and Advanced Features capabilities) and BAR4 with the MSI-X table
/// and its pending bits.
///
/// BAR0 holds the registers, BAR2 the heartbeat, BAR4 the MSI-X structures; sizes are found as PCI has it, by
/// writing ones. Reserved bits read 0 and ignore writes. A vector raised while masked is kept pending and
/// comes out when it is unmasked.
class PciEndpoint {
 public:
  static constexpr uint32_t kConfigSize = 256;
  static constexpr uint32_t kMsixBarSize = 0x1000;
  static constexpr unsigned kVectors = 5;

  PciEndpoint();

  /// As after power-on.
  void reset();

  /// Bytes of configuration space and of BAR4; the caller checks that `offset + size` is inside.
  void read_config(uint32_t offset, std::span<std::byte> data) const;
  void write_config(uint32_t offset, std::span<const std::byte> data);
  /// Whether such a write asks for a function-level reset; the bit for it reads 0.
  static bool asks_for_reset(uint32_t offset, std::span<const std::byte> data);
  void read_msix(uint32_t offset, std::span<std::byte> data) const;
  void write_msix(uint32_t offset, std::span<const std::byte> data);

  bool memory_enabled() const;
  bool bus_master() const;

  /// Turns MSI-X on and a vector's mask off, as a host does that sets the vector up.
  void enable_vector(unsigned vector);
  void disable_msix();
  /// The mask of a vector in the MSI-X table.
  void mask_vector(unsigned vector, bool masked);

  /// A vector was raised. True if it is to be sent now, else it is pending.
  bool raise(unsigned vector);
  /// Vectors that were pending and may be sent now, as a bit set; they are no longer pending.
  uint32_t take_deliverable();

 private:
  bool masked(unsigned vector) const;

  std::array<std::byte, kConfigSize> config_{};
  std::array<std::byte, kConfigSize> writable_{};
  std::array<std::byte, kMsixBarSize> msix_{};
};

}  // namespace photic::sim
