// SPDX-License-Identifier: Apache-2.0
// Resets: what they bring back, and that they go together with everything other threads do.
#include <atomic>
#include <thread>

#include "tests/unit/drivers/driver_test.h"

namespace photic {
namespace {

using namespace std::chrono_literals;
using namespace test;  // NOLINT(google-build-using-namespace): the fixture's own vocabulary

TEST_F(Driver, ComesBackOnAResetAfterAHang) {
  const Device device = Device::open("golden:opu?fault=hangs&stall_ms=40");
  const Queue queue = device.queue(4);
  const Queue other = device.queue(4);
  photic_buffer buffer = nullptr;
  ASSERT_EQ(photic_buffer_create(device.get(), 4096, &buffer), PHOTIC_OK);
  const std::vector<Event> events{queue.nop(), other.nop()};
  for (const Event& event : events) {
    EXPECT_EQ(status_of([&] { event.wait(); }), PHOTIC_DEVICE_LOST);
  }
  EXPECT_EQ(photic_buffer_release(buffer), PHOTIC_OK);
  EXPECT_EQ(device.status(), PHOTIC_DEVICE_LOST);
  device.reset();
  EXPECT_EQ(device.status(), PHOTIC_OK);
  const Buffer fresh = device.allocate(4096);
  for (int i = 0; i < 10; ++i) {
    queue.nop().wait(kLimit);
    other.nop().wait(kLimit);
  }
  const photic_health health = device.health();
  EXPECT_EQ(health.losses, 1U);
  EXPECT_EQ(health.stalls, 1U);
  EXPECT_EQ(health.resets, 1U);
}

TEST_F(Driver, ReleasesQueuesOfALostDevice) {
  const Device device = Device::open("golden:opu?fault=hangs&stall_ms=40");
  Queue queue = device.queue(4);
  EXPECT_EQ(status_of([&] { queue.nop().wait(); }), PHOTIC_DEVICE_LOST);
  queue = Queue();
  EXPECT_EQ(status_of([&] { device.queue(4); }), PHOTIC_DEVICE_LOST);
  device.reset();
  std::vector<Queue> queues;
  for (int i = 0; i < 4; ++i) {
    queues.push_back(device.queue(4));
    queues.back().nop().wait(kLimit);
  }
}

TEST_F(Driver, LosesNothingButWhatAResetCutsOff) {
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue(8);
  std::atomic<bool> stop{false};
  std::atomic<int> strange{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      while (!stop) {
        // Refused while the device is reset, cut off by it, or done: nothing else, and no wait without end.
        const photic_status status = status_of([&] { queue.nop().wait(kLimit); });
        strange += status == PHOTIC_OK || status == PHOTIC_DEVICE_LOST || status == PHOTIC_QUEUE_FULL ? 0 : 1;
        strange += device.health().protocol_errors == 0 ? 0 : 1;
      }
    });
  }
  threads.emplace_back([&] {
    while (!stop) {
      const photic_status status = status_of([&] { device.queue(4).nop().wait(kLimit); });
      strange += status == PHOTIC_OK || status == PHOTIC_DEVICE_LOST ? 0 : 1;
    }
  });
  for (int i = 0; i < 50; ++i) {
    device.reset();
    std::this_thread::yield();
  }
  stop = true;
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(strange, 0);
  EXPECT_EQ(device.status(), PHOTIC_OK);
  queue.nop().wait(kLimit);
  EXPECT_EQ(device.health().resets, 50U);
}

TEST_F(Driver, BoundsOtherThreadsWaitsWhileItResets) {
  FakeDevice::release_stuck(false);
  const Device device = Device::open("golden:opu?fault=stuck&stall_ms=300");
  const Queue queue = device.queue();
  const Buffer buffer = device.allocate(4096);
  const Event event = queue.submit(long_copy(buffer, buffer, 1));
  FakeDevice::await_stuck();
  std::thread resetting([&] { EXPECT_EQ(status_of([&] { device.reset(); }), PHOTIC_DEVICE_LOST); });
  // The event ends when the reset begins, not when the model gives up.
  EXPECT_EQ(status_of([&] { event.wait(kLimit); }), PHOTIC_DEVICE_LOST);
  EXPECT_EQ(device.status(), PHOTIC_DEVICE_LOST);
  resetting.join();
  FakeDevice::release_stuck(true);
}

}  // namespace
}  // namespace photic
