// SPDX-License-Identifier: Apache-2.0
// Devices that fail in the midst of their work: a failure takes along no more than it must, and every wait
// ends.
#include <atomic>
#include <thread>

#include "tests/unit/drivers/driver_test.h"

namespace photic {
namespace {

using namespace std::chrono_literals;
using namespace test;  // NOLINT(google-build-using-namespace): the fixture's own vocabulary

photic_submission project() {
  photic_submission submission{};
  submission.opcode = PHOTIC_OP_OPU_PROJECT;
  return submission;
}

std::string faulty(const std::string& fault, int stall_ms = 10000) {
  return "golden:opu?fault=" + fault + "&stall_ms=" + std::to_string(stall_ms);
}

// Keeps a queue at work, so that the device's heartbeat moves.
class Traffic {
 public:
  explicit Traffic(const Device& device) : queue_(device.queue(4)), thread_([this] { run(); }) {}
  ~Traffic() {
    stop_ = true;
    thread_.join();
  }
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

 private:
  void run() {
    while (!stop_) {
      EXPECT_EQ(status_of([&] { queue_.nop().wait(kLimit); }), PHOTIC_OK);
    }
  }
  Queue queue_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

struct Corruption {
  const char* fault;
  const char* text;
};

class BadCompletion : public Driver, public testing::WithParamInterface<Corruption> {};

TEST_P(BadCompletion, FailsItsQueueOnly) {
  FakeDevice::open_gate(false);
  const Device device = Device::open(faulty(GetParam().fault));
  Queue queue = device.queue();
  const Queue other = device.queue();
  const Buffer buffer = device.allocate(4096);
  photic_submission first = gated();
  first.source = buffer.bus_address();
  std::vector<Event> events{queue.submit(first), queue.nop(), queue.nop()};
  const Event dependent = other.nop(std::span(&events.back(), 1));
  FakeDevice::open_gate(true);
  // A completion written twice ends its command before it is found out.
  const size_t ended = std::string(GetParam().fault) == "twice" ? 1 : 0;
  for (size_t i = 0; i < events.size(); ++i) {
    std::string text;
    EXPECT_EQ(status_of([&] { events[i].wait(kLimit); }, &text),
              i < ended ? PHOTIC_OK : PHOTIC_PROTOCOL_ERROR);
    EXPECT_TRUE(i < ended || text.find(GetParam().text) != std::string::npos) << text;
  }
  EXPECT_EQ(status_of([&] { dependent.wait(kLimit); }), PHOTIC_DEPENDENCY_FAILED);
  EXPECT_EQ(status_of([&] { queue.nop(); }), PHOTIC_PROTOCOL_ERROR);
  other.nop().wait(kLimit);
  EXPECT_EQ(device.status(), PHOTIC_OK);
  queue = Queue();
  queue = device.queue();
  for (int lap = 0; lap < 3; ++lap) {
    queue.submit(project()).wait(kLimit);
  }
  const photic_health health = device.health();
  EXPECT_EQ(health.queues_failed, 1U);
  EXPECT_EQ(health.protocol_errors, 1U);
  EXPECT_EQ(health.losses, 0U);
  EXPECT_EQ(health.resets, 0U);
}

TEST_P(BadCompletion, IsForgottenByAReset) {
  const Device device = Device::open(faulty(GetParam().fault));
  const Queue queue = device.queue(4);
  std::vector<Event> events = queue.submit(std::vector<photic_submission>(3, project()));
  EXPECT_EQ(status_of([&] { events.back().wait(kLimit); }), PHOTIC_PROTOCOL_ERROR);
  device.reset();
  for (int lap = 0; lap < 10; ++lap) {
    queue.nop().wait(kLimit);
  }
  EXPECT_EQ(device.health().resets, 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, BadCompletion,
    testing::Values(Corruption{"unknown", "completion on queue 0"}, Corruption{"twice", "not in flight"},
                    Corruption{"bad_status", "has status 264"}, Corruption{"bad_head", "has sq_head"},
                    Corruption{"bad_phase", "has phase"}, Corruption{"bad_cycles", "before it starts"}),
    [](const auto& fault) { return std::string(fault.param.fault); });

TEST_F(Driver, RingsALostDoorbellAgain) {
  const Device device = Device::open(faulty("deaf_once", 100));
  const Queue queue = device.queue();
  queue.nop().wait(kLimit);
  const photic_health health = device.health();
  EXPECT_EQ(health.suspicions, 1U);
  EXPECT_EQ(health.doorbells_repeated, 1U);
  EXPECT_EQ(health.queues_failed, 0U);
  EXPECT_EQ(device.status(), PHOTIC_OK);
}

TEST_F(Driver, RingsALostDoorbellAgainThoughNobodyWaitsAndOthersAreServed) {
  const Device device = Device::open(faulty("deaf_once", 100));
  const Queue queue = device.queue();
  const Traffic traffic(device);
  const Event event = queue.nop();
  while (event.status() == PHOTIC_BUSY) {
    std::this_thread::yield();
  }
  EXPECT_EQ(event.status(), PHOTIC_OK);
  EXPECT_EQ(device.health().doorbells_repeated, 1U);
}

TEST_F(Driver, AcknowledgesCompletionsAgainWhenThatWasLost) {
  const Device device = Device::open(faulty("deaf_to_heads", 100));
  const Queue queue = device.queue(4);
  for (int i = 0; i < 10; ++i) {
    queue.nop().wait(kLimit);
  }
  EXPECT_EQ(device.health().doorbells_repeated, 1U);
}

TEST_F(Driver, FailsAQueueWhoseDoorbellIsStuck) {
  const Device device = Device::open(faulty("deaf", 100));
  const Queue queue = device.queue();
  const Queue other = device.queue();
  const Event event = queue.nop();
  std::string text;
  EXPECT_EQ(status_of([&] { event.wait(); }, &text), PHOTIC_DEVICE_LOST);
  EXPECT_NE(text.find("queue 0 has a stuck doorbell"), std::string::npos) << text;
  other.nop().wait(kLimit);
  EXPECT_EQ(status_of([&] { queue.nop(); }), PHOTIC_DEVICE_LOST);
  EXPECT_EQ(device.status(), PHOTIC_OK);
  const photic_health health = device.health();
  EXPECT_EQ(health.doorbells_repeated, 3U);
  EXPECT_EQ(health.queues_failed, 1U);
  EXPECT_EQ(health.losses, 0U);
}

TEST_F(Driver, EndsWaitsForADeviceThatTakesNoWrites) {
  const Device device = Device::open(faulty("deaf_to_all", 60));
  const Queue queue = device.queue();
  EXPECT_EQ(status_of([&] { queue.nop().wait(); }), PHOTIC_DEVICE_LOST);
  device.reset();
  EXPECT_EQ(device.status(), PHOTIC_OK);
}

TEST_F(Driver, FailsAQueueThatIsPassedOver) {
  const Device device = Device::open(faulty("unfair", 100));
  const Queue queue = device.queue();
  const Traffic traffic(device);
  std::string text;
  EXPECT_EQ(status_of([&] { queue.nop().wait(); }, &text), PHOTIC_DEVICE_LOST);
  EXPECT_NE(text.find("passed over"), std::string::npos) << text;
  EXPECT_EQ(device.status(), PHOTIC_OK);
}

TEST_F(Driver, FailsAQueueTheDeviceNeverOpened) {
  const Device device = Device::open(faulty("forgetful", 100));
  Queue queue = device.queue();
  const Queue other = device.queue();
  std::string text;
  EXPECT_EQ(status_of([&] { queue.nop().wait(); }, &text), PHOTIC_DEVICE_LOST);
  EXPECT_NE(text.find("queue 0 is not open"), std::string::npos) << text;
  other.nop().wait(kLimit);
  queue = Queue();
  queue = device.queue();
  queue.nop().wait(kLimit);
}

TEST_F(Driver, FailsAQueueWhoseCompletionWasLost) {
  const Device device = Device::open(faulty("no_completion", 100));
  const Queue queue = device.queue();
  const Queue other = device.queue();
  std::string text;
  EXPECT_EQ(status_of([&] { queue.nop().wait(); }, &text), PHOTIC_PROTOCOL_ERROR);
  EXPECT_NE(text.find("lost a completion"), std::string::npos) << text;
  other.nop().wait(kLimit);
  EXPECT_EQ(device.health().protocol_errors, 1U);
}

TEST_F(Driver, FindsAFailedRingThoughNoInterruptSaysSo) {
  const Device device = Device::open(faulty("ring_unsaid", 100));
  const Queue queue = device.queue();
  std::string text;
  EXPECT_EQ(status_of([&] { queue.submit(project()).wait(); }, &text), PHOTIC_DMA_READ_ERROR);
  EXPECT_NE(text.find("at bus address"), std::string::npos) << text;
  EXPECT_EQ(device.health().ring_errors, 1U);
}

TEST_F(Driver, CountsAnInterruptThatNeverCame) {
  const Device device = Device::open(faulty("quiet"));
  const Queue queue = device.queue();
  // Long work of many steps: it ends while the thread that waits listens for the interrupt.
  const Buffer buffer = device.allocate(64);
  photic_submission slow = long_copy(buffer, buffer, 8);
  slow.exposure = 100'000;
  queue.submit(slow).wait(kLimit);
  while (device.health().interrupts_missed == 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(device.health().interrupts_missed, 1U);
}

TEST_F(Driver, CountsNothingOnAHealthyDevice) {
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue();
  const Buffer buffer = device.allocate(64);
  for (int i = 0; i < 20; ++i) {
    queue.submit(long_copy(buffer, buffer, 8)).wait(kLimit);
    queue.nop().wait(kLimit);
  }
  const photic_health health = device.health();
  EXPECT_EQ(health.struct_size, sizeof(health));
  EXPECT_EQ(health.suspicions + health.doorbells_repeated + health.queues_failed + health.losses, 0U);
  EXPECT_EQ(health.interrupts_missed, 0U);
  photic_health unsized{};
  EXPECT_EQ(photic_device_health(device.get(), &unsized), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(photic_device_health(nullptr, &unsized), PHOTIC_INVALID_ARGUMENT);
}

TEST_F(Driver, NeverSuspectsALongCommandOfHangingAQueue) {
  FakeDevice::open_gate(false);
  const Device device = Device::open("golden:opu?stall_ms=40");
  const Queue queue = device.queue();
  const Event event = queue.submit(gated());
  // Several times over what a silent device is given.
  EXPECT_EQ(status_of([&] { event.wait(200ms); }), PHOTIC_WAIT_TIMEOUT);
  EXPECT_GE(device.health().suspicions, 1U);
  FakeDevice::open_gate(true);
  event.wait(kLimit);
  EXPECT_EQ(device.health().doorbells_repeated, 0U);
  EXPECT_EQ(device.health().losses, 0U);
}

TEST_F(Driver, KeepsWhatADeviceMayStillWriteToAfterItsQueueFailed) {
  const Device device = Device::open(faulty("twice"));
  FakeDevice::open_gate(false);
  const Queue queue = device.queue();
  photic_buffer source = nullptr;
  ASSERT_EQ(photic_buffer_create(device.get(), 4096, &source), PHOTIC_OK);
  photic_buffer_info info{};
  info.struct_size = sizeof(info);
  ASSERT_EQ(photic_buffer_get_info(source, &info), PHOTIC_OK);
  photic_submission slow = gated();
  slow.source = info.bus_address;
  photic_submission nop{};
  nop.opcode = PHOTIC_OP_NOP;
  // The NOP's second completion fails the queue while the device is at work on the command behind it.
  const std::vector<Event> events = queue.submit(std::vector{nop, slow});
  EXPECT_EQ(status_of([&] { events[1].wait(kLimit); }), PHOTIC_PROTOCOL_ERROR);
  EXPECT_EQ(photic_buffer_release(source), PHOTIC_BUSY);
  EXPECT_EQ(photic_buffer_finish(source, 1000), PHOTIC_WAIT_TIMEOUT);
  FakeDevice::open_gate(true);
  EXPECT_EQ(photic_buffer_finish(source, PHOTIC_WAIT_FOREVER), PHOTIC_OK);
  EXPECT_EQ(photic_buffer_release(source), PHOTIC_OK);
}

}  // namespace
}  // namespace photic
