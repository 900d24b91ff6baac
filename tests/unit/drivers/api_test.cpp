// SPDX-License-Identifier: Apache-2.0
// The C and C++ API against a fake device in this process: opening, rings, buffers, settings, threads.
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <thread>

#include "drivers/abi/contract.h"
#include "tests/unit/drivers/driver_test.h"

extern "C" const char* name_of_lost(void);

namespace photic {
namespace {

using namespace std::chrono_literals;
using namespace test;  // NOLINT(google-build-using-namespace): the fixture's own vocabulary

TEST_F(Driver, HeaderIsPlainC) {
  EXPECT_STREQ(name_of_lost(), "DEVICE_LOST");
}

TEST_F(Driver, NamesEveryStatusAndToleratesUnknownOnes) {
  EXPECT_STREQ(photic_status_name(PHOTIC_OK), "OK");
  EXPECT_STREQ(photic_status_name(PHOTIC_INTERNAL), "INTERNAL");
  for (const photic_status status : {-1, 0x0F, 0x200, 0x10000, INT32_MAX}) {
    EXPECT_STREQ(photic_status_name(status), "UNKNOWN");
  }
}

TEST_F(Driver, RefusesADeviceThatIsNotPhotic) {
  EXPECT_EQ(status_of([] { Device::open("golden:opu?fault=magic"); }), PHOTIC_CONTRACT_MISMATCH);
}

TEST_F(Driver, RefusesAnotherContractAndPrintsBoth) {
  std::string text;
  EXPECT_EQ(status_of([] { Device::open("golden:opu?fault=contract"); }, &text), PHOTIC_CONTRACT_MISMATCH);
  char hash[16];
  std::snprintf(hash, sizeof(hash), "%08X", abi::kContractHash);
  EXPECT_NE(text.find(hash), std::string::npos) << text;
  std::snprintf(hash, sizeof(hash), "%08X", abi::kContractHash ^ 1U);
  EXPECT_NE(text.find(hash), std::string::npos) << text;
}

TEST_F(Driver, TakesTheDeviceFromTheEnvironment) {
  photic_device device = nullptr;
  unsetenv("PHOTIC_DEVICE");
  EXPECT_EQ(photic_open(nullptr, &device), PHOTIC_INVALID_URI);
  setenv("PHOTIC_DEVICE", "golden:opu", 1);
  EXPECT_EQ(photic_open(nullptr, &device), PHOTIC_OK);
  EXPECT_EQ(photic_device_release(device), PHOTIC_OK);
}

TEST_F(Driver, ReportsWhatTheDeviceIs) {
  const Device device = Device::open("golden:opu");
  const photic_capabilities capabilities = device.capabilities();
  EXPECT_EQ(capabilities.kind, uint32_t{PHOTIC_KIND_OPU});
  EXPECT_STREQ(capabilities.geometry, "tiny");
  EXPECT_EQ(capabilities.mirror_rows, 12U);
  EXPECT_EQ(capabilities.pixel_cols, 16U);
  EXPECT_EQ(capabilities.queues, 4U);
  EXPECT_EQ(capabilities.ring_entries_max, 1024U);
  EXPECT_EQ(capabilities.contract, abi::kContractHash);
  EXPECT_STREQ(capabilities.target, "golden:opu");
}

TEST_F(Driver, CompletesANopWithOrderedTimes) {
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue();
  const Event event = queue.nop();
  event.wait(kLimit);
  const photic_event_info info = event.info();
  EXPECT_EQ(info.status, PHOTIC_OK);
  EXPECT_GT(info.queued_ns, 0U);
  EXPECT_LE(info.queued_ns, info.submitted_ns);
  EXPECT_LE(info.submitted_ns, info.completed_ns);
}

TEST_F(Driver, CompletesWithoutAnyoneWaiting) {
  const Device device = Device::open("golden:opu");
  const Queue first = device.queue();
  const Queue second = device.queue();
  const Event a = first.nop();
  const Event b = second.nop(std::span(&a, 1));
  while (b.status() == PHOTIC_BUSY) {
    std::this_thread::yield();
  }
  EXPECT_EQ(b.status(), PHOTIC_OK);
}

TEST_F(Driver, CompletesWithoutInterrupts) {
  const Device device = Device::open("golden:opu?fault=quiet");
  const Queue queue = device.queue();
  queue.nop().wait(kLimit);
}

class RingSize : public Driver, public testing::WithParamInterface<uint32_t> {};

TEST_P(RingSize, KeepsPhaseAndOrderOverManyLaps) {
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue(GetParam());
  photic_submission nop{};
  nop.opcode = PHOTIC_OP_NOP;
  uint64_t last = 0;
  // Batches of every size, so that laps begin and end at every place of a batch.
  for (uint32_t round = 0; round < 40; ++round) {
    const std::vector<photic_submission> batch(1 + round % (GetParam() - 1), nop);
    const std::vector<Event> events = queue.submit(batch);
    wait_all(events, kLimit);
    for (const Event& event : events) {
      EXPECT_GT(event.info().start_cycle, last);
      last = event.info().start_cycle;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, RingSize, testing::Values(2, 4, 8, 32));

TEST_F(Driver, RefusesRingsTheDeviceCannotHave) {
  const Device device = Device::open("golden:opu");
  for (const uint32_t entries : {1U, 3U, 2048U, 0x80000000U}) {
    EXPECT_EQ(status_of([&] { device.queue(entries); }), PHOTIC_INVALID_ARGUMENT) << entries;
  }
}

TEST_F(Driver, HasAsManyQueuesAsTheDevice) {
  const Device device = Device::open("golden:opu");
  std::vector<Queue> queues;
  for (int i = 0; i < 4; ++i) {
    queues.push_back(device.queue(4));
  }
  EXPECT_EQ(status_of([&] { device.queue(4); }), PHOTIC_QUEUE_FULL);
  queues.pop_back();
  queues.push_back(device.queue(4));
  for (const Queue& queue : queues) {
    queue.nop().wait(kLimit);
  }
}

TEST_F(Driver, RefusesWhatAFullRingCannotHoldAndLosesNothing) {
  FakeDevice::open_gate(false);
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue(4);
  std::vector<Event> events = queue.submit(std::vector<photic_submission>(2, gated()));
  EXPECT_EQ(status_of([&] { queue.submit(std::vector<photic_submission>(2, gated())); }), PHOTIC_QUEUE_FULL);
  events.push_back(queue.submit(gated()));
  EXPECT_EQ(status_of([&] { queue.submit(gated()); }), PHOTIC_QUEUE_FULL);
  FakeDevice::open_gate(true);
  wait_all(events, kLimit);
  queue.nop().wait(kLimit);
}

TEST_F(Driver, MovesDataThroughBuffers) {
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue();
  const Buffer from = device.allocate(8000);
  const Buffer to = device.allocate(8000);
  std::iota(from.as<uint64_t>().begin(), from.as<uint64_t>().end(), 1);
  EXPECT_EQ(to.as<uint64_t>()[999], 0U);
  queue.submit(copy(from, to, 1000)).wait(kLimit);
  EXPECT_TRUE(std::equal(from.as<uint64_t>().begin(), from.as<uint64_t>().end(), to.as<uint64_t>().begin()));
}

TEST_F(Driver, DoesLongWorkInItsOwnThread) {
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue();
  const Buffer from = device.allocate(64);
  const Buffer to = device.allocate(64);
  from.as<uint64_t>()[7] = 42;
  queue.submit(long_copy(from, to, 8)).wait(kLimit);
  EXPECT_EQ(to.as<uint64_t>()[7], 42U);
}

TEST_F(Driver, UsesTheCallersMemory) {
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue();
  const int fd = memfd_create("test", 0);
  ASSERT_EQ(ftruncate(fd, 3 * 4096), 0);
  const uint64_t number = 4711;
  ASSERT_EQ(pwrite(fd, &number, sizeof(number), 4096), 8);
  const Buffer file = device.import_fd(fd, 4096, 100);
  close(fd);
  auto* pages = static_cast<std::byte*>(std::aligned_alloc(4096, 4096));
  {
    const Buffer own = device.import_memory({pages, 4096});
    EXPECT_EQ(own.data(), pages);
    queue.submit(copy(file, own, 1)).wait(kLimit);
  }
  uint64_t seen = 0;
  std::memcpy(&seen, pages, sizeof(seen));
  EXPECT_EQ(seen, number);
  std::free(pages);
}

TEST_F(Driver, RefusesMemoryItCannotShare) {
  const Device device = Device::open("golden:opu");
  const int fd = memfd_create("test", 0);
  ASSERT_EQ(ftruncate(fd, 4096), 0);
  EXPECT_EQ(status_of([&] { device.import_fd(fd, 100, 8); }), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(status_of([&] { device.import_fd(fd, 0, 4097); }), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(status_of([&] { device.import_fd(fd, 8192, 8); }), PHOTIC_INVALID_ARGUMENT);
  close(fd);
  EXPECT_EQ(status_of([&] { device.import_fd(fd, 0, 8); }), PHOTIC_INVALID_ARGUMENT);
  alignas(4096) static std::byte pages[8192];
  EXPECT_EQ(status_of([&] { device.import_memory({pages + 8, 4096}); }), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(status_of([&] { device.import_memory({pages, 100}); }), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(status_of([&] { device.allocate(0); }), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(status_of([&] { device.allocate(uint64_t{1} << 60); }), PHOTIC_INVALID_ARGUMENT);
}

TEST_F(Driver, CountsWhatTheDeviceCounts) {
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue();
  queue.nop().wait(kLimit);
  queue.nop().wait(kLimit);
  uint64_t commands = 0;
  for (const photic_counter& counter : device.counters()) {
    commands = std::string(counter.name) == "SHELL_COMMANDS" ? counter.value : commands;
  }
  EXPECT_EQ(commands, 2U);
}

TEST_F(Driver, ChangesTheSetUpOnlyWhileIdle) {
  const Device device = Device::open("golden:opu");
  const photic_opu_settings before = device.opu_settings();
  EXPECT_EQ(before.adc_bits, 8U);
  device.configure({0, 1234, 5, 12});
  const photic_opu_settings after = device.opu_settings();
  EXPECT_EQ(after.laser_power, 1234U);
  EXPECT_EQ(after.laser_shift, 5U);
  EXPECT_EQ(after.adc_bits, 12U);
  EXPECT_EQ(status_of([&] { device.configure({0, 0x10000, 5, 12}); }), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(status_of([&] { device.configure({0, 1, 64, 12}); }), PHOTIC_INVALID_ARGUMENT);
  FakeDevice::open_gate(false);
  const Queue queue = device.queue();
  const Event event = queue.submit(gated());
  EXPECT_EQ(status_of([&] { device.configure(before); }), PHOTIC_BUSY);
  FakeDevice::open_gate(true);
  event.wait(kLimit);
  device.configure(before);
}

TEST_F(Driver, PacksProjectionsFieldByField) {
  const Device device = Device::open("golden:opu");
  photic_opu_project_desc desc = opu_desc();
  desc.features = 100;
  desc.vectors = 3;
  desc.input_format = PHOTIC_INPUT_T2;
  desc.scheme = PHOTIC_SCHEME_PHASE4;
  desc.output_format = PHOTIC_OUTPUT_I32;
  desc.outputs = 33;
  desc.strict = 1;
  photic_submission submission{};
  ASSERT_EQ(photic_opu_pack(device.get(), PHOTIC_OP_OPU_PROJECT, &desc, &submission), PHOTIC_OK);
  EXPECT_EQ(submission.input, PHOTIC_INPUT_T2 | 1 << 4);
  EXPECT_EQ(submission.recovery, PHOTIC_SCHEME_PHASE4 | PHOTIC_OUTPUT_I32 << 4);
  EXPECT_EQ(submission.flags, PHOTIC_SUBMIT_STRICT);
  EXPECT_EQ(submission.camera_rows, 3);  // 33 outputs on rows of 16
  uint64_t source = 0;
  uint64_t destination = 0;
  ASSERT_EQ(photic_opu_sizes(&desc, &source, &destination), PHOTIC_OK);
  EXPECT_EQ(source, 3U * 32);        // 200 bits, padded to 8 bytes
  EXPECT_EQ(destination, 3U * 264);  // 33 complex pairs of 8 bytes
  desc.layout = PHOTIC_LAYOUT_REAL_ONLY;
  ASSERT_EQ(photic_opu_sizes(&desc, &source, &destination), PHOTIC_OK);
  EXPECT_EQ(destination, 3U * 136);
  desc.input_format = PHOTIC_INPUT_I8;
  ASSERT_EQ(photic_opu_pack(device.get(), PHOTIC_OP_OPU_PROJECT, &desc, &submission), PHOTIC_OK);
  EXPECT_EQ(submission.input, PHOTIC_INPUT_I8 | 7 << 4);
  desc.macro = 0x10000;
  EXPECT_EQ(photic_opu_pack(device.get(), PHOTIC_OP_OPU_PROJECT, &desc, &submission),
            PHOTIC_INVALID_ARGUMENT);
  EXPECT_NE(std::string(photic_error_text()).find("macro"), std::string::npos);
  EXPECT_EQ(photic_opu_pack(device.get(), PHOTIC_OP_NOP, &desc, &submission), PHOTIC_INVALID_ARGUMENT);
  desc.scheme = 9;
  EXPECT_EQ(photic_opu_sizes(&desc, &source, &destination), PHOTIC_INVALID_ARGUMENT);
}

TEST_F(Driver, RefusesNullAndUnsizedArguments) {
  const Device device = Device::open("golden:opu");
  const Queue queue = device.queue();
  photic_event event = nullptr;
  EXPECT_EQ(photic_open("golden:opu", nullptr), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(photic_device_retain(nullptr), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(photic_device_release(nullptr), PHOTIC_OK);
  EXPECT_EQ(photic_event_release(nullptr), PHOTIC_OK);
  EXPECT_EQ(photic_submit(queue.get(), nullptr, nullptr, 0, &event), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(photic_nop(nullptr, nullptr, 0, &event), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(photic_nop(queue.get(), nullptr, 1, &event), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(photic_nop(queue.get(), &event, 1, &event), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(photic_event_wait(nullptr, 0), PHOTIC_INVALID_ARGUMENT);
  size_t index = 0;
  EXPECT_EQ(photic_wait_any(nullptr, 0, 0, &index), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(photic_wait_all(nullptr, 0, 0), PHOTIC_OK);
  photic_capabilities capabilities{};
  EXPECT_EQ(photic_device_capabilities(device.get(), &capabilities), PHOTIC_INVALID_ARGUMENT);
  EXPECT_NE(std::string(photic_error_text()).find("struct_size"), std::string::npos);
}

TEST_F(Driver, KeepsObjectsAliveThroughTheirUsers) {
  const int alive = test::fake_devices_alive;
  photic_device device = nullptr;
  photic_queue queue = nullptr;
  photic_event event = nullptr;
  ASSERT_EQ(photic_open("golden:opu", &device), PHOTIC_OK);
  ASSERT_EQ(photic_queue_create(device, 0, &queue), PHOTIC_OK);
  EXPECT_EQ(photic_device_release(device), PHOTIC_OK);
  ASSERT_EQ(photic_nop(queue, nullptr, 0, &event), PHOTIC_OK);
  EXPECT_EQ(photic_event_retain(event), PHOTIC_OK);
  EXPECT_EQ(photic_event_release(event), PHOTIC_OK);
  EXPECT_EQ(photic_event_wait(event, PHOTIC_WAIT_FOREVER), PHOTIC_OK);
  EXPECT_EQ(photic_queue_release(queue), PHOTIC_OK);
  EXPECT_EQ(test::fake_devices_alive, alive + 1);
  EXPECT_EQ(photic_event_status(event), PHOTIC_OK);
  EXPECT_EQ(photic_event_release(event), PHOTIC_OK);
  EXPECT_EQ(test::fake_devices_alive, alive);
}

TEST_F(Driver, ServesTwoDevicesWithTwoQueuesFromManyThreads) {
  std::vector<Device> devices{Device::open("golden:opu"), Device::open("golden:opu")};
  std::vector<Queue> queues;
  for (const Device& device : devices) {
    queues.push_back(device.queue(8));
    queues.push_back(device.queue(8));
  }
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (size_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      try {
        const Device& device = devices[t / 2 % 2];
        const Queue& queue = queues[t % 4];
        const Queue& neighbour = queues[(t + 1) % 4];
        const Buffer from = device.allocate(512);
        const Buffer to = device.allocate(512);
        for (uint64_t round = 1; round <= 50; ++round) {
          from.as<uint64_t>()[63] = round * 100 + t;
          // The ring is shared: a full one is the only refusal allowed.
          const auto submit = [&](const auto& call) {
            while (true) {
              try {
                return call();
              } catch (const Error& error) {
                if (error.status() != PHOTIC_QUEUE_FULL) {
                  throw;
                }
                std::this_thread::yield();
              }
            }
          };
          const Event other = submit([&] { return neighbour.nop(); });
          const Event event = submit([&] {
            return queue.submit(round % 2 == 0 ? copy(from, to, 64) : long_copy(from, to, 64),
                                std::span(&other, 1));
          });
          event.wait(kLimit);
          failures += to.as<uint64_t>()[63] != round * 100 + t ? 1 : 0;
        }
      } catch (const Error& error) {
        ADD_FAILURE() << error.what();
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(failures, 0);
}

}  // namespace
}  // namespace photic
