// SPDX-License-Identifier: Apache-2.0
// What the driver promises of an optical processing unit, whatever is behind it.
#include <algorithm>
#include <functional>

#include "drivers/abi/contract.h"
#include "tests/conformance/driver/open_device.h"
#include "tests/support/tiny_projection.h"

namespace photic {
namespace {

using test::kLimit;
using test::status_of;

class OpuConformance : public test::OpenDevice {
 protected:
  OpuConformance() { std::fill(source.as<uint8_t>().begin(), source.as<uint8_t>().end(), uint8_t{0xA5}); }

  // Two vectors of ten features on forty mirrors, twenty pixels of two camera rows.
  photic_opu_project_desc project() const {
    photic_opu_project_desc desc = test::tiny_projection();
    desc.source = source.bus_address();
    desc.destination = destination.bus_address();
    return desc;
  }

  using OpenDevice::run;
  photic_status run(const photic_opu_project_desc& desc) const { return end_of(queue.project(desc)); }
};

INSTANTIATE_TEST_SUITE_P(Targets, OpuConformance, testing::ValuesIn(test::staged_opu_targets()),
                         test::name_of_target);

TEST_P(OpuConformance, SaysWhatItIs) {
  const photic_capabilities capabilities = device.capabilities();
  EXPECT_EQ(capabilities.kind, uint32_t{PHOTIC_KIND_OPU});
  EXPECT_STREQ(capabilities.geometry, "tiny");
  EXPECT_EQ(capabilities.contract, abi::kContractHash);
  EXPECT_EQ(capabilities.mirror_rows, 12U);
  EXPECT_EQ(capabilities.mirror_cols, 40U);
  EXPECT_EQ(capabilities.pixel_rows, 8U);
  EXPECT_EQ(capabilities.pixel_cols, 16U);
  EXPECT_EQ(capabilities.queues, 4U);
  EXPECT_GT(capabilities.clock_khz, 0U);
}

TEST_P(OpuConformance, Projects) {
  ASSERT_EQ(run(project()), PHOTIC_OK) << photic_error_text();
  const auto outputs = destination.as<int32_t>();
  EXPECT_TRUE(std::any_of(outputs.begin(), outputs.begin() + 40, [](int32_t value) { return value > 0; }));
  EXPECT_TRUE(std::all_of(outputs.begin() + 40, outputs.end(), [](int32_t value) { return value == 0; }));
  EXPECT_EQ(counter("OPU_VECTORS"), 2U);
  EXPECT_EQ(counter("OPU_FRAMES"), 2U);
}

TEST_P(OpuConformance, GivesTheGoldenOutputs) {
  ASSERT_EQ(run(project()), PHOTIC_OK) << photic_error_text();
  const Device golden = Device::open(test::opu_targets().front().uri);
  const Queue golden_queue = golden.queue(2);
  const Buffer in = golden.allocate(4096);
  const Buffer out = golden.allocate(4096);
  std::copy_n(source.data(), 4096, in.data());
  photic_opu_project_desc desc = project();
  desc.source = in.bus_address();
  desc.destination = out.bus_address();
  golden_queue.project(desc).wait(kLimit);
  EXPECT_TRUE(std::equal(out.data(), out.data() + 4096, destination.data()));
}

TEST_P(OpuConformance, CalibratesBeforeAScheme) {
  photic_opu_project_desc desc = project();
  desc.scheme = PHOTIC_SCHEME_ANCHOR;
  EXPECT_EQ(run(desc), PHOTIC_NOT_CALIBRATED);
  photic_opu_project_desc calibration = desc;
  calibration.vectors = 4;
  queue.calibrate(calibration).wait(kLimit);
  EXPECT_EQ(run(desc), PHOTIC_OK) << photic_error_text();
  desc.exposure += 1;
  EXPECT_EQ(run(desc), PHOTIC_NOT_CALIBRATED);
}

TEST_P(OpuConformance, RefusesEveryClassOfInvalidCommand) {
  photic_submission valid{};
  photic_opu_project_desc desc = project();
  ASSERT_EQ(photic_opu_pack(device.get(), PHOTIC_OP_OPU_PROJECT, &desc, &valid), PHOTIC_OK);
  struct Case {
    photic_status status;
    std::function<void(photic_submission&)> spoil;
  };
  const std::vector<Case> cases{
      {PHOTIC_INVALID_OPCODE, [](auto& s) { s.opcode = 0; }},
      {PHOTIC_INVALID_OPCODE, [](auto& s) { s.opcode = 0xFF; }},
      {PHOTIC_INVALID_FIELD, [](auto& s) { s.vectors = 0; }},
      {PHOTIC_INVALID_FIELD, [](auto& s) { s.flags |= 0x80; }},
      {PHOTIC_INVALID_FIELD, [](auto& s) { s.layout |= 0x80; }},
      {PHOTIC_INVALID_FIELD, [](auto& s) { s.recovery = 0x0F; }},
      {PHOTIC_INVALID_FIELD, [](auto& s) { s.input = 0x0F; }},
      {PHOTIC_INVALID_FIELD, [](auto& s) { s.opcode = PHOTIC_OP_NOP; }},
      {PHOTIC_INVALID_MIRRORS, [](auto& s) { s.mirror_row = 11; }},
      {PHOTIC_INVALID_MIRRORS, [](auto& s) { s.features = 1000; }},
      {PHOTIC_INVALID_CAMERA, [](auto& s) { s.camera_row = 8; }},
      {PHOTIC_INVALID_CAMERA, [](auto& s) { s.camera_rows = 3; }},
      {PHOTIC_INVALID_EXPOSURE, [](auto& s) { s.exposure = 0; }},
      {PHOTIC_INVALID_EXPOSURE, [](auto& s) { s.exposure = 1U << 24; }},
      {PHOTIC_INVALID_ADDRESS, [](auto& s) { s.source += 4; }},
      {PHOTIC_INVALID_ADDRESS, [](auto& s) { s.destination += 1; }},
      {PHOTIC_DMA_READ_ERROR, [](auto& s) { s.source = 4096; }},
      {PHOTIC_DMA_WRITE_ERROR, [](auto& s) { s.destination = 4096; }},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    photic_submission submission = valid;
    cases[i].spoil(submission);
    EXPECT_EQ(run(submission), cases[i].status) << "case " << i << ": " << photic_error_text();
  }
  EXPECT_EQ(counter("SHELL_COMMANDS_FAILED"), cases.size());
  EXPECT_EQ(run(valid), PHOTIC_OK);
}

TEST_P(OpuConformance, NamesTheAddressOfADmaError) {
  photic_opu_project_desc desc = project();
  desc.source = 4096;
  const Event event = queue.project(desc);
  EXPECT_EQ(status_of([&] { event.wait(kLimit); }), PHOTIC_DMA_READ_ERROR);
  EXPECT_EQ(event.info().detail, 4096U);
}

TEST_P(OpuConformance, FollowsDependenciesAcrossQueues) {
  const Queue other = device.queue(4);
  const Event first = queue.project(project());
  const Event second = other.nop(std::span(&first, 1));
  second.wait(kLimit);
  EXPECT_EQ(first.status(), PHOTIC_OK);
  photic_opu_project_desc bad = project();
  bad.exposure = 0;
  const Event failing = queue.project(bad);
  const Event dependent = other.nop(std::span(&failing, 1));
  EXPECT_EQ(status_of([&] { dependent.wait(kLimit); }), PHOTIC_DEPENDENCY_FAILED);
}

TEST_P(OpuConformance, KeepsSettingsUntilReset) {
  const photic_opu_settings before = device.opu_settings();
  device.configure({0, 77, 9, 12});
  EXPECT_EQ(device.opu_settings().laser_power, 77U);
  device.reset();
  EXPECT_EQ(device.opu_settings().laser_power, before.laser_power);
  EXPECT_EQ(device.opu_settings().adc_bits, before.adc_bits);
}

TEST_P(OpuConformance, WorksAfterReset) {
  ASSERT_EQ(run(project()), PHOTIC_OK);
  device.reset();
  EXPECT_EQ(counter("SHELL_COMMANDS"), 0U);
  EXPECT_EQ(run(project()), PHOTIC_OK);
  EXPECT_EQ(counter("SHELL_COMMANDS"), 1U);
}

TEST_P(OpuConformance, GivesTheSameStampsWheneverTheHostSubmits) {
  const auto stamps = [&](bool wait_between) {
    device.reset();
    std::vector<Event> events;
    for (int i = 0; i < 4; ++i) {
      events.push_back(i % 2 == 0 ? queue.nop() : queue.project(project()));
      if (wait_between) {
        events.back().wait(kLimit);
      }
    }
    wait_all(events, kLimit);
    std::vector<uint64_t> found;
    for (const Event& event : events) {
      found.push_back(event.info().start_cycle);
      found.push_back(event.info().end_cycle);
    }
    return found;
  };
  EXPECT_EQ(stamps(true), stamps(false));
}

}  // namespace
}  // namespace photic
