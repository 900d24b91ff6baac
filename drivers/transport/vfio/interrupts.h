// SPDX-License-Identifier: Apache-2.0
// A function's message interrupts, and the kernel's own two words about it, as eventfds.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "drivers/transport/file_descriptor.h"
#include "drivers/transport/vfio/kernel.h"

namespace photic::transport::vfio_pci {

enum class InterruptKind : uint8_t { kNone, kMsi, kMsix };

class Interrupts {
 public:
  /// Switches on up to `wanted` (1 to 32) vectors: MSI-X, else MSI, else none. The kernel may grant fewer;
  /// which message a function then sends for the others is its own affair. Throws Error(OUT_OF_MEMORY)
  /// without descriptors.
  Interrupts(const Kernel& kernel, int device, std::string function, unsigned wanted);
  ~Interrupts() { disable(); }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  InterruptKind kind() const { return kind_; }
  unsigned vectors() const { return static_cast<unsigned>(vectors_.size()); }

  /// Waits until a vector was raised, the kernel has something to say, or `deadline`. The vectors raised
  /// since the last call, as a bit set. One thread at a time.
  uint32_t wait(std::chrono::steady_clock::time_point deadline);

  /// Forgets vectors raised so far.
  void drain();

  /// What the kernel said: that it wants the function back (unplugged, unbound), or that its bus failed.
  /// Stays said.
  std::optional<std::string> notice() const;

  /// No vector is raised any more. Called again, it does nothing.
  void disable() noexcept;

 private:
  bool enable(uint32_t index, unsigned wanted);
  bool set(uint32_t index, const std::vector<FileDescriptor>& events, int* granted) const;
  FileDescriptor event() const;

  const Kernel& kernel_;
  const int device_;
  const std::string function_;
  InterruptKind kind_ = InterruptKind::kNone;
  std::vector<FileDescriptor> vectors_;
  std::vector<FileDescriptor> request_;  // none or one
  std::vector<FileDescriptor> error_;    // none or one
};

}  // namespace photic::transport::vfio_pci
