// SPDX-License-Identifier: Apache-2.0
// How a spiking processing unit refuses commands, programs and inputs, and names the place.
#include <functional>

#include "tests/conformance/driver/spu_device.h"

namespace photic {
namespace {

using abi::SpuRegion;
using test::SmallProgram;
using test::tiny;

class SpuRefusals : public test::SpuDevice {};

INSTANTIATE_TEST_SUITE_P(Targets, SpuRefusals, testing::ValuesIn(test::staged_spu_targets()),
                         test::name_of_target);

TEST_P(SpuRefusals, NamesThePlaceOfAFaultyProgram) {
  load();
  abi::SpuAxon late = SmallProgram::axon();
  late.delay = tiny.slots;
  write(program.core, SpuRegion::AXON, {late.pack()});
  const Event event = queue.run(steps({1}));
  EXPECT_EQ(end_of(event), PHOTIC_INVALID_PROGRAM);
  const photic_spu_place place = event.spu_place();
  EXPECT_EQ(place.core, program.core);
  EXPECT_EQ(place.region, uint32_t{PHOTIC_SPU_REGION_AXON});
  EXPECT_EQ(place.word, 0U);
  EXPECT_EQ(counter("SPU_STEPS"), 0U);
  write(program.core, SpuRegion::AXON, {SmallProgram::axon().pack()});
  EXPECT_EQ(run(steps({1})), PHOTIC_OK);
}

TEST_P(SpuRefusals, EndsARunWhoseFlitWasDamaged) {
  load();
  abi::SpuFanout poisoned = program.fanout(2);
  poisoned.poison = true;
  write(program.core, SpuRegion::FANOUT, {poisoned.pack() | program.fanout(3).pack() << 32}, 1);
  const Event event = queue.run(recorded(steps({0, 1, 1}), PHOTIC_SPU_RECORD_I32));
  EXPECT_EQ(end_of(event), PHOTIC_LINK_ERROR);
  const photic_spu_place place = event.spu_place();
  EXPECT_EQ(place.core, program.io);
  EXPECT_EQ(place.region, uint32_t{PHOTIC_SPU_REGION_AXON});
  EXPECT_EQ(place.word, 2U);
  EXPECT_EQ(counter("SPU_STEPS"), 2U);
  const std::vector<int32_t> expected{0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0};
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), destination.as<int32_t>().begin()));
}

TEST_P(SpuRefusals, NamesTheInputsAtFault) {
  load();
  struct Case {
    std::function<void(photic_spu_run_desc&)> spoil;
    uint64_t offset;
  };
  const std::vector<Case> cases{
      {[](auto& d) { d.source_words -= 1; }, 16},  // too short
      {[](auto& d) { d.steps = 1; }, 16},          // words left
      {[&](auto&) { source.as<uint64_t>()[1] = abi::SpuEvent{.source = 1, .payload = 1}.pack(); }, 8},
      {[&](auto&) { source.as<uint64_t>()[2] |= abi::SpuEvents::kReserved.mask(); }, 16},
      {[&](auto&) { source.as<uint64_t>()[1] |= uint64_t{1} << 63; }, 8},
  };
  for (const Case& c : cases) {
    photic_spu_run_desc desc = steps({1, 0});
    c.spoil(desc);
    const Event event = queue.run(desc);
    EXPECT_EQ(end_of(event), PHOTIC_INVALID_EVENTS);
    const photic_spu_fault fault = event.spu_fault();
    EXPECT_EQ(fault.operand, uint32_t{PHOTIC_SPU_OPERAND_SOURCE});
    EXPECT_EQ(fault.offset, c.offset);
    EXPECT_EQ(fault.bus_address, source.bus_address() + c.offset);
  }
  EXPECT_EQ(run(steps({1, 0})), PHOTIC_OK);
}

