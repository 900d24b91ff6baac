// SPDX-License-Identifier: Apache-2.0
// What the tests inside the virtual machine share: which functions there are, and how their commands are run.
// tools/vfio-test names the functions.
#pragma once

#include <gtest/gtest.h>

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

#include "drivers/transport/error.h"
#include "drivers/transport/vfio/function.h"

namespace photic::test {

using transport::vfio_pci::Function;
using transport::vfio_pci::running_kernel;
using transport::vfio_pci::Wish;

/// A PCI address that the environment gives.
inline std::string address_of(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// The status a call fails with, and its text; OK if it does not fail.
struct Outcome {
  abi::Status status = abi::Status::OK;
  std::string text;
};

inline Outcome outcome_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const transport::Error& error) {
    return {error.status(), error.what()};
  }
  return {};
}

/// The two bytes of the command register as the kernel shows them to everybody.
inline uint16_t command_register(const std::string& address) {
  std::ifstream config("/sys/bus/pci/devices/" + address + "/config", std::ios::binary);
  config.seekg(4);
  uint16_t value = 0;
  config.read(reinterpret_cast<char*>(&value), sizeof(value));
  return value;
}

/// Zeroed pages of this process.
class Pages {
 public:
  explicit Pages(size_t size)
      : size_(size),
        memory_(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {}
  ~Pages() { munmap(memory_, size_); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  size_t size() const { return size_; }
  void* memory() const { return memory_; }
  uint8_t* bytes() const { return static_cast<uint8_t*>(memory_); }

 private:
  size_t size_;
  void* memory_;
};

}  // namespace photic::test
