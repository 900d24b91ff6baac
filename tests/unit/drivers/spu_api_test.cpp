// SPDX-License-Identifier: Apache-2.0
// The API of spiking processing units against a fake one: sizes, records, ranges, faults, and refusals across
// kinds.
#include <bit>
#include <cstring>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"
#include "drivers/api/photic_spu.h"
#include "tests/unit/drivers/driver_test.h"

namespace photic {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the fixture's own vocabulary

class Spu : public Driver {
 protected:
  static photic_spu_memory_desc memory(const Buffer& buffer) {
    photic_spu_memory_desc desc = spu_memory_desc();
    desc.buffer = buffer.get();
    desc.cores = 1;
    desc.words = 1;
    return desc;
  }

  // A run that the fake ends with `status` and the detail that lies at the start of `words`.
  photic_spu_run_desc ending(photic_status status, uint64_t detail) const {
    words.as<uint64_t>()[0] = detail;
    photic_spu_run_desc desc = spu_run_desc();
    desc.source = words.get();
    desc.source_words = 4;
    desc.steps = 1;
    desc.step = static_cast<uint32_t>(status);
    return desc;
  }

  photic_status pack(const photic_spu_run_desc& desc, abi::SpuRun* record) const {
    photic_submission submission{};
    const photic_status status = photic_spu_pack_run(device.get(), &desc, &submission);
    *record = std::bit_cast<abi::SpuRun>(submission);
    return status;
  }
  photic_status pack(const photic_spu_memory_desc& desc, abi::SpuMemory* record) const {
    photic_submission submission{};
    const photic_status status =
        photic_spu_pack_memory(device.get(), PHOTIC_OP_SPU_WRITE, &desc, &submission);
    *record = std::bit_cast<abi::SpuMemory>(submission);
    return status;
  }

  static void expect_error_names(const char* word) {
    EXPECT_NE(std::string(photic_error_text()).find(word), std::string::npos) << photic_error_text();
  }