TEST_P(SpuRefusals, RefusesEveryClassOfInvalidTransfer) {
  using Spoil = std::function<void(abi::SpuMemory&)>;
  const photic_spu_memory_desc desc = at(source, 0, SpuRegion::SYNAPSE, 2);
  photic_submission packed{};
  ASSERT_EQ(photic_spu_pack_memory(device.get(), PHOTIC_OP_SPU_WRITE, &desc, &packed), PHOTIC_OK);
  const auto valid = std::bit_cast<abi::SpuMemory>(packed);
  const auto cleared = [](abi::SpuMemory& m, uint8_t what) {
    m = {};
    m.opcode = abi::Opcode::SPU_CLEAR;
    m.clear = what;
  };
  const auto reading = [](abi::SpuMemory& m) {
    m.opcode = abi::Opcode::SPU_READ;
    std::swap(m.source, m.destination);
  };
  const std::vector<std::pair<photic_status, Spoil>> cases{
      {PHOTIC_INVALID_FIELD, [](auto& m) { m.flags |= abi::SUBMIT_STRICT; }},
      {PHOTIC_INVALID_FIELD, [](auto& m) { m.flags |= 0x80; }},
      {PHOTIC_INVALID_FIELD, [](auto& m) { m.reserved3 = 1; }},
      {PHOTIC_INVALID_FIELD, [](auto& m) { m.cores = 0; }},
      {PHOTIC_INVALID_FIELD, [](auto& m) { m.words = 0; }},
      {PHOTIC_INVALID_FIELD, [](auto& m) { m.clear = 1; }},
      {PHOTIC_INVALID_FIELD, [](auto& m) { m.destination = 8; }},
      {PHOTIC_INVALID_FIELD, [&](auto& m) { cleared(m, 0); }},
      {PHOTIC_INVALID_FIELD, [&](auto& m) { cleared(m, 0x80); }},
      {PHOTIC_INVALID_REGION, [](auto& m) { m.core = static_cast<uint16_t>(tiny.cores() + 1); }},
      {PHOTIC_INVALID_REGION, [](auto& m) { m.cores = static_cast<uint16_t>(tiny.cores() + 1); }},
      {PHOTIC_INVALID_REGION, [](auto& m) { m.core = static_cast<uint16_t>(tiny.cores()); }},
      {PHOTIC_INVALID_REGION, [](auto& m) { m.region = static_cast<SpuRegion>(0xFF); }},
      {PHOTIC_INVALID_REGION, [](auto& m) { m.word = tiny.synapse_words - 1; }},
      {PHOTIC_INVALID_REGION, [](auto& m) { m.region = SpuRegion::COUNTER; }},
      {PHOTIC_INVALID_ADDRESS, [](auto& m) { m.source += 4; }},
      {PHOTIC_DMA_READ_ERROR, [](auto& m) { m.source = 4096; }},
      {PHOTIC_DMA_WRITE_ERROR,
       [&](auto& m) {
         reading(m);
         m.destination = 4096;
       }},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    abi::SpuMemory spoilt = valid;
    cases[i].second(spoilt);
    EXPECT_EQ(run(std::bit_cast<photic_submission>(spoilt)), cases[i].first)
        << "case " << i << ": " << photic_error_text();
  }
  EXPECT_EQ(counter("SHELL_COMMANDS_FAILED"), cases.size());
  EXPECT_EQ(run(packed), PHOTIC_OK);
}

