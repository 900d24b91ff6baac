// SPDX-License-Identifier: Apache-2.0
// A kernel made up in a folder and a few descriptors: sysfs and /dev as files, VFIO's calls answered from
// what a test sets.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "drivers/transport/error.h"
#include "drivers/transport/file_descriptor.h"
#include "drivers/transport/vfio/iommu.h"
#include "drivers/transport/vfio/kernel.h"

namespace photic::test {

inline constexpr const char* kCard = "0000:3b:00.0";

/// The status a call fails with, and its text; OK if it does not fail.
struct Outcome {
  abi::Status status = abi::Status::OK;
  std::string text;
  bool says(const std::string& part) const { return text.find(part) != std::string::npos; }
};
Outcome outcome_of(const std::function<void()>& call);

/// One card at kCard, bound to vfio-pci, alone in IOMMU group 7, with registers of a page in BAR0, a
/// heartbeat page in BAR2, eight MSI-X vectors and a function-level reset. Tests change what they are about
/// before they open it.
class MadeUpMachine {
 public:
  MadeUpMachine();
  ~MadeUpMachine();
  MadeUpMachine(const MadeUpMachine&) = delete;
  MadeUpMachine& operator=(const MadeUpMachine&) = delete;

  const transport::vfio_pci::Kernel& kernel() const { return kernel_; }

  /// Puts a function into sysfs; an empty driver or group: without one.
  void add_function(const std::string& address, const std::string& driver, const std::string& group);
  /// Gives kCard a VFIO file of its own, and the machine /dev/iommu if it is asked for.
  void add_cdev(bool with_iommufd = true);

  /// Words of the card's regions, as it sees them.
  template <typename Word>
  Word& word(unsigned region, uint64_t offset) {
    return *reinterpret_cast<Word*>(memory_ + region * kRegionSpace + offset);
  }
  /// Everything the card has reads as all ones, as if it had been pulled out.
  void pull_out();
  /// Raises a vector of an interrupt index that the driver has given eventfds for. False if it has not.
  bool raise(uint32_t index, unsigned vector);
  /// How many eventfds the driver has set for an interrupt index.
  size_t events(uint32_t index) { return events_[index].size(); }

  // What the kernel says.
  std::map<std::string, int> open_errors;              ///< File below /dev -> errno.
  std::map<unsigned long, std::vector<int>> refusals;  ///< Request -> errnos of its next calls, then success.
  bool viable = true;
  bool type1 = true;
  std::vector<transport::vfio_pci::AddressRange> ranges{{0, 0xFEDFFFFF},
                                                        {0xFEF00000, (uint64_t{1} << 47) - 1}};
  uint64_t page_sizes = 4096 | uint64_t{1} << 21;
  bool resets = true;
  std::array<uint64_t, 9> sizes{4096, 0, 4096, 0, 4096, 0, 0, 4096, 0};
  bool mappable = true;
  uint64_t excepted = 0;  ///< Bytes at the start of every BAR that may not be mapped; 0: all may.
  std::array<uint32_t, 5> vectors{0, 1, 8, 1, 1};
  int granted = 0;  ///< Vectors given at most, if not 0.
  std::function<void()> on_reset;
  uint64_t missing = 0;  ///< Bytes the kernel does not unmap though it should.

  // What the driver did.
  std::vector<std::string> calls;
  std::map<uint64_t, uint64_t> windows;  ///< Mapped at present.

 private:
  enum class Kind : uint8_t { kContainer, kGroup, kDevice, kIommufd };
  static constexpr uint64_t kRegionSpace = 1 << 16;

  int open(const std::string& path);
  int control(int fd, unsigned long request, void* argument);
  int answer(unsigned long request, void* argument);
  int region_info(void* argument) const;
  int iommu_info(void* argument) const;
  int set_irqs(const void* argument);
  int map(uint64_t address, uint64_t size);
  uint64_t unmap(uint64_t address, uint64_t size);

  std::filesystem::path folder_;
  transport::FileDescriptor card_;
  std::byte* memory_ = nullptr;
  std::array<std::vector<transport::FileDescriptor>, 5> events_;
  transport::vfio_pci::Kernel kernel_;
};

}  // namespace photic::test