  const abi::SpuPreset& strip = *abi::find_spu_preset("strip");
  Device device = Device::open("golden:spu");
  Queue queue = device.queue();
  Buffer words = device.allocate(4096);
};

TEST_F(Spu, SaysWhatItIs) {
  const photic_capabilities capabilities = device.capabilities();
  EXPECT_EQ(capabilities.kind, uint32_t{PHOTIC_KIND_SPU});
  EXPECT_STREQ(capabilities.geometry, "strip");
  EXPECT_EQ(capabilities.mirror_rows, 0U);
  const photic_spu_geometry geometry = device.spu_geometry();
  EXPECT_EQ(geometry.mesh_cols, strip.mesh_cols);
  EXPECT_EQ(geometry.mesh_rows, strip.mesh_rows);
  EXPECT_EQ(geometry.cores, strip.mesh_cols * strip.mesh_rows);
  EXPECT_EQ(geometry.neurons, strip.neurons);
  EXPECT_EQ(geometry.axons, strip.axons);
  EXPECT_EQ(geometry.synapse_words, strip.synapse_words);
  EXPECT_EQ(geometry.lanes, strip.lanes);
  EXPECT_EQ(geometry.slots, strip.slots);
  EXPECT_EQ(geometry.walks, strip.walks);
  EXPECT_EQ(geometry.fanout_words, strip.fanout_words);
  EXPECT_EQ(geometry.io_fanout_words, strip.io_fanout_words);
  EXPECT_EQ(geometry.inputs, strip.inputs);
  EXPECT_EQ(geometry.outputs, strip.outputs);
}

TEST_F(Spu, SaysHowLargeEveryRegionIs) {
  const uint32_t io = strip.cores();
  EXPECT_EQ(device.spu_region_words(0, PHOTIC_SPU_REGION_SYNAPSE), strip.synapse_words);
  EXPECT_EQ(device.spu_region_words(io - 1, PHOTIC_SPU_REGION_NEURON), 4 * strip.neurons);
  EXPECT_EQ(device.spu_region_words(io, PHOTIC_SPU_REGION_POINTER), strip.inputs);
  EXPECT_EQ(device.spu_region_words(io, PHOTIC_SPU_REGION_AXON), 0U);
  EXPECT_EQ(device.spu_region_words(0, 200), 0U);
  EXPECT_EQ(device.spu_region_words(0, 256), 0U);
  EXPECT_EQ(status_of([&] { device.spu_region_words(io + 1, 0); }), PHOTIC_INVALID_ARGUMENT);
}

TEST_F(Spu, CountsWithItsOwnCounters) {
  const auto has = [](const Device& any, const std::string& prefix) {
    for (const photic_counter& counter : any.counters()) {
      if (std::string(counter.name).starts_with(prefix)) {
        return true;
      }
    }
    return false;
  };
  EXPECT_TRUE(has(device, "SPU_"));
  EXPECT_FALSE(has(device, "OPU_"));
  EXPECT_FALSE(has(Device::open("golden:opu"), "SPU_"));
}

TEST_F(Spu, KeepsItsSeedAndChangesItOnlyWhileIdle) {
  EXPECT_EQ(device.spu_settings().seed, 0U);
  device.configure_spu({0, 0xFFFFFFFFU});
  EXPECT_EQ(device.spu_settings().seed, 0xFFFFFFFFU);
  FakeDevice::open_gate(false);
  photic_spu_run_desc desc = spu_run_desc();
  desc.steps = 1;
  desc.epoch = 1;
  const Event event = queue.run(desc);
  EXPECT_EQ(status_of([&] { device.configure_spu({0, 7}); }), PHOTIC_BUSY);
  FakeDevice::open_gate(true);
  event.wait(kLimit);
  EXPECT_EQ(device.spu_settings().seed, 0xFFFFFFFFU);
}

TEST_F(Spu, RefusesTheCommandsOfAnOpu) {
  const photic_opu_project_desc desc = opu_desc();
  photic_submission submission{};
  EXPECT_EQ(status_of([&] { queue.project(desc); }), PHOTIC_UNSUPPORTED);
  expect_error_names("no OPU but of kind SPU");
  EXPECT_EQ(status_of([&] { queue.calibrate(desc); }), PHOTIC_UNSUPPORTED);
  EXPECT_EQ(photic_opu_pack(device.get(), PHOTIC_OP_OPU_PROJECT, &desc, &submission), PHOTIC_UNSUPPORTED);
  EXPECT_EQ(status_of([&] { device.opu_settings(); }), PHOTIC_UNSUPPORTED);
  EXPECT_EQ(status_of([&] { device.configure({0, 1, 2, 8}); }), PHOTIC_UNSUPPORTED);
}

TEST_F(Spu, IsWhatAnOpuIsNot) {
  const Device opu = Device::open("golden:opu");
  const Queue other = opu.queue();
  const Buffer buffer = opu.allocate(64);
  photic_submission submission{};
  const photic_spu_memory_desc transfer = memory(buffer);
  const photic_spu_run_desc run = spu_run_desc();
  uint64_t bytes = 0;
  EXPECT_EQ(status_of([&] { other.write(transfer); }), PHOTIC_UNSUPPORTED);
  EXPECT_EQ(status_of([&] { other.read(transfer); }), PHOTIC_UNSUPPORTED);
  EXPECT_EQ(status_of([&] { other.clear(PHOTIC_SPU_CLEAR_STATE); }), PHOTIC_UNSUPPORTED);
  EXPECT_EQ(status_of([&] { other.run(run); }), PHOTIC_UNSUPPORTED);
  expect_error_names("no SPU but of kind OPU");
  EXPECT_EQ(photic_spu_pack_memory(opu.get(), PHOTIC_OP_SPU_READ, &transfer, &submission),
            PHOTIC_UNSUPPORTED);
  EXPECT_EQ(photic_spu_pack_run(opu.get(), &run, &submission), PHOTIC_UNSUPPORTED);
  EXPECT_EQ(photic_spu_run_sizes(opu.get(), &run, &bytes, &bytes, &bytes), PHOTIC_UNSUPPORTED);
  EXPECT_EQ(status_of([&] { opu.spu_geometry(); }), PHOTIC_UNSUPPORTED);
  EXPECT_EQ(status_of([&] { opu.spu_region_words(0, 0); }), PHOTIC_UNSUPPORTED);
  EXPECT_EQ(status_of([&] { opu.spu_settings(); }), PHOTIC_UNSUPPORTED);
  EXPECT_EQ(status_of([&] { opu.configure_spu({0, 1}); }), PHOTIC_UNSUPPORTED);
}

TEST_F(Spu, PacksTransfersFieldByField) {
  photic_spu_memory_desc desc = memory(words);
  desc.timeout = 9;
  desc.offset = 64;
  desc.core = 2;
  desc.cores = 3;
  desc.region = PHOTIC_SPU_REGION_NEURON;
  desc.word = 5;
  desc.words = 7;
  abi::SpuMemory expected;
  expected.opcode = abi::Opcode::SPU_WRITE;
  expected.timeout = 9;
  expected.source = words.bus_address() + 64;
  expected.core = 2;
  expected.cores = 3;
  expected.region = abi::SpuRegion::NEURON;
  expected.word = 5;
  expected.words = 7;
  abi::SpuMemory record;
  ASSERT_EQ(pack(desc, &record), PHOTIC_OK);
  EXPECT_EQ(record, expected);
  photic_submission submission{};
  ASSERT_EQ(photic_spu_pack_memory(device.get(), PHOTIC_OP_SPU_READ, &desc, &submission), PHOTIC_OK);
  expected.opcode = abi::Opcode::SPU_READ;
  std::swap(expected.source, expected.destination);
  EXPECT_EQ(std::bit_cast<abi::SpuMemory>(submission), expected);
  EXPECT_EQ(photic_spu_pack_memory(device.get(), PHOTIC_OP_SPU_RUN, &desc, &submission),
            PHOTIC_INVALID_ARGUMENT);
}

TEST_F(Spu, PacksRunsFieldByField) {
  const Buffer records = device.allocate(4096);
  const Buffer trace = device.allocate(65536);
  photic_spu_run_desc desc = spu_run_desc();
  desc.timeout = 3;
  desc.source = words.get();
  desc.source_offset = 8;
  desc.destination = records.get();
  desc.destination_offset = 16;
  desc.trace = trace.get();
  desc.trace_offset = 24;
  desc.source_words = 20;
  desc.step = 0xFFFFFFFF;
  desc.steps = 6;
  desc.epoch = 5;
  desc.period = 2;
  desc.record = PHOTIC_SPU_RECORD_STATES;
  desc.outputs = 64;
  desc.probe_core = 4;
  desc.probe_neuron = 30;
  desc.probe_neurons = 2;
  desc.clear_first = 1;
  desc.strict = 1;
  abi::SpuRun expected;
  expected.opcode = abi::Opcode::SPU_RUN;
  expected.flags = abi::SUBMIT_STRICT;
  expected.timeout = 3;
  expected.source = words.bus_address() + 8;
  expected.destination = records.bus_address() + 16;
  expected.trace = trace.bus_address() + 24;
  expected.source_words = 20;
  expected.step = 0xFFFFFFFF;
  expected.steps = 6;
  expected.epoch = 5;
  expected.period = 2;
  expected.outputs = 64;
  expected.record = abi::SpuRecord::STATES;
  expected.control = abi::SPU_CONTROL_CLEAR_FIRST | abi::SPU_CONTROL_TRACE;
  expected.probe_core = 4;
  expected.probe_neuron = 30;
  expected.probe_neurons = 2;
  abi::SpuRun record;
  ASSERT_EQ(pack(desc, &record), PHOTIC_OK) << photic_error_text();
  EXPECT_EQ(record, expected);
}

TEST_F(Spu, RefusesValuesThatFitNoField) {
  abi::SpuMemory transfer;
  photic_spu_memory_desc desc = memory(words);
  desc.core = 0x10000;
  EXPECT_EQ(pack(desc, &transfer), PHOTIC_INVALID_ARGUMENT);
  expect_error_names("core");
  desc = memory(words);
  desc.region = 0x100;
  EXPECT_EQ(pack(desc, &transfer), PHOTIC_INVALID_ARGUMENT);
  expect_error_names("region");
  abi::SpuRun run;
  photic_spu_run_desc probe = spu_run_desc();
  probe.probe_neurons = 0x10000;
  EXPECT_EQ(pack(probe, &run), PHOTIC_INVALID_ARGUMENT);
  expect_error_names("probe_neurons");
  EXPECT_EQ(status_of([&] { queue.clear(0x100); }), PHOTIC_INVALID_ARGUMENT);
}

TEST_F(Spu, RefusesTransfersThatLeaveTheirBuffer) {
  abi::SpuMemory record;
  photic_spu_memory_desc desc = memory(words);
  desc.cores = 2;
  desc.words = 256;
  EXPECT_EQ(pack(desc, &record), PHOTIC_OK);
  desc.offset = 8;
  EXPECT_EQ(pack(desc, &record), PHOTIC_INVALID_ARGUMENT);
  expect_error_names("4096 bytes");
  desc.offset = UINT64_MAX - 7;
  EXPECT_EQ(pack(desc, &record), PHOTIC_INVALID_ARGUMENT);
  desc.offset = 0;
  desc.cores = 0xFFFF;
  desc.words = 0xFFFFFFFF;
  EXPECT_EQ(pack(desc, &record), PHOTIC_INVALID_ARGUMENT);
  desc = memory(words);
  desc.buffer = nullptr;
  EXPECT_EQ(pack(desc, &record), PHOTIC_INVALID_ARGUMENT);
  const Device twin = Device::open("golden:spu");
  const Buffer foreign = twin.allocate(64);
  EXPECT_EQ(pack(memory(foreign), &record), PHOTIC_INVALID_ARGUMENT);
  expect_error_names("another device");
}

TEST_F(Spu, SaysWhatARunTakesAndRefusesLess) {
  photic_spu_run_desc desc = spu_run_desc();
  desc.source_words = 3;
  desc.steps = 10;
  desc.period = 3;
  desc.record = PHOTIC_SPU_RECORD_BITS;
  desc.outputs = 65;
  uint64_t source = 0;
  uint64_t destination = 0;
  uint64_t trace = 0;
  const auto measure = [&] {
    return photic_spu_run_sizes(device.get(), &desc, &source, &destination, &trace);
  };
  ASSERT_EQ(measure(), PHOTIC_OK);
  EXPECT_EQ(source, 24U);
  EXPECT_EQ(destination, 3U * 16);
  EXPECT_EQ(trace, 10U * (strip.cores() + 1) * abi::kSpuCounters * 8);
  desc.record = PHOTIC_SPU_RECORD_I32;
  ASSERT_EQ(measure(), PHOTIC_OK);
  EXPECT_EQ(destination, 3U * 264);
  desc.record = PHOTIC_SPU_RECORD_STATES;
  desc.probe_neurons = 5;
  ASSERT_EQ(measure(), PHOTIC_OK);
  EXPECT_EQ(destination, 3U * 80);
  desc.record = 9;
  EXPECT_EQ(measure(), PHOTIC_INVALID_ARGUMENT);

  abi::SpuRun record;
  desc.record = PHOTIC_SPU_RECORD_I32;
  EXPECT_EQ(pack(desc, &record), PHOTIC_INVALID_ARGUMENT);
  expect_error_names("source is NULL");
  desc.source = words.get();
  EXPECT_EQ(pack(desc, &record), PHOTIC_INVALID_ARGUMENT);
  expect_error_names("destination is NULL");
  desc.destination = words.get();
  desc.destination_offset = 4096 - 3 * 264;
  EXPECT_EQ(pack(desc, &record), PHOTIC_OK) << photic_error_text();
  desc.destination_offset += 8;
  EXPECT_EQ(pack(desc, &record), PHOTIC_INVALID_ARGUMENT);
  desc.destination_offset = 0;
  desc.trace = words.get();
  EXPECT_EQ(pack(desc, &record), PHOTIC_INVALID_ARGUMENT);
  expect_error_names("trace");
}

TEST_F(Spu, LeavesWhatIsTheDevicesToJudgeToTheDevice) {
  abi::SpuMemory transfer;
  photic_spu_memory_desc desc = memory(words);
  desc.offset = 4;
  desc.core = 0xFFFF;
  desc.region = 99;
  EXPECT_EQ(pack(desc, &transfer), PHOTIC_OK);
  EXPECT_EQ(transfer.source, words.bus_address() + 4);
  abi::SpuRun run;
  photic_spu_run_desc nothing = spu_run_desc();
  nothing.destination = words.get();
  EXPECT_EQ(pack(nothing, &run), PHOTIC_OK);
  EXPECT_EQ(run.destination, words.bus_address());
}

TEST_F(Spu, PinsTheBuffersOfARunUntilItEnds) {
  FakeDevice::open_gate(false);
  const Buffer trace = device.allocate(4096);
  photic_spu_run_desc desc = spu_run_desc();
  desc.steps = 1;
  desc.epoch = 1;
  desc.trace = trace.get();
  const Event event = queue.run(desc);
  EXPECT_EQ(photic_buffer_finish(trace.get(), 0), PHOTIC_WAIT_TIMEOUT);
  EXPECT_EQ(photic_buffer_finish(words.get(), 0), PHOTIC_OK);
  FakeDevice::open_gate(true);
  event.wait(kLimit);
  EXPECT_EQ(photic_buffer_finish(trace.get(), 0), PHOTIC_OK);
}

TEST_F(Spu, NamesThePlaceOfAFaultyProgram) {
  const abi::SpuPlace place{.word = 77, .region = abi::SpuRegion::SYNAPSE, .core = 3};
  for (const photic_status status : {PHOTIC_INVALID_PROGRAM, PHOTIC_LINK_ERROR}) {
    const Event event = queue.run(ending(status, place.pack()));
    std::string text;
    EXPECT_EQ(status_of([&] { event.wait(kLimit); }, &text), status);
    EXPECT_NE(text.find("core 3, region SYNAPSE, word 77"), std::string::npos) << text;
    const photic_spu_place found = event.spu_place();
    EXPECT_EQ(found.core, 3U);
    EXPECT_EQ(found.region, uint32_t{PHOTIC_SPU_REGION_SYNAPSE});
    EXPECT_EQ(found.word, 77U);
    EXPECT_EQ(status_of([&] { event.spu_fault(); }), PHOTIC_INVALID_ARGUMENT);
  }
  const abi::SpuPlace outside{.word = 0, .region = abi::SpuRegion::CONFIG, .core = strip.cores()};
  const Event event = queue.run(ending(PHOTIC_INVALID_PROGRAM, outside.pack()));
  std::string text;
  EXPECT_EQ(status_of([&] { event.wait(kLimit); }, &text), PHOTIC_INVALID_PROGRAM);
  EXPECT_NE(text.find("the input/output unit, region CONFIG"), std::string::npos) << text;
}

TEST_F(Spu, NamesThePlaceWhenNobodyAskedForTheEvent) {
  const abi::SpuPlace place{.word = 5, .region = abi::SpuRegion::AXON, .core = 1};
  const photic_spu_run_desc desc = ending(PHOTIC_INVALID_PROGRAM, place.pack());
  ASSERT_EQ(photic_spu_run(queue.get(), &desc, nullptr, 0, nullptr), PHOTIC_OK);
  std::string text;
  EXPECT_EQ(status_of([&] { queue.finish(kLimit); }, &text), PHOTIC_INVALID_PROGRAM);
  EXPECT_NE(text.find("core 1, region AXON, word 5"), std::string::npos) << text;
}

TEST_F(Spu, NamesThePartOfACommandThatIsAtFault) {
  const Buffer records = device.allocate(4096);
  const Buffer trace = device.allocate(4096);
  struct Case {
    photic_status status;
    uint64_t address;
    uint32_t operand;
    uint64_t offset;
  };
  const uint64_t source = words.bus_address() + 0;
  const std::vector<Case> cases{
      {PHOTIC_INVALID_EVENTS, source + 24, PHOTIC_SPU_OPERAND_SOURCE, 24},
      {PHOTIC_INVALID_EVENTS, source + 32, PHOTIC_SPU_OPERAND_SOURCE, 32},
      {PHOTIC_DMA_READ_ERROR, source, PHOTIC_SPU_OPERAND_SOURCE, 0},
      {PHOTIC_DMA_READ_ERROR, source + 40, PHOTIC_SPU_OPERAND_NONE, 0},
      {PHOTIC_DMA_READ_ERROR, records.bus_address(), PHOTIC_SPU_OPERAND_NONE, 0},
      {PHOTIC_DMA_WRITE_ERROR, records.bus_address() + 16, PHOTIC_SPU_OPERAND_DESTINATION, 8},
      {PHOTIC_DMA_WRITE_ERROR, trace.bus_address() + 128, PHOTIC_SPU_OPERAND_TRACE, 128},
      {PHOTIC_DMA_WRITE_ERROR, source, PHOTIC_SPU_OPERAND_NONE, 0},
  };
  for (const Case& c : cases) {
    photic_spu_run_desc desc = ending(c.status, c.address);
    desc.record = PHOTIC_SPU_RECORD_I32;
    desc.outputs = 4;
    desc.period = 1;
    desc.destination = records.get();
    desc.destination_offset = 8;
    desc.trace = trace.get();
    const Event event = queue.run(desc);
    EXPECT_EQ(status_of([&] { event.wait(kLimit); }), c.status);
    const photic_spu_fault fault = event.spu_fault();
    EXPECT_EQ(fault.bus_address, c.address);
    EXPECT_EQ(fault.operand, c.operand);
    EXPECT_EQ(fault.offset, c.offset);
    EXPECT_EQ(status_of([&] { event.spu_place(); }), PHOTIC_INVALID_ARGUMENT);
  }
}

TEST_F(Spu, HasNoFaultToNameBeforeTheEndOrAfterAGoodOne) {
  FakeDevice::open_gate(false);
  photic_spu_run_desc desc = spu_run_desc();
  desc.steps = 1;
  desc.epoch = 1;
  const Event event = queue.run(desc);
  EXPECT_EQ(status_of([&] { event.spu_place(); }), PHOTIC_BUSY);
  EXPECT_EQ(status_of([&] { event.spu_fault(); }), PHOTIC_BUSY);
  FakeDevice::open_gate(true);
  event.wait(kLimit);
  EXPECT_EQ(status_of([&] { event.spu_place(); }), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(status_of([&] { event.spu_fault(); }), PHOTIC_INVALID_ARGUMENT);
}

TEST_F(Spu, FollowsDependencies) {
  const Event failing = queue.run(ending(PHOTIC_SATURATED, 0));
  const Event after = queue.clear(PHOTIC_SPU_CLEAR_COUNTERS, std::span(&failing, 1));
  EXPECT_EQ(status_of([&] { after.wait(kLimit); }), PHOTIC_DEPENDENCY_FAILED);
  const Event good = queue.write(memory(words));
  queue.read(memory(words), std::span(&good, 1)).wait(kLimit);
}

TEST_F(Spu, RefusesNullAndUnsizedArguments) {
  photic_spu_memory_desc transfer = memory(words);
  photic_spu_run_desc run = spu_run_desc();
  photic_submission submission{};
  EXPECT_EQ(photic_spu_write(nullptr, &transfer, nullptr, 0, nullptr), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(photic_spu_write(queue.get(), nullptr, nullptr, 0, nullptr), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(photic_spu_run(queue.get(), nullptr, nullptr, 0, nullptr), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(photic_spu_clear(nullptr, 1, nullptr, 0, nullptr), PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(photic_spu_pack_run(device.get(), &run, nullptr), PHOTIC_INVALID_ARGUMENT);
  transfer.struct_size = 8;
  run.struct_size = 0;
  EXPECT_EQ(photic_spu_pack_memory(device.get(), PHOTIC_OP_SPU_WRITE, &transfer, &submission),
            PHOTIC_INVALID_ARGUMENT);
  EXPECT_EQ(photic_spu_pack_run(device.get(), &run, &submission), PHOTIC_INVALID_ARGUMENT);
  photic_spu_geometry geometry{};
  EXPECT_EQ(photic_spu_get_geometry(device.get(), &geometry), PHOTIC_INVALID_ARGUMENT);
  expect_error_names("struct_size");
}

}  // namespace
}  // namespace photic