TEST_P(SpuRefusals, RefusesEveryClassOfInvalidRun) {
  load();
  const photic_spu_run_desc desc = recorded(steps({1, 1}), PHOTIC_SPU_RECORD_I32);
  photic_submission packed{};
  ASSERT_EQ(photic_spu_pack_run(device.get(), &desc, &packed), PHOTIC_OK);
  const auto valid = std::bit_cast<abi::SpuRun>(packed);
  const auto probing = [](abi::SpuRun& r, uint32_t core, uint32_t neurons) {
    r.record = abi::SpuRecord::STATES;
    r.outputs = 0;
    r.probe_core = static_cast<uint16_t>(core);
    r.probe_neurons = static_cast<uint16_t>(neurons);
  };
  const std::vector<std::pair<photic_status, std::function<void(abi::SpuRun&)>>> cases{
      {PHOTIC_INVALID_FIELD, [](auto& r) { r.flags |= 0x80; }},
      {PHOTIC_INVALID_FIELD, [](auto& r) { r.control |= 0x80; }},
      {PHOTIC_INVALID_FIELD, [](auto& r) { r.reserved = 1; }},
      {PHOTIC_INVALID_FIELD, [](auto& r) { r.steps = 0; }},
      {PHOTIC_INVALID_FIELD, [](auto& r) { r.record = static_cast<abi::SpuRecord>(9); }},
      {PHOTIC_INVALID_FIELD, [](auto& r) { r.record = abi::SpuRecord::NONE; }},
      {PHOTIC_INVALID_FIELD, [](auto& r) { r.period = 0; }},
      {PHOTIC_INVALID_FIELD, [](auto& r) { r.outputs = 0; }},
      {PHOTIC_INVALID_FIELD, [](auto& r) { r.outputs = static_cast<uint16_t>(tiny.outputs + 1); }},
      {PHOTIC_INVALID_FIELD, [](auto& r) { r.probe_neurons = 1; }},
      {PHOTIC_INVALID_FIELD, [](auto& r) { r.trace = r.destination; }},
      {PHOTIC_INVALID_FIELD, [](auto& r) { r.source_words = 0; }},
      {PHOTIC_INVALID_FIELD, [&](auto& r) { probing(r, 0, 0); }},
      {PHOTIC_INVALID_REGION, [&](auto& r) { probing(r, tiny.cores(), 1); }},
      {PHOTIC_INVALID_REGION, [&](auto& r) { probing(r, 0, tiny.neurons + 1); }},
      {PHOTIC_INVALID_ADDRESS, [](auto& r) { r.source += 4; }},
      {PHOTIC_INVALID_ADDRESS, [](auto& r) { r.destination += 1; }},
      {PHOTIC_DMA_READ_ERROR, [](auto& r) { r.source = 4096; }},
      {PHOTIC_DMA_WRITE_ERROR, [](auto& r) { r.destination = 4096; }},
      {PHOTIC_DMA_WRITE_ERROR,
       [](auto& r) {
         r.control |= abi::SPU_CONTROL_TRACE;
         r.trace = 4096;
       }},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    abi::SpuRun spoilt = valid;
    cases[i].second(spoilt);
    EXPECT_EQ(run(std::bit_cast<photic_submission>(spoilt)), cases[i].first)
        << "case " << i << ": " << photic_error_text();
  }
  EXPECT_EQ(run(packed), PHOTIC_OK);
}

TEST_P(SpuRefusals, NamesTheAddressOfADmaError) {
  load();
  photic_submission packed{};
  const photic_spu_run_desc desc = steps({1});
  ASSERT_EQ(photic_spu_pack_run(device.get(), &desc, &packed), PHOTIC_OK);
  auto record = std::bit_cast<abi::SpuRun>(packed);
  record.source = 8192;
  const Event event = queue.submit(std::bit_cast<photic_submission>(record));
  EXPECT_EQ(end_of(event), PHOTIC_DMA_READ_ERROR);
  const photic_spu_fault fault = event.spu_fault();
  EXPECT_EQ(fault.bus_address, 8192U);
  EXPECT_EQ(fault.operand, uint32_t{PHOTIC_SPU_OPERAND_SOURCE});
  EXPECT_EQ(fault.offset, 0U);
}

#ifdef PHOTIC_HARDWARE
TEST(SpuTargets, WithoutRtlOfAPresetNameThoseWithIt) {
  EXPECT_EQ(test::status_of([] { Device::open("rtl:spu?geometry=mesh16"); }), PHOTIC_UNSUPPORTED);
  EXPECT_NE(std::string(photic_error_text()).find("tiny"), std::string::npos) << photic_error_text();
}
#endif

}  // namespace
}  // namespace photic
