// SPDX-License-Identifier: Apache-2.0
// Commands that fail, and that the device is whole afterwards.
#include "tests/rtl/top/device_bench.h"

namespace photic::verilated {
namespace {

abi::Status status_of(const abi::Completion& completion) {
  return static_cast<abi::Status>(completion.status);
}

TEST(Failure, NamesTheFirstInputWordThatCouldNotBeRead) {
  DeviceBench host;
  abi::Submission s = projection();
  s.features = 36 * 8;
  s.macro = 1;
  s.mirror_row = s.mirror_col = 0;
  s.mirror_rows = 12;
  s.mirror_cols = 40;
  s.source += DeviceBench::kDataBytes - 16;
  const abi::Completion completion = host.run(s);
  EXPECT_EQ(status_of(completion), abi::Status::DMA_READ_ERROR);
  EXPECT_EQ(completion.detail, DeviceBench::kSource + DeviceBench::kDataBytes);
  EXPECT_EQ(status_of(host.run(projection())), abi::Status::OK);
}

TEST(Failure, NamesTheFirstBurstThatCouldNotBeWritten) {
  DeviceBench host;
  abi::Submission s = projection();
  s.destination = DeviceBench::kUnmapped + 8;
  const abi::Completion completion = host.run(s);
  EXPECT_EQ(status_of(completion), abi::Status::DMA_WRITE_ERROR);
  EXPECT_EQ(completion.detail, DeviceBench::kUnmapped + 8);
  EXPECT_EQ(status_of(host.run(projection())), abi::Status::OK);
}

TEST(Failure, TimesOutWhenATriggerIsLostAndRecovers) {
  RtlOptions options = tiny();
  options.lose_trigger = projection().frame;
  DeviceBench host(options);
  abi::Submission s = projection();
  s.timeout = 2;
  const abi::Completion completion = host.run(s);
  EXPECT_EQ(status_of(completion), abi::Status::TIMEOUT);
  EXPECT_GE(completion.end - completion.start, 2048u);
  EXPECT_LT(completion.end - completion.start, 2048u + 100u);
  s.frame += 1;
  EXPECT_EQ(status_of(host.run(s)), abi::Status::OK);
}

TEST(Failure, HaltsAQueueWhoseRingCannotBeReadUntilItIsDisabled) {
  DeviceBench host;
  const lockstep::RingPlace place{2, DeviceBench::kUnmapped, DeviceBench::kCompletions + 0x800, 3};
  lockstep::RingClient lost(*host.device, host.memory, place);
  lost.open();
  host.device->write(abi::QUEUE_SQ_TAIL(2), 2);
  EXPECT_EQ(host.device->advance(10'000), abi::Activity::kIdle);
  const auto completion = lost.next_completion();
  ASSERT_TRUE(completion.has_value());
  EXPECT_EQ(status_of(*completion), abi::Status::DMA_READ_ERROR);
  EXPECT_EQ(completion->command, 0xFFFF);
  EXPECT_EQ(completion->detail, DeviceBench::kUnmapped);
  EXPECT_EQ(host.device->read(abi::QUEUE_STATUS(2)), abi::QUEUE_STATUS_HALTED.set(1));
  const uint32_t error = host.device->read(abi::SHELL_ERROR);
  EXPECT_EQ(abi::SHELL_ERROR_QUEUE.get(error), 2u);
  EXPECT_EQ(abi::SHELL_ERROR_VALID.get(error), 1u);
  EXPECT_EQ(host.device->read(abi::SHELL_ERROR_ADDRESS), DeviceBench::kUnmapped);
  EXPECT_EQ(host.interrupts, (std::vector<unsigned>{2, 4}));
  host.device->write(abi::SHELL_ERROR, abi::SHELL_ERROR_VALID.set(1));
  EXPECT_EQ(host.device->read(abi::SHELL_ERROR), 0u);
  host.device->write(abi::QUEUE_CONTROL(2), 0);
  EXPECT_EQ(host.device->read(abi::QUEUE_STATUS(2)), 0u);
  EXPECT_EQ(status_of(host.run(projection())), abi::Status::OK);
}

TEST(Failure, LeavesNothingBehindAReset) {
  DeviceBench used, fresh;
  abi::Submission s = projection();
  used.ring.submit(s);
  used.ring.ring_doorbell();
  EXPECT_EQ(used.device->advance(100), abi::Activity::kWorking);
  used.device->reset();
  used.events.clear();
  used.open();
  fresh.events.clear();
  EXPECT_EQ(used.run(s), fresh.run(s));
  EXPECT_EQ(used.events, fresh.events);
}

}  // namespace
}  // namespace photic::verilated
