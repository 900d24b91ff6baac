// SPDX-License-Identifier: Apache-2.0
// Devices in processes of their own: how they start, die and are put away.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <set>
#include <thread>

#include "drivers/api/photic.hpp"
#include "tests/support/census.h"
#include "tests/support/status_of.h"

namespace photic {
namespace {

using namespace std::chrono_literals;
using test::children;
using test::open_descriptors;
using test::status_of;

constexpr auto kLimit = 60s;  // a fence against hangs, never reached
constexpr const char* kUri = "golden:opu?geometry=gen3&seed=7&noise=off&process=1&threads=1";

// Far more work than a test's time: every mirror onto every pixel, a thousand times.
photic_opu_project_desc endless(const Device& device, const Buffer& source, const Buffer& destination) {
  const photic_capabilities capabilities = device.capabilities();
  photic_opu_project_desc desc = opu_desc();
  desc.source = source.bus_address();
  desc.destination = destination.bus_address();
  desc.vectors = 1000;
  desc.features = capabilities.mirror_rows * capabilities.mirror_cols;
  desc.mirror_rows = capabilities.mirror_rows;
  desc.mirror_cols = capabilities.mirror_cols;
  desc.macro = 1;
  desc.scale = 1;
  desc.outputs = capabilities.pixel_rows * capabilities.pixel_cols;
  desc.exposure = 100;
  uint64_t source_bytes = 0;
  uint64_t destination_bytes = 0;
  check(photic_opu_sizes(&desc, &source_bytes, &destination_bytes));
  EXPECT_LE(source_bytes, source.size());
  return desc;
}

class Process : public testing::Test {
 protected:
  void SetUp() override {
    // One child and its descriptors come and go first, so that what the library opens once is open.
    Device::open(kUri).queue().nop().wait(kLimit);
    children_before = children();
    descriptors_before = open_descriptors();
  }

  void expect_nothing_left() const {
    EXPECT_EQ(children(), children_before);
    EXPECT_EQ(open_descriptors(), descriptors_before);
  }

  pid_t new_child() const {
    for (const pid_t child : children()) {
      if (!children_before.contains(child)) {
        return child;
      }
    }
    ADD_FAILURE() << "no new process";
    return -1;
  }

