// SPDX-License-Identifier: Apache-2.0
// A device that watches itself, finds a fault, and tells the driver's user behind a socket.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "drivers/abi/descriptors.h"
#include "drivers/api/photic.hpp"
#include "sim/lockstep/check_port.h"
#include "sim/server/server.h"
#include "sim/targets/targets.h"
#include "tests/support/status_of.h"

namespace photic::test {
namespace {

constexpr const char* kTarget = "golden:opu?geometry=tiny&seed=7&noise=off&threads=1";

// Host memory as a defective device writes it: the lowest bit of every byte of its outputs is wrong.
class BrokenWrites : public abi::DmaPort {
 public:
  explicit BrokenWrites(abi::DmaPort& below) : below_(below) {}
  bool read(uint64_t address, uint64_t* words, size_t count) override {
    return below_.read(address, words, count);
  }
  bool write(uint64_t address, const uint64_t* words, size_t count) override {
    std::vector<uint64_t> wrong(words, words + count);
    for (uint64_t& word : wrong) {
      word ^= count > sizeof(abi::Completion) / sizeof(word) ? 0x0101010101010101U : 0;
    }
    return below_.write(address, wrong.data(), count);
  }

 private:
  abi::DmaPort& below_;
};

// A golden device behind such memory.
class BrokenDevice : public abi::DevicePort {
 public:
  BrokenDevice(abi::DmaPort& dma, abi::InterruptPort& interrupts)
      : dma_(dma), device_(sim::make_golden(transport::parse_uri(kTarget), dma_, interrupts)) {}
  uint32_t read(uint32_t offset) override { return device_->read(offset); }
  void write(uint32_t offset, uint32_t value) override { device_->write(offset, value); }
  abi::Activity advance(uint64_t budget) override { return device_->advance(budget); }
  void reset() override { device_->reset(); }
  const std::atomic<uint64_t>& progress() const override { return device_->progress(); }

 private:
  BrokenWrites dma_;
  std::unique_ptr<abi::DevicePort> device_;
};

// A server of a pair of targets of which one is defective, for one client.
class CheckedServer : public testing::Test {
 protected:
  CheckedServer() {
    std::array<char, 32> made{"/tmp/photic-test-XXXXXX"};
    EXPECT_NE(mkdtemp(made.data()), nullptr);
    folder = made.data();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, (folder / "s").c_str());
    listener.reset(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(listener.get(), 1), 0);
    server = std::thread([this] { serve_one(); });
  }
  ~CheckedServer() override {
    server.join();
    std::filesystem::remove_all(folder);
  }

  void serve_one() {
    transport::FileDescriptor client(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    sim::DeviceHost host([this](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
      lockstep::CheckOptions options;
      options.report = folder / "report";
      const lockstep::Candidate good{"good", [](abi::DmaPort& memory, abi::InterruptPort& vectors) {
                                       return sim::make_golden(transport::parse_uri(kTarget), memory,
                                                               vectors);
                                     }};
      const lockstep::Candidate bad{"bad", [](abi::DmaPort& memory, abi::InterruptPort& vectors) {
                                      return std::make_unique<BrokenDevice>(memory, vectors);
                                    }};
      return lockstep::make_check(good, bad, dma, interrupts, options);
    });
    sim::HeartbeatPage heartbeat(host.progress());
    parting =
        sim::serve(host, heartbeat, std::move(client), {"check:good,bad:opu", false, heartbeat.fd()}, {});
  }

  std::filesystem::path folder;
  transport::FileDescriptor listener;
  sim::Parting parting = sim::Parting::kLeft;
  std::thread server;
};

TEST_F(CheckedServer, TellsTheDriversUserThatTheCheckFailed) {
  constexpr auto kLimit = std::chrono::seconds(60);
  const Device device = Device::open("remote:" + (folder / "s").string());
  const Queue queue = device.queue(4);
  const Buffer source = device.allocate(4096);
  const Buffer destination = device.allocate(4096);
  queue.nop().wait(kLimit);
  photic_opu_project_desc desc = opu_desc();
  desc.source = source.bus_address();
  desc.destination = destination.bus_address();
  desc.features = 10;
  desc.vectors = 2;
  desc.mirror_rows = 2;
  desc.mirror_cols = 40;
  desc.macro = 4;
  desc.scale = 1;
  desc.outputs = 100;
  desc.exposure = 1000;
  const Event event = queue.project(desc);
  std::string text;
  EXPECT_EQ(status_of([&] { event.wait(kLimit); }, &text), PHOTIC_CHECK_FAILED);
  EXPECT_NE(text.find("good and bad differ"), std::string::npos) << text;
  EXPECT_EQ(status_of([&] { queue.nop(); }), PHOTIC_CHECK_FAILED);
  EXPECT_EQ(device.status(), PHOTIC_CHECK_FAILED);
}

}  // namespace
}  // namespace photic::test
