// SPDX-License-Identifier: Apache-2.0
// What the driver promises of a device of any kind, whatever is behind it.
#include "drivers/abi/contract.h"
#include "tests/conformance/driver/open_device.h"

namespace photic {
namespace {

using test::kLimit;
using test::status_of;

class Conformance : public test::OpenDevice {};

INSTANTIATE_TEST_SUITE_P(Targets, Conformance, testing::ValuesIn(test::all_staged_targets()),
                         test::name_of_target);

TEST_P(Conformance, IsOfTheDriversContract) {
  const photic_capabilities capabilities = device.capabilities();
  EXPECT_EQ(capabilities.contract, abi::kContractHash);
  EXPECT_EQ(capabilities.queues, 4U);
  EXPECT_GT(capabilities.clock_khz, 0U);
  EXPECT_STREQ(capabilities.geometry, "tiny");
}

TEST_P(Conformance, CompletesNopsInOrderOverManyLaps) {
  std::vector<photic_submission> batch(15);
  for (photic_submission& nop : batch) {
    nop.opcode = PHOTIC_OP_NOP;
  }
  uint64_t last = 0;
  for (int lap = 0; lap < 5; ++lap) {
    const std::vector<Event> events = queue.submit(batch);
    wait_all(events, kLimit);
    for (const Event& event : events) {
      const photic_event_info info = event.info();
      EXPECT_GE(info.start_cycle, last);
      EXPECT_GE(info.end_cycle, info.start_cycle);
      EXPECT_EQ(info.detail, 0U);
      last = info.end_cycle;
    }
  }
  EXPECT_EQ(counter("SHELL_COMMANDS"), 75U);
  EXPECT_EQ(counter("SHELL_COMMANDS_FAILED"), 0U);
}

TEST_P(Conformance, RefusesMoreThanARingHolds) {
  const std::vector<photic_submission> batch(16, photic_submission{});
  EXPECT_EQ(status_of([&] { queue.submit(batch); }), PHOTIC_QUEUE_FULL);
  queue.nop().wait(kLimit);
}

TEST_P(Conformance, RefusesUnknownOpcodes) {
  for (const uint8_t opcode : {uint8_t{0}, uint8_t{0xFF}}) {
    photic_submission submission{};
    submission.opcode = opcode;
    EXPECT_EQ(run(submission), PHOTIC_INVALID_OPCODE);
  }
  EXPECT_EQ(counter("SHELL_COMMANDS_FAILED"), 2U);
  queue.nop().wait(kLimit);
}

TEST_P(Conformance, RefusesTheCommandsOfAnotherKind) {
  photic_submission submission{};
  submission.opcode = device.capabilities().kind == PHOTIC_KIND_OPU ? uint8_t{PHOTIC_OP_SPU_RUN}
                                                                    : uint8_t{PHOTIC_OP_OPU_PROJECT};
  EXPECT_EQ(run(submission), PHOTIC_INVALID_OPCODE);
}

}  // namespace
}  // namespace photic