  std::set<pid_t> children_before;
  size_t descriptors_before = 0;
};

TEST_F(Process, IsGoneWithTheDevice) {
  {
    const Device device = Device::open(kUri);
    EXPECT_EQ(children().size(), children_before.size() + 1);
    device.queue().nop().wait(kLimit);
  }
  expect_nothing_left();
}

TEST_F(Process, KilledInTheMiddleOfACommandEndsAllPendingWork) {
  {
    const Device device = Device::open(kUri);
    const Queue queue = device.queue();
    const Queue other = device.queue();
    const Buffer source = device.allocate(uint64_t{1} << 28);
    const Buffer destination = device.allocate(4096);
    const Event running = queue.project(endless(device, source, destination));
    const Event behind = queue.nop();
    const Event dependent = other.nop(std::span(&running, 1));
    EXPECT_EQ(status_of([&] { running.wait(20ms); }), PHOTIC_WAIT_TIMEOUT);
    ASSERT_EQ(kill(new_child(), SIGKILL), 0);
    std::string text;
    EXPECT_EQ(status_of([&] { running.wait(kLimit); }, &text), PHOTIC_DEVICE_LOST);
    EXPECT_NE(text.find("signal 9"), std::string::npos) << text;
    EXPECT_EQ(status_of([&] { behind.wait(kLimit); }), PHOTIC_DEVICE_LOST);
    EXPECT_EQ(status_of([&] { dependent.wait(kLimit); }), PHOTIC_DEVICE_LOST);
    EXPECT_EQ(device.status(), PHOTIC_DEVICE_LOST);
    EXPECT_EQ(status_of([&] { queue.nop(); }), PHOTIC_DEVICE_LOST);
    EXPECT_EQ(status_of([&] { device.reset(); }), PHOTIC_DEVICE_LOST);
    EXPECT_EQ(status_of([&] { device.counters(); }), PHOTIC_DEVICE_LOST);
    Device::open(kUri).queue().nop().wait(kLimit);
  }
  expect_nothing_left();
}

TEST_F(Process, LostWhileNobodyWaitsIsNoticed) {
  {
    const Device device = Device::open(kUri);
    ASSERT_EQ(kill(new_child(), SIGKILL), 0);
    while (device.status() == PHOTIC_OK) {
      std::this_thread::yield();
    }
    EXPECT_EQ(device.status(), PHOTIC_DEVICE_LOST);
  }
  expect_nothing_left();
}

TEST_F(Process, StoppedIsLostAfterTheStallTime) {
  {
    const Device device = Device::open(std::string(kUri) + "&stall_ms=200");
    const Queue queue = device.queue();
    ASSERT_EQ(kill(new_child(), SIGSTOP), 0);
    const Event event = queue.nop();
    EXPECT_EQ(status_of([&] { event.wait(); }), PHOTIC_DEVICE_LOST);
  }
  expect_nothing_left();
}

TEST_F(Process, LeavesWhileADeviceIsInALongStep) {
  {
    photic_device device = nullptr;
    photic_queue queue = nullptr;
    ASSERT_EQ(photic_open(kUri, &device), PHOTIC_OK);
    ASSERT_EQ(photic_queue_create(device, 0, &queue), PHOTIC_OK);
    const pid_t child = new_child();
    EXPECT_EQ(photic_queue_release(queue), PHOTIC_OK);
    EXPECT_EQ(photic_device_release(device), PHOTIC_OK);
    EXPECT_EQ(kill(child, 0), -1);
  }
  expect_nothing_left();
}

TEST_F(Process, SaysWhyItRefusesItsUri) {
  std::string text;
  EXPECT_EQ(status_of([] { Device::open("golden:opu?process=1&geometry=huge"); }, &text), PHOTIC_INVALID_URI);
  EXPECT_NE(text.find("tiny, small, gen2, gen3"), std::string::npos) << text;
  EXPECT_EQ(status_of([] { Device::open("golden:opu?process=1&sede=1"); }), PHOTIC_INVALID_URI);
  expect_nothing_left();
}

TEST_F(Process, IsNotFoundWhereItIsNot) {
  const char* before = std::getenv("PHOTIC_DEVICE_SERVER");
  const std::string kept = before ? before : "";
  setenv("PHOTIC_DEVICE_SERVER", "/nonexistent/photic-device", 1);
  EXPECT_EQ(status_of([] { Device::open("golden:opu?process=1"); }), PHOTIC_NOT_FOUND);
  before ? setenv("PHOTIC_DEVICE_SERVER", kept.c_str(), 1) : unsetenv("PHOTIC_DEVICE_SERVER");
  EXPECT_EQ(status_of([] { Device::open("remote:/nonexistent/a.sock"); }), PHOTIC_NOT_FOUND);
  expect_nothing_left();
}

TEST_F(Process, ReachesTheCallersOwnMemory) {
  {
    const Device device = Device::open(kUri);
    const Queue queue = device.queue();
    alignas(4096) static std::array<std::array<std::byte, 4096>, 2> pages;
    pages[0].fill(std::byte{0xA5});
    const Buffer source = device.import_memory(pages[0]);
    const Buffer destination = device.import_memory(pages[1]);
    const Buffer shared_source = device.allocate(4096);
    const Buffer shared = device.allocate(4096);
    std::memcpy(shared_source.data(), pages[0].data(), pages[0].size());
    photic_opu_project_desc desc = opu_desc();
    desc.features = 64;
    desc.vectors = 4;
    desc.mirror_rows = 8;
    desc.mirror_cols = 8;
    desc.macro = 1;
    desc.scale = 1;
    desc.outputs = 1000;
    desc.exposure = 100;
    for (const auto& [from, to] : {std::pair{&source, &destination}, {&shared_source, &shared}}) {
      desc.source = from->bus_address();
      desc.destination = to->bus_address();
      queue.project(desc).wait(kLimit);
    }
    EXPECT_NE(pages[1][0], std::byte{0});
    EXPECT_EQ(std::memcmp(pages[1].data(), shared.data(), pages[1].size()), 0);
  }
  expect_nothing_left();
}

TEST_F(Process, ServesSeveralDevicesAtOnce) {
  {
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([] {
        const Device device = Device::open("golden:opu?geometry=tiny&process=1");
        const Queue queue = device.queue(8);
        for (int i = 0; i < 50; ++i) {
          queue.nop().wait(kLimit);
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }
  expect_nothing_left();
}

// What a remote endpoint says instead of the protocol.
class StrangeEndpoint : public Process {
 protected:
  photic_status open_against(const std::string& reply) {
    std::array<char, 32> folder{"/tmp/photic-test-XXXXXX"};
    EXPECT_NE(mkdtemp(folder.data()), nullptr);
    const std::string path = std::string(folder.data()) + "/s";
    const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    EXPECT_EQ(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(listener, 1), 0);
    std::thread peer([&] {
      const int client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      std::array<char, 4096> asked{};
      [[maybe_unused]] const ssize_t got = recv(client, asked.data(), asked.size(), 0);
      [[maybe_unused]] const ssize_t put = send(client, reply.data(), reply.size(), MSG_NOSIGNAL);
      close(client);
    });
    const photic_status status = status_of([&] { Device::open("remote:" + path); });
    peer.join();
    close(listener);
    unlink(path.c_str());
    rmdir(folder.data());
    return status;
  }
};

TEST_F(StrangeEndpoint, ThatClosesIsLost) {
  EXPECT_EQ(open_against(""), PHOTIC_DEVICE_LOST);
  expect_nothing_left();
}

TEST_F(StrangeEndpoint, ThatTalksNonsenseBreaksTheProtocol) {
  EXPECT_EQ(open_against("HTTP/1.1 400 Bad Request\r\n\r\n"), PHOTIC_PROTOCOL_ERROR);
  expect_nothing_left();
}

}  // namespace
}  // namespace photic
