// SPDX-License-Identifier: Apache-2.0
// A served device without a socket: what every test of photic-device's side of vfio-user starts from.
#pragma once

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "drivers/abi/registers.h"
#include "sim/server/session.h"

namespace photic::sim::test {

namespace vfio = transport::vfio;
using transport::FileDescriptor;
using vfio::Command;
using vfio::Message;

/// Holds what was written; a write of n to SCRATCH makes n cycles of work. `step`, if there is one, is done
/// once in the next piece of work.
class ScratchDevice : public abi::DevicePort {
 public:
  ScratchDevice(abi::DmaPort& dma, abi::InterruptPort& interrupts) : dma_(dma), interrupts_(interrupts) {}
  uint32_t read(uint32_t offset) override { return offset == abi::SHELL_SCRATCH ? scratch_ : 0; }
  void write(uint32_t offset, uint32_t value) override {
    if (offset == abi::SHELL_SCRATCH) {
      scratch_ = value;
      work_ = value;
    } else if (offset == abi::SHELL_IRQ_RAISE) {
      interrupts_.raise(value);
    }
  }
  abi::Activity advance(uint64_t budget) override {
    if (const auto now = std::exchange(step, nullptr)) {
      now(dma_);
    }
    work_ -= stuck ? 0 : std::min<uint64_t>(work_, budget);
    ++progress_;
    return work_ > 0 ? abi::Activity::kWorking : abi::Activity::kIdle;
  }
  void reset() override { scratch_ = work_ = 0; }
  const std::atomic<uint64_t>& progress() const override { return progress_; }
  bool dma_reads(uint64_t address) {
    uint64_t word = 0;
    return dma_.read(address, &word, 1);
  }
  bool timed() const override { return clocked; }
  const std::string* failure() const override { return broken.empty() ? nullptr : &broken; }

  std::function<void(abi::DmaPort&)> step;
  bool clocked = false;
  bool stuck = false;  ///< Work gets no less.
  std::string broken;

 private:
  abi::DmaPort& dma_;
  abi::InterruptPort& interrupts_;
  uint32_t scratch_ = 0;
  uint64_t work_ = 0;
  std::atomic<uint64_t> progress_{0};
};

class Server : public testing::Test {
 protected:
  Server()
      : host([this](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
          auto made = std::make_unique<ScratchDevice>(dma, interrupts);
          device = made.get();
          return made;
        }),
        session(host, {"golden:opu?name=\"x\"", true, 42}) {}

  static std::vector<std::byte> version(const std::string& json, vfio::Version proposed = {}) {
    return vfio::payload_of(proposed, std::as_bytes(std::span(json.c_str(), json.size() + 1)));
  }
  void negotiate() { EXPECT_EQ(error_of(Command::kVersion, vfio::payload_of(vfio::Version{})), 0); }
  void enable(uint16_t command = 6) {
    negotiate();
    write(vfio::kConfig, 4, command);
  }

  Answer ask(Command command, std::vector<std::byte> payload, std::vector<FileDescriptor> descriptors = {}) {
    Message message = vfio::command(7, command, std::move(payload));
    message.descriptors = std::move(descriptors);
    auto answer = session.handle(std::move(message));
    EXPECT_TRUE(answer.has_value());
    EXPECT_EQ(answer->message.header.id, 7);
    EXPECT_EQ(answer->message.header.command, command);
    EXPECT_EQ(answer->message.header.flags & vfio::kTypeMask, vfio::kReply);
    EXPECT_EQ(answer->message.header.size, sizeof(vfio::Header) + answer->message.payload.size());
    return std::move(*answer);
  }

  int error_of(Command command, std::vector<std::byte> payload,
               std::vector<FileDescriptor> descriptors = {}) {
    const Answer answer = ask(command, std::move(payload), std::move(descriptors));
    const bool error = (answer.message.header.flags & vfio::kError) != 0;
    EXPECT_TRUE(!error || answer.message.payload.empty());
    return error ? static_cast<int>(answer.message.header.error) : 0;
  }

  template <typename T>
  int write(uint32_t region, uint64_t offset, T value) {
    return error_of(Command::kRegionWrite, vfio::payload_of(vfio::RegionAccess{offset, region, sizeof(T)},
                                                            std::as_bytes(std::span(&value, 1))));
  }

  template <typename T>
  T read(uint32_t region, uint64_t offset) {
    const Answer answer =
        ask(Command::kRegionRead, vfio::payload_of(vfio::RegionAccess{offset, region, sizeof(T)}));
    T value{};
    EXPECT_EQ(answer.message.payload.size(), sizeof(vfio::RegionAccess) + sizeof(T));
    if (answer.message.payload.size() == sizeof(vfio::RegionAccess) + sizeof(T)) {
      std::memcpy(&value, answer.message.payload.data() + sizeof(vfio::RegionAccess), sizeof(T));
    }
    return value;
  }

  int read_error(uint32_t region, uint64_t offset, uint32_t count) {
    return error_of(Command::kRegionRead, vfio::payload_of(vfio::RegionAccess{offset, region, count}));
  }

  int map(uint64_t address, uint64_t size, std::vector<FileDescriptor> memory, uint32_t flags = 3) {
    return error_of(Command::kDmaMap, vfio::payload_of(vfio::DmaMap{32, flags, 0, address, size}),
                    std::move(memory));
  }
  static std::vector<FileDescriptor> shared(off_t size) {
    std::vector<FileDescriptor> list;
    list.emplace_back(memfd_create("test", MFD_CLOEXEC));
    EXPECT_EQ(ftruncate(list[0].get(), size), 0);
    return list;
  }

  ScratchDevice* device = nullptr;
  DeviceHost host;
  Session session;
};

}  // namespace photic::sim::test
