// SPDX-License-Identifier: Apache-2.0
// Commands in flight on a fake device: who keeps what alive, dependencies, bounded waits, lost devices.
#include <unistd.h>

#include "drivers/abi/contract.h"
#include "tests/unit/drivers/driver_test.h"

namespace photic {
namespace {

using namespace std::chrono_literals;
using namespace test;  // NOLINT(google-build-using-namespace): the fixture's own vocabulary

TEST_F(Driver, KeepsABufferWhileACommandNamesIt) {
  FakeDevice::open_gate(false);
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue();
  photic_buffer source = nullptr;
  ASSERT_EQ(photic_buffer_create(device.get(), 4096, &source), PHOTIC_OK);
  photic_buffer_info info{};
  info.struct_size = sizeof(info);
  ASSERT_EQ(photic_buffer_get_info(source, &info), PHOTIC_OK);
  photic_submission submission = gated();
  submission.source = info.bus_address + 8;  // anywhere inside counts
  const Event event = queue.submit(submission);
  EXPECT_EQ(photic_buffer_release(source), PHOTIC_BUSY);
  static_cast<char*>(info.host)[0] = 'x';  // still mapped
  EXPECT_EQ(photic_buffer_finish(source, 1000), PHOTIC_WAIT_TIMEOUT);
  FakeDevice::open_gate(true);
  EXPECT_EQ(photic_buffer_finish(source, PHOTIC_WAIT_FOREVER), PHOTIC_OK);
  EXPECT_EQ(photic_buffer_release(source), PHOTIC_OK);
  EXPECT_EQ(event.status(), PHOTIC_OK);
  // Freed: the device is refused.
  submission.features = 1;
  EXPECT_EQ(status_of([&] { queue.submit(submission).wait(kLimit); }), PHOTIC_DMA_READ_ERROR);
}

TEST_F(Driver, KeepsAQueueWhileCommandsAreInFlight) {
  FakeDevice::open_gate(false);
  const Device device = Device::open("golden:opu");
  photic_queue queue = nullptr;
  ASSERT_EQ(photic_queue_create(device.get(), 4, &queue), PHOTIC_OK);
  const photic_submission submission = gated();
  ASSERT_EQ(photic_submit(queue, &submission, nullptr, 0, nullptr), PHOTIC_OK);
  EXPECT_EQ(photic_queue_release(queue), PHOTIC_BUSY);
  FakeDevice::open_gate(true);
  EXPECT_EQ(photic_queue_finish(queue, PHOTIC_WAIT_FOREVER), PHOTIC_OK);
  EXPECT_EQ(photic_queue_release(queue), PHOTIC_OK);
}

TEST_F(Driver, ReportsAFailureNobodyAskedForOnce) {
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue();
  photic_submission submission{};
  submission.opcode = 0xEE;
  ASSERT_EQ(photic_submit(queue.get(), &submission, nullptr, 0, nullptr), PHOTIC_OK);
  EXPECT_EQ(status_of([&] { queue.finish(); }), PHOTIC_INVALID_OPCODE);
  queue.finish();
}

TEST_F(Driver, SaysWhereDmaFailed) {
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue();
  const Buffer buffer = device.allocate(4096);
  photic_submission submission = copy(buffer, buffer, 1000);
  const Event event = queue.submit(submission);
  std::string text;
  EXPECT_EQ(status_of([&] { event.wait(kLimit); }, &text), PHOTIC_DMA_READ_ERROR);
  EXPECT_EQ(event.info().detail, buffer.bus_address());
  EXPECT_NE(text.find("OPU_PROJECT on queue 0"), std::string::npos) << text;
  submission.features = 4;
  submission.destination = 0;
  EXPECT_EQ(status_of([&] { queue.submit(submission).wait(kLimit); }), PHOTIC_DMA_WRITE_ERROR);
}

TEST_F(Driver, BoundsEveryWait) {
  FakeDevice::open_gate(false);
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue();
  const std::vector<Event> events = queue.submit(std::vector<photic_submission>(2, gated()));
  EXPECT_EQ(events[0].status(), PHOTIC_BUSY);
  EXPECT_EQ(events[0].info().status, PHOTIC_BUSY);
  EXPECT_EQ(status_of([&] { events[0].wait(0ns); }), PHOTIC_WAIT_TIMEOUT);
  EXPECT_EQ(status_of([&] { events[0].wait(kSoon); }), PHOTIC_WAIT_TIMEOUT);
  EXPECT_EQ(status_of([&] { wait_all(events, kSoon); }), PHOTIC_WAIT_TIMEOUT);
  EXPECT_EQ(status_of([&] { wait_any(events, kSoon); }), PHOTIC_WAIT_TIMEOUT);
  EXPECT_EQ(status_of([&] { queue.finish(kSoon); }), PHOTIC_WAIT_TIMEOUT);
  FakeDevice::open_gate(true);
  wait_all(events, kLimit);
}

TEST_F(Driver, WaitsForTheFirstOfSeveral) {
  FakeDevice::open_gate(false);
  const Device device = Device::open("golden:opu");
  const Device other = Device::open("golden:opu");
  const Queue queue = other.queue();
  const Queue closed = device.queue();
  const std::vector<Event> events{closed.submit(gated()), queue.nop()};
  EXPECT_EQ(wait_any(events, kLimit), 1U);
  EXPECT_EQ(wait_any(std::span(events).subspan(1), kLimit), 0U);
  FakeDevice::open_gate(true);
  events[0].wait(kLimit);
}

TEST_F(Driver, StartsACommandOnlyAfterItsDependencies) {
  FakeDevice::open_gate(false);
  const Device device = Device::open("golden:opu");
  const Queue first = device.queue();
  const Queue second = device.queue();
  const Event blocker = first.submit(gated());
  const Event dependent = second.nop(std::span(&blocker, 1));
  const Event behind = second.nop();  // queues keep their order
  EXPECT_EQ(status_of([&] { wait_any(std::vector{dependent, behind}, kSoon); }), PHOTIC_WAIT_TIMEOUT);
  EXPECT_EQ(dependent.info().submitted_ns, 0U);
  FakeDevice::open_gate(true);
  behind.wait(kLimit);
  EXPECT_EQ(dependent.status(), PHOTIC_OK);
  EXPECT_GE(dependent.info().submitted_ns, blocker.info().completed_ns);
}

TEST_F(Driver, PassesAFailureOnToWhatDependsOnIt) {
  FakeDevice::open_gate(false);
  const Device device = Device::open("golden:opu");
  const Queue first = device.queue();
  const Queue second = device.queue();
  photic_submission bad = gated();
  bad.features = 1;
  bad.source = 8;
  const Event failing = first.submit(bad);
  const Event dependent = second.nop(std::span(&failing, 1));
  const Event chained = second.nop(std::span(&dependent, 1));
  const Event unrelated = second.nop();
  FakeDevice::open_gate(true);
  EXPECT_EQ(status_of([&] { dependent.wait(kLimit); }), PHOTIC_DEPENDENCY_FAILED);
  EXPECT_EQ(status_of([&] { chained.wait(kLimit); }), PHOTIC_DEPENDENCY_FAILED);
  unrelated.wait(kLimit);
  const Event late = second.nop(std::span(&failing, 1));
  EXPECT_EQ(status_of([&] { late.wait(kLimit); }), PHOTIC_DEPENDENCY_FAILED);
}

TEST_F(Driver, WaitsForEventsOfAnotherDevice) {
  FakeDevice::open_gate(false);
  const Device left = Device::open("golden:opu");
  const Device right = Device::open("golden:opu");
  const Queue on_left = left.queue();
  const Queue on_right = right.queue();
  const Event blocker = on_left.submit(gated());
  const Event dependent = on_right.nop(std::span(&blocker, 1));
  EXPECT_EQ(status_of([&] { dependent.wait(kSoon); }), PHOTIC_WAIT_TIMEOUT);
  FakeDevice::open_gate(true);
  dependent.wait(kLimit);
  EXPECT_EQ(blocker.status(), PHOTIC_OK);
}

TEST_F(Driver, LosesADeviceWithoutProgress) {
  const Device device = Device::open("golden:opu?fault=silent&stall_ms=30");
  const Queue first = device.queue();
  const Queue second = device.queue();
  const std::vector<Event> events{first.nop(), second.nop(), first.nop()};
  for (const Event& event : events) {
    std::string text;
    EXPECT_EQ(status_of([&] { event.wait(); }, &text), PHOTIC_DEVICE_LOST);
    EXPECT_NE(text.find("no progress for 30 ms"), std::string::npos) << text;
  }
  EXPECT_EQ(device.status(), PHOTIC_DEVICE_LOST);
  EXPECT_EQ(status_of([&] { first.nop(); }), PHOTIC_DEVICE_LOST);
  EXPECT_EQ(status_of([&] { device.allocate(8); }), PHOTIC_DEVICE_LOST);
}

TEST_F(Driver, LosesADeviceWithoutProgressThoughNobodyWaits) {
  const Device device = Device::open("golden:opu?fault=silent&stall_ms=30");
  const Queue queue = device.queue();
  const Event event = queue.nop();
  while (event.status() == PHOTIC_BUSY) {
    std::this_thread::yield();
  }
  EXPECT_EQ(event.status(), PHOTIC_DEVICE_LOST);
}

TEST_F(Driver, DoesNotLoseASlowDeviceThatMakesProgress) {
  FakeDevice::open_gate(false);
  const Device device = Device::open("golden:opu?stall_ms=40");
  const Queue queue = device.queue();
  const Event event = queue.submit(gated());
  EXPECT_EQ(status_of([&] { event.wait(200ms); }), PHOTIC_WAIT_TIMEOUT);
  FakeDevice::open_gate(true);
  event.wait(kLimit);
}

TEST_F(Driver, SurvivesAModelThatNeverReturns) {
  FakeDevice::release_stuck(false);
  const int alive = test::fake_devices_alive;
  {
    const Device device = Device::open("golden:opu?fault=stuck&stall_ms=30");
    const Queue queue = device.queue();
    const Buffer buffer = device.allocate(4096);
    const Event event = queue.submit(long_copy(buffer, buffer, 1));
    EXPECT_EQ(status_of([&] { event.wait(kSoon); }), PHOTIC_WAIT_TIMEOUT);
    EXPECT_EQ(status_of([&] { event.wait(); }), PHOTIC_DEVICE_LOST);
    EXPECT_EQ(status_of([&] { device.counters(); }), PHOTIC_DEVICE_LOST);
    EXPECT_EQ(status_of([&] { device.reset(); }), PHOTIC_DEVICE_LOST);
  }
  FakeDevice::release_stuck(true);
  while (test::fake_devices_alive != alive) {
    std::this_thread::yield();
  }
}

TEST_F(Driver, LosesADeviceWhoseModelFails) {
  const Device device = Device::open("golden:opu?fault=throws");
  const Queue queue = device.queue();
  photic_submission submission{};
  submission.opcode = PHOTIC_OP_OPU_PROJECT;
  std::string text;
  const Event event = queue.submit(submission);
  EXPECT_EQ(status_of([&] { event.wait(kLimit); }, &text), PHOTIC_DEVICE_LOST);
  EXPECT_NE(text.find("a defect in the model"), std::string::npos) << text;
}

TEST_F(Driver, GivesUpOnlyTheQueueWhoseRingFailed) {
  const Device device = Device::open("golden:opu?fault=ring");
  Queue queue = device.queue();
  const Queue other = device.queue();
  photic_submission submission{};
  submission.opcode = PHOTIC_OP_OPU_PROJECT;
  const std::vector<Event> events{queue.submit(submission), queue.nop()};
  for (const Event& event : events) {
    EXPECT_EQ(status_of([&] { event.wait(kLimit); }), PHOTIC_DMA_READ_ERROR);
  }
  EXPECT_EQ(status_of([&] { queue.nop(); }), PHOTIC_DMA_READ_ERROR);
  other.nop().wait(kLimit);
  queue = Queue();
  queue = device.queue();
  queue.nop().wait(kLimit);
}

TEST_F(Driver, EndsPendingWorkOnReset) {
  FakeDevice::open_gate(false);
  const Device device = Device::open("golden:opu");
  const Queue first = device.queue(4);
  const Queue second = device.queue(4);
  const Event running = first.submit(gated());
  const Event held = second.nop(std::span(&running, 1));
  device.reset();
  std::string text;
  EXPECT_EQ(status_of([&] { running.wait(0ns); }, &text), PHOTIC_DEVICE_LOST);
  EXPECT_NE(text.find("reset"), std::string::npos) << text;
  EXPECT_EQ(held.status(), PHOTIC_DEVICE_LOST);
  EXPECT_EQ(device.status(), PHOTIC_OK);
  for (int i = 0; i < 10; ++i) {
    first.nop().wait(kLimit);
    second.nop().wait(kLimit);
  }
}

}  // namespace
}  // namespace photic
