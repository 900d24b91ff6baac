// SPDX-License-Identifier: Apache-2.0
// Devices that stand still, vanish or take their time.
#include <stdexcept>

#include "drivers/transport/error.h"
#include "tests/unit/sim/faults/faulty_host.h"

namespace photic::faults {
namespace {

using abi::Status;

TEST(HangingDevices, StandStillUntilTheyAreReset) {
  for (const char* at : {"fetch", "data", "completion"}) {
    FaultyHost host(std::string("hang,command=1,opcode=opu_project,at=") + at);
    EXPECT_EQ(host.run(projection(host)).status, Status::OK);
    host.interrupts.clear();
    host.start(projection(host));
    EXPECT_FALSE(host.ring.next_completion()) << at;
    EXPECT_TRUE(host.interrupts.empty());
    const uint64_t beat = host.device->progress();
    EXPECT_EQ(host.device->read(abi::SHELL_STATUS), abi::SHELL_STATUS_BUSY.set(1));
    EXPECT_EQ(host.device->read(abi::QUEUE_SQ_HEAD(0)), 2U);
    EXPECT_EQ(host.device->read(abi::QUEUE_CQ_TAIL(0)), 1U);
    host.start(nop());
    EXPECT_EQ(host.device->read(abi::QUEUE_SQ_HEAD(0)), 2U);
    EXPECT_FALSE(host.ring.next_completion());
    EXPECT_EQ(host.device->progress(), beat);
    host.reset();
    EXPECT_EQ(host.run(projection(host)).status, Status::OK) << at;
  }
}

TEST(HangingDevices, WriteNothingMore) {
  FaultyHost host("hang,at=data");
  host.start(projection(host));
  EXPECT_EQ(host.data(FaultyHost::kDestination, kOutputWords), std::vector<uint64_t>(kOutputWords));
}

TEST(HangingDevices, StillSayWhatTheyAre) {
  FaultyHost host("hang");
  host.start(nop());
  EXPECT_EQ(host.device->read(abi::SHELL_MAGIC), abi::SHELL_MAGIC_RESET);
}

TEST(VanishingDevices, AreDeadForGood) {
  FaultyHost host("vanish,command=1");
  EXPECT_EQ(host.run(nop()).status, Status::OK);
  host.ring.submit(nop());
  host.ring.ring_doorbell();
  EXPECT_THROW(host.work(), std::runtime_error);
  EXPECT_FALSE(host.ring.next_completion());
  EXPECT_EQ(host.device->read(abi::SHELL_MAGIC), ~uint32_t{0});
  host.device->reset();
  EXPECT_THROW(host.work(), std::runtime_error);
}

TEST(SlowDevices, DoTheirWorkAllTheSame) {
  FaultyHost host("slow,us=100");
  const uint64_t beat = host.device->progress();
  EXPECT_EQ(host.run(projection(host)).status, Status::OK);
  EXPECT_GT(host.device->progress(), beat);
}

TEST(Faults, BeginAtTheCommandAfterSoMany) {
  FaultyHost host("hang,after=2,opcode=nop");
  EXPECT_EQ(host.run(projection(host)).status, Status::OK);
  EXPECT_EQ(host.run(nop()).status, Status::OK);
  host.start(nop());
  EXPECT_FALSE(host.ring.next_completion());
}

TEST(Faults, OfAQueueLeaveTheOthersAlone) {
  FaultyHost host("hang,queue=1");
  EXPECT_EQ(host.run(nop()).status, Status::OK);
  EXPECT_EQ(host.run(nop()).status, Status::OK);
}

TEST(Faults, ByTheWallClockAreRefusedForComparedDevices) {
  FaultyHost host("hang");
  try {
    make_faulty("late_interrupt,ms=1", golden_opu(), host.memory, host,
                {.own_process = false, .compared = true});
    FAIL();
  } catch (const transport::Error& error) {
    EXPECT_EQ(error.status(), Status::INVALID_URI);
    EXPECT_NE(std::string(error.what()).find("'by' in place of 'ms'"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace photic::faults
